package org.whodis.verify.violation.phone;

import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HpkeKdf;
import org.whodis.core.crypto.HpkeKem;
import org.whodis.core.mls.CipherSuite;

final class MakesUpSuite {
    private MakesUpSuite() {}

    static CipherSuite suite() {
        return CipherSuite.forTests(
                "mine", 0xF0FF, HashAlgorithm.SHA256, HpkeKem.X_WING, HpkeKdf.HKDF_SHA256, AeadAlgorithm.AES_128_GCM);
    }
}
