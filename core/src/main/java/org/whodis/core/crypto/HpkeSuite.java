package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/** One choice of KEM, KDF and AEAD for {@link Hpke}. */
public record HpkeSuite(HpkeKem kem, HpkeKdf kdf, AeadAlgorithm aead) {
    /** {@code suite_id} of the key schedule: {@code "HPKE" || kem_id || kdf_id || aead_id} (RFC 9180 section 5.1). */
    Bytes id() {
        return Bytes.concat(
                Bytes.utf8("HPKE"),
                LabeledKdf.i2osp2(kem.id()),
                LabeledKdf.i2osp2(kdf.id()),
                LabeledKdf.i2osp2(aeadId()));
    }

    /** {@code aead_id} (RFC 9180 section 7.3). */
    public int aeadId() {
        return switch (aead) {
            case AES_128_GCM -> 0x0001;
            case AES_256_GCM -> 0x0002;
            case CHACHA20_POLY1305 -> 0x0003;
        };
    }
}
