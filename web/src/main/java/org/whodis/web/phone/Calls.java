package org.whodis.web.phone;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallEngine;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.call.EndReason;
import org.whodis.core.call.Peer;
import org.whodis.core.call.Rejection;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineRules;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.KnownOffices;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The calls of an enrolled phone: the shell around the {@link CallEngine}. It brings in what the office delivers and what
 * people press, and carries out what the engine says.
 */
final class Calls {
    static final long NEVER = Long.MAX_VALUE;

    /** An offer lives 45 s, and clocks differ by up to a minute: after this no copy of it can ring. */
    private static final long REMEMBER_MILLIS = 3 * 60_000;

    /** Ended calls that are shown until somebody dismisses them; of more the oldest go. */
    private static final int MAX_ENDED = 8;

    /** Longer than a restart of the office with its relay, and than people stay on a line that is dead. */
    static final long MEDIA_LOST_MILLIS = 40_000;

    /** Between two tries to get a place at the relay. */
    private static final long PLACE_MILLIS = 500;

    /** Deliveries that wait for an office's key or for the lines; an office that sends more of them is broken. */
    private static final int MAX_ARRIVING = 256;

    private final Shell shell;
    private final OfficeSession session;
    private final KnownOffices offices;
    private final Memory memory;
    private final CallEngine engine;
    private final Lines lines;
    private final Map<CallId, Entry> calls = new LinkedHashMap<>();
    private final Set<CallId> fromBefore;
    private final Queue<Delivery> arriving = new ArrayDeque<>();
    private final Map<CallId, DeskWish> toDesk = new LinkedHashMap<>();
    private boolean hasDesk;
    private final Queue<CallInput> inputs = new ArrayDeque<>();
    private boolean isGiving;
    private boolean isPreparing;
    private LineGuard guard;
    private @Nullable Rejection refused;

    /** A call and what belongs to it. */
    static final class Entry {
        CallView view;
        Comparison comparison = Comparison.NOT_YET;
        private final long startedAt;
        private long connectedAt;
        private Media media = Media.NONE;
        private boolean again;
        private long seekAt = NEVER;
        private long heardAt;

        private Entry(CallView view, long now) {
            this.view = view;
            this.startedAt = now;
        }

        /** When both had keys, in milliseconds since 1970; 0 before. */
        long connectedAt() {
            return connectedAt;
        }
    }

    /** A call that the office was asked to take to the desk, until it has answered; who waits for that. */
    private static final class DeskWish {
        private final Envelope decline;
        private final List<Integer> deeds = new ArrayList<>();

        private DeskWish(Envelope decline) {
            this.decline = decline;
        }
    }

    enum Comparison {
        NOT_YET,
        MATCH,
        DIFFER
    }

    /**
     * <pre>
     *   None --JoinMedia--> Opening --MediaOffered--> Asking --MediaJoined--> Placed --MediaFailed, relay replaced--> Opening
     *   Opening, Asking --refused, no session--> Pausing --a while, or the session is up--> Opening
     *   any --LeaveMedia, KeysErased--> Closed
     * </pre>
     */
    private enum Media {
        NONE,
        OPENING,
        ASKING,
        PLACED,
        PAUSING,
        CLOSED
    }

    Calls(
            Shell shell,
            OfficeSession session,
            KnownOffices offices,
            Memory memory,
            VerifiedChain own,
            HybridKeyPair device,
            Lines lines) {
        this.shell = shell;
        this.session = session;
        this.offices = offices;
        this.memory = memory;
        this.lines = lines;
        this.guard = LineGuard.none(own.genesis().officeDomain());
        this.engine = new CallEngine(shell.primitives, shell.random, offices, own, device, memory.pins());
        this.fromBefore = memory.rememberedCalls();
    }

    List<Entry> entries() {
        return List.copyOf(calls.values());
    }

    // What people do.

    void dial(int deed, VerifiedChain contact) {
        dial(deed, new CallInput.UserDial(contact));
    }

    /** Calls the issuer of a line that was given to this person. */
    void dialByLine(int deed, VerifiedChain issuer, LineSecret line) {
        dial(deed, new CallInput.UserDialByLine(issuer, line));
    }

