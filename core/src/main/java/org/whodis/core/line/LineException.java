package org.whodis.core.line;

/** Something about a line was refused: which check failed. */
public final class LineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The checks of statements, redemptions, answers and sealed things about lines. */
    public enum Reason {
        MALFORMED,
        /** A device that does not stand in the chain, or a signature that does not hold. */
        NOT_SIGNED_BY_ITS_DEVICE,
        /** The public key is not the one that the line's id is the hash of. */
        ANOTHER_LINE_KEY,
        NOT_SIGNED_BY_THE_LINE,
        BAD_CHAIN,
        /** What names a person does not fit the chain that comes with it. */
        ANOTHER_PARTY,
        /** For another office, or another key of it. */
        ANOTHER_OFFICE,
        NOT_FRESH,
        /** The card does not open under the secret, or is another line's. */
        BAD_CARD,
        /** It was not sealed to this device, or was damaged. */
        NOT_SEALED_TO_US,
        /** The office gives the answer that a line gets that was never issued. */
        NO_SUCH_LINE
    }

    private final Reason reason;

    public LineException(Reason reason) {
        super(reason.name());
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Refuses unless {@code holds}. */
    public static void require(boolean holds, Reason otherwise) throws LineException {
        if (!holds) {
            throw new LineException(otherwise);
        }
    }
}
