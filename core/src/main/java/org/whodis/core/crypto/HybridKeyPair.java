package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/**
 * A key that signs with Ed25519 and ML-DSA-65 together; see {@link HybridPublicKey} for what is signed.
 *
 * <p>Its private half is kept as 64 bytes: the Ed25519 seed, then the ML-DSA-65 seed {@code xi}. Not a record: those
 * print what they hold.
 */
public final class HybridKeyPair {
    /** Length of the private half. */
    public static final int SEED_LENGTH = Lengths.ED25519_SEED + Lengths.ML_DSA_65_SEED;

    private final HybridPublicKey publicKey;
    private final Secret ed25519Seed;
    private final Secret mlDsa65Seed;

    private HybridKeyPair(HybridPublicKey publicKey, Secret ed25519Seed, Secret mlDsa65Seed) {
        this.publicKey = publicKey;
        this.ed25519Seed = ed25519Seed;
        this.mlDsa65Seed = mlDsa65Seed;
    }

    public static HybridKeyPair generate(Primitives primitives, RandomBytes random) {
        try (Secret seed = Secret.owning(random.next(SEED_LENGTH))) {
            return fromSeed(primitives, seed);
        }
    }

    /** The key pair whose private half is {@code seed}, 64 bytes. */
    public static HybridKeyPair fromSeed(Primitives primitives, Secret seed) {
        Lengths.requireSecret("hybrid signing seed", seed, SEED_LENGTH);
        Secret ed25519 = seed.slice(0, Lengths.ED25519_SEED);
        Secret mlDsa65 = seed.slice(Lengths.ED25519_SEED, SEED_LENGTH);
        HybridPublicKey publicKey =
                new HybridPublicKey(primitives.ed25519PublicKey(ed25519), primitives.mlDsa65PublicKey(mlDsa65));
        return new HybridKeyPair(publicKey, ed25519, mlDsa65);
    }

    public HybridPublicKey publicKey() {
        return publicKey;
    }

    /** The private half, to be stored sealed. */
    public Secret seed() {
        return Secret.concat(ed25519Seed, mlDsa65Seed);
    }

    /**
     * Signs {@code statement} under {@code label} with both algorithms.
     *
     * @param randomness 32 fresh random bytes for the hedged variant of ML-DSA (FIPS 204 section 3.4)
     */
    public HybridSignature sign(Primitives primitives, String label, Bytes statement, Secret randomness) {
        Bytes content = publicKey.signedContent(primitives, label, statement);
        return new HybridSignature(
                primitives.ed25519Sign(ed25519Seed, content), primitives.mlDsa65Sign(mlDsa65Seed, content, randomness));
    }

    /** As {@link #sign(Primitives, String, Bytes, Secret)}, drawing the randomness. */
    public HybridSignature sign(Primitives primitives, String label, Bytes statement, RandomBytes random) {
        try (Secret randomness = Secret.owning(random.next(Lengths.ML_DSA_65_RANDOMNESS))) {
            return sign(primitives, label, statement, randomness);
        }
    }

    /** Overwrites the private half; further signing is a fault. */
    public void erase() {
        ed25519Seed.erase();
        mlDsa65Seed.erase();
    }

    @Override
    public String toString() {
        return "HybridKeyPair[private half redacted]";
    }
}
