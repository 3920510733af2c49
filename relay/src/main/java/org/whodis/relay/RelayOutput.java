package org.whodis.relay;

import org.whodis.media.Datagram;

/** What {@link Relay#poll} hands out. */
public sealed interface RelayOutput {
    /** Send this datagram from the relay's one port. */
    record Transmit(Datagram datagram) implements RelayOutput {}

    /** Something the office wants to know. */
    record Event(RelayEvent event) implements RelayOutput {}

    /** Nothing more for now: call {@link Relay#handleTimeout} when the clock has reached {@code atNanos}. */
    record Timeout(long atNanos) implements RelayOutput {
        public static final long NEVER = Long.MAX_VALUE;
    }
}
