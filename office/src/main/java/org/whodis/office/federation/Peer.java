package org.whodis.office.federation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.RequestQueue;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.line.LineRules;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeMoment;
import org.whodis.office.http.MessageSocket.CloseCode;
import org.whodis.office.store.PeerStore.Outgoing;

/**
 * One other office: what is to be sent to it, what it asked for, and the connection, if there is one. At most one
 * connection is used: of two that cross, the one that the office with the lower domain dialled.
 */
final class Peer {
    /** A connection on which nothing came for this long is asked for a sign of life. */
    static final long PING_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A connection on which nothing came for this long is dead. */
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    /** An unused connection is kept this long: the next call of the same two offices costs no handshake. */
    static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long FIRST_RETRY_MILLIS = 250;
    private static final long LAST_RETRY_MILLIS = 30_000;

    /** Answers of one office that are remembered in memory: a redeemed line's has chains in it. */
    private static final long MAX_REMEMBERED_BYTES = 1024 * 1024;

    /** Requests of one office whose answers are under way or remembered in memory. */
    private static final int MAX_INCOMING = 4_096;

    /** Clocks of two offices may differ by so much. */
    static final long CLOCK_SKEW_MILLIS = 60_000;

    /** Answers kept on disk for one office: what a busy one has applied in the hour for which deadlines may run. */
    private static final int MAX_APPLIED = 50_000;

    private final Peers peers;
    private final OfficeDomain domain;
    private final RequestQueue queue = new RequestQueue();
    private final Map<Bytes, Waiting> waiting = new HashMap<>();
    private final Map<Bytes, Incoming> incoming = new LinkedHashMap<>();
    private @Nullable PeerConnection current;
    private @Nullable RemoteOffice office;
    private long expected;
    private boolean isDialling;
    private boolean isKept;
    private boolean isRetired;
    private long rememberedBytes;
    private int failures;
    private long retryAt;
    private long lastUsed;

    private record Waiting(Outgoing outgoing, boolean isDurable, CompletableFuture<PeerOutcome> done) {}

    /** A request of theirs. {@code forgetAt} is in office time. */
    private record Incoming(CompletableFuture<PeerAnswer> answer, long forgetAt) {}

    Peer(Peers peers, OfficeDomain domain) {
        this.peers = peers;
        this.domain = domain;
        this.retryAt = nanos();
        this.lastUsed = retryAt;
    }

    private long nanos() {
        return peers.office().time().nanos();
    }

    OfficeDomain domain() {
        return domain;
    }

    synchronized boolean isConnected() {
        return current != null;
    }

    /** A connection under {@code officeKey} on which something came lately. */
    synchronized boolean isHeardUnder(Bytes officeKey) {
        PeerConnection connection = current;
        RemoteOffice remote = office;
        return connection != null
                && remote != null
                && remote.keys().keyHash().equals(officeKey)
                && nanos() - connection.lastHeard() <= SILENCE_NANOS;
    }

    /**
     * Ends this if nobody waits for anything and there is no connection: it need not be kept in memory. What it remembers of
     * requests that were answered goes with it; that of those that live on disk stays there.
     */
    synchronized boolean retire() {
        if (current == null && !isKept && queue.isEmpty() && !isDialling && !isAnswering()) {
            isRetired = true;
        }
        return isRetired;
    }

    /** Whether a connection can still come to this; then it is not retired before that. */
    synchronized boolean keep() {
        isKept = !isRetired;
        return isKept;
    }

    private boolean isAnswering() {
        for (Incoming each : incoming.values()) {
            if (!each.answer().isDone()) {
                return true;
            }
        }
        return false;
    }

    /** There are too many, and others matter more. */
    void crowdedOut() {
        synchronized (this) {
            isRetired = true;
        }
        fail(PeerRefusal.TOO_MANY);
        disconnect(CloseCode.OVERLOADED);
    }

