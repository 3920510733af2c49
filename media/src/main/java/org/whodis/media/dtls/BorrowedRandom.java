package org.whodis.media.dtls;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import org.whodis.media.RandomBytes;

/** Lets Bouncy Castle, which insists on a {@link SecureRandom}, draw from the bytes that we were handed. */
final class BorrowedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    BorrowedRandom(RandomBytes source) {
        super(new Spi(source), null);
    }

    private static final class Spi extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        private final transient RandomBytes source;

        Spi(RandomBytes source) {
            this.source = source;
        }

        /** The source is seeded already. */
        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            byte[] fresh = source.next(bytes.length);
            System.arraycopy(fresh, 0, bytes, 0, bytes.length);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            return source.next(count);
        }
    }
}
