package org.whodis.phone.media;

/**
 * When frames leave: every {@value #PERIOD_NANOS} ns on an absolute schedule, so that lateness never adds up.
 *
 * <p>Each tick has two moments. At {@link #prepareAt} the frame is captured, encoded and sealed, which takes longer for one
 * sound than for another; at {@link #sendAt} the finished packet leaves. So the instant of sending tells nothing of what
 * was said.
 *
 * <p>After a stall the schedule is made up for with half a period between packets, and from {@link #MAX_BEHIND_NANOS} on
 * the missed ticks are left out: no burst in either case.
 */
final class Cadence {
    static final long PERIOD_NANOS = 20_000_000L;

    /** Opus at its slowest takes 2 to 3 ms on a machine that is busy; the rest is delay for nothing. */
    static final long LEAD_NANOS = 4_000_000L;

    static final long MIN_GAP_NANOS = PERIOD_NANOS / 2;

    /** What the other side's jitter buffer can make up for. */
    static final long MAX_BEHIND_NANOS = 10 * PERIOD_NANOS;

    private long scheduled;
    private long notBefore;

    /** The first packet leaves after one period. */
    Cadence(long nowNanos) {
        this.scheduled = nowNanos + PERIOD_NANOS;
        this.notBefore = nowNanos;
    }

    long prepareAt() {
        return sendAt() - LEAD_NANOS;
    }

    long sendAt() {
        return Math.max(scheduled, notBefore);
    }

    /** When the present tick was due, had nothing been late. */
    long scheduled() {
        return scheduled;
    }

    /**
     * The present tick was done at {@code nowNanos}.
     *
     * @return how many ticks after it are left out because they are too long ago
     */
    int advance(long nowNanos) {
        notBefore = nowNanos + MIN_GAP_NANOS;
        scheduled += PERIOD_NANOS;
        long behind = nowNanos - scheduled;
        if (behind <= MAX_BEHIND_NANOS) {
            return 0;
        }
        int skipped = (int) Math.min(Integer.MAX_VALUE, behind / PERIOD_NANOS);
        scheduled += skipped * PERIOD_NANOS;
        return skipped;
    }
}
