package org.whodis.core.sframe;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.HashAlgorithm;

/**
 * The cipher suites of RFC 9605 section 4.5 (1 to 5), and those with AES-256 in counter mode whose code points and vectors
 * the working group has published since (6 to 8). Lengths are in bytes, under the RFC's names.
 */
public enum CipherSuite {
    AES_128_CTR_HMAC_SHA256_80(1, HashAlgorithm.SHA256, null, 16, 10),
    AES_128_CTR_HMAC_SHA256_64(2, HashAlgorithm.SHA256, null, 16, 8),
    AES_128_CTR_HMAC_SHA256_32(3, HashAlgorithm.SHA256, null, 16, 4),
    AES_128_GCM_SHA256_128(4, HashAlgorithm.SHA256, AeadAlgorithm.AES_128_GCM, 16, 16),
    AES_256_GCM_SHA512_128(5, HashAlgorithm.SHA512, AeadAlgorithm.AES_256_GCM, 32, 16),
    AES_256_CTR_HMAC_SHA512_80(6, HashAlgorithm.SHA512, null, 32, 10),
    AES_256_CTR_HMAC_SHA512_64(7, HashAlgorithm.SHA512, null, 32, 8),
    AES_256_CTR_HMAC_SHA512_32(8, HashAlgorithm.SHA512, null, 32, 4);

    private final int value;
    private final HashAlgorithm hash;
    private final @Nullable AeadAlgorithm aead;
    private final int cipherKeyLength;
    private final int tagLength;

    CipherSuite(int value, HashAlgorithm hash, @Nullable AeadAlgorithm aead, int cipherKeyLength, int tagLength) {
        this.value = value;
        this.hash = hash;
        this.aead = aead;
        this.cipherKeyLength = cipherKeyLength;
        this.tagLength = tagLength;
    }

    /** The code point, a {@code uint16}. */
    public int value() {
        return value;
    }

    public HashAlgorithm hash() {
        return hash;
    }

    /** {@code Nk}: the length of {@code sframe_key}; for the CTR suites of both keys that it is cut into. */
    public int nk() {
        return aead == null ? nka() + hash.length() : aead.keyLength();
    }

    /** {@code Nka}: the length of the cipher's own key. */
    int nka() {
        return cipherKeyLength;
    }

    /** {@code Nn}: the length of the nonce, 12 for all. */
    public int nn() {
        return 12;
    }

    /** {@code Nt}: the length of the tag, by which a ciphertext is longer than its plaintext. */
    public int nt() {
        return tagLength;
    }

    /** The AEAD of the suite; empty for those built of AES-CTR and HMAC. */
    Optional<AeadAlgorithm> aead() {
        return Optional.ofNullable(aead);
    }
}
