package org.whodis.media.client;

import java.net.InetSocketAddress;
import org.whodis.media.RandomBytes;
import org.whodis.media.dtls.DtlsIdentity;

/**
 * A phone's side of the media path: ICE controlling agent, DTLS client, SRTP and RTP towards the relay of its own office.
 *
 * <p><b>The drain rule.</b> Call one of {@link #start}, {@link #handle}, {@link #handleTimeout}, {@link #send},
 * {@link #localAddressChanged}; then call {@link #poll} until it returns {@link MediaOutput.Timeout}. Then wait for the
 * next of: a datagram, a frame to send, that time, or a call of {@code wakeUp}; on the latter call {@link #handleTimeout}
 * at once. Nothing happens between such calls, and {@code nowNanos} (any monotonic clock) never goes back.
 *
 * <p>One thread owns a client. {@code wakeUp} alone is called from another one, that of the DTLS handshake.
 */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // signatures first, bodies next
public final class MediaClient implements AutoCloseable {
    /** The relay reports once a second; two and a half missed reports are silence. */
    public static final long SILENCE_NANOS = 2_500_000_000L;

    /**
     * A client that has not started.
     *
     * @param identity the certificate whose fingerprint signalling gave to the relay
     * @param wakeUp called when DTLS has something to say; must return at once and may come from any thread
     */
    public MediaClient(MediaClientConfig config, DtlsIdentity identity, RandomBytes random, Runnable wakeUp) {
        throw new UnsupportedOperationException("lands next");
    }

    /** Begins to check the path to the relay. */
    public void start(long nowNanos) {
        throw new UnsupportedOperationException("lands next");
    }

    /** Lets through the stream of a peer that signalling announced; all other SSRCs are dropped. */
    public void expectPeer(int ssrc) {
        throw new UnsupportedOperationException("lands next");
    }

    /** The peer has left: its stream is dropped from now on. */
    public void forgetPeer(int ssrc) {
        throw new UnsupportedOperationException("lands next");
    }

    /** A datagram has arrived at the phone's current socket. Takes {@code datagram} over. */
    public void handle(byte[] datagram, InetSocketAddress from, long nowNanos) {
        throw new UnsupportedOperationException("lands next");
    }

    /** The time of the last {@link MediaOutput.Timeout} has come, or {@code wakeUp} was called. */
    public void handleTimeout(long nowNanos) {
        throw new UnsupportedOperationException("lands next");
    }

    /**
     * The phone has a new socket, from which everything leaves from now on. The path is checked again under the same
     * credentials; frames are refused until the relay has answered, which takes one round trip.
     */
    public void localAddressChanged(long nowNanos) {
        throw new UnsupportedOperationException("lands next");
    }

    /**
     * Sends one sealed frame.
     *
     * @param frame of exactly {@link MediaClientConfig#frameLength} bytes
     * @param rtpTimestamp of the 48 kHz clock; its low 32 bits are sent
     * @return whether it was sent; it is not before {@link MediaEvent.Connected}, while a new path is checked, nor after
     *     the end
     * @throws IllegalArgumentException if the frame has another length
     */
    public boolean send(byte[] frame, long rtpTimestamp, long nowNanos) {
        throw new UnsupportedOperationException("lands next");
    }

    /** The next thing to do; see the drain rule. */
    public MediaOutput poll() {
        throw new UnsupportedOperationException("lands next");
    }

    public MediaStatistics statistics() {
        throw new UnsupportedOperationException("lands next");
    }

    /** Erases the keys and stops the handshake if there is one. Nothing is sent: signalling says that a call has ended. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("lands next");
    }
}
