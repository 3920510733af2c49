package org.whodis.core.crypto.jdk;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.DecapsulateException;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Encapsulation;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Lengths;
import org.whodis.core.crypto.P256;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * {@link Primitives} on the providers of the JDK (25 or later), which only this package of the core may use.
 *
 * <p>It has no state: every call makes its own {@code Cipher} or {@code Signature}. Their instances cannot be shared
 * between threads, and the core has no threads to tie them to; what that costs is measured in {@code docs/adr}. A
 * provider that lacks an algorithm, or behaves as it must not, is an {@link IllegalStateException}.
 */
public final class JdkPrimitives implements Primitives {
    // Keys go in and out of the JDK in DER only. Everything before the key itself is constant (RFC 8410 section 4 and
    // section 7, RFC 9935 section 4, RFC 9881 section 4).
    private static final Bytes X25519_PUBLIC = Bytes.fromHex("302a300506032b656e032100");
    private static final Bytes X25519_PRIVATE = Bytes.fromHex("302e020100300506032b656e04220420");
    private static final Bytes ED25519_PUBLIC = Bytes.fromHex("302a300506032b6570032100");
    private static final Bytes ED25519_PRIVATE = Bytes.fromHex("302e020100300506032b657004220420");
    private static final Bytes ML_KEM_768_PUBLIC = Bytes.fromHex("308204b2300b0609608648016503040402038204a100");
    private static final Bytes ML_DSA_65_PUBLIC = Bytes.fromHex("308207b2300b0609608648016503040312038207a100");

    /** The u-coordinate of X25519's base point (RFC 7748 section 4.1). */
    private static final Bytes X25519_BASE =
            Bytes.fromHex("0900000000000000000000000000000000000000000000000000000000000000");

    /** The encoding of the neutral point of edwards25519, (0, 1). */
    private static final Bytes NEUTRAL_POINT =
            Bytes.fromHex("0100000000000000000000000000000000000000000000000000000000000000");

