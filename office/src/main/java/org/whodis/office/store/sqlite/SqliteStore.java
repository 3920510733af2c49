package org.whodis.office.store.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.office.OfficeException;
import org.whodis.office.store.Store;
import org.whodis.office.store.StoreException;
import org.whodis.office.store.sqlite.SqliteTransactions.Job;

/**
 * One file, one connection, one platform thread that owns it: SQLite has one writer anyway, and a virtual thread inside
 * native code would hold its carrier.
 *
 * <p>Transactions that wait at the same time share one commit, so one sync of the disk; {@link SqliteTransactions} has the
 * rule. Those among them that only read have their turn first, so that nothing uncommitted is seen, and are answered at once.
 */
public final class SqliteStore implements Store {
    /** Past this many waiting transactions a caller waits to be queued: the disk sets the pace. */
    private static final int QUEUE = 4096;

    /** How many transactions share one commit; more would only delay the first. */
    private static final int GROUP = 128;

    /** How long what is written "soon" may wait for company. */
    private static final long SOON_MILLIS = 20;

    private final SqliteTransactions transactions;
    private final Thread thread;
    private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private volatile boolean closing;

    private SqliteStore(SqliteTransactions transactions) {
        this.transactions = transactions;
        this.thread = Thread.ofPlatform().name("office-store").daemon().unstarted(this::run);
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws OfficeException if the file is damaged, or was written by a newer program
     */
    public static SqliteStore open(Path file) throws OfficeException {
        SqliteStore store = new SqliteStore(SqliteTransactions.open(file));
        store.thread.start();
        return store;
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
        Job<T> job = Job.awaited(work);
        enqueue(job);
        return job.await();
    }

    @Override
    public <T> @Nullable T read(Work<T> work) throws InterruptedException {
        Job<T> job = Job.reader(work);
        enqueue(job);
        return job.await();
    }

    @Override
    public void transactSoon(Work<?> work) {
        try {
            enqueue(Job.unattended(work));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many commits there were. */
    public long commits() {
        return transactions.commits();
    }

    /** How long they took together. */
    public long commitNanos() {
        return transactions.commitNanos();
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
            transactions.close();
        }
    }

    private void runGroup(Job<?> first) throws InterruptedException {
        List<Job<?>> group = new ArrayList<>();
        group.add(first);
        queue.drainTo(group, GROUP - 1);
        if (group.stream().noneMatch(Job::isAwaited)) {
            Job<?> company = queue.poll(SOON_MILLIS, TimeUnit.MILLISECONDS);
            if (company != null) {
                group.add(company);
                queue.drainTo(group, GROUP - group.size());
            }
        }
        List<Job<?>> readers = group.stream().filter(Job::isReader).toList();
        transactions.read(readers);
        group.removeAll(readers);
        if (!group.isEmpty()) {
            transactions.run(group);
        }
    }
}
