package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HpkeKdf;
import org.whodis.core.crypto.HpkeKem;
import org.whodis.core.crypto.HpkeSuite;

/**
 * A cipher suite (RFC 9420 section 17.1 and draft-ietf-mls-pq-ciphersuites). The KDF is HKDF with the suite's
 * hash.
 *
 * <p>This is the one place that holds the code points of those that are implemented.
 */
public final class CipherSuite {
    public static final CipherSuite MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519 = new CipherSuite(
            "MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519",
            0x0001,
            HashAlgorithm.SHA256,
            SignatureScheme.ED25519,
            HpkeKem.DHKEM_X25519_HKDF_SHA256,
            HpkeKdf.HKDF_SHA256,
            AeadAlgorithm.AES_128_GCM);

    public static final CipherSuite MLS_128_DHKEMP256_AES128GCM_SHA256_P256 = new CipherSuite(
            "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
            0x0002,
            HashAlgorithm.SHA256,
            SignatureScheme.ECDSA_SECP256R1_SHA256,
            HpkeKem.DHKEM_P256_HKDF_SHA256,
            HpkeKdf.HKDF_SHA256,
            AeadAlgorithm.AES_128_GCM);

    public static final CipherSuite MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519 = new CipherSuite(
            "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519",
            0x0003,
            HashAlgorithm.SHA256,
            SignatureScheme.ED25519,
            HpkeKem.DHKEM_X25519_HKDF_SHA256,
            HpkeKdf.HKDF_SHA256,
            AeadAlgorithm.CHACHA20_POLY1305);

    /**
     * The suite of Whodis calls: KEM 0x647a (X-Wing), KDF 0x0002, AEAD 0x0002.
     *
     * <p>draft-ietf-mls-pq-ciphersuites-06 (July 2026) still calls its value "TBD2", so the code point is from the
     * private-use range 0xF000..0xFFFF, the second there as the suite is the second in the draft's table.
     */
    public static final CipherSuite MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519 = new CipherSuite(
            "MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519",
            0xF002,
            HashAlgorithm.SHA384,
            SignatureScheme.ED25519,
            HpkeKem.X_WING,
            HpkeKdf.HKDF_SHA384,
            AeadAlgorithm.AES_256_GCM);

    private static final List<CipherSuite> IMPLEMENTED = List.of(
            MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519,
            MLS_128_DHKEMP256_AES128GCM_SHA256_P256,
            MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519,
            MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519);

    private final String name;
    private final int value;
    private final HashAlgorithm hash;
    private final SignatureScheme signature;
    private final HpkeKem kem;
    private final HpkeKdf kdf;
    private final AeadAlgorithm aead;

    private CipherSuite(
            String name,
            int value,
            HashAlgorithm hash,
            SignatureScheme signature,
            HpkeKem kem,
            HpkeKdf kdf,
            AeadAlgorithm aead) {
        this.name = name;
        this.value = value;
        this.hash = hash;
        this.signature = signature;
        this.kem = kem;
        this.kdf = kdf;
        this.aead = aead;
    }

    /**
     * A suite with Ed25519 that only tests use, to talk to implementations with suites of their own. {@link #of} does not find it, and a
     * rule of architecture keeps everything but tests from making one.
     */
    public static CipherSuite forTests(
            String name, int value, HashAlgorithm hash, HpkeKem kem, HpkeKdf kdf, AeadAlgorithm aead) {
        return new CipherSuite(name, value, hash, SignatureScheme.ED25519, kem, kdf, aead);
    }

    /** Those with a name here. */
    public static List<CipherSuite> values() {
        return IMPLEMENTED;
    }

    /** The suite with this code point, or null if it is not implemented. */
    public static @Nullable CipherSuite of(int value) {
        for (CipherSuite suite : IMPLEMENTED) {
            if (suite.value == value) {
                return suite;
            }
        }
        return null;
    }

    /**
     * The implemented suite with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static CipherSuite named(String name) {
        for (CipherSuite suite : IMPLEMENTED) {
            if (suite.name.equals(name)) {
                return suite;
            }
        }
        throw new IllegalArgumentException("no suite " + name);
    }

    /** The {@code uint16} on the wire. */
    public int value() {
        return value;
    }

    /** The hash of transcripts, trees and references, and of HKDF and HMAC. */
    public HashAlgorithm hash() {
        return hash;
    }

    public AeadAlgorithm aead() {
        return aead;
    }

    SignatureScheme signature() {
        return signature;
    }

    HpkeSuite hpke() {
        return new HpkeSuite(kem, kdf, aead);
    }

    /** {@code KDF.Nh} in bytes. */
    int secretLength() {
        return hash.length();
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