    /**
     * Null if this is retired.
     *
     * @param isDurable whether the request is on disk until it is settled
     */
    @Nullable
    CompletableFuture<PeerOutcome> add(Outgoing outgoing, boolean isDurable) {
        CompletableFuture<PeerOutcome> done = new CompletableFuture<>();
        synchronized (this) {
            if (isRetired) {
                return null;
            }
            Waiting already = waiting.get(outgoing.request().id());
            if (already != null) {
                return already.done();
            }
            if (!queue.add(outgoing.request())) {
                peers.settled(outgoing, isDurable, new PeerOutcome.NotSent(PeerRefusal.TOO_MANY));
                done.complete(new PeerOutcome.NotSent(PeerRefusal.TOO_MANY));
                return done;
            }
            waiting.put(outgoing.request().id(), new Waiting(outgoing, isDurable, done));
            lastUsed = nanos();
            // Whoever waits now should not wait for the patience that earlier failures taught.
            retryAt = Math.min(
                    retryAt, lastUsed + TimeUnit.MILLISECONDS.toNanos(FIRST_RETRY_MILLIS << Math.min(failures, 3)));
            if (failures == 0) {
                retryAt = lastUsed;
            }
        }
        pump();
        dialIfWanted();
        return done;
    }

    /** Sends what may be sent now. */
    void pump() {
        List<Waiting> mistaken = new ArrayList<>();
        synchronized (this) {
            PeerConnection connection = current;
            RemoteOffice remote = office;
            if (connection == null || remote == null) {
                return;
            }
            while (connection.isWritable()) {
                PeerFrame.Request next = queue.next();
                if (next == null) {
                    break;
                }
                Waiting each = waiting.get(next.request().id());
                Bytes meant = each == null ? null : each.outgoing().officeKey();
                if (each != null && meant != null && !remote.has(domain, meant)) {
                    // Not what the request was meant for. Its number has been taken, and must not be missing.
                    mistaken.add(each);
                    connection.send(new PeerFrame.Skip(next.sequence()));
                    queue.answered(next.request().id());
                    waiting.remove(next.request().id());
                } else if (!connection.send(next)) {
                    break;
                }
            }
        }
        mistaken.forEach(each -> finish(each, new PeerOutcome.NotSent(PeerRefusal.ANOTHER_KEY)));
    }

    /** {@code connection} has an authenticated office at its other end. */
    void ready(PeerConnection connection, RemoteOffice remote) {
        synchronized (this) {
            isDialling = connection.isDialled() ? false : isDialling;
            isKept = false;
            PeerConnection before = current;
            if (before != null && !prefers(connection, before)) {
                connection.close(CloseCode.REPLACED);
                return;
            }
            current = connection;
            office = remote;
            expected = 0;
            queue.connected();
            if (before != null) {
                before.close(CloseCode.REPLACED);
            }
        }
        peers.connection(domain, true);
        pump();
    }

    void lost(PeerConnection connection) {
        synchronized (this) {
            if (current != connection) {
                return;
            }
            current = null;
            // Until a word came over it, a connection has been good for nothing: the other side may not want to talk.
            failures++;
            retryAt = nanos() + backoffNanos();
        }
        peers.connection(domain, false);
        dialIfWanted();
    }

    /** Both sides decide the same, whichever they see first. */
    private boolean prefers(PeerConnection fresh, PeerConnection before) {
        boolean isDead = nanos() - before.lastHeard() > PING_NANOS + TimeUnit.SECONDS.toNanos(2);
        if (isDead || fresh.isDialled() == before.isDialled()) {
            return true;
        }
        boolean weAreLower = peers.office().domain().value().compareTo(domain.value()) < 0;
        return fresh.isDialled() == weAreLower;
    }

