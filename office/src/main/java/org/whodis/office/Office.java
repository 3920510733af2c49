package org.whodis.office;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.OfficeWords;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.office.admin.AdminServer;
import org.whodis.office.data.Certificates;
import org.whodis.office.data.DataFolder;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.http.HttpAnswer;
import org.whodis.office.http.HttpRequest;
import org.whodis.office.http.HttpsServer;
import org.whodis.office.http.Route;
import org.whodis.office.http.Routes;
import org.whodis.office.http.SocketRoute;
import org.whodis.office.http.TlsIdentity;
import org.whodis.office.session.SessionAcceptor;
import org.whodis.office.session.SessionParts;
import org.whodis.office.store.PrincipalStore.Principal;
import org.whodis.office.store.StoreException;
import org.whodis.office.store.sqlite.SqliteStore;
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
    private final OfficeParts parts;
    private final ScheduledExecutorService clock;
    private final AdminServer admin;
    private final Instant startedAt;
    private final byte[] metricsToken;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private Listener listener;
    private boolean closed;

    /** The listener with the certificate that it shows. */
    record Listener(HttpsServer server, TlsIdentity identity) {}

    Office(
            OfficeConfig config,
            OfficeContext context,
            DataFolder folder,
            SqliteStore store,
            UdpRelay relay,
            OfficeParts parts,
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
        new OfficeGauges(store, relay, parts, config.clock(), startedAt)
                .register(context.metrics().registry());
        this.admin = AdminServer.start(this, folder.adminSocket(), context.log());
    }

    /** Starts an office; a data folder that is missing or empty becomes a new office's. */
    public static Office start(OfficeConfig config) throws OfficeException {
        return new OfficeStart(config).run();
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

    /** Whether browsers get at the relay where UDP is blocked. May ask a name server. */
    public boolean isRelayReachedByTurn() {
        return parts.rooms().isReachedByTurn();
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
        TlsIdentity identity = OfficeStart.tlsIdentity(
                config,
                new Certificates(folder, context.primitives()),
                context.domain().host());
        int port = httpsAddress().getPort();
        listener.server().close();
        HttpsServer server = OfficeStart.listen(config, identity, context.metrics(), port);
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

    void begin(HttpsServer server, TlsIdentity identity) throws InterruptedException {
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

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
