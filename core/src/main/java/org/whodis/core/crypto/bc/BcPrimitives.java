package org.whodis.core.crypto.bc;

import java.util.Arrays;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.SICBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Encapsulation;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Lengths;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * {@link Primitives} on Bouncy Castle's lightweight API. It uses none of the JDK's providers and no random source, so it
 * is the one that the browser runs. It has no state.
 */
public final class BcPrimitives implements Primitives {

    @Override
    public Bytes hash(HashAlgorithm algorithm, Bytes input) {
        Digest digest = digest(algorithm);
        byte[] data = input.toArray();
        byte[] out = new byte[algorithm.length()];
        digest.update(data, 0, data.length);
        digest.doFinal(out, 0);
        return Bytes.of(out);
    }

    @Override
    public Bytes shake256(Bytes input, int length) {
        Lengths.requireOutputLength(length);
        SHAKEDigest digest = new SHAKEDigest(256);
        byte[] data = input.toArray();
        byte[] out = new byte[length];
        digest.update(data, 0, data.length);
        digest.doFinal(out, 0, length);
        return Bytes.of(out);
    }

    @Override
    public Bytes hmac(HashAlgorithm algorithm, Secret key, Bytes input) {
        return Bytes.of(hmac(algorithm, key, input.toArray()));
    }

    @Override
    public Secret hkdfExtract(HashAlgorithm algorithm, Secret salt, Secret inputKeyingMaterial) {
        byte[] input = inputKeyingMaterial.expose();
        try {
            return Secret.owning(hmac(algorithm, salt, input));
        } finally {
            wipe(input);
        }
    }

    @Override
    public Secret hkdfExpand(HashAlgorithm algorithm, Secret pseudorandomKey, Bytes info, int length) {
        Lengths.requireSha2(algorithm);
        Lengths.requireHkdfLength(algorithm, length);
        byte[] key = pseudorandomKey.expose();
        try {
            HKDFBytesGenerator generator = new HKDFBytesGenerator(digest(algorithm));
            generator.init(HKDFParameters.skipExtractParameters(key, info.toArray()));
            byte[] out = new byte[length];
            generator.generateBytes(out, 0, length);
            return Secret.owning(out);
        } finally {
            wipe(key);
        }
    }

    private static byte[] hmac(HashAlgorithm algorithm, Secret key, byte[] input) {
        Lengths.requireSha2(algorithm);
        byte[] raw = key.expose();
        try {
            HMac mac = new HMac(digest(algorithm));
            mac.init(new KeyParameter(raw));
            mac.update(input, 0, input.length);
            byte[] out = new byte[algorithm.length()];
            mac.doFinal(out, 0);
            return out;
        } finally {
            wipe(raw);
        }
    }

