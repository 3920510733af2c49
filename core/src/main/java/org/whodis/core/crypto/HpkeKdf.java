package org.whodis.core.crypto;

import org.jspecify.annotations.Nullable;

/**
 * The key derivation functions of {@link Hpke}: the two-stage ones of RFC 9180 section 7.2, and SHAKE256, which
 * draft-ietf-hpke-pq adds as a one-stage function.
 */
public enum HpkeKdf {
    HKDF_SHA256(0x0001, 32, HashAlgorithm.SHA256),
    HKDF_SHA384(0x0002, 48, HashAlgorithm.SHA384),
    HKDF_SHA512(0x0003, 64, HashAlgorithm.SHA512),
    SHAKE256(0x0011, 64, null);

    private final int id;
    private final int length;
    private final @Nullable HashAlgorithm hash;

    HpkeKdf(int id, int length, @Nullable HashAlgorithm hash) {
        this.id = id;
        this.length = length;
        this.hash = hash;
    }

    /** {@code kdf_id}. */
    public int id() {
        return id;
    }

    /** {@code Nh}. */
    public int length() {
        return length;
    }

    /** Whether {@code Extract} and {@code Expand} are one function, {@code Derive}. */
    public boolean isOneStage() {
        return hash == null;
    }

    /** The hash function of a two-stage one. */
    HashAlgorithm hash() {
        if (hash == null) {
            throw new IllegalStateException(this + " has no Extract and Expand");
        }
        return hash;
    }
}
