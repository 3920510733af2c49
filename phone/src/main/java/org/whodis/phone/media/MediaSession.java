package org.whodis.phone.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.sframe.EpochKeys;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.core.wire.Bytes;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.media.client.MediaClient;
import org.whodis.media.client.MediaClientConfig;
import org.whodis.media.client.MediaEvent;
import org.whodis.media.client.ReceivedFrame;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceCredentials;

/**
 * The media of one call: a thread that owns a place at the relay ({@link MediaPath}) and the speech ({@link CallSpeech}),
 * and gives every 20 ms one sealed frame to the former.
 *
 * <pre>
 *   newPlace() -> MediaJoin, to the office;  MediaJoined -> place()      a first place, or another one after a loss
 *   installKeys()                                                        frames flow once there are a place and keys
 *   rebind()                                                             a new socket, by itself when the address changes
 * </pre>
 *
 * <p>Public methods may be called from any thread; they are carried out by the call's own, in order.
 */
public final class MediaSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MediaSession.class);

    /** How often the phone looks whether the operating system would now send from another address. */
    private static final long WATCH_NANOS = 1_000_000_000L;

    /** Waits longer than this are left to the selector, shorter ones to the finer timer of the scheduler. */
    private static final long FINE_NANOS = 1_000_000L;

    /** The other side has a new stream each time that it joins the relay anew; more than this is no call of two. */
    private static final int MAX_PEERS = 64;

    /** Faults of our own that a call survives: a second of a sound card that fails with every frame. */
    static final int MAX_FAULTS = 50;

    private static final long NEVER = Long.MAX_VALUE;
    private static final int CLOSE_TIMEOUT_MILLIS = 2_000;

    private final CallId callId;
    private final RandomBytes random;
    private final Listener listener;
    private final CallSpeech speech;
    private final Selector selector;
    private final Thread thread;
    private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
    private final Lateness lateness = new Lateness();

    /** DTLS runs on a thread of its own and says so through {@link MediaClient}'s {@code wakeUp}. */
    private final AtomicBoolean handshakeSpoke = new AtomicBoolean();

    private @Nullable Offered offered;
    private @Nullable MediaPath path;
    private @Nullable MediaPath next;
    private boolean connected;
    private @Nullable Cadence cadence;
    private CallSpeech.@Nullable Outgoing prepared;
    private boolean preparedThisTick;
    private long watchAt;
    private long framesSent;
    private long firstSentNanos;
    private int rebinds;
    private int placements;
    private boolean firstOpenedTold;
    private volatile long lastOpenedNanos;
    private int faults;
    private boolean closed;

    /** What a place was asked for with. */
    private record Offered(DtlsIdentity identity, IceCredentials credentials) {}

    /** What a session tells. All calls come on its thread and must not block. */
    public interface Listener {
        /** The relay is there: frames flow as soon as there are keys. */
        void connected(long atNanos);

        /** The first frame that was authentic, fresh and of this call. */
        void firstFrameOpened(long atNanos);

        /** This place at the relay is no good: ask for another by {@link MediaSession#newPlace}. */
        void placeLost(String why);

        /** The group seems to have moved on without this phone, and nothing is sent; or that has turned out to be wrong. */
        void commitMissing(boolean isMissing);

        /** Nothing is said or heard any more: the thread has ended by itself. */
        void stopped(String why);
    }

    private MediaSession(
            CallId callId,
            Primitives primitives,
            RandomBytes random,
            AudioSource source,
            AudioSink sink,
            Listener listener,
            Selector selector) {
        this.callId = callId;
        this.random = random;
        this.listener = listener;
        this.selector = selector;
        this.speech = new CallSpeech(primitives, callId.value(), source, sink, listener::commitMissing);
        this.thread = Thread.ofPlatform().name("whodis-media").unstarted(this::run);
        this.thread.setDaemon(true);
    }

    /** Starts the thread; nothing is sent or captured yet. */
    public static MediaSession start(
            CallId callId,
            Primitives primitives,
            RandomBytes random,
            AudioSource source,
            AudioSink sink,
            Listener listener) {
        try {
            MediaSession session =
                    new MediaSession(callId, primitives, random, source, sink, listener, Selector.open());
            session.thread.start();
            return session;
        } catch (IOException e) {
            throw new IllegalStateException("the operating system has no more files to give", e);
        }
    }

    /** Fresh credentials for a place at the relay; what was asked for before is forgotten. */
    public MediaJoin newPlace() {
        Offered fresh = new Offered(DtlsIdentity.generate(random::next), IceCredentials.generate(random::next));
        execute(() -> offered = fresh);
        return new MediaJoin(
                callId,
                fresh.credentials().ufrag(),
                fresh.credentials().exposePassword(),
                Bytes.of(fresh.identity().fingerprint().toBytes()));
    }

    /** The office gave the place that {@link #newPlace} asked for. Looks the host up, on the caller's thread. */
    public void place(MediaJoined joined) throws UnknownHostException {
        InetSocketAddress relay = new InetSocketAddress(joined.host(), joined.port());
        if (relay.isUnresolved()) {
            throw new UnknownHostException(joined.host());
        }
        execute(() -> moveTo(joined, relay));
    }

    /** An epoch of the call's group has begun. What is needed of {@code keys} is copied before this returns. */
    public void installKeys(int ownLeaf, EpochKeys keys) {
        HeldEpoch held = HeldEpoch.copyOf(keys);
        execute(() -> {
            try {
                speech.begin(ownLeaf, held, System.nanoTime());
            } finally {
                held.erase();
            }
            noteOpened();
        });
    }

    /** {@link System#nanoTime} of the last frame that was opened; 0 before the first. */
    public long lastOpenedNanos() {
        return lastOpenedNanos;
    }

    /** Silence instead of the microphone; packets go on all the same. */
    public void setMuted(boolean muted) {
        execute(() -> speech.setMuted(muted));
    }

    /** Opens a new socket, as after a change of networks. */
    public void rebind() {
        execute(() -> rebindNow("asked for"));
    }

    /** What has happened so far. */
    public MediaReport report() {
        if (!thread.isAlive()) {
            return makeReport();
        }
        BlockingQueue<MediaReport> answer = new LinkedBlockingQueue<>();
        execute(() -> answer.add(makeReport()));
        try {
            while (thread.isAlive()) {
                MediaReport report = answer.poll(100, TimeUnit.MILLISECONDS);
                if (report != null) {
                    return report;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return makeReport();
    }

    /** When each frame of ours was captured. */
    public FrameTimes capturedAt() {
        return speech.capturedAt();
    }

    /** When each frame of the other side was played. */
    public FrameTimes playedAt() {
        return speech.playedAt();
    }

    /** Ends the thread, closes the socket and erases the keys; returns when that is done. */
    @Override
    public void close() {
        execute(() -> closed = true);
        if (thread.equals(Thread.currentThread())) {
            return;
        }
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void execute(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    private void run() {
        try (selector) {
            while (!closed) {
                guardedStep();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the media thread cannot go on", e);
            listener.stopped(e.toString());
        } finally {
            closePaths();
            speech.close();
        }
    }

    /** One fault in one frame ends no call; one that comes again and again does not go on unsaid. */
    private void guardedStep() throws IOException {
        try {
            step();
        } catch (RuntimeException e) {
            if (++faults > MAX_FAULTS) {
                throw e;
            }
            LOG.error("a fault in the media", e);
        }
    }

    private void step() throws IOException {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        long now = System.nanoTime();
        tick(now);
        boolean woken = handshakeSpoke.getAndSet(false);
        service(path, woken, now);
        service(next, woken, now);
        speech.poll(now);
        watchAddress(now);
        waitForWork();
    }

    /** Says and hears, when it is time to. */
    private void tick(long nowNanos) {
        if (cadence == null && connected && speech.hasKeys()) {
            cadence = new Cadence(nowNanos);
        }
        if (cadence == null) {
            return;
        }
        if (!preparedThisTick && nowNanos - cadence.prepareAt() >= 0) {
            prepared = speech.capture(nowNanos);
            preparedThisTick = true;
        }
        long now = System.nanoTime();
        if (!preparedThisTick || now - cadence.sendAt() < 0) {
            return;
        }
        send(now, cadence.scheduled());
        preparedThisTick = false;
        int skipped = cadence.advance(now);
        for (int i = 0; i <= skipped; i++) {
            speech.play(now);
        }
    }

    private void send(long nowNanos, long scheduled) {
        CallSpeech.Outgoing outgoing = prepared;
        prepared = null;
        if (outgoing == null || path == null) {
            return;
        }
        if (path.send(outgoing.frame().toArray(), outgoing.counter() * AudioFrame.SAMPLES, nowNanos)) {
            framesSent++;
            lateness.record(nowNanos - scheduled);
            if (firstSentNanos == 0) {
                firstSentNanos = nowNanos;
            }
        }
    }

    private static void service(@Nullable MediaPath each, boolean woken, long nowNanos) {
        if (each == null) {
            return;
        }
        each.receive();
        if (woken || nowNanos - each.timeoutAt() >= 0) {
            each.handleTimeout(System.nanoTime());
        }
    }

    private void waitForWork() throws IOException {
        long now = System.nanoTime();
        long wait = Math.min(untilTick(now), Math.min(untilTimeout(now), watchAt - now));
        if (wait <= 0 || handshakeSpoke.get() || !commands.isEmpty()) {
            selector.selectNow();
        } else if (wait < FINE_NANOS) {
            LockSupport.parkNanos(wait);
            selector.selectNow();
        } else {
            selector.select(wait / 1_000_000);
        }
        selector.selectedKeys().clear();
    }

    private long untilTick(long now) {
        if (cadence == null) {
            return NEVER;
        }
        return (preparedThisTick ? cadence.sendAt() : cadence.prepareAt()) - now;
    }

    private long untilTimeout(long now) {
        long until = NEVER;
        for (MediaPath each : new MediaPath[] {path, next}) {
            if (each != null && each.timeoutAt() != NEVER) {
                until = Math.min(until, each.timeoutAt() - now);
            }
        }
        long poll = speech.pollAt(now);
        return poll == NEVER ? until : Math.min(until, poll - now);
    }

    private void moveTo(MediaJoined joined, InetSocketAddress relay) {
        Offered mine = offered;
        if (mine == null) {
            return;
        }
        offered = null;
        MediaClientConfig config = new MediaClientConfig(
                relay,
                IceCredentials.of(joined.iceUfrag(), joined.icePwd()),
                Fingerprint.of(joined.dtlsFingerprint().toArray()),
                mine.credentials().ufrag(),
                (int) joined.ssrc(),
                MediaFrame.SEALED_LENGTH);
        MediaClient client = new MediaClient(config, mine.identity(), random::next, this::wakeUp);
        client.expectUnannouncedPeers(MAX_PEERS);
        PathEvents events = new PathEvents();
        MediaPath fresh = new MediaPath(relay, client, selector, events);
        events.of = fresh;
        placements++;
        if (next != null) {
            next.close();
        }
        next = fresh;
        try {
            fresh.start(System.nanoTime());
        } catch (IOException e) {
            dropNext("no socket: " + e.getMessage());
        }
    }

    private void wakeUp() {
        handshakeSpoke.set(true);
        selector.wakeup();
    }

    private final class PathEvents implements MediaPath.Events {
        private @Nullable MediaPath of;

        @Override
        public void handle(MediaEvent event, long nowNanos) {
            switch (event) {
                case MediaEvent.Connected() -> whenConnected(Objects.requireNonNull(of), nowNanos);
                case MediaEvent.Payload(ReceivedFrame frame) -> {
                    speech.receive(Bytes.of(frame.bytes()), frame.arrivalNanos());
                    noteOpened();
                }
                case MediaEvent.RelaySilent() -> whenLost("the relay fell silent");
                case MediaEvent.RelayHeard() -> LOG.info("the relay is heard again");
                case MediaEvent.ConsentLost() -> whenLost("the relay no longer answers");
                case MediaEvent.Failed(var reason) -> whenLost("no path to the relay: " + reason);
            }
        }

        private void whenLost(String why) {
            if (of == path || of == next) {
                LOG.info("media: {}", why);
                listener.placeLost(why);
            }
        }
    }

    private void whenConnected(MediaPath fresh, long nowNanos) {
        if (fresh != next) {
            return;
        }
        MediaPath old = path;
        path = fresh;
        next = null;
        connected = true;
        watchAt = nowNanos + WATCH_NANOS;
        if (old != null) {
            // Not from inside its own drain: this is the new path's.
            old.close();
        }
        listener.connected(nowNanos);
    }

    private void dropNext(String why) {
        if (next != null) {
            next.close();
            next = null;
        }
        listener.placeLost(why);
    }

    private void noteOpened() {
        lastOpenedNanos = speech.lastOpenedNanos();
        if (!firstOpenedTold && speech.framesOpened() > 0) {
            firstOpenedTold = true;
            listener.firstFrameOpened(speech.firstOpenedNanos());
        }
    }

    /** A phone that changes its network keeps the call: the socket follows. */
    private void watchAddress(long nowNanos) {
        if (path == null || nowNanos - watchAt < 0) {
            if (path == null) {
                watchAt = nowNanos + WATCH_NANOS;
            }
            return;
        }
        watchAt = nowNanos + WATCH_NANOS;
        InetSocketAddress bound = path.localAddress();
        InetSocketAddress wouldBe = addressTowards(path.relay());
        boolean moved = bound != null && wouldBe != null && !bound.getAddress().equals(wouldBe.getAddress());
        if (path.takeSendErrors() > 0 && wouldBe != null || moved) {
            rebindNow(moved ? "the address changed" : "sending failed");
        }
    }

    private void rebindNow(String why) {
        if (path == null) {
            return;
        }
        try {
            path.rebind(System.nanoTime());
            rebinds++;
            LOG.info("media: new socket, {}", why);
        } catch (IOException e) {
            LOG.info("media: no new socket: {}", e.toString());
        }
    }

    /** The address that the operating system would send from now; null if there is no way there. Sends nothing. */
    private static @Nullable InetSocketAddress addressTowards(InetSocketAddress relay) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.connect(relay);
            return (InetSocketAddress) probe.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    private void closePaths() {
        for (MediaPath each : new MediaPath[] {path, next}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private MediaReport makeReport() {
        return new MediaReport(
                speech.framesSealed(),
                framesSent,
                speech.framesOpened(),
                speech.refused(),
                speech.framesPlayed(),
                rebinds,
                placements,
                lateness.summary(),
                firstSentNanos,
                speech.firstOpenedNanos(),
                speech.firstHeardNanos(),
                speech.heard(),
                path == null ? null : path.client().statistics());
    }
}
