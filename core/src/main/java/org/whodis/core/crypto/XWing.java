package org.whodis.core.crypto;

import java.util.Arrays;
import org.whodis.core.wire.Bytes;

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem, section 5): ML-KEM-768 and X25519 together, secure while either of them is.
 *
 * <pre>
 *   private key   32   seed; SHAKE256 expands it to d || z (64) and the X25519 private key (32)
 *   public key  1216   ML-KEM-768 public key (1184) || X25519 public key (32)
 *   ciphertext  1120   ML-KEM-768 ciphertext (1088) || ephemeral X25519 public key (32)
 *   eseed         64   ML-KEM-768 randomness m (32) || ephemeral X25519 private key (32)
 *   secret        32   SHA3-256(ss_M || ss_X || ct_X || pk_X || label)
 * </pre>
 *
 * <p>One thing is stricter than the draft: an X25519 share that gives the all-zero value is refused. An honest party
 * never makes one.
 */
public final class XWing {
    public static final int PRIVATE_KEY_LENGTH = 32;
    public static final int PUBLIC_KEY_LENGTH = Lengths.ML_KEM_768_PUBLIC_KEY + Lengths.X25519;
    public static final int CIPHERTEXT_LENGTH = Lengths.ML_KEM_768_CIPHERTEXT + Lengths.X25519;
    public static final int RANDOMNESS_LENGTH = Lengths.ML_KEM_768_RANDOMNESS + Lengths.X25519;
    public static final int SHARED_SECRET_LENGTH = 32;

    /** XWingLabel of section 5.1, the ASCII picture of an X-Wing: {@code \.//^\}. */
    private static final Bytes LABEL = Bytes.utf8("\\.//^\\");

    private XWing() {}

    /** {@code GenerateKeyPairDerand} (section 5.2.1) without the private key, which is {@code seed} itself. */
    public static Bytes publicKey(Primitives primitives, Secret seed) {
        try (Expanded key = expand(primitives, seed)) {
            return Bytes.concat(primitives.mlKem768PublicKey(key.mlKem), primitives.x25519PublicKey(key.x25519));
        }
    }

    /**
     * {@code EncapsulateDerand} (section 5.4.1).
     *
     * @param randomness {@code eseed}, 64 bytes, never used twice
     */
    public static Encapsulation encapsulate(Primitives primitives, Bytes publicKey, Secret randomness)
            throws CryptoException {
        Lengths.requireForeign("X-Wing public key", publicKey, PUBLIC_KEY_LENGTH);
        Lengths.requireSecret("X-Wing randomness", randomness, RANDOMNESS_LENGTH);
        Bytes mlKemKey = publicKey.slice(0, Lengths.ML_KEM_768_PUBLIC_KEY);
        Bytes x25519Key = publicKey.slice(Lengths.ML_KEM_768_PUBLIC_KEY, PUBLIC_KEY_LENGTH);
        try (EraseUnlessKept made = new EraseUnlessKept();
                Secret message = randomness.slice(0, Lengths.ML_KEM_768_RANDOMNESS);
                Secret ephemeral = randomness.slice(Lengths.ML_KEM_768_RANDOMNESS, RANDOMNESS_LENGTH)) {
            Bytes share = primitives.x25519PublicKey(ephemeral);
            Secret x25519Secret = made.add(primitives.x25519(ephemeral, x25519Key));
            Encapsulation mlKem = primitives.mlKem768Encapsulate(mlKemKey, message);
            made.add(mlKem.sharedSecret());
            return new Encapsulation(
                    combine(primitives, mlKem.sharedSecret(), x25519Secret, share, x25519Key),
                    Bytes.concat(mlKem.ciphertext(), share));
        }
    }

    /** {@code Decapsulate} (section 5.5). A damaged ciphertext gives another secret, as ML-KEM does. */
    public static Secret decapsulate(Primitives primitives, Secret seed, Bytes ciphertext) throws CryptoException {
        Lengths.requireForeign("X-Wing ciphertext", ciphertext, CIPHERTEXT_LENGTH);
        Bytes share = ciphertext.slice(Lengths.ML_KEM_768_CIPHERTEXT, CIPHERTEXT_LENGTH);
        Bytes mlKem = ciphertext.slice(0, Lengths.ML_KEM_768_CIPHERTEXT);
        try (Expanded key = expand(primitives, seed);
                Secret mlKemSecret = primitives.mlKem768Decapsulate(key.mlKem, mlKem);
                Secret x25519Secret = primitives.x25519(key.x25519, share)) {
            return combine(primitives, mlKemSecret, x25519Secret, share, primitives.x25519PublicKey(key.x25519));
        }
    }

    /** {@code Combiner} (section 5.3). */
    private static Secret combine(Primitives primitives, Secret mlKem, Secret x25519, Bytes share, Bytes publicKey) {
        byte[] mlKemSecret = mlKem.expose();
        byte[] x25519Secret = x25519.expose();
        Bytes input = Bytes.concat(Bytes.of(mlKemSecret), Bytes.of(x25519Secret), share, publicKey, LABEL);
        Arrays.fill(mlKemSecret, (byte) 0);
        Arrays.fill(x25519Secret, (byte) 0);
        return Secret.owning(primitives.hash(HashAlgorithm.SHA3_256, input).toArray());
    }

    /** {@code expandDecapsulationKey} (section 5.2). */
    private static Expanded expand(Primitives primitives, Secret seed) {
        Lengths.requireSecret("X-Wing private key", seed, PRIVATE_KEY_LENGTH);
        int length = Lengths.ML_KEM_768_SEED + Lengths.X25519;
        byte[] input = seed.expose();
        Bytes output = primitives.shake256(Bytes.of(input), length);
        Arrays.fill(input, (byte) 0);
        try (Secret expanded = Secret.owning(output.toArray())) {
            return new Expanded(
                    expanded.slice(0, Lengths.ML_KEM_768_SEED), expanded.slice(Lengths.ML_KEM_768_SEED, length));
        }
    }

    /** The two private keys inside a seed. Not a record: those print what they hold. */
    private static final class Expanded implements Erasable {
        final Secret mlKem;
        final Secret x25519;

        Expanded(Secret mlKem, Secret x25519) {
            this.mlKem = mlKem;
            this.x25519 = x25519;
        }

        @Override
        public void erase() {
            mlKem.erase();
            x25519.erase();
        }
    }
}
