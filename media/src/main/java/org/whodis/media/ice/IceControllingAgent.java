package org.whodis.media.ice;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.whodis.media.Datagram;
import org.whodis.media.RandomBytes;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;

/**
 * The phone's side of ICE (RFC 8445): one local socket, one remote candidate, a lite peer, so one pair. The phone controls
 * and nominates; later checks of the same kind keep consent fresh (RFC 7675).
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><td>CHECKING → CONNECTED</td><td>the first answer to a check from the current socket</td></tr>
 *   <tr><td>CONNECTED → CHECKING</td><td>{@link #localAddressChanged}</td></tr>
 *   <tr><td>CHECKING → FAILED</td><td>no answer ever within {@link IceTimings#connectTimeout}; an authentic 487</td></tr>
 *   <tr><td>CHECKING, CONNECTED → LOST</td><td>no answer for {@link IceTimings#consentTimeout} after there was one</td></tr>
 * </table>
 *
 * <p>Feed one input, then call {@link #poll} until it returns {@link IceOutput.Timeout}. Each check is a transaction of its
 * own: unanswered checks are followed by new ones, at growing distances, not by copies, so an answer tells the round trip.
 */
public final class IceControllingAgent {
    /** Checks that may still be answered. */
    private static final int MAX_OUTSTANDING = 32;

    /** RFC 8445, section 5.1.2.1: a peer-reflexive candidate of type preference 110 and component 1. */
    private static final long PRIORITY = 110L << 24 | 65535L << 8 | 255;

    private enum State {
        NEW,
        CHECKING,
        CONNECTED,
        FAILED,
        LOST
    }

    private final IceTimings timings;
    private final InetSocketAddress remote;
    private final byte[] integrityKey;
    private final String username;
    private final RandomBytes random;
    private final long tieBreaker;

    private State state = State.NEW;
    private boolean everConnected;
    private boolean nominationAnswered;
    private int generation;
    private long startedAt;
    private long nextCheckAt;
    private long nextInterval;
    private long consentUntil;
    private long roundTripNanos = -1;
    private final Map<TransactionId, Check> outstanding = new LinkedHashMap<>();
    private final Deque<IceOutput> outputs = new ArrayDeque<>();

    private record Check(long sentAt, int generation, boolean nominating) {}

    public IceControllingAgent(
            InetSocketAddress remote,
            IceCredentials remoteCredentials,
            String localUfrag,
            IceTimings timings,
            RandomBytes random) {
        this.remote = remote;
        this.integrityKey = remoteCredentials.integrityKey();
        this.username = remoteCredentials.ufrag() + ":" + localUfrag;
        this.timings = timings;
        this.random = random;
        this.tieBreaker = java.nio.ByteBuffer.wrap(random.next(8)).getLong();
    }

    public void start(long nowNanos) {
        if (state != State.NEW) {
            throw new IllegalStateException("started before");
        }
        startedAt = nowNanos;
        beginChecking(nowNanos);
    }

    /** Everything leaves from another socket from now on: check that path, under the same credentials. */
    public void localAddressChanged(long nowNanos) {
        if (isActive()) {
            generation++;
            beginChecking(nowNanos);
        }
    }

    /** There is doubt about the path: check it now and often until there is an answer, without giving it up. */
    public void probe(long nowNanos) {
        if (state == State.CONNECTED) {
            nextInterval = timings.checkInterval();
            nextCheckAt = nowNanos;
            handleTimeout(nowNanos);
        }
    }

    /**
     * Takes in what may be an answer.
     *
     * @return whether it was an authentic answer to a check of ours
     */
    public boolean handle(StunMessage message, long nowNanos) {
        if (!isActive() || message.method() != StunMessage.BINDING) {
            return false;
        }
        Check check = outstanding.get(message.transactionId());
        if (check == null || !message.isAuthentic(integrityKey)) {
            return false;
        }
        return switch (message.stunClass()) {
            case REQUEST, INDICATION -> false;
            case SUCCESS -> {
                outstanding.remove(message.transactionId());
                answered(check, nowNanos);
                yield true;
            }
            case ERROR -> {
                outstanding.remove(message.transactionId());
                refused(message);
                yield true;
            }
        };
    }

