package org.whodis.media.ice;

import org.whodis.media.Datagram;

/** What {@link IceControllingAgent#poll} hands out. */
public sealed interface IceOutput {
    /** Send this check. */
    record Transmit(Datagram datagram) implements IceOutput {}

    /** The path from the current socket works: packets may be sent. */
    record Connected() implements IceOutput {}

    /** No check was ever answered. Final. */
    record Unreachable() implements IceOutput {}

    /** The peer wants to control; a lite agent never does. Final. */
    record RoleConflict() implements IceOutput {}

    /** Nothing may be sent any more (RFC 7675, section 5.1). Final. */
    record ConsentLost() implements IceOutput {}

    /** Nothing more for now: call {@link IceControllingAgent#handleTimeout} at {@code atNanos}. */
    record Timeout(long atNanos) implements IceOutput {
        public static final long NEVER = Long.MAX_VALUE;
    }
}
