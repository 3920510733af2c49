package org.whodis.core.sframe;

import org.whodis.core.wire.Bytes;

/** What {@link FrameSealer#seal} gives. A frame that was not sealed is not sent. */
public sealed interface SealResult {
    /**
     * Send this.
     *
     * @param frame {@link MediaFrame#SEALED_LENGTH} bytes
     * @param counter its place on the sender's timeline
     */
    record Sealed(Bytes frame, long counter) implements SealResult {}

    /** Send nothing. */
    record NotSealed(Reason reason) implements SealResult {}

    /** Why a frame was not sealed. */
    enum Reason {
        /** No epoch has begun, or sending was stopped. */
        NO_KEY,
        /** The group seems to have moved on without this member ({@link OpenerEvent.CommitMissing}). */
        COMMIT_MISSING,
        /** Longer than {@link MediaFrame#MAX_PAYLOAD_LENGTH}. */
        PAYLOAD_TOO_LONG
    }
}