    @Override
    public Bytes hash(HashAlgorithm algorithm, Bytes input) {
        String name = switch (algorithm) {
            case SHA256 -> "SHA-256";
            case SHA384 -> "SHA-384";
            case SHA512 -> "SHA-512";
            case SHA3_256 -> "SHA3-256";
        };
        try {
            return Bytes.of(MessageDigest.getInstance(name).digest(input.toArray()));
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public Bytes shake256(Bytes input, int length) {
        Lengths.requireOutputLength(length);
        return Bytes.of(Shake256.digest(input.toArray(), length));
    }

    @Override
    public Bytes hmac(HashAlgorithm algorithm, Secret key, Bytes input) {
        return Bytes.of(mac(algorithm, key).doFinal(input.toArray()));
    }

    @Override
    public Secret hkdfExtract(HashAlgorithm algorithm, Secret salt, Secret inputKeyingMaterial) {
        byte[] input = inputKeyingMaterial.expose();
        try {
            return Secret.owning(mac(algorithm, salt).doFinal(input));
        } finally {
            Arrays.fill(input, (byte) 0);
        }
    }

    @Override
    public Secret hkdfExpand(HashAlgorithm algorithm, Secret pseudorandomKey, Bytes info, int length) {
        Lengths.requireHkdfLength(algorithm, length);
        Mac mac = mac(algorithm, pseudorandomKey);
        byte[] context = info.toArray();
        byte[] out = new byte[length];
        byte[] block = {};
        for (int at = 0, counter = 1; at < length; at += block.length, counter++) {
            mac.update(block);
            mac.update(context);
            mac.update((byte) counter);
            Arrays.fill(block, (byte) 0);
            block = mac.doFinal();
            System.arraycopy(block, 0, out, at, Math.min(block.length, length - at));
        }
        Arrays.fill(block, (byte) 0);
        return Secret.owning(out);
    }

    private static Mac mac(HashAlgorithm algorithm, Secret key) {
        Lengths.requireSha2(algorithm);
        String name = switch (algorithm) {
            case SHA256 -> "HmacSHA256";
            case SHA384 -> "HmacSHA384";
            case SHA512 -> "HmacSHA512";
            case SHA3_256 -> "HmacSHA3-256";
        };
        // SecretKeySpec refuses an empty key. HMAC pads keys with zeros, so one zero byte is the same key.
        byte[] raw = key.length() == 0 ? new byte[1] : key.expose();
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(raw, name));
            return mac;
        } catch (GeneralSecurityException e) {
            throw broken(e);
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    @Override
    public Bytes aeadSeal(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes plaintext) {
        try {
            Cipher cipher = aead(algorithm, Cipher.ENCRYPT_MODE, key, nonce);
            cipher.updateAAD(aad.toArray());
            return Bytes.of(cipher.doFinal(plaintext.toArray()));
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public Bytes aeadOpen(AeadAlgorithm algorithm, Secret key, Bytes nonce, Bytes aad, Bytes ciphertext)
            throws CryptoException {
        try {
            Cipher cipher = aead(algorithm, Cipher.DECRYPT_MODE, key, nonce);
            if (ciphertext.length() < algorithm.tagLength()) {
                throw new CryptoException("ciphertext shorter than its tag");
            }
            cipher.updateAAD(aad.toArray());
            return Bytes.of(cipher.doFinal(ciphertext.toArray()));
        } catch (AEADBadTagException e) {
            throw new CryptoException("authentication tag does not match");
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    private static Cipher aead(AeadAlgorithm algorithm, int mode, Secret key, Bytes nonce)
            throws GeneralSecurityException {
        Lengths.requireSecret("AEAD key", key, algorithm.keyLength());
        Lengths.requireOwn("AEAD nonce", nonce, algorithm.nonceLength());
        return switch (algorithm) {
            case AES_128_GCM, AES_256_GCM ->
                cipher(
                        "AES/GCM/NoPadding",
                        mode,
                        key,
                        "AES",
                        new GCMParameterSpec(8 * algorithm.tagLength(), nonce.toArray()));
            case CHACHA20_POLY1305 ->
                cipher("ChaCha20-Poly1305", mode, key, "ChaCha20", new IvParameterSpec(nonce.toArray()));
        };
    }

    @Override
    public Bytes aesCtr(Secret key, Bytes counterBlock, Bytes input) {
        Lengths.requireAesKey(key);
        Lengths.requireOwn("AES counter block", counterBlock, Lengths.AES_BLOCK);
        try {
            IvParameterSpec counter = new IvParameterSpec(counterBlock.toArray());
            return Bytes.of(cipher("AES/CTR/NoPadding", Cipher.ENCRYPT_MODE, key, "AES", counter)
                    .doFinal(input.toArray()));
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    private static Cipher cipher(String name, int mode, Secret key, String keyName, AlgorithmParameterSpec parameters)
            throws GeneralSecurityException {
        byte[] raw = key.expose();
        try {
            Cipher cipher = Cipher.getInstance(name);
            cipher.init(mode, new SecretKeySpec(raw, keyName), parameters);
            return cipher;
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    @Override
    public Bytes x25519PublicKey(Secret privateKey) {
        try {
            return Bytes.of(agree(privateKey, X25519_BASE));
        } catch (InvalidKeyException e) {
            throw broken(e); // a clamped scalar never takes the base point to zero
        }
    }

    @Override
    public Secret x25519(Secret privateKey, Bytes publicKey) throws CryptoException {
        Lengths.requireSecret("X25519 private key", privateKey, Lengths.X25519);
        Lengths.requireForeign("X25519 public key", publicKey, Lengths.X25519);
        try {
            return Secret.owning(agree(privateKey, publicKey));
        } catch (InvalidKeyException e) {
            throw new CryptoException("X25519 gives the all-zero value");
        }
    }

    /** X25519; an {@link InvalidKeyException} says that the result is zero. */
    private static byte[] agree(Secret privateKey, Bytes publicKey) throws InvalidKeyException {
        Lengths.requireSecret("X25519 private key", privateKey, Lengths.X25519);
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(privateKey("X25519", X25519_PRIVATE, privateKey));
            agreement.doPhase(publicKey("X25519", X25519_PUBLIC, publicKey), true);
            return agreement.generateSecret();
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public Bytes ed25519PublicKey(Secret seed) {
        Lengths.requireSecret("Ed25519 seed", seed, Lengths.ED25519_SEED);
        return rawPublicKey(keyPair("Ed25519", seed).getPublic(), ED25519_PUBLIC);
    }

    @Override
    public Bytes ed25519Sign(Secret seed, Bytes message) {
        Lengths.requireSecret("Ed25519 seed", seed, Lengths.ED25519_SEED);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey("Ed25519", ED25519_PRIVATE, seed));
            signature.update(message.toArray());
            return Bytes.of(signature.sign());
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public boolean ed25519Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return publicKey.length() == Lengths.ED25519_PUBLIC_KEY
                && signature.length() == Lengths.ED25519_SIGNATURE
                && verify("Ed25519", ED25519_PUBLIC, publicKey, message, signature)
                // The JDK checks canonical encodings and the equation without the cofactor. Under a key A of prime
                // order
                // R = [S]B - [k]A has prime order as well, or is the neutral point.
                && Edwards25519.isOfPrimeOrder(publicKey.toArray())
                && !signature.slice(0, 32).equals(NEUTRAL_POINT);
    }

    @Override
    public Bytes p256PublicKey(Secret privateKey) {
        P256.requirePrivateKey(privateKey);
        return JdkP256.publicKey(privateKey);
    }

    @Override
    public Secret p256(Secret privateKey, Bytes publicKey) throws CryptoException {
        return JdkP256.agree(P256.requirePrivateKey(privateKey), P256.requirePoint(publicKey));
    }

    @Override
    public Bytes ecdsaP256Sign(Secret privateKey, Bytes message) {
        return JdkP256.sign(
                P256.requirePrivateKey(privateKey), message, P256.deterministicNonce(this, privateKey, message));
    }

    @Override
    public boolean ecdsaP256Verify(Bytes publicKey, Bytes message, Bytes signature) {
        P256.Point point = P256.decodePoint(publicKey);
        P256.EcdsaSignature decoded = P256.EcdsaSignature.decode(signature);
        return point != null && decoded != null && JdkP256.verify(point, message, decoded);
    }

    @Override
    public Bytes mlKem768PublicKey(Secret seed) {
        Lengths.requireSecret("ML-KEM-768 seed", seed, Lengths.ML_KEM_768_SEED);
        return rawPublicKey(keyPair("ML-KEM-768", seed).getPublic(), ML_KEM_768_PUBLIC);
    }

    @Override
    public Encapsulation mlKem768Encapsulate(Bytes publicKey, Secret randomness) throws CryptoException {
        Lengths.requireSecret("ML-KEM-768 randomness", randomness, Lengths.ML_KEM_768_RANDOMNESS);
        Lengths.requireForeign("ML-KEM-768 public key", publicKey, Lengths.ML_KEM_768_PUBLIC_KEY);
        FixedOutput random = fixed(randomness);
        try {
            PublicKey key = publicKey("ML-KEM-768", ML_KEM_768_PUBLIC, publicKey);
            KEM.Encapsulated result = KEM.getInstance("ML-KEM-768")
                    .newEncapsulator(key, null, random)
                    .encapsulate();
            random.requireDrained();
            return new Encapsulation(secret(result.key()), Bytes.of(result.encapsulation()));
        } catch (InvalidKeyException | InvalidKeySpecException e) {
            throw new CryptoException("ML-KEM-768 public key fails the modulus check");
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public Secret mlKem768Decapsulate(Secret seed, Bytes ciphertext) throws CryptoException {
        Lengths.requireSecret("ML-KEM-768 seed", seed, Lengths.ML_KEM_768_SEED);
        Lengths.requireForeign("ML-KEM-768 ciphertext", ciphertext, Lengths.ML_KEM_768_CIPHERTEXT);
        try {
            PrivateKey key = keyPair("ML-KEM-768", seed).getPrivate();
            return secret(KEM.getInstance("ML-KEM-768").newDecapsulator(key).decapsulate(ciphertext.toArray()));
        } catch (DecapsulateException e) {
            throw new CryptoException("ML-KEM-768 ciphertext refused");
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public Bytes mlDsa65PublicKey(Secret seed) {
        Lengths.requireSecret("ML-DSA-65 seed", seed, Lengths.ML_DSA_65_SEED);
        return rawPublicKey(keyPair("ML-DSA-65", seed).getPublic(), ML_DSA_65_PUBLIC);
    }

    @Override
    public Bytes mlDsa65Sign(Secret seed, Bytes message, Secret randomness) {
        Lengths.requireSecret("ML-DSA-65 seed", seed, Lengths.ML_DSA_65_SEED);
        Lengths.requireSecret("ML-DSA-65 randomness", randomness, Lengths.ML_DSA_65_RANDOMNESS);
        FixedOutput random = fixed(randomness);
        try {
            Signature signature = Signature.getInstance("ML-DSA-65");
            signature.initSign(keyPair("ML-DSA-65", seed).getPrivate(), random);
            signature.update(message.toArray());
            Bytes out = Bytes.of(signature.sign());
            random.requireDrained();
            return out;
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public boolean mlDsa65Verify(Bytes publicKey, Bytes message, Bytes signature) {
        return publicKey.length() == Lengths.ML_DSA_65_PUBLIC_KEY
                && signature.length() == Lengths.ML_DSA_65_SIGNATURE
                && verify("ML-DSA-65", ML_DSA_65_PUBLIC, publicKey, message, signature);
    }

    private static boolean verify(String algorithm, Bytes prefix, Bytes publicKey, Bytes message, Bytes signature) {
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey(algorithm, prefix, publicKey));
            verifier.update(message.toArray());
            return verifier.verify(signature.toArray());
        } catch (InvalidKeyException | InvalidKeySpecException | SignatureException e) {
            return false; // what does not decode is refused
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    private static java.security.KeyPair keyPair(String algorithm, Secret seed) {
        FixedOutput random = fixed(seed);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(new NamedParameterSpec(algorithm), random);
            java.security.KeyPair pair = generator.generateKeyPair();
            random.requireDrained();
            return pair;
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    private static FixedOutput fixed(Secret secret) {
        byte[] raw = secret.expose();
        try {
            return new FixedOutput(raw);
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    private static PublicKey publicKey(String algorithm, Bytes prefix, Bytes raw) throws GeneralSecurityException {
        byte[] der = Bytes.concat(prefix, raw).toArray();
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    }

    private static Bytes rawPublicKey(PublicKey key, Bytes prefix) {
        Bytes der = Bytes.of(key.getEncoded());
        return der.slice(prefix.length(), der.length());
    }

    private static PrivateKey privateKey(String algorithm, Bytes prefix, Secret raw) throws GeneralSecurityException {
        byte[] key = raw.expose();
        byte[] encoded = Arrays.copyOf(prefix.toArray(), prefix.length() + key.length);
        System.arraycopy(key, 0, encoded, prefix.length(), key.length);
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static Secret secret(SecretKey key) {
        return Secret.owning(key.getEncoded());
    }

    static IllegalStateException broken(GeneralSecurityException e) {
        return new IllegalStateException("the JDK's cryptography does not do what it must", e);
    }
}
