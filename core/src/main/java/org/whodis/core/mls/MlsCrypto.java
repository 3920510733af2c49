package org.whodis.core.mls;

import java.util.Arrays;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Hpke;
import org.whodis.core.crypto.HpkeReceiver;
import org.whodis.core.crypto.HpkeSender;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** The cryptographic objects of RFC 9420 section 5 and the derivations of section 8, for one cipher suite. */
final class MlsCrypto {
    private static final String PREFIX = "MLS 1.0 ";
    private static final Bytes EXTERNAL_INIT = Bytes.utf8("MLS 1.0 external init secret");

    private final Primitives primitives;
    private final CipherSuite suite;
    private final Hpke hpke;

    MlsCrypto(Primitives primitives, CipherSuite suite) {
        this.primitives = primitives;
        this.suite = suite;
        this.hpke = new Hpke(primitives, suite.hpke());
    }

    CipherSuite suite() {
        return suite;
    }

    Primitives primitives() {
        return primitives;
    }

    /** {@code KDF.Nh}. */
    int secretLength() {
        return suite.secretLength();
    }

    Bytes hash(Bytes input) {
        return primitives.hash(suite.hash(), input);
    }

    /** {@code RefHash} (section 5.2). */
    Bytes refHash(String label, Bytes value) {
        return hash(new WireWriter().text(label).vector(value).toBytes());
    }

    /** {@code MAC}: HMAC with the suite's hash. */
    Bytes mac(Secret key, Bytes input) {
        return primitives.hmac(suite.hash(), key, input);
    }

    /** Compares in constant time. */
    boolean verifyMac(Secret key, Bytes input, Bytes tag) {
        return Secret.constantTimeEquals(mac(key, input), tag);
    }

    /** {@code SignWithLabel} (section 5.1.2). */
    Bytes sign(Secret signatureSeed, String label, Bytes content) {
        return suite.signature().sign(primitives, signatureSeed, labelled(label, content));
    }

    /** {@code VerifyWithLabel} (section 5.1.2). */
    boolean verify(Bytes signatureKey, String label, Bytes content, Bytes signature) {
        return suite.signature().verify(primitives, signatureKey, labelled(label, content), signature);
    }

    Bytes signaturePublicKey(Secret signatureSeed) {
        return suite.signature().publicKey(primitives, signatureSeed);
    }

