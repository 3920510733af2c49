package org.whodis.office.federation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerException;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeContext;
import org.whodis.office.OfficeMoment;
import org.whodis.office.http.Dialler;
import org.whodis.office.http.HttpLimits;
import org.whodis.office.http.MessageSocket.CloseCode;
import org.whodis.office.http.SocketClient;
import org.whodis.office.http.SocketRoute;
import org.whodis.office.store.PeerStore.Outgoing;
import org.whodis.office.store.StoreException;

/** All other offices that this one talks to now. */
public final class Peers implements PeerLink, AutoCloseable {
    public static final String PATH = "/v1/office";
    public static final String SUBPROTOCOL = "whodis-office.1";

    /** How long the other offices may take to hear of a new key over the connections that there are. */
    private static final long ANNOUNCE_MILLIS = 5_000;

    /** Connections that this office begins: at once, and each minute after that; whoever names offices cannot make more. */
    private static final int DIALS_BURST = 200;

    private static final int DIALS_PER_MINUTE = 600;

    private final OfficeContext office;
    private final @Nullable Dialler client;
    private final PeerAdmission admission;
    private final HttpLimits limits;
    private final int maxActive;
    private final Budget dials;
    private final Map<OfficeDomain, Peer> active = new ConcurrentHashMap<>();
    private final Map<PeerConnection, Peer> dialling = new ConcurrentHashMap<>();
    private final Map<Integer, PeerHandler> handlers = new HashMap<>();
    private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();
    private volatile PeerHandshake.@Nullable Self self;
    private volatile boolean closed;

    /**
     * Nobody yet.
     *
     * @param isOnLoopback whether this office listens on the loopback interface alone
     */
    public Peers(OfficeContext office, FederationConfig config, HttpLimits limits, boolean isOnLoopback) {
        this(
                office,
                config,
                limits,
                config.privateAddresses()
                        ? AddressRule.ANY
                        : isOnLoopback ? AddressRule.PUBLIC_AND_LOOPBACK : AddressRule.PUBLIC_ONLY,
                socketClient(office, limits));
    }

    /**
     * Nobody yet, over connections that {@code client} makes; for tests and simulations.
     *
     * @param client null: this office can connect to nobody
     */
    public static Peers over(OfficeContext office, FederationConfig config, @Nullable Dialler client) {
        return new Peers(office, config, HttpLimits.DEFAULT, AddressRule.ANY, client);
    }

    private Peers(
            OfficeContext office,
            FederationConfig config,
            HttpLimits limits,
            AddressRule rule,
            @Nullable Dialler client) {
        this.office = office;
        this.limits = limits.forOffices();
        this.client = client;
        this.maxActive = config.maxActive();
        this.dials = new Budget(office.time(), DIALS_BURST, DIALS_PER_MINUTE);
        this.admission = new PeerAdmission(office, config, rule, client, this::isHeard);
        onRequest(PeerType.KEY_ROTATION, (PeerHandler.Durable)
                (from, request) -> admission.rotated(from, request, keys -> keyChanged(keys.domain(), keys.keyHash())));
    }

    private static @Nullable Dialler socketClient(OfficeContext office, HttpLimits limits) {
        try {
            return new SocketClient(limits.forOffices(), office.metrics());
        } catch (IOException e) {
            office.log().warn("peers.unavailable", "reason", "no post-quantum TLS on this machine");
            return null;
        }
    }

    /** The listener shows itself like this from now on. */
    public SocketRoute route(PeerHandshake.Self shown, Bytes tlsSpkiSha256) {
        self = shown;
        return new SocketRoute(
                PATH, SUBPROTOCOL, true, limits, socket -> PeerConnection.accepted(this, socket, shown, tlsSpkiSha256));
    }

    /** Takes up what was promised before this office was stopped or killed. */
    public void begin() throws InterruptedException {
        admission.begin();
        long now = office.now();
        for (Outgoing outgoing :
                office.store().transact(transaction -> transaction.peers().outbox())) {
            if (outgoing.request().deadline() > now) {
                var _ = send(outgoing);
            }
        }
    }

