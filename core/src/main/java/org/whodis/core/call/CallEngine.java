package org.whodis.core.call;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineRules;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.DecodeException;

/**
 * All calls of one device (protocol section 5), without a socket, clock or thread. {@link CallState} has the table of the
 * states of one call; this class decides what concerns several of them: a second call, both calling at once, ids that were
 * seen.
 *
 * <p>The rule: call {@link #handle}, then {@link #poll} until it gives null and carry the outputs out in their order, then
 * wait for the next input or until {@link #nextTimeout}, whichever is first, and begin again ({@link CallInput.Tick} for the
 * timeout). One thread at a time.
 *
 * <p>At most one call makes a sound or carries speech. Others wait, shown in silence, at most {@link Limits#MAX_WAITING} of
 * them; the first of them rings when the present call ends. None is ever answered by itself.
 *
 * <p>An input that is refused changes nothing and gives one {@link CallOutput.Rejected}; only the call id of an offer that
 * loses in glare is remembered, so that it never rings. A fault of the shell, such as a
 * chain that is not ours, is an {@link IllegalArgumentException}.
 */
public final class CallEngine {
    /** {@link #nextTimeout} when there is nothing to wait for. */
    public static final long NEVER = CallState.NEVER;

    private final Environment env;

    /** In the order in which they began; those that ended stay until their offers cannot be fresh any more. */
    private final Map<CallId, CallState> calls = new LinkedHashMap<>();

    private final Set<Seen> seenEnvelopes = new LinkedHashSet<>();

    /** An offer may come twice: to be rung, and when nothing came of that, to be shown as missed. */
    private record Seen(EnvelopeId id, Delivery.Kind kind) {}

    /**
     * The calls of the device whose key is {@code deviceKey}, which stays the caller's.
     *
     * @param offices whose vouching is accepted
     * @param own the chain of this device's principal
     * @param pins whom the person compared words with before
     */
    public CallEngine(
            Primitives primitives,
            RandomBytes random,
            OfficeKeys offices,
            VerifiedChain own,
            HybridKeyPair deviceKey,
            List<Pin> pins) {
        this.env = new Environment(primitives, random, offices, own, deviceKey, pins);
    }

    /** Takes one input. {@code nowMillis} is the time of day in milliseconds since 1970; it may jump. */
    public void handle(CallInput input, long nowMillis) {
        env.advance(nowMillis);
        runTimers();
        try {
            switch (input) {
                case CallInput.UserDial(VerifiedChain contact) -> dial(contact, null);
                case CallInput.UserDialByLine(VerifiedChain contact, LineSecret line) -> dial(contact, line);
                case CallInput.UserAnswer(CallId id) -> answer(id);
                case CallInput.UserDecline(CallId id) -> calls.put(id, find(id).decline());
                case CallInput.UserSendToDesk(CallId id) -> find(id).sendToDesk();
                case CallInput.SentToDesk(CallId id) -> calls.put(id, find(id).sentToDesk());
                case CallInput.UserHangUp(CallId id) -> calls.put(id, find(id).hangUp());
                case CallInput.UserSaysWordsMatch(CallId id, boolean match) -> calls.put(id, find(id).compared(match));
                case CallInput.MediaLost(CallId id) -> calls.put(id, find(id).onMediaLost());
                case CallInput.EnvelopeArrived(Delivery delivery) -> arrived(delivery);
                case CallInput.SubmitAnswered(EnvelopeId id, SubmitOutcome outcome) -> submitAnswered(id, outcome);
                case CallInput.SessionUp() -> env.outbox.sessionIsUp();
                case CallInput.SessionDown() -> env.outbox.sessionIsDown();
                case CallInput.OwnChainChanged(VerifiedChain chain) -> ownChainIs(chain);
                case CallInput.ChainLearned(VerifiedChain chain) -> learned(chain);
                case CallInput.PinsChanged(List<Pin> pins) -> env.pinsAre(pins);
                case CallInput.LinesChanged(LineGuard lines) -> env.linesAre(lines);
                case CallInput.Tick() -> {}
            }
        } catch (RejectedException refused) {
            env.emit(new CallOutput.Rejected(callOf(input), refused.reason(), refused.detail()));
        }
        ringNextIfIdle();
    }