    /** {@code EncryptWithLabel} (section 5.1.3); a public key that the KEM refuses is {@link Rejection#BAD_PUBLIC_KEY}. */
    HpkeCiphertext encrypt(Bytes publicKey, String label, Bytes context, Secret plaintext, RandomBytes random)
            throws MlsException {
        byte[] exposed = plaintext.expose();
        try {
            org.whodis.core.crypto.HpkeCiphertext sealed =
                    hpke.seal(publicKey, labelled(label, context), Bytes.EMPTY, Bytes.of(exposed), random);
            return new HpkeCiphertext(sealed.enc(), sealed.ciphertext());
        } catch (CryptoException e) {
            throw new MlsException(Rejection.BAD_PUBLIC_KEY, label + ": " + e.getMessage());
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /** Whether {@link #encrypt} takes this public key: found out by trying, with randomness that is not used for anything. */
    boolean canEncryptTo(Bytes publicKey) {
        try (HpkeSender tried = hpke.setupSender(publicKey, Bytes.EMPTY, byte[]::new)) {
            return !tried.enc().isEmpty();
        } catch (CryptoException refused) {
            return false;
        }
    }

    /** {@code DecryptWithLabel} (section 5.1.3). */
    Secret decrypt(Secret privateKey, String label, Bytes context, HpkeCiphertext ciphertext) throws CryptoException {
        org.whodis.core.crypto.HpkeCiphertext sealed =
                new org.whodis.core.crypto.HpkeCiphertext(ciphertext.kemOutput(), ciphertext.ciphertext());
        return Secret.owning(hpke.open(sealed, privateKey, labelled(label, context), Bytes.EMPTY)
                .toArray());
    }

    KeyPair generateKeyPair(RandomBytes random) {
        return hpke.generateKeyPair(random);
    }

    /** {@code KEM.DeriveKeyPair}. */
    KeyPair deriveKeyPair(Secret inputKeyingMaterial) {
        return hpke.deriveKeyPair(inputKeyingMaterial);
    }

    Bytes hpkePublicKey(Secret privateKey) {
        return hpke.publicKey(privateKey);
    }

    /** What a joiner sends and keeps of an external init (section 8.3). */
    record ExternalInit(Bytes kemOutput, Secret initSecret) {}

    /** The joiner's side; a key that the KEM refuses is {@link Rejection#BAD_EXTERNAL_INIT}. */
    ExternalInit externalInit(Bytes externalPublicKey, RandomBytes random) throws MlsException {
        try (HpkeSender context = hpke.setupSender(externalPublicKey, Bytes.EMPTY, random)) {
            return new ExternalInit(context.enc(), context.export(EXTERNAL_INIT, secretLength()));
        } catch (CryptoException e) {
            throw new MlsException(Rejection.BAD_EXTERNAL_INIT, String.valueOf(e.getMessage()));
        }
    }

    /** The members' side. */
    Secret externalInit(Secret externalPrivateKey, Bytes kemOutput) throws MlsException {
        try (HpkeReceiver context = hpke.setupReceiver(kemOutput, externalPrivateKey, Bytes.EMPTY)) {
            return context.export(EXTERNAL_INIT, secretLength());
        } catch (CryptoException e) {
            throw new MlsException(Rejection.BAD_EXTERNAL_INIT, String.valueOf(e.getMessage()));
        }
    }

    Secret extract(Secret salt, Secret inputKeyingMaterial) {
        return primitives.hkdfExtract(suite.hash(), salt, inputKeyingMaterial);
    }

    /**
     * {@code ExpandWithLabel} (section 8).
     *
     * <pre>
     *   struct { uint16 length; opaque label&lt;V&gt;; opaque context&lt;V&gt;; } KDFLabel;
     * </pre>
     */
    Secret expand(Secret secret, String label, Bytes context, int length) {
        Bytes kdfLabel = new WireWriter()
                .uint16(length)
                .text(PREFIX + label)
                .vector(context)
                .toBytes();
        return primitives.hkdfExpand(suite.hash(), secret, kdfLabel, length);
    }

    /** {@code DeriveSecret} (section 8). */
    Secret derive(Secret secret, String label) {
        return expand(secret, label, Bytes.EMPTY, secretLength());
    }

    /** {@code DeriveTreeSecret} (section 9.1). */
    Secret deriveTree(Secret secret, String label, long generation, int length) {
        return expand(secret, label, new WireWriter().uint32(generation).toBytes(), length);
    }

    /** {@code Nh} zeros. */
    Secret zero() {
        return Secret.owning(new byte[secretLength()]);
    }

    /** {@code count} fresh secret bytes. */
    static Secret random(RandomBytes random, int count) {
        return Secret.owning(draw(random, count));
    }

    /** {@code count} fresh bytes that are no secret. */
    static byte[] draw(RandomBytes random, int count) {
        byte[] bytes = random.next(count);
        if (bytes.length != count) {
            throw new IllegalStateException("a random source gave " + bytes.length + " bytes instead of " + count);
        }
        return bytes;
    }

    /** Under a nonce that was derived, which is a secret until the primitives take it. */
    Bytes seal(Secret key, Secret nonce, Bytes aad, Bytes plaintext) {
        return seal(key, exposed(nonce), aad, plaintext);
    }

    /** As {@link #open(Secret, Bytes, Bytes, Bytes)}, under a nonce that was derived. */
    Bytes open(Secret key, Secret nonce, Bytes aad, Bytes ciphertext) throws CryptoException {
        return open(key, exposed(nonce), aad, ciphertext);
    }

    private static Bytes exposed(Secret nonce) {
        byte[] bytes = nonce.expose();
        Bytes out = Bytes.of(bytes);
        Arrays.fill(bytes, (byte) 0);
        return out;
    }

    Bytes seal(Secret key, Bytes nonce, Bytes aad, Bytes plaintext) {
        return primitives.aeadSeal(suite.aead(), key, nonce, aad, plaintext);
    }

    Bytes open(Secret key, Bytes nonce, Bytes aad, Bytes ciphertext) throws CryptoException {
        return primitives.aeadOpen(suite.aead(), key, nonce, aad, ciphertext);
    }

    /** {@code SignContent} and {@code EncryptContext}: {@code opaque label<V>; opaque content<V>;} */
    private static Bytes labelled(String label, Bytes content) {
        return new WireWriter().text(PREFIX + label).vector(content).toBytes();
    }
}
