package org.whodis.core.crypto;

import java.util.Arrays;
import org.whodis.core.wire.Bytes;

/** The key encapsulation mechanisms of {@link Hpke}: RFC 9180 section 7.1, and X-Wing as draft-ietf-hpke-pq registers it. */
public enum HpkeKem {
    /** {@code enc} and keys of 32 bytes. */
    DHKEM_X25519_HKDF_SHA256(0x0020, 32, 32, 32, 32),
    /** {@code enc} and public keys of 65 bytes, private keys of 32. */
    DHKEM_P256_HKDF_SHA256(
            0x0010, P256.PRIVATE_KEY_LENGTH, P256.PUBLIC_KEY_LENGTH, P256.PUBLIC_KEY_LENGTH, P256.PRIVATE_KEY_LENGTH),
    /** {@code enc} of 1120 bytes, public keys of 1216, private keys of 32; called MLKEM768-X25519 in draft-ietf-hpke-pq. */
    X_WING(0x647a, XWing.PRIVATE_KEY_LENGTH, XWing.PUBLIC_KEY_LENGTH, XWing.CIPHERTEXT_LENGTH, XWing.RANDOMNESS_LENGTH),
    /**
     * X-Wing with the {@code DeriveKeyPair} of its own draft, draft-connolly-cfrg-xwing-kem, under the same identifier. What
     * implementations made before draft-ietf-hpke-pq; tests talk to them.
     */
    X_WING_OF_ITS_DRAFT(
            0x647a,
            XWing.PRIVATE_KEY_LENGTH,
            XWing.PUBLIC_KEY_LENGTH,
            XWing.CIPHERTEXT_LENGTH,
            XWing.RANDOMNESS_LENGTH);

    private final int id;
    private final int privateKeyLength;
    private final int publicKeyLength;
    private final int encLength;
    private final int randomnessLength;

    HpkeKem(int id, int privateKeyLength, int publicKeyLength, int encLength, int randomnessLength) {
        this.id = id;
        this.privateKeyLength = privateKeyLength;
        this.publicKeyLength = publicKeyLength;
        this.encLength = encLength;
        this.randomnessLength = randomnessLength;
    }

    /** {@code kem_id}. */
    public int id() {
        return id;
    }

    /** {@code Nsk}. */
    public int privateKeyLength() {
        return privateKeyLength;
    }

    /** {@code Npk}. */
    public int publicKeyLength() {
        return publicKeyLength;
    }

    /** {@code Nenc}. */
    public int encLength() {
        return encLength;
    }

    /** How many random bytes one encapsulation takes. */
    public int randomnessLength() {
        return randomnessLength;
    }

    /** {@code Nsecret}. */
    public int sharedSecretLength() {
        return 32;
    }

    /** {@code SerializePublicKey(pk(skX))}. */
    public Bytes publicKey(Primitives primitives, Secret privateKey) {
        return switch (this) {
            case DHKEM_X25519_HKDF_SHA256 -> primitives.x25519PublicKey(privateKey);
            case DHKEM_P256_HKDF_SHA256 -> primitives.p256PublicKey(privateKey);
            case X_WING, X_WING_OF_ITS_DRAFT -> XWing.publicKey(primitives, privateKey);
        };
    }

    /**
     * {@code DeriveKeyPair} (RFC 9180 section 7.1.3; for X-Wing draft-ietf-hpke-pq, by the one-stage SHAKE256).
     *
     * @param inputKeyingMaterial at least {@code Nsk} bytes of entropy
     */
    public KeyPair deriveKeyPair(Primitives primitives, Secret inputKeyingMaterial) {
        Secret privateKey = switch (this) {
            case DHKEM_X25519_HKDF_SHA256 -> {
                LabeledKdf kdf = labeled(primitives, HpkeKdf.HKDF_SHA256);
                try (Secret prk = kdf.extract(LabeledKdf.none(), "dkp_prk", inputKeyingMaterial)) {
                    yield kdf.expand(prk, "sk", Bytes.EMPTY, privateKeyLength);
                }
            }
            case DHKEM_P256_HKDF_SHA256 -> deriveP256(primitives, inputKeyingMaterial);
            case X_WING ->
                labeled(primitives, HpkeKdf.SHAKE256)
                        .derive(inputKeyingMaterial, "DeriveKeyPair", Bytes.EMPTY, privateKeyLength);
            case X_WING_OF_ITS_DRAFT -> {
                byte[] input = inputKeyingMaterial.expose();
                Bytes seed = primitives.shake256(Bytes.of(input), privateKeyLength);
                Arrays.fill(input, (byte) 0);
                yield Secret.owning(seed.toArray());
            }
        };
        return withPublicKey(primitives, privateKey);
    }

