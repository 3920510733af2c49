package org.whodis.core.call;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.GroupRules;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;

/** The caller's device: the offer is out. There is no group and no media key. */
final class Dialling implements CallState {
    private final Call call;
    private final Secret callerNonce;
    private final LeafKeys leafKeys;
    private final EnvelopeId offerEnvelope;
    private final long deadline;

    private Dialling(Call call, Secret callerNonce, LeafKeys leafKeys, EnvelopeId offerEnvelope) {
        this.call = call;
        this.callerNonce = callerNonce;
        this.leafKeys = leafKeys;
        this.offerEnvelope = offerEnvelope;
        this.deadline = call.env.elapsed() + Offer.MAX_LIFETIME_MILLIS;
    }

    /** @param line by which the callee is rung; null: by the directory of the own office */
    static Dialling begin(Environment env, VerifiedChain callee, @Nullable LineSecret line) {
        CallId id = new CallId(Bytes.of(env.random.next(CallId.LENGTH)));
        Secret nonce = Secret.owning(env.random.next(Offer.NONCE_LENGTH));
        LeafKeys leafKeys = LeafKeys.generate(env.primitives, VerifiedOffer.SUITE, env.random);
        Offer said = new Offer(
                id,
                Offer.commitment(env.primitives, id, Bytes.of(nonce.expose()), leafKeys.signatureKey()),
                Party.of(env.own()),
                env.device(),
                Party.of(callee),
                List.of(VerifiedOffer.SUITE.value()),
                env.now(),
                env.now() + Offer.MAX_LIFETIME_MILLIS);
        if (line != null) {
            HybridKeyPair key = line.key(env.primitives);
            said = said.withLineProof(
                    LineProof.make(env.primitives, env.random, key, said).encode());
            key.erase();
        }
        Bytes offer = said.encode();
        Call call = Call.to(env, said, Offer.hash(env.primitives, offer), callee);
        EnvelopeId envelope = call.send(
                new CallMessage.SignedOffer(
                        offer,
                        env.device(),
                        env.sign(Offer.LABEL, offer),
                        env.own().wire()),
                null,
                call.offer.expiresAt());
        call.showAgain();
        return new Dialling(call, nonce, leafKeys, envelope);
    }

    Call call() {
        return call;
    }

    /** Both called at once, and the other offer lives. Our own is withdrawn, so that their other devices stop ringing. */
    Ended giveWay() {
        withdraw();
        return end(EndReason.GLARE);
    }

    @Override
    public CallState onAnswer(CallMessage.SignedAnswer message, Envelope envelope) throws RejectedException {
        RejectedException.require(!call.isFromOurselves(envelope), Rejection.WRONG_ROLE);
        VerifiedAnswer answer =
                VerifiedAnswer.verify(call.env, envelope, message, call.offer, call.offerHash, call.peerChain());
        Added added = add(answer);
        call.answeredBy(answer.chain(), answer.device(), answer.answer().answeredAt());
        Bytes nonce = Bytes.of(callerNonce.expose());
        Bytes welcome = new CallWelcome(
                        call.id(),
                        call.offerHash,
                        answer.hash(),
                        nonce,
                        added.welcome().toBytes())
                .encode();
        call.send(
                new CallMessage.SignedWelcome(welcome, call.env.device(), call.env.sign(CallWelcome.LABEL, welcome)),
                answer.device().id(),
                call.env.now() + Limits.MESSAGE_LIFETIME);
        call.install(
                added.group(),
                ComparisonWords.of(
                        call.env.primitives,
                        call.offer,
                        nonce,
                        answer.answer(),
                        leafKeys.signatureKey(),
                        added.group().peer().leaf().signatureKey()));
        eraseSecrets();
        call.joinMedia();
        call.show(CallView.State.CONNECTING);
        return new AwaitingConnected(call);
    }

    private record Added(CallGroup group, Welcome welcome) {}

