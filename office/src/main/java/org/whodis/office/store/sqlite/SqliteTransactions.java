package org.whodis.office.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.whodis.office.OfficeException;
import org.whodis.office.store.CallStore;
import org.whodis.office.store.DeskStore;
import org.whodis.office.store.EnvelopeStore;
import org.whodis.office.store.InvitationStore;
import org.whodis.office.store.LineStore;
import org.whodis.office.store.LinkStore;
import org.whodis.office.store.MissedCallStore;
import org.whodis.office.store.OfficeStore;
import org.whodis.office.store.PeerStore;
import org.whodis.office.store.PersonalStore;
import org.whodis.office.store.PrincipalStore;
import org.whodis.office.store.Store.Transaction;
import org.whodis.office.store.Store.Work;
import org.whodis.office.store.StoreException;

/**
 * One database and its transactions, on the thread of whoever calls: {@link SqliteStore} gives it a thread, a simulation
 * its own. A group of transactions shares one commit; each has a savepoint, to which it is taken back if it fails, and none
 * is told that it is done before the common commit.
 */
public final class SqliteTransactions implements AutoCloseable {
    /** A file up to this size is checked whole at every start, in tens of milliseconds. */
    private static final long QUICK_CHECK_BYTES = 32L << 20;

    private final Connection connection;
    private final Sql sql;
    private final Ports ports;
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong commitNanos = new AtomicLong();

    private SqliteTransactions(Connection connection, Sql sql) {
        this.connection = connection;
        this.sql = sql;
        this.ports = new Ports(sql);
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws OfficeException if the file is damaged, or was written by a newer program
     */
    public static SqliteTransactions open(Path file) throws OfficeException {
        SQLiteConfig config = config();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        // Deleted rows tell who called whom: they are overwritten, not left in free pages.
        config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
        config.setBusyTimeout(5_000);
        Connection connection = null;
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
            Sql sql = new Sql(connection);
            check(file, sql);
            Migrations.run(connection, sql);
            return new SqliteTransactions(connection, sql);
        } catch (SQLException | StoreException e) {
            quietlyClose(connection);
            throw damaged(file, e);
        } catch (OfficeException e) {
            quietlyClose(connection);
            throw e;
        }
    }

    /** The same tables and statements on no disk at all: gone when it is closed. */
    public static SqliteTransactions inMemory() {
        Connection connection = null;
        try {
            connection = config().createConnection("jdbc:sqlite::memory:");
            Sql sql = new Sql(connection);
            Migrations.run(connection, sql);
            return new SqliteTransactions(connection, sql);
        } catch (SQLException | OfficeException e) {
            quietlyClose(connection);
            throw new StoreException("no database in memory", e);
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        // Nothing here asks for them, and the driver would run a further query behind every INSERT.
        config.setGetGeneratedKeys(false);
        config.enforceForeignKeys(true);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return config;
    }

    /** One transaction, and where its result goes; nobody waits for one without. */
    public static final class Job<T> {
        private final Work<T> work;
        private final @Nullable CompletableFuture<T> done;
        private final boolean isReader;
        private @Nullable T result;

        private Job(Work<T> work, @Nullable CompletableFuture<T> done, boolean isReader) {
            this.work = work;
            this.done = done;
            this.isReader = isReader;
        }

        public static <T> Job<T> awaited(Work<T> work) {
            return new Job<>(work, new CompletableFuture<>(), false);
        }

        public static <T> Job<T> unattended(Work<T> work) {
            return new Job<>(work, null, false);
        }

        /** Work that writes nothing. */
        public static <T> Job<T> reader(Work<T> work) {
            return new Job<>(work, new CompletableFuture<>(), true);
        }

        public boolean isReader() {
            return isReader;
        }

        public boolean isAwaited() {
            return done != null;
        }

        /** Waits for the commit. What the work threw, or a {@link StoreException} of the engine, is thrown here. */
        public @Nullable T await() throws InterruptedException {
            if (done == null) {
                throw new IllegalStateException("nobody waits for this");
            }
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

        private void run(Transaction transaction) {
            result = work.run(transaction);
        }

        @SuppressWarnings("NullAway") // a null result is the work's own
        private void committed() {
            if (done != null) {
                done.complete(result);
            }
        }

        private void failed(Throwable cause) {
            if (done != null) {
                done.completeExceptionally(cause);
            }
        }
    }

    /** Answers jobs that only read, from what has been committed: to be called between groups. */
    public void read(List<Job<?>> readers) {
        sql.onlyReads(true);
        for (Job<?> job : readers) {
            try {
                job.run(ports);
                job.committed();
            } catch (RuntimeException | Error e) {
                job.failed(e);
            }
        }
        sql.onlyReads(false);
    }

    /** Runs the jobs in their order, commits them together, and only then says so to those who wait. */
    public void run(List<Job<?>> group) {
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

    /** What a process that died would find when it begins anew: what has not been committed is gone. */
    public void recover() {
        rollBack();
    }

    /** How many commits there were; may be asked from any thread. */
    public long commits() {
        return commits.get();
    }

    /** How long they took together. */
    public long commitNanos() {
        return commitNanos.get();
    }

    /** Ends without a further commit: what has not been committed is gone, as when the process dies. */
    @Override
    public void close() {
        quietlyClose(connection);
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
            // Without one every savepoint would commit for itself, and every commit would fail.
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
        if (root instanceof SQLiteException sqlite && isOfTheDisk(sqlite.getResultCode())) {
            return new OfficeException(
                    "The database " + file + " cannot be written: " + root.getMessage()
                            + ". Check whether the disk is full and who owns the data folder, then start again; what was in"
                            + " it is still there.",
                    cause);
        }
        return new OfficeException(
                "The database " + file + " cannot be used: " + root.getMessage()
                        + ". Restore the whole data folder from a backup; do not delete the file, since it holds who is"
                        + " enrolled.",
                cause);
    }

    /** Not a word about what is in the file: there is no room, or it cannot be reached. */
    private static boolean isOfTheDisk(SQLiteErrorCode code) {
        return code == SQLiteErrorCode.SQLITE_FULL
                || code == SQLiteErrorCode.SQLITE_CANTOPEN
                || code == SQLiteErrorCode.SQLITE_READONLY
                || code.name().startsWith("SQLITE_IOERR");
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
            MissedCallStore missedCalls,
            LineStore lines,
            PersonalStore personal,
            DeskStore desk,
            PeerStore peers)
            implements Transaction {
        Ports(Sql sql) {
            this(
                    new SqliteOffice(sql),
                    new SqliteInvitations(sql),
                    new SqlitePrincipals(sql),
                    new SqliteLinks(sql),
                    new SqliteCalls(sql),
                    new SqliteEnvelopes(sql),
                    new SqliteMissedCalls(sql),
                    new SqliteLines(sql),
                    new SqlitePersonal(sql),
                    new SqliteDesk(sql),
                    new SqlitePeers(sql));
        }
    }
}
