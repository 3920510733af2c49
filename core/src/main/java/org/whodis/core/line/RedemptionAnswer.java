package org.whodis.core.line;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What the issuer's office says to a redemption. To everybody but the first redeemer of an open line and the holder of a
 * bound one it says {@link None}, which is one byte.
 *
 * <pre>
 *   enum { none(0), waiting(1), bound(2), renewed(3) } RedemptionState;       uint8
 *   struct {
 *       RedemptionState state;
 *       select (state) {
 *           case none:           struct {};
 *           case waiting, bound: opaque sealed_card&lt;V&gt;; Chain chain; HybridPublicKey office_key;   the issuer's
 *           case renewed:        SignedByDevice issue; Chain chain; HybridPublicKey office_key;
 *       };
 *   } RedemptionAnswer;
 * </pre>
 */
public sealed interface RedemptionAnswer extends Encodable {
    /** No such line, for this redeemer. */
    record None() implements RedemptionAnswer {
        @Override
        public void write(WireWriter out) {
            out.uint8(0);
        }
    }

    /** It waits for the issuer's approval, or it rings. */
    record Known(boolean bound, Bytes sealedCard, UnverifiedChain chain, HybridPublicKey officeKey)
            implements RedemptionAnswer {
        @Override
        public void write(WireWriter out) {
            out.uint8(bound ? 2 : 1).vector(sealedCard);
            chain.write(out);
            officeKey.write(out);
        }

        /**
         * The card and the issuer's chain, which have to fit each other: who opened the card has authenticated both. And both have
         * to fit the address: whoever gives an address of their own office authenticates no key of another one by it.
         */
        public Opened open(Primitives primitives, LineAddress address, LineId line) throws LineException {
            LineCard card = LineCard.open(primitives, address.secret(), line, sealedCard);
            requireOfficeOf(address, card);
            return new Opened(card, issuer(primitives, card.issuer(), chain, officeKey), officeKey);
        }
    }

    /** Another line has taken its place: {@code issue} is its LineIssue, with the new secret for the holder. */
    record Renewed(SignedByDevice issue, UnverifiedChain chain, HybridPublicKey officeKey) implements RedemptionAnswer {
        @Override
        public void write(WireWriter out) {
            out.uint8(3);
            issue.write(out);
            chain.write(out);
            officeKey.write(out);
        }
    }

    static void requireOfficeOf(LineAddress address, LineCard card) throws LineException {
        LineException.require(
                card.issuer().officeDomain().equals(address.domain()), LineException.Reason.ANOTHER_OFFICE);
    }

    /** A line that was redeemed, with its issuer. */
    record Opened(LineCard card, VerifiedChain issuer, HybridPublicKey officeKey) {}

    /** The chain of {@code party}, which the key of their office has to bear out. */
    static VerifiedChain issuer(Primitives primitives, Party party, UnverifiedChain chain, HybridPublicKey officeKey)
            throws LineException {
        LineException.require(
                officeKey.keyHash(primitives).equals(party.officeKey()), LineException.Reason.ANOTHER_OFFICE);
        try {
            VerifiedChain verified =
                    chain.verify(primitives, OfficeKeys.only(primitives, party.officeDomain(), officeKey));
            LineException.require(
                    verified.principal().equals(party.principal()) && verified.contains(party.head()),
                    LineException.Reason.ANOTHER_PARTY);
            return verified;
        } catch (IdentityException e) {
            throw new LineException(LineException.Reason.BAD_CHAIN);
        }
    }

    static RedemptionAnswer read(WireReader in) throws DecodeException {
        int state = in.uint8();
        return switch (state) {
            case 0 -> new None();
            case 1, 2 ->
                new Known(
                        state == 2, in.vector(LineCard.MAX_SEALED), UnverifiedChain.read(in), HybridPublicKey.read(in));
            case 3 -> new Renewed(SignedByDevice.read(in), UnverifiedChain.read(in), HybridPublicKey.read(in));
            default -> throw new DecodeException("RedemptionState " + state);
        };
    }

    static RedemptionAnswer decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, RedemptionAnswer::read);
    }
}
