package org.whodis.core.call;

import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Offer;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * An answer of a device of the callee to a certain offer; its KeyPackage is still to be checked by whoever adds it.
 *
 * @param chain the callee's
 * @param device the callee's, which answered
 */
record VerifiedAnswer(Answer answer, Bytes hash, VerifiedChain chain, ChainDevice device) {
    /**
     * Checks an answer that arrived, at the caller's device or, as proof, at another device of the callee:
     *
     * <ol>
     *   <li>it has its form;
     *   <li>it is of the call and from the device that the envelope names;
     *   <li>it answers this offer;
     *   <li>the chain is verified with the office key that it names;
     *   <li>it is the chain of the callee of the offer, and extends what was called;
     *   <li>the answer names its head;
     *   <li>the device stands in that chain, and is not known as revoked
     *   <li>and signed the answer;
     *   <li>the suite was offered, and we have it;
     *   <li>it was made in the life of the offer.
     * </ol>
     *
     * @param known the callee's chain as this device knows it
     */
    static VerifiedAnswer verify(
            Environment env,
            Envelope envelope,
            CallMessage.SignedAnswer message,
            Offer offer,
            Bytes offerHash,
            VerifiedChain known)
            throws RejectedException {
        Answer answer; // 1
        try {
            answer = Answer.decode(message.signed());
        } catch (DecodeException malformed) {
            throw new RejectedException(Rejection.MALFORMED, "answer");
        }
        RejectedException.require( // 2
                answer.callId().equals(envelope.callId())
                        && answer.calleeDevice().equals(envelope.fromDevice())
                        && answer.calleeDevice().equals(message.device()),
                Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
        RejectedException.require(answer.offerHash().equals(offerHash), Rejection.ANOTHER_OFFER); // 3
        VerifiedChain chain = env.verify(message.chain(), known); // 4
        RejectedException.require( // 5
                chain.principal().equals(offer.callee().principal()), Rejection.ANOTHER_PERSON);
        RejectedException.require(
                chain.contains(offer.callee().head()), Rejection.CHAIN_DOES_NOT_EXTEND_WHAT_WAS_CALLED);
        RejectedException.require(answer.calleeHead().equals(chain.head()), Rejection.BAD_CHAIN); // 6
        ChainDevice device = chain.device(message.device()); // 7
        if (device == null || env.isRevoked(device.id())) {
            throw new RejectedException(Rejection.UNKNOWN_DEVICE);
        }
        RejectedException.require( // 8
                device.key().verify(env.primitives, Answer.LABEL, message.signed(), message.byDevice()),
                Rejection.BAD_SIGNATURE);
        RejectedException.require( // 9
                offer.suites().contains(answer.suite()) && answer.suite() == VerifiedOffer.SUITE.value(),
                Rejection.SUITE_NOT_OFFERED);
        RejectedException.require( // 10
                answer.answeredAt() >= offer.issuedAt() - Limits.CLOCK_SKEW
                        && answer.answeredAt() <= offer.expiresAt() + Limits.CLOCK_SKEW,
                Rejection.NOT_FRESH);
        return new VerifiedAnswer(answer, Answer.hash(env.primitives, message.signed()), chain, device);
    }
}
