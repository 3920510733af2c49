package org.whodis.phone.signalling;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.DisplayText;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.Backoff;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.SessionProof;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.signalling.OfficeException.Reason;

/**
 * A device's session with its office (protocol section 4), which comes back by itself.
 *
 * <pre>
 *   Waiting  --delay over-->            Greeting   connect; TLS, WebSocket
 *   Greeting --OfficeHello believed-->  Proving    Authenticate sent
 *   Proving  --Authenticated-->         Up
 *   Greeting, Proving, Up --closed, silent, malformed, not the office--> Waiting   longer and longer, see Backoff
 *   any      --close()-->               Closed
 * </pre>
 *
 * <p>The hello is believed only if its descriptor is signed by the office key pinned at enrolment, or by one that leads from
 * it ({@link OfficeTrust}), and names the key of the certificate that TLS showed on this connection; before that, the device has said nothing at all.
 *
 * <p>All state belongs to the I/O thread, on which the listener is called. Requests may be made from any thread; those that
 * are unanswered when the connection goes are failed, never repeated: the engine above knows what is worth repeating.
 */
public final class DeviceSession implements AutoCloseable {
    /** More requests than this at once is a fault of ours or an office that answers nothing. */
    static final int MAX_PENDING = 256;

    private static final Logger LOG = LoggerFactory.getLogger(DeviceSession.class);

    private final OfficeNetwork network;
    private final EventLoop loop;
    private final DeviceCredentials credentials;
    private final Primitives primitives;
    private final RandomBytes random;
    private final SessionTimings timings;
    private final Listener listener;
    private final Backoff backoff;

    private State state = new State.Waiting();
    private final Map<Long, Pending> pending = new HashMap<>();
    private long nextRequestId = 1;
    private int generation;
    private long lastHeardNanos;
    private boolean started;
    private boolean isFollowing;

    /** What a session tells. All calls come on the I/O thread and must not block. */
    public interface Listener {
        /** The office knows us. What it owes us will be delivered anew. */
        void up(long officeTime, TlsPeer peer);

        /** The session is gone and will be tried again. Called only after {@link #up}. */
        void down(String why);

        /** To be acknowledged by {@link DeviceSession#acknowledge} once it was dealt with. */
        void delivered(Delivery delivery);

        void linkArrived(LinkRequest request);

        /** An encoded {@code LineNews}: something about lines has changed. */
        void lineNews(Bytes news);

        /** Somebody of the office is new, or has another device or one less. May come before {@link #up}, of the own person. */
        void personNews(UnverifiedChain chain);

        /** The place at the relay that this device had in a call is gone. */
        void mediaLost(CallId call);

        /**
         * A try failed. {@link Reason#NOT_THE_OFFICE}, {@link Reason#KEY_HELD} and {@link Reason#REFUSED} are worth telling a person; the session
         * goes on trying all the same, since whoever answered may be gone the next time.
         */
        void failed(OfficeException why);
    }

    private sealed interface State {
        record Waiting() implements State {}

        record Greeting(OfficeSocket socket, @Nullable TlsPeer peer) implements State {}

        record Proving(OfficeSocket socket, TlsPeer peer) implements State {}

        record Up(OfficeSocket socket) implements State {}

        record Closed() implements State {}
    }

    private record Pending(CompletableFuture<Bytes> answer, ScheduledFuture<?> timeout) {}

    public DeviceSession(
            OfficeNetwork network,
            DeviceCredentials credentials,
            Primitives primitives,
            RandomBytes random,
            SessionTimings timings,
            Listener listener) {
        this.network = network;
        this.loop = network.loop();
        this.credentials = credentials;
        this.primitives = primitives;
        this.random = random;
        this.timings = timings;
        this.listener = listener;
        this.backoff = new Backoff(random);
    }

    /** Begins to connect. */
    public void start() {
        loop.execute(() -> {
            if (!started) {
                started = true;
                connect();
            }
        });
    }

