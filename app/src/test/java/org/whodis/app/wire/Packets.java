package org.whodis.app.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Made-up packets as a phone and a relay might exchange them. */
final class Packets {
    static final InetSocketAddress PHONE = address("127.0.0.1", 40_000);
    static final InetSocketAddress RELAY = address("127.0.0.2", 3478);

    private Packets() {}

    static InetSocketAddress address(String literal, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(literal), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static WirePacket packet(double millis, byte[] payload) {
        return new WirePacket(1_800_000_000_000_000_000L + (long) (millis * 1e6), PHONE, RELAY, payload);
    }

    static byte[] srtp(int sequence, long timestamp, int bodyLength, Random random) {
        byte[] body = new byte[bodyLength];
        random.nextBytes(body);
        return ByteBuffer.allocate(12 + bodyLength)
                .put((byte) 0x80)
                .put((byte) 111)
                .putShort((short) sequence)
                .putInt((int) timestamp)
                .putInt(0x01020304)
                .put(body)
                .array();
    }

    /** {@code count} packets of 220 bytes, one each 20 ms and up to a millisecond late. */
    static List<WirePacket> media(int count, int firstSequence, Random random) {
        List<WirePacket> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            packets.add(packet(
                    20.0 * i + random.nextDouble(),
                    srtp(firstSequence + i & 0xffff, 0xffff_fff0L + 960L * i, 208, random)));
        }
        return packets;
    }
}
