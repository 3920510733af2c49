package org.whodis.core.sframe;

/** A frame that is never played. */
public record Rejected(Reason reason) implements OpenResult, OpenerEvent {
    /** Why a frame is refused. */
    public enum Reason {
        /** No bytes at all: a padding probe of some WebRTC stacks, not an attack. */
        EMPTY,
        /** Not {@link MediaFrame#SEALED_LENGTH} bytes. */
        WRONG_LENGTH,
        MALFORMED_HEADER,
        /** Sealed under one's own leaf: somebody sends one's own voice back. */
        OWN_LEAF,
        /** No member of that epoch whose media is played. */
        UNKNOWN_SENDER,
        /** An epoch that is over, or too far ahead to wait for. */
        EPOCH_GONE,
        /** Its Commit did not come in time, or it turned out to be no epoch of this call. */
        UNKNOWN_EPOCH,
        /** Too many frames wait for a Commit. */
        TOO_MANY_HELD,
        REPLAYED,
        /** Behind the replay window. */
        TOO_OLD,
        /** The tag does not match: tampered with, or of another call. */
        NOT_AUTHENTIC,
        /** Authentic, and yet not a media frame: its sender is faulty or hostile. */
        MALFORMED_PLAINTEXT
    }
}
