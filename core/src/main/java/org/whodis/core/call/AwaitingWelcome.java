package org.whodis.core.call;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.GroupRules;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** The callee's device on which a person answered: it has sent a key package, and waits until the caller adds it. */
final class AwaitingWelcome implements CallState {
    private final Call call;
    private final Answer answer;
    private final Bytes answerHash;
    private final EnvelopeId answerEnvelope;
    private final KeyPackageBundle bundle;
    private final Credential credential;
    private final long deadline;

    AwaitingWelcome(
            Call call,
            Answer answer,
            Bytes answerHash,
            EnvelopeId answerEnvelope,
            KeyPackageBundle bundle,
            Credential credential) {
        this.call = call;
        this.answer = answer;
        this.answerHash = answerHash;
        this.answerEnvelope = answerEnvelope;
        this.bundle = bundle;
        this.credential = credential;
        this.deadline = call.env.elapsed() + Limits.CONNECT_TIMEOUT;
    }

    Call call() {
        return call;
    }

    /**
     * Checks a Welcome that arrived:
     *
     * <ol>
     *   <li>it has its form;
     *   <li>it is of the call and from the caller and the device that the envelope names;
     *   <li>that is the device that made the offer;
     *   <li>it is for this offer
     *   <li>and this answer;
     *   <li>that device signed it;
     *   <li>the MLS Welcome is for our key package, and the other leaf's credential is the caller's in this call;
     *   <li>the group has the call's id, is in its first epoch after the creator's own, and has two members;
     *   <li>its nonce and the caller's leaf open the commitment of the offer.
     * </ol>
     */
    @Override
    public CallState onWelcome(CallMessage.SignedWelcome message, Envelope envelope) throws RejectedException {
        RejectedException.require(!call.isFromOurselves(envelope), Rejection.WRONG_ROLE);
        CallWelcome welcome; // 1
        try {
            welcome = CallWelcome.decode(message.signed());
        } catch (DecodeException malformed) {
            throw new RejectedException(Rejection.MALFORMED, "welcome");
        }
        RejectedException.require( // 2
                welcome.callId().equals(call.id()) && message.device().equals(envelope.fromDevice()),
                Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
        RejectedException.require(message.device().equals(call.offer.callerDevice()), Rejection.UNKNOWN_DEVICE); // 3
        RejectedException.require(welcome.offerHash().equals(call.offerHash), Rejection.ANOTHER_OFFER); // 4
        RejectedException.require(welcome.answerHash().equals(answerHash), Rejection.ANOTHER_ANSWER); // 5
        HybridPublicKey caller = call.peerDevice().key();
        RejectedException.require( // 6
                caller.verify(call.env.primitives, CallWelcome.LABEL, message.signed(), message.byDevice()),
                Rejection.BAD_SIGNATURE);
        CallGroup group = join(welcome.welcome()); // 7, 8
        Bytes opened = Offer.commitment( // 9
                call.env.primitives,
                call.id(),
                welcome.callerNonce(),
                group.peer().leaf().signatureKey());
        if (!opened.equals(call.offer.commitment())) {
            group.erase();
            throw new RejectedException(Rejection.COMMITMENT_NOT_OPENED);
        }
        bundle.erase();
        call.install(
                group,
                ComparisonWords.of(
                        call.env.primitives,
                        call.offer,
                        welcome.callerNonce(),
                        answer,
                        group.peer().leaf().signatureKey(),
                        ownSignatureKey()));
        call.sendToGroup(new GroupMessage.Connected());
        call.show(CallView.State.CONNECTED);
        return new Connected(call);
    }

    private CallGroup join(Bytes welcome) throws RejectedException {
        Environment env = call.env;
        ExpectedLeaf expected = new ExpectedLeaf(
                call.id(),
                call.offerHash,
                call.offer.caller().principal(),
                call.offer.caller().head(),
                call.peerDevice(),
                env.now());
        MlsGroup group;
        try {
            group = MlsGroup.join(
                    env.primitives,
                    Welcome.decode(welcome),
                    bundle,
                    GroupRules.ofCall(
                            expected.besides(env.primitives, ownSignatureKey(), credential),
                            CallAuthority.ofTwo(env, call.offer, call.offerHash, env.own(), call.peerChain()),
                            CallWelcome.MAX_WELCOME),
                    null,
                    env.nowSeconds());
        } catch (MlsException refused) {
            boolean credentialRefused = refused.rejection() == org.whodis.core.mls.Rejection.CREDENTIAL_REFUSED;
            throw new RejectedException(
                    credentialRefused ? Rejection.BAD_CREDENTIAL : Rejection.BAD_WELCOME,
                    refused.rejection().name());
        }
        if (!group.groupId().equals(call.id().value())
                || group.cipherSuite() != VerifiedOffer.SUITE
                || group.epoch() != 1) {
            group.erase();
            throw new RejectedException(Rejection.UNEXPECTED_GROUP, "id, suite or epoch");
        }
        return CallGroup.ofTwo(group);
    }

    /** What the caller is to add. */
    KeyPackage keyPackage() {
        return bundle.keyPackage();
    }

    private Bytes ownSignatureKey() {
        return keyPackage().leafNode().signatureKey();
    }

    /** The office took the answer of another device of this person, and this is its proof. */
    @Override
    public CallState onAnswer(CallMessage.SignedAnswer message, Envelope envelope) throws RejectedException {
        RejectedException.require(call.isFromOurselves(envelope), Rejection.WRONG_ROLE);
        VerifiedAnswer.verify(call.env, envelope, message, call.offer, call.offerHash, call.env.own());
        return end(EndReason.ANSWERED_ELSEWHERE);
    }

    @Override
    public CallState onNotice(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException {
        return end(Ringing.endingNotice(call, message, envelope));
    }

    @Override
    public CallState onGroup(CallMessage.Group message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.NO_GROUP);
    }

    @Override
    public CallState onSubmitAnswered(EnvelopeId id, SubmitOutcome outcome) {
        if (!id.equals(answerEnvelope)) {
            return this;
        }
        return switch (outcome) {
            // That another device was first is believed when its answer is here; until then the timer runs.
            case ACCEPTED, DUPLICATE, OFFLINE, ANSWERED_ELSEWHERE -> this;
            case UNKNOWN_RECIPIENT, EXPIRED, NOT_ALLOWED, TOO_MANY -> end(EndReason.REFUSED_BY_OFFICE);
        };
    }

    @Override
    public CallState answer() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "answered already");
    }

    @Override
    public CallState decline() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "decline");
    }

    /** There is no group yet to say it in. */
    @Override
    public void sendToDesk() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "send to the desk");
    }

    @Override
    public CallState sentToDesk() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "sent to the desk");
    }

    @Override
    public CallState hangUp() {
        return giveUp(EndReason.HUNG_UP_HERE);
    }

    @Override
    public CallState compared(boolean match) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "words compared");
    }

    @Override
    public CallState onMediaLost() {
        return giveUp(EndReason.MEDIA_LOST);
    }

    @Override
    public Ended revoked(EndReason reason) {
        return end(reason);
    }

    @Override
    public CallState onTimeout() {
        return giveUp(EndReason.NOT_CONNECTED);
    }

    @Override
    public long deadline() {
        return deadline;
    }

    private Ended giveUp(EndReason reason) {
        call.sendNotice(Notice.Type.DECLINED, call.offer.callerDevice());
        return end(reason);
    }

    private Ended end(EndReason reason) {
        call.env.outbox.withdraw(answerEnvelope);
        bundle.erase();
        return call.end(reason);
    }
}
