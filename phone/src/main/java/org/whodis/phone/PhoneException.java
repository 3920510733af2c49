package org.whodis.phone;

/** What was asked for cannot be done; the message says why and what to do instead. */
public final class PhoneException extends Exception {
    private static final long serialVersionUID = 1L;

    public PhoneException(String message) {
        super(message);
    }
}