    /** The next output, or null when all have been taken. */
    public @Nullable CallOutput poll() {
        return env.poll();
    }

    /** When to come back with a {@link CallInput.Tick} at the latest, in the time of {@link #handle}, or {@link #NEVER}. */
    public long nextTimeout() {
        long first = NEVER;
        for (CallState state : calls.values()) {
            first = Math.min(first, state.deadline());
        }
        return first == NEVER ? NEVER : env.now() + Math.max(0, first - env.elapsed());
    }

    /** For tests, which speak for hostile members. */
    @Nullable
    CallState stateOf(CallId id) {
        return calls.get(id);
    }

    /** For tests, to which a device is also what it has yet to say. */
    List<Envelope> unanswered() {
        return env.outbox.unanswered();
    }

    private void runTimers() {
        for (Map.Entry<CallId, CallState> entry : calls.entrySet()) {
            if (entry.getValue().deadline() <= env.elapsed()) {
                entry.setValue(entry.getValue().onTimeout());
            }
        }
    }

    private void dial(VerifiedChain contact, @Nullable LineSecret line) throws RejectedException {
        RejectedException.require(!env.isOut(), Rejection.THIS_DEVICE_REVOKED);
        RejectedException.require(!contact.principal().equals(env.principal()), Rejection.OWN_PRINCIPAL);
        RejectedException.require(present() == null, Rejection.IN_ANOTHER_CALL);
        makeRoom();
        Dialling dialling = Dialling.begin(env, contact, line);
        calls.put(dialling.call().id(), dialling);
    }

    private void ownChainIs(VerifiedChain chain) {
        env.ownChainIs(chain);
        if (env.isOut()) {
            calls.replaceAll((_, state) -> state.revoked(EndReason.DEVICE_REVOKED_HERE));
        }
    }

    /** Nothing is said to the device that is out: whoever holds it is not the person any more. */
    private void learned(VerifiedChain chain) {
        env.learn(chain);
        calls.replaceAll((_, state) -> {
            Call call = callOf(state);
            boolean isWithIt = call != null
                    && !(state instanceof Dialling)
                    && call.peerChain().principal().equals(chain.principal())
                    && chain.isRevoked(call.peerDevice().id());
            return isWithIt ? state.revoked(EndReason.DEVICE_REVOKED_THERE) : state;
        });
    }

    private void answer(CallId id) throws RejectedException {
        CallState state = find(id);
        if (state instanceof Ringing ringing && ringing.isWaiting()) {
            throw new RejectedException(Rejection.IN_ANOTHER_CALL);
        }
        calls.put(id, state.answer());
    }

    /** What every envelope has to be before its message is looked at, and which call it is for. */
    private void arrived(Delivery delivery) throws RejectedException {
        RejectedException.require(!env.isOut(), Rejection.THIS_DEVICE_REVOKED);
        Envelope envelope = delivery.envelope();
        boolean toUs = envelope.to().equals(env.principal())
                && (envelope.toDevice() == null || envelope.toDevice().equals(env.device()));
        boolean fromUs = envelope.from().equals(env.principal());
        boolean fromThisDevice = envelope.fromDevice().equals(env.device());
        RejectedException.require(toUs != fromUs && !fromThisDevice, Rejection.NOT_FOR_US);
        Seen seen = new Seen(envelope.id(), delivery.kind());
        RejectedException.require(!seenEnvelopes.contains(seen), Rejection.DUPLICATE_ENVELOPE);
        boolean isMissed = delivery.kind() == Delivery.Kind.MISSED;
        RejectedException.require(isMissed || envelope.deadline() >= env.now() - Limits.CLOCK_SKEW, Rejection.EXPIRED);
        remember(seen);
        CallMessage message;
        try {
            message = CallMessage.decode(envelope.message());
        } catch (DecodeException malformed) {
            throw new RejectedException(Rejection.MALFORMED, "call message");
        }
        RejectedException.require(!isMissed || message instanceof CallMessage.SignedOffer, Rejection.WRONG_STATE);
        CallId id = envelope.callId();
        switch (message) {
            case CallMessage.SignedOffer offer -> offered(offer, envelope, isMissed);
            case CallMessage.SignedAnswer answer ->
                calls.put(id, find(id, envelope).onAnswer(answer, envelope));
            case CallMessage.SignedWelcome welcome ->
                calls.put(id, find(id, envelope).onWelcome(welcome, envelope));
            case CallMessage.SignedNotice notice ->
                calls.put(id, find(id, envelope).onNotice(notice, envelope));
            case CallMessage.Group group -> calls.put(id, find(id, envelope).onGroup(group, envelope));
        }
    }

