package org.whodis.core.line;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What a person keeps of a line, in a {@link SealedItem}.
 *
 * <pre>
 *   enum { issued(1), held(2) } KeepsakeKind;                                 uint8
 *   struct {
 *       KeepsakeKind kind;
 *       opaque office_domain&lt;V&gt;; opaque secret[16];
 *       select (kind) {
 *           case issued: struct {};
 *           case held:   uint8 bound; LineCard card; Chain chain; HybridPublicKey office_key;   the issuer's
 *       };
 *   } Keepsake;
 * </pre>
 */
public sealed interface Keepsake extends Encodable {
    LineAddress address();

    /** A line that this person gave. */
    record Issued(LineAddress address) implements Keepsake {
        @Override
        public void write(WireWriter out) {
            writeAddress(out, 1, address);
        }
    }

    /** A line that was given to this person; {@code bound} once it rings. */
    record Held(LineAddress address, boolean bound, LineCard card, UnverifiedChain chain, HybridPublicKey officeKey)
            implements Keepsake {
        @Override
        public void write(WireWriter out) {
            writeAddress(out, 2, address);
            out.uint8(bound ? 1 : 0);
            card.write(out);
            chain.write(out);
            officeKey.write(out);
        }

        public LineId id() {
            return card.lineId();
        }

        /** The issuer's chain, checked as when the line was redeemed. */
        public RedemptionAnswer.Opened open(Primitives primitives) throws LineException {
            RedemptionAnswer.requireOfficeOf(address, card);
            return new RedemptionAnswer.Opened(
                    card, RedemptionAnswer.issuer(primitives, card.issuer(), chain, officeKey), officeKey);
        }
    }

    static Keepsake read(WireReader in) throws DecodeException {
        int kind = in.uint8();
        OfficeDomain domain = OfficeDomain.read(in);
        LineAddress address = new LineAddress(
                domain, new LineSecret(Secret.owning(in.fixed(LineSecret.LENGTH).toArray())));
        return switch (kind) {
            case 1 -> new Issued(address);
            case 2 ->
                new Held(
                        address,
                        LineTerms.readFlag(in),
                        LineCard.read(in),
                        UnverifiedChain.read(in),
                        HybridPublicKey.read(in));
            default -> throw new DecodeException("KeepsakeKind " + kind);
        };
    }

    static Keepsake decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Keepsake::read);
    }

    private static void writeAddress(WireWriter out, int kind, LineAddress address) {
        out.uint8(kind);
        OfficeDomain.write(out, address.domain());
        out.fixed(address.secret().value().expose());
    }
}
