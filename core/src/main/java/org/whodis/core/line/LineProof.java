package org.whodis.core.line;

import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.message.Offer;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * That whoever makes an offer has the line: the content of {@code Offer.line_proof}.
 *
 * <pre>
 *   struct {
 *       opaque line_id[32];
 *       HybridPublicKey line_key;
 *       HybridSignature by_line;          label "Whodis 1 Line proof", over offer_hash of the offer with an empty line_proof
 *   } LineProof;
 * </pre>
 *
 * <p>The offer names the call, both parties and both offices, so a proof is of no use for another call or office.
 */
public record LineProof(LineId lineId, HybridPublicKey lineKey, HybridSignature byLine) implements Encodable {
    public static final String LABEL = "Whodis 1 Line proof";
    public static final int LENGTH = LineId.LENGTH + HybridPublicKey.LENGTH + HybridSignature.LENGTH;

    /** The proof for {@code offer}, which has none yet. */
    public static LineProof make(Primitives primitives, RandomBytes random, HybridKeyPair line, Offer offer) {
        Bytes hash = Offer.hash(primitives, offer.withLineProof(Bytes.EMPTY).encode());
        return new LineProof(
                new LineId(line.publicKey().keyHash(primitives)),
                line.publicKey(),
                line.sign(primitives, LABEL, hash, random));
    }

    /** Whether the line's own key signed this offer. */
    public boolean verify(Primitives primitives, Offer offer) {
        Bytes hash = Offer.hash(primitives, offer.withLineProof(Bytes.EMPTY).encode());
        boolean signed = lineKey.verify(primitives, LABEL, hash, byLine);
        return lineKey.keyHash(primitives).equals(lineId.value()) && signed;
    }

    @Override
    public void write(WireWriter out) {
        out.fixed(lineId.value());
        lineKey.write(out);
        byLine.write(out);
    }

    public static LineProof read(WireReader in) throws DecodeException {
        return new LineProof(LineId.read(in), HybridPublicKey.read(in), HybridSignature.read(in));
    }

    public static LineProof decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineProof::read);
    }
}
