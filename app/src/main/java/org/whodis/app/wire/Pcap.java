package org.whodis.app.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes datagrams as a capture file that Wireshark opens: pcap with nanoseconds (draft-ietf-opsawg-pcap section 4, magic
 * 0xA1B23C4D) and link type RAW (101), so that every packet begins with its IP header.
 *
 * <p>The IP and UDP headers are made up again from the addresses, with right lengths and checksums (RFC 791, RFC 8200, RFC
 * 768); time to live and identification are not what was on the wire.
 */
public final class Pcap {
    static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    static final int LINKTYPE_RAW = 101;
    private static final int SNAP_LENGTH = 65_535;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TIME_TO_LIVE = 64;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Pcap() {}

    /** Writes the whole file; {@code out} stays open. */
    public static void write(List<WirePacket> packets, OutputStream out) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(MAGIC_NANOSECONDS).putShort((short) 2).putShort((short) 4);
        header.putInt(0).putInt(0).putInt(SNAP_LENGTH).putInt(LINKTYPE_RAW);
        out.write(header.array());
        for (WirePacket packet : packets) {
            byte[] bytes = ipPacket(packet);
            ByteBuffer record = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            record.putInt((int) (packet.nanos() / NANOS_PER_SECOND));
            record.putInt((int) (packet.nanos() % NANOS_PER_SECOND));
            record.putInt(bytes.length).putInt(bytes.length);
            out.write(record.array());
            out.write(bytes);
        }
    }

    private static byte[] ipPacket(WirePacket packet) {
        InetAddress source = packet.source().getAddress();
        InetAddress destination = packet.destination().getAddress();
        int udpLength = UDP_HEADER + packet.length();
        boolean v4 = source instanceof Inet4Address;
        if (v4 != destination instanceof Inet4Address) {
            throw new IllegalArgumentException("addresses of two families in one packet");
        }
        ByteBuffer ip = ByteBuffer.allocate((v4 ? IPV4_HEADER : IPV6_HEADER) + udpLength);
        if (v4) {
            ip.put((byte) 0x45).put((byte) 0).putShort((short) ip.capacity()).putInt(0);
            ip.put((byte) TIME_TO_LIVE).put((byte) UDP).putShort((short) 0);
            ip.put(source.getAddress()).put(destination.getAddress());
            ip.putShort(10, (short) ~foldedSum(ip.array(), 0, IPV4_HEADER, 0));
        } else {
            ip.putInt(0x6000_0000).putShort((short) udpLength).put((byte) UDP).put((byte) TIME_TO_LIVE);
            ip.put(source.getAddress()).put(destination.getAddress());
        }
        int udpAt = ip.position();
        ip.putShort((short) port(packet.source())).putShort((short) port(packet.destination()));
        ip.putShort((short) udpLength).putShort((short) 0).put(packet.payload());
        // RFC 768: the pseudo header is addresses, protocol and length; a sum of zero is sent as all ones.
        int pseudo = foldedSum(source.getAddress(), 0, source.getAddress().length, UDP + udpLength);
        pseudo = foldedSum(destination.getAddress(), 0, destination.getAddress().length, pseudo);
        int checksum = ~foldedSum(ip.array(), udpAt, udpLength, pseudo) & 0xffff;
        ip.putShort(udpAt + 6, (short) (checksum == 0 ? 0xffff : checksum));
        return ip.array();
    }

    private static int port(InetSocketAddress address) {
        return address.getPort();
    }

    /** The ones' complement sum of 16-bit words (RFC 1071), begun with {@code start}. */
    private static int foldedSum(byte[] bytes, int from, int length, int start) {
        long sum = start;
        for (int i = 0; i < length; i += 2) {
            int high = bytes[from + i] & 0xff;
            int low = i + 1 < length ? bytes[from + i + 1] & 0xff : 0;
            sum += high << 8 | low;
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int) sum;
    }
}
