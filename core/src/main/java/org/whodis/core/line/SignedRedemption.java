package org.whodis.core.line;

import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDomain;
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
 * A redemption with everything that proves it.
 *
 * <pre>
 *   struct {
 *       SignedByDevice redemption;        of a LineRedemption
 *       HybridSignature by_line;
 *       Chain chain;                      the redeemer's
 *       HybridPublicKey office_key;       of the redeemer's office
 *   } SignedRedemption;                   redemption_hash = H("Whodis 1 Line redemption", redemption)
 * </pre>
 */
public record SignedRedemption(
        SignedByDevice redemption, HybridSignature byLine, UnverifiedChain chain, HybridPublicKey officeKey)
        implements Encodable {
    /** Another device's clock may be off by this. */
    public static final long CLOCK_SKEW_MILLIS = 60_000;

    /** A redemption in which every check held. */
    public record Verified(LineRedemption redemption, Bytes hash, VerifiedChain chain) {}

    public static SignedRedemption sign(
            Primitives primitives,
            RandomBytes random,
            LineRedemption redemption,
            HybridKeyPair line,
            HybridKeyPair device,
            UnverifiedChain chain,
            HybridPublicKey officeKey) {
        SignedByDevice signed = SignedByDevice.sign(primitives, random, device, LineRedemption.LABEL, redemption);
        return new SignedRedemption(
                signed, line.sign(primitives, LineRedemption.LABEL, signed.statement(), random), chain, officeKey);
    }

    public Bytes hash(Primitives primitives) {
        return LabelledHash.of(primitives, LineRedemption.LABEL, redemption.statement());
    }

    /** The redemption as it came; nothing in it has been checked beyond its form. */
    public LineRedemption unverified() throws LineException {
        try {
            return LineRedemption.decode(redemption.statement());
        } catch (DecodeException e) {
            throw new LineException(LineException.Reason.MALFORMED);
        }
    }

    /**
     * Checks that:
     *
     * <ol>
     *   <li>it has its form;
     *   <li>it is for the office {@code office};
     *   <li>it is fresh;
     *   <li>the line's key is the one that the line's id is the hash of;
     *   <li>the office's key is the one that the redeemer names, and the chain holds under it;
     *   <li>the redeemer is who the chain is of, at its head;
     *   <li>the device stands in the chain and signed;
     *   <li>the line's key signed.
     * </ol>
     *
     * <p>That the redeemer's office is that one, the caller has to know from elsewhere.
     */
    public Verified verify(Primitives primitives, OfficeDomain office, long now) throws LineException {
        LineRedemption said = unverified();
        LineException.require( // 3
                said.at() <= now + CLOCK_SKEW_MILLIS && said.expiresAt() >= now - CLOCK_SKEW_MILLIS,
                LineException.Reason.NOT_FRESH);
        return verifyStored(primitives, office);
    }

    /** As {@link #verify}, of a redemption that was fresh when it came and was kept. */
    public Verified verifyStored(Primitives primitives, OfficeDomain office) throws LineException {
        LineRedemption said = unverified(); // 1
        LineException.require(said.office().equals(office), LineException.Reason.ANOTHER_OFFICE); // 2
        LineException.require( // 4
                said.lineKey().keyHash(primitives).equals(said.lineId().value()),
                LineException.Reason.ANOTHER_LINE_KEY);
        LineException.require( // 5
                officeKey.keyHash(primitives).equals(said.redeemer().officeKey()), LineException.Reason.ANOTHER_OFFICE);
        VerifiedChain verified;
        try {
            verified = chain.verify(
                    primitives, OfficeKeys.only(primitives, said.redeemer().officeDomain(), officeKey));
        } catch (IdentityException e) {
            throw new LineException(LineException.Reason.BAD_CHAIN);
        }
        LineException.require( // 6
                Party.of(verified).equals(said.redeemer()), LineException.Reason.ANOTHER_PARTY);
        LineException.require( // 7
                said.device().equals(redemption.device()), LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE);
        redemption.verify(primitives, LineRedemption.LABEL, verified);
        LineException.require( // 8
                said.lineKey().verify(primitives, LineRedemption.LABEL, redemption.statement(), byLine),
                LineException.Reason.NOT_SIGNED_BY_THE_LINE);
        return new Verified(said, hash(primitives), verified);
    }

    @Override
    public void write(WireWriter out) {
        redemption.write(out);
        byLine.write(out);
        chain.write(out);
        officeKey.write(out);
    }

    public static SignedRedemption read(WireReader in) throws DecodeException {
        return new SignedRedemption(
                SignedByDevice.read(in), HybridSignature.read(in), UnverifiedChain.read(in), HybridPublicKey.read(in));
    }

    public static SignedRedemption decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, SignedRedemption::read);
    }
}
