package org.whodis.office;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.data.Certificates;
import org.whodis.office.data.DataFolder;
import org.whodis.office.data.OfficeKeyFile;
import org.whodis.office.data.RecoveryKeyFile;
import org.whodis.office.enrol.EnrolmentDesk;
import org.whodis.office.enrol.LinkDesk;
import org.whodis.office.federation.PeerRegister;
import org.whodis.office.federation.Peers;
import org.whodis.office.http.HttpsServer;
import org.whodis.office.http.TlsIdentity;
import org.whodis.office.line.PeerLines;
import org.whodis.office.media.MediaRelay;
import org.whodis.office.media.RelayGuard;
import org.whodis.office.media.RoomKeeper;
import org.whodis.office.media.TrunkKeeper;
import org.whodis.office.media.TurnGate;
import org.whodis.office.media.UdpMediaRelay;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.session.LeavingDevices;
import org.whodis.office.session.PeerCalls;
import org.whodis.office.session.Sessions;
import org.whodis.office.session.Switchboard;
import org.whodis.office.store.OfficeStore;
import org.whodis.office.store.sqlite.SqliteStore;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.udp.UdpRelay;

/** Makes an {@link Office} of its folder: collects what has been opened, so that a start that fails leaves nothing behind. */
final class OfficeStart {
    private OfficeConfig config;
    private final EventLog log = new EventLog();
    private final Primitives primitives = new JvmPrimitives();
    private final SecureRandom secureRandom = new SecureRandom();
    private final RandomBytes random = count -> {
        byte[] out = new byte[count];
        secureRandom.nextBytes(out);
        return out;
    };
    private final List<AutoCloseable> opened = new ArrayList<>();

    OfficeStart(OfficeConfig config) {
        this.config = config;
    }

