package org.whodis.verify.simulation;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.federation.PeerHandler;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.store.PeerStore.Outgoing;

/** The world has one office. Here is where a second one would be connected to it. */
final class NoOtherOffices implements PeerLink {
    @Override
    public CompletableFuture<PeerOutcome> request(
            OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
        return CompletableFuture.completedFuture(new PeerOutcome.Unknown());
    }

    @Override
    public Outgoing prepare(OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
        throw new IllegalStateException("nobody of this world is of another office");
    }

    @Override
    public CompletableFuture<PeerOutcome> send(Outgoing outgoing) {
        return CompletableFuture.completedFuture(new PeerOutcome.Unknown());
    }

    @Override
    public void onRequest(int type, PeerHandler handler) {
        // Nobody will ask.
    }

    @Override
    public void onConnection(ConnectionListener listener) {
        // There will be none.
    }

    @Override
    public boolean isConnected(OfficeDomain office) {
        return false;
    }
}
