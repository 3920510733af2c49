package org.whodis.office.media;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerException;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.message.CallId;
import org.whodis.core.trunk.TrunkAccept;
import org.whodis.core.trunk.TrunkKeys;
import org.whodis.core.trunk.TrunkMessage;
import org.whodis.core.trunk.TrunkPlace;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.media.srtp.SrtpKeys;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.OfficeContext;
import org.whodis.office.call.CallRecord;
import org.whodis.office.call.OtherOffice;
import org.whodis.office.federation.PeerHandler;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.federation.RemoteOffice;
import org.whodis.office.store.StoreException;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayRefusedException;
import org.whodis.relay.TrunkId;
import org.whodis.relay.TrunkRequest;

/**
 * Opens and closes the trunks of calls with other offices, and opens them again when a relay was replaced or fell silent
 * (protocol section 9).
 *
 * <pre>
 *   Closed  --wanted-----------------------------> Opening   TrunkMessage.Open goes to the other office
 *   Closed, Open --the other office's Open-------> Open      answered by a TrunkAccept
 *   Opening --the other office's Open------------> Open      if the caller's office is here; else theirs is refused
 *   Opening --TrunkAccept------------------------> Open
 *   Opening --refused, no answer-----------------> Closed    and wanted again after a pause
 *   Open    --the relay was replaced-------------> Opening
 *   Open    --silent, expired--------------------> Opening   after a pause: whoever knows why it is silent opens first
 *   any     --the call is over-------------------> gone      TrunkMessage.Close tells the other office
 * </pre>
 */
public final class TrunkKeeper implements PeerHandler.Volatile {
    /** As long as an answer is waited for; the relay keeps the range of SSRCs for longer. */
    static final long OPEN_MILLIS = 10_000;

    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 8_000;

    /** Before this office opens a trunk again that has fallen silent; the other knows better whether its relay was replaced. */
    private static final long SILENCE_PAUSE_MILLIS = 2_000;

    /** Openings that the other office may ask for in one call: far more than any call needs, and fewer than a room remembers. */
    static final int MAX_OPENINGS = 200;

    /** In version 1 one device of the other office speaks; a second one while it changes its place. */
    private static final int SENDERS = 2;

    private static final long NEVER = Long.MAX_VALUE;

    private final OfficeContext office;
    private final MediaRelay relay;
    private final AdvertisedRelay advertised;
    private final PeerLink peers;
    private final Resolver resolver;
    /** Calls with another office that have rung and are not over: no more than the office has calls. */
    private final Map<CallId, Trunk> trunks = new ConcurrentHashMap<>();

    /** Finds the relay of another office, within the same rules as the office itself. */
    @FunctionalInterface
    public interface Resolver {
        InetSocketAddress resolve(String host, int port) throws PeerException;
    }

    /** One call's trunk. Its own lock guards it. */
    private static final class Trunk {
        private final CallId call;
        private final OfficeDomain peer;
        private final Bytes peerKey;
        /** Whether an opening of ours goes before one of theirs. */
        private final boolean weGoFirst;

        private @Nullable Bytes opening;
        private @Nullable Bytes open;
        private int openings;
        private long pause = FIRST_PAUSE_MILLIS;
        /** In office time. */
        private long tryAt = NEVER;

        private boolean heard;
        private boolean over;

        Trunk(CallId call, OtherOffice other) {
            this.call = call;
            this.peer = other.domain();
            this.peerKey = other.officeKey();
            this.weGoFirst = other.isCallers();
        }

        TrunkId id() {
            return new TrunkId(RoomKeeper.room(call), peer.value());
        }

