package org.whodis.media.dtls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsClient;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;
import org.whodis.media.Datagram;
import org.whodis.media.RandomBytes;

/**
 * One DTLS 1.2 handshake that ends in SRTP keys (RFC 6347, RFC 5764), behind a face without input and output: datagrams
 * are {@link #feed fed} in and {@link #poll polled} out, and {@link #state} tells when there are keys.
 *
 * <p>bctls waits on its transport, so the handshake runs on a virtual thread of its own: the one place of this module that
 * has a thread, and that reads the clock (for retransmission, within bctls). That thread touches the caller through
 * {@code wakeUp} alone, which it calls when there is something to poll or a new state. What it sends becomes visible flight
 * by flight, and the last flight only together with the keys.
 *
 * <p>A server stays for {@link #LINGER_MILLIS} to repeat its last flight for a client that has not seen it (RFC 6347,
 * section 4.2.4).
 */
public final class DtlsSession implements AutoCloseable {
    /** A flight is a few datagrams; more than this at once is not one. What does not fit is dropped, as networks do. */
    public static final int MAX_WAITING = 32;

    /** How long a handshake may take in all. */
    public static final int TIMEOUT_MILLIS = 10_000;

    /** The first retransmission; it doubles each time. RFC 6347 starts at a second; a person is waiting here. */
    public static final int RESEND_MILLIS = 250;

    /** Four retransmissions of a client that did not get our last flight. */
    public static final int LINGER_MILLIS = 4_000;

    private static final int RECORD_HEADER = 13;

    private final Runnable wakeUp;
    private final Transport transport = new Transport();
    private final Queue<byte[]> outbound = new ConcurrentLinkedQueue<>();
    private final Handshake handshake;
    private final Thread thread;
    private volatile boolean closedByOwner;
    private volatile DtlsState state = new DtlsState.Handshaking();

    /** The part that differs between client and server; returns when the handshake is finished. */
    private interface Handshake {
        DTLSTransport run(DatagramTransport transport) throws IOException;
    }

    private DtlsSession(Runnable wakeUp, TlsPeerPolicy policy, Handshake handshake, boolean lingers) {
        this.wakeUp = wakeUp;
        this.handshake = handshake;
        this.thread = Thread.ofVirtual().name("dtls").unstarted(() -> run(policy, lingers));
    }

    /** A client that accepts the certificate {@code peer} and no other. Its first flight is out soon. */
    public static DtlsSession client(DtlsIdentity own, Fingerprint peer, RandomBytes random, Runnable wakeUp) {
        TlsPeerPolicy policy = policy(own, peer, random);
        return client(policy, new SrtpTlsClient(policy), wakeUp);
    }

    /** For tests, whose clients resemble browsers or break rules. */
    static DtlsSession client(TlsPeerPolicy policy, TlsClient client, Runnable wakeUp) {
        return started(new DtlsSession(
                wakeUp, policy, transport -> new DTLSClientProtocol().connect(client, transport), false));
    }

    /** A server that demands the certificate {@code peer} of its client and waits for the first flight. */
    public static DtlsSession server(DtlsIdentity own, Fingerprint peer, RandomBytes random, Runnable wakeUp) {
        TlsPeerPolicy policy = policy(own, peer, random);
        return started(new DtlsSession(
                wakeUp,
                policy,
                transport -> new DTLSServerProtocol().accept(new SrtpTlsServer(policy), transport),
                true));
    }

    private static TlsPeerPolicy policy(DtlsIdentity own, Fingerprint peer, RandomBytes random) {
        return new TlsPeerPolicy(own, peer, new BcTlsCrypto(new BorrowedRandom(random)));
    }

    private static DtlsSession started(DtlsSession session) {
        session.thread.start();
        return session;
    }

    /**
     * Hands in a datagram.
     *
     * @return whether there was room for it
     */
    public boolean feed(byte[] datagram) {
        return datagram.length >= RECORD_HEADER
                && datagram.length <= Datagram.MAX_RECEIVED
                && transport.offer(datagram);
    }

    /** The next datagram to send to the peer, if there is one. */
    public byte @Nullable [] poll() {
        return outbound.poll();
    }

    public DtlsState state() {
        return state;
    }

    /**
     * Whether the thread has taken in all that was fed and waits for more, or has ended: until the next {@link #feed} or
     * retransmission nothing changes. For simulations, which must not run ahead of it.
     */
    public boolean isQuiet() {
        return transport.isQuiet() || !thread.isAlive();
    }

    /** Ends the thread. Keys that were handed out remain. */
    @Override
    public void close() {
        closedByOwner = true;
        transport.close();
    }

