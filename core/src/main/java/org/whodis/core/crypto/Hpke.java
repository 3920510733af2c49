package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/**
 * Hybrid public key encryption in base mode (RFC 9180): encrypts to a public key, says nothing about the sender.
 *
 * <p>Randomness is an argument. The modes with a pre-shared key or a sender's key are left out: Whodis authenticates by
 * signatures.
 */
public final class Hpke {
    /** {@code mode_base} (RFC 9180 section 5, table 1). */
    private static final Bytes MODE_BASE = Bytes.fromHex("00");

    private final Primitives primitives;
    private final HpkeSuite suite;

    public Hpke(Primitives primitives, HpkeSuite suite) {
        this.primitives = primitives;
        this.suite = suite;
    }

    public HpkeSuite suite() {
        return suite;
    }

    /** {@code DeriveKeyPair}: the key pair that follows from {@code inputKeyingMaterial}, at least {@code Nsk} bytes. */
    public KeyPair deriveKeyPair(Secret inputKeyingMaterial) {
        return suite.kem().deriveKeyPair(primitives, inputKeyingMaterial);
    }

    /** {@code GenerateKeyPair}. */
    public KeyPair generateKeyPair(RandomBytes random) {
        return suite.kem().generateKeyPair(primitives, random);
    }

    /** The public key that belongs to {@code privateKey}. */
    public Bytes publicKey(Secret privateKey) {
        return suite.kem().publicKey(primitives, privateKey);
    }

    /** {@code SealBase} (RFC 9180 section 6.1): one message to {@code publicKey}, which is refused if malformed. */
    public HpkeCiphertext seal(Bytes publicKey, Bytes info, Bytes aad, Bytes plaintext, RandomBytes random)
            throws CryptoException {
        HpkeSender sender = setupSender(publicKey, info, random);
        return new HpkeCiphertext(sender.enc(), sender.seal(aad, plaintext));
    }

    /** {@code OpenBase} (RFC 9180 section 6.1). */
    public Bytes open(HpkeCiphertext sealed, Secret privateKey, Bytes info, Bytes aad) throws CryptoException {
        return setupReceiver(sealed.enc(), privateKey, info).open(aad, sealed.ciphertext());
    }

    /** {@code SetupBaseS} (RFC 9180 section 5.1.1): a context for many messages and exports. */
    public HpkeSender setupSender(Bytes publicKey, Bytes info, RandomBytes random) throws CryptoException {
        Encapsulation encapsulation = suite.kem().encapsulate(primitives, publicKey, random);
        return new HpkeSender(encapsulation.ciphertext(), keySchedule(encapsulation.sharedSecret(), info));
    }

    /** {@code SetupBaseR} (RFC 9180 section 5.1.1): what the receiver makes of {@code enc}. */
    public HpkeReceiver setupReceiver(Bytes enc, Secret privateKey, Bytes info) throws CryptoException {
        return new HpkeReceiver(keySchedule(suite.kem().decapsulate(primitives, enc, privateKey), info));
    }

    /** {@code KeySchedule} with {@code mode_base} and the default, empty {@code psk} and {@code psk_id}; erases its input. */
    private HpkeContext keySchedule(Secret sharedSecret, Bytes info) {
        LabeledKdf kdf = new LabeledKdf(primitives, suite.kdf(), suite.id());
        HpkeContext context =
                suite.kdf().isOneStage() ? oneStage(kdf, sharedSecret, info) : twoStages(kdf, sharedSecret, info);
        sharedSecret.erase();
        return context;
    }

    /** {@code CombineSecrets_TwoStage}; RFC 9180 section 5.1. */
    private HpkeContext twoStages(LabeledKdf kdf, Secret sharedSecret, Bytes info) {
        Secret pskIdHash = kdf.extract(LabeledKdf.none(), "psk_id_hash", LabeledKdf.none());
        Secret infoHash = kdf.extract(LabeledKdf.none(), "info_hash", Secret.copyOf(info));
        Bytes context = Bytes.concat(MODE_BASE, Bytes.of(pskIdHash.expose()), Bytes.of(infoHash.expose()));

        Secret secret = kdf.extract(sharedSecret, "secret", LabeledKdf.none());
        Secret key = kdf.expand(secret, "key", context, suite.aead().keyLength());
        Secret baseNonce =
                kdf.expand(secret, "base_nonce", context, suite.aead().nonceLength());
        Secret exporterSecret = kdf.expand(secret, "exp", context, suite.kdf().length());
        secret.erase();
        return new HpkeContext(primitives, suite, kdf, key, baseNonce, exporterSecret);
    }

    /** {@code CombineSecrets_OneStage}; draft-ietf-hpke-hpke section 5.1. */
    private HpkeContext oneStage(LabeledKdf kdf, Secret sharedSecret, Bytes info) {
        Bytes noPsk = LabeledKdf.lengthPrefixed(Bytes.EMPTY);
        Secret secrets = Secret.concat(
                Secret.copyOf(noPsk), Secret.copyOf(LabeledKdf.i2osp2(sharedSecret.length())), sharedSecret);
        Bytes context = Bytes.concat(MODE_BASE, noPsk, LabeledKdf.lengthPrefixed(info));

        int keyEnd = suite.aead().keyLength();
        int nonceEnd = keyEnd + suite.aead().nonceLength();
        int end = nonceEnd + suite.kdf().length();
        Secret secret = kdf.derive(secrets, "secret", context, end);
        HpkeContext out = new HpkeContext(
                primitives,
                suite,
                kdf,
                secret.slice(0, keyEnd),
                secret.slice(keyEnd, nonceEnd),
                secret.slice(nonceEnd, end));
        secrets.erase();
        secret.erase();
        return out;
    }
}
