package org.whodis.phone.signalling;

/** The office could not be reached, could not be believed, or said no. */
public final class OfficeException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, for callers that act on it. */
    public enum Reason {
        /** No connection, or it broke. Worth another try. */
        UNREACHABLE,
        /** Something answered that is not the office it was pinned to be. Not worth another try, and worth an alarm. */
        NOT_THE_OFFICE,
        /** The office shows another key, which does not count yet. */
        KEY_HELD,
        /** The office understood and refused. */
        REFUSED,
        /** The office said something that the protocol does not allow. */
        MALFORMED
    }

    private final Reason reason;
    private final int code;

    public OfficeException(Reason reason, String message) {
        this(reason, 0, message);
    }

    /**
     * @param code the office's refusal code, 0 where there is none
     */
    public OfficeException(Reason reason, int code, String message) {
        super(message);
        this.reason = reason;
        this.code = code;
    }

    public Reason reason() {
        return reason;
    }

    public int code() {
        return code;
    }
}
