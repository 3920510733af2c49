package org.whodis.media;

import java.util.Random;

/** Random bytes that a seed repeats. */
public final class TestRandom {
    private TestRandom() {}

    public static RandomBytes seeded(long seed) {
        Random random = new Random(seed);
        return count -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        };
    }

    /** A copy with one to eight changes: flipped bits, other bytes, cut or grown ends. */
    public static byte[] mutate(byte[] original, Random random) {
        byte[] out = original.clone();
        int changes = 1 + random.nextInt(8);
        for (int i = 0; i < changes; i++) {
            switch (random.nextInt(5)) {
                case 0 -> out = java.util.Arrays.copyOf(out, random.nextInt(out.length + 1));
                case 1 -> out = java.util.Arrays.copyOf(out, out.length + random.nextInt(16));
                default -> {
                    if (out.length > 0) {
                        int at = random.nextInt(out.length);
                        out[at] = random.nextBoolean()
                                ? (byte) (out[at] ^ 1 << random.nextInt(8))
                                : (byte) random.nextInt();
                    }
                }
            }
        }
        return out;
    }
}
