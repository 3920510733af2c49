package org.whodis.relay.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.whodis.media.RandomBytes;
import org.whodis.media.client.MediaClient;
import org.whodis.media.client.MediaClientConfig;
import org.whodis.media.client.MediaEvent;
import org.whodis.media.client.MediaOutput;
import org.whodis.media.client.MediaStatistics;
import org.whodis.media.client.ReceivedFrame;
import org.whodis.media.dtls.DtlsIdentity;

/** A {@link MediaClient} on a real socket of the loopback interface, with a thread that owns both. */
final class LoopbackPhone implements AutoCloseable {
    final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    final BlockingQueue<ReceivedFrame> frames = new LinkedBlockingQueue<>();
    /** Every datagram that leaves. */
    final ConcurrentLinkedQueue<byte[]> sent = new ConcurrentLinkedQueue<>();

    private final MediaClient client;
    private final InetSocketAddress relay;
    private final Selector selector = Selector.open();
    private final ConcurrentLinkedQueue<Consumer<MediaClient>> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private DatagramChannel channel;
    private volatile boolean closed;

    LoopbackPhone(MediaClientConfig config, DtlsIdentity identity, RandomBytes random) throws IOException {
        client = new MediaClient(config, identity, random, selector::wakeup);
        relay = config.relay();
        channel = openChannel();
        thread = Thread.ofPlatform().name("phone").start(this::run);
    }

    void start() {
        submit(c -> c.start(System.nanoTime()));
    }

    void submit(Consumer<MediaClient> task) {
        tasks.add(task);
        selector.wakeup();
    }

    void send(byte[] frame, long timestamp) {
        submit(c -> c.send(frame, timestamp, System.nanoTime()));
    }

    /** Leaves the old socket for a new one, as a phone that walks from one network to the next. */
    void changeSocket() {
        submit(c -> {
            try {
                channel.close();
                channel = openChannel();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            c.localAddressChanged(System.nanoTime());
        });
    }

    MediaStatistics statistics() throws Exception {
        var result = new java.util.concurrent.CompletableFuture<MediaStatistics>();
        submit(c -> result.complete(c.statistics()));
        return result.get(5, TimeUnit.SECONDS);
    }

    InetSocketAddress localAddress() throws Exception {
        var result = new java.util.concurrent.CompletableFuture<InetSocketAddress>();
        submit(c -> {
            try {
                result.complete((InetSocketAddress) channel.getLocalAddress());
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(5, TimeUnit.SECONDS);
    }

    /** Waits for an event that fits and drops those before it. */
    MediaEvent await(Predicate<MediaEvent> wanted, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            MediaEvent event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new AssertionError("no such event within " + patience);
            }
            if (wanted.test(event)) {
                return event;
            }
        }
    }

    ReceivedFrame awaitFrame(Duration patience) throws InterruptedException {
        ReceivedFrame frame = frames.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (frame == null) {
            throw new AssertionError("no frame within " + patience);
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
        channel.close();
        selector.close();
    }

    private DatagramChannel openChannel() throws IOException {
        DatagramChannel fresh = DatagramChannel.open();
        fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        fresh.configureBlocking(false);
        fresh.register(selector, SelectionKey.OP_READ);
        return fresh;
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try {
            while (!closed) {
                for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.accept(client);
                    drain();
                }
                client.handleTimeout(System.nanoTime());
                long wait = drain() - System.nanoTime();
                selector.select(Math.clamp(wait / 1_000_000 + 1, 1, 1000));
                selector.selectedKeys().clear();
                for (var from = channel.receive(buffer.clear()); from != null; from = channel.receive(buffer.clear())) {
                    byte[] datagram = new byte[buffer.flip().remaining()];
                    buffer.get(datagram);
                    client.handle(datagram, (InetSocketAddress) from, System.nanoTime());
                    drain();
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private long drain() throws IOException {
        while (true) {
            switch (client.poll()) {
                case MediaOutput.Transmit(var datagram) -> {
                    sent.add(datagram.bytes());
                    channel.send(ByteBuffer.wrap(datagram.bytes()), relay);
                }
                case MediaOutput.Event(MediaEvent.Payload(var frame)) -> frames.add(frame);
                case MediaOutput.Event(var event) -> events.add(event);
                case MediaOutput.Timeout(var atNanos) -> {
                    return atNanos;
                }
            }
        }
    }
}