    /**
     * Sends a request.
     *
     * @param request makes the message for the request id that it is given
     * @return the body of the response; or an {@link OfficeException}: {@link Reason#REFUSED} with the office's code, or
     *     {@link Reason#UNREACHABLE} when there is no session or it went away, in which case the office may or may not have
     *     acted
     */
    public CompletableFuture<Bytes> request(LongFunction<ToOffice> request) {
        CompletableFuture<Bytes> answer = new CompletableFuture<>();
        loop.execute(() -> sendRequest(request, answer));
        return answer;
    }

    /** Tells the office that everything up to {@code sequence} has been dealt with. */
    public void acknowledge(long sequence) {
        loop.execute(() -> {
            if (state instanceof State.Up up) {
                up.socket().send(new ToOffice.Acknowledge(nextRequestId(), sequence).encode());
            }
        });
    }

    /** Drops the connection, if there is one, and connects again at once, as after a change of networks. */
    public void reconnect() {
        loop.execute(() -> {
            backoff.reset();
            lost("told to reconnect", null);
            if (started) {
                connect();
            }
        });
    }

    /** Ends the session for good. */
    @Override
    public void close() {
        loop.execute(() -> {
            OfficeSocket socket = socket();
            state = new State.Closed();
            generation++;
            if (socket != null) {
                socket.close();
            }
            failPending("the phone was closed");
        });
    }

