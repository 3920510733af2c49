package org.whodis.core.sframe;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * A key to encrypt with (RFC 9605 section 4.4.3). "Implementations MUST mark each base_key as usable for encryption or
 * decryption, never both": the other half is {@link DecryptionKey}.
 *
 * <p>"Senders MUST reject requests to encrypt multiple times with the same key and nonce" (section 7.4): counters have to
 * rise, and one that does not is a fault of the caller that nothing may paper over, an {@link IllegalStateException}.
 *
 * <p>There is no way to store this object or its counter, on purpose. A phone that was restarted has no key; it joins again
 * under a new epoch.
 */
public final class EncryptionKey {
    private final KeyMaterial material;
    private long nextCounter;
    private boolean exhausted;

    /** {@code baseKey} stays the caller's, who erases it. */
    public EncryptionKey(Primitives primitives, CipherSuite suite, long kid, Secret baseKey) {
        this.material = new KeyMaterial(primitives, suite, kid, baseKey);
    }

    public long kid() {
        return material.kid();
    }

    /**
     * The SFrame ciphertext: header, encrypted plaintext, tag.
     *
     * @param ctr 64 bits unsigned, higher than in every call before
     * @param metadata authenticated and not sent
     * @throws IllegalStateException if {@code ctr} is not higher, or after {@link #erase()}
     */
    public Bytes encrypt(long ctr, Bytes metadata, Bytes plaintext) {
        if (exhausted || isBelow(ctr, nextCounter)) {
            throw new IllegalStateException("SFrame counter " + ctr + " was used or passed over before");
        }
        // Spent before it is used: whatever fails below, no second frame is made under it.
        nextCounter = ctr + 1;
        exhausted = nextCounter == 0;
        Bytes header = new SFrameHeader(material.kid(), ctr).encode();
        return Bytes.concat(header, material.encrypt(ctr, Bytes.concat(header, metadata), plaintext));
    }

    public void erase() {
        material.erase();
    }

    private static boolean isBelow(long a, long b) {
        return a + Long.MIN_VALUE < b + Long.MIN_VALUE;
    }
}
