package org.whodis.phone;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.call.CallEngine;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.call.Rejection;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineOwner;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineRules;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.keystore.PhoneState.RememberedCall;
import org.whodis.phone.line.HeldLine;
import org.whodis.phone.line.LineEvents;
import org.whodis.phone.line.Lines;
import org.whodis.phone.signalling.DeviceCredentials;
import org.whodis.phone.signalling.DeviceSession;
import org.whodis.phone.signalling.OfficeException;
import org.whodis.phone.signalling.OfficeNetwork;
import org.whodis.phone.signalling.TlsPeer;

/**
 * What an enrolled phone does: the shell around the {@link CallEngine}. It brings in what the office delivers, what people
 * press and what time it is, and carries out what the engine says. Everything here happens on the phone's one thread.
 */
final class Line {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    /** An offer lives 45 s, and clocks differ by up to a minute: after this no copy of it can ring. */
    private static final long REMEMBER_MILLIS = 3 * 60_000;

    /** Ended calls whose figures can still be asked for. */
    private static final int MAX_ENDED = 64;

    private static final long LISTEN_MILLIS = 1_000;

    /** Longer than a restart of the office with its relay, and than people stay on a line that is dead. */
    static final long MEDIA_LOST_NANOS = 40_000_000_000L;

    private final PhoneConfig config;
    private final Store store;
    private final ScheduledExecutorService thread;
    private final PhoneListener listener;
    private final CallEngine engine;
    private final DeviceSession session;
    private final Offices offices;
    private final Directory directory;
    private final DeviceId deviceId;
    private final DeviceLinks linking;
    private final Lines lines;
    private final Map<CallId, Entry> calls = new LinkedHashMap<>();
    private final Set<CallId> fromBefore = new HashSet<>();
    /** Calls that the office was asked to take to the desk, until it has answered. */
    private final Map<CallId, Envelope> toDesk = new HashMap<>();

    private boolean hasDesk;

    private volatile List<Pin> knownPins;
    private @Nullable TlsPeer office;
    private @Nullable ScheduledFuture<?> timer;
    private int unanswered;
    /** Deliveries are taken one after another; the last of those that wait. */
    private CompletableFuture<Void> arriving = CompletableFuture.completedFuture(null);

    private boolean closed;

    /** A call and what belongs to it. */
    private static final class Entry {
        private CallView view;
        private CallTimes times = CallTimes.NONE;
        private boolean muted;
        private @Nullable CallMedia media;

        Entry(CallView view) {
            this.view = view;
        }

        PhoneCall show() {
            return new PhoneCall(view, Phone.CIPHER_SUITE, times, muted, media != null && media.isUp());
        }
    }

    /** What is kept on disk, as far as calls are concerned. */
    interface Store {
        List<Pin> pins();

        List<RememberedCall> calls();

        void keep(Pin pin);

        void keep(RememberedCall call);

        void keep(VerifiedChain own);

        /** This device is nobody's any more: all that is kept of it is overwritten. */
        void forget();

        /** Runs {@code action} once everything that was to be kept so far is on the disk. */
        void afterwards(Runnable action);
    }

    Line(
            PhoneConfig config,
            Store store,
            ScheduledExecutorService thread,
            PhoneListener listener,
            OfficeNetwork network,
            DeviceCredentials credentials,
            Offices offices,
            VerifiedChain own,
            HybridKeyPair device,
            HybridPublicKey officeKey) {
        this.config = config;
        this.store = store;
        this.knownPins = store.pins();
        this.thread = thread;
        this.listener = listener;
        this.offices = offices;
        this.session = new DeviceSession(
                network, credentials, config.primitives(), config.random(), config.timings(), new Heard());
        this.directory = new Directory(config, session, guardedThread(), offices, own);
        this.lines = new Lines(
                new LineOwner(
                        config.primitives(),
                        config.random(),
                        device,
                        officeKey,
                        offices,
                        directory::own,
                        doubt -> LOG.warn("{}", doubt)),
                () -> config.clock().millis(),
                () -> this.knownPins,
                request -> session.request(id -> new ToOffice.Line(id, request.encode())),
                new LinesHeard());
        this.engine = new CallEngine(config.primitives(), config.random(), offices, own, device, store.pins());
        this.deviceId = new DeviceId(device.publicKey().keyHash(config.primitives()));
        this.linking = new DeviceLinks(config, session, offices, credentials, device);
        for (RememberedCall call : store.calls()) {
            fromBefore.add(call.callId());
        }
    }

