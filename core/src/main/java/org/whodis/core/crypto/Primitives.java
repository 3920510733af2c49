package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/**
 * The cryptographic primitives, without any state and without a random source: whoever needs randomness passes it in.
 *
 * <p>Two implementations exist, on the JDK's providers and on Bouncy Castle's lightweight API (the one that the browser
 * runs). They must give the same answer for every input, hostile ones included.
 *
 * <p>Faults of the caller (a private key of the wrong length) are {@link IllegalArgumentException}; input that came from
 * outside and is refused is a {@link CryptoException}, or {@code false} from a verification. Public keys, ciphertexts and
 * signatures of a wrong length count as input from outside.
 */
public interface Primitives {
    /** The hash of {@code input}; {@code algorithm.length()} bytes. */
    Bytes hash(HashAlgorithm algorithm, Bytes input);

    /** SHAKE256 (FIPS 202 section 6.2): the first {@code length} bytes of its output. */
    Bytes shake256(Bytes input, int length);

    /** HMAC (RFC 2104); {@code algorithm.length()} bytes. Not for SHA3. */
    Bytes hmac(HashAlgorithm algorithm, Secret key, Bytes input);

    /** HKDF-Extract (RFC 5869 section 2.2). An empty salt counts as {@code HashLen} zeros. */
    Secret hkdfExtract(HashAlgorithm algorithm, Secret salt, Secret inputKeyingMaterial);

    /** HKDF-Expand (RFC 5869 section 2.3); {@code length} is at most {@code 255 * HashLen}. */
    Secret hkdfExpand(HashAlgorithm algorithm, Secret pseudorandomKey, Bytes info, int length);

    /** Ciphertext followed by the full tag. The caller never uses a nonce twice with one key. */
    Bytes aeadSeal(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes plaintext);

    /** The plaintext, or a {@link CryptoException} when the tag does not match or the input is shorter than a tag. */
    Bytes aeadOpen(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes ciphertext)
            throws CryptoException;

    /**
     * AES in counter mode (NIST SP 800-38A section 6.5) for the CTR suites of RFC 9605; not authenticated by itself.
     *
     * @param key 16 or 32 bytes
     * @param counterBlock the first counter block, 16 bytes; counts up as one big-endian integer
     */
    Bytes aesCtr(Secret key, Bytes counterBlock, Bytes input);

    /** X25519 (RFC 7748): the public key of a 32-byte private key. */
    Bytes x25519PublicKey(Secret privateKey);

    /** X25519 (RFC 7748 section 6.1), 32 bytes. An all-zero result is refused. */
    Secret x25519(Secret privateKey, Bytes publicKey) throws CryptoException;

    /** Ed25519 (RFC 8032): the 32-byte public key of a 32-byte seed. */
    Bytes ed25519PublicKey(Secret seed);

    /** Ed25519 (RFC 8032 section 5.1.6), 64 bytes, deterministic. */
    Bytes ed25519Sign(Secret seed, Bytes message);

    /**
     * Ed25519 verification (RFC 8032 section 5.1.7) under one acceptance rule: {@code A} and {@code R} are the canonical
     * encodings of points of exactly the prime order, {@code S} is below that order, and the equation holds. Under it
     * the verification with and without the cofactor give the same answer; {@code docs/adr/0002} has the reasons.
     */
    boolean ed25519Verify(Bytes publicKey, Bytes message, Bytes signature);

    /**
     * P-256 (NIST SP 800-186): the uncompressed point, 65 bytes, of a private key, which is 32 bytes and a number from 1 to
     * one below the order.
     */
    Bytes p256PublicKey(Secret privateKey);

    /** ECDH over P-256 (SEC 1 section 3.3.1): the x-coordinate, 32 bytes. All but uncompressed points of the curve are refused. */
    Secret p256(Secret privateKey, Bytes publicKey) throws CryptoException;

    /** ECDSA over P-256 with SHA-256 (FIPS 186-5), the deterministic variant of RFC 6979; a DER {@code Ecdsa-Sig-Value}. */
    Bytes ecdsaP256Sign(Secret privateKey, Bytes message);

    /** ECDSA verification: DER as strict as it is written, the key an uncompressed point. High values of s are accepted. */
    boolean ecdsaP256Verify(Bytes publicKey, Bytes message, Bytes signature);

    /** ML-KEM-768 key generation (FIPS 203 algorithm 16) from {@code d || z}, 64 bytes; public key of 1184 bytes. */
    Bytes mlKem768PublicKey(Secret seed);

    /**
     * ML-KEM-768 encapsulation (FIPS 203 section 7.2, algorithm 17) with the 32 random bytes {@code m}: ciphertext of
     * 1088 bytes, shared secret of 32. A public key that fails the modulus check is refused.
     */
    Encapsulation mlKem768Encapsulate(Bytes publicKey, Secret randomness) throws CryptoException;

    /** ML-KEM-768 decapsulation (FIPS 203 section 7.3) under a 64-byte seed; rejects implicitly, as FIPS 203 says. */
    Secret mlKem768Decapsulate(Secret seed, Bytes ciphertext) throws CryptoException;

    /** ML-DSA-65 key generation (FIPS 204 algorithm 6) from the 32-byte seed xi; public key of 1952 bytes. */
    Bytes mlDsa65PublicKey(Secret seed);

    /**
     * ML-DSA-65 signature (FIPS 204 algorithm 2) with an empty context; 3309 bytes. {@code randomness} is the 32 bytes
     * {@code rnd} of the hedged variant, 32 zeros for the deterministic one.
     */
    Bytes mlDsa65Sign(Secret seed, Bytes message, Secret randomness);

    /** ML-DSA-65 verification (FIPS 204 algorithm 3) with an empty context. */
    boolean mlDsa65Verify(Bytes publicKey, Bytes message, Bytes signature);
}
