package org.whodis.media.srtp;

import java.util.Arrays;

/**
 * Which of the last {@value #SIZE} indices were used (RFC 3711, section 3.3.2). An older index counts as used: what cannot
 * be told apart from a replay is one. A receiver asks it about packets, a sender about itself.
 */
final class ReplayWindow {
    /** RFC 3711 asks for at least 64. At 50 packets a second these are five seconds, more than any path reorders. */
    static final int SIZE = 256;

    private final long[] used = new long[SIZE / 64];
    private long highest = -1;

    boolean isFresh(long index) {
        if (index > highest) {
            return true;
        }
        return index >= 0 && highest - index < SIZE && (used[word(index)] & bit(index)) == 0;
    }

    /** Marks a fresh index as used. */
    void use(long index) {
        if (index > highest) {
            if (index - highest >= SIZE) {
                Arrays.fill(used, 0);
            } else {
                for (long skipped = highest + 1; skipped < index; skipped++) {
                    used[word(skipped)] &= ~bit(skipped);
                }
            }
            highest = index;
        }
        used[word(index)] |= bit(index);
    }

    /** The highest index used, -1 before the first. */
    long highest() {
        return highest;
    }

    private static int word(long index) {
        return (int) (index % SIZE) >> 6;
    }

    private static long bit(long index) {
        return 1L << (index & 63);
    }
}
