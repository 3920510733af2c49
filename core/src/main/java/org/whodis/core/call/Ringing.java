package org.whodis.core.call;

import org.whodis.core.message.Answer;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.wire.Bytes;

/**
 * A device of the callee: it rings, or waits in silence while the person is in another call. It has no key of the call, is
 * in no room and has disclosed no address: there is nothing that a message could open.
 */
final class Ringing implements CallState {
    private final Call call;
    private final long deadline;

    private Ringing(Call call) {
        this.call = call;
        long left = call.offer.expiresAt() - call.env.now();
        this.deadline = call.env.elapsed() + Math.min(Math.max(left, Limits.SHORTEST_RING), Offer.MAX_LIFETIME_MILLIS);
    }

    static Ringing begin(Environment env, VerifiedOffer offer, boolean silently) {
        Call call = Call.from(env, offer);
        call.sendNotice(Notice.Type.RINGING, offer.device().id());
        call.announce(silently);
        return new Ringing(call);
    }

    Call call() {
        return call;
    }

    /** Whether the call is shown only, since the person was in another one. */
    boolean isWaiting() {
        return !call.isSounding();
    }

    /** The other call is over. */
    void ringNow() {
        call.announce(false);
    }

    /** The one legitimate reason for an answer here: another device of this person was first, and this is its proof. */
    @Override
    public CallState onAnswer(CallMessage.SignedAnswer message, Envelope envelope) throws RejectedException {
        RejectedException.require(call.isFromOurselves(envelope), Rejection.WRONG_ROLE);
        VerifiedAnswer.verify(call.env, envelope, message, call.offer, call.offerHash, call.env.own());
        return call.end(EndReason.ANSWERED_ELSEWHERE);
    }

    @Override
    public CallState onWelcome(CallMessage.SignedWelcome message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "welcome before the answer");
    }

    @Override
    public CallState onNotice(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException {
        EndReason reason = endingNotice(call, message, envelope);
        if (reason == EndReason.CANCELLED) {
            call.missed();
        }
        return call.end(reason);
    }

    /** Why a notice ends the call on a callee's device that is not in the group yet; other notices are refused. */
    static EndReason endingNotice(Call call, CallMessage.SignedNotice message, Envelope envelope)
            throws RejectedException {
        boolean ours = call.isFromOurselves(envelope);
        return switch (call.verify(message, envelope)) {
            case DECLINED, BUSY -> {
                RejectedException.require(ours, Rejection.WRONG_ROLE);
                yield EndReason.DECLINED_ELSEWHERE;
            }
            case CANCELLED -> {
                RejectedException.require(!ours, Rejection.WRONG_ROLE);
                RejectedException.require(message.device().equals(call.offer.callerDevice()), Rejection.UNKNOWN_DEVICE);
                yield EndReason.CANCELLED;
            }
            case RINGING -> throw new RejectedException(Rejection.WRONG_ROLE, "ringing");
        };
    }

    @Override
    public CallState onGroup(CallMessage.Group message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.NO_GROUP);
    }

    @Override
    public CallState onSubmitAnswered(EnvelopeId id, SubmitOutcome outcome) {
        return this;
    }

    /** The first keys of this call on this device, and its first sign of where it is. */
    @Override
    public CallState answer() {
        Environment env = call.env;
        call.silence();
        LeafKeys keys = LeafKeys.generate(env.primitives, VerifiedOffer.SUITE, env.random);
        Credential credential = ExpectedLeaf.ownCredential(
                env, call.id(), call.offerHash, env.own().head(), keys, false);
        KeyPackageBundle bundle = KeyPackageBundle.create(
                env.primitives,
                keys,
                credential,
                Lifetime.around(env.nowSeconds(), Limits.LEAF_LIFETIME / 1000),
                env.random);
        Answer answer = new Answer(
                call.id(),
                call.offerHash,
                Bytes.of(env.random.next(Answer.NONCE_LENGTH)),
                env.device(),
                env.own().head(),
                VerifiedOffer.SUITE.value(),
                bundle.keyPackage().toBytes(),
                env.now());
        Bytes encoded = answer.encode();
        EnvelopeId envelope = call.send(
                new CallMessage.SignedAnswer(
                        encoded,
                        env.device(),
                        env.sign(Answer.LABEL, encoded),
                        env.own().wire()),
                call.offer.callerDevice(),
                env.now() + Limits.CONNECT_TIMEOUT);
        call.joinMedia();
        call.show(CallView.State.CONNECTING);
        return new AwaitingWelcome(call, answer, Answer.hash(env.primitives, encoded), envelope, bundle, credential);
    }

    @Override
    public CallState decline() {
        call.sendNotice(declining(), call.offer.callerDevice());
        return call.end(EndReason.DECLINED_HERE);
    }

    @Override
    public void sendToDesk() {
        call.sendToDesk(declining(), call.offer.callerDevice());
    }

    @Override
    public CallState sentToDesk() {
        return call.end(EndReason.DECLINED_HERE);
    }

    /** While in another call, declining says so. */
    private Notice.Type declining() {
        return isWaiting() ? Notice.Type.BUSY : Notice.Type.DECLINED;
    }

    @Override
    public CallState hangUp() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "hang up");
    }

    @Override
    public CallState compared(boolean match) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "words compared");
    }

    @Override
    public CallState onMediaLost() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "media lost");
    }

    @Override
    public Ended revoked(EndReason reason) {
        return call.end(reason);
    }

    @Override
    public CallState onTimeout() {
        call.missed();
        return call.end(EndReason.NO_ANSWER);
    }

    @Override
    public long deadline() {
        return deadline;
    }
}
