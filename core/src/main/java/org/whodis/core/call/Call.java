package org.whodis.core.call;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * What the states of one call share: what the offer fixed, who is at the other end, and what has to be undone when the call
 * ends, whatever its state was (the sound, the place in the relay's room, the keys).
 */
final class Call {
    final Environment env;
    final Offer offer;
    final Bytes offerHash;
    final boolean outgoing;
    private VerifiedChain peerChain;
    private ChainDevice peerDevice;
    private long peerBeganAt;
    private CallView.State shown;
    private long since;
    private List<String> words = List.of();
    private boolean sounding;
    private boolean inMedia;
    private @Nullable CallGroup group;

    private Call(
            Environment env, Offer offer, Bytes offerHash, boolean outgoing, VerifiedChain peer, ChainDevice device) {
        this.env = env;
        this.offer = offer;
        this.offerHash = offerHash;
        this.outgoing = outgoing;
        this.peerChain = peer;
        this.peerDevice = device;
        this.peerBeganAt = offer.issuedAt();
        this.shown = outgoing ? CallView.State.DIALLING : CallView.State.WAITING;
        this.since = env.now();
    }

    static Call to(Environment env, Offer offer, Bytes offerHash, VerifiedChain callee) {
        return new Call(env, offer, offerHash, true, callee, callee.devices().get(0));
    }

    static Call from(Environment env, VerifiedOffer offer) {
        return new Call(env, offer.offer(), offer.hash(), false, offer.chain(), offer.device());
    }

    CallId id() {
        return offer.callId();
    }

    VerifiedChain peerChain() {
        return peerChain;
    }

    ChainDevice peerDevice() {
        return peerDevice;
    }

    /** A device of theirs has answered, {@code answeredAt} by its own clock. */
    void answeredBy(VerifiedChain chain, ChainDevice device, long answeredAt) {
        peerChain = chain;
        peerDevice = device;
        peerBeganAt = answeredAt;
    }

    /**
     * Whether {@code later} shows that the device at the other end has lost this call, as a page that was reloaded has: a
     * device calls nobody while it is in a call, and it has signed this offer after it came into this one, by its own clock.
     * Earlier offers of it that somebody kept back show nothing.
     */
    boolean isLostBy(VerifiedOffer later) {
        return later.device().id().equals(peerDevice.id()) && later.offer().issuedAt() > peerBeganAt;
    }

    Peer peer() {
        Genesis vouched = peerChain.genesis();
        Assurance assurance = Assurance.of(
                peerChain,
                peerDevice.id(),
                Assurance.pinFor(peerChain, env.pins()),
                env.offices.standing(vouched.officeDomain(), vouched.officeKey()),
                env.now());
        return new Peer(peerChain, peerDevice, assurance);
    }

    CallView view(@Nullable EndReason ended) {
        return new CallView(id(), outgoing, shown, peer(), since, words, ended);
    }

    /** Shows the call in another state. */
    void show(CallView.State state) {
        if (state != shown) {
            since = env.now();
            shown = state;
        }
        env.emit(new CallOutput.CallChanged(view(null)));
    }

    /** Shows the call as it is, since more is known of it. */
    void showAgain() {
        env.emit(new CallOutput.CallChanged(view(null)));
    }

    /** Rings, or shows the call in silence while the person is in another one. */
    void announce(boolean silently) {
        shown = silently ? CallView.State.WAITING : CallView.State.RINGING;
        since = env.now();
        sounding = !silently;
        env.emit(silently ? new CallOutput.SecondCall(view(null)) : new CallOutput.RingStart(view(null)));
    }

    boolean isSounding() {
        return sounding;
    }

    void silence() {
        if (sounding) {
            sounding = false;
            env.emit(new CallOutput.RingStop(id()));
        }
    }

    /** Only once this device has offered, or a person has answered on it. */
    void joinMedia() {
        if (!inMedia) {
            inMedia = true;
            env.emit(new CallOutput.JoinMedia(id()));
        }
    }

    /** Both are in the group: media may flow. */
    void install(CallGroup joined, List<String> comparisonWords) {
        group = joined;
        words = comparisonWords;
        env.emit(new CallOutput.InstallEpoch(id(), joined.ownLeaf(), joined.keys()));
    }

    /** The group, in the states that have one. */
    CallGroup group() {
        if (group == null) {
            throw new IllegalStateException("a call without a group");
        }
        return group;
    }

    Ended end(EndReason reason) {
        silence();
        if (inMedia) {
            inMedia = false;
            env.emit(new CallOutput.LeaveMedia(id()));
        }
        if (group != null) {
            group.erase();
            group = null;
            env.emit(new CallOutput.KeysErased(id()));
        }
        shown = CallView.State.ENDED;
        since = env.now();
        env.emit(new CallOutput.CallChanged(view(reason)));
        return new Ended(offer.expiresAt());
    }

    void missed() {
        env.emit(new CallOutput.MissedCall(id(), peer(), offer.issuedAt()));
    }

    /** Tells the other side something before there is a group; {@code toDevice} is null for all of their devices. */
    EnvelopeId sendNotice(Notice.Type type, @Nullable DeviceId toDevice) {
        return send(notice(type), toDevice, env.now() + Limits.MESSAGE_LIFETIME);
    }

    /** Hands a notice to the desk, if the office takes it: nobody hears it otherwise. */
    void sendToDesk(Notice.Type type, DeviceId toDevice) {
        Envelope decline =
                env.envelope(id(), peerChain.principal(), toDevice, notice(type), env.now() + Limits.MESSAGE_LIFETIME);
        env.emit(new CallOutput.SendToDesk(decline));
    }

    private CallMessage notice(Notice.Type type) {
        Bytes notice = new Notice(id(), offerHash, type, env.now()).encode();
        return new CallMessage.SignedNotice(notice, env.device(), env.sign(Notice.LABEL, notice));
    }

    EnvelopeId sendToGroup(GroupMessage message) {
        return send(group().seal(message, env.random), peerDevice.id(), env.now() + Limits.MESSAGE_LIFETIME);
    }

    EnvelopeId send(CallMessage message, @Nullable DeviceId toDevice, long deadline) {
        return env.submit(id(), peerChain.principal(), toDevice, message, deadline);
    }

    /** Whether another device of this person sent {@code envelope}, of which the office gave us a copy. */
    boolean isFromOurselves(Envelope envelope) {
        return envelope.from().equals(env.principal());
    }

    /**
     * Checks a notice: 1. it has its form; 2. it is of the call and from the device that the envelope names; 3. it is about
     * this offer; 4. the device stands in the chain of whoever sent it 5. and signed it.
     */
    Notice.Type verify(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException {
        Notice notice; // 1
        try {
            notice = Notice.decode(message.signed());
        } catch (DecodeException malformed) {
            throw new RejectedException(Rejection.MALFORMED, "notice");
        }
        RejectedException.require( // 2
                notice.callId().equals(id()) && message.device().equals(envelope.fromDevice()),
                Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
        RejectedException.require(notice.offerHash().equals(offerHash), Rejection.ANOTHER_OFFER); // 3
        VerifiedChain chain = isFromOurselves(envelope) ? env.own() : peerChain;
        ChainDevice device = chain.device(message.device()); // 4
        if (device == null || env.isRevoked(device.id())) {
            throw new RejectedException(Rejection.UNKNOWN_DEVICE);
        }
        RejectedException.require( // 5
                device.key().verify(env.primitives, Notice.LABEL, message.signed(), message.byDevice()),
                Rejection.BAD_SIGNATURE);
        return notice.type();
    }
}
