package org.whodis.media.rtp;

/** Counts how one RTP stream with a 48 kHz clock arrives (RFC 3550, appendices A.3 and A.8). */
public final class ReceptionStatistics {
    /** RTP clock ticks in a second. */
    public static final int CLOCK_RATE = 48_000;

    private static final long MAX_CUMULATIVE_LOST = 0x7fffff;

    private long firstArrival;
    private long firstIndex = -1;
    private long highestIndex = -1;
    private long received;
    private long reordered;
    private int previousTransit;
    /** In sixteenths of a tick, as appendix A.8 keeps it. */
    private long jitter;

    private long expectedAtLastReport;
    private long receivedAtLastReport;

    /** Counts an authentic packet that is no duplicate. */
    public void received(long index, int rtpTimestamp, long arrivalNanos) {
        if (received == 0) {
            firstArrival = arrivalNanos;
            firstIndex = index;
            highestIndex = index;
            previousTransit = -rtpTimestamp;
        } else {
            int transit = (int) nanosToTicks(arrivalNanos - firstArrival) - rtpTimestamp;
            long difference = Math.abs((long) transit - previousTransit);
            jitter += difference - ((jitter + 8) >> 4);
            previousTransit = transit;
            firstIndex = Math.min(firstIndex, index);
            if (index < highestIndex) {
                reordered++;
            }
            highestIndex = Math.max(highestIndex, index);
        }
        received++;
    }

    public StreamStatistics snapshot() {
        return new StreamStatistics(received, expected(), reordered, ticksToNanos(jitter >> 4), highestIndex);
    }

    /**
     * The report block on this stream, whose fraction covers the time since the last call.
     *
     * @param lastSenderReport the middle 32 bits of the NTP time of the last SR, or 0
     * @param sinceLastSenderReport in units of 1/65536 s, or 0
     */
    public ReportBlock report(int ssrc, int lastSenderReport, int sinceLastSenderReport) {
        long expectedInterval = expected() - expectedAtLastReport;
        long lostInterval = expectedInterval - (received - receivedAtLastReport);
        expectedAtLastReport = expected();
        receivedAtLastReport = received;
        int fraction = expectedInterval <= 0 || lostInterval <= 0 ? 0 : (int) ((lostInterval << 8) / expectedInterval);
        long lost = Math.clamp(expected() - received, 0, MAX_CUMULATIVE_LOST);
        return new ReportBlock(
                ssrc,
                Math.min(fraction, 255),
                (int) lost,
                received == 0 ? 0 : (int) highestIndex,
                (int) (jitter >> 4),
                lastSenderReport,
                sinceLastSenderReport);
    }

    private long expected() {
        return received == 0 ? 0 : highestIndex - firstIndex + 1;
    }

    /** Of the 48 kHz clock. */
    public static long nanosToTicks(long nanos) {
        return nanos / 1000 * (CLOCK_RATE / 1000) / 1000;
    }

    /** Of the 48 kHz clock. */
    public static long ticksToNanos(long ticks) {
        return ticks * 1_000_000_000L / CLOCK_RATE;
    }
}