    private void offered(CallMessage.SignedOffer message, Envelope envelope, boolean isMissed)
            throws RejectedException {
        if (isMissed && calls.get(envelope.callId()) instanceof Ringing ringing) {
            // The office has given up on a call that still rings here. Once this is acknowledged it tells nobody again,
            // so it is shown now: the phone may not live to see the end of the ringing.
            RejectedException.require(
                    Offer.hash(env.primitives, message.signed()).equals(ringing.call().offerHash),
                    Rejection.ANOTHER_OFFER);
            calls.put(envelope.callId(), ringing.onTimeout());
            return;
        }
        RejectedException.require(!calls.containsKey(envelope.callId()), Rejection.CALL_ID_SEEN);
        makeRoom();
        VerifiedOffer offer = VerifiedOffer.verify(env, envelope, message, isMissed);
        CallId id = offer.offer().callId();
        boolean rings = switch (env.lines().check(env.primitives, offer.offer(), env.now())) {
            case LineRules.Verdict.Ring _ -> !isMissed;
            case LineRules.Verdict.Silent _ -> false;
            case LineRules.Verdict.Refused(var incident) ->
                throw new RejectedException(Rejection.NO_LINE, incident == null ? "" : incident.name());
        };
        if (!rings) {
            Call.from(env, offer).missed();
            // Its freshness was not checked. One from the year 9999 must not be remembered until then.
            long latest = env.now() + Limits.CLOCK_SKEW + Offer.MAX_LIFETIME_MILLIS;
            calls.put(id, new Ended(Math.min(offer.offer().expiresAt(), latest)));
            return;
        }
        endLostBy(offer);
        Call toThem = callTo(offer);
        if (toThem != null && toThem.offerHash.compareTo(offer.hash()) < 0) {
            // Dropped by both: it does not ring when our own call is over either.
            calls.put(id, new Ended(offer.offer().expiresAt()));
            throw new RejectedException(Rejection.OUR_OFFER_IS_LOWER);
        }
        if (toThem != null && calls.get(toThem.id()) instanceof Dialling dialling) {
            calls.put(toThem.id(), dialling.giveWay());
        }
        // After our own offer gave way there is no present call: nothing is refused once something has changed.
        boolean silently = present() != null;
        RejectedException.require(!silently || waiting() < Limits.MAX_WAITING, Rejection.TOO_MANY_CALLS);
        calls.put(id, Ringing.begin(env, offer, silently));
    }

    /** The call that the device which offers was in, if it has lost it: that one is over, and the new one rings. */
    private void endLostBy(VerifiedOffer offer) {
        for (Map.Entry<CallId, CallState> entry : calls.entrySet()) {
            if (entry.getValue() instanceof Connected connected
                    && connected.call().isLostBy(offer)) {
                entry.setValue(connected.lostThere());
            }
        }
    }

    /** Our own call to whoever makes {@code offer}, as long as nobody is connected: both called at once. */
    private @Nullable Call callTo(VerifiedOffer offer) {
        for (CallState state : calls.values()) {
            Call call = switch (state) {
                case Dialling dialling -> dialling.call();
                case AwaitingConnected awaiting -> awaiting.call();
                case Ringing _, AwaitingWelcome _, Connected _, Ended _ -> null;
            };
            if (call != null
                    && call.peerChain().principal().equals(offer.chain().principal())) {
                return call;
            }
        }
        return null;
    }

