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
        try (HpkeSender sender = setupSender(publicKey, info, random)) {
            return new HpkeCiphertext(sender.enc(), sender.seal(aad, plaintext));
        }
    }

    /** {@code OpenBase} (RFC 9180 section 6.1). */
    public Bytes open(HpkeCiphertext sealed, Secret privateKey, Bytes info, Bytes aad) throws CryptoException {
        try (HpkeReceiver receiver = setupReceiver(sealed.enc(), privateKey, info)) {
            return receiver.open(aad, sealed.ciphertext());
        }
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
        try (sharedSecret) {
            LabeledKdf kdf = new LabeledKdf(primitives, suite.kdf(), suite.id());
            return suite.kdf().isOneStage() ? oneStage(kdf, sharedSecret, info) : twoStages(kdf, sharedSecret, info);
        }
    }

    /** {@code CombineSecrets_TwoStage}; RFC 9180 section 5.1. */
    private HpkeContext twoStages(LabeledKdf kdf, Secret sharedSecret, Bytes info) {
        try (EraseUnlessKept made = new EraseUnlessKept();
                Secret publicInfo = Secret.copyOf(info);
                Secret pskIdHash = kdf.extract(LabeledKdf.none(), "psk_id_hash", LabeledKdf.none());
                Secret infoHash = kdf.extract(LabeledKdf.none(), "info_hash", publicInfo);
                Secret secret = kdf.extract(sharedSecret, "secret", LabeledKdf.none())) {
            Bytes context = Bytes.concat(MODE_BASE, Bytes.of(pskIdHash.expose()), Bytes.of(infoHash.expose()));
            HpkeContext out = new HpkeContext(
                    primitives,
                    suite,
                    kdf,
                    made.add(kdf.expand(secret, "key", context, suite.aead().keyLength())),
                    made.add(kdf.expand(
                            secret, "base_nonce", context, suite.aead().nonceLength())),
                    made.add(kdf.expand(secret, "exp", context, suite.kdf().length())));
            made.keepAll();
            return out;
        }
    }

    /** {@code CombineSecrets_OneStage}; draft-ietf-hpke-hpke section 5.1. */
    private HpkeContext oneStage(LabeledKdf kdf, Secret sharedSecret, Bytes info) {
        Bytes noPsk = LabeledKdf.lengthPrefixed(Bytes.EMPTY);
        Bytes prefix = Bytes.concat(noPsk, LabeledKdf.i2osp2(sharedSecret.length()));
        Bytes context = Bytes.concat(MODE_BASE, noPsk, LabeledKdf.lengthPrefixed(info));

        int keyEnd = suite.aead().keyLength();
        int nonceEnd = keyEnd + suite.aead().nonceLength();
        int end = nonceEnd + suite.kdf().length();
        try (Secret publicPrefix = Secret.copyOf(prefix);
                Secret secrets = Secret.concat(publicPrefix, sharedSecret);
                Secret secret = kdf.derive(secrets, "secret", context, end)) {
            return new HpkeContext(
                    primitives,
                    suite,
                    kdf,
                    secret.slice(0, keyEnd),
                    secret.slice(keyEnd, nonceEnd),
                    secret.slice(nonceEnd, end));
        }
    }
}