    Office run() throws OfficeException {
        try {
            return start();
        } catch (OfficeException | RuntimeException e) {
            undo(e);
            throw e;
        } catch (IOException e) {
            undo(e);
            throw new OfficeException("The office cannot start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            undo(e);
            Thread.currentThread().interrupt();
            throw new OfficeException("The start was interrupted.", e);
        }
    }

    private Office start() throws OfficeException, IOException, InterruptedException {
        DataFolder folder = opened(DataFolder.open(config.dataFolder()));
        // BoringSSL is unpacked and loaded, and the relay's handshake warmed up, while the database is opened.
        Thread.ofPlatform().name("office-start-tls").daemon().start(HttpsServer::isPostQuantum);
        folder.createPrivately(folder.database());
        SqliteStore store = opened(SqliteStore.open(folder.database()));
        OfficeMetrics metrics = new OfficeMetrics(log);
        OfficeStore.Identity known =
                store.attempt(transaction -> transaction.office().find());
        Certificates certificates = new Certificates(folder, primitives);
        String host = host(config, known);
        if (config.bind() == null) {
            config = config.withBind(host.equals("localhost") ? "127.0.0.1" : "0.0.0.0");
        }
        RoomEvents events = new RoomEvents();
        RelayStart relayStart = opened(new RelayStart(events));
        TlsIdentity tls = tlsIdentity(config, certificates, host);
        HttpsServer server = opened(listen(config, tls, metrics, config.httpsPort()));
        OfficeStore.Identity identity = known != null
                ? requireSame(known)
                : create(folder, store, server.address().getPort());
        HybridKeyPair key = KeyChange.finish(folder, primitives, identity.officeKey());
        if (!key.publicKey().keyHash(primitives).equals(identity.officeKey())) {
            throw new OfficeException("The office's key " + folder.key()
                    + " is another office's than the database's. Restore both from the same backup.");
        }
        var _ = RecoveryKeyFile.ensure(folder, config.recoveryKey(), primitives, random);
        List<OfficeStore.Rotation> rotations =
                store.transact(transaction -> transaction.office().rotations());
        OfficeContext context = new OfficeContext(
                identity.domain(),
                new OwnKeys(primitives, key, KeyChange.recoveryKey(folder, rotations), rotations),
                store,
                primitives,
                random,
                config.clock(),
                OfficeTime.resume(OfficeTime.Machine.system(), config.clock(), store),
                metrics,
                log);
        Sessions sessions = new Sessions(context);
        UdpRelay relay = relayStart.await();
        Peers peers = opened(new Peers(context, config.federation(), config.httpLimits(), isLoopback(config.bind())));
        MediaRelay media = new UdpMediaRelay(relay);
        AdvertisedRelay advertised = advertised(config, identity.domain());
        TrunkKeeper trunks = new TrunkKeeper(context, media, advertised, peers, peers::resolve);
        TurnGate turn = new TurnGate(identity.domain().value(), random::next, System::nanoTime, media);
        RoomKeeper rooms = new RoomKeeper(context, media, advertised, sessions::mediaLost, trunks, turn);
        events.rooms = rooms;
        OfficeParts.Lines lines = OfficeParts.Lines.of(context, sessions);
        opened(lines.clock());
        Switchboard switchboard = new Switchboard(context, sessions, rooms, lines.gate(), lines.teller(), peers);
        lines.desk().sendsBy(switchboard::sendToDesk);
        PeerLines.connect(context, lines.desk(), peers);
        peers.onRequest(PeerType.ENVELOPE, new PeerCalls(context, switchboard, lines.gate()));
        LeavingDevices leaving = new LeavingDevices(context, sessions, switchboard, rooms, turn, peers);
        peers.onRequest(PeerType.CHAIN_NEWS, leaving);
        RelayGuard guard = new RelayGuard(context, relay, () -> switchboard.roomsLost(rooms.relayReplaced()));
        OfficeParts parts = new OfficeParts(
                new EnrolmentDesk(context, sessions::personNews),
                new LinkDesk(context, sessions::linkArrived, sessions::personNews, leaving),
                sessions,
                rooms,
                trunks,
                turn,
                guard,
                switchboard,
                lines,
                peers,
                new PeerRegister(context, peers));
        byte[] token = metricsToken(folder);
        Office office =
                new Office(config, context, folder, store, relay, parts, new Office.Listener(server, tls), token);
        office.begin(server, tls);
        return office;
    }

    private OfficeStore.Identity requireSame(OfficeStore.Identity known) throws OfficeException {
        String asked = config.domain();
        if (asked != null && !asked.equals(known.domain().value())) {
            throw new OfficeException("This data folder is the office of " + known.domain()
                    + ", not of " + asked + ". An office keeps its domain: it stands in everybody's genesis. Name"
                    + " another folder with --data for another office.");
        }
        return known;
    }

    private OfficeStore.Identity create(DataFolder folder, SqliteStore store, int port)
            throws OfficeException, IOException, InterruptedException {
        String domain = config.domain() == null ? "localhost:" + port : config.domain();
        if (!OfficeDomain.isValid(domain)) {
            throw new OfficeException(domain
                    + " is not the domain of an office: host or host:port, in lower-case letters, digits, dots and"
                    + " hyphens.");
        }
        // A key without an identity is left by a start that was interrupted, or by a database that was lost; it cannot
        // be made again, so it is never replaced.
        HybridKeyPair key = Files.exists(folder.key())
                ? OfficeKeyFile.read(folder, primitives)
                : OfficeKeyFile.create(folder, primitives, random);
        OfficeStore.Identity identity = new OfficeStore.Identity(
                new OfficeDomain(domain),
                key.publicKey().keyHash(primitives),
                config.clock().millis());
        store.transact(transaction -> {
            transaction.office().add(identity);
            return true;
        });
        log.info("office.created", "domain", domain);
        return identity;
    }

    /** Starts the relay in a thread of its own: its certificate and first handshakes take a core for a while. */
    private final class RelayStart implements AutoCloseable {
        private final UdpRelay relay;
        private final Thread thread;
        private volatile @Nullable IOException failure;

        RelayStart(RoomEvents events) {
            relay = new UdpRelay(
                    new InetSocketAddress(config.bind(), config.udpPort()), RelayLimits.DEFAULT, random::next, events);
            thread = Thread.ofPlatform().name("office-start-relay").daemon().start(this::start);
        }

        UdpRelay await() throws OfficeException, InterruptedException {
            thread.join();
            IOException reason = failure;
            if (reason != null) {
                throw new OfficeException(
                        "UDP port " + config.udpPort() + " of " + config.bind() + " cannot be taken: "
                                + reason.getMessage() + ". Name another one with --udp-port.",
                        reason);
            }
            return relay;
        }

        @Override
        public void close() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            relay.close();
        }

        private void start() {
            try {
                relay.start();
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    private byte[] metricsToken(DataFolder folder) throws IOException, OfficeException {
        if (!Files.exists(folder.metricsToken())) {
            folder.write(folder.metricsToken(), Bytes.of(random.next(16)).hex().getBytes(StandardCharsets.US_ASCII));
        }
        return folder.read(folder.metricsToken());
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }

    private void undo(Exception cause) {
        for (AutoCloseable part : opened.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** The relay exists before the rooms that hear of it. */
    private static final class RoomEvents implements Consumer<RelayEvent> {
        private volatile @Nullable RoomKeeper rooms;

        @Override
        public void accept(RelayEvent event) {
            RoomKeeper keeper = rooms;
            if (keeper != null) {
                keeper.relayEvent(event);
            }
        }
    }

    /** What the listener shows, read or made anew. */
    static TlsIdentity tlsIdentity(OfficeConfig config, Certificates certificates, String host) throws OfficeException {
        return config.certificate() == null || config.certificateKey() == null
                ? certificates.selfMade(host, config.clock().instant())
                : certificates.read(config.certificate(), config.certificateKey());
    }

    static HttpsServer listen(OfficeConfig config, TlsIdentity identity, OfficeMetrics metrics, int port)
            throws OfficeException {
        try {
            return HttpsServer.listen(
                    new InetSocketAddress(config.bind(), port), identity, config.httpLimits(), metrics);
        } catch (IOException e) {
            throw new OfficeException(
                    "TCP port " + port + " of " + config.bind() + " cannot be taken: " + e.getMessage()
                            + ". Stop what listens there, or name another one with --port.",
                    e);
        }
    }

    private static String host(OfficeConfig config, OfficeStore.@Nullable Identity known) {
        String domain = known != null ? known.domain().value() : config.domain();
        return domain == null ? "localhost" : Arrays.asList(domain.split(":")).getFirst();
    }

    private static AdvertisedRelay advertised(OfficeConfig config, OfficeDomain domain) {
        AdvertisedRelay chosen = config.advertised();
        return new AdvertisedRelay() {
            @Override
            public @Nullable HostPort toDevice(String device, InetSocketAddress relay) {
                HostPort told = chosen == null ? null : chosen.toDevice(device, relay);
                return told == null ? here(relay) : told;
            }

            @Override
            public @Nullable HostPort toOffice(String office, InetSocketAddress relay) {
                HostPort told = chosen == null ? null : chosen.toOffice(office, relay);
                return told == null ? here(relay) : told;
            }

            private @Nullable HostPort here(InetSocketAddress relay) {
                return relay.getAddress().isAnyLocalAddress() ? new HostPort(domain.host(), relay.getPort()) : null;
            }
        };
    }

    private static boolean isLoopback(@Nullable String bind) throws IOException {
        return bind != null && InetAddress.getByName(bind).isLoopbackAddress();
    }
}
