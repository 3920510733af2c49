package org.whodis.core.crypto.jdk;

import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Encapsulation;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * What an office or a phone on the JVM uses: each primitive from whichever of {@link JdkPrimitives} and
 * {@link BcPrimitives} is faster here. The figures behind each choice are in {@code docs/adr}.
 *
 * <p>Those two stay pure, so that tests can hold one against the other; this class only chooses.
 */
public final class JvmPrimitives implements Primitives {
    private final Primitives jdk = new JdkPrimitives();
    private final Primitives bouncyCastle = new BcPrimitives();

    @Override
    public Bytes hash(HashAlgorithm algorithm, Bytes input) {
        return jdk.hash(algorithm, input);
    }

    @Override
    public Bytes shake256(Bytes input, int length) {
        return bouncyCastle.shake256(input, length);
    }

    @Override
    public Bytes hmac(HashAlgorithm algorithm, Secret key, Bytes input) {
        return jdk.hmac(algorithm, key, input);
    }

    @Override
    public Secret hkdfExtract(HashAlgorithm algorithm, Secret salt, Secret inputKeyingMaterial) {
        return jdk.hkdfExtract(algorithm, salt, inputKeyingMaterial);
    }

    @Override
    public Secret hkdfExpand(HashAlgorithm algorithm, Secret pseudorandomKey, Bytes info, int length) {
        return jdk.hkdfExpand(algorithm, pseudorandomKey, info, length);
    }

    @Override
    public Bytes aeadSeal(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes plaintext) {
        return jdk.aeadSeal(algorithm, key, nonce, aad, plaintext);
    }

    @Override
    public Bytes aeadOpen(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes ciphertext)
            throws CryptoException {
        return jdk.aeadOpen(algorithm, key, nonce, aad, ciphertext);
    }

    @Override
    public Bytes aesCtr(Secret key, Bytes counterBlock, Bytes input) {
        return jdk.aesCtr(key, counterBlock, input);
    }

    @Override
    public Bytes x25519PublicKey(Secret privateKey) {
        return bouncyCastle.x25519PublicKey(privateKey);
    }

    @Override
    public Secret x25519(Secret privateKey, Bytes publicKey) throws CryptoException {
        return bouncyCastle.x25519(privateKey, publicKey);
    }

    @Override
    public Bytes ed25519PublicKey(Secret seed) {
        return bouncyCastle.ed25519PublicKey(seed);
    }

    @Override
    public Bytes ed25519Sign(Secret seed, Bytes message) {
        return bouncyCastle.ed25519Sign(seed, message);
    }

    @Override
    public boolean ed25519Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return bouncyCastle.ed25519Verify(publicKey, message, signature);
    }

    @Override
    public Bytes p256PublicKey(Secret privateKey) {
        return jdk.p256PublicKey(privateKey);
    }

    @Override
    public Secret p256(Secret privateKey, Bytes publicKey) throws CryptoException {
        return jdk.p256(privateKey, publicKey);
    }

    @Override
    public Bytes ecdsaP256Sign(Secret privateKey, Bytes message) {
        return jdk.ecdsaP256Sign(privateKey, message);
    }

    @Override
    public boolean ecdsaP256Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return jdk.ecdsaP256Verify(publicKey, message, signature);
    }

    @Override
    public Bytes mlKem768PublicKey(Secret seed) {
        return jdk.mlKem768PublicKey(seed);
    }

    @Override
    public Encapsulation mlKem768Encapsulate(Bytes publicKey, Secret randomness) throws CryptoException {
        return jdk.mlKem768Encapsulate(publicKey, randomness);
    }

    @Override
    public Secret mlKem768Decapsulate(Secret seed, Bytes ciphertext) throws CryptoException {
        return jdk.mlKem768Decapsulate(seed, ciphertext);
    }

    @Override
    public Bytes mlDsa65PublicKey(Secret seed) {
        return jdk.mlDsa65PublicKey(seed);
    }

    @Override
    public Bytes mlDsa65Sign(Secret seed, Bytes message, Secret randomness) {
        return jdk.mlDsa65Sign(seed, message, randomness);
    }

    @Override
    public boolean mlDsa65Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return jdk.mlDsa65Verify(publicKey, message, signature);
    }
}
