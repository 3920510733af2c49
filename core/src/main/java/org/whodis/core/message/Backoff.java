package org.whodis.core.message;

import org.whodis.core.crypto.RandomBytes;

/**
 * How long to wait before the next try: a ceiling that doubles from {@value #FIRST_MILLIS} ms to {@value #MAX_MILLIS} ms,
 * and a uniform choice in its upper half, so that the phones of an office that was restarted do not all return in the
 * same instant, and none returns at once.
 */
public final class Backoff {
    public static final int FIRST_MILLIS = 200;
    public static final int MAX_MILLIS = 15_000;

    private final RandomBytes random;
    private int ceilingMillis = FIRST_MILLIS;

    public Backoff(RandomBytes random) {
        this.random = random;
    }

    /** The next delay, in milliseconds. */
    public int next() {
        int half = ceilingMillis / 2;
        byte[] four = random.next(4);
        long uniform = (four[0] & 0xffL) << 24 | (four[1] & 0xff) << 16 | (four[2] & 0xff) << 8 | four[3] & 0xff;
        int delay = half + (int) (uniform * (ceilingMillis - half + 1) >>> 32);
        ceilingMillis = Math.min(MAX_MILLIS, 2 * ceilingMillis);
        return delay;
    }

    /** After a success: the next failure begins anew. */
    public void reset() {
        ceilingMillis = FIRST_MILLIS;
    }
}