    /** A frame on an authenticated connection. */
    void received(PeerConnection connection, RemoteOffice remote, PeerFrame frame) throws InterruptedException {
        synchronized (this) {
            failures = 0;
        }
        switch (frame) {
            case PeerFrame.Request request -> {
                if (isNext(connection, request.sequence())) {
                    requested(remote, request.request());
                }
            }
            case PeerFrame.Skip skip -> {
                if (!isNext(connection, skip.sequence())) {
                    return;
                }
            }
            case PeerFrame.Answer answer -> answered(answer);
            case PeerFrame.Ping _ -> connection.send(new PeerFrame.Pong());
            case PeerFrame.Pong _ -> {}
            case PeerFrame.Greeting _, PeerFrame.Opening _, PeerFrame.Proof _ -> connection.close(CloseCode.PROTOCOL);
        }
    }

    /** Numbers follow one another; anything else is a replay, a reordering or a gap, and ends the connection. */
    private boolean isNext(PeerConnection connection, long sequence) {
        synchronized (this) {
            if (connection != current) {
                // Replaced: what it still brings comes again over the other one.
                return false;
            }
            if (sequence == expected) {
                expected++;
                return true;
            }
        }
        connection.close(CloseCode.PROTOCOL);
        return false;
    }

    private void requested(RemoteOffice remote, PeerRequest request) throws InterruptedException {
        OfficeMoment moment = peers.office().moment();
        long now = moment.clock();
        lastUsed = nanos();
        PeerHandler handler = peers.handler(request.type());
        if (handler == null) {
            answer(request.id(), new PeerAnswer.Refused(Refusal.NOT_KNOWN));
            return;
        }
        if (request.deadline() + CLOCK_SKEW_MILLIS <= now) {
            answer(request.id(), new PeerAnswer.Refused(Refusal.EXPIRED));
            return;
        }
        long furthest =
                handler instanceof PeerHandler.Volatile ? PeerLink.MAX_VOLATILE_MILLIS : PeerLink.MAX_DEADLINE_MILLIS;
        if (request.deadline() > now + furthest + CLOCK_SKEW_MILLIS) {
            answer(request.id(), new PeerAnswer.Refused(Refusal.MALFORMED));
            return;
        }
        Incoming entry = new Incoming(new CompletableFuture<>(), rememberUntil(request, moment));
        boolean isAdmitted;
        synchronized (this) {
            Incoming already = incoming.get(request.id());
            if (already != null) {
                var _ = already.answer().thenAccept(answer -> answer(request.id(), answer));
                return;
            }
            if (incoming.size() >= MAX_INCOMING) {
                incoming.values()
                        .removeIf(each -> each.answer().isDone() && each.forgetAt() <= moment.time() && drop(each));
                // Whoever asks so much is remembered for less long.
                incoming.values().removeIf(each -> incoming.size() >= MAX_INCOMING && drop(each));
            }
            isAdmitted = incoming.size() < MAX_INCOMING;
            if (isAdmitted) {
                incoming.put(request.id(), entry);
            }
        }
        if (!isAdmitted) {
            answer(request.id(), new PeerAnswer.Refused(Refusal.TOO_MANY));
            return;
        }
        try {
            switch (handler) {
                case PeerHandler.Volatile it -> {
                    var _ = it.handle(remote, request).whenComplete((answer, failure) -> {
                        PeerAnswer told = answer == null ? new PeerAnswer.Refused(Refusal.UNAVAILABLE) : answer;
                        if (failure != null) {
                            peers.office().metrics().handlerFailed("peer", failure);
                        }
                        remember(entry, told);
                        answer(request.id(), told);
                    });
                }
                case PeerHandler.Durable it -> apply(remote, request, it);
            }
        } catch (RuntimeException e) {
            forget(request.id());
            throw e;
        }
    }

    /** Keeps the answer of a request that lives in memory, and of those before it as many as there is room for. */
    private void remember(Incoming entry, PeerAnswer answer) {
        int size = answer instanceof PeerAnswer.Applied applied ? applied.body().length() : 0;
        synchronized (this) {
            rememberedBytes += size;
            entry.answer().complete(answer);
            incoming.values().removeIf(each -> rememberedBytes > MAX_REMEMBERED_BYTES && drop(each));
        }
    }

