package org.whodis.media.client;

/**
 * The clock that sender reports show: it starts with the client, because what time a phone believes it is would tell it
 * apart from others (RFC 3550, section 6.4.1, allows any start).
 */
final class ReportClock {
    private static final long NANOS = 1_000_000_000L;

    private long startNanos;

    void start(long nowNanos) {
        startNanos = nowNanos;
    }

    /** In 1/2^32 s. Starts at one second, because an LSR of zero means "no report". */
    long ntp(long nowNanos) {
        long elapsed = nowNanos - startNanos + NANOS;
        return (elapsed / NANOS << 32) + (elapsed % NANOS << 32) / NANOS;
    }

    /** RFC 3550, section 6.4.1: arrival less LSR less DLSR, each in 1/65536 s; never negative. */
    long roundTripNanos(long nowNanos, int lastSenderReport, int delaySince) {
        int ticks = (int) (ntp(nowNanos) >>> 16) - lastSenderReport - delaySince;
        return Math.max(0, (long) ticks * NANOS >> 16);
    }
}
