package org.whodis.phone.media;

import java.util.Arrays;

/**
 * When each frame of a stream was captured, or played, by its SFrame counter, on the clock of {@link System#nanoTime}. One
 * thread writes, any thread may take a copy. Two phones on one machine share the clock, so the difference of two such
 * tables is the mouth-to-ear delay.
 */
public final class FrameTimes {
    /** Twenty minutes: longer than any measurement, and half a megabyte. */
    private static final int LIMIT = 60_000;

    private static final long NONE = Long.MIN_VALUE;

    private long[] nanos = new long[512];

    public FrameTimes() {
        Arrays.fill(nanos, NONE);
    }

    /** Notes the first time of {@code counter}; beyond the limit nothing is noted. */
    synchronized void record(long counter, long atNanos) {
        if (counter < 0 || counter >= LIMIT) {
            return;
        }
        int index = (int) counter;
        if (index >= nanos.length) {
            int old = nanos.length;
            nanos = Arrays.copyOf(nanos, Math.min(LIMIT, Math.max(index + 1, 2 * old)));
            Arrays.fill(nanos, old, nanos.length, NONE);
        }
        if (nanos[index] == NONE) {
            nanos[index] = atNanos;
        }
    }

    /** For every frame that both tables know, {@code later} minus this, in nanoseconds, in the order of the counters. */
    public long[] delaysUntil(FrameTimes later) {
        long[] from = copy();
        long[] to = later.copy();
        long[] out = new long[Math.min(from.length, to.length)];
        int count = 0;
        for (int i = 0; i < out.length; i++) {
            if (from[i] != NONE && to[i] != NONE) {
                out[count++] = to[i] - from[i];
            }
        }
        return Arrays.copyOf(out, count);
    }

    private synchronized long[] copy() {
        return nanos.clone();
    }
}
