package org.whodis.verify.simulation;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.federation.PeerHandler;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.store.PeerStore.Outgoing;

/** An office's connections with others, and the judge beside them: every request has one outcome, and in time. */
final class WatchedPeers implements PeerLink {
    private final World world;
    private final OfficeNode office;
    private final int run;
    private final PeerLink peers;

    WatchedPeers(World world, OfficeNode office, int run, PeerLink peers) {
        this.world = world;
        this.office = office;
        this.run = run;
        this.peers = peers;
    }

    @Override
    public CompletableFuture<PeerOutcome> request(
            OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
        return watched(deadline, peers.request(to, officeKey, type, body, deadline));
    }

    @Override
    public Outgoing prepare(OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
        return peers.prepare(to, officeKey, type, body, deadline);
    }

    @Override
    public CompletableFuture<PeerOutcome> send(Outgoing outgoing) {
        return watched(outgoing.request().deadline(), peers.send(outgoing));
    }

    private CompletableFuture<PeerOutcome> watched(long deadline, CompletableFuture<PeerOutcome> outcome) {
        world.judge().asks(office, run, deadline, outcome);
        return outcome;
    }

    @Override
    public void onRequest(int type, PeerHandler handler) {
        peers.onRequest(type, handler);
    }

    @Override
    public void onConnection(ConnectionListener listener) {
        peers.onConnection(listener);
    }

    @Override
    public boolean isConnected(OfficeDomain domain) {
        return peers.isConnected(domain);
    }
}
