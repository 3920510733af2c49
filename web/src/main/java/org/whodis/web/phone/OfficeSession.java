package org.whodis.web.phone;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.OfficeTrust;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.message.Backoff;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.SessionProof;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * A device's session with its office (protocol section 4) over WebSockets that somebody else opens; it comes back by itself.
 *
 * <pre>
 *   Waiting  --delay over-->            Greeting   Connect
 *   Greeting --OfficeHello believed-->  Proving    Authenticate sent
 *   Greeting --another office key---->  Waiting    what the office publishes of its keys is asked for, and may lead there
 *   Proving  --Authenticated-->         Up
 *   Greeting, Proving, Up --closed, silent, malformed, not the office--> Waiting   longer and longer, see Backoff
 * </pre>
 *
 * <p>A page does not learn which key TLS showed. It believes the browser that the connection leads to the domain, the office's
 * signature that this is the office of the domain, and signs the TLS key that the office says is its own (section 10).
 *
 * <p>Requests that are unanswered when the connection goes are lost, never repeated: those above know what is worth repeating.
 */
final class OfficeSession {
    static final long NEVER = Long.MAX_VALUE;

    /** Where an office publishes its former keys (protocol section 8). */
    static final String ROTATIONS = "/.well-known/whodis-keys";

    /** Until the office has to have accepted a new connection. */
    static final long HELLO_MILLIS = 10_000;

    /** A sign of life each 10 s keeps the mappings of home routers alive. */
    static final long PING_MILLIS = 10_000;

    /**
     * After a ping. Counted from the ping and not from what was heard last, since a browser that lets a hidden page sleep for a
     * minute wakes it with a connection that is alive.
     */
    static final long SILENCE_MILLIS = 15_000;

    static final long REQUEST_MILLIS = 15_000;

    /** More requests than this at once is a fault of ours or an office that answers nothing. */
    static final int MAX_PENDING = 256;

    private final Shell shell;
    private final OfficeTrust trust;
    private final PrincipalId principal;
    private final HybridKeyPair device;
    private final Listener listener;
    private final Backoff backoff;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();

    private State state = State.WAITING;
    private int connection;
    private long nextRequestId = 1;
    private long retryAt;
    private long helloUntil = NEVER;
    private long pingAt = NEVER;
    private long silentSince = NEVER;
    private long offlineSince;
    private @Nullable Problem problem;
    private boolean isFollowing;

    /** What a session tells. */
    interface Listener {
        void up();

        /** Called only after {@link #up}. */
        void down();

        /** Anything but what the session itself deals with. */
        void said(FromOffice content);

        /** What is believed of the office's key may be another: to be remembered. */
        void officeIs(PeerKeys keys);
    }

    /** What becomes of a request: one of the three. */
    interface Answer {
        void ok(Bytes body);

        void refused(int code);

        /** There is no session, or it went away, or nothing was answered: the office may or may not have acted. */
        void lost();

        /** Of a request that somebody else repeats if it came to nothing. */
        Answer IGNORED = new Answer() {
            @Override
            public void ok(Bytes body) {}

            @Override
            public void refused(int code) {}

            @Override
            public void lost() {}
        };
    }

    private enum State {
        WAITING,
        GREETING,
        PROVING,
        UP,
        CLOSED
    }

    private record Pending(Answer answer, long until) {}

    OfficeSession(Shell shell, OfficeTrust trust, PrincipalId principal, HybridKeyPair device, Listener listener) {
        this.shell = shell;
        this.trust = trust;
        this.principal = principal;
        this.device = device;
        this.listener = listener;
        this.backoff = new Backoff(shell.random);
        this.retryAt = shell.elapsed();
        this.offlineSince = shell.now();
    }

    boolean isUp() {
        return state == State.UP;
    }

    /** Since when there is no session, in milliseconds since 1970. */
    long offlineSince() {
        return offlineSince;
    }

    /** Whether the first try is still under way, or the first after a session. */
    boolean isConnecting() {
        return problem == null;
    }

    /** Whether it is being found out if the key that was shown is the office's. */
    boolean isFollowing() {
        return isFollowing;
    }

    @Nullable
    Problem problem() {
        return problem;
    }

    /** Sends a request; {@code request} makes the message for the id that it is given. */
    void request(LongFunction<ToOffice> request, Answer answer) {
        if (state != State.UP || pending.size() >= MAX_PENDING) {
            answer.lost();
            return;
        }
        long id = nextRequestId();
        pending.put(id, new Pending(answer, shell.elapsed() + REQUEST_MILLIS));
        send(request.apply(id));
    }

