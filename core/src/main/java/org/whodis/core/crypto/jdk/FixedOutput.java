package org.whodis.core.crypto.jdk;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Arrays;

/**
 * Hands out bytes that the caller chose, in order, and then refuses.
 *
 * <p>The JDK generates keys, encapsulates and signs with ML-KEM, ML-DSA and Ed25519 only through a {@link SecureRandom}.
 * The core takes randomness as an argument, so this class turns the argument into what the JDK asks for: {@code d} then
 * {@code z} for an ML-KEM key, {@code m} for an encapsulation, {@code xi} for an ML-DSA key, {@code rnd} for a hedged
 * signature, the seed for an Ed25519 key. That the JDK draws exactly these, in this order, is not in its documentation;
 * published vectors hold it to that, and {@link #requireDrained()} notices if it ever draws less.
 */
final class FixedOutput extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient byte[] output;
    private transient int position;

    /** Copies {@code output}. */
    FixedOutput(byte[] output) {
        super(new NoSource(), null);
        this.output = output.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
        if (bytes.length > output.length - position) {
            throw new IllegalStateException("the provider asked for more randomness than the algorithm takes");
        }
        System.arraycopy(output, position, bytes, 0, bytes.length);
        position += bytes.length;
    }

    /** Demands that every byte was drawn, and forgets them. */
    void requireDrained() {
        Arrays.fill(output, (byte) 0);
        if (position != output.length) {
            throw new IllegalStateException("the provider drew " + position + " of " + output.length + " bytes");
        }
    }

    /** Stands where {@link SecureRandom} wants a source of its own; never asked, since {@code nextBytes} is overridden. */
    private static final class NoSource extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            throw new IllegalStateException("no source of randomness here");
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            throw new IllegalStateException("no source of randomness here");
        }
    }
}
