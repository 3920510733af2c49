package org.whodis.relay;

import java.net.InetSocketAddress;
import org.whodis.media.RandomBytes;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.Fingerprint;

/**
 * The rooms of a relay and what it does with each datagram. It forwards every member's frames to the others of the room
 * and can read none of them.
 *
 * <p><b>The drain rule.</b> Call {@link #handle}, {@link #handleTimeout}, {@link #createMember}, {@link #removeMember} or
 * {@link #closeRoom}; then call {@link #poll} until it returns {@link RelayOutput.Timeout}. Then wait for the next of: a
 * datagram, a command, that time, or a call of {@code wakeUp}; on the latter call {@link #handleTimeout} at once.
 *
 * <p>One thread owns a relay. {@code wakeUp} alone is called from others, those of DTLS handshakes.
 */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // signatures first, bodies next
public final class Relay {
    public Relay(RelayLimits limits, DtlsIdentity identity, RandomBytes random, Runnable wakeUp) {
        throw new UnsupportedOperationException("lands next");
    }

    /** Of the certificate that this relay shows to everybody. */
    public Fingerprint fingerprint() {
        throw new UnsupportedOperationException("lands next");
    }

    /** Makes a place in a room, and the room if there is none of that name. */
    public RelayMember createMember(MemberRequest request, long nowNanos) throws RelayRefusedException {
        throw new UnsupportedOperationException("lands next");
    }

    /** Whether there was such a member. A room without members is gone. */
    public boolean removeMember(MemberId id) {
        throw new UnsupportedOperationException("lands next");
    }

    /** Removes all members of a room; whether there was such a room. */
    public boolean closeRoom(String room) {
        throw new UnsupportedOperationException("lands next");
    }

    /** A datagram has arrived. Takes {@code datagram} over. */
    public void handle(byte[] datagram, InetSocketAddress from, long nowNanos) {
        throw new UnsupportedOperationException("lands next");
    }

    /** The time of the last {@link RelayOutput.Timeout} has come, or {@code wakeUp} was called. */
    public void handleTimeout(long nowNanos) {
        throw new UnsupportedOperationException("lands next");
    }

    /** The next thing to do; see the drain rule. */
    public RelayOutput poll() {
        throw new UnsupportedOperationException("lands next");
    }

    public RelayCounters counters() {
        throw new UnsupportedOperationException("lands next");
    }
}
