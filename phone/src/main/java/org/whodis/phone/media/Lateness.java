package org.whodis.phone.media;

/** How late packets left, against their schedule: a histogram of 0.1 ms steps. Owned by one thread. */
public final class Lateness {
    private static final long STEP_NANOS = 100_000L;

    /** 50 ms; what is later counts as that. */
    private static final int STEPS = 500;

    private final long[] counts = new long[STEPS];
    private long total;
    private long sumNanos;
    private long maxNanos;

    /** In nanoseconds. */
    public record Summary(long packets, long meanNanos, long p99Nanos, long maxNanos) {}

    void record(long lateNanos) {
        long late = Math.max(0, lateNanos);
        counts[(int) Math.min(STEPS - 1, late / STEP_NANOS)]++;
        total++;
        sumNanos += late;
        maxNanos = Math.max(maxNanos, late);
    }

    Summary summary() {
        long seen = 0;
        int step = 0;
        while (step < STEPS - 1 && (seen += counts[step]) < total * 0.99) {
            step++;
        }
        return new Summary(total, total == 0 ? 0 : sumNanos / total, (step + 1) * STEP_NANOS, maxNanos);
    }
}
