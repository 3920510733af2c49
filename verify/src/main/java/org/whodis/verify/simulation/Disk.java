package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.office.store.Store;
import org.whodis.office.store.sqlite.SqliteTransactions;
import org.whodis.office.store.sqlite.SqliteTransactions.Job;

/**
 * An office's disk: the office's own tables, statements and commits, on the simulation's thread. What was committed stays;
 * what was only to be written soon is lost when the power goes, and the power may go before or after any commit.
 */
final class Disk implements Store {
    private final SqliteTransactions database = SqliteTransactions.inMemory();
    private final List<Job<?>> soon = new ArrayList<>();
    private Power power = Power.ON;

    /** When the process dies. */
    enum Power {
        ON,
        /** In the next transaction that somebody waits for, before its commit. */
        OFF_BEFORE_COMMIT,
        /** In the next one, after its commit and before anybody hears of it. */
        OFF_AFTER_COMMIT
    }

    /** The process is dead: nothing of the office may catch this. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;

        PowerCut() {
            super("the office's process is dead");
        }
    }

    void goesOff(Power when) {
        power = when;
    }

    boolean isArmed() {
        return power != Power.ON;
    }

    /** What was not committed is gone; the next process finds the rest. */
    void afterCrash() {
        soon.clear();
        database.recover();
        power = Power.ON;
    }

    /** Commits what was to be written soon: so late is "soon" at the latest. */
    void flush() {
        if (!soon.isEmpty()) {
            commit();
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
        if (power == Power.OFF_BEFORE_COMMIT) {
            throw new PowerCut();
        }
        Job<T> job = Job.awaited(work);
        soon.add(job);
        commit();
        if (power == Power.OFF_AFTER_COMMIT) {
            throw new PowerCut();
        }
        return job.await();
    }

    /** For the judge: reads, whatever becomes of the power. */
    <T> @Nullable T look(Work<T> work) throws InterruptedException {
        Job<T> job = Job.awaited(work);
        database.run(List.of(job));
        return job.await();
    }

    @Override
    public void transactSoon(Work<?> work) {
        soon.add(Job.unattended(work));
    }

    @Override
    public void close() {
        database.close();
    }

    private void commit() {
        List<Job<?>> group = List.copyOf(soon);
        soon.clear();
        database.run(group);
    }
}
