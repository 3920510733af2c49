package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/** The fixed lengths of the primitives in bytes, and the checks that both implementations share. */
public final class Lengths {
    public static final int X25519 = 32;
    public static final int ED25519_SEED = 32;
    public static final int ED25519_PUBLIC_KEY = 32;
    public static final int ED25519_SIGNATURE = 64;
    public static final int ML_KEM_768_SEED = 64;
    public static final int ML_KEM_768_RANDOMNESS = 32;
    public static final int ML_KEM_768_PUBLIC_KEY = 1184;
    public static final int ML_KEM_768_CIPHERTEXT = 1088;
    public static final int ML_DSA_65_SEED = 32;
    public static final int ML_DSA_65_RANDOMNESS = 32;
    public static final int ML_DSA_65_PUBLIC_KEY = 1952;
    public static final int ML_DSA_65_SIGNATURE = 3309;
    public static final int AES_BLOCK = 16;

    private Lengths() {}

    /** A secret of the caller's own has to have {@code length} bytes; anything else is a fault of the caller. */
    public static void requireSecret(String what, Secret secret, int length) {
        if (secret.length() != length) {
            throw new IllegalArgumentException(what + " has " + secret.length() + " bytes instead of " + length);
        }
    }

    /** As {@link #requireSecret}, for a public value that the caller itself chose, such as a nonce. */
    public static void requireOwn(String what, Bytes value, int length) {
        if (value.length() != length) {
            throw new IllegalArgumentException(what + " has " + value.length() + " bytes instead of " + length);
        }
    }

    /** A value from outside has to have {@code length} bytes, else it is refused. */
    public static void requireForeign(String what, Bytes value, int length) throws CryptoException {
        if (value.length() != length) {
            throw new CryptoException(what + " has " + value.length() + " bytes instead of " + length);
        }
    }

    /** The bound of RFC 5869 section 2.3: "length of output keying material in octets (&lt;= 255*HashLen)". */
    public static void requireHkdfLength(HashAlgorithm algorithm, int length) {
        if (length < 0 || length > 255 * algorithm.length()) {
            throw new IllegalArgumentException("HKDF cannot give " + length + " bytes");
        }
    }

    /** HMAC and HKDF are defined here over SHA-2 only. */
    public static void requireSha2(HashAlgorithm algorithm) {
        if (algorithm == HashAlgorithm.SHA3_256) {
            throw new IllegalArgumentException("HMAC is not used with SHA3-256");
        }
    }

    /** AES keys of 128 and 256 bits. */
    public static void requireAesKey(Secret key) {
        if (key.length() != 16 && key.length() != 32) {
            throw new IllegalArgumentException("AES key has " + key.length() + " bytes instead of 16 or 32");
        }
    }

    /** An output length may be zero, never negative. */
    public static void requireOutputLength(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("an output of " + length + " bytes");
        }
    }
}