        void again(long now) {
            tryAt = now + pause;
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    public TrunkKeeper(
            OfficeContext office, MediaRelay relay, AdvertisedRelay advertised, PeerLink peers, Resolver resolver) {
        this.office = office;
        this.relay = relay;
        this.advertised = advertised;
        this.peers = peers;
        this.resolver = resolver;
        peers.onRequest(PeerType.TRUNK, this);
        peers.onConnection(this::connection);
    }

    /** The call needs a trunk, if it is one with another office; opens it unless it is open or being opened. */
    public void want(CallRecord call) {
        OtherOffice other = call.other();
        if (other == null || call.phase() instanceof CallRecord.Ended) {
            return;
        }
        Trunk trunk = trunks.computeIfAbsent(call.id(), id -> new Trunk(id, other));
        synchronized (trunk) {
            if (trunk.open != null || trunk.opening != null || trunk.tryAt != NEVER) {
                return;
            }
        }
        inBackground(() -> open(trunk));
    }

    /** The call is over. */
    public void close(CallId call) {
        Trunk trunk = trunks.remove(call);
        if (trunk == null) {
            return;
        }
        Bytes last;
        synchronized (trunk) {
            trunk.over = true;
            last = trunk.open != null ? trunk.open : trunk.opening;
        }
        relay.removeTrunk(trunk.id());
        if (last != null) {
            var _ = peers.request(
                    trunk.peer,
                    trunk.peerKey,
                    PeerType.TRUNK,
                    new TrunkMessage.Close(call, last).encode(),
                    office.now() + OPEN_MILLIS);
        }
    }

    /** The relay is a new one: it knows of no trunk. */
    public void relayReplaced() {
        for (Trunk trunk : trunks.values()) {
            synchronized (trunk) {
                trunk.open = null;
                trunk.opening = null;
                trunk.heard = false;
            }
            inBackground(() -> open(trunk));
        }
    }

    /** Called on the relay's thread, which others may be waiting for. */
    public void relayEvent(RelayEvent event) {
        switch (event) {
            case RelayEvent.TrunkHeard(TrunkId id) -> inBackground(() -> heard(id));
            case RelayEvent.TrunkSilent(TrunkId id) -> inBackground(() -> silent(id, false));
            case RelayEvent.TrunkExpired(TrunkId id) -> inBackground(() -> silent(id, true));
            case RelayEvent.MemberConnected _, RelayEvent.MemberExpired _ -> {}
        }
    }

    /** To be called a few times each second. */
    public void tick() {
        long now = office.time().millis();
        for (Trunk trunk : trunks.values()) {
            boolean due;
            synchronized (trunk) {
                due = trunk.tryAt <= now;
                if (due) {
                    trunk.tryAt = NEVER;
                    trunk.open = null;
                }
            }
            if (due) {
                inBackground(() -> open(trunk));
            }
        }
    }

    /** Trunks on which the other office's relay is heard now. */
    public int heard() {
        int count = 0;
        for (Trunk trunk : trunks.values()) {
            synchronized (trunk) {
                count += trunk.heard ? 1 : 0;
            }
        }
        return count;
    }

    @Override
    public CompletableFuture<PeerAnswer> handle(RemoteOffice from, PeerRequest request) throws InterruptedException {
        return CompletableFuture.completedFuture(answer(from, request));
    }

    private PeerAnswer answer(RemoteOffice from, PeerRequest request) throws InterruptedException {
        TrunkMessage message;
        try {
            message = TrunkMessage.decode(request.body());
        } catch (DecodeException e) {
            office.metrics().malformedMessage();
            return new PeerAnswer.Refused(Refusal.MALFORMED);
        }
        CallRecord call = find(message.callId());
        OtherOffice other = call == null ? null : call.other();
        if (other == null || isOver(call) || !from.has(other.domain(), other.officeKey())) {
            // The same for a call that there is not, that is over, and that is somebody else's.
            return new PeerAnswer.Refused(Refusal.NOT_ALLOWED);
        }
        Trunk trunk = trunks.computeIfAbsent(message.callId(), id -> new Trunk(id, other));
        if (isOver(find(message.callId()))) {
            // It ended in between, and whoever ended it found no trunk to close.
            close(message.callId());
        }
        return switch (message) {
            case TrunkMessage.Open open -> accept(trunk, open);
            case TrunkMessage.Close close -> closedByPeer(trunk, close);
        };
    }

    private PeerAnswer closedByPeer(Trunk trunk, TrunkMessage.Close close) {
        synchronized (trunk) {
            if (trunk.open != null && trunk.open.equals(close.opening())) {
                trunk.open = null;
                trunk.tryAt = NEVER;
                trunk.heard = false;
                relay.removeTrunk(trunk.id());
            }
        }
        return new PeerAnswer.Applied(Bytes.EMPTY);
    }

    private PeerAnswer accept(Trunk trunk, TrunkMessage.Open open) {
        InetSocketAddress theirs;
        try {
            theirs = where(open.opener());
        } catch (PeerException e) {
            open.opener().secret().erase();
            return refused(e);
        }
        synchronized (trunk) {
            if (trunk.over) {
                return new PeerAnswer.Refused(Refusal.NOT_ALLOWED);
            }
            if (trunk.opening != null && trunk.weGoFirst) {
                return new PeerAnswer.Refused(Refusal.CONFLICT);
            }
            if (++trunk.openings > MAX_OPENINGS) {
                return new PeerAnswer.Refused(Refusal.TOO_MANY);
            }
            TrunkPlace mine = null;
            try {
                mine = place(trunk);
                TrunkKeys keys = TrunkKeys.derive(office.primitives(), open, mine, trunk.peer, office.domain());
                relay.connectTrunk(request(trunk, mine, open.opener(), theirs, keys.accepter(), keys.opener())
                        .answering());
                trunk.opening = null;
                opened(trunk, open.opening());
                return new PeerAnswer.Applied(new TrunkAccept(mine).encode());
            } catch (RelayRefusedException e) {
                return refused(e);
            } finally {
                open.opener().secret().erase();
                if (mine != null) {
                    mine.secret().erase();
                }
            }
        }
    }

    private PeerAnswer refused(Exception why) {
        office.log().warn("trunk.refused", "reason", String.valueOf(why.getMessage()));
        return new PeerAnswer.Refused(Refusal.UNAVAILABLE);
    }

    private void open(Trunk trunk) throws InterruptedException {
        if (isOver(find(trunk.call))) {
            close(trunk.call);
            return;
        }
        TrunkMessage.Open message;
        synchronized (trunk) {
            if (trunk.over || trunk.open != null || trunk.opening != null) {
                return;
            }
            try {
                Bytes opening = Bytes.of(office.random().next(TrunkMessage.OPENING_LENGTH));
                message = new TrunkMessage.Open(trunk.call, opening, place(trunk));
                trunk.opening = opening;
            } catch (RelayRefusedException e) {
                office.log().warn("trunk.refused", "reason", e.reason());
                trunk.again(office.time().millis());
                return;
            }
        }
        var _ = peers.request(trunk.peer, trunk.peerKey, PeerType.TRUNK, message.encode(), office.now() + OPEN_MILLIS)
                .whenComplete((outcome, failure) -> inBackground(() -> answered(trunk, message, outcome)));
    }

    /** @param outcome null if there is none, by a fault */
    private void answered(Trunk trunk, TrunkMessage.Open message, @Nullable PeerOutcome outcome) {
        TrunkPlace theirs = null;
        InetSocketAddress at = null;
        try {
            if (outcome instanceof PeerOutcome.Applied(Bytes body)) {
                theirs = TrunkAccept.decode(body).accepter();
                at = where(theirs);
            }
        } catch (DecodeException | PeerException e) {
            office.log().warn("trunk.not_opened", "reason", String.valueOf(e.getMessage()));
        }
        synchronized (trunk) {
            try {
                if (trunk.over || trunk.opening == null || !trunk.opening.equals(message.opening())) {
                    // The other office has opened it meanwhile, or the relay was replaced.
                    return;
                }
                trunk.opening = null;
                if (theirs != null && at != null) {
                    TrunkKeys keys =
                            TrunkKeys.derive(office.primitives(), message, theirs, office.domain(), trunk.peer);
                    relay.connectTrunk(request(trunk, message.opener(), theirs, at, keys.opener(), keys.accepter()));
                    opened(trunk, message.opening());
                } else {
                    trunk.again(office.time().millis());
                }
            } catch (RelayRefusedException e) {
                office.log().warn("trunk.not_opened", "reason", e.reason());
                trunk.again(office.time().millis());
            } finally {
                message.opener().secret().erase();
                if (theirs != null) {
                    theirs.secret().erase();
                }
            }
        }
    }

    private static void opened(Trunk trunk, Bytes opening) {
        trunk.open = opening;
        trunk.tryAt = NEVER;
        trunk.heard = false;
    }

    private void heard(TrunkId id) {
        Trunk trunk = trunks.get(RoomKeeper.call(id.room()));
        if (trunk != null) {
            synchronized (trunk) {
                trunk.pause = FIRST_PAUSE_MILLIS;
                trunk.tryAt = NEVER;
                trunk.heard = true;
            }
        }
    }

    private void silent(TrunkId id, boolean isGone) {
        Trunk trunk = trunks.get(RoomKeeper.call(id.room()));
        if (trunk != null) {
            synchronized (trunk) {
                trunk.heard = false;
                if (isGone && trunk.opening == null) {
                    trunk.open = null;
                    trunk.again(office.time().millis());
                } else if (trunk.opening == null) {
                    trunk.tryAt = office.time().millis() + SILENCE_PAUSE_MILLIS;
                }
            }
        }
    }

    private void connection(OfficeDomain domain, boolean isUp) {
        if (!isUp) {
            return;
        }
        for (Trunk trunk : trunks.values()) {
            synchronized (trunk) {
                if (trunk.peer.equals(domain) && trunk.open == null && trunk.opening == null) {
                    trunk.tryAt = 0;
                }
            }
        }
    }

    /** Where the other office's relay is to send to, with a share of the keys. */
    private TrunkPlace place(Trunk trunk) throws RelayRefusedException {
        int base = relay.reserveTrunk();
        InetSocketAddress local = relay.localAddress();
        AdvertisedRelay.HostPort told = advertised.toOffice(trunk.peer.value(), local);
        return new TrunkPlace(
                Secret.owning(office.random().next(TrunkPlace.SECRET_LENGTH)),
                told == null ? local.getAddress().getHostAddress() : told.host(),
                told == null ? local.getPort() : told.port(),
                Integer.toUnsignedLong(base));
    }

    /**
     * Asks the name service, which may be the other office's own and take as long as it likes: never to be called under a
     * trunk's lock, for which the replacement of the relay and all other calls' trunks would wait.
     */
    private InetSocketAddress where(TrunkPlace theirs) throws PeerException {
        return resolver.resolve(theirs.host(), theirs.port());
    }

    /** Takes the keys over. */
    private static TrunkRequest request(
            Trunk trunk, TrunkPlace mine, TrunkPlace theirs, InetSocketAddress at, Secret send, Secret receive) {
        try {
            return new TrunkRequest(
                    trunk.id(), (int) mine.ssrcBase(), (int) theirs.ssrcBase(), at, srtp(send), srtp(receive), SENDERS);
        } finally {
            send.erase();
            receive.erase();
        }
    }

    private static SrtpKeys srtp(Secret keyAndSalt) {
        byte[] exposed = keyAndSalt.expose();
        byte[] key = Arrays.copyOfRange(exposed, 0, TrunkKeys.KEY_LENGTH);
        byte[] salt = Arrays.copyOfRange(exposed, TrunkKeys.KEY_LENGTH, exposed.length);
        SrtpKeys keys = SrtpKeys.copyOf(key, salt);
        List.of(exposed, key, salt).forEach(each -> Arrays.fill(each, (byte) 0));
        return keys;
    }

    private @Nullable CallRecord find(CallId id) throws InterruptedException {
        return office.store().attempt(transaction -> transaction.calls().find(id));
    }

    private static boolean isOver(@Nullable CallRecord call) {
        return call == null || call.phase() instanceof CallRecord.Ended;
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void inBackground(Work work) {
        office.time().later(0, () -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (StoreException e) {
                office.metrics().handlerFailed("trunk", e);
            }
        });
    }
}
