package org.whodis.media.jitter;

import java.util.Arrays;

/**
 * How long packets take, apart from the part that all of them share: the smallest transit of the last seconds (the
 * base), and how the others are spread above it.
 *
 * <p>Transit is arrival minus frame number times 20 ms. The clocks of the two sides have no common origin, so only
 * differences mean anything; they drift, so the base is a minimum over {@link #BASE_SECONDS} only.
 */
final class DelayEstimator {
    /** Long enough to see an undelayed packet among delayed ones; a drift of 200 ppm moves the base by 2 ms meanwhile. */
    private static final int BASE_SECONDS = 10;

    private static final long SECOND = 1_000_000_000L;

    static final long BIN_NANOS = 5_000_000L;

    /** As far as the largest target reaches. Slower packets do not count, since no target would help them. */
    private static final int BINS = (int) (JitterBuffer.MAX_DELAY_NANOS / BIN_NANOS);

    /** Memory of the spread in packets: 5 s. A new habit of the network moves the percentile after 8 packets. */
    private static final int MEMORY = 250;

    /** The part of packets that the target has to be enough for. The others are concealed. */
    private static final double PERCENTILE = 0.97;

    private final long[] baseBuckets = new long[BASE_SECONDS];
    private final long[] bucketSecond = new long[BASE_SECONDS];
    private final double[] spread = new double[BINS];
    private int seen;
    private long base = Long.MAX_VALUE;
    private long unshifted;

    DelayEstimator() {
        Arrays.fill(bucketSecond, Long.MIN_VALUE);
    }

    /** Takes the transit of a packet that arrived at {@code arrival}; gives its delay above the base. */
    long record(long transit, long arrival) {
        long second = Math.floorDiv(arrival, SECOND);
        int bucket = (int) Math.floorMod(second, (long) BASE_SECONDS);
        if (bucketSecond[bucket] != second) {
            bucketSecond[bucket] = second;
            baseBuckets[bucket] = transit;
        } else {
            baseBuckets[bucket] = Math.min(baseBuckets[bucket], transit);
        }
        moveBase(smallestSince(second - BASE_SECONDS));
        long above = transit - base;
        if (above / BIN_NANOS < BINS) {
            addToSpread((int) (above / BIN_NANOS));
        }
        return above;
    }

    /** The path has changed for good: what was known of the base no longer holds. */
    void rebase(long transit, long arrival) {
        Arrays.fill(bucketSecond, Long.MIN_VALUE);
        long second = Math.floorDiv(arrival, SECOND);
        int bucket = (int) Math.floorMod(second, (long) BASE_SECONDS);
        bucketSecond[bucket] = second;
        baseBuckets[bucket] = transit;
        moveBase(transit);
    }

    /** The smallest transit of the last seconds. Only after {@link #record}. */
    long base() {
        return base;
    }

    /** The delay above the base that is enough for the named part of the packets; 0 before the first. */
    long percentileNanos() {
        if (seen == 0) {
            return 0;
        }
        double sum = 0;
        int bin = 0;
        while (bin < BINS - 1) {
            sum += spread[bin];
            if (sum >= PERCENTILE) {
                break;
            }
            bin++;
        }
        return (bin + 1) * BIN_NANOS;
    }

    private long smallestSince(long afterSecond) {
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < BASE_SECONDS; i++) {
            if (bucketSecond[i] > afterSecond) {
                smallest = Math.min(smallest, baseBuckets[i]);
            }
        }
        return smallest;
    }

    /**
     * When the base rises, because the fast packets have aged, the others are that much less above it, so that base plus
     * percentile stay where they are. When it falls, the spread is kept and the delay shrinks with the base.
     */
    private void moveBase(long newBase) {
        if (seen > 0) {
            // Small falls cancel small rises, so that noise does not add up to a shift.
            unshifted = Math.max(-BIN_NANOS, unshifted + newBase - base);
            for (int i = 0; i < BINS && unshifted >= BIN_NANOS; i++) {
                unshifted -= BIN_NANOS;
                spread[0] += spread[1];
                System.arraycopy(spread, 2, spread, 1, BINS - 2);
                spread[BINS - 1] = 0;
            }
            unshifted = Math.min(unshifted, BIN_NANOS);
        }
        base = newBase;
    }

    private void addToSpread(int bin) {
        seen = Math.min(seen + 1, MEMORY);
        double weight = 1.0 / seen;
        for (int i = 0; i < BINS; i++) {
            spread[i] *= 1 - weight;
        }
        spread[bin] += weight;
    }
}