    private void connect() {
        if (!(state instanceof State.Waiting)) {
            return;
        }
        int mine = ++generation;
        OfficeSocket socket = OfficeSocket.connect(network, credentials.office(), new OfficeSocket.Listener() {
            @Override
            public void opened(TlsPeer peer) {
                inOrder(mine, () -> whenOpened(peer));
            }

            @Override
            public void received(Bytes message) {
                inOrder(mine, () -> whenReceived(message));
            }

            @Override
            public void closed(String why) {
                inOrder(mine, () -> lost(why, unreachable(why)));
            }
        });
        state = new State.Greeting(socket, null);
        var _ = loop.schedule(
                () -> inOrder(mine, this::giveUpOnSilentNewcomer), timings.helloMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs {@code action} on the I/O thread if the connection number {@code of} is still the present one. */
    private void inOrder(int of, Runnable action) {
        Runnable guarded = () -> {
            if (generation == of) {
                action.run();
            }
        };
        // A connection may fail before connect() has returned its socket; the event then waits its turn.
        if (loop.inEventLoop() && !(state instanceof State.Waiting)) {
            guarded.run();
        } else {
            loop.execute(guarded);
        }
    }

    private void giveUpOnSilentNewcomer() {
        if (!(state instanceof State.Up)) {
            lost("no session in time", unreachable("no session in time"));
        }
    }

    private void whenOpened(TlsPeer peer) {
        if (state instanceof State.Greeting greeting) {
            state = new State.Greeting(greeting.socket(), peer);
        }
    }

    private void whenReceived(Bytes message) {
        FromOffice content;
        try {
            content = FromOffice.decode(message);
        } catch (DecodeException e) {
            lost(
                    "malformed",
                    new OfficeException(Reason.MALFORMED, "The office sent what no office sends: " + e.getMessage()));
            return;
        }
        switch (state) {
            case State.Greeting(OfficeSocket socket, TlsPeer peer) when peer != null -> greet(socket, peer, content);
            case State.Proving proving -> prove(proving, content);
            case State.Up _ -> serve(content);
            case State.Greeting _, State.Waiting _, State.Closed _ -> {
                // Nothing can come before TLS is up or after the end.
            }
        }
    }

    private void greet(OfficeSocket socket, TlsPeer peer, FromOffice content) {
        if (!(content instanceof FromOffice.OfficeHello hello)) {
            lost("out of turn", outOfTurn());
            return;
        }
        try {
            if (!credentials.trust().shown(hello.descriptor(), peer)) {
                lost("another key", null);
                follow(hello.descriptor());
                return;
            }
        } catch (IdentityException e) {
            lost("not the office", notTheOffice(e));
            return;
        }
        SessionProof proof = SessionProof.create(
                primitives,
                random,
                new SessionProof.Connection(credentials.officeKey(), peer.spkiSha256(), hello.challenge()),
                credentials.principal(),
                credentials.device());
        state = new State.Proving(socket, peer);
        socket.send(new ToOffice.Authenticate(nextRequestId(), proof).encode());
    }

    /** Looks whether the office has published what leads to the key that was shown; nothing is said to it before. */
    private void follow(SignedOfficeDescriptor shown) {
        if (isFollowing) {
            return;
        }
        isFollowing = true;
        Thread.ofVirtual().name("whodis-office-key").start(() -> {
            OfficeException failure = followed(shown);
            if (!loop.isShuttingDown()) {
                loop.execute(() -> whenFollowed(failure));
            }
        });
    }

    private @Nullable OfficeException followed(SignedOfficeDescriptor shown) {
        try {
            OfficeTrust trust = credentials.trust();
            if (trust.followed(shown, Enrolling.rotations(network, credentials.office(), timings.helloMillis()))) {
                return null;
            }
            PeerKeys.Held held = trust.keys().held();
            return held == null || !held.isVouched()
                    ? notTheOffice(new IdentityException(IdentityException.Reason.ANOTHER_OFFICE_KEY))
                    : new OfficeException(
                            Reason.KEY_HELD,
                            "Your office shows another key, and its recovery key has not agreed to it. This phone waits"
                                    + " until " + Instant.ofEpochMilli(held.until())
                                    + " before it believes that, so that a thief of the old key cannot take its place. Ask"
                                    + " your office's operator whether the key was changed.");
        } catch (IdentityException e) {
            return notTheOffice(e);
        }
    }

    private void whenFollowed(@Nullable OfficeException failure) {
        isFollowing = false;
        if (state instanceof State.Closed) {
            return;
        }
        if (failure != null) {
            listener.failed(failure);
        } else {
            LOG.info("the office has another key, and leads to it");
            backoff.reset();
            connect();
        }
    }

    private void prove(State.Proving proving, FromOffice content) {
        switch (content) {
            case FromOffice.Authenticated(long officeTime) -> {
                backoff.reset();
                State.Up up = new State.Up(proving.socket());
                lastHeardNanos = System.nanoTime();
                state = up;
                schedulePing(up, generation);
                LOG.info("session with the office is up");
                listener.up(officeTime, proving.peer());
            }
            case FromOffice.Response response
            when !response.ok() -> {
                lost("authentication refused", refused(response.body()));
            }
            // That this device was taken out of its person's chain; whoever listens looks at the chain.
            case FromOffice.PersonNews(UnverifiedChain chain) -> listener.personNews(chain);
            case FromOffice.OfficeHello _,
                    FromOffice.Response _,
                    FromOffice.Deliver _,
                    FromOffice.LinkArrived _,
                    FromOffice.LineNews _,
                    FromOffice.MediaLost _,
                    FromOffice.Pong _ -> lost("out of turn", outOfTurn());
        }
    }

    private void serve(FromOffice content) {
        lastHeardNanos = System.nanoTime();
        switch (content) {
            case FromOffice.Response(long requestId, boolean ok, Bytes body) -> whenAnswered(requestId, ok, body);
            case FromOffice.Deliver(Delivery delivery) -> listener.delivered(delivery);
            case FromOffice.LinkArrived(LinkRequest request) -> listener.linkArrived(request);
            case FromOffice.LineNews(Bytes news) -> listener.lineNews(news);
            case FromOffice.PersonNews(UnverifiedChain chain) -> listener.personNews(chain);
            case FromOffice.MediaLost(CallId call) -> listener.mediaLost(call);
            case FromOffice.Pong _ -> {
                // That it was heard is all that a pong says.
            }
            case FromOffice.OfficeHello _, FromOffice.Authenticated _ -> lost("out of turn", outOfTurn());
        }
    }

    private void whenAnswered(long requestId, boolean ok, Bytes body) {
        Pending request = pending.remove(requestId);
        if (request == null) {
            // Answered after we had given up on it.
            return;
        }
        request.timeout().cancel(false);
        if (ok) {
            request.answer().complete(body);
        } else {
            request.answer().completeExceptionally(refused(body));
        }
    }

    private void sendRequest(LongFunction<ToOffice> request, CompletableFuture<Bytes> answer) {
        if (!(state instanceof State.Up up)) {
            answer.completeExceptionally(unreachable("no session"));
            return;
        }
        if (pending.size() >= MAX_PENDING) {
            answer.completeExceptionally(unreachable("the office answers too slowly"));
            return;
        }
        long id = nextRequestId();
        ScheduledFuture<?> timeout = loop.schedule(() -> giveUp(id), timings.requestMillis(), TimeUnit.MILLISECONDS);
        pending.put(id, new Pending(answer, timeout));
        up.socket().send(request.apply(id).encode());
    }

    private void giveUp(long requestId) {
        Pending request = pending.remove(requestId);
        if (request != null) {
            request.answer().completeExceptionally(unreachable("no answer in time"));
        }
    }

    private void schedulePing(State.Up up, int mine) {
        var _ = loop.schedule(() -> inOrder(mine, () -> ping(up, mine)), timings.pingMillis(), TimeUnit.MILLISECONDS);
    }

    private void ping(State.Up up, int mine) {
        long silentMillis = (System.nanoTime() - lastHeardNanos) / 1_000_000;
        if (silentMillis >= timings.silenceMillis()) {
            lost("the office fell silent", unreachable("the office fell silent"));
            return;
        }
        up.socket().send(new ToOffice.Ping(nextRequestId()).encode());
        schedulePing(up, mine);
    }

    /** Leaves whatever connection there is and waits for the next try. */
    private void lost(String why, @Nullable OfficeException reason) {
        if (state instanceof State.Closed || state instanceof State.Waiting) {
            return;
        }
        boolean wasUp = state instanceof State.Up;
        OfficeSocket socket = socket();
        state = new State.Waiting();
        generation++;
        if (socket != null) {
            socket.close();
        }
        failPending(why);
        int delay = backoff.next();
        LOG.info("no session with the office ({}); next try in {} ms", why, delay);
        var _ = loop.schedule(this::connect, delay, TimeUnit.MILLISECONDS);
        if (wasUp) {
            listener.down(why);
        }
        if (reason != null) {
            listener.failed(reason);
        }
    }

    private void failPending(String why) {
        List<Pending> failed = new ArrayList<>(pending.values());
        pending.clear();
        for (Pending each : failed) {
            each.timeout().cancel(false);
            each.answer().completeExceptionally(unreachable(why));
        }
    }

    private @Nullable OfficeSocket socket() {
        return switch (state) {
            case State.Greeting greeting -> greeting.socket();
            case State.Proving proving -> proving.socket();
            case State.Up up -> up.socket();
            case State.Waiting _, State.Closed _ -> null;
        };
    }

    private long nextRequestId() {
        long id = nextRequestId;
        nextRequestId = id == 0xffff_ffffL ? 1 : id + 1;
        return id;
    }

    private OfficeException unreachable(String why) {
        return new OfficeException(
                Reason.UNREACHABLE,
                "There is no connection to the office at " + credentials.office() + ": " + why + ".");
    }

    private static OfficeException outOfTurn() {
        return new OfficeException(Reason.MALFORMED, "The office said something out of turn.");
    }

    static OfficeException notTheOffice(IdentityException e) {
        return new OfficeException(
                Reason.NOT_THE_OFFICE,
                "What answered is not your office (" + e.getMessage()
                        + "). Somebody may be in between; nothing was said to it.");
    }

    static OfficeException refused(Bytes body) {
        try {
            Refusal refusal = Refusal.decode(body);
            // It is shown on a terminal: what could steer one is not.
            String text = DisplayText.isValid(refusal.text(), 1, Refusal.MAX_TEXT)
                    ? refusal.text()
                    : "The office refused without saying why.";
            return new OfficeException(Reason.REFUSED, refusal.code(), text);
        } catch (DecodeException e) {
            return new OfficeException(Reason.MALFORMED, "The office refused without saying why.");
        }
    }
}
