package org.whodis.office;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.OfficeWords;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.office.admin.AdminServer;
import org.whodis.office.data.Certificates;
import org.whodis.office.data.DataFolder;
import org.whodis.office.data.OfficeKeyFile;
import org.whodis.office.data.RecoveryKeyFile;
import org.whodis.office.enrol.EnrolmentDesk;
import org.whodis.office.enrol.LinkDesk;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.federation.PeerRegister;
import org.whodis.office.federation.Peers;
import org.whodis.office.http.HttpAnswer;
import org.whodis.office.http.HttpRequest;
import org.whodis.office.http.HttpsServer;
import org.whodis.office.http.Route;
import org.whodis.office.http.Routes;
import org.whodis.office.http.SocketRoute;
import org.whodis.office.http.TlsIdentity;
import org.whodis.office.line.AnswerClock;
import org.whodis.office.line.ConstantAnswers;
import org.whodis.office.line.IncidentBook;
import org.whodis.office.line.LineDesk;
import org.whodis.office.line.LineGate;
import org.whodis.office.line.LineTeller;
import org.whodis.office.line.PeerLines;
import org.whodis.office.media.MediaRelay;
import org.whodis.office.media.RelayGuard;
import org.whodis.office.media.RoomKeeper;
import org.whodis.office.media.TrunkKeeper;
import org.whodis.office.media.TurnGate;
import org.whodis.office.media.UdpMediaRelay;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.session.PeerCalls;
import org.whodis.office.session.SessionAcceptor;
import org.whodis.office.session.SessionParts;
import org.whodis.office.session.Sessions;
import org.whodis.office.session.Switchboard;
import org.whodis.office.store.OfficeStore;
import org.whodis.office.store.PrincipalStore.Principal;
import org.whodis.office.store.StoreException;
import org.whodis.office.store.sqlite.SqliteStore;
import org.whodis.relay.RelayDrop;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.udp.UdpRelay;

/**
 * A running office. Its parts have lives of their own: the store and the relay live as long as the office, the listener of
 * the TCP port can be ended and begun again ({@link #restartSignalling}) while calls go on.
 */
public final class Office implements AutoCloseable {
    private static final String DEVICE_PATH = "/v1/device";
    private static final String SUBPROTOCOL = "whodis.1";
    private static final String ROTATIONS_PATH = "/.well-known/whodis-keys";
    private static final long TICK_MILLIS = 250;

    /** After another key has taken its place, until whatever was being signed with the old one is. */
    private static final long ERASE_MILLIS = 60_000;

    private static final long PRUNE_MILLIS = 60_000;

    private final OfficeConfig config;
    private final OfficeContext context;
    private final DataFolder folder;
    private final SqliteStore store;
    private final UdpRelay relay;
    private final Parts parts;
    private final ScheduledExecutorService clock;
    private final AdminServer admin;
    private final Instant startedAt;
    private final byte[] metricsToken;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private Listener listener;
    private boolean closed;

    /** The listener with the certificate that it shows. */
    private record Listener(HttpsServer server, TlsIdentity identity) {}

    private record Parts(
            EnrolmentDesk enrolment,
            LinkDesk links,
            Sessions sessions,
            RoomKeeper rooms,
            TrunkKeeper trunks,
            TurnGate turn,
            RelayGuard guard,
            Switchboard switchboard,
            Lines lines,
            Peers peers,
            PeerRegister register) {}

    /** What lines need. */
    private record Lines(
            LineDesk desk, LineGate gate, IncidentBook incidents, ConstantAnswers answers, AnswerClock clock) {
        static Lines of(OfficeContext context, Sessions sessions) {
            LineTeller teller = (principal, news) -> {
                for (DeviceId device : context.store()
                        .transact(transaction -> transaction.principals().devices(principal))) {
                    sessions.lineNews(device, news);
                }
            };
            AnswerClock clock = new AnswerClock(context.clock());
            ConstantAnswers answers = new ConstantAnswers(clock);
            IncidentBook incidents = new IncidentBook(context, teller);
            return new Lines(
                    new LineDesk(context, answers, incidents, teller),
                    new LineGate(context, incidents),
                    incidents,
                    answers,
                    clock);
        }
    }

