package org.whodis.office.store;

/** The storage engine failed: not a fault of a request, and not of what is stored in it. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
