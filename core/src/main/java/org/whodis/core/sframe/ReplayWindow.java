package org.whodis.core.sframe;

/**
 * Which counters of one key have been seen (RFC 3711 section 3.3.2, with SFrame's CTR as the index): a bit for each of the
 * last {@link #SIZE} counters. What is older is refused, seen or not.
 */
final class ReplayWindow {
    /** 20 s of frames: no network delivers later than that, and 128 bytes per sender. A multiple of 64. */
    static final int SIZE = 1_024;

    enum Verdict {
        FRESH,
        SEEN,
        TOO_OLD
    }

    private final long[] bits = new long[SIZE / 64];
    private long highest;
    private boolean any;

    /** Whether {@code counter} (unsigned) was seen; changes nothing, since nobody has authenticated it yet. */
    Verdict check(long counter) {
        if (!any || isAbove(counter, highest)) {
            return Verdict.FRESH;
        }
        long age = highest - counter;
        if (age < 0 || age >= SIZE) {
            return Verdict.TOO_OLD;
        }
        return (bits[word(counter)] & bit(counter)) == 0 ? Verdict.FRESH : Verdict.SEEN;
    }

    /** Notes a counter that {@link #check} found fresh and the tag authenticated. */
    void accept(long counter) {
        if (check(counter) != Verdict.FRESH) {
            throw new IllegalStateException("counter " + counter + " accepted twice");
        }
        if (!any || isAbove(counter, highest)) {
            forgetUpTo(counter);
            highest = counter;
            any = true;
        }
        bits[word(counter)] |= bit(counter);
    }

    /** Clears the bits that the counters above the highest one will use. */
    private void forgetUpTo(long counter) {
        long step = any ? counter - highest : SIZE;
        if (step < 0 || step >= SIZE) {
            java.util.Arrays.fill(bits, 0);
            return;
        }
        for (long i = 1; i <= step; i++) {
            bits[word(highest + i)] &= ~bit(highest + i);
        }
    }

    private static int word(long counter) {
        return (int) (counter >>> 6) & (SIZE / 64 - 1);
    }

    private static long bit(long counter) {
        return 1L << (counter & 63);
    }

    private static boolean isAbove(long a, long b) {
        return a + Long.MIN_VALUE > b + Long.MIN_VALUE;
    }
}