    private void dial(int deed, CallInput input) {
        Set<CallId> before = Set.copyOf(calls.keySet());
        give(input);
        for (Map.Entry<CallId, Entry> each : calls.entrySet()) {
            if (!before.contains(each.getKey()) && each.getValue().view.outgoing()) {
                shell.done(deed, each.getKey().value().hex());
                return;
            }
        }
        shell.failed(deed, Problem.NOT_DIALLED);
    }

    void answer(int deed, CallId call) {
        give(new CallInput.UserAnswer(call));
        if (refused == null) {
            shell.done(deed);
        } else {
            shell.failed(deed, Problem.NOT_NOW);
        }
    }

    void decline(CallId call) {
        give(new CallInput.UserDecline(call));
    }

    /** Once at a time for one call: who presses again meanwhile hears what comes of the first time. */
    void sendToDesk(int deed, CallId call) {
        DeskWish earlier = toDesk.get(call);
        if (earlier != null) {
            earlier.deeds.add(deed);
            return;
        }
        give(new CallInput.UserSendToDesk(call));
        DeskWish wish = toDesk.get(call);
        if (wish == null) {
            shell.failed(deed, Problem.NOT_NOW);
        } else {
            wish.deeds.add(deed);
        }
    }

    /** Whether the office has said that somebody else sits at its desk. */
    boolean hasDesk() {
        return hasDesk;
    }

    void hangUp(CallId call) {
        Entry entry = calls.get(call);
        boolean rings = entry != null && entry.view.isOffered();
        give(rings ? new CallInput.UserDecline(call) : new CallInput.UserHangUp(call));
    }

    void wordsMatch(CallId call, boolean match) {
        give(new CallInput.UserSaysWordsMatch(call, match));
        Entry entry = calls.get(call);
        if (match && refused == null && entry != null) {
            entry.comparison = Comparison.MATCH;
            shell.changed();
        }
    }

    /** Takes a call that has ended out of sight. */
    void dismiss(CallId call) {
        Entry entry = calls.get(call);
        if (entry != null && entry.view.state() == CallView.State.ENDED) {
            calls.remove(call);
            shell.changed();
        }
    }

    // What the office and the network do.

    void sessionIsUp() {
        give(new CallInput.SessionUp());
        for (Map.Entry<CallId, Entry> each : calls.entrySet()) {
            if (each.getValue().media == Media.PAUSING) {
                seek(each.getKey(), each.getValue());
            }
        }
        // The same once more where the office's answer was lost: it takes an envelope once.
        List.copyOf(toDesk.values()).forEach(this::askDesk);
        readDesk();
        lines.sessionIsUp();
    }

    void sessionIsDown() {
        give(new CallInput.SessionDown());
    }

    void ownChainIs(VerifiedChain grown) {
        give(new CallInput.OwnChainChanged(grown));
    }

    /** Devices were taken out of somebody's chain. */
    void learned(VerifiedChain chain) {
        give(new CallInput.ChainLearned(chain));
    }

    void guardIs(LineGuard next) {
        guard = next;
        give(new CallInput.LinesChanged(next));
    }

    /** In the order in which they came, also while one of them waits for an office's key or for the lines. */
    void arrived(Delivery delivery) {
        if (arriving.size() >= MAX_ARRIVING) {
            return;
        }
        arriving.add(delivery);
        takeArrived();
    }

    private void takeArrived() {
        while (!isPreparing) {
            Delivery next = arriving.peek();
            if (next == null) {
                return;
            }
            if (isForThisRun(next) && prepare(next)) {
                return;
            }
            arriving.remove();
            take(next);
        }
    }

    /** Whether something has to be asked for before {@code delivery} can be looked at. */
    private boolean prepare(Delivery delivery) {
        CallMessage message;
        try {
            message = CallMessage.decode(delivery.envelope().message());
        } catch (DecodeException malformed) {
            // The engine refuses it.
            return false;
        }
        UnverifiedChain chain = switch (message) {
            case CallMessage.SignedOffer offer -> offer.chain();
            case CallMessage.SignedAnswer answer -> answer.chain();
            case CallMessage.SignedWelcome _, CallMessage.SignedNotice _, CallMessage.Group _ -> null;
        };
        KnownOffices.Name missing = chain == null ? null : offices.missing(chain);
        boolean isUnknownLine = message instanceof CallMessage.SignedOffer offer && needsLines(offer);
        if (missing == null && !isUnknownLine) {
            return false;
        }
        isPreparing = true;
        Runnable goOn = () -> {
            isPreparing = false;
            Delivery waited = arriving.poll();
            if (waited != null) {
                take(waited);
            }
            takeArrived();
        };
        // A line may have been approved on another device a moment ago.
        Runnable thenLines = isUnknownLine ? () -> lines.read(goOn) : goOn;
        if (missing == null) {
            thenLines.run();
        } else {
            ask(missing, thenLines);
        }
        return true;
    }