    private void run(TlsPeerPolicy policy, boolean lingers) {
        DTLSTransport established;
        try {
            established = handshake.run(transport);
            state = new DtlsState.Established(policy.result());
        } catch (IOException | RuntimeException e) {
            // bctls reports some malformed messages as unchecked exceptions; either way the peer is at fault or gone.
            // The alert becomes visible before the state that makes the owner forget this session.
            transport.flush();
            state = new DtlsState.Failed(failure(policy, e));
            return;
        } finally {
            transport.flush();
            wakeUp.run();
        }
        if (lingers) {
            linger(established);
        }
    }

    private DtlsFailure failure(TlsPeerPolicy policy, Exception e) {
        if (closedByOwner) {
            return DtlsFailure.CLOSED;
        }
        if (policy.hasRejectedCertificate()) {
            return DtlsFailure.WRONG_CERTIFICATE;
        }
        return switch (e) {
            case TlsFatalAlertReceived _ -> DtlsFailure.REFUSED_BY_PEER;
            case TlsTimeoutException _ -> DtlsFailure.TIMEOUT;
            default -> DtlsFailure.PROTOCOL;
        };
    }

    /** bctls repeats the last flight from within receive; application data is nobody's business here. */
    private void linger(DTLSTransport established) {
        byte[] ignored = new byte[Datagram.MAX_RECEIVED];
        transport.lingerUntilDeadline();
        try {
            while (!transport.isClosed()) {
                established.receive(ignored, 0, ignored.length, LINGER_MILLIS);
                transport.flush();
            }
        } catch (IOException | RuntimeException e) {
            // The peer has closed or sent nonsense: there is nobody left to repeat anything for.
            transport.close();
        }
    }

    /** What bctls sends and receives by. Its methods run on the handshake's thread, unless they say otherwise. */
    private final class Transport implements DatagramTransport {
        private final Deque<byte[]> inbound = new ArrayDeque<>();
        private final Deque<byte[]> flight = new ArrayDeque<>();
        private boolean waiting;
        private boolean closed;
        private long lingerDeadlineNanos;

        /** From the owner's thread. */
        synchronized boolean offer(byte[] datagram) {
            if (closed || inbound.size() >= MAX_WAITING) {
                return false;
            }
            inbound.add(datagram);
            notifyAll();
            return true;
        }

        /** From the owner's thread. */
        synchronized boolean isQuiet() {
            return closed || waiting && inbound.isEmpty();
        }

        synchronized boolean isClosed() {
            return closed;
        }

        synchronized void lingerUntilDeadline() {
            lingerDeadlineNanos = System.nanoTime() + LINGER_MILLIS * 1_000_000L;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
            flush();
            byte[] datagram = take(waitMillis);
            if (datagram == null) {
                return -1;
            }
            int taken = Math.min(length, datagram.length);
            System.arraycopy(datagram, 0, buffer, offset, taken);
            return taken;
        }

        private synchronized byte @Nullable [] take(int waitMillis) throws IOException {
            long deadline = System.nanoTime() + waitMillis * 1_000_000L;
            waiting = true;
            try {
                while (inbound.isEmpty()) {
                    long now = System.nanoTime();
                    if (closed || lingerDeadlineNanos != 0 && now >= lingerDeadlineNanos) {
                        closed = true;
                        throw new IOException("closed");
                    }
                    long remaining = (deadline - now + 999_999) / 1_000_000;
                    if (remaining <= 0) {
                        return null;
                    }
                    wait(remaining);
                }
                return inbound.poll();
            } catch (InterruptedException e) {
                closed = true;
                throw new IOException("interrupted", e);
            } finally {
                waiting = false;
            }
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            byte[] datagram = new byte[length];
            System.arraycopy(buffer, offset, datagram, 0, length);
            flight.add(datagram);
        }

        /**
         * Puts the records of a flight together in as few datagrams as they fit (RFC 6347, section 4.1.1). bctls sends each
         * in one of its own, and its server never recovers when of a client's last flight the CertificateVerify alone is
         * lost: having seen ChangeCipherSpec, it no longer reads what is repeated in the clear. Together they are lost
         * or received together.
         */
        void flush() {
            if (flight.isEmpty()) {
                return;
            }
            ByteBuffer datagram = ByteBuffer.allocate(Datagram.MAX_SENT);
            for (byte[] records : flight) {
                if (records.length > datagram.remaining()) {
                    sendOut(datagram);
                }
                datagram.put(records);
            }
            sendOut(datagram);
            flight.clear();
            wakeUp.run();
        }

        private void sendOut(ByteBuffer datagram) {
            byte[] records = new byte[datagram.flip().remaining()];
            datagram.get(records).clear();
            outbound.add(records);
        }

        @Override
        public int getReceiveLimit() {
            return Datagram.MAX_RECEIVED;
        }

        @Override
        public int getSendLimit() {
            return Datagram.MAX_SENT;
        }

        /** From any thread; bctls closes what has failed. */
        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }
}
