package org.whodis.verify.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.OfficeConfig;
import org.whodis.office.federation.FederationConfig;

/**
 * The way between two offices, in one process: carries TCP and UDP to their real places after a delay, in order, and
 * nothing at all while it is cut.
 *
 * <p>An office is reached through it by the same port on another loopback address, {@link #ADDRESS}: so its own phones,
 * which know its domain, come to it directly.
 */
public final class DelayedLink implements AutoCloseable {
    /** Where the other side of the link listens, with the ports of the offices themselves. */
    public static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.2");

    private static final int CHUNK = 16 * 1024;

    private final long delayNanos;
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile boolean closed;

    /** @param delayMillis one way */
    public DelayedLink(long delayMillis) {
        this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
    }

    /** From now on nothing passes, and nothing tells so; what comes meanwhile is kept for TCP and lost for UDP. */
    public void cut(boolean isCut) {
        cut = isCut;
    }

    /**
     * The office of {@code config}, which finds other offices over this link and has its relay found over it; its own phones reach
     * the relay directly. Its TCP port is to be carried once it has started.
     */
    public OfficeConfig over(OfficeConfig config) {
        return config.withAdvertisedRelay(new OverTheLink())
                .withFederation(FederationConfig.DEFAULT.withResolver(
                        host -> List.of(host.equals("localhost") ? ADDRESS : InetAddress.getByName(host))));
    }

    private final class OverTheLink implements AdvertisedRelay {
        private @Nullable HostPort told;

        @Override
        public @Nullable HostPort toDevice(String deviceId, InetSocketAddress relay) {
            return null;
        }

        @Override
        public synchronized HostPort toOffice(String domain, InetSocketAddress relay) {
            if (told == null) {
                try {
                    InetSocketAddress front = carryUdp(relay);
                    told = new HostPort(front.getAddress().getHostAddress(), front.getPort());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return told;
        }
    }

    /** Carries TCP connections to {@code target}. */
    public void carryTcp(InetSocketAddress target) throws IOException {
        ServerSocket server = opened(new ServerSocket(target.getPort(), 64, ADDRESS));
        Thread.ofVirtual().start(() -> {
            while (!closed) {
                try {
                    Socket from = opened(server.accept());
                    Socket to = opened(new Socket());
                    to.connect(target);
                    from.setTcpNoDelay(true);
                    to.setTcpNoDelay(true);
                    pump(from, to);
                    pump(to, from);
                } catch (IOException e) {
                    // Closed, or the office is down: whoever dialled sees the end of its connection.
                }
            }
        });
    }

    /** Carries datagrams to {@code target} and back. Returns where they have to be sent. */
    private InetSocketAddress carryUdp(InetSocketAddress target) throws IOException {
        DatagramSocket front = opened(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        DatagramSocket back = opened(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        SocketAddress[] peer = new SocketAddress[1];
        carry(front, back, peer, target);
        carry(back, front, null, peer);
        return (InetSocketAddress) front.getLocalSocketAddress();
    }

    @Override
    public void close() {
        closed = true;
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                // A socket that does not close cleanly ends with the process.
            }
        }
    }

    private record Delayed(long at, Bytes bytes) {}

    private void pump(Socket from, Socket to) {
        BlockingQueue<Delayed> onTheWay = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[CHUNK];
            try (InputStream in = from.getInputStream()) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    onTheWay.add(new Delayed(System.nanoTime() + delayNanos, Bytes.of(buffer, 0, count)));
                }
            } catch (IOException e) {
                // The end of the connection is told below, whatever its reason.
            } finally {
                onTheWay.add(new Delayed(System.nanoTime() + delayNanos, Bytes.EMPTY));
            }
        });
        Thread.ofVirtual().start(() -> {
            try (to;
                    OutputStream out = to.getOutputStream()) {
                while (true) {
                    Delayed next = onTheWay.take();
                    awaitTurn(next.at());
                    if (next.bytes().isEmpty()) {
                        return;
                    }
                    out.write(next.bytes().toArray());
                    out.flush();
                }
            } catch (IOException e) {
                // The other end has gone; so does this one, by the try above.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void carry(DatagramSocket from, DatagramSocket to, SocketAddress @Nullable [] learned, Object target) {
        BlockingQueue<Delayed> onTheWay = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[65_536];
            while (!closed) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                try {
                    from.receive(packet);
                } catch (IOException e) {
                    continue;
                }
                if (learned != null) {
                    learned[0] = packet.getSocketAddress();
                }
                if (!cut) {
                    onTheWay.add(new Delayed(System.nanoTime() + delayNanos, Bytes.of(buffer, 0, packet.getLength())));
                }
            }
        });
        Thread.ofVirtual().start(() -> {
            try {
                while (!closed) {
                    Delayed next = onTheWay.take();
                    awaitTurn(next.at());
                    SocketAddress at = target instanceof SocketAddress[] peers ? peers[0] : (SocketAddress) target;
                    if (at != null) {
                        byte[] bytes = next.bytes().toArray();
                        to.send(new DatagramPacket(bytes, bytes.length, at));
                    }
                }
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void awaitTurn(long at) throws InterruptedException {
        long left = at - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
        while (cut && !closed) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }
}