    /** Takes {@code privateKey} over; erases it if that fails. */
    private KeyPair withPublicKey(Primitives primitives, Secret privateKey) {
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            made.add(privateKey);
            KeyPair pair = new KeyPair(publicKey(primitives, privateKey), privateKey);
            made.keepAll();
            return pair;
        }
    }

    /** {@code GenerateKeyPair}: a fresh key pair from {@code Nsk} random bytes. */
    public KeyPair generateKeyPair(Primitives primitives, RandomBytes random) {
        Secret seed = draw(random, privateKeyLength);
        return switch (this) {
            case DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256 -> {
                try (seed) {
                    yield deriveKeyPair(primitives, seed);
                }
            }
            case X_WING, X_WING_OF_ITS_DRAFT -> withPublicKey(primitives, seed);
        };
    }

    /** {@code Encap} (RFC 9180 section 4.1; for X-Wing section 5.4 of its draft). */
    Encapsulation encapsulate(Primitives primitives, Bytes publicKey, RandomBytes random) throws CryptoException {
        Lengths.requireForeign("HPKE public key", publicKey, publicKeyLength);
        try (Secret randomness = draw(random, randomnessLength)) {
            return switch (this) {
                case DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256 ->
                    encapsulateUnder(primitives, deriveKeyPair(primitives, randomness), publicKey);
                case X_WING, X_WING_OF_ITS_DRAFT -> XWing.encapsulate(primitives, publicKey, randomness);
            };
        }
    }

    /** {@code Encap} of DHKEM with this ephemeral key pair, which is erased. */
    private Encapsulation encapsulateUnder(Primitives primitives, KeyPair ephemeral, Bytes publicKey)
            throws CryptoException {
        Bytes enc = ephemeral.publicKey();
        try (Secret privateKey = ephemeral.privateKey();
                Secret dh = diffieHellman(primitives, privateKey, publicKey)) {
            return new Encapsulation(extractAndExpand(primitives, dh, Bytes.concat(enc, publicKey)), enc);
        }
    }

    /** {@code Decap} (RFC 9180 section 4.1; for X-Wing section 5.5 of its draft). */
    Secret decapsulate(Primitives primitives, Bytes enc, Secret privateKey) throws CryptoException {
        Lengths.requireForeign("HPKE encapsulated key", enc, encLength);
        return switch (this) {
            case DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256 -> {
                try (Secret dh = diffieHellman(primitives, privateKey, enc)) {
                    yield extractAndExpand(primitives, dh, Bytes.concat(enc, publicKey(primitives, privateKey)));
                }
            }
            case X_WING, X_WING_OF_ITS_DRAFT -> XWing.decapsulate(primitives, privateKey, enc);
        };
    }

    /** {@code DH(sk, pk)}. */
    private Secret diffieHellman(Primitives primitives, Secret privateKey, Bytes publicKey) throws CryptoException {
        return this == DHKEM_P256_HKDF_SHA256
                ? primitives.p256(privateKey, publicKey)
                : primitives.x25519(privateKey, publicKey);
    }

    /** {@code DeriveKeyPair} for P-256: candidates until one is a private key, at most 256 of them (RFC 9180 section 7.1.3). */
    private Secret deriveP256(Primitives primitives, Secret inputKeyingMaterial) {
        LabeledKdf kdf = labeled(primitives, HpkeKdf.HKDF_SHA256);
        try (Secret prk = kdf.extract(LabeledKdf.none(), "dkp_prk", inputKeyingMaterial)) {
            for (int counter = 0; counter < 256; counter++) {
                Secret candidate =
                        kdf.expand(prk, "candidate", Bytes.of(new byte[] {(byte) counter}), privateKeyLength);
                if (P256.isPrivateKey(candidate)) {
                    return candidate;
                }
                candidate.erase();
            }
        }
        throw new IllegalStateException("256 candidates, none a private key: no hash function does that");
    }

    /** {@code ExtractAndExpand} (RFC 9180 section 4.1). */
    private Secret extractAndExpand(Primitives primitives, Secret dh, Bytes kemContext) {
        LabeledKdf kdf = labeled(primitives, HpkeKdf.HKDF_SHA256);
        try (Secret prk = kdf.extract(LabeledKdf.none(), "eae_prk", dh)) {
            return kdf.expand(prk, "shared_secret", kemContext, sharedSecretLength());
        }
    }

    private LabeledKdf labeled(Primitives primitives, HpkeKdf kdf) {
        return new LabeledKdf(primitives, kdf, Bytes.concat(Bytes.utf8("KEM"), LabeledKdf.i2osp2(id)));
    }

    private static Secret draw(RandomBytes random, int count) {
        byte[] bytes = random.next(count);
        if (bytes.length != count) {
            throw new IllegalStateException("a random source gave " + bytes.length + " bytes instead of " + count);
        }
        return Secret.owning(bytes);
    }
}
