package org.whodis.media;

/**
 * A datagram from the network is not what its format demands: the one rejection that every parser of this module throws.
 *
 * <p>It carries no stack trace, because an attacker chooses how often it is thrown.
 */
public final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * A rejection.
     *
     * @param message what was wrong, naming the field; never bytes of the packet
     */
    public MalformedPacketException(String message) {
        super(message, null, false, false);
    }
}
