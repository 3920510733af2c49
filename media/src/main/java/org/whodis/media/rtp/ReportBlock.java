package org.whodis.media.rtp;

/**
 * What a receiver says about one stream (RFC 3550, section 6.4.1).
 *
 * @param ssrc of the stream
 * @param fractionLost of the last interval, in 256ths
 * @param cumulativeLost 24 bits, signed
 * @param highestSequence extended, its low 32 bits
 * @param jitter in ticks of the stream's clock
 * @param lastSenderReport the middle 32 bits of the NTP time in the last SR, 0 if there was none
 * @param delaySinceLastSenderReport in 1/65536 s
 */
public record ReportBlock(
        int ssrc,
        int fractionLost,
        int cumulativeLost,
        int highestSequence,
        int jitter,
        int lastSenderReport,
        int delaySinceLastSenderReport) {
    static final int LENGTH = 24;

    /** Says nothing: it keeps a report at its length while there is nobody to report on. */
    public static final ReportBlock EMPTY = new ReportBlock(0, 0, 0, 0, 0, 0, 0);

    static ReportBlock decode(byte[] from, int at) {
        return new ReportBlock(
                BigEndian.readInt(from, at),
                from[at + 4] & 0xff,
                BigEndian.readInt(from, at + 4) << 8 >> 8,
                BigEndian.readInt(from, at + 8),
                BigEndian.readInt(from, at + 12),
                BigEndian.readInt(from, at + 16),
                BigEndian.readInt(from, at + 20));
    }

    void encode(byte[] to, int at) {
        BigEndian.writeInt(to, at, ssrc);
        BigEndian.writeInt(to, at + 4, fractionLost << 24 | cumulativeLost & 0xffffff);
        BigEndian.writeInt(to, at + 8, highestSequence);
        BigEndian.writeInt(to, at + 12, jitter);
        BigEndian.writeInt(to, at + 16, lastSenderReport);
        BigEndian.writeInt(to, at + 20, delaySinceLastSenderReport);
    }
}
