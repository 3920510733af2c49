package org.whodis.verify.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.whodis.office.AdvertisedRelay;
import org.whodis.verify.endtoend.MeddlingForwarder;

/** The network between an office and everybody: all TCP and UDP to it passes here, as long as the test lets it. */
final class Wire implements AdvertisedRelay, AutoCloseable {
    private static final int PIECE = 16_384;

    private enum State {
        /** Everything passes. */
        WHOLE,
        /** What is sent is neither taken nor refused, as behind a cable that was pulled. */
        PULLED,
        /** There is nobody: connections end, and new ones do not come about. */
        REFUSED
    }

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final ServerSocket door = new ServerSocket(0, 512, loopback);
    /** Takes what is sent to it and says nothing, as a firewall does. */
    private final DatagramSocket nowhere = new DatagramSocket(0, loopback);

    private final Map<String, MeddlingForwarder> datagrams = new ConcurrentHashMap<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.WHOLE;
    private volatile @Nullable InetSocketAddress office;
    private volatile boolean withoutUdp;

    Wire() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    /** What everybody knows the office by. */
    String domain() {
        return "localhost:" + door.getLocalPort();
    }

    void leadTo(InetSocketAddress address) {
        office = address;
    }

    /** Whether whoever joins a call from now on is behind a firewall that takes no datagrams. */
    void withoutUdp(boolean without) {
        withoutUdp = without;
    }

    void pull() {
        move(State.PULLED);
    }

    void refuse() {
        move(State.REFUSED);
    }

    void mend() {
        move(State.WHOLE);
    }

    private void move(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        datagrams.values().forEach(each -> each.cut(next != State.WHOLE));
        if (next == State.REFUSED) {
            connections.forEach(Wire::end);
        }
    }

    @Override
    public HostPort toDevice(String deviceId, InetSocketAddress relay) {
        int port = withoutUdp
                ? nowhere.getLocalPort()
                : datagrams.computeIfAbsent(deviceId, _ -> forwarder(relay)).port();
        return new HostPort(loopback.getHostAddress(), port);
    }

    private static MeddlingForwarder forwarder(InetSocketAddress relay) {
        try {
            return new MeddlingForwarder(relay);
        } catch (IOException e) {
            throw new IllegalStateException("no port for a forwarder", e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> connect(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void connect(Socket client) {
        connections.add(client);
        InetSocketAddress address = office;
        try (client;
                Socket server = new Socket()) {
            if (address == null || !mayPass()) {
                return;
            }
            connections.add(server);
            server.connect(address);
            Thread back = Thread.ofVirtual().start(() -> pump(server, client));
            pump(client, server);
            back.join();
        } catch (IOException ended) {
            // One of the two is gone; with the try the other one goes.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(client);
            connections.removeIf(Socket::isClosed);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(piece); length >= 0 && mayPass(); length = in.read(piece)) {
                out.write(piece, 0, length);
            }
        } catch (IOException ended) {
            // Below, for both directions.
        }
        end(from);
        end(to);
    }

    /** Waits while the cable is pulled. */
    private boolean mayPass() {
        lock.lock();
        try {
            while (state == State.PULLED) {
                changed.awaitUninterruptibly();
            }
            return state == State.WHOLE;
        } finally {
            lock.unlock();
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It had ended.
        }
    }

    @Override
    public void close() throws IOException {
        refuse();
        door.close();
        nowhere.close();
        datagrams.values().forEach(MeddlingForwarder::close);
    }
}
