package org.whodis.app.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A wiretap: a UDP forwarder that stands between one phone and its relay and keeps a copy of everything that passes. It
 * sees what anybody sees who owns a router on the way.
 *
 * <p>The phone sends to {@link #address()}; the relay sees the tap's other socket as the phone. What is kept bears the
 * addresses of the phone's side. Whoever sent last from the phone's side is the phone, so that a phone may change its
 * address.
 */
public final class WireTap implements AutoCloseable {
    /** What is kept at most: an hour of one call, 50 packets a second each way and some. Beyond, packets only pass. */
    static final int MAX_PACKETS = 400_000;

    private static final int MAX_DATAGRAM = 65_536;

    /** What a hostile tap does to a datagram before it passes it on: another one, or null to swallow it. */
    @FunctionalInterface
    public interface Meddling {
        /** Leaves everything as it is. */
        Meddling NONE = (direction, datagram) -> datagram;

        byte @Nullable [] meddle(Direction direction, byte[] datagram);
    }

    private final InetSocketAddress relay;
    private final Meddling meddling;
    private final DatagramChannel phoneSide;
    private final DatagramChannel relaySide;
    private final InetSocketAddress address;
    private final Selector selector;
    private final Thread thread;
    private final long clockOffset;
    private final Object lock = new Object();
    private final List<WirePacket> packets = new ArrayList<>();
    private final AtomicLong unrecorded = new AtomicLong();

    /** Written and read by the tap's own thread only. */
    private @Nullable InetSocketAddress phone;

    private WireTap(String name, InetSocketAddress relay, Meddling meddling) throws IOException {
        this.relay = relay;
        this.meddling = meddling;
        Instant now = Instant.now();
        clockOffset = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano())
                - System.nanoTime();
        InetAddress here = relay.getAddress().isLoopbackAddress() ? relay.getAddress() : anyLike(relay.getAddress());
        selector = Selector.open();
        phoneSide = open(new InetSocketAddress(here, 0));
        relaySide = open(new InetSocketAddress(here, 0));
        address = (InetSocketAddress) phoneSide.getLocalAddress();
        phoneSide.register(selector, SelectionKey.OP_READ);
        relaySide.register(selector, SelectionKey.OP_READ);
        thread = Thread.ofPlatform().name("tap " + name).daemon().unstarted(this::forward);
    }

    /** Starts a tap in front of {@code relay} on a port of its own. */
    public static WireTap start(String name, InetSocketAddress relay, Meddling meddling) throws IOException {
        WireTap tap = new WireTap(name, relay, meddling);
        tap.thread.start();
        return tap;
    }

    /** Where the phone has to send to in place of the relay. */
    public InetSocketAddress address() {
        return address;
    }

    public InetSocketAddress relay() {
        return relay;
    }

    /** What passed so far, as it left the phone and as it arrived there: before and after any meddling respectively. */
    public List<WirePacket> packets() {
        synchronized (lock) {
            return List.copyOf(packets);
        }
    }

    /** Datagrams that passed after the room for records was full. */
    public long unrecorded() {
        return unrecorded.get();
    }

    @Override
    public void close() {
        try {
            selector.close();
            phoneSide.close();
            relaySide.close();
            thread.join();
        } catch (IOException ignored) {
            // Sockets that do not close cleanly end with the process.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
        while (selector.isOpen()) {
            try {
                selector.select();
                drain(phoneSide, buffer, Direction.TO_RELAY);
                drain(relaySide, buffer, Direction.TO_PHONE);
                selector.selectedKeys().clear();
            } catch (ClosedChannelException | java.nio.channels.ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                // One datagram was lost; the next may pass.
            }
        }
    }

    private void drain(DatagramChannel from, ByteBuffer buffer, Direction direction) throws IOException {
        while (true) {
            buffer.clear();
            SocketAddress sender = from.receive(buffer);
            if (sender == null) {
                return;
            }
            long nanos = System.nanoTime() + clockOffset;
            byte[] datagram = new byte[buffer.flip().remaining()];
            buffer.get(datagram);
            pass(direction, (InetSocketAddress) sender, datagram, nanos);
        }
    }

    private void pass(Direction direction, InetSocketAddress sender, byte[] datagram, long nanos) throws IOException {
        switch (direction) {
            case TO_RELAY -> {
                phone = sender;
                record(new WirePacket(nanos, sender, address, datagram));
                byte[] passed = meddling.meddle(direction, datagram.clone());
                if (passed != null) {
                    relaySide.send(ByteBuffer.wrap(passed), relay);
                }
            }
            case TO_PHONE -> {
                if (!sender.equals(relay)) {
                    return;
                }
                byte[] passed = meddling.meddle(direction, datagram);
                if (passed != null && phone != null) {
                    record(new WirePacket(nanos, address, phone, passed));
                    phoneSide.send(ByteBuffer.wrap(passed), phone);
                }
            }
        }
    }

    private void record(WirePacket packet) {
        synchronized (lock) {
            if (packets.size() < MAX_PACKETS) {
                packets.add(packet);
            } else {
                unrecorded.incrementAndGet();
            }
        }
    }

    private static DatagramChannel open(InetSocketAddress local) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                local.getAddress() instanceof java.net.Inet4Address
                        ? java.net.StandardProtocolFamily.INET
                        : java.net.StandardProtocolFamily.INET6);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
        channel.bind(local);
        return channel;
    }

    private static InetAddress anyLike(InetAddress address) throws IOException {
        return InetAddress.getByAddress(new byte[address.getAddress().length]);
    }
}
