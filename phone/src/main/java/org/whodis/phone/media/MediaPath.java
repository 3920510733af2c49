package org.whodis.phone.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;
import org.whodis.media.Datagram;
import org.whodis.media.client.MediaClient;
import org.whodis.media.client.MediaEvent;
import org.whodis.media.client.MediaOutput;

/**
 * One place at a relay: a {@link MediaClient} and the one UDP socket that it uses. The shell of the client, and as dull as
 * that: receive, feed, drain, send. Owned by the call's media thread.
 *
 * <p>The socket is connected to the relay's address, so the operating system drops what anybody else sends.
 */
final class MediaPath implements AutoCloseable {
    /** Datagrams read in a row before frames that are due get their turn; 80 ms of six speakers. */
    private static final int MAX_BATCH = 32;

    /** One second of six speakers; more waits nowhere. */
    private static final int RECEIVE_BUFFER_BYTES = 256 * 1024;

    private final InetSocketAddress relay;
    private final MediaClient client;
    private final Selector selector;
    private final Events events;
    private final ByteBuffer buffer = ByteBuffer.allocate(Datagram.MAX_RECEIVED + 1);

    private @Nullable DatagramChannel channel;
    private long timeoutAt;
    private long sendErrors;

    /** What the client tells. */
    interface Events {
        void handle(MediaEvent event, long nowNanos);
    }

    MediaPath(InetSocketAddress relay, MediaClient client, Selector selector, Events events) {
        this.relay = relay;
        this.client = client;
        this.selector = selector;
        this.events = events;
    }

    /** Opens the socket and begins. */
    void start(long nowNanos) throws IOException {
        channel = open();
        client.start(nowNanos);
        drain(nowNanos);
    }

    /** Opens a new socket in place of the old one; the call goes on from there. */
    void rebind(long nowNanos) throws IOException {
        DatagramChannel fresh = open();
        closeChannel();
        channel = fresh;
        client.localAddressChanged(nowNanos);
        drain(nowNanos);
    }

    /** Where the present socket is bound, or null if there is none. */
    @Nullable
    InetSocketAddress localAddress() {
        try {
            return channel == null ? null : (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    InetSocketAddress relay() {
        return relay;
    }

    MediaClient client() {
        return client;
    }

    long timeoutAt() {
        return timeoutAt;
    }

    /** Sends that the operating system refused since the last call; the sign of a network that went away. */
    long takeSendErrors() {
        long count = sendErrors;
        sendErrors = 0;
        return count;
    }

    /** Sends one sealed frame at once. */
    boolean send(byte[] frame, long rtpTimestamp, long nowNanos) {
        boolean sent = client.send(frame, rtpTimestamp, nowNanos);
        drain(nowNanos);
        return sent;
    }

    /** Feeds what has arrived, up to a bound; the clock is read per datagram, because arrival times are measured. */
    void receive() {
        for (int i = 0; i < MAX_BATCH; i++) {
            byte[] datagram = receiveOne();
            if (datagram == null) {
                return;
            }
            long now = System.nanoTime();
            client.handle(datagram, relay, now);
            drain(now);
        }
    }

    void handleTimeout(long nowNanos) {
        client.handleTimeout(nowNanos);
        drain(nowNanos);
    }

    @Override
    public void close() {
        client.close();
        closeChannel();
    }

    private void drain(long nowNanos) {
        while (true) {
            switch (client.poll()) {
                case MediaOutput.Transmit(Datagram datagram) -> transmit(datagram);
                case MediaOutput.Event(MediaEvent event) -> events.handle(event, nowNanos);
                case MediaOutput.Timeout(long atNanos) -> {
                    timeoutAt = atNanos;
                    return;
                }
            }
        }
    }

    private void transmit(Datagram datagram) {
        try {
            if (channel != null) {
                channel.write(ByteBuffer.wrap(datagram.bytes()));
            }
        } catch (IOException e) {
            // Unreachable, or the interface is gone: ICE repeats its checks, and the session looks for another address.
            sendErrors++;
        }
    }

    private byte @Nullable [] receiveOne() {
        try {
            buffer.clear();
            if (channel == null || channel.read(buffer) <= 0) {
                return null;
            }
            byte[] out = new byte[buffer.flip().remaining()];
            buffer.get(out);
            return out;
        } catch (IOException e) {
            // An ICMP error that belongs to an earlier send; the relay may come back.
            sendErrors++;
            return null;
        }
    }

    private DatagramChannel open() throws IOException {
        DatagramChannel fresh = DatagramChannel.open();
        try {
            fresh.configureBlocking(false);
            fresh.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            fresh.connect(relay);
            fresh.register(selector, SelectionKey.OP_READ);
            return fresh;
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
    }

    private void closeChannel() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // A socket that cannot be closed is gone already.
        }
        channel = null;
    }
}
