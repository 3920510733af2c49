package org.whodis.office;

/** The office cannot start, or cannot do what its operator asked. The message says what to do next. */
public final class OfficeException extends Exception {
    private static final long serialVersionUID = 1L;

    public OfficeException(String message) {
        super(message);
    }

    public OfficeException(String message, Throwable cause) {
        super(message, cause);
    }
}
