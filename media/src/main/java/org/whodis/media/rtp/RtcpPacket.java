package org.whodis.media.rtp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.RandomBytes;

/**
 * The RTCP packets of a compound (RFC 3550, section 6), as far as anybody here reads them.
 *
 * <p>What we send ourselves always has one length for each role, whatever there is to report:
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|    RC   |   PT=SR=200   |             length            |
 * |                         SSRC of sender                        |
 * |        NTP timestamp (64), RTP timestamp, packets, octets     |  SR only
 * |                    one report block (24 octets)               |
 * |V=2|P|  SC=1   |  PT=SDES=202  |             length            |
 * |                         SSRC of sender                        |
 * |    CNAME=1    |   length=16   |       16 random characters    |
 * |                             ...  , two zero octets to the end |
 * </pre>
 */
public sealed interface RtcpPacket {
    /** Longer compounds are refused: none of ours or of a browser's on an audio call comes near. */
    int MAX_COMPOUND = 1200;

    /** RFC 7022, section 4.2: 96 random bits in base64. */
    int CNAME_LENGTH = 16;

    /** A sender's report with one report block, and its SDES. */
    int SENDER_COMPOUND_LENGTH = 28 + ReportBlock.LENGTH + 28;

    /** A receiver's report with one report block, and its SDES. */
    int RECEIVER_COMPOUND_LENGTH = 8 + ReportBlock.LENGTH + 28;

    /** SR (section 6.4.1); {@code ntp} counts 1/2^32 s from any start. */
    record SenderReport(int ssrc, long ntp, int rtpTimestamp, int packets, int octets, List<ReportBlock> blocks)
            implements RtcpPacket {
        public SenderReport {
            blocks = List.copyOf(blocks);
        }

        /** What a report block on this sender cites as LSR. */
        public int middleNtp() {
            return (int) (ntp >>> 16);
        }
    }

    /** RR (section 6.4.2). */
    record ReceiverReport(int ssrc, List<ReportBlock> blocks) implements RtcpPacket {
        public ReceiverReport {
            blocks = List.copyOf(blocks);
        }
    }

    /** SDES, BYE, APP, feedback and all else: framed correctly, not read. */
    record Unread(int type) implements RtcpPacket {}

    /**
     * Reads a compound packet (section 6.1 and appendix A.2).
     *
     * @throws MalformedPacketException if it is too long, truncated, of another version, does not begin with a report, is
     *     padded before its end, or holds fewer report blocks than it counts
     */
    static List<RtcpPacket> decodeCompound(byte[] compound) throws MalformedPacketException {
        if (compound.length > MAX_COMPOUND) {
            throw new MalformedPacketException("RTCP compound too long");
        }
        List<RtcpPacket> packets = new ArrayList<>();
        int at = 0;
        do {
            if (compound.length - at < 4) {
                throw new MalformedPacketException("RTCP header truncated");
            }
            int end = at + 4 + 4 * ((compound[at + 2] & 0xff) << 8 | compound[at + 3] & 0xff);
            if (end > compound.length) {
                throw new MalformedPacketException("RTCP packet truncated");
            }
            packets.add(decodeOne(compound, at, end));
            at = end;
        } while (at < compound.length);
        if (packets.getFirst() instanceof Unread) {
            throw new MalformedPacketException("RTCP compound does not begin with SR or RR");
        }
        return packets;
    }

    private static RtcpPacket decodeOne(byte[] from, int at, int end) throws MalformedPacketException {
        int first = from[at] & 0xff;
        if (first >> 6 != 2) {
            throw new MalformedPacketException("RTCP version");
        }
        boolean padded = (first & 0x20) != 0;
        if (padded && end != from.length) {
            throw new MalformedPacketException("RTCP padding before the last packet");
        }
        int padding = padded && end - at > 4 ? from[end - 1] & 0xff : 0;
        if (padded && (padding == 0 || padding % 4 != 0 || padding > end - at - 4)) {
            throw new MalformedPacketException("RTCP padding length");
        }
        int contentEnd = end - padding;
        int count = first & 0x1f;
        int type = from[at + 1] & 0xff;
        return switch (type) {
            case 200 -> {
                requireBlocks(at + 28, count, contentEnd);
                yield new SenderReport(
                        BigEndian.readInt(from, at + 4),
                        (long) BigEndian.readInt(from, at + 8) << 32 | BigEndian.readInt(from, at + 12) & 0xffffffffL,
                        BigEndian.readInt(from, at + 16),
                        BigEndian.readInt(from, at + 20),
                        BigEndian.readInt(from, at + 24),
                        decodeBlocks(from, at + 28, count));
            }
            case 201 -> {
                requireBlocks(at + 8, count, contentEnd);
                yield new ReceiverReport(BigEndian.readInt(from, at + 4), decodeBlocks(from, at + 8, count));
            }
            default -> new Unread(type);
        };
    }

