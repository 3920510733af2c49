package org.whodis.core.call;

import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * An offer about which everything has been checked that can be before a sound is made.
 *
 * @param chain the caller's
 * @param device the caller's, which made the offer
 */
record VerifiedOffer(Offer offer, Bytes hash, VerifiedChain chain, ChainDevice device) {
    /** The one suite of version 1. */
    static final CipherSuite SUITE = CipherSuite.MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519;

    /**
     * Checks an offer that arrived:
     *
     * <ol>
     *   <li>it has its form (its two times are at most 45 s apart);
     *   <li>it is of the call and from the person and device that the envelope names;
     *   <li>the callee is this person, at a head that their chain has or had, at their office;
     *   <li>it is fresh, unless it is only to be shown as missed;
     *   <li>the caller's chain is verified with the office key that it names;
     *   <li>the offer names the head and the office of that chain;
     *   <li>the device stands in that chain, and is not known as revoked
     *   <li>and signed the offer;
     *   <li>it offers a suite that we have.
     * </ol>
     */
    static VerifiedOffer verify(Environment env, Envelope envelope, CallMessage.SignedOffer message, boolean isMissed)
            throws RejectedException {
        Offer offer; // 1
        try {
            offer = Offer.decode(message.signed());
        } catch (DecodeException malformed) {
            throw new RejectedException(Rejection.MALFORMED, "offer");
        }
        RejectedException.require( // 2
                offer.callId().equals(envelope.callId())
                        && offer.caller().principal().equals(envelope.from())
                        && offer.callerDevice().equals(envelope.fromDevice())
                        && offer.callerDevice().equals(message.device()),
                Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
        RejectedException.require(!offer.caller().principal().equals(env.principal()), Rejection.OWN_PRINCIPAL);
        Party us = Party.of(env.own()); // 3
        RejectedException.require(
                offer.callee().principal().equals(us.principal())
                        && env.own().contains(offer.callee().head())
                        && offer.callee().officeDomain().equals(us.officeDomain())
                        && offer.callee().officeKey().equals(us.officeKey()),
                Rejection.CALLEE_IS_NOT_US);
        RejectedException.require( // 4
                isMissed
                        || offer.issuedAt() <= env.now() + Limits.CLOCK_SKEW
                                && offer.expiresAt() >= env.now() - Limits.CLOCK_SKEW,
                Rejection.NOT_FRESH);
        VerifiedChain chain = env.verify(message.chain(), null); // 5
        RejectedException.require(Party.of(chain).equals(offer.caller()), Rejection.CALLER_IS_NOT_ITS_CHAIN); // 6
        ChainDevice device = chain.device(message.device()); // 7
        if (device == null || env.isRevoked(device.id())) {
            throw new RejectedException(Rejection.UNKNOWN_DEVICE);
        }
        RejectedException.require( // 8
                device.key().verify(env.primitives, Offer.LABEL, message.signed(), message.byDevice()),
                Rejection.BAD_SIGNATURE);
        RejectedException.require(offer.suites().contains(SUITE.value()), Rejection.NO_COMMON_SUITE); // 9
        return new VerifiedOffer(offer, Offer.hash(env.primitives, message.signed()), chain, device);
    }
}
