package org.whodis.relay.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.whodis.media.RandomBytes;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayCounters;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayRefusedException;

/**
 * A {@link org.whodis.relay.Relay} on one UDP port: receive, feed, drain, send, on one platform thread. All methods may be
 * called from any thread.
 */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // signatures first, bodies next
public final class UdpRelay implements AutoCloseable {
    /**
     * A relay that has not started.
     *
     * @param bind address and port; port 0 lets the system choose
     * @param events called on the relay's thread; must return at once
     */
    public UdpRelay(InetSocketAddress bind, RelayLimits limits, RandomBytes random, Consumer<RelayEvent> events) {
        throw new UnsupportedOperationException("lands next");
    }

    /**
     * Makes the relay's certificate, warms the handshake up, binds the port and starts the thread.
     *
     * @throws IOException if the port cannot be bound
     */
    public void start() throws IOException {
        throw new UnsupportedOperationException("lands next");
    }

    /** Stops the thread and closes the port; members are forgotten, nobody is told. Returns when it is done. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("lands next");
    }

    /** Where it listens. */
    public InetSocketAddress localAddress() {
        throw new UnsupportedOperationException("lands next");
    }

    /** Of the certificate of this run. */
    public Fingerprint fingerprint() {
        throw new UnsupportedOperationException("lands next");
    }

    /** See {@link org.whodis.relay.Relay#createMember}. Waits for the relay's thread, at most two seconds. */
    public RelayMember createMember(MemberRequest request) throws RelayRefusedException {
        throw new UnsupportedOperationException("lands next");
    }

    /** See {@link org.whodis.relay.Relay#removeMember}. Does not wait. */
    public void removeMember(MemberId id) {
        throw new UnsupportedOperationException("lands next");
    }

    /** See {@link org.whodis.relay.Relay#closeRoom}. Does not wait. */
    public void closeRoom(String room) {
        throw new UnsupportedOperationException("lands next");
    }

    public RelayCounters.Snapshot counters() {
        throw new UnsupportedOperationException("lands next");
    }
}
