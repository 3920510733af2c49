package org.whodis.media.srtp;

/** 32-bit integers in network byte order. The caller has checked that they lie within the array. */
final class Words {
    private Words() {}

    static int read(byte[] from, int at) {
        return (from[at] & 0xff) << 24 | (from[at + 1] & 0xff) << 16 | (from[at + 2] & 0xff) << 8 | from[at + 3] & 0xff;
    }

    static void write(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 24);
        to[at + 1] = (byte) (value >> 16);
        to[at + 2] = (byte) (value >> 8);
        to[at + 3] = (byte) value;
    }

    /** What SRTCP authenticates beside the ciphertext (RFC 7714, section 9.2): the clear header and the trailer. */
    static byte[] rtcpAad(byte[] packet, int trailer) {
        byte[] aad = new byte[SrtpSender.RTCP_CLEAR + 4];
        System.arraycopy(packet, 0, aad, 0, SrtpSender.RTCP_CLEAR);
        System.arraycopy(packet, trailer, aad, SrtpSender.RTCP_CLEAR, 4);
        return aad;
    }
}
