package org.whodis.media.client;

import org.whodis.media.Datagram;

/** What {@link MediaClient#poll} hands out. */
public sealed interface MediaOutput {
    /** Send this datagram from the phone's current socket. */
    record Transmit(Datagram datagram) implements MediaOutput {}

    /** Something the phone wants to know. */
    record Event(MediaEvent event) implements MediaOutput {}

    /**
     * Nothing more for now: call {@link MediaClient#handleTimeout} when the clock has reached {@code atNanos}, which is
     * {@link #NEVER} once the client has ended.
     */
    record Timeout(long atNanos) implements MediaOutput {
        public static final long NEVER = Long.MAX_VALUE;
    }
}