    /** Tells the office that everything up to {@code sequence} has been dealt with. */
    void acknowledge(long sequence) {
        if (state == State.UP) {
            send(new ToOffice.Acknowledge(nextRequestId(), sequence));
        }
    }

    /** The network is another one: whatever there is, is made anew at once. */
    void reconnect() {
        if (state == State.CLOSED) {
            return;
        }
        backoff.reset();
        if (state != State.WAITING) {
            lost(null);
        }
        retryAt = shell.elapsed();
        run();
    }

    void close() {
        if (state == State.GREETING || state == State.PROVING || state == State.UP) {
            shell.emit(new PhoneOutput.Disconnect(connection));
        }
        state = State.CLOSED;
        failPending();
    }

    /** When {@link #run} is due, in the time of {@link Shell#elapsed}. */
    long due() {
        long first = NEVER;
        for (Pending each : pending.values()) {
            first = Math.min(first, each.until());
        }
        return switch (state) {
            case WAITING -> retryAt;
            case GREETING, PROVING -> helloUntil;
            case UP -> Math.min(first, Math.min(pingAt, silentSince == NEVER ? NEVER : silentSince + SILENCE_MILLIS));
            case CLOSED -> NEVER;
        };
    }

    /** Does what has become due. */
    void run() {
        long now = shell.elapsed();
        if (state == State.WAITING && retryAt <= now) {
            state = State.GREETING;
            helloUntil = now + HELLO_MILLIS;
            shell.emit(new PhoneOutput.Connect(++connection));
            shell.changed();
        } else if ((state == State.GREETING || state == State.PROVING) && helloUntil <= now) {
            lost(Problem.OFFICE_UNREACHABLE);
        } else if (state == State.UP && silentSince != NEVER && silentSince + SILENCE_MILLIS <= now) {
            lost(Problem.OFFICE_UNREACHABLE);
        } else if (state == State.UP) {
            if (pingAt <= now) {
                pingAt = now + PING_MILLIS;
                silentSince = silentSince == NEVER ? now : silentSince;
                send(new ToOffice.Ping(nextRequestId()));
            }
            giveUp(now);
        }
    }

    private void giveUp(long now) {
        List<Long> late = new ArrayList<>();
        pending.forEach((id, each) -> {
            if (each.until() <= now) {
                late.add(id);
            }
        });
        for (Long id : late) {
            Pending each = pending.remove(id);
            if (each != null) {
                each.answer().lost();
            }
        }
    }

    void opened(int which) {
        // The office speaks first.
        if (which != connection) {
            shell.emit(new PhoneOutput.Disconnect(which));
        }
    }

    void closed(int which) {
        if (which == connection && state != State.WAITING && state != State.CLOSED) {
            lost(Problem.OFFICE_UNREACHABLE);
        }
    }

    void received(int which, Bytes message) {
        if (which != connection || state == State.WAITING || state == State.CLOSED) {
            return;
        }
        FromOffice content;
        try {
            content = FromOffice.decode(message);
        } catch (DecodeException malformed) {
            lost(Problem.OFFICE_OF_OLDER_RELEASE);
            return;
        }
        switch (state) {
            case GREETING -> greet(content);
            case PROVING -> prove(content);
            case UP -> serve(content);
            case WAITING, CLOSED -> throw new IllegalStateException("asked for above");
        }
    }

    private void greet(FromOffice content) {
        if (!(content instanceof FromOffice.OfficeHello hello)) {
            lost(Problem.OFFICE_OF_OLDER_RELEASE);
            return;
        }
        OfficeDescriptor descriptor;
        try {
            descriptor = OfficeDescriptor.decode(hello.descriptor().descriptor());
            boolean isTheOffice = trust.shown(hello.descriptor(), descriptor.tlsSpkiSha256(), shell.now());
            listener.officeIs(trust.keys());
            if (!isTheOffice) {
                // Nothing is said to it; whether it is the office all the same is not known yet.
                lost(problem);
                follow(hello.descriptor());
                return;
            }
        } catch (DecodeException | IdentityException e) {
            lost(Problem.NOT_THE_OFFICE);
            return;
        }
        SessionProof proof = SessionProof.create(
                shell.primitives,
                shell.random,
                new SessionProof.Connection(trust.officeKey(), descriptor.tlsSpkiSha256(), hello.challenge()),
                principal,
                device);
        state = State.PROVING;
        send(new ToOffice.Authenticate(nextRequestId(), proof));
    }

