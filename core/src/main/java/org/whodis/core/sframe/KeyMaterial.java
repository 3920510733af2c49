package org.whodis.core.sframe;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * What a {@code base_key} and a KID give (RFC 9605 section 4.4.2), and the AEAD under it (section 4.4.3 and 4.4.4):
 *
 * <pre>
 *   sframe_secret = HKDF-Extract("", base_key)
 *   sframe_key    = HKDF-Expand(sframe_secret, "SFrame 1.0 Secret key " || uint64 KID || uint16 cipher_suite, Nk)
 *   sframe_salt   = HKDF-Expand(sframe_secret, "SFrame 1.0 Secret salt " || uint64 KID || uint16 cipher_suite, Nn)
 *   nonce         = sframe_salt xor CTR
 *   aad           = header || metadata
 * </pre>
 */
final class KeyMaterial {
    private static final String KEY_LABEL = "SFrame 1.0 Secret key ";
    private static final String SALT_LABEL = "SFrame 1.0 Secret salt ";

    private final Primitives primitives;
    private final long kid;
    private final Secret key;
    private final Secret salt;
    private final @Nullable AeadAlgorithm aead;
    private final @Nullable CtrHmac ctrHmac;

    /** {@code baseKey} stays the caller's. */
    KeyMaterial(Primitives primitives, CipherSuite suite, long kid, Secret baseKey) {
        this.primitives = primitives;
        this.kid = kid;
        Secret secret = primitives.hkdfExtract(suite.hash(), Secret.owning(new byte[0]), baseKey);
        this.key = primitives.hkdfExpand(suite.hash(), secret, label(KEY_LABEL, suite, kid), suite.nk());
        this.salt = primitives.hkdfExpand(suite.hash(), secret, label(SALT_LABEL, suite, kid), suite.nn());
        secret.erase();
        this.aead = suite.aead().orElse(null);
        this.ctrHmac = aead == null ? new CtrHmac(primitives, suite, key) : null;
    }

    long kid() {
        return kid;
    }

    Bytes encrypt(long ctr, Bytes aad, Bytes plaintext) {
        Bytes nonce = nonce(ctr);
        return aead == null
                ? ctrHmac().encrypt(nonce, aad, plaintext)
                : primitives.aeadSeal(aead, key, nonce, aad, plaintext);
    }

    Bytes decrypt(long ctr, Bytes aad, Bytes ciphertext) throws CryptoException {
        Bytes nonce = nonce(ctr);
        return aead == null
                ? ctrHmac().decrypt(nonce, aad, ciphertext)
                : primitives.aeadOpen(aead, key, nonce, aad, ciphertext);
    }

    void erase() {
        key.erase();
        salt.erase();
        if (ctrHmac != null) {
            ctrHmac.erase();
        }
    }

    private CtrHmac ctrHmac() {
        if (ctrHmac == null) {
            throw new IllegalStateException("a suite with neither AEAD nor CTR and HMAC");
        }
        return ctrHmac;
    }

    private Bytes nonce(long ctr) {
        byte[] nonce = salt.expose();
        for (int i = 0; i < 8; i++) {
            nonce[nonce.length - 1 - i] ^= (byte) (ctr >>> 8 * i);
        }
        return Bytes.of(nonce);
    }

    private static Bytes label(String text, CipherSuite suite, long kid) {
        return new WireWriter()
                .fixed(Bytes.utf8(text))
                .uint64(kid)
                .uint16(suite.value())
                .toBytes();
    }
}
