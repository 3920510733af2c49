package org.whodis.media;

import java.net.InetSocketAddress;

/** The payload of one UDP datagram and the address at its other end. Whoever is handed one owns its bytes. */
public final class Datagram {
    /** No datagram of ours is longer: what an IPv6 path is sure to carry (1280) without IP and UDP headers, rounded down. */
    public static final int MAX_SENT = 1200;

    /** Longer datagrams are dropped unread. Ethernet carries no more in one frame, and no peer of ours fragments. */
    public static final int MAX_RECEIVED = 1500;

    private final InetSocketAddress remote;
    private final byte[] bytes;

    public Datagram(InetSocketAddress remote, byte[] bytes) {
        this.remote = remote;
        this.bytes = bytes;
    }

    public InetSocketAddress remote() {
        return remote;
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "Datagram[" + bytes.length + " bytes]";
    }
}