    private void ask(KnownOffices.Name missing, Runnable then) {
        session.request(
                id -> new ToOffice.OtherOffice(id, missing.domain(), missing.officeKey()), new OfficeSession.Answer() {
                    @Override
                    public void ok(Bytes body) {
                        offices.told(missing, body);
                        then.run();
                    }

                    @Override
                    public void refused(int code) {
                        then.run();
                    }

                    @Override
                    public void lost() {
                        then.run();
                    }
                });
    }

    private boolean needsLines(CallMessage.SignedOffer message) {
        try {
            Offer offer = Offer.decode(message.signed());
            return !offer.lineProof().isEmpty()
                    && !(guard.check(shell.primitives, offer, shell.now()) instanceof LineRules.Verdict.Ring);
        } catch (DecodeException e) {
            return false;
        }
    }

    private void take(Delivery delivery) {
        if (isForThisRun(delivery)) {
            give(new CallInput.EnvelopeArrived(delivery));
        }
        shell.afterwards(() -> session.acknowledge(delivery.sequence()));
    }

    /**
     * What rang before the page was opened anew rings no second time, and its keys are gone. But that it was missed is still to
     * be told: the page may have been closed while it rang.
     */
    private boolean isForThisRun(Delivery delivery) {
        return delivery.kind() == Delivery.Kind.MISSED
                || !fromBefore.contains(delivery.envelope().callId());
    }

