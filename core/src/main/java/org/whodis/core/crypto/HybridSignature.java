package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A signature by a {@link HybridKeyPair}; it holds only if both halves do.
 *
 * <pre>
 *   struct {
 *       opaque ed25519[64];
 *       opaque ml_dsa_65[3309];
 *   } HybridSignature;
 * </pre>
 */
public record HybridSignature(Bytes ed25519, Bytes mlDsa65) {
    public static final int LENGTH = Lengths.ED25519_SIGNATURE + Lengths.ML_DSA_65_SIGNATURE;

    /** Refuses other lengths as a fault of the caller; {@link #read} is for bytes from outside. */
    public HybridSignature {
        Lengths.requireOwn("Ed25519 signature", ed25519, Lengths.ED25519_SIGNATURE);
        Lengths.requireOwn("ML-DSA-65 signature", mlDsa65, Lengths.ML_DSA_65_SIGNATURE);
    }

    public static HybridSignature read(WireReader in) throws DecodeException {
        return new HybridSignature(in.fixed(Lengths.ED25519_SIGNATURE), in.fixed(Lengths.ML_DSA_65_SIGNATURE));
    }

    public void write(WireWriter out) {
        out.fixed(ed25519).fixed(mlDsa65);
    }
}
