package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The public half of a key that signs with Ed25519 and ML-DSA-65 together.
 *
 * <pre>
 *   struct {
 *       opaque ed25519[32];
 *       opaque ml_dsa_65[1952];
 *   } HybridPublicKey;
 *
 *   struct {                      // what BOTH algorithms sign
 *       opaque label&lt;V&gt;;          // what kind of statement this is
 *       opaque key_hash[32];      // SHA-256("WhodisHybridKey" || ed25519 || ml_dsa_65)
 *       opaque statement&lt;V&gt;;
 *   } HybridSignedContent;
 * </pre>
 *
 * <p>The hash of both keys stands in what is signed, so that neither half of a signature can be taken out and put under
 * a key pair that shares only that half.
 */
public record HybridPublicKey(Bytes ed25519, Bytes mlDsa65) {
    public static final int LENGTH = Lengths.ED25519_PUBLIC_KEY + Lengths.ML_DSA_65_PUBLIC_KEY;

    private static final Bytes KEY_HASH_PREFIX = Bytes.utf8("WhodisHybridKey");

    /** Refuses other lengths as a fault of the caller; {@link #read} is for bytes from outside. */
    public HybridPublicKey {
        Lengths.requireOwn("Ed25519 public key", ed25519, Lengths.ED25519_PUBLIC_KEY);
        Lengths.requireOwn("ML-DSA-65 public key", mlDsa65, Lengths.ML_DSA_65_PUBLIC_KEY);
    }

    public static HybridPublicKey read(WireReader in) throws DecodeException {
        return new HybridPublicKey(in.fixed(Lengths.ED25519_PUBLIC_KEY), in.fixed(Lengths.ML_DSA_65_PUBLIC_KEY));
    }

    public void write(WireWriter out) {
        out.fixed(ed25519).fixed(mlDsa65);
    }

    /** {@code key_hash}: the 32-byte name of this pair of keys. */
    public Bytes keyHash(Primitives primitives) {
        return primitives.hash(HashAlgorithm.SHA256, Bytes.concat(KEY_HASH_PREFIX, ed25519, mlDsa65));
    }

    /** Whether both halves of {@code signature} hold for {@code statement} under {@code label}. */
    public boolean verify(Primitives primitives, String label, Bytes statement, HybridSignature signature) {
        Bytes content = signedContent(primitives, label, statement);
        boolean classical = primitives.ed25519Verify(ed25519, content, signature.ed25519());
        boolean postQuantum = primitives.mlDsa65Verify(mlDsa65, content, signature.mlDsa65());
        return classical && postQuantum;
    }

    /** {@code HybridSignedContent}. */
    Bytes signedContent(Primitives primitives, String label, Bytes statement) {
        return new WireWriter()
                .text(label)
                .fixed(keyHash(primitives))
                .vector(statement)
                .toBytes();
    }
}
