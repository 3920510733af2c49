package org.whodis.office.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.wire.Bytes;
import org.whodis.media.client.MediaClient;
import org.whodis.media.client.MediaClientConfig;
import org.whodis.media.client.MediaEvent;
import org.whodis.media.client.MediaOutput;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceCredentials;

/** A phone's media on a thread of its own, by UDP or by TURN as a test says, and from one to the other in mid-call. */
public final class MediaDriver implements AutoCloseable {
    private static final int FRAME_LENGTH = 192;
    private static final int PATIENCE_SECONDS = 60;

    private final DtlsIdentity identity = DtlsIdentity.generate(TestDevice.RANDOM::next);
    private final String ufrag = IceCredentials.generateUfrag(TestDevice.RANDOM::next);
    private final BlockingQueue<Consumer<MediaClient>> tasks = new LinkedBlockingQueue<>();
    private final BlockingQueue<MediaEvent> connected = new LinkedBlockingQueue<>();

    /** The first byte of each frame that came. */
    public final BlockingQueue<Integer> frames = new LinkedBlockingQueue<>();

    private volatile boolean closed;
    private @Nullable Thread thread;
    private @Nullable Out out;

    private interface Out extends AutoCloseable {
        void send(byte[] datagram) throws IOException;

        @Override
        void close();
    }

    public MediaJoin join(CallId call) {
        return new MediaJoin(
                call,
                ufrag,
                "0123456789012345678901",
                Bytes.of(identity.fingerprint().toBytes()));
    }

    /** Begins, without a way out yet. */
    public void start(MediaJoined place) throws Exception {
        InetSocketAddress relay = relay(place);
        MediaClient client = new MediaClient(
                new MediaClientConfig(
                        relay,
                        IceCredentials.of(place.iceUfrag(), place.icePwd()),
                        Fingerprint.of(place.dtlsFingerprint().toArray()),
                        ufrag,
                        (int) place.ssrc(),
                        FRAME_LENGTH),
                identity,
                TestDevice.RANDOM::next,
                () -> tasks.add(_ -> {}));
        client.expectUnannouncedPeers(4);
        thread = Thread.ofPlatform().daemon().name("media-driver").start(() -> run(client));
    }

    private static InetSocketAddress relay(MediaJoined place) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(place.host()), place.port());
    }

    public void useUdp(MediaJoined place) throws Exception {
        InetSocketAddress relay = relay(place);
        DatagramChannel channel = DatagramChannel.open();
        channel.connect(relay);
        Thread.ofVirtual().start(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(2048);
            try {
                while (true) {
                    channel.read(buffer.clear());
                    byte[] datagram = new byte[buffer.flip().remaining()];
                    buffer.get(datagram);
                    tasks.add(client -> client.handle(datagram, relay, System.nanoTime()));
                }
            } catch (IOException e) {
                // Closed, or the relay is.
            }
        });
        use(new Out() {
            @Override
            public void send(byte[] datagram) throws IOException {
                channel.write(ByteBuffer.wrap(datagram));
            }

            @Override
            public void close() {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
    }

    public void useTurn(InetSocketAddress office, MediaJoined place) throws Exception {
        InetSocketAddress relay = relay(place);
        TurnConnection turn = new TurnConnection(
                office, place, datagram -> tasks.add(client -> client.handle(datagram, relay, System.nanoTime())));
        turn.allocate();
        turn.bind();
        use(new Out() {
            @Override
            public void send(byte[] datagram) throws IOException {
                turn.send(datagram);
            }

            @Override
            public void close() {
                turn.close();
            }
        });
    }

    private void use(Out another) {
        tasks.add(client -> {
            Out former = out;
            out = another;
            if (former == null) {
                client.start(System.nanoTime());
            } else {
                former.close();
                client.localAddressChanged(System.nanoTime());
            }
        });
    }

    public void awaitConnected() throws InterruptedException {
        if (connected.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) == null) {
            throw new AssertionError("not connected");
        }
    }

    /** Sends frames that begin with {@code mark} until the other side has had one. */
    public void sendUntilHeard(int mark, MediaDriver other) throws InterruptedException {
        for (int i = 0; i < PATIENCE_SECONDS * 50; i++) {
            byte[] frame = new byte[FRAME_LENGTH];
            frame[0] = (byte) mark;
            long timestamp = System.nanoTime() / 1000 * 48 / 1000;
            tasks.add(client -> client.send(frame, timestamp, System.nanoTime()));
            Integer heard = other.frames.poll(20, TimeUnit.MILLISECONDS);
            if (heard != null && heard == mark) {
                return;
            }
        }
        throw new AssertionError("frames of " + mark + " were not heard");
    }

    @Override
    public void close() {
        closed = true;
        tasks.add(_ -> {});
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(MediaClient client) {
        long timeoutAt = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
        try {
            while (!closed) {
                long wait = Math.clamp(timeoutAt - System.nanoTime(), 0, TimeUnit.SECONDS.toNanos(1));
                Consumer<MediaClient> task = tasks.poll(wait, TimeUnit.NANOSECONDS);
                if (task != null) {
                    task.accept(client);
                }
                if (out != null) {
                    client.handleTimeout(System.nanoTime());
                    timeoutAt = drain(client, out);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.close();
            if (out != null) {
                out.close();
            }
        }
    }

    private long drain(MediaClient client, Out current) {
        while (true) {
            switch (client.poll()) {
                case MediaOutput.Transmit(var datagram) -> {
                    try {
                        current.send(datagram.bytes());
                    } catch (IOException e) {
                        // The way is gone; the test gives another.
                    }
                }
                case MediaOutput.Event(MediaEvent.Payload(var frame)) -> frames.add(frame.bytes()[0] & 0xff);
                case MediaOutput.Event(MediaEvent.Connected event) -> connected.add(event);
                case MediaOutput.Event _ -> {}
                case MediaOutput.Timeout(long atNanos) -> {
                    return atNanos;
                }
            }
        }
    }
}