    private static Digest digest(HashAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> new SHA256Digest();
            case SHA384 -> new SHA384Digest();
            case SHA512 -> new SHA512Digest();
            case SHA3_256 -> new SHA3Digest(256);
        };
    }

    @Override
    public Bytes aeadSeal(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes plaintext) {
        try {
            return Bytes.of(aead(algorithm, true, key, nonce, aad, plaintext));
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("sealing has no tag that could mismatch", e);
        }
    }

    @Override
    public Bytes aeadOpen(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes ciphertext)
            throws CryptoException {
        requireAead(algorithm, key, nonce);
        if (ciphertext.length() < algorithm.tagLength()) {
            throw new CryptoException("ciphertext shorter than its tag");
        }
        try {
            return Bytes.of(aead(algorithm, false, key, nonce, aad, ciphertext));
        } catch (InvalidCipherTextException e) {
            throw new CryptoException("authentication tag does not match");
        }
    }

    private static byte[] aead(AeadAlgorithm algorithm, boolean seal, Secret key, Bytes nonce, Bytes aad, Bytes text)
            throws InvalidCipherTextException {
        requireAead(algorithm, key, nonce);
        AEADCipher cipher = switch (algorithm) {
            case AES_128_GCM, AES_256_GCM -> GCMBlockCipher.newInstance(AESEngine.newInstance());
            case CHACHA20_POLY1305 -> new ChaCha20Poly1305();
        };
        byte[] raw = key.expose();
        try {
            KeyParameter parameter = new KeyParameter(raw);
            cipher.init(seal, new AEADParameters(parameter, 8 * algorithm.tagLength(), nonce.toArray(), aad.toArray()));
        } finally {
            wipe(raw);
        }
        byte[] in = text.toArray();
        byte[] out = new byte[cipher.getOutputSize(in.length)];
        int length = cipher.processBytes(in, 0, in.length, out, 0);
        cipher.doFinal(out, length);
        return out;
    }

    private static void requireAead(AeadAlgorithm algorithm, Secret key, Bytes nonce) {
        Lengths.requireSecret("AEAD key", key, algorithm.keyLength());
        Lengths.requireOwn("AEAD nonce", nonce, algorithm.nonceLength());
    }

    @Override
    public Bytes aesCtr(Secret key, Bytes counterBlock, Bytes input) {
        Lengths.requireAesKey(key);
        Lengths.requireOwn("AES counter block", counterBlock, Lengths.AES_BLOCK);
        var cipher = SICBlockCipher.newInstance(AESEngine.newInstance());
        byte[] raw = key.expose();
        try {
            cipher.init(true, new ParametersWithIV(new KeyParameter(raw), counterBlock.toArray()));
        } finally {
            wipe(raw);
        }
        byte[] in = input.toArray();
        byte[] out = new byte[in.length];
        cipher.processBytes(in, 0, in.length, out, 0);
        return Bytes.of(out);
    }

    @Override
    public Bytes x25519PublicKey(Secret privateKey) {
        Lengths.requireSecret("X25519 private key", privateKey, Lengths.X25519);
        byte[] scalar = privateKey.expose();
        try {
            byte[] out = new byte[Lengths.X25519];
            X25519.scalarMultBase(scalar, 0, out, 0);
            return Bytes.of(out);
        } finally {
            wipe(scalar);
        }
    }

    @Override
    public Secret x25519(Secret privateKey, Bytes publicKey) throws CryptoException {
        Lengths.requireSecret("X25519 private key", privateKey, Lengths.X25519);
        Lengths.requireForeign("X25519 public key", publicKey, Lengths.X25519);
        byte[] scalar = privateKey.expose();
        try {
            byte[] out = new byte[Lengths.X25519];
            if (!X25519.calculateAgreement(scalar, 0, publicKey.toArray(), 0, out, 0)) {
                throw new CryptoException("X25519 gives the all-zero value");
            }
            return Secret.owning(out);
        } finally {
            wipe(scalar);
        }
    }

    @Override
    public Bytes ed25519PublicKey(Secret seed) {
        Lengths.requireSecret("Ed25519 seed", seed, Lengths.ED25519_SEED);
        byte[] raw = seed.expose();
        try {
            byte[] out = new byte[Lengths.ED25519_PUBLIC_KEY];
            Ed25519.generatePublicKey(raw, 0, out, 0);
            return Bytes.of(out);
        } finally {
            wipe(raw);
        }
    }

    @Override
    public Bytes ed25519Sign(Secret seed, Bytes message) {
        Lengths.requireSecret("Ed25519 seed", seed, Lengths.ED25519_SEED);
        byte[] raw = seed.expose();
        try {
            byte[] text = message.toArray();
            byte[] out = new byte[Lengths.ED25519_SIGNATURE];
            Ed25519.sign(raw, 0, text, 0, text.length, out, 0);
            return Bytes.of(out);
        } finally {
            wipe(raw);
        }
    }

    @Override
    public boolean ed25519Verify(Bytes publicKey, Bytes message, Bytes signature) {
        if (publicKey.length() != Lengths.ED25519_PUBLIC_KEY || signature.length() != Lengths.ED25519_SIGNATURE) {
            return false;
        }
        byte[] a = publicKey.toArray();
        byte[] rAndS = signature.toArray();
        // Both points have to be the one encoding of a point of prime order; R stands at the start of the signature.
        return Ed25519.verify(rAndS, 0, a, 0, message.toArray(), 0, message.length())
                && PrimeOrder.holds(a, 0)
                && PrimeOrder.holds(rAndS, 0);
    }

    @Override
    public Bytes p256PublicKey(Secret privateKey) {
        return BcP256.publicKey(privateKey);
    }

    @Override
    public Secret p256(Secret privateKey, Bytes publicKey) throws CryptoException {
        return BcP256.agree(privateKey, publicKey);
    }

    @Override
    public Bytes ecdsaP256Sign(Secret privateKey, Bytes message) {
        return BcP256.sign(privateKey, hash(HashAlgorithm.SHA256, message));
    }

    @Override
    public boolean ecdsaP256Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return BcP256.verify(publicKey, hash(HashAlgorithm.SHA256, message), signature);
    }

    @Override
    public Bytes mlKem768PublicKey(Secret seed) {
        return Bytes.of(mlKemKey(seed).getPublicKey());
    }

    @Override
    public Encapsulation mlKem768Encapsulate(Bytes publicKey, Secret randomness) throws CryptoException {
        Lengths.requireSecret("ML-KEM-768 randomness", randomness, Lengths.ML_KEM_768_RANDOMNESS);
        Lengths.requireForeign("ML-KEM-768 public key", publicKey, Lengths.ML_KEM_768_PUBLIC_KEY);
        MLKEMPublicKeyParameters key;
        try {
            key = new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, publicKey.toArray());
        } catch (IllegalArgumentException e) {
            throw new CryptoException("ML-KEM-768 public key fails the modulus check");
        }
        byte[] m = randomness.expose();
        try {
            SecretWithEncapsulation result = MLKEMGenerator.internalGenerateEncapsulated(key, m);
            return new Encapsulation(Secret.owning(result.getSecret()), Bytes.of(result.getEncapsulation()));
        } finally {
            wipe(m);
        }
    }

    @Override
    public Secret mlKem768Decapsulate(Secret seed, Bytes ciphertext) throws CryptoException {
        MLKEMPrivateKeyParameters key = mlKemKey(seed);
        Lengths.requireForeign("ML-KEM-768 ciphertext", ciphertext, Lengths.ML_KEM_768_CIPHERTEXT);
        return Secret.owning(new MLKEMExtractor(key).extractSecret(ciphertext.toArray()));
    }

    private static MLKEMPrivateKeyParameters mlKemKey(Secret seed) {
        Lengths.requireSecret("ML-KEM-768 seed", seed, Lengths.ML_KEM_768_SEED);
        byte[] raw = seed.expose();
        try {
            return new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, raw);
        } finally {
            wipe(raw);
        }
    }

    @Override
    public Bytes mlDsa65PublicKey(Secret seed) {
        return Bytes.of(mlDsaKey(seed).getPublicKey());
    }

    @Override
    public Bytes mlDsa65Sign(Secret seed, Bytes message, Secret randomness) {
        Lengths.requireSecret("ML-DSA-65 randomness", randomness, Lengths.ML_DSA_65_RANDOMNESS);
        MLDSAPrivateKeyParameters key = mlDsaKey(seed);
        byte[] rnd = randomness.expose();
        try {
            return Bytes.of(new InternalMlDsa(key).sign(message.toArray(), rnd));
        } finally {
            wipe(rnd);
        }
    }

    @Override
    public boolean mlDsa65Verify(Bytes publicKey, Bytes message, Bytes signature) {
        if (publicKey.length() != Lengths.ML_DSA_65_PUBLIC_KEY || signature.length() != Lengths.ML_DSA_65_SIGNATURE) {
            return false;
        }
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_65, publicKey.toArray()));
        verifier.update(message.toArray(), 0, message.length());
        return verifier.verifySignature(signature.toArray());
    }

    private static MLDSAPrivateKeyParameters mlDsaKey(Secret seed) {
        Lengths.requireSecret("ML-DSA-65 seed", seed, Lengths.ML_DSA_65_SEED);
        byte[] raw = seed.expose();
        try {
            return new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, raw);
        } finally {
            wipe(raw);
        }
    }

    /** Reaches the method that takes {@code rnd} as an argument: the public one takes it from a {@code SecureRandom}. */
    private static final class InternalMlDsa extends MLDSASigner {
        InternalMlDsa(MLDSAPrivateKeyParameters key) {
            init(true, key);
        }

        /** FIPS 204 algorithm 2 with an empty context: algorithm 7 over two zero bytes and the message. */
        byte[] sign(byte[] message, byte[] rnd) {
            byte[] prefixed = new byte[message.length + 2];
            System.arraycopy(message, 0, prefixed, 2, message.length);
            return internalGenerateSignature(prefixed, rnd);
        }
    }

    private static void wipe(byte[] secret) {
        Arrays.fill(secret, (byte) 0);
    }
}