    public void handleTimeout(long nowNanos) {
        if (!isActive()) {
            return;
        }
        if (everConnected && nowNanos >= consentUntil) {
            end(State.LOST, new IceOutput.ConsentLost());
        } else if (!everConnected && nowNanos >= startedAt + timings.connectTimeout()) {
            end(State.FAILED, new IceOutput.Unreachable());
        } else if (nowNanos >= nextCheckAt) {
            sendCheck(nowNanos);
            nextCheckAt = nowNanos + nextInterval;
            boolean backingOff = state == State.CHECKING || nextInterval < timings.consentInterval();
            nextInterval = backingOff
                    ? Math.min(2 * nextInterval, Math.max(timings.maxCheckInterval(), timings.checkInterval()))
                    : timings.consentInterval();
        }
    }

    public IceOutput poll() {
        IceOutput output = outputs.poll();
        return output != null ? output : new IceOutput.Timeout(deadline());
    }

    /** Whether packets may be sent from the current socket. */
    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    /** Of the last answered check, -1 before the first. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    private void beginChecking(long nowNanos) {
        state = State.CHECKING;
        nominationAnswered = false;
        nextInterval = timings.checkInterval();
        nextCheckAt = nowNanos;
        handleTimeout(nowNanos);
    }

    private void answered(Check check, long nowNanos) {
        roundTripNanos = nowNanos - check.sentAt();
        if (check.generation() != generation) {
            return;
        }
        boolean first = state == State.CHECKING;
        boolean newlyNominated = check.nominating() && !nominationAnswered;
        everConnected = true;
        state = State.CONNECTED;
        nominationAnswered |= check.nominating();
        consentUntil = nowNanos + timings.consentTimeout();
        if (first) {
            // Nominate at once (RFC 8445, section 8.1.1), and again soon should that be lost.
            sendCheck(nowNanos);
            nextInterval = timings.checkInterval();
            nextCheckAt = nowNanos + nextInterval;
            outputs.add(new IceOutput.Connected());
        } else if (newlyNominated || nextInterval != timings.consentInterval()) {
            nextInterval = timings.consentInterval();
            nextCheckAt = nowNanos + nextInterval;
        }
    }

    private void refused(StunMessage message) {
        int code = message.attribute(StunAttribute.ErrorCode.class)
                .map(StunAttribute.ErrorCode::code)
                .orElse(0);
        if (code == StunAttribute.ErrorCode.ROLE_CONFLICT && !everConnected) {
            end(State.FAILED, new IceOutput.RoleConflict());
        }
    }

    private void sendCheck(long nowNanos) {
        TransactionId id = TransactionId.generate(random);
        boolean nominating = state == State.CONNECTED;
        StunEncoder check = new StunEncoder(StunClass.REQUEST, StunMessage.BINDING, id)
                .add(new StunAttribute.Username(username))
                .add(new StunAttribute.Priority(PRIORITY))
                .add(new StunAttribute.IceControlling(tieBreaker));
        if (nominating) {
            check.add(new StunAttribute.UseCandidate());
        }
        if (outstanding.size() == MAX_OUTSTANDING) {
            Iterator<TransactionId> oldest = outstanding.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        outstanding.put(id, new Check(nowNanos, generation, nominating));
        outputs.add(new IceOutput.Transmit(new Datagram(remote, check.finish(integrityKey))));
    }

    private void end(State last, IceOutput reason) {
        state = last;
        outstanding.clear();
        outputs.add(reason);
    }

    private boolean isActive() {
        return state == State.CHECKING || state == State.CONNECTED;
    }

    private long deadline() {
        if (!isActive()) {
            return IceOutput.Timeout.NEVER;
        }
        long end = everConnected ? consentUntil : startedAt + timings.connectTimeout();
        return Math.min(end, nextCheckAt);
    }
}