    /** To be called for what is taken out of {@link #incoming}. */
    private boolean drop(Incoming entry) {
        PeerAnswer answer = entry.answer().getNow(null);
        if (answer instanceof PeerAnswer.Applied applied) {
            rememberedBytes -= applied.body().length();
        }
        return answer != null;
    }

    private void apply(RemoteOffice remote, PeerRequest request, PeerHandler.Durable handler)
            throws InterruptedException {
        PeerAnswer before =
                peers.office().store().read(transaction -> transaction.peers().applied(domain, request.id()));
        if (before != null) {
            settled(request.id(), before);
            return;
        }
        PeerHandler.Work work = handler.prepare(remote, request);
        OfficeMoment now = peers.office().moment();
        PeerHandler.Result result = peers.office().store().transact(transaction -> {
            if (transaction.peers().appliedCount(domain) >= MAX_APPLIED) {
                return PeerHandler.Result.nothing(new PeerAnswer.Refused(Refusal.TOO_MANY), 0);
            }
            PeerHandler.Result applied = work.apply(transaction, now);
            if (applied.isApplied()) {
                transaction.peers().apply(domain, request.id(), applied.answer(), rememberUntil(request, now));
            }
            return applied;
        });
        result.afterwards().run();
        // What is not on disk is remembered here: sent again over another connection it must not be judged, and
        // counted, twice.
        Runnable answered = result.isApplied()
                ? () -> settled(request.id(), result.answer())
                : () -> told(request.id(), result.answer());
        long delay = delay(result.answerAt(), peers.office().now());
        if (delay <= 0) {
            answered.run();
        } else {
            peers.office().time().later(delay, answered);
        }
    }

    private void told(Bytes id, PeerAnswer answer) {
        Incoming entry;
        synchronized (this) {
            entry = incoming.get(id);
        }
        if (entry != null) {
            remember(entry, answer);
        }
        answer(id, answer);
    }

    /** Past the time at which the same request would be refused as expired, in office time. */
    private static long rememberUntil(PeerRequest request, OfficeMoment now) {
        return now.until(
                request.deadline() + 2 * CLOCK_SKEW_MILLIS, PeerLink.MAX_DEADLINE_MILLIS + 3 * CLOCK_SKEW_MILLIS);
    }

    /** An answer that is late goes out at the next multiple: how late says nothing of what was found. */
    static long delay(long answerAt, long now) {
        if (answerAt == 0 || answerAt >= now) {
            return answerAt == 0 ? 0 : answerAt - now;
        }
        return (LineRules.ANSWER_DELAY_MILLIS - (now - answerAt) % LineRules.ANSWER_DELAY_MILLIS)
                % LineRules.ANSWER_DELAY_MILLIS;
    }

    /** The answer of a request that the disk remembers, or that may be asked anew. */
    private void settled(Bytes id, PeerAnswer answer) {
        Incoming entry = forget(id);
        if (entry != null) {
            entry.answer().complete(answer);
        }
        answer(id, answer);
    }

    /** Of a request whose answer is not known yet, or that is on disk. */
    private synchronized @Nullable Incoming forget(Bytes id) {
        return incoming.remove(id);
    }

    private void answer(Bytes id, PeerAnswer answer) {
        PeerConnection connection;
        synchronized (this) {
            connection = current;
        }
        if (connection != null) {
            connection.send(new PeerFrame.Answer(id, answer));
        }
    }

    private void answered(PeerFrame.Answer answer) {
        Waiting done;
        synchronized (this) {
            done = queue.answered(answer.id()) ? waiting.remove(answer.id()) : null;
            lastUsed = nanos();
        }
        if (done != null) {
            finish(done, PeerOutcome.of(answer.answer()));
        }
        pump();
    }

