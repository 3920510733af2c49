package org.whodis.media.rtp;

import org.whodis.media.MalformedPacketException;

/**
 * The fixed RTP header (RFC 3550, section 5.1) in the only form that Whodis sends, forwards or accepts: no padding, no
 * extension, no CSRC. SRTP leaves headers readable, so whatever a header could say, the network would read.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                             SSRC                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * @param marker the M bit; we send 0, because browsers set it when a person begins to speak
 * @param payloadType 0 to 127
 * @param sequence 0 to 65535
 * @param timestamp 32 bits, unsigned
 */
public record RtpHeader(boolean marker, int payloadType, int sequence, int timestamp, int ssrc) {
    public static final int LENGTH = 12;
    /** The dynamic payload type of the sealed Opus frames. */
    public static final int PAYLOAD_TYPE = 111;
    /** RFC 3551, section 6: 96 to 127 mean what a session says. */
    public static final int FIRST_DYNAMIC_PAYLOAD_TYPE = 96;
    /** What fits one datagram of ours beside header and tag. */
    public static final int MAX_PAYLOAD = org.whodis.media.Datagram.MAX_SENT - LENGTH - 16;

    private static final int VERSION_2 = 0x80;

    public RtpHeader {
        if ((payloadType & ~0x7f) != 0 || (sequence & ~0xffff) != 0) {
            throw new IllegalArgumentException("payload type " + payloadType + ", sequence number " + sequence);
        }
    }

    /**
     * Reads the header at the start of a packet.
     *
     * @throws MalformedPacketException if it is truncated, of another version, or has padding, extension or CSRC
     */
    public static RtpHeader decode(byte[] packet) throws MalformedPacketException {
        if (packet.length < LENGTH) {
            throw new MalformedPacketException("RTP header truncated");
        }
        if ((packet[0] & 0xff) != VERSION_2) {
            throw new MalformedPacketException("RTP version, padding, extension or CSRC");
        }
        return new RtpHeader(
                (packet[1] & 0x80) != 0,
                packet[1] & 0x7f,
                (packet[2] & 0xff) << 8 | packet[3] & 0xff,
                BigEndian.readInt(packet, 4),
                BigEndian.readInt(packet, 8));
    }

    /** Writes {@value #LENGTH} bytes to the start of {@code packet}. */
    public void encode(byte[] packet) {
        packet[0] = (byte) VERSION_2;
        packet[1] = (byte) ((marker ? 0x80 : 0) | payloadType);
        packet[2] = (byte) (sequence >> 8);
        packet[3] = (byte) sequence;
        BigEndian.writeInt(packet, 4, timestamp);
        BigEndian.writeInt(packet, 8, ssrc);
    }
}
