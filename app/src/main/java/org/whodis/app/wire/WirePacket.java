package org.whodis.app.wire;

import java.net.InetSocketAddress;

/** One UDP datagram as it passed a tap. */
public final class WirePacket {
    private final long nanos;
    private final InetSocketAddress source;
    private final InetSocketAddress destination;
    private final byte[] payload;

    /**
     * Takes {@code payload} over.
     *
     * @param nanos when it passed, in nanoseconds since 1970-01-01T00:00:00Z
     */
    public WirePacket(long nanos, InetSocketAddress source, InetSocketAddress destination, byte[] payload) {
        this.nanos = nanos;
        this.source = source;
        this.destination = destination;
        this.payload = payload;
    }

    public long nanos() {
        return nanos;
    }

    public InetSocketAddress source() {
        return source;
    }

    public InetSocketAddress destination() {
        return destination;
    }

    /** The payload itself, not a copy: it is not to be changed. */
    byte[] payload() {
        return payload;
    }

    public int length() {
        return payload.length;
    }

    /** The byte at {@code index} as 0..255. */
    public int unsignedByte(int index) {
        return payload[index] & 0xff;
    }

    /** The same packet with {@code bytes} in the place of its own from {@code offset} on. */
    public WirePacket with(int offset, byte[] bytes) {
        byte[] changed = payload.clone();
        System.arraycopy(bytes, 0, changed, offset, Math.min(bytes.length, changed.length - offset));
        return new WirePacket(nanos, source, destination, changed);
    }

    public PacketKind kind() {
        return PacketKind.of(payload);
    }
}
