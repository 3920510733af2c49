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
        NO_SUCH_LINE,

        // What a person asked for cannot be done.

        /** This person gave no such line. */
        NOT_GIVEN,
        /** This person gave it themselves. */
        GIVEN_BY_YOURSELF,
        /** Nobody has redeemed it and waits for a yes. */
        NOBODY_WAITS,
        /** Somebody else waits for the yes than was shown. */
        SOMEBODY_ELSE_WAITS,
        /** It has no holder yet who could be given another one. */
        NO_HOLDER,
        /** The office says that it did what was asked, and does not show it. */
        NOT_KEPT,
        /** The line that is said to have taken another's place has not, or cannot be read. */
        NOT_ITS_RENEWAL
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