    void start() {
        session.start();
        var _ = thread.scheduleAtFixedRate(
                guarded(this::listenForSilence), LISTEN_MILLIS, LISTEN_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Nullable
    TlsPeer office() {
        return office;
    }

    VerifiedChain own() {
        return directory.own();
    }

    List<Contact> contacts() {
        return directory.contacts(store.pins(), config.clock().millis());
    }

    /** Reads the directory anew. */
    CompletableFuture<List<Contact>> refreshContacts() {
        return directory
                .read()
                .thenApplyAsync(
                        _ -> {
                            adoptGrown();
                            linking.restore(directory.takeMissing());
                            List<Contact> contacts = contacts();
                            listener.on(new PhoneEvent.ContactsChanged(contacts));
                            return contacts;
                        },
                        thread);
    }

    /** Calls a person whom the directory knows. */
    CallId call(PrincipalId principal) throws PhoneException {
        if (principal.equals(directory.own().principal())) {
            throw new NotDialledException(new NotDialledException.Yourself());
        }
        VerifiedChain contact = directory.find(principal);
        if (contact == null) {
            throw new PhoneException("There is nobody with this id at your office. Look at: whodis phone contacts");
        }
        return dial(contact, new CallInput.UserDial(contact));
    }

    /** Calls the issuer of a line that was given to this person. */
    CallId call(LineId line) throws PhoneException {
        HeldLine held = lines.held(line);
        LineSecret secret = lines.secretOf(line);
        if (held == null || secret == null) {
            throw new PhoneException("You hold no such line. Look at: whodis line list");
        }
        return dial(
                held.issuer().chain(),
                new CallInput.UserDialByLine(held.issuer().chain(), secret));
    }

    private CallId dial(VerifiedChain contact, CallInput input) throws PhoneException {
        long pressed = System.nanoTime();
        Set<CallId> before = Set.copyOf(calls.keySet());
        give(input);
        for (Map.Entry<CallId, Entry> each : calls.entrySet()) {
            if (!before.contains(each.getKey()) && each.getValue().view.outgoing()) {
                each.getValue().times = each.getValue().times.dialled(pressed);
                return each.getKey();
            }
        }
        throw new NotDialledException(whyNot(contact));
    }

    /** Called when the engine has refused to dial; the engine allows one call at a time that is not merely waiting. */
    private NotDialledException.Why whyNot(VerifiedChain contact) {
        if (contact.principal().equals(directory.own().principal())) {
            return new NotDialledException.Yourself();
        }
        for (Entry entry : calls.values()) {
            CallView view = entry.view;
            String name = view.peer().vouched().name();
            switch (view.state()) {
                case RINGING -> {
                    return new NotDialledException.CallsYou(view.callId(), name);
                }
                case DIALLING, NOBODY_THERE, RINGING_THERE, CONNECTING, CONNECTED -> {
                    return new NotDialledException.InACall(view.callId(), name);
                }
                case WAITING, ENDED -> {}
            }
        }
        throw new IllegalStateException("nothing was dialled, and nothing was in the way");
    }

    void answer(CallId callId) {
        Entry entry = calls.get(callId);
        if (entry != null) {
            entry.times = entry.times.answered(System.nanoTime());
        }
        give(new CallInput.UserAnswer(callId));
    }

    void decline(CallId callId) {
        give(new CallInput.UserDecline(callId));
    }

    /** Once at a time for one call. */
    void sendToDesk(CallId callId) {
        if (!toDesk.containsKey(callId)) {
            give(new CallInput.UserSendToDesk(callId));
        }
    }

    boolean hasDesk() {
        return hasDesk;
    }

    /** Ends a call in whatever way fits its state. */
    void hangUp(CallId callId) {
        Entry entry = calls.get(callId);
        boolean rings = entry != null && entry.view.isOffered();
        give(rings ? new CallInput.UserDecline(callId) : new CallInput.UserHangUp(callId));
    }

    void wordsMatch(CallId callId, boolean match) {
        give(new CallInput.UserSaysWordsMatch(callId, match));
    }

    void mute(CallId callId, boolean muted) {
        Entry entry = calls.get(callId);
        if (entry != null) {
            entry.muted = muted;
            if (entry.media != null) {
                entry.media.setMuted(muted);
            }
            listener.on(new PhoneEvent.CallChanged(entry.show()));
        }
    }

    /** A change of networks, as far as the phone can be told of one. */
    void rebind() {
        for (Entry entry : calls.values()) {
            if (entry.media != null) {
                entry.media.rebind();
            }
        }
    }

    void reconnect() {
        session.reconnect();
    }

    List<PhoneCall> calls() {
        List<PhoneCall> out = new ArrayList<>();
        for (Entry entry : calls.values()) {
            out.add(entry.show());
        }
        return Collections.unmodifiableList(out);
    }

    @Nullable
    PhoneCall view(CallId callId) {
        Entry entry = calls.get(callId);
        return entry == null ? null : entry.show();
    }

    @Nullable
    CallMedia media(CallId callId) {
        Entry entry = calls.get(callId);
        return entry == null ? null : entry.media;
    }

    DeviceLinks linking() {
        return linking;
    }

    /** Signs the other device into the chain, if its words were the same. */
    CompletableFuture<VerifiedChain> confirmLink(boolean match) {
        return linking.confirm(match, directory.own())
                .thenApplyAsync(
                        chain -> {
                            adopt(chain);
                            return chain;
                        },
                        thread);
    }

    /** Takes a device of this person out of the chain. */
    CompletableFuture<VerifiedChain> revoke(DeviceId revoked) {
        return linking.revoke(revoked, directory.own())
                .thenApplyAsync(
                        chain -> {
                            adopt(chain);
                            return chain;
                        },
                        thread);
    }

    /** Hangs up everything; {@link #isQuiet} tells when the office has taken note of it. */
    void hangUpAll() {
        for (CallId callId : List.copyOf(calls.keySet())) {
            Entry entry = calls.get(callId);
            if (entry != null && entry.view.state() != CallView.State.ENDED) {
                hangUp(callId);
            }
        }
    }

    boolean isQuiet() {
        return unanswered == 0 || office == null;
    }

    Lines lines() {
        return lines;
    }

    void close() {
        closed = true;
        lines.close();
        for (Entry entry : calls.values()) {
            if (entry.media != null) {
                entry.media.close();
            }
        }
        session.close();
    }

    private void give(CallInput input) {
        if (closed) {
            return;
        }
        engine.handle(input, config.clock().millis());
        for (CallOutput output = engine.poll(); output != null; output = engine.poll()) {
            carryOut(output);
        }
        armTimer();
    }

    private void carryOut(CallOutput output) {
        switch (output) {
            case CallOutput.Submit(Envelope envelope) -> submit(envelope);
            case CallOutput.SendToDesk(Envelope decline) -> {
                toDesk.put(decline.callId(), decline);
                askDesk(decline);
            }
            case CallOutput.RingStart(CallView view) -> {
                Entry entry = note(view);
                readDesk();
                listener.on(new PhoneEvent.Ringing(entry.show()));
            }
            case CallOutput.RingStop(CallId callId) -> listener.on(new PhoneEvent.RingingStopped(callId));
            case CallOutput.SecondCall(CallView view) -> {
                Entry entry = note(view);
                listener.on(new PhoneEvent.SecondCall(entry.show()));
            }
            case CallOutput.CallChanged(CallView view) -> {
                Entry entry = note(view);
                listener.on(new PhoneEvent.CallChanged(entry.show()));
            }
            case CallOutput.JoinMedia(CallId callId) -> mediaOf(callId).seek();
            case CallOutput.InstallEpoch(CallId callId, int ownLeaf, var keys) -> {
                mediaOf(callId).install(ownLeaf, keys);
                change(callId, times -> times.keys(System.nanoTime()));
            }
            case CallOutput.LeaveMedia(CallId callId) -> closeMedia(callId);
            case CallOutput.KeysErased(CallId callId) -> closeMedia(callId);
            case CallOutput.MissedCall(CallId callId, var caller, long at) -> {
                remember(callId);
                listener.on(new PhoneEvent.MissedCall(callId, caller, at));
            }
            case CallOutput.Pinned(Pin pin) -> {
                store.keep(pin);
                knownPins = store.pins();
            }
            case CallOutput.Alarm(CallId callId, var peer, var kind) ->
                listener.on(new PhoneEvent.Alarm(callId, peer, kind));
            case CallOutput.Rejected(CallId callId, Rejection reason, String detail) -> {
                LOG.debug("refused: {} {}", reason, detail);
                listener.on(new PhoneEvent.Refused(callId, reason, detail));
            }
        }
    }

    private void submit(Envelope envelope) {
        unanswered++;
        var _ = session.request(id -> new ToOffice.Submit(id, envelope))
                .whenCompleteAsync(
                        (body, failure) -> {
                            unanswered--;
                            SubmitOutcome outcome = outcome(body, failure);
                            if (outcome != null) {
                                give(new CallInput.SubmitAnswered(envelope.id(), outcome));
                            }
                        },
                        thread);
    }

    /** The same once more, in a new session, if the office's answer was lost: it takes an envelope once. */
    private void askDesk(Envelope decline) {
        var _ = session.request(id -> new ToOffice.Line(id, new LineRequest.SendCall(decline).encode()))
                .whenCompleteAsync((body, failure) -> deskAnswered(decline.callId(), body, failure), guardedThread());
    }

    private void deskAnswered(CallId call, @Nullable Bytes body, @Nullable Throwable failure) {
        boolean isRefused =
                failure instanceof OfficeException refused && refused.reason() == OfficeException.Reason.REFUSED;
        if (body == null && !isRefused) {
            if (office != null) {
                session.reconnect();
            }
            return;
        }
        if (toDesk.remove(call) == null) {
            return;
        }
        if (body != null && isTaken(body)) {
            listener.on(new PhoneEvent.SentToDesk(call));
            give(new CallInput.SentToDesk(call));
            return;
        }
        int code = failure instanceof OfficeException refused ? refused.code() : 0;
        listener.on(new PhoneEvent.NotSentToDesk(
                call,
                switch (code) {
                    case Refusal.NOT_KNOWN -> PhoneEvent.WhyNotToDesk.NOBODY_SITS;
                    case Refusal.MALFORMED -> PhoneEvent.WhyNotToDesk.OFFICE_IS_OLDER;
                    default -> PhoneEvent.WhyNotToDesk.NOT_NOW;
                }));
    }

    private static boolean isTaken(Bytes outcome) {
        try {
            return switch (SubmitOutcome.decode(outcome)) {
                case ACCEPTED, DUPLICATE -> true;
                case UNKNOWN_RECIPIENT, OFFLINE, EXPIRED, NOT_ALLOWED, ANSWERED_ELSEWHERE, TOO_MANY -> false;
            };
        } catch (DecodeException e) {
            return false;
        }
    }

    /** An office of an older release refuses, and has none. */
    private void readDesk() {
        var _ = session.request(id -> new ToOffice.Line(id, new LineRequest.HasDesk().encode()))
                .whenCompleteAsync(
                        (body, failure) -> {
                            if (body != null || failure instanceof OfficeException) {
                                hasDesk = body != null && body.equals(LineRequest.HasDesk.YES);
                            }
                        },
                        guardedThread());
    }

    /** What the office did; null if that is not known, and the next session has to submit again. */
    private @Nullable SubmitOutcome outcome(@Nullable Bytes body, @Nullable Throwable failure) {
        if (failure instanceof OfficeException refused && refused.reason() == OfficeException.Reason.REFUSED) {
            LOG.warn("the office refused an envelope with code {}", refused.code());
            return SubmitOutcome.NOT_ALLOWED;
        }
        if (body == null) {
            if (office != null) {
                // No answer on a session that is up: a new one submits again what this one swallowed.
                session.reconnect();
            }
            return null;
        }
        try {
            return SubmitOutcome.decode(body);
        } catch (DecodeException e) {
            LOG.warn("the office answered a submit with what is no outcome");
            return SubmitOutcome.NOT_ALLOWED;
        }
    }

    private Entry note(CallView view) {
        Entry entry = calls.get(view.callId());
        if (entry == null) {
            entry = new Entry(view);
            calls.put(view.callId(), entry);
            remember(view.callId());
            forgetOldest();
        }
        entry.view = view;
        if (view.state() == CallView.State.ENDED) {
            toDesk.remove(view.callId());
        }
        long now = System.nanoTime();
        entry.times = switch (view.state()) {
            case DIALLING, NOBODY_THERE, WAITING -> entry.times;
            case RINGING, RINGING_THERE -> entry.times.ringing(now);
            case CONNECTING -> entry.times.answered(now);
            case CONNECTED -> entry.times.answered(now).connected(now);
            case ENDED -> entry.times.ended(now);
        };
        return entry;
    }

    private void change(CallId callId, java.util.function.UnaryOperator<CallTimes> change) {
        Entry entry = calls.get(callId);
        if (entry != null) {
            entry.times = change.apply(entry.times);
        }
    }

    private void remember(CallId callId) {
        store.keep(new RememberedCall(callId, config.clock().millis() + REMEMBER_MILLIS));
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

    private CallMedia mediaOf(CallId callId) {
        Entry entry = calls.get(callId);
        if (entry == null) {
            throw new IllegalStateException("media for a call that was never shown");
        }
        if (entry.media == null) {
            entry.media = new CallMedia(
                    callId,
                    config,
                    session,
                    guardedThread(),
                    (action, delay) -> {
                        var _ = thread.schedule(guarded(action), delay, TimeUnit.MILLISECONDS);
                    },
                    new CallMedia.Told() {
                        @Override
                        public void up(long atNanos) {
                            change(callId, times -> times.media(atNanos));
                            listener.on(new PhoneEvent.CallChanged(entry.show()));
                        }

                        @Override
                        public void firstFrame(long atNanos) {
                            change(callId, times -> times.firstOpened(atNanos));
                            listener.on(new PhoneEvent.CallChanged(entry.show()));
                        }

                        @Override
                        public void problem(String why) {
                            listener.on(new PhoneEvent.MediaProblem(callId, why));
                        }
                    });
            entry.media.setMuted(entry.muted);
        }
        return entry.media;
    }

    private void closeMedia(CallId callId) {
        Entry entry = calls.get(callId);
        if (entry != null && entry.media != null) {
            entry.media.close();
        }
    }

    private void listenForSilence() {
        long now = System.nanoTime();
        for (Map.Entry<CallId, Entry> each : List.copyOf(calls.entrySet())) {
            Entry entry = each.getValue();
            if (entry.view.state() != CallView.State.CONNECTED || entry.media == null) {
                continue;
            }
            long heard = entry.media.session().lastOpenedNanos();
            long since = heard == 0 ? entry.times.connected() : heard;
            if (now - since > MEDIA_LOST_NANOS) {
                give(new CallInput.MediaLost(each.getKey()));
            }
        }
    }

    private void armTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        long at = engine.nextTimeout();
        if (at != CallEngine.NEVER) {
            long delay = Math.max(0, at - config.clock().millis());
            timer = thread.schedule(guarded(() -> give(new CallInput.Tick())), delay, TimeUnit.MILLISECONDS);
        }
    }

    private void adoptGrown() {
        for (VerifiedChain shorter : directory.takeRevoked()) {
            give(new CallInput.ChainLearned(shorter));
        }
        VerifiedChain grown = directory.takeGrown();
        if (grown != null) {
            adopt(grown);
        }
    }

    private void adopt(VerifiedChain grown) {
        if (!directory.ownIs(grown)) {
            return;
        }
        if (grown.device(deviceId) == null) {
            taken(grown);
            return;
        }
        store.keep(grown);
        give(new CallInput.OwnChainChanged(grown));
        listener.on(new PhoneEvent.OwnDevicesChanged(grown.devices().size()));
    }

    /** This device was taken out of the chain, which another device of this person has signed. */
    private void taken(VerifiedChain grown) {
        give(new CallInput.OwnChainChanged(grown));
        store.forget();
        listener.on(new PhoneEvent.DeviceRevoked(grown.lastStatementAt()));
        close();
    }

    /** In the order in which they came, also while one of them waits for an office's key. */
    private void arrived(Delivery delivery) {
        UnverifiedChain chain = chainOf(delivery);
        boolean isMissing = chain != null && offices.isMissing(chain);
        boolean isUnknownLine = isForThisRun(fromBefore, delivery) && needsLines(delivery);
        if (arriving.isDone() && !isMissing && !isUnknownLine) {
            take(delivery);
            return;
        }
        // A line may have been approved on another device a moment ago.
        arriving = arriving.thenCompose(_ -> chain != null && isMissing
                        ? offices.fetch(session, chain)
                        : CompletableFuture.completedFuture(null))
                .thenCompose(_ -> isUnknownLine ? readLines() : CompletableFuture.completedFuture(null))
                .thenRunAsync(() -> take(delivery), guardedThread());
    }

    private static @Nullable UnverifiedChain chainOf(Delivery delivery) {
        try {
            return switch (CallMessage.decode(delivery.envelope().message())) {
                case CallMessage.SignedOffer offer -> offer.chain();
                case CallMessage.SignedAnswer answer -> answer.chain();
                case CallMessage.SignedWelcome _, CallMessage.SignedNotice _, CallMessage.Group _ -> null;
            };
        } catch (DecodeException malformed) {
            // The engine refuses it.
            return null;
        }
    }

    private CompletableFuture<Void> readLines() {
        return lines.sync().handle((_, _) -> null);
    }

    private void take(Delivery delivery) {
        if (isForThisRun(fromBefore, delivery)) {
            give(new CallInput.EnvelopeArrived(delivery));
        }
        store.afterwards(() -> session.acknowledge(delivery.sequence()));
    }

    /** Whether it is a call by a line of which this device does not know that it rings. */
    private boolean needsLines(Delivery delivery) {
        try {
            if (delivery.envelope().message().isEmpty()
                    || !(CallMessage.decode(delivery.envelope().message())
                            instanceof CallMessage.SignedOffer message)) {
                return false;
            }
            Offer offer = Offer.decode(message.signed());
            return !offer.lineProof().isEmpty()
                    && !(lines.guard()
                                    .check(
                                            config.primitives(),
                                            offer,
                                            config.clock().millis())
                            instanceof LineRules.Verdict.Ring);
        } catch (DecodeException e) {
            return false;
        }
    }

    /**
     * What rang before this phone was started anew rings no second time, and its keys are gone. But that it was missed is
     * still to be told: the phone may have been killed while it rang.
     */
    static boolean isForThisRun(Set<CallId> fromBefore, Delivery delivery) {
        return delivery.kind() == Delivery.Kind.MISSED
                || !fromBefore.contains(delivery.envelope().callId());
    }

    private java.util.concurrent.Executor guardedThread() {
        return action -> thread.execute(guarded(action));
    }

    /** A fault in one thing must not silence everything that comes after it on the same thread. */
    private Runnable guarded(Runnable action) {
        return () -> {
            try {
                if (!closed) {
                    action.run();
                }
            } catch (RuntimeException e) {
                LOG.error("a fault of the phone", e);
            }
        };
    }

    /** From the I/O thread to the phone's. */
    private final class Heard implements DeviceSession.Listener {
        @Override
        public void up(long officeTime, TlsPeer peer) {
            guardedThread().execute(() -> {
                office = peer;
                give(new CallInput.SessionUp());
                for (Entry entry : calls.values()) {
                    if (entry.media != null) {
                        entry.media.sessionIsUp();
                    }
                }
                linking.sessionIsUp();
                List.copyOf(toDesk.values()).forEach(Line.this::askDesk);
                readDesk();
                listener.on(new PhoneEvent.Online(peer));
                var _ = refreshContacts();
                lines.sessionIsUp();
            });
        }

        @Override
        public void down(String why) {
            guardedThread().execute(() -> {
                office = null;
                give(new CallInput.SessionDown());
                listener.on(new PhoneEvent.Offline(why));
            });
        }

        @Override
        public void delivered(Delivery delivery) {
            guardedThread().execute(() -> arrived(delivery));
        }

        @Override
        public void linkArrived(LinkRequest request) {
            guardedThread().execute(() -> {
                PhoneEvent.LinkRequested event = linking.arrived(request);
                if (event != null) {
                    listener.on(event);
                }
            });
        }

        @Override
        public void lineNews(Bytes news) {
            guardedThread().execute(() -> lines.news(news));
        }

        @Override
        public void personNews(UnverifiedChain chain) {
            guardedThread().execute(() -> {
                // Of what came in while everything is read, the end of that tells.
                if (directory.changed(chain) && !directory.isReading()) {
                    listener.on(new PhoneEvent.ContactsChanged(contacts()));
                }
                adoptGrown();
            });
        }

        @Override
        public void mediaLost(CallId callId) {
            guardedThread().execute(() -> {
                Entry entry = calls.get(callId);
                if (entry != null && entry.media != null) {
                    entry.media.placeIsGone();
                }
            });
        }

        @Override
        public void failed(OfficeException why) {
            guardedThread().execute(() -> listener.on(new PhoneEvent.OfficeProblem(why)));
        }
    }

    /** From the lines' thread to the phone's. */
    private final class LinesHeard implements LineEvents {
        @Override
        public void guardChanged(LineGuard guard) {
            guardedThread().execute(() -> give(new CallInput.LinesChanged(guard)));
        }

        @Override
        public void officeKnown(OfficeDomain office, HybridPublicKey key) {
            offices.learn(office, key, OfficeStanding.AUTHENTICATED);
        }

        @Override
        public void waiting(GivenLine line) {
            tell(new PhoneEvent.LineWaiting(line));
        }

        @Override
        public void tried(GivenLine line) {
            tell(new PhoneEvent.LineTried(line));
        }

        @Override
        public void ready(HeldLine line) {
            tell(new PhoneEvent.LineReady(line));
        }

        @Override
        public void gone(HeldLine line) {
            tell(new PhoneEvent.LineGone(line));
        }

        @Override
        public void desk() {
            tell(new PhoneEvent.DeskChanged());
        }

        private void tell(PhoneEvent event) {
            guardedThread().execute(() -> listener.on(event));
        }
    }
}
