package org.whodis.phone;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceLink;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineId;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.KeystoreException;
import org.whodis.phone.keystore.PhoneState;
import org.whodis.phone.keystore.PhoneState.RememberedCall;
import org.whodis.phone.keystore.PhoneState.Stage;
import org.whodis.phone.line.Lines;
import org.whodis.phone.media.FrameTimes;
import org.whodis.phone.media.MediaReport;
import org.whodis.phone.signalling.DeviceCredentials;
import org.whodis.phone.signalling.Enrolling;
import org.whodis.phone.signalling.OfficeException;
import org.whodis.phone.signalling.OfficeNetwork;
import org.whodis.phone.signalling.OfficeTrust;
import org.whodis.phone.signalling.TlsPeer;

/**
 * A phone: keys on disk, a session with its office, and calls.
 *
 * <pre>
 *   Phone.create / Phone.open --&gt; enrol(link) or link(link), until isEnrolled() --&gt; start() --&gt; call, answer, ... --&gt; close()
 * </pre>
 *
 * <p>May be used from any thread. One thread of its own holds all state; what happens is told to the {@link PhoneListener}
 * on that thread.
 */
public final class Phone implements AutoCloseable {
    /** The suite of a call's MLS group, by the name that the protocol gives it, and the SFrame suite of its media. */
    public static final String CIPHER_SUITE = "MLKEM768X25519_AES256GCM_SHA384_Ed25519 + SFrame AES_256_GCM_SHA512_128";

    private static final Logger LOG = LoggerFactory.getLogger(Phone.class);

    private static final long ENROL_POLL_MILLIS = 500;
    private static final long CLOSE_POLL_MILLIS = 10;

    /** To say goodbye to whoever is in a call; the office keeps the message for them. */
    private static final long GOODBYE_MILLIS = 1_000;

    private final PhoneConfig config;
    private final Keystore keystore;
    private final PhoneListener listener;
    private final HybridKeyPair device;
    private final OfficeNetwork network = new OfficeNetwork();
    private final ScheduledExecutorService thread;
    private final ExecutorService disk;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile @Nullable Thread own;
    private PhoneState state;
    private @Nullable Line line;
    private @Nullable OfficeTrust trust;
    private boolean closing;

