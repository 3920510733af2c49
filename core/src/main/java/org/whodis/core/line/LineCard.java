package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.Check;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * Whose line it is, sealed under the line's secret by the issuer's device (protocol section 7). Whoever opens it has
 * authenticated the issuer and the key of the issuer's office, since only who made the secret could seal it.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque line_id[32];
 *       Party issuer;
 *       LineTerms terms;
 *       optional&lt;LineHolder&gt; holder;      to whom it was bound when it was made
 *   } LineCard;
 * </pre>
 */
public record LineCard(
        LineId lineId,
        Party issuer,
        LineTerms terms,
        @Nullable LineHolder holder) implements Encodable {
    /** Of the sealed form. */
    public static final int MAX_SEALED = 2048;

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(lineId.value());
        issuer.write(out);
        terms.write(out);
        out.optional(holder, (inner, it) -> it.write(inner));
    }

    public static LineCard read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new LineCard(LineId.read(in), Party.read(in), LineTerms.read(in), in.optional(LineHolder::read));
    }

    public static LineCard decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, LineCard::read);
    }

    public Bytes seal(Primitives primitives, RandomBytes random, LineSecret secret) {
        return secret.seal(primitives, random, LineSecret.Use.CARD, lineId.value(), encode());
    }

    /** Opens a sealed card; it has to be of the line that {@code secret} is. */
    public static LineCard open(Primitives primitives, LineSecret secret, LineId line, Bytes sealed)
            throws LineException {
        LineCard card;
        try {
            card = decode(secret.open(primitives, LineSecret.Use.CARD, line.value(), sealed));
        } catch (CryptoException | DecodeException e) {
            throw new LineException(LineException.Reason.BAD_CARD);
        }
        LineException.require(card.lineId().equals(line), LineException.Reason.BAD_CARD);
        return card;
    }
}