    private void submitAnswered(EnvelopeId id, SubmitOutcome outcome) {
        Envelope envelope = env.outbox.answered(id);
        CallState state = envelope == null ? null : calls.get(envelope.callId());
        if (envelope != null && state != null) {
            calls.put(envelope.callId(), state.onSubmitAnswered(id, outcome));
        }
    }

    /** When no call makes a sound or carries speech any more, the one that has waited longest rings. */
    private void ringNextIfIdle() {
        if (present() != null) {
            return;
        }
        for (CallState state : calls.values()) {
            if (state instanceof Ringing ringing) {
                ringing.ringNow();
                return;
            }
        }
    }

    /** The one call that rings, dials or carries speech, or null. */
    private @Nullable CallState present() {
        for (CallState state : calls.values()) {
            boolean isPresent = switch (state) {
                case Ringing ringing -> !ringing.isWaiting();
                case Dialling _, AwaitingConnected _, AwaitingWelcome _, Connected _ -> true;
                case Ended _ -> false;
            };
            if (isPresent) {
                return state;
            }
        }
        return null;
    }

    private int waiting() {
        int count = 0;
        for (CallState state : calls.values()) {
            if (state instanceof Ringing ringing && ringing.isWaiting()) {
                count++;
            }
        }
        return count;
    }

    private CallState find(CallId id) throws RejectedException {
        CallState state = calls.get(id);
        if (state == null) {
            throw new RejectedException(Rejection.UNKNOWN_CALL);
        }
        return state;
    }

    /** As {@link #find(CallId)}, and the envelope has to be from one of the two whom the call is between. */
    private CallState find(CallId id, Envelope envelope) throws RejectedException {
        CallState state = find(id);
        Call call = callOf(state);
        RejectedException.require(
                call == null
                        || envelope.from().equals(call.peerChain().principal())
                        || envelope.from().equals(env.principal())
                                && envelope.to().equals(call.peerChain().principal()),
                Rejection.ANOTHER_PERSON);
        return state;
    }

    private static @Nullable Call callOf(CallState state) {
        return switch (state) {
            case Dialling dialling -> dialling.call();
            case AwaitingConnected awaiting -> awaiting.call();
            case Ringing ringing -> ringing.call();
            case AwaitingWelcome awaiting -> awaiting.call();
            case Connected connected -> connected.call();
            case Ended _ -> null;
        };
    }

    /** Forgets what cannot come back, if there is need of room. */
    private void makeRoom() throws RejectedException {
        if (calls.size() < Limits.MAX_REMEMBERED) {
            return;
        }
        Iterator<CallState> states = calls.values().iterator();
        while (states.hasNext()) {
            if (states.next() instanceof Ended ended && ended.isForgettable(env.now())) {
                states.remove();
            }
        }
        RejectedException.require(calls.size() < Limits.MAX_REMEMBERED, Rejection.TOO_MANY_CALLS);
    }

    private void remember(Seen seen) {
        if (seenEnvelopes.size() == Limits.MAX_SEEN_ENVELOPES) {
            seenEnvelopes.remove(seenEnvelopes.iterator().next());
        }
        seenEnvelopes.add(seen);
    }

    private static @Nullable CallId callOf(CallInput input) {
        return switch (input) {
            case CallInput.UserAnswer(CallId id) -> id;
            case CallInput.UserDecline(CallId id) -> id;
            case CallInput.UserSendToDesk(CallId id) -> id;
            case CallInput.SentToDesk(CallId id) -> id;
            case CallInput.UserHangUp(CallId id) -> id;
            case CallInput.UserSaysWordsMatch said -> said.callId();
            case CallInput.MediaLost(CallId id) -> id;
            case CallInput.EnvelopeArrived(Delivery delivery) ->
                delivery.envelope().callId();
            case CallInput.UserDial _,
                    CallInput.UserDialByLine _,
                    CallInput.SubmitAnswered _,
                    CallInput.SessionUp _,
                    CallInput.SessionDown _,
                    CallInput.OwnChainChanged _,
                    CallInput.ChainLearned _,
                    CallInput.PinsChanged _,
                    CallInput.LinesChanged _,
                    CallInput.Tick _ -> null;
        };
    }
}