    private Phone(PhoneConfig config, Keystore keystore, PhoneState state, PhoneListener listener) {
        this.config = config;
        this.keystore = keystore;
        this.state = state;
        this.listener = new GuardedListener(listener);
        this.device = HybridKeyPair.fromSeed(config.primitives(), state.deviceSeed());
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = Thread.ofPlatform().daemon().name("whodis-phone").unstarted(work);
            own = made;
            return made;
        });
        this.disk = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("whodis-disk").factory());
    }

    /** The state of a phone that has a key and has met nobody: what a new keystore is made with. */
    public static Secret newState(Primitives primitives, RandomBytes random) {
        return PhoneState.fresh(HybridKeyPair.generate(primitives, random).seed())
                .encode();
    }

    /**
     * A phone on an open keystore, which it owns from now on. Does nothing yet beyond warming up, which {@link #ready} tells
     * the end of; without {@linkplain AudioDevices#SILENT sound} not even that.
     */
    public static Phone open(PhoneConfig config, Keystore keystore, PhoneListener listener) throws KeystoreException {
        Phone phone = new Phone(config, keystore, PhoneState.decode(keystore.body()), listener);
        if (config.audio().equals(AudioDevices.SILENT)) {
            phone.ready.complete(null);
        } else {
            Thread.ofPlatform().daemon().name("whodis-warm-up").start(phone::warmUp);
        }
        return phone;
    }

    private void warmUp() {
        try {
            WarmUp.run(config.primitives(), config.random(), config.clock().millis());
            ready.complete(null);
        } catch (RuntimeException e) {
            LOG.warn("warming up failed", e);
            ready.completeExceptionally(e);
        }
    }

    /** Done when the first call will be as fast as any. */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    public boolean isEnrolled() {
        return ask(() -> state.stage() instanceof Stage.Enrolled);
    }

    /** Whether this phone was stopped while it waited to be confirmed: {@link #resume} goes on. */
    public boolean isWaiting() {
        return ask(() -> state.stage() instanceof Stage.Enrolling || state.stage() instanceof Stage.Linking);
    }

    /**
     * Enrols this phone's person by an invitation, or this phone as a further device by a link of another one; blocks until
     * the words are there.
     */
    public PendingEnrolment enrol(String link) throws PhoneException, OfficeException {
        if (isEnrolled()) {
            throw new PhoneException(
                    "This phone is enrolled already. For another person use another folder in WHODIS_PHONE_HOME.");
        }
        Enrolling enrolling = enrolling();
        if (link.contains("/link#")) {
            Enrolling.Linking linking = enrolling.beginLink(parseLink(link), device);
            move(new Stage.Linking(linking.link(), linking.officeKey(), linking.words()));
        } else {
            Enrolling.Waiting waiting = enrolling.begin(
                    parseInvitation(link), device, config.clock().millis());
            move(new Stage.Enrolling(waiting.invitation(), waiting.officeKey(), waiting.genesis(), waiting.words()));
        }
        return resume();
    }

    /** Goes on waiting to be confirmed. */
    public PendingEnrolment resume() throws PhoneException {
        Stage stage = ask(() -> state.stage());
        CompletableFuture<Contact> confirmed = new CompletableFuture<>();
        return switch (stage) {
            case Stage.Enrolling(Invitation invitation, HybridPublicKey key, var genesis, List<String> words) -> {
                Enrolling.Waiting waiting = new Enrolling.Waiting(invitation, key, genesis, words);
                poll(confirmed, () -> enrolling().poll(waiting, config.clock().millis()));
                yield new PendingEnrolment(words, confirmed);
            }
            case Stage.Linking(DeviceLink link, HybridPublicKey key, List<String> words) -> {
                Enrolling.Linking linking = new Enrolling.Linking(link, key, words);
                poll(
                        confirmed,
                        () -> enrolling()
                                .pollLink(linking, device, config.clock().millis()));
                yield new PendingEnrolment(words, confirmed);
            }
            case Stage.NewPhone() ->
                throw new PhoneException("This phone has no invitation yet. Ask your office's operator for one.");
            case Stage.Enrolled _ -> throw new PhoneException("This phone is enrolled already.");
        };
    }

    /** Forgets an invitation or link that came to nothing, so that another can be used. */
    public void abandonEnrolment() {
        if (!isEnrolled()) {
            move(new Stage.NewPhone());
        }
    }

    /** Begins the session with the office, which lasts until {@link #close}. */
    public void start() throws PhoneException {
        run(() -> {
            if (line == null) {
                line = newLine();
                line.start();
            }
            return null;
        });
    }

    /** Whom this phone belongs to. */
    public Contact owner() throws PhoneException {
        return run(() -> Contact.of(verifiedOwn(), null, config.clock().millis()));
    }

    /** What TLS showed of the office in the present session, or null if there is none. */
    public @Nullable TlsPeer office() {
        return ask(() -> line == null ? null : line.office());
    }

    /** Who can be called, as the office's directory was read last. */
    public List<Contact> contacts() {
        return ask(() -> line == null ? List.<Contact>of() : line.contacts());
    }

    /** Reads the office's directory anew. */
    public CompletableFuture<List<Contact>> refreshContacts() {
        return onLine(Line::refreshContacts);
    }

    /** Calls somebody of the directory. */
    public CallId call(PrincipalId principal) throws PhoneException {
        return run(() -> requireLine().call(principal));
    }

    /** Calls the issuer of a line that was given to this person. */
    public CallId call(LineId line) throws PhoneException {
        return run(() -> requireLine().call(line));
    }

    /** The lines that this person gave and those that were given to them. */
    public Lines lines() throws PhoneException {
        return run(() -> requireLine().lines());
    }

    /** A person tapped: answers the call that rings. */
    public void answer(CallId callId) {
        post(line -> line.answer(callId));
    }

    public void decline(CallId callId) {
        post(line -> line.decline(callId));
    }

    /**
     * Leaves a call that rings to the people at the office's desk; none of this person's devices rings any more. It goes on
     * ringing until the office has taken it: {@link PhoneEvent.SentToDesk}, or {@link PhoneEvent.NotSentToDesk} if it does not.
     */
    public void sendToDesk(CallId callId) {
        post(line -> line.sendToDesk(callId));
    }

    /** Whether the office has said that somebody else sits at its desk. */
    public boolean hasDesk() {
        return ask(() -> line != null && line.hasDesk());
    }

    /** Ends a call in any state: hangs up, cancels or declines. */
    public void hangUp(CallId callId) {
        post(line -> line.hangUp(callId));
    }

    /**
     * Says what came of comparing the words.
     *
     * @param match true pins the other person; false ends the call with an alarm on both sides
     */
    public void wordsMatch(CallId callId, boolean match) {
        post(line -> line.wordsMatch(callId, match));
    }

    /** Silence instead of the microphone, or back. Packets go on all the same. */
    public void mute(CallId callId, boolean muted) {
        post(line -> line.mute(callId, muted));
    }

    /** Opens new sockets for the media of all calls, as after a change of networks. */
    public void rebind() {
        post(Line::rebind);
    }

    /** Drops the connection to the office and makes another. */
    public void reconnect() {
        post(Line::reconnect);
    }

    public @Nullable PhoneCall callView(CallId callId) {
        return ask(() -> line == null ? null : line.view(callId));
    }

    /** Calls of this phone since it was started, the oldest first. */
    public List<PhoneCall> calls() {
        return ask(() -> line == null ? List.<PhoneCall>of() : line.calls());
    }

    /** What a call's media has done so far, also after its end; null if it has none. */
    public @Nullable MediaReport stats(CallId callId) {
        CallMedia media = media(callId);
        return media == null ? null : media.report();
    }

    /** When each frame that this phone sent was captured; null if the call has no media. */
    public @Nullable FrameTimes capturedAt(CallId callId) {
        CallMedia media = media(callId);
        return media == null ? null : media.session().capturedAt();
    }

    /** When each frame that this phone received was played; null if the call has no media. */
    public @Nullable FrameTimes playedAt(CallId callId) {
        CallMedia media = media(callId);
        return media == null ? null : media.session().playedAt();
    }

    /** Makes a link for a further device of this person; {@link PhoneEvent.LinkRequested} tells that it was used. */
    public CompletableFuture<String> openLink() {
        return onLine(line -> line.linking().openLink());
    }

    /** The person has compared the words of {@link PhoneEvent.LinkRequested}. */
    public CompletableFuture<Contact> confirmLink(boolean match) {
        return onLine(line -> line.confirmLink(match))
                .thenApply(chain -> Contact.of(chain, null, config.clock().millis()));
    }

    /**
     * Takes a device of this person out of the chain, at once and for good: it is in no call and rings for nobody any more. If it is
     * this one, its keys are erased ({@link PhoneEvent.DeviceRevoked}).
     */
    public CompletableFuture<VerifiedChain> revokeDevice(DeviceId revoked) {
        return onLine(line -> line.revoke(revoked));
    }

    /** What this phone believes of its office's key. */
    public OfficeKey officeKey() throws PhoneException {
        return run(() -> OfficeKey.of(config.primitives(), trust()));
    }

    /**
     * The office's operator has read the words that {@link #officeKey} has for {@code key}: it counts from now on.
     *
     * @return false if another key was shown meanwhile
     */
    public boolean officeCompared(Bytes key) throws PhoneException {
        boolean known = run(() -> trust().compared(key));
        if (known) {
            reconnect();
        }
        return known;
    }

    /** Of this phone, whether it is enrolled or not. */
    public DeviceId deviceId() {
        return new DeviceId(device.publicKey().keyHash(config.primitives()));
    }

    /** This person's devices. */
    public VerifiedChain ownChain() throws PhoneException {
        return run(() -> line == null ? verifiedOwn() : line.own());
    }

    /** Hangs up, says so to the office, writes what is to be written and ends all threads. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        post(Line::hangUpAll);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS);
        while (!ask(() -> line == null || line.isQuiet()) && System.nanoTime() < deadline) {
            pause(CLOSE_POLL_MILLIS);
        }
        ask(() -> {
            if (line != null) {
                line.close();
            }
            return true;
        });
        network.close();
        thread.shutdown();
        disk.shutdown();
        try {
            if (!disk.awaitTermination(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the disk is too slow: the last change may be lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        device.erase();
        keystore.close();
    }

    private Line newLine() throws PhoneException {
        VerifiedChain own = verifiedOwn();
        if (own.device(deviceId()) == null) {
            throw new PhoneException("This device was removed by another device of its person.");
        }
        OfficeTrust trust = trust();
        DeviceCredentials credentials = new DeviceCredentials(trust, own.principal(), device);
        HybridPublicKey vouching = trust.find(own.genesis().officeKey());
        if (vouching == null) {
            throw new IllegalStateException("a chain that was verified under no key");
        }
        return new Line(
                config,
                new LineStore(),
                thread,
                listener,
                network,
                credentials,
                new Offices(config.primitives(), trust),
                own,
                device,
                vouching);
    }

    private VerifiedChain verifiedOwn() throws PhoneException {
        if (line != null) {
            return line.own();
        }
        Stage.Enrolled enrolled = requireEnrolled();
        try {
            return enrolled.chain()
                    .verify(config.primitives(), new Offices(config.primitives(), trust(enrolled, _ -> {})));
        } catch (IdentityException e) {
            throw new PhoneException("What this phone knows of itself does not hold (" + e.reason()
                    + "). Put the folder back from a backup, or enrol anew.");
        }
    }

    /** The one of this phone's sessions, made when it is first asked for. */
    private OfficeTrust trust() throws PhoneException {
        OfficeTrust made = trust;
        if (made == null) {
            made = trust(requireEnrolled(), this::keep);
            trust = made;
        }
        return made;
    }

    private OfficeTrust trust(Stage.Enrolled enrolled, Consumer<PeerKeys> keeper) {
        return new OfficeTrust(config.primitives(), config.clock(), enrolled.office(), keeper);
    }

    /** What is believed of the office's key has changed. A phone that dies before it is on disk finds it out again. */
    private void keep(PeerKeys office) {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            if (state.stage() instanceof Stage.Enrolled(PeerKeys _, UnverifiedChain chain)) {
                state = state.withStage(new Stage.Enrolled(office, chain));
                save(null);
            }
        });
    }

    private Stage.Enrolled requireEnrolled() throws PhoneException {
        if (state.stage() instanceof Stage.Enrolled enrolled) {
            return enrolled;
        }
        throw new PhoneException(
                "This phone is not enrolled yet. Ask your office's operator for an invitation and run: whodis phone enrol LINK");
    }

    private Line requireLine() throws PhoneException {
        if (line == null) {
            throw new PhoneException("The phone was not started.");
        }
        return line;
    }

    private Enrolling enrolling() {
        return new Enrolling(network, config.primitives(), config.random());
    }

    private interface Poll {
        Enrolling.@Nullable Confirmed ask() throws OfficeException;
    }

    /** Asks again and again whether the words were confirmed; an office that is away for a while does not end it. */
    private void poll(CompletableFuture<Contact> confirmed, Poll poll) {
        Thread.ofVirtual().name("whodis-enrol").start(() -> {
            while (!confirmed.isDone() && !thread.isShutdown()) {
                try {
                    Enrolling.Confirmed done = poll.ask();
                    if (done != null) {
                        move(new Stage.Enrolled(done.office(), done.chain().wire()));
                        confirmed.complete(
                                Contact.of(done.chain(), null, config.clock().millis()));
                        return;
                    }
                } catch (OfficeException e) {
                    if (e.reason() != OfficeException.Reason.UNREACHABLE) {
                        confirmed.completeExceptionally(e);
                        return;
                    }
                } catch (RuntimeException e) {
                    confirmed.completeExceptionally(e);
                    return;
                }
                pause(ENROL_POLL_MILLIS);
            }
        });
    }

    /** Takes the phone to another stage and returns when that is on the disk. */
    private void move(Stage stage) {
        CompletableFuture<Void> kept = new CompletableFuture<>();
        ask(() -> {
            state = state.withStage(stage);
            save(kept);
            return true;
        });
        try {
            kept.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
        }
    }

    private void save(@Nullable CompletableFuture<Void> kept) {
        Secret body = state.encode();
        disk.execute(() -> {
            try {
                keystore.write(body);
                if (kept != null) {
                    kept.complete(null);
                }
            } catch (KeystoreException e) {
                if (kept != null) {
                    kept.completeExceptionally(e);
                }
                thread.execute(() -> listener.on(new PhoneEvent.StorageProblem(String.valueOf(e.getMessage()))));
            }
        });
    }

    /** On the phone's thread, like the line that uses it. */
    private final class LineStore implements Line.Store {
        @Override
        public List<Pin> pins() {
            return state.pins();
        }

        @Override
        public List<RememberedCall> calls() {
            return state.calls();
        }

        @Override
        public void keep(Pin pin) {
            state = state.withPin(pin);
            save(null);
        }

        @Override
        public void keep(RememberedCall call) {
            state = state.withCall(call, config.clock().millis());
            save(null);
        }

        @Override
        public void keep(VerifiedChain own) {
            if (state.stage() instanceof Stage.Enrolled(PeerKeys office, UnverifiedChain _)) {
                state = state.withStage(new Stage.Enrolled(office, own.wire()));
                save(null);
            }
        }

        @Override
        public void forget() {
            state = PhoneState.fresh(
                    HybridKeyPair.generate(config.primitives(), config.random()).seed());
            save(null);
        }

        @Override
        public void afterwards(Runnable action) {
            disk.execute(action);
        }
    }

    private @Nullable CallMedia media(CallId callId) {
        return ask(() -> line == null ? null : line.media(callId));
    }

    private interface LineAction {
        void apply(Line line);
    }

    private void post(LineAction action) {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            try {
                if (line != null) {
                    action.apply(line);
                }
            } catch (RuntimeException e) {
                LOG.error("a fault of the phone", e);
            }
        });
    }

    private interface LineQuestion<T> {
        CompletableFuture<T> ask(Line line);
    }

    private <T> CompletableFuture<T> onLine(LineQuestion<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                var _ = question.ask(requireLine()).whenComplete((value, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    } else {
                        answer.complete(value);
                    }
                });
            } catch (PhoneException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Runs {@code action} on the phone's thread and waits for it; at once if this is that thread, as in a listener. */
    private <T> T run(Callable<T> action) throws PhoneException {
        try {
            FutureTask<T> task = new FutureTask<>(action);
            if (Thread.currentThread().equals(own)) {
                task.run();
            } else {
                thread.execute(task);
            }
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PhoneException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PhoneException("interrupted");
        }
    }

    private <T> T ask(Callable<T> question) {
        try {
            return run(question);
        } catch (PhoneException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Invitation parseInvitation(String link) throws PhoneException {
        try {
            return Invitation.parse(link);
        } catch (DecodeException e) {
            throw notALink(e);
        }
    }

    private static DeviceLink parseLink(String link) throws PhoneException {
        try {
            return DeviceLink.parse(link);
        } catch (DecodeException e) {
            throw notALink(e);
        }
    }

    private static PhoneException notALink(DecodeException e) {
        return new PhoneException("That is not an invitation (" + e.getMessage()
                + "). Paste the whole link, in quotes, because a shell may stop at its # sign.");
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
