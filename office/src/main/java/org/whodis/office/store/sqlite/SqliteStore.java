package org.whodis.office.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.whodis.office.OfficeException;
import org.whodis.office.store.CallStore;
import org.whodis.office.store.EnvelopeStore;
import org.whodis.office.store.InvitationStore;
import org.whodis.office.store.LinkStore;
import org.whodis.office.store.MissedCallStore;
import org.whodis.office.store.OfficeStore;
import org.whodis.office.store.PrincipalStore;
import org.whodis.office.store.Store;
import org.whodis.office.store.StoreException;

/**
 * One file, one connection, one platform thread that owns it: SQLite has one writer anyway, and a virtual thread inside
 * native code would hold its carrier.
 *
 * <p>Transactions that wait at the same time share one commit, so one sync of the disk: each has a savepoint of its own, to
 * which it is taken back if it fails, and none is acknowledged before the common commit.
 */
public final class SqliteStore implements Store {
    /** Past this many waiting transactions a caller waits to be queued: the disk sets the pace. */
    private static final int QUEUE = 4096;

    /** How many transactions share one commit; more would only delay the first. */
    private static final int GROUP = 128;

    /** How long what is written "soon" may wait for company. */
    private static final long SOON_MILLIS = 20;

    /** A file up to this size is checked whole at every start, in tens of milliseconds. */
    private static final long QUICK_CHECK_BYTES = 32L << 20;

    private final Connection connection;
    private final Sql sql;
    private final Ports ports;
    private final Thread thread;
    private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong commitNanos = new AtomicLong();
    private volatile boolean closing;

