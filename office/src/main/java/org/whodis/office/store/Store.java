package org.whodis.office.store;

import org.jspecify.annotations.Nullable;

/**
 * The office's memory. A transaction is all or nothing, and when {@link #transact} returns, what it wrote is committed
 * and synced: it survives the death of the process and of the machine.
 */
public interface Store extends AutoCloseable {
    /**
     * Runs {@code work} in a transaction of its own and waits for the commit.
     *
     * @throws StoreException if the engine fails (a full disk, a damaged file); nothing was written
     */
    <T> T transact(Work<T> work) throws InterruptedException;

    /** As {@link #transact}, for work that may have no result. */
    <T> @Nullable T attempt(Work<T> work) throws InterruptedException;

    /**
     * As {@link #attempt}, for work that writes nothing: it sees what was committed when its turn comes, and neither waits
     * for a commit nor takes part in one. Writing in it is a fault of the caller.
     */
    default <T> @Nullable T read(Work<T> work) throws InterruptedException {
        return attempt(work);
    }

    /** As {@link #transact}, for what may be lost with the machine: does not wait, and may be committed a little later. */
    void transactSoon(Work<?> work);

    @Override
    void close();

    /** What is done in a transaction. It blocks every other one: no cryptography, no network, no waiting in it. */
    @FunctionalInterface
    interface Work<T> {
        @Nullable
        T run(Transaction transaction);
    }

    /** The ports, usable until the work returns. */
    interface Transaction {
        OfficeStore office();

        InvitationStore invitations();

        PrincipalStore principals();

        LinkStore links();

        CallStore calls();

        EnvelopeStore envelopes();

        MissedCallStore missedCalls();

        LineStore lines();

        PersonalStore personal();

        DeskStore desk();

        PeerStore peers();
    }
}