    private static void requireBlocks(int at, int count, int end) throws MalformedPacketException {
        if (at + count * ReportBlock.LENGTH > end) {
            throw new MalformedPacketException("RTCP report truncated");
        }
    }

    private static List<ReportBlock> decodeBlocks(byte[] from, int at, int count) {
        List<ReportBlock> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            blocks.add(ReportBlock.decode(from, at + i * ReportBlock.LENGTH));
        }
        return blocks;
    }

    /**
     * The compound of a phone: SR with one block, SDES; {@value #SENDER_COMPOUND_LENGTH} bytes.
     *
     * @param cname of {@value #CNAME_LENGTH} ASCII characters
     */
    static byte[] encodeSenderCompound(
            int ssrc, long ntp, int rtpTimestamp, int packets, int octets, ReportBlock block, String cname) {
        byte[] out = new byte[SENDER_COMPOUND_LENGTH];
        int at = writeHeader(out, 0, 1, 200, 28 + ReportBlock.LENGTH);
        BigEndian.writeInt(out, at, ssrc);
        BigEndian.writeInt(out, at + 4, (int) (ntp >>> 32));
        BigEndian.writeInt(out, at + 8, (int) ntp);
        BigEndian.writeInt(out, at + 12, rtpTimestamp);
        BigEndian.writeInt(out, at + 16, packets);
        BigEndian.writeInt(out, at + 20, octets);
        block.encode(out, at + 24);
        writeSdes(out, at + 24 + ReportBlock.LENGTH, ssrc, cname);
        return out;
    }

    /**
     * The compound of a relay: RR with one block, SDES; {@value #RECEIVER_COMPOUND_LENGTH} bytes.
     *
     * @param cname of {@value #CNAME_LENGTH} ASCII characters
     */
    static byte[] encodeReceiverCompound(int ssrc, ReportBlock block, String cname) {
        byte[] out = new byte[RECEIVER_COMPOUND_LENGTH];
        int at = writeHeader(out, 0, 1, 201, 8 + ReportBlock.LENGTH);
        BigEndian.writeInt(out, at, ssrc);
        block.encode(out, at + 4);
        writeSdes(out, at + 4 + ReportBlock.LENGTH, ssrc, cname);
        return out;
    }

    /** A name that is used for one session and nowhere else (RFC 7022, section 4.2). */
    static String generateCname(RandomBytes random) {
        return Base64.getEncoder().encodeToString(random.next(CNAME_LENGTH / 4 * 3));
    }

    private static void writeSdes(byte[] out, int at, int ssrc, String cname) {
        byte[] name = cname.getBytes(StandardCharsets.US_ASCII);
        if (name.length != CNAME_LENGTH) {
            throw new IllegalArgumentException("a CNAME of " + name.length + " characters");
        }
        int chunk = writeHeader(out, at, 1, 202, 28);
        BigEndian.writeInt(out, chunk, ssrc);
        out[chunk + 4] = 1;
        out[chunk + 5] = CNAME_LENGTH;
        System.arraycopy(name, 0, out, chunk + 6, CNAME_LENGTH);
    }

    private static int writeHeader(byte[] out, int at, int count, int type, int length) {
        out[at] = (byte) (0x80 | count);
        out[at + 1] = (byte) type;
        out[at + 2] = 0;
        out[at + 3] = (byte) (length / 4 - 1);
        return at + 4;
    }
}