    private SqliteStore(Connection connection, Sql sql) {
        this.connection = connection;
        this.sql = sql;
        this.ports = new Ports(sql);
        this.thread = Thread.ofPlatform().name("office-store").daemon().unstarted(this::run);
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws OfficeException if the file is damaged, or was written by a newer program
     */
    public static SqliteStore open(Path file) throws OfficeException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        // Deleted rows tell who called whom: they are overwritten, not left in free pages.
        config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
        config.setBusyTimeout(5_000);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        Connection connection = null;
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
            Sql sql = new Sql(connection);
            check(file, sql);
            Migrations.run(connection, sql);
            SqliteStore store = new SqliteStore(connection, sql);
            store.thread.start();
            return store;
        } catch (SQLException | StoreException e) {
            quietlyClose(connection);
            throw damaged(file, e);
        } catch (OfficeException e) {
            quietlyClose(connection);
            throw e;
        }
    }

    @Override
    public <T> T transact(Work<T> work) throws InterruptedException {
        T result = attempt(work);
        if (result == null) {
            throw new IllegalArgumentException("work without a result");
        }
        return result;
    }

    @Override
    public <T> @Nullable T attempt(Work<T> work) throws InterruptedException {
        CompletableFuture<T> done = new CompletableFuture<>();
        enqueue(new Job<>(work, done));
        try {
            return done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case StoreException failed -> throw new StoreException(String.valueOf(failed.getMessage()), failed);
                case RuntimeException fault -> throw fault;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void transactSoon(Work<?> work) {
        try {
            enqueue(new Job<>(work, null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many commits there were. */
    public long commits() {
        return commits.get();
    }

    /** How long they took together. */
    public long commitNanos() {
        return commitNanos.get();
    }

    /** Commits what is queued, then closes the file. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One transaction; {@code done} is null if nobody waits for it. */
    private static final class Job<T> {
        final Work<T> work;
        final @Nullable CompletableFuture<T> done;
        private @Nullable T result;

        Job(Work<T> work, @Nullable CompletableFuture<T> done) {
            this.work = work;
            this.done = done;
        }

        void run(Transaction transaction) {
            result = work.run(transaction);
        }

        @SuppressWarnings("NullAway") // a null result is the work's own
        void committed() {
            if (done != null) {
                done.complete(result);
            }
        }

        void failed(Throwable cause) {
            if (done != null) {
                done.completeExceptionally(cause);
            }
        }
    }

    private void enqueue(Job<?> job) throws InterruptedException {
        while (true) {
            if (closing) {
                throw new StoreException("the office stops", new IllegalStateException("closed"));
            }
            if (queue.offer(job, 100, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                Job<?> first = queue.poll(50, TimeUnit.MILLISECONDS);
                if (first != null) {
                    runGroup(first);
                }
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but the end of the process.
            Thread.currentThread().interrupt();
        } finally {
            quietlyClose(connection);
        }
    }

    private void runGroup(Job<?> first) throws InterruptedException {
        List<Job<?>> group = new ArrayList<>();
        group.add(first);
        queue.drainTo(group, GROUP - 1);
        if (group.stream().allMatch(job -> job.done == null)) {
            Job<?> company = queue.poll(SOON_MILLIS, TimeUnit.MILLISECONDS);
            if (company != null) {
                group.add(company);
                queue.drainTo(group, GROUP - group.size());
            }
        }
        List<Job<?>> ran = new ArrayList<>();
        for (Job<?> job : group) {
            switch (runOne(job)) {
                case RAN -> ran.add(job);
                case TAKEN_BACK -> {}
                case ALL_LOST -> {
                    rollBack();
                    ran.forEach(lost -> lost.failed(groupLost()));
                    ran.clear();
                }
            }
        }
        try {
            long start = System.nanoTime();
            connection.commit();
            commitNanos.addAndGet(System.nanoTime() - start);
            commits.incrementAndGet();
            ran.forEach(Job::committed);
        } catch (SQLException e) {
            rollBack();
            StoreException failed = Sql.failed(e);
            ran.forEach(job -> job.failed(failed));
        }
    }

    /** What became of one transaction of a group. */
    private enum Ran {
        RAN,
        TAKEN_BACK,
        /** The savepoint is gone, so SQLite has taken back the whole group, as it may when the disk is full or fails. */
        ALL_LOST
    }

    private Ran runOne(Job<?> job) {
        try {
            sql.update("SAVEPOINT work");
            job.run(ports);
            sql.update("RELEASE work");
            return Ran.RAN;
        } catch (RuntimeException | Error e) {
            Ran ran = Ran.TAKEN_BACK;
            try {
                sql.update("ROLLBACK TO work");
                sql.update("RELEASE work");
            } catch (StoreException alsoFailed) {
                e.addSuppressed(alsoFailed);
                ran = Ran.ALL_LOST;
            }
            job.failed(e);
            return ran;
        }
    }

    private static StoreException groupLost() {
        return new StoreException(
                "the database took the transaction back", new IllegalStateException("another one of its group failed"));
    }

    private void rollBack() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // SQLite has done it already, and the driver begins a new transaction only after a rollback of its own.
            // Without
            // one every savepoint would commit for itself, and every commit would fail.
            begin();
        }
    }

    private void begin() {
        try {
            sql.script("BEGIN IMMEDIATE");
        } catch (StoreException e) {
            // The next commit fails too, says why, and brings us here again.
            commits.get();
        }
    }

    private static void check(Path file, Sql sql) throws OfficeException {
        if (file.toFile().length() <= QUICK_CHECK_BYTES) {
            String found = sql.find("PRAGMA quick_check(1)", row -> row.getString(1));
            if (!"ok".equals(found)) {
                throw damaged(file, new SQLException(String.valueOf(found)));
            }
        }
    }

    private static OfficeException damaged(Path file, Exception cause) {
        Throwable root = cause instanceof StoreException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY) {
            return new OfficeException(
                    "The database " + file + " is in use by another program. Stop that program first.", cause);
        }
        return new OfficeException(
                "The database " + file + " cannot be used: " + root.getMessage()
                        + ". Restore the whole data folder from a backup; do not delete the file, since it holds who is"
                        + " enrolled.",
                cause);
    }

    private static void quietlyClose(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // Everything acknowledged is committed; there is nothing left to lose.
                return;
            }
        }
    }

    /** The ports on the one connection. */
    private record Ports(
            OfficeStore office,
            InvitationStore invitations,
            PrincipalStore principals,
            LinkStore links,
            CallStore calls,
            EnvelopeStore envelopes,
            MissedCallStore missedCalls)
            implements Transaction {
        Ports(Sql sql) {
            this(
                    new SqliteOffice(sql),
                    new SqliteInvitations(sql),
                    new SqlitePrincipals(sql),
                    new SqliteLinks(sql),
                    new SqliteCalls(sql),
                    new SqliteEnvelopes(sql),
                    new SqliteMissedCalls(sql));
        }
    }
}
