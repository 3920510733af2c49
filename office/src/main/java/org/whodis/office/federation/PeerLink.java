package org.whodis.office.federation;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.PeerStore.Outgoing;

/**
 * What the parts of this office that talk to other offices use. A request is tried again over every connection until it
 * was answered or its deadline has passed, and the other office applies it at most once. Nothing here blocks.
 */
public interface PeerLink {
    /** A request's deadline may be this far ahead. */
    long MAX_DEADLINE_MILLIS = 60L * 60 * 1000;

    /** A request that lives in memory waits this long: somebody waits for it, and who names offices must not fill it. */
    long MAX_VOLATILE_MILLIS = 15_000;

    /**
     * Asks another office. The request lives in memory: it is gone if this office is killed.
     *
     * @param officeKey the OfficeKey that the other office must have or have had; null: whichever it has
     * @param type one of {@link org.whodis.core.federation.PeerType}
     * @param deadline milliseconds since 1970
     */
    CompletableFuture<PeerOutcome> request(
            OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline);

    /**
     * A request that survives the death of this office: to be written with {@code PeerStore.enqueue} in the transaction that
     * promises it, and given to {@link #send} once that is committed. Who crashes between the two sends it after the restart.
     */
    Outgoing prepare(OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline);

    /** Sends what has been committed. */
    CompletableFuture<PeerOutcome> send(Outgoing outgoing);

    /** Takes requests of {@code type}. One handler for each type, registered before the office serves anybody. */
    void onRequest(int type, PeerHandler handler);

    /** Is told of each connection that comes up or ends; called in no particular thread, must not block. */
    void onConnection(ConnectionListener listener);

    /** Whether there is a connection to {@code office} now. */
    boolean isConnected(OfficeDomain office);

    /** See {@link #onConnection}. */
    @FunctionalInterface
    interface ConnectionListener {
        void connection(OfficeDomain office, boolean isUp);
    }
}
