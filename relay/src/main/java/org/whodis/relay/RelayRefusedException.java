package org.whodis.relay;

/** The relay does not take a member in. */
public final class RelayRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public enum Reason {
        /** There is a member of that name in the room. */
        MEMBER_EXISTS,
        /** The SSRC that the device insists on is or was another member's of the room. */
        SSRC_TAKEN,
        ROOM_FULL,
        TOO_MANY_ROOMS,
        TOO_MANY_MEMBERS,
        TOO_MANY_TRUNKS,
        /** The range of SSRCs was not reserved, or long ago. */
        NOT_RESERVED,
        /** Keys that were used before in this room, or for both directions. */
        KEYS_USED,
        /** The shell has more commands waiting than it holds, did not answer in time, or is not running. */
        UNAVAILABLE
    }

    private final Reason reason;

    public RelayRefusedException(Reason reason) {
        super(reason.name());
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
