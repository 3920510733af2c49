package org.whodis.app.wire;

/** What shares the media port, told apart by its first bytes as RFC 7983 section 7 and RFC 5761 section 4 say. */
public enum PacketKind {
    STUN("STUN"),
    DTLS("DTLS"),
    SRTP("SRTP"),
    SRTCP("SRTCP"),
    OTHER("other");

    private static final int RTP_HEADER = 12;

    private final String title;

    PacketKind(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    public static PacketKind of(byte[] datagram) {
        if (datagram.length == 0) {
            return OTHER;
        }
        int first = datagram[0] & 0xff;
        if (first <= 3) {
            return STUN;
        }
        if (first >= 20 && first <= 63) {
            return DTLS;
        }
        if (first >= 128 && first <= 191 && datagram.length >= 2) {
            int second = datagram[1] & 0xff;
            // RFC 5761 section 4: RTCP packet types 192 to 223 would be RTP payload types 64 to 95 with the marker bit.
            if (second >= 192 && second <= 223) {
                return SRTCP;
            }
            return datagram.length >= RTP_HEADER ? SRTP : OTHER;
        }
        return OTHER;
    }
}