    @Override
    public CompletableFuture<PeerOutcome> request(
            OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
        long latest = office.now() + MAX_VOLATILE_MILLIS;
        return enqueue(prepare(to, officeKey, type, body, Math.min(deadline, latest)), false);
    }

    @Override
    public Outgoing prepare(OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
        long latest = office.now() + MAX_DEADLINE_MILLIS;
        Bytes id = Bytes.of(office.random().next(PeerRequest.ID_LENGTH));
        return new Outgoing(to, officeKey, new PeerRequest(id, Math.min(deadline, latest), type, body));
    }

    @Override
    public CompletableFuture<PeerOutcome> send(Outgoing outgoing) {
        return enqueue(outgoing, true);
    }

    private CompletableFuture<PeerOutcome> enqueue(Outgoing outgoing, boolean isDurable) {
        while (client != null && !outgoing.to().equals(office.domain())) {
            Peer peer = peer(outgoing.to());
            CompletableFuture<PeerOutcome> added = peer == null ? null : peer.add(outgoing, isDurable);
            if (added != null) {
                return added;
            }
            if (peer == null) {
                break;
            }
            active.remove(peer.domain(), peer);
        }
        PeerOutcome outcome = new PeerOutcome.NotSent(
                client == null
                        ? PeerRefusal.NOT_POST_QUANTUM
                        : outgoing.to().equals(office.domain()) ? PeerRefusal.OWN_DOMAIN : PeerRefusal.TOO_MANY);
        settled(outgoing, isDurable, outcome);
        return CompletableFuture.completedFuture(outcome);
    }

    @Override
    public void onRequest(int type, PeerHandler handler) {
        synchronized (handlers) {
            if (handlers.put(type, handler) != null) {
                throw new IllegalStateException("two handlers of type " + type);
            }
        }
    }

    @Override
    public void onConnection(ConnectionListener listener) {
        listeners.add(listener);
    }

    @Override
    public boolean isConnected(OfficeDomain domain) {
        Peer peer = active.get(domain);
        return peer != null && peer.isConnected();
    }

    /** Whether there is a connection to {@code domain} under {@code officeKey}, and something came over it lately. */
    private boolean isHeard(OfficeDomain domain, Bytes officeKey) {
        Peer peer = active.get(domain);
        return peer != null && peer.isHeardUnder(officeKey);
    }

    /** How many offices there is a connection with. */
    public int connected() {
        return (int) active.values().stream().filter(Peer::isConnected).count();
    }

    /** The address of another office's relay, which has to be one that this office would connect to. Asks the name service. */
    public InetSocketAddress resolve(String host, int port) throws PeerException {
        return admission.resolve(host, port);
    }

    /** To be called a few times each second. */
    public void tick() {
        OfficeMoment now = office.moment();
        for (Peer peer : active.values()) {
            peer.tick(now);
        }
        if (active.size() > maxActive / 2) {
            active.values().removeIf(Peer::retire);
        }
    }

    /** Tells every office that there is a connection with of this office's next key. What is lost on the way they look up. */
    public void announce(KeyRotation.Signed rotation) {
        for (Peer peer : active.values()) {
            if (peer.isConnected()) {
                var _ = request(
                        peer.domain(), null, PeerType.KEY_ROTATION, rotation.encode(), office.now() + ANNOUNCE_MILLIS);
            }
        }
    }

    /** Ends all connections; they come back under the key that this office has now. */
    public void reconnect() {
        active.values().forEach(Peer::reconnect);
    }

    /** The operator has forgotten {@code domain}. */
    void forgotten(OfficeDomain domain) {
        admission.forgotten(domain);
        Peer peer = active.get(domain);
        if (peer != null) {
            peer.fail(PeerRefusal.KEY_HELD);
            peer.disconnect(CloseCode.NOT_AUTHENTICATED);
        }
    }

    /** Another key of {@code domain} counts from now on: nobody talks to it under the one before. */
    void keyChanged(OfficeDomain domain, Bytes officeKey) {
        Peer peer = active.get(domain);
        if (peer != null) {
            peer.requireKey(officeKey);
        }
    }