    /** To be called now and then. */
    void tick(OfficeMoment now) {
        List<Waiting> over = new ArrayList<>();
        synchronized (this) {
            for (PeerRequest request : queue.expire(now.clock())) {
                Waiting each = waiting.remove(request.id());
                if (each != null) {
                    over.add(each);
                }
            }
            incoming.values().removeIf(each -> each.answer().isDone() && each.forgetAt() <= now.time() && drop(each));
            look();
        }
        over.forEach(each -> finish(each, new PeerOutcome.Unknown()));
        dialIfWanted();
    }

    /** Whether the other side is still there, and still wanted. */
    private void look() {
        PeerConnection connection = current;
        if (connection == null) {
            return;
        }
        long silent = nanos() - connection.lastHeard();
        if (silent > SILENCE_NANOS || !isWanted()) {
            connection.close(CloseCode.IDLE);
        } else if (silent > PING_NANOS) {
            connection.send(new PeerFrame.Ping());
        }
    }

    /** Somebody waits, or the connection was of use lately; an office that never answered is dialled for a request only. */
    private boolean isWanted() {
        return !queue.isEmpty() || office != null && nanos() - lastUsed < KEEP_NANOS;
    }

    /** This office talks to that one no more, or never will: everything that waits is told so. */
    void fail(PeerRefusal why) {
        List<Waiting> all = new ArrayList<>();
        synchronized (this) {
            queue.clear();
            all.addAll(waiting.values());
            waiting.clear();
        }
        all.forEach(each -> finish(each, new PeerOutcome.NotSent(why)));
    }

    /** Ends a connection under another key than {@code officeKey}; what waits goes over the next one. */
    void requireKey(Bytes officeKey) {
        PeerConnection connection;
        synchronized (this) {
            RemoteOffice remote = office;
            connection = remote == null || remote.keys().keyHash().equals(officeKey) ? null : current;
        }
        if (connection != null) {
            connection.close(CloseCode.NOT_AUTHENTICATED);
        }
    }

    /** Ends the connection; what waits goes over the next one. */
    void reconnect() {
        PeerConnection connection;
        synchronized (this) {
            connection = current;
        }
        if (connection != null) {
            connection.close(CloseCode.GOING_AWAY);
        }
    }

    /** Ends the connection, as when the operator denied the office. */
    void disconnect(CloseCode code) {
        PeerConnection connection;
        synchronized (this) {
            connection = current;
            lastUsed = nanos() - KEEP_NANOS;
        }
        if (connection != null) {
            connection.close(code);
        }
    }

    /** A handshake of ours came to nothing. */
    void dialFailed(PeerRefusal why) {
        synchronized (this) {
            isDialling = false;
            failures++;
            retryAt = nanos() + backoffNanos();
        }
        switch (why) {
            case DENIED, ADDRESS_NOT_ALLOWED, OWN_DOMAIN, NO_COMMON_VERSION, KEY_HELD -> fail(why);
            case MALFORMED,
                    NOT_POST_QUANTUM,
                    ANOTHER_DOMAIN,
                    NOT_ADDRESSED,
                    BAD_DESCRIPTOR,
                    BAD_PROOF,
                    ANOTHER_KEY,
                    KEY_LEFT,
                    REGISTER_FULL,
                    NOT_WHO_THE_DOMAIN_SAYS,
                    UNREACHABLE,
                    TOO_MANY -> {}
        }
    }

    private void dialIfWanted() {
        synchronized (this) {
            if (current != null || isDialling || !isWanted() || nanos() - retryAt < 0 || peers.isClosed()) {
                return;
            }
            isDialling = true;
        }
        peers.dial(this);
    }

    /** Doubles with each failure, and half of it is chance: offices that lost each other do not come back all at once. */
    private long backoffNanos() {
        long millis = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(failures, 10));
        long jitter = peers.office().random().next(1)[0] & 0xff;
        return TimeUnit.MILLISECONDS.toNanos(millis / 2 + millis * jitter / 512);
    }

    private void finish(Waiting waiting, PeerOutcome outcome) {
        peers.settled(waiting.outgoing(), waiting.isDurable(), outcome);
        waiting.done().complete(outcome);
    }
}
