package org.whodis.phone;

/** What was asked for cannot be done; the message says why and what to do instead. */
public sealed class PhoneException extends Exception permits NotDialledException {
    private static final long serialVersionUID = 1L;

    public PhoneException(String message) {
        super(message);
    }
}