    /** The operator has changed whom this office talks to. */
    public void rulesChanged() throws InterruptedException {
        for (Peer peer : active.values()) {
            try {
                admission.requireAllowed(peer.domain());
            } catch (PeerException e) {
                peer.fail(e.refusal());
                peer.disconnect(CloseCode.NOT_AUTHENTICATED);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        active.values().forEach(peer -> peer.disconnect(CloseCode.GOING_AWAY));
        if (client != null) {
            client.close();
        }
    }

    OfficeContext office() {
        return office;
    }

    PeerAdmission admission() {
        return admission;
    }

    PeerHandshake.Self self() {
        PeerHandshake.Self shown = self;
        if (shown == null) {
            throw new IllegalStateException("this office does not listen yet");
        }
        return shown;
    }

    boolean isClosed() {
        return closed;
    }

    @Nullable
    PeerHandler handler(int type) {
        synchronized (handlers) {
            return handlers.get(type);
        }
    }

    /** As {@link #peer}, and it stays until somebody calls its {@code ready}. */
    @Nullable
    Peer kept(OfficeDomain domain) {
        while (true) {
            Peer peer = peer(domain);
            if (peer == null || peer.keep()) {
                return peer;
            }
            active.remove(domain, peer);
        }
    }

    /** The office at {@code domain}; null if there are too many. */
    @Nullable
    Peer peer(OfficeDomain domain) {
        Peer known = active.get(domain);
        if (known != null) {
            return known;
        }
        if (active.size() >= maxActive) {
            active.values().removeIf(Peer::retire);
        }
        if (active.size() >= maxActive && admission.isCompared(domain)) {
            makeRoom();
        }
        return active.size() < maxActive ? active.computeIfAbsent(domain, each -> new Peer(this, each)) : null;
    }

    /** An office that was compared does not wait for those that were not: first one goes that there is no connection with. */
    private void makeRoom() {
        Peer victim = null;
        for (Peer each : active.values()) {
            if (!admission.isCompared(each.domain())
                    && (victim == null || victim.isConnected() && !each.isConnected())) {
                victim = each;
            }
        }
        if (victim != null && active.remove(victim.domain(), victim)) {
            victim.crowdedOut();
        }
    }

    void dial(Peer peer) {
        office.time().later(0, () -> {
            try {
                connect(peer);
            } catch (PeerException e) {
                office.metrics().peerRefused(e.refusal());
                peer.dialFailed(e.refusal());
            } catch (StoreException e) {
                office.metrics().handlerFailed("peer", e);
                peer.dialFailed(PeerRefusal.UNREACHABLE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void connect(Peer peer) throws PeerException, InterruptedException {
        Dialler from = client;
        if (from == null || !dials.take()) {
            throw new PeerException(from == null ? PeerRefusal.NOT_POST_QUANTUM : PeerRefusal.TOO_MANY);
        }
        admission.requireAllowed(peer.domain());
        InetSocketAddress address = admission.resolve(peer.domain());
        var _ = from.open(address, peer.domain().value(), PATH, SUBPROTOCOL, (socket, spki) -> {
                    PeerConnection connection = PeerConnection.dialled(this, socket, peer.domain(), spki);
                    dialling.put(connection, peer);
                    return connection;
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        peer.dialFailed(PeerRefusal.UNREACHABLE);
                    }
                });
    }

    /** A connection that this office dialled has ended or has become an office's. */
    void dialDone(PeerConnection connection, @Nullable PeerRefusal refusal) {
        Peer peer = dialling.remove(connection);
        if (peer != null && refusal != null) {
            peer.dialFailed(refusal);
        }
    }

    void connection(OfficeDomain domain, boolean isUp) {
        listeners.forEach(each -> each.connection(domain, isUp));
    }

    /** Nobody waits for {@code outgoing} any more. */
    void settled(Outgoing outgoing, boolean isDurable, PeerOutcome outcome) {
        office.metrics().peerSettled(outcome);
        if (!isDurable) {
            return;
        }
        office.store().transactSoon(transaction -> {
            transaction.peers().done(outgoing.request().id());
            return true;
        });
    }
}