    private Office(
            OfficeConfig config,
            OfficeContext context,
            DataFolder folder,
            SqliteStore store,
            UdpRelay relay,
            Parts parts,
            Listener listener,
            byte[] metricsToken)
            throws OfficeException {
        this.config = config;
        this.context = context;
        this.folder = folder;
        this.store = store;
        this.relay = relay;
        this.parts = parts;
        this.listener = listener;
        this.metricsToken = metricsToken;
        this.startedAt = config.clock().instant();
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("office-clock").daemon().factory());
        registerGauges();
        this.admin = AdminServer.start(this, folder.adminSocket(), context.log());
    }

    /** Starts an office; a data folder that is missing or empty becomes a new office's. */
    public static Office start(OfficeConfig config) throws OfficeException {
        return new OfficeStart(config).run();
    }

    /** Collects what has been opened, so that a start that fails leaves nothing behind. */
    private static final class OfficeStart {
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
            Peers peers =
                    opened(new Peers(context, config.federation(), config.httpLimits(), isLoopback(config.bind())));
            MediaRelay media = new UdpMediaRelay(relay);
            AdvertisedRelay advertised = advertised(config, identity.domain());
            TrunkKeeper trunks = new TrunkKeeper(context, media, advertised, peers, peers::resolve);
            TurnGate turn = new TurnGate(identity.domain().value(), random::next, System::nanoTime, media);
            RoomKeeper rooms = new RoomKeeper(context, media, advertised, sessions::mediaLost, trunks, turn);
            events.rooms = rooms;
            Lines lines = Lines.of(context, sessions);
            opened(lines.clock());
            Switchboard switchboard = new Switchboard(context, sessions, rooms, lines.gate(), peers);
            PeerLines.connect(context, lines.desk(), peers);
            peers.onRequest(PeerType.ENVELOPE, new PeerCalls(context, switchboard, lines.gate()));
            RelayGuard guard = new RelayGuard(context, relay, () -> switchboard.roomsLost(rooms.relayReplaced()));
            Parts parts = new Parts(
                    new EnrolmentDesk(context, sessions::personNews),
                    new LinkDesk(context, sessions::linkArrived, sessions::personNews),
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
            Office office = new Office(config, context, folder, store, relay, parts, new Listener(server, tls), token);
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
            // A key without an identity is left by a start that was interrupted, or by a database that was lost; it
            // cannot
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
                        new InetSocketAddress(config.bind(), config.udpPort()),
                        RelayLimits.DEFAULT,
                        random::next,
                        events);
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
                folder.write(
                        folder.metricsToken(), Bytes.of(random.next(16)).hex().getBytes(StandardCharsets.US_ASCII));
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

    public String domain() {
        return context.domain().value();
    }

    /** {@code https://} and where it can be reached from this machine. */
    public URI httpsUri() {
        InetSocketAddress address = httpsAddress();
        String host =
                address.getAddress().isAnyLocalAddress() || address.getAddress().isLoopbackAddress()
                        ? context.domain().host()
                        : address.getHostString();
        return URI.create("https://" + host + ":" + address.getPort());
    }

    public synchronized InetSocketAddress httpsAddress() {
        return listener.server().address();
    }

    public InetSocketAddress udpAddress() {
        return relay.localAddress();
    }

    /** OfficeKey: the hash of the key that this office signs with. */
    public Bytes officeKey() {
        return context.officeKey();
    }

    /** Requests to other offices. */
    public PeerLink peers() {
        return parts.peers();
    }

    public Path dataFolder() {
        return folder.path();
    }

    /** Invites one person; the link works once and until {@code lifetime} has passed. */
    public IssuedInvitation invite(String name, String title, Duration lifetime) throws OfficeException {
        return ask(() -> parts.enrolment().invite(name, title, lifetime));
    }

    public List<PendingEnrolment> pendingEnrolments() throws OfficeException {
        return ask(parts.enrolment()::pending);
    }

    /** Signs the genesis of the pending enrolment that shows {@code words}, four of them with spaces between. */
    public EnrolledPrincipal confirm(String words) throws OfficeException {
        return ask(() -> describe(parts.enrolment().confirm(words)));
    }

    /** Ends the pending enrolment that shows {@code words}. */
    public void refuse(String words) throws OfficeException {
        ask(() -> {
            parts.enrolment().refuse(words);
            return true;
        });
    }

    public List<EnrolledPrincipal> principals() throws OfficeException {
        return ask(() -> {
            List<EnrolledPrincipal> out = new ArrayList<>();
            PrincipalId last = null;
            while (true) {
                PrincipalId after = last;
                List<Principal> page =
                        store.transact(transaction -> transaction.principals().page(after, 100));
                if (page.isEmpty()) {
                    return out;
                }
                page.forEach(each -> out.add(describe(each)));
                last = page.getLast().id();
            }
        });
    }

    /** Who sits at the desk: whose devices see knocks, and which line was tried by others. */
    public List<EnrolledPrincipal> desk() throws OfficeException {
        return ask(() -> {
            List<EnrolledPrincipal> out = new ArrayList<>();
            for (Principal each : store.transact(transaction -> {
                List<Principal> people = new ArrayList<>();
                for (PrincipalId id : transaction.desk().people()) {
                    Principal person = transaction.principals().find(id);
                    if (person != null) {
                        people.add(person);
                    }
                }
                return people;
            })) {
                out.add(describe(each));
            }
            return out;
        });
    }

    /** Puts somebody at the desk. {@code who} is a name, or at least eight hexadecimal digits of an id. */
    public EnrolledPrincipal deskAdd(String who) throws OfficeException {
        EnrolledPrincipal person = find(who);
        PrincipalId id = new PrincipalId(Bytes.fromHex(person.id()));
        ask(() -> store.transact(transaction -> {
            transaction.desk().add(id, context.now());
            return true;
        }));
        return person;
    }

    public EnrolledPrincipal deskRemove(String who) throws OfficeException {
        EnrolledPrincipal person = find(who);
        PrincipalId id = new PrincipalId(Bytes.fromHex(person.id()));
        if (!ask(() -> store.transact(transaction -> transaction.desk().remove(id)))) {
            throw new OfficeException(person.name() + " does not sit at the desk.");
        }
        return person;
    }

    private EnrolledPrincipal find(String who) throws OfficeException {
        List<EnrolledPrincipal> found = new ArrayList<>();
        String wanted = who.strip().toLowerCase(Locale.ROOT);
        for (EnrolledPrincipal each : principals()) {
            boolean byId = wanted.length() >= 8 && each.id().startsWith(wanted);
            if (byId || each.name().toLowerCase(Locale.ROOT).equals(wanted)) {
                found.add(each);
            }
        }
        if (found.size() != 1) {
            throw new OfficeException(
                    found.isEmpty()
                            ? "Nobody called \"" + who + "\" is enrolled. Look at: whodis office principals"
                            : "More than one is called \"" + who
                                    + "\". Give the first digits of the id that --json shows.");
        }
        return found.getFirst();
    }

    /** All other offices that are known or that the operator has said something of. */
    public List<PeerOffice> peerOffices() throws OfficeException {
        return ask(() -> parts.register().list());
    }

    /** Whether only those offices are talked to that the operator has allowed. */
    public boolean admitsListedPeersOnly() throws OfficeException {
        return ask(() -> parts.register().isListedOnly());
    }

    public void admitListedPeersOnly(boolean listed) throws OfficeException {
        ask(() -> {
            parts.register().listedOnly(listed);
            return true;
        });
    }

    /** The operator allows or denies one office; connections with one that is denied end at once. */
    public void admitPeer(String domain, boolean allowed) throws OfficeException {
        ask(() -> {
            parts.register().rule(domain, allowed);
            return true;
        });
    }

    /** Connects with an office, if there was no connection yet, and gives the words to compare. */
    public PeerOffice meetPeer(String domain) throws OfficeException {
        return ask(() -> parts.register().meet(domain));
    }

    /** The other office's operator has read these words: from now on its key is known to be its own. */
    public PeerOffice comparePeer(String domain, String words) throws OfficeException {
        return ask(() -> parts.register().compare(domain, words));
    }

    /** Forgets an office's key: the next contact is the first one again. What the operator allowed or denied stays. */
    public void forgetPeer(String domain) throws OfficeException {
        ask(() -> {
            parts.register().forget(domain);
            return true;
        });
    }

    public OfficeStatus status() throws OfficeException {
        return ask(() -> {
            long now = context.now();
            int[] counts = store.transact(transaction -> new int[] {
                transaction.principals().count(),
                transaction.invitations().revealed(now).size(),
                transaction.calls().countOpen()
            });
            TlsIdentity identity = identity();
            return new OfficeStatus(
                    domain(),
                    context.officeKey().hex(),
                    identity.spkiSha256().hex(),
                    identity.selfMade(),
                    HttpsServer.isPostQuantum(),
                    text(httpsAddress()),
                    text(udpAddress()),
                    startedAt,
                    counts[0],
                    counts[1],
                    parts.sessions().count(),
                    counts[2],
                    parts.rooms().rooms());
        });
    }

    /** The metrics in Prometheus' text format. */
    public String metrics() {
        return context.metrics().registry().text();
    }

    /** Ends every connection and listens again, with the certificate read anew; the relay and its calls go on. */
    public synchronized void restartSignalling() throws OfficeException {
        if (closed) {
            throw new OfficeException("The office has been stopped.");
        }
        TlsIdentity identity = tlsIdentity(
                config,
                new Certificates(folder, context.primitives()),
                context.domain().host());
        int port = httpsAddress().getPort();
        listener.server().close();
        HttpsServer server = listen(config, identity, context.metrics(), port);
        listener = new Listener(server, identity);
        server.serve(routes(identity));
        context.log().info("signalling.restarted");
    }

    /** The key that this office signs with, and what others know it by. */
    public OfficeKeyStatus keys() {
        return new OfficeKeyStatus(
                domain(),
                context.officeKey().hex(),
                context.keys().recoveryKey().equals(OfficeDescriptor.NO_RECOVERY_KEY)
                        ? ""
                        : context.keys().recoveryKey().hex(),
                context.keys().rotations(),
                OfficeWords.ofOne(context.primitives(), context.domain(), context.officeKey()));
    }

    /**
     * Makes another key for this office and shows it from now on. Everybody who knew the old one believes the statement that
     * leads to it: at once if the recovery key agreed, otherwise after 48 hours. Connections end and come back; calls go on.
     * Invitations and device links that were not used up to now are void.
     *
     * @param recoveryFile with the recovery key; null if it is lost
     * @param newRecoveryFile if it is lost, for the one that takes its place; null: none does
     */
    public OfficeKeyStatus rotateKey(@Nullable Path recoveryFile, @Nullable Path newRecoveryFile)
            throws OfficeException {
        synchronized (this) {
            if (closed) {
                throw new OfficeException("The office has been stopped.");
            }
            KeyChange change = new KeyChange(context, folder);
            KeyChange.Committed committed = ask(() -> change.commit(recoveryFile, newRecoveryFile));
            HybridKeyPair old = context.keys().changed(committed.next(), committed.recoveryKey(), committed.rotation());
            try {
                change.replaceFile();
            } catch (IOException e) {
                // The next start does it.
                context.log().error("office.key_file", e);
            }
            context.log().info("office.key_changed", "agreed", recoveryFile != null);
            if (recoveryFile != null) {
                parts.peers().announce(committed.rotation().signed());
            }
            restartSignalling();
            parts.peers().reconnect();
            var _ = clock.schedule(old::erase, ERASE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return keys();
    }

    /** Ends the relay and begins another; phones find it by themselves, within a second. */
    public void restartRelay() throws OfficeException {
        try {
            parts.guard().replace();
        } catch (IOException e) {
            throw new OfficeException(
                    "There is no relay any more: " + e.getMessage() + ". The office goes on trying to start one.", e);
        }
    }

    /** Stops accepting, tells the devices, and returns when everything is on disk and closed. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        admin.close();
        clock.shutdownNow();
        parts.peers().close();
        listener.server().close();
        parts.lines().clock().close();
        parts.guard().close();
        relay.close();
        writeLastIncidents();
        store.close();
        context.key().erase();
        folder.close();
        context.log().info("office.stopped");
    }

    /** What was noticed since the clock last wrote it down. */
    private void writeLastIncidents() {
        try {
            parts.lines().incidents().flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreException e) {
            context.log().error("incidents.lost", e);
        }
    }

    /** Asks whoever runs this office to close it. */
    public void requestStop() {
        stopRequested.countDown();
    }

    /** Returns when {@link #requestStop} was called. */
    public void awaitStopRequest() throws InterruptedException {
        stopRequested.await();
    }

    private synchronized TlsIdentity identity() {
        return listener.identity();
    }

    private void begin(HttpsServer server, TlsIdentity identity) throws InterruptedException {
        server.serve(routes(identity));
        parts.peers().begin();
        every(TICK_MILLIS, parts.peers()::tick);
        every(TICK_MILLIS, parts.switchboard()::tick);
        every(TICK_MILLIS, parts.guard()::tick);
        every(TICK_MILLIS, parts.trunks()::tick);
        every(PRUNE_MILLIS, parts.switchboard()::prune);
        every(TICK_MILLIS, () -> context.time().tick(store));
        every(TICK_MILLIS, parts.lines().incidents()::flush);
        every(TICK_MILLIS, parts.lines().desk().notices()::flush);
        if (!HttpsServer.isPostQuantum()) {
            context.log()
                    .warn(
                            "tls.not_post_quantum",
                            "reason",
                            "BoringSSL is not available for this machine; devices that insist on X25519MLKEM768 are refused");
        }
        context.log()
                .info(
                        "office.started",
                        "https",
                        text(server.address()),
                        "udp",
                        text(udpAddress()),
                        "post_quantum_tls",
                        HttpsServer.isPostQuantum());
    }

    private Routes routes(TlsIdentity identity) {
        SignedOfficeDescriptor descriptor = descriptor(identity);
        Bytes encoded = descriptor.encode();
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("/.well-known/whodis", _ -> HttpAnswer.ok(encoded)));
        Bytes published = KeyRotation.Published.encode(context.keys().published());
        routes.add(Route.get(ROTATIONS_PATH, _ -> HttpAnswer.ok(published)));
        routes.add(Route.get("/healthz", _ -> health()));
        routes.add(Route.get("/metrics", this::metrics));
        routes.add(Route.get("/line", _ -> LinkPage.LINE));
        routes.addAll(parts.enrolment().routes());
        routes.addAll(parts.links().routes());
        SessionParts sessionParts = new SessionParts(
                parts.sessions(),
                parts.switchboard(),
                parts.rooms(),
                parts.links(),
                parts.lines().desk(),
                parts.lines().answers());
        Routes all = Routes.of(
                routes,
                PageFiles.all(context.primitives()),
                List.of(
                        new SocketRoute(
                                DEVICE_PATH,
                                SUBPROTOCOL,
                                false,
                                config.httpLimits(),
                                new SessionAcceptor(context, sessionParts, descriptor, identity.spkiSha256())),
                        parts.peers()
                                .route(
                                        new PeerHandshake.Self(
                                                context.domain(),
                                                context.key(),
                                                descriptor,
                                                config.federation().versions()),
                                        identity.spkiSha256())),
                !identity.selfMade());
        return all.withTurn(parts.turn());
    }

    private SignedOfficeDescriptor descriptor(TlsIdentity identity) {
        Bytes descriptor = new OfficeDescriptor(
                        context.domain(),
                        context.key().publicKey(),
                        context.keys().recoveryKey(),
                        identity.spkiSha256(),
                        context.now())
                .encode();
        return new SignedOfficeDescriptor(
                descriptor,
                context.key()
                        .sign(context.primitives(), SignedOfficeDescriptor.BY_OFFICE, descriptor, context.random()));
    }

    /** Healthy is who can still write, and forward. */
    private HttpAnswer health() throws InterruptedException {
        try {
            store.transact(transaction -> transaction.principals().count());
            return parts.guard().isHealthy() ? HttpAnswer.text(200, "ok\n") : HttpAnswer.text(503, "no relay\n");
        } catch (StoreException e) {
            context.metrics().handlerFailed("/healthz", e);
            return HttpAnswer.text(503, "unavailable\n");
        }
    }

    private HttpAnswer metrics(HttpRequest request) {
        String token = request.bearerToken();
        boolean shown =
                token != null && Secret.constantTimeEquals(token.getBytes(StandardCharsets.UTF_8), metricsToken);
        return shown || request.peer().isLoopbackAddress()
                ? new HttpAnswer(200, HttpAnswer.PROMETHEUS, Bytes.utf8(metrics()))
                : HttpAnswer.text(404, "not found\n");
    }

    private EnrolledPrincipal describe(Principal principal) {
        int online = 0;
        for (var device : principal.devices()) {
            online += parts.sessions().isOnline(device) ? 1 : 0;
        }
        return new EnrolledPrincipal(
                principal.id().value().hex(),
                principal.name(),
                principal.title(),
                Instant.ofEpochMilli(principal.enrolledAt()),
                principal.devices().stream().map(id -> id.value().hex()).toList(),
                online);
    }

    private void registerGauges() {
        var registry = context.metrics().registry();
        registry.gauge("whodis_sessions", "Devices online now", parts.sessions()::count);
        registry.gauge("whodis_peers", "Other offices that there is a connection with now", parts.peers()::connected);
        registry.gauge("whodis_media_rooms", "Calls with a device in their room now", parts.rooms()::rooms);
        registry.counter("whodis_store_commits_total", "Commits of the database", store::commits);
        registry.counter(
                "whodis_store_commit_seconds_total", "Time spent in commits", () -> store.commitNanos() * 1e-9);
        registry.counter(
                "whodis_relay_datagrams_in_total",
                "Datagrams to the relay",
                () -> relay.counters().datagramsIn());
        registry.counter(
                "whodis_relay_datagrams_out_total",
                "Datagrams from the relay",
                () -> relay.counters().datagramsOut());
        registry.counter(
                "whodis_relay_frames_in_total",
                "Authentic SRTP packets in",
                () -> relay.counters().framesIn());
        registry.counter(
                "whodis_relay_frames_forwarded_total",
                "SRTP packets forwarded",
                () -> relay.counters().framesForwarded());
        registry.gauge(
                "whodis_relay_up", "1 if the relay runs", () -> parts.guard().isHealthy() ? 1 : 0);
        registry.gauge(
                "whodis_trunks_heard", "Trunks on which the other office's relay is heard now", parts.trunks()::heard);
        registry.gauge(
                "whodis_relay_trunks",
                "Trunk legs to other offices' relays now",
                () -> relay.counters().trunks());
        registry.counter(
                "whodis_relay_trunk_frames_in_total",
                "Authentic SRTP packets in from other offices' relays",
                () -> relay.counters().trunkFramesIn());
        registry.counter(
                "whodis_relay_trunk_frames_out_total",
                "SRTP packets out to other offices' relays",
                () -> relay.counters().trunkFramesOut());
        registry.gauge(
                "whodis_relay_members",
                "Places in rooms now",
                () -> relay.counters().members());
        Map<String, DoubleSupplier> dropped = new TreeMap<>();
        registry.gauge("whodis_turn_allocations", "Allocations of TURN now", parts.turn()::allocations);
        registry.counter(
                "whodis_turn_allocations_refused_total",
                "Allocations of TURN for which there was no room",
                parts.turn()::refusals);
        registry.counter(
                "whodis_turn_frames_dropped_total",
                "Datagrams from the relay that slow TURN connections did not take",
                parts.turn()::drops);
        for (RelayDrop reason : RelayDrop.values()) {
            dropped.put(
                    reason.name().toLowerCase(Locale.ROOT),
                    () -> relay.counters().dropped().getOrDefault(reason, 0L));
        }
        registry.counters("whodis_relay_dropped_total", "reason", "Datagrams that the relay refused", dropped);
        registry.gauge(
                "process_uptime_seconds",
                "Seconds since the office started",
                () -> Duration.between(startedAt, config.clock().instant()).toMillis() / 1000.0);
        registry.gauge(
                "jvm_memory_used_bytes",
                "Heap in use",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }

    /** Something that asks the store on behalf of the operator. */
    private interface Question<T> {
        T answer() throws OfficeException, InterruptedException;
    }

    private static <T> T ask(Question<T> question) throws OfficeException {
        try {
            return question.answer();
        } catch (StoreException e) {
            throw new OfficeException("The database could not do it: " + e.getMessage() + ". Is the disk full?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OfficeException("Interrupted.", e);
        }
    }

    private interface Duty {
        void run() throws InterruptedException;
    }

    /** A duty that fails once is tried again the next time; the scheduler would drop it. */
    private void every(long millis, Duty duty) {
        Runnable guarded = () -> {
            try {
                duty.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                context.metrics().handlerFailed("clock", e);
            }
        };
        var _ = clock.scheduleWithFixedDelay(guarded, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static TlsIdentity tlsIdentity(OfficeConfig config, Certificates certificates, String host)
            throws OfficeException {
        return config.certificate() == null || config.certificateKey() == null
                ? certificates.selfMade(host, config.clock().instant())
                : certificates.read(config.certificate(), config.certificateKey());
    }

    private static HttpsServer listen(OfficeConfig config, TlsIdentity identity, OfficeMetrics metrics, int port)
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

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
