package org.whodis.media.rtp;

/** What shares the one UDP port, told apart by the first bytes (RFC 7983, section 7, and RFC 5761, section 4). */
public enum PacketKind {
    STUN,
    DTLS,
    RTP,
    RTCP,
    /** ZRTP, TURN channels, QUIC and all that nobody has assigned. */
    OTHER;

    /** RFC 5761, section 4: RTCP types 192 to 223 stand where RTP has marker and payload types 64 to 95. */
    public static PacketKind of(byte[] datagram) {
        if (datagram.length < 2) {
            return OTHER;
        }
        int first = datagram[0] & 0xff;
        if (first <= 3) {
            return STUN;
        }
        if (first >= 20 && first <= 63) {
            return DTLS;
        }
        if (first >= 128 && first <= 191) {
            int second = datagram[1] & 0xff;
            return second >= 192 && second <= 223 ? RTCP : RTP;
        }
        return OTHER;
    }
}