    void mediaOffered(MediaJoin join) {
        Entry entry = calls.get(join.callId());
        if (entry == null || entry.media != Media.OPENING) {
            return;
        }
        entry.media = Media.ASKING;
        session.request(id -> new ToOffice.JoinMedia(id, join), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                try {
                    placed(join.callId(), entry, MediaJoined.decode(body));
                } catch (DecodeException e) {
                    lost();
                }
            }

            @Override
            public void refused(int code) {
                lost();
            }

            @Override
            public void lost() {
                if (entry.media == Media.ASKING) {
                    pause(entry);
                }
            }
        });
    }

    private void placed(CallId call, Entry entry, MediaJoined place) {
        if (entry.media != Media.ASKING) {
            return;
        }
        if (entry.again) {
            seek(call, entry);
            return;
        }
        entry.media = Media.PLACED;
        shell.emit(new PhoneOutput.MediaPlace(call, place));
    }

    /** The page says that the way to the relay is gone. */
    void mediaFailed(CallId call) {
        Entry entry = calls.get(call);
        boolean isUnderWay = entry != null
                && (entry.media == Media.PLACED || entry.media == Media.OPENING || entry.media == Media.ASKING);
        if (entry != null && isUnderWay) {
            pause(entry);
        }
    }

    /** The office says that the relay is another one now. */
    void placeIsGone(CallId call) {
        Entry entry = calls.get(call);
        if (entry != null && entry.media == Media.PLACED) {
            seek(call, entry);
        } else if (entry != null && entry.media == Media.ASKING) {
            entry.again = true;
        }
    }

    void mediaHeard(CallId call) {
        Entry entry = calls.get(call);
        if (entry != null) {
            entry.heardAt = shell.elapsed();
        }
    }

    private void seek(CallId call, Entry entry) {
        if (entry.media == Media.CLOSED) {
            return;
        }
        entry.media = Media.OPENING;
        entry.again = false;
        entry.seekAt = NEVER;
        shell.emit(new PhoneOutput.OpenMedia(call));
    }

    private void pause(Entry entry) {
        entry.media = Media.PAUSING;
        entry.seekAt = shell.elapsed() + PLACE_MILLIS;
    }

    private void closeMedia(CallId call) {
        Entry entry = calls.get(call);
        if (entry != null && entry.media != Media.NONE && entry.media != Media.CLOSED) {
            entry.media = Media.CLOSED;
            entry.seekAt = NEVER;
            shell.emit(new PhoneOutput.CloseMedia(call));
        }
    }

    // Time.

    /** When {@link #run} is due, in the time of {@link Shell#elapsed}. */
    long due() {
        long at = engine.nextTimeout();
        long first = at == CallEngine.NEVER ? NEVER : shell.elapsed() + Math.max(0, at - shell.now());
        for (Entry entry : calls.values()) {
            first = Math.min(first, entry.seekAt);
            if (isListening(entry)) {
                first = Math.min(first, entry.heardAt + MEDIA_LOST_MILLIS);
            }
        }
        return first;
    }

    void run() {
        give(new CallInput.Tick());
        for (Map.Entry<CallId, Entry> each : List.copyOf(calls.entrySet())) {
            Entry entry = each.getValue();
            if (entry.seekAt <= shell.elapsed()) {
                if (session.isUp()) {
                    seek(each.getKey(), entry);
                } else {
                    // The session's return asks at once.
                    entry.seekAt = NEVER;
                }
            }
            if (isListening(entry) && entry.heardAt + MEDIA_LOST_MILLIS <= shell.elapsed()) {
                give(new CallInput.MediaLost(each.getKey()));
            }
        }
    }

    private static boolean isListening(Entry entry) {
        return entry.view.state() == CallView.State.CONNECTED;
    }

    /** The page is left: says goodbye in every call. */
    void hangUpAll() {
        for (Map.Entry<CallId, Entry> each : List.copyOf(calls.entrySet())) {
            if (each.getValue().view.state() != CallView.State.ENDED) {
                hangUp(each.getKey());
            }
        }
    }

    // The engine.

    /** Carrying an output out may bring the next input (a session that is found to be gone), which then waits its turn. */
    private void give(CallInput input) {
        inputs.add(input);
        if (isGiving) {
            return;
        }
        isGiving = true;
        refused = null;
        try {
            for (CallInput next = inputs.poll(); next != null; next = inputs.poll()) {
                engine.handle(next, shell.now());
                for (CallOutput output = engine.poll(); output != null; output = engine.poll()) {
                    carryOut(output);
                }
            }
        } finally {
            isGiving = false;
        }
    }

    private void carryOut(CallOutput output) {
        switch (output) {
            case CallOutput.Submit(Envelope envelope) -> submit(envelope);
            case CallOutput.SendToDesk(Envelope decline) -> {
                DeskWish wish = new DeskWish(decline);
                toDesk.put(decline.callId(), wish);
                askDesk(wish);
            }
            case CallOutput.RingStart(CallView view) -> {
                note(view);
                readDesk();
            }
            case CallOutput.RingStop(CallId call) -> shell.changed();
            case CallOutput.SecondCall(CallView view) -> {
                note(view);
                readDesk();
            }
            case CallOutput.CallChanged(CallView view) -> note(view);
            case CallOutput.JoinMedia(CallId call) -> {
                Entry entry = entryOf(call);
                if (entry.media == Media.NONE) {
                    seek(call, entry);
                }
            }
            case CallOutput.InstallEpoch(CallId call, int ownLeaf, EpochKeys keys) ->
                shell.emit(new PhoneOutput.InstallEpoch(
                        call,
                        ownLeaf,
                        keys.epoch(),
                        keys.baseKey(),
                        new ArrayList<>(keys.leaves()),
                        new ArrayList<>(keys.removed()),
                        keys.isLast()));
            case CallOutput.LeaveMedia(CallId call) -> {
                closeMedia(call);
                leave(call);
            }
            case CallOutput.KeysErased(CallId call) -> closeMedia(call);
            case CallOutput.MissedCall(CallId call, Peer caller, long at) -> {
                remember(call);
                if (memory.past(call) == null) {
                    memory.keep(past(call, caller, at, false, Memory.PastCall.Outcome.MISSED, 0));
                    shell.remember();
                }
                shell.changed();
            }
            case CallOutput.Pinned(var pin) -> {
                memory.keep(pin);
                shell.remember();
                shell.changed();
            }
            case CallOutput.Alarm(CallId call, Peer peer, CallOutput.AlarmKind kind) -> {
                entryOf(call).comparison = Comparison.DIFFER;
                shell.changed();
            }
            case CallOutput.Rejected(CallId call, Rejection reason, String detail) -> refused = reason;
        }
    }

    private void leave(CallId call) {
        session.request(id -> new ToOffice.LeaveMedia(id, call), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {}

            @Override
            public void refused(int code) {}

            @Override
            public void lost() {
                // The office sees the end of the session.
            }
        });
    }

    private void submit(Envelope envelope) {
        session.request(id -> new ToOffice.Submit(id, envelope), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                SubmitOutcome outcome;
                try {
                    outcome = SubmitOutcome.decode(body);
                } catch (DecodeException e) {
                    outcome = SubmitOutcome.NOT_ALLOWED;
                }
                give(new CallInput.SubmitAnswered(envelope.id(), outcome));
            }

            @Override
            public void refused(int code) {
                give(new CallInput.SubmitAnswered(envelope.id(), SubmitOutcome.NOT_ALLOWED));
            }

            @Override
            public void lost() {
                // A new session submits again what this one swallowed.
                if (session.isUp()) {
                    session.reconnect();
                }
            }
        });
    }

    private void askDesk(DeskWish wish) {
        CallId call = wish.decline.callId();
        session.request(
                id -> new ToOffice.Line(id, new LineRequest.SendCall(wish.decline).encode()),
                new OfficeSession.Answer() {
                    @Override
                    public void ok(Bytes body) {
                        boolean taken;
                        try {
                            SubmitOutcome outcome = SubmitOutcome.decode(body);
                            taken = outcome == SubmitOutcome.ACCEPTED || outcome == SubmitOutcome.DUPLICATE;
                        } catch (DecodeException e) {
                            taken = false;
                        }
                        if (toDesk.remove(call, wish)) {
                            Problem problem = taken ? null : Problem.NOT_NOW;
                            tell(wish, problem);
                            if (problem == null) {
                                give(new CallInput.SentToDesk(call));
                            }
                        }
                    }

                    @Override
                    public void refused(int code) {
                        if (toDesk.remove(call, wish)) {
                            tell(
                                    wish,
                                    switch (code) {
                                        case Refusal.NOT_KNOWN -> Problem.NOBODY_AT_DESK;
                                        case Refusal.MALFORMED -> Problem.OFFICE_OF_OLDER_RELEASE;
                                        default -> Problem.NOT_NOW;
                                    });
                        }
                    }

                    @Override
                    public void lost() {
                        if (session.isUp()) {
                            session.reconnect();
                        }
                    }
                });
    }

    private void tell(DeskWish wish, @Nullable Problem problem) {
        for (int deed : wish.deeds) {
            if (problem == null) {
                shell.done(deed);
            } else {
                shell.failed(deed, problem);
            }
        }
    }

    /** An office of an older release refuses, and has none. */
    private void readDesk() {
        session.request(id -> new ToOffice.Line(id, new LineRequest.HasDesk().encode()), new OfficeSession.Answer() {
            @Override
            public void ok(Bytes body) {
                deskIs(body.equals(LineRequest.HasDesk.YES));
            }

            @Override
            public void refused(int code) {
                deskIs(false);
            }

            @Override
            public void lost() {
                // The next session asks again.
            }
        });
    }

    private void deskIs(boolean there) {
        if (hasDesk != there) {
            hasDesk = there;
            shell.changed();
        }
    }

    private void note(CallView view) {
        CallId call = view.callId();
        Entry entry = calls.get(call);
        if (entry == null) {
            entry = new Entry(view, shell.now());
            calls.put(call, entry);
            remember(call);
            forgetOldest();
        }
        boolean ends = view.state() == CallView.State.ENDED && entry.view.state() != CallView.State.ENDED;
        entry.view = view;
        if (ends) {
            DeskWish wish = toDesk.remove(call);
            if (wish != null) {
                tell(wish, Problem.NOT_NOW);
            }
        }
        if (view.state() == CallView.State.CONNECTED && entry.connectedAt == 0) {
            entry.connectedAt = shell.now();
            entry.heardAt = shell.elapsed();
        }
        if (ends && view.ended() != null) {
            keepPast(view, entry, view.ended());
        } else {
            keepBefore(view, entry);
        }
        shell.changed();
    }

    private Entry entryOf(CallId call) {
        Entry entry = calls.get(call);
        if (entry == null) {
            throw new IllegalStateException("a call that was never shown");
        }
        return entry;
    }

    private void remember(CallId call) {
        memory.remember(call, shell.now() + REMEMBER_MILLIS, shell.now());
        shell.remember();
    }

    /**
     * A page may be gone at any moment, without the time to write how a call ended: what the list says then is written in
     * advance, as if this side hung up. How long it lasted is not known then.
     */
    private void keepBefore(CallView view, Entry entry) {
        boolean isUnderWay = view.outgoing() || view.state() == CallView.State.CONNECTING || entry.connectedAt != 0;
        Memory.PastCall.Outcome outcome = outcome(view, entry, EndReason.HUNG_UP_HERE);
        Memory.PastCall kept = memory.past(view.callId());
        if (isUnderWay
                && view.state() != CallView.State.ENDED
                && outcome != null
                && (kept == null || kept.outcome() != outcome)) {
            memory.keep(past(view.callId(), view.peer(), entry.startedAt, view.outgoing(), outcome, 0));
            shell.remember();
        }
    }

    private void keepPast(CallView view, Entry entry, EndReason reason) {
        Memory.PastCall.Outcome outcome = outcome(view, entry, reason);
        if (outcome == null) {
            memory.forgetPast(view.callId());
        } else {
            long seconds = entry.connectedAt != 0 ? Math.max(0, (shell.now() - entry.connectedAt) / 1000) : 0;
            memory.keep(past(view.callId(), view.peer(), entry.startedAt, view.outgoing(), outcome, seconds));
        }
        shell.remember();
    }

    private static Memory.PastCall.@Nullable Outcome outcome(CallView view, Entry entry, EndReason reason) {
        boolean differed = reason == EndReason.WORDS_DIFFER || reason == EndReason.WORDS_DIFFER_THERE;
        return entry.connectedAt != 0 && !differed ? Memory.PastCall.Outcome.TALKED : outcome(view.outgoing(), reason);
    }

    /** Whether the call goes on, so that no list of calls that are over has it yet. */
    boolean goesOn(CallId call) {
        Entry entry = calls.get(call);
        return entry != null && entry.view.state() != CallView.State.ENDED;
    }

    /** Of a call in which nobody talked, or whose words differed; null if the list has nothing to say of it. */
    private static Memory.PastCall.@Nullable Outcome outcome(boolean outgoing, EndReason reason) {
        return switch (reason) {
            case DECLINED, BUSY -> Memory.PastCall.Outcome.DECLINED;
            case DECLINED_HERE, DECLINED_ELSEWHERE -> Memory.PastCall.Outcome.DECLINED;
            case CANCELLED, HUNG_UP_HERE ->
                outgoing ? Memory.PastCall.Outcome.CANCELLED : Memory.PastCall.Outcome.DECLINED;
            case NO_ANSWER,
                    NOT_CONNECTED,
                    REFUSED_BY_OFFICE,
                    HUNG_UP_THERE,
                    MEDIA_LOST,
                    FAILED_THERE,
                    DEVICE_REVOKED_THERE,
                    DEVICE_REVOKED_HERE -> Memory.PastCall.Outcome.NO_ANSWER;
            // The other device has it in its list, or the call that rings instead.
            case ANSWERED_ELSEWHERE, GLARE -> null;
            case WORDS_DIFFER, WORDS_DIFFER_THERE -> Memory.PastCall.Outcome.WORDS_DIFFERED;
        };
    }

    private static Memory.PastCall past(
            CallId call, Peer peer, long at, boolean outgoing, Memory.PastCall.Outcome outcome, long seconds) {
        Genesis vouched = peer.vouched();
        return new Memory.PastCall(
                call,
                peer.chain().principal(),
                vouched.name(),
                vouched.title(),
                vouched.officeDomain(),
                at,
                outgoing,
                outcome,
                seconds);
    }

    private void forgetOldest() {
        List<CallId> ended = new ArrayList<>();
        for (Map.Entry<CallId, Entry> each : calls.entrySet()) {
            if (each.getValue().view.state() == CallView.State.ENDED) {
                ended.add(each.getKey());
            }
        }
        for (int i = 0; i < ended.size() - MAX_ENDED; i++) {
            calls.remove(ended.get(i));
        }
    }
}
