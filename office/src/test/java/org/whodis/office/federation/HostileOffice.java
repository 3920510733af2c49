package org.whodis.office.federation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.federation.PeerIdentity;
import org.whodis.core.federation.VersionRange;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.Office;
import org.whodis.office.data.Certificates;
import org.whodis.office.data.DataFolder;
import org.whodis.office.http.HttpAnswer;
import org.whodis.office.http.HttpLimits;
import org.whodis.office.http.HttpsServer;
import org.whodis.office.http.MessageSocket;
import org.whodis.office.http.Route;
import org.whodis.office.http.Routes;
import org.whodis.office.http.SocketClient;
import org.whodis.office.http.SocketRoute;
import org.whodis.office.http.TlsIdentity;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.testkit.TestDevice;

/** An office that says whatever a test wants: it has a key, a certificate and a port, and no rules. */
final class HostileOffice implements AutoCloseable {
    final HybridKeyPair key = HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
    final OfficeDomain domain;
    final TlsIdentity tls;
    private final DataFolder folder;
    private final HttpsServer server;
    private final SocketClient client;

    /** What it publishes of its keys. */
    final List<KeyRotation.Published> rotations = new CopyOnWriteArrayList<>();

    /** Connections that others made to this one. */
    final BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();

    HostileOffice(Path path) throws Exception {
        this(path, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    HostileOffice(Path path, InetSocketAddress address) throws Exception {
        OfficeMetrics metrics = new OfficeMetrics(new EventLog());
        folder = DataFolder.open(path);
        tls = new Certificates(folder, TestDevice.PRIMITIVES).selfMade("localhost", Instant.now());
        server = HttpsServer.listen(address, tls, HttpLimits.DEFAULT, metrics);
        domain = new OfficeDomain("localhost:" + server.address().getPort());
        client = new SocketClient(HttpLimits.DEFAULT.forOffices(), metrics);
        serve(descriptor(domain));
    }

    /** Answers at {@code /.well-known/whodis} with {@code descriptor}, and takes connections of offices. */
    void serve(SignedOfficeDescriptor descriptor) {
        server.serve(Routes.of(
                List.of(
                        Route.get(PeerAdmission.DESCRIPTOR_PATH, _ -> HttpAnswer.ok(descriptor.encode())),
                        Route.get(
                                PeerAdmission.ROTATIONS_PATH,
                                _ -> HttpAnswer.ok(KeyRotation.Published.encode(rotations)))),
                List.of(),
                List.of(new SocketRoute(
                        Peers.PATH, Peers.SUBPROTOCOL, true, HttpLimits.DEFAULT.forOffices(), socket -> {
                            Link link = new Link(socket);
                            accepted.add(link);
                            return link;
                        })),
                false));
    }

    InetSocketAddress address() {
        return server.address();
    }

    SignedOfficeDescriptor descriptor(OfficeDomain claimed) {
        Bytes said = new OfficeDescriptor(
                        claimed,
                        key.publicKey(),
                        OfficeDescriptor.NO_RECOVERY_KEY,
                        tls.spkiSha256(),
                        System.currentTimeMillis())
                .encode();
        return new SignedOfficeDescriptor(
                said, key.sign(TestDevice.PRIMITIVES, SignedOfficeDescriptor.BY_OFFICE, said, TestDevice.RANDOM));
    }

    /** Requests that came, over all connections. */
    final AtomicInteger requests = new AtomicInteger();

    /** How many of those who connected did not want to talk on. */
    final AtomicInteger failures = new AtomicInteger();

    private volatile boolean isDeaf;
    private final CountDownLatch ending = new CountDownLatch(1);

    /** From now on, nothing more is read of what comes after a handshake: once buffers are full, the window closes. */
    void stopReading() {
        isDeaf = true;
    }

    /** Greets everybody who connects as the office of {@code claimed}. */
    void answersAs(OfficeDomain claimed) {
        answersAs(as(claimed));
    }

    /** Greets everybody who connects as {@code self}, and answers nothing else. */
    void answersAs(PeerHandshake.Self self) {
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    answer(accepted.take(), self);
                } catch (InterruptedException e) {
                    return;
                } catch (Exception gone) {
                    failures.incrementAndGet();
                }
            }
        });
    }

    /** An office whose key was stolen, on this one's certificate. */
    PeerHandshake.Self as(OfficeDomain claimed, HybridKeyPair stolen) {
        Bytes said = new OfficeDescriptor(
                        claimed,
                        stolen.publicKey(),
                        OfficeDescriptor.NO_RECOVERY_KEY,
                        tls.spkiSha256(),
                        System.currentTimeMillis())
                .encode();
        SignedOfficeDescriptor signed = new SignedOfficeDescriptor(
                said, stolen.sign(TestDevice.PRIMITIVES, SignedOfficeDescriptor.BY_OFFICE, said, TestDevice.RANDOM));
        serve(signed);
        return new PeerHandshake.Self(claimed, stolen, signed, VersionRange.CURRENT);
    }

    /** This office under whatever name. */
    PeerHandshake.Self as(OfficeDomain claimed) {
        return new PeerHandshake.Self(claimed, key, descriptor(claimed), VersionRange.CURRENT);
    }

    /** Connects, and says nothing yet. */
    Link dial(Office victim) throws Exception {
        CompletableFuture<Link> opened = new CompletableFuture<>();
        client.open(victim.httpsAddress(), victim.domain(), Peers.PATH, Peers.SUBPROTOCOL, (socket, spki) -> {
                    Link link = new Link(socket);
                    link.spki = spki;
                    opened.complete(link);
                    return link;
                })
                .get(30, TimeUnit.SECONDS);
        return opened.get(30, TimeUnit.SECONDS);
    }

    /** Connects and opens as {@code self}; the victim's proof is the next frame, if it believes that. */
    Link open(Office victim, PeerHandshake.Self self) throws Exception {
        Link link = dial(victim);
        PeerHandshake.Dialler handshake =
                new PeerHandshake.Dialler(TestDevice.PRIMITIVES, self, new OfficeDomain(victim.domain()), link.spki);
        PeerFrame.Greeting greeting = (PeerFrame.Greeting) link.next();
        handshake.greeted(greeting);
        link.send(handshake.opening(greeting, TestDevice.RANDOM));
        return link;
    }

    /** A session with {@code victim} under this office's own name. */
    Link session(Office victim) throws Exception {
        Link link = open(victim, as(domain));
        if (!(link.next() instanceof PeerFrame.Proof)) {
            throw new IllegalStateException("no proof");
        }
        return link;
    }

    /** Takes part in a handshake that somebody else began, as {@code self}. */
    PeerIdentity answer(Link link, PeerHandshake.Self self) throws Exception {
        PeerHandshake.Acceptor handshake =
                new PeerHandshake.Acceptor(TestDevice.PRIMITIVES, TestDevice.RANDOM, self, tls.spkiSha256());
        link.send(handshake.greeting());
        PeerIdentity identity = handshake.opened((PeerFrame.Opening) link.next());
        link.send(handshake.proof(TestDevice.RANDOM));
        return identity;
    }

    @Override
    public void close() {
        ending.countDown();
        client.close();
        server.close();
        folder.close();
    }

    /** One connection, frame by frame. */
    final class Link implements MessageSocket.Listener {
        private final MessageSocket socket;
        private final BlockingQueue<PeerFrame> frames = new LinkedBlockingQueue<>();
        private final CountDownLatch closed = new CountDownLatch(1);
        private Bytes spki = Bytes.EMPTY;

        Link(MessageSocket socket) {
            this.socket = socket;
            socket.proven();
        }

        void send(PeerFrame frame) {
            socket.send(frame.encode());
        }

        PeerFrame next() throws InterruptedException {
            PeerFrame frame = frames.poll(30, TimeUnit.SECONDS);
            if (frame == null) {
                throw new IllegalStateException(
                        closed.getCount() == 0 ? "nothing came, the connection has ended" : "nothing came");
            }
            return frame;
        }

        boolean isClosedSoon() throws InterruptedException {
            return closed.await(30, TimeUnit.SECONDS);
        }

        boolean hasNothing() {
            return frames.isEmpty();
        }

        @Override
        public void message(Bytes message) throws InterruptedException {
            PeerFrame frame;
            try {
                frame = PeerFrame.decode(message);
            } catch (DecodeException e) {
                throw new IllegalStateException(e);
            }
            if (frame instanceof PeerFrame.Request) {
                requests.incrementAndGet();
            }
            frames.add(frame);
            if (isDeaf && (frame instanceof PeerFrame.Request || frame instanceof PeerFrame.Answer)) {
                // The socket is read no further while its handler is busy.
                ending.await();
            }
        }

        @Override
        public void writable() {}

        @Override
        public void closed() {
            closed.countDown();
        }
    }
}
