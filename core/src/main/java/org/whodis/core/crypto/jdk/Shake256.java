package org.whodis.core.crypto.jdk;

/**
 * SHAKE256 (FIPS 202 section 6.2) on Keccak-f[1600] (section 3.3).
 *
 * <p>Written out here because the JDK has no extendable-output function of free length in its public interface: its
 * {@code SHAKE256-512} stops at 64 bytes, and X-Wing needs 96.
 */
final class Shake256 {
    private static final int RATE = 136;
    private static final int ROUNDS = 24;

    /** Table of section 3.2.5, algorithm 5. */
    private static final long[] ROUND_CONSTANTS = roundConstants();

    private Shake256() {}

    static byte[] digest(byte[] input, int length) {
        long[] state = new long[25];
        int offset = 0;
        for (; input.length - offset >= RATE; offset += RATE) {
            absorb(state, input, offset);
        }
        byte[] last = new byte[RATE];
        System.arraycopy(input, offset, last, 0, input.length - offset);
        // Section 6.2 appends 1111 to the message, section 5.1 pads with 10*1; bits are counted from the lowest.
        last[input.length - offset] = 0x1f;
        last[RATE - 1] |= (byte) 0x80;
        absorb(state, last, 0);

        byte[] out = new byte[length];
        for (int i = 0; i < length; i++) {
            int at = i % RATE;
            if (at == 0 && i > 0) {
                permute(state);
            }
            out[i] = (byte) (state[at / 8] >>> 8 * (at % 8));
        }
        return out;
    }

    private static void absorb(long[] state, byte[] block, int offset) {
        for (int i = 0; i < RATE; i++) {
            state[i / 8] ^= (block[offset + i] & 0xffL) << 8 * (i % 8);
        }
        permute(state);
    }

    /** Keccak-p[1600, 24]; lane (x, y) of the specification is {@code a[x + 5 * y]}. */
    private static void permute(long[] a) {
        long[] c = new long[5];
        long[] b = new long[25];
        for (int round = 0; round < ROUNDS; round++) {
            theta(a, c);
            rhoAndPi(a, b);
            for (int y = 0; y < 25; y += 5) {
                for (int x = 0; x < 5; x++) {
                    a[y + x] = b[y + x] ^ ~b[y + (x + 1) % 5] & b[y + (x + 2) % 5];
                }
            }
            a[0] ^= ROUND_CONSTANTS[round];
        }
    }

    private static void theta(long[] a, long[] c) {
        for (int x = 0; x < 5; x++) {
            c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (int x = 0; x < 5; x++) {
            long d = c[(x + 4) % 5] ^ Long.rotateLeft(c[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) {
                a[x + y] ^= d;
            }
        }
    }

    /** Sections 3.2.2 and 3.2.3 in one walk over the lanes: (x, y) goes to (y, 2x + 3y), turned by (t+1)(t+2)/2. */
    private static void rhoAndPi(long[] a, long[] b) {
        b[0] = a[0];
        int x = 1;
        int y = 0;
        for (int t = 0; t < 24; t++) {
            int nextY = (2 * x + 3 * y) % 5;
            b[y + 5 * nextY] = Long.rotateLeft(a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64);
            x = y;
            y = nextY;
        }
    }

    /** Section 3.2.5: bit 2^j - 1 of the constant of round i is rc(j + 7i), from a shift register of eight bits. */
    private static long[] roundConstants() {
        long[] constants = new long[ROUNDS];
        int register = 1;
        for (int round = 0; round < ROUNDS; round++) {
            for (int j = 0; j <= 6; j++) {
                if ((register & 1) != 0) {
                    constants[round] |= 1L << (1 << j) - 1;
                }
                register <<= 1;
                if ((register & 0x100) != 0) {
                    register ^= 0x171;
                }
            }
        }
        return constants;
    }
}
