package org.whodis.core.mls;

import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HpkeKdf;
import org.whodis.core.crypto.HpkeKem;

/** Suites that other implementations made up for themselves. */
final class PrivateSuites {
    /**
     * ts-mls 1.6.4: X-Wing (KEM 0x647a, whose DeriveKeyPair takes 32 bytes of SHAKE256 as draft-connolly-cfrg-xwing-kem says),
     * HKDF-SHA512 (0x0003), AES-256-GCM, Ed25519.
     */
    static final CipherSuite XWING_AES256GCM_SHA512_ED25519 = CipherSuite.forTests(
            "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
            83,
            HashAlgorithm.SHA512,
            HpkeKem.X_WING_OF_ITS_DRAFT,
            HpkeKdf.HKDF_SHA512,
            AeadAlgorithm.AES_256_GCM);

    private PrivateSuites() {}
}