    /** The group of the call, with the device that answered in it. Nothing is left behind if its key package is refused. */
    private Added add(VerifiedAnswer answer) throws RejectedException {
        Environment env = call.env;
        try {
            KeyPackage keyPackage = KeyPackage.decode(answer.answer().keyPackage());
            Credential credential = ExpectedLeaf.ownCredential(
                    env, call.id(), call.offerHash, call.offer.caller().head(), leafKeys, true);
            ExpectedLeaf expected = new ExpectedLeaf(
                    call.id(),
                    call.offerHash,
                    answer.chain().principal(),
                    answer.answer().calleeHead(),
                    answer.device(),
                    env.now());
            MlsGroup alone = MlsGroup.create(
                    env.primitives,
                    call.id().value(),
                    leafKeys,
                    credential,
                    Lifetime.around(env.nowSeconds(), Limits.LEAF_LIFETIME / 1000),
                    GroupRules.ofCall(
                            expected.besides(env.primitives, leafKeys.signatureKey(), credential),
                            CallAuthority.ofTwo(env, call.offer, call.offerHash, env.own(), answer.chain()),
                            CallWelcome.MAX_WELCOME),
                    List.of(),
                    env.random);
            try {
                PendingCommit commit =
                        alone.commit(List.of(new Proposal.Add(keyPackage)), env.random, env.nowSeconds());
                Welcome welcome = commit.welcome();
                if (welcome == null) {
                    throw new IllegalStateException("an Add without a Welcome");
                }
                return new Added(CallGroup.ofTwo(commit.next()), welcome);
            } finally {
                alone.erase();
            }
        } catch (MlsException refused) {
            boolean credential = refused.rejection() == org.whodis.core.mls.Rejection.CREDENTIAL_REFUSED;
            throw new RejectedException(
                    credential ? Rejection.BAD_CREDENTIAL : Rejection.BAD_KEY_PACKAGE,
                    refused.rejection().name());
        }
    }

    @Override
    public CallState onWelcome(CallMessage.SignedWelcome message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_ROLE, "welcome");
    }

    @Override
    public CallState onNotice(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException {
        RejectedException.require(!call.isFromOurselves(envelope), Rejection.WRONG_ROLE);
        return switch (call.verify(message, envelope)) {
            case RINGING -> {
                call.joinMedia();
                call.show(CallView.State.RINGING_THERE);
                yield this;
            }
            case DECLINED -> end(EndReason.DECLINED);
            case BUSY -> end(EndReason.BUSY);
            case CANCELLED -> throw new RejectedException(Rejection.WRONG_ROLE, "cancelled");
        };
    }

    @Override
    public CallState onGroup(CallMessage.Group message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.NO_GROUP);
    }

    @Override
    public CallState onSubmitAnswered(EnvelopeId id, SubmitOutcome outcome) {
        if (!id.equals(offerEnvelope)) {
            return this;
        }
        return switch (outcome) {
            case ACCEPTED, DUPLICATE -> {
                call.joinMedia();
                yield this;
            }
            case OFFLINE -> {
                call.joinMedia();
                call.show(CallView.State.NOBODY_THERE);
                yield this;
            }
            case UNKNOWN_RECIPIENT, EXPIRED, NOT_ALLOWED, ANSWERED_ELSEWHERE, TOO_MANY ->
                end(EndReason.REFUSED_BY_OFFICE);
        };
    }

    @Override
    public CallState answer() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "answer");
    }

    @Override
    public CallState decline() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "decline");
    }

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
        withdraw();
        return end(EndReason.CANCELLED);
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
        return end(reason);
    }

    @Override
    public CallState onTimeout() {
        withdraw();
        return end(EndReason.NO_ANSWER);
    }

    @Override
    public long deadline() {
        return deadline;
    }

    private void withdraw() {
        if (call.env.outbox.withdraw(offerEnvelope)) {
            call.sendNotice(Notice.Type.CANCELLED, null);
        }
    }

    private Ended end(EndReason reason) {
        eraseSecrets();
        return call.end(reason);
    }

    private void eraseSecrets() {
        callerNonce.erase();
        leafKeys.erase();
    }
}