    /** Looks whether the office has published what leads to the key that was shown. */
    private void follow(SignedOfficeDescriptor shown) {
        if (isFollowing) {
            return;
        }
        isFollowing = true;
        shell.ask(ROTATIONS, null, (status, body) -> {
            isFollowing = false;
            if (state == State.CLOSED) {
                return;
            }
            boolean isTheOffice;
            try {
                isTheOffice = trust.followed(shown, rotations(status, body), shell.now());
            } catch (IdentityException e) {
                isTheOffice = false;
            }
            listener.officeIs(trust.keys());
            if (isTheOffice) {
                reconnect();
            } else if (status == 0) {
                problem = Problem.OFFICE_UNREACHABLE;
            } else if (state != State.UP) {
                PeerKeys.Held held = trust.notBelieved();
                problem = held != null && held.isVouched() ? Problem.OFFICE_KEY_HELD : Problem.NOT_THE_OFFICE;
            }
            shell.changed();
        });
    }

    /** What an office publishes of its keys; nothing, if it has nothing or something else to say. */
    static List<KeyRotation.Published> rotations(int status, Bytes body) {
        try {
            return status == 200 ? KeyRotation.Published.decodeList(body) : List.of();
        } catch (DecodeException malformed) {
            return List.of();
        }
    }

    /** What the office says of itself, if the office that is meant has signed it. */
    static @Nullable OfficeDescriptor believe(
            Shell shell, SignedOfficeDescriptor signed, OfficeDomain domain, Bytes officeKey) {
        try {
            OfficeDescriptor said = OfficeDescriptor.decode(signed.descriptor());
            return signed.verify(shell.primitives, domain, officeKey, said.tlsSpkiSha256());
        } catch (DecodeException | IdentityException notTheOffice) {
            return null;
        }
    }

    private void prove(FromOffice content) {
        if (content instanceof FromOffice.Authenticated) {
            backoff.reset();
            state = State.UP;
            problem = null;
            pingAt = shell.elapsed() + PING_MILLIS;
            silentSince = NEVER;
            shell.changed();
            listener.up();
        } else if (content instanceof FromOffice.Response response && !response.ok()) {
            int code = codeOf(response.body());
            boolean isUnknown = code == Refusal.NOT_KNOWN || code == Refusal.NOT_ALLOWED;
            lost(isUnknown ? Problem.DEVICE_REMOVED : Problem.OFFICE_UNREACHABLE);
        } else if (content instanceof FromOffice.PersonNews) {
            // That this device was taken out of its person's chain; whoever listens looks at the chain.
            listener.said(content);
        } else {
            lost(Problem.OFFICE_OF_OLDER_RELEASE);
        }
    }

    private void serve(FromOffice content) {
        silentSince = NEVER;
        switch (content) {
            case FromOffice.Response(long requestId, boolean ok, Bytes body) -> {
                Pending request = pending.remove(requestId);
                // Nobody waits if it was answered after we had given up on it.
                if (request != null && ok) {
                    request.answer().ok(body);
                } else if (request != null) {
                    request.answer().refused(codeOf(body));
                }
            }
            case FromOffice.Pong _ -> {
                // That it was heard is all that a pong says.
            }
            case FromOffice.Deliver _,
                    FromOffice.LinkArrived _,
                    FromOffice.LineNews _,
                    FromOffice.PersonNews _,
                    FromOffice.MediaLost _ -> listener.said(content);
            case FromOffice.OfficeHello _, FromOffice.Authenticated _ -> lost(Problem.OFFICE_OF_OLDER_RELEASE);
        }
    }

    private void lost(@Nullable Problem why) {
        boolean wasUp = state == State.UP;
        if (wasUp) {
            offlineSince = shell.now();
        }
        shell.emit(new PhoneOutput.Disconnect(connection));
        state = State.WAITING;
        problem = why;
        helloUntil = NEVER;
        pingAt = NEVER;
        silentSince = NEVER;
        retryAt = shell.elapsed() + backoff.next();
        failPending();
        shell.changed();
        if (wasUp) {
            listener.down();
        }
    }

    private void failPending() {
        List<Pending> failed = new ArrayList<>(pending.values());
        pending.clear();
        failed.forEach(each -> each.answer().lost());
    }

    private void send(ToOffice message) {
        shell.emit(new PhoneOutput.Send(connection, message.encode()));
    }

    private long nextRequestId() {
        long id = nextRequestId;
        nextRequestId = id == 0xffff_ffffL ? 1 : id + 1;
        return id;
    }

    /** The code of a refusal; of one that is none, {@link Refusal#MALFORMED}. */
    static int codeOf(Bytes refusal) {
        try {
            return Refusal.decode(refusal).code();
        } catch (DecodeException e) {
            return Refusal.MALFORMED;
        }
    }
}
