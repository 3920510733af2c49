package org.whodis.office;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.whodis.office.store.Store;

/**
 * How time passes in an office, whatever its clock says. A clock is set right by hours, or wrong; what was to ring for a
 * minute and what was to be kept for an hour must not notice. So lifetimes are measured in <em>office time</em>: milliseconds
 * that pass evenly while the office runs. Only what stands in messages is measured by the clock ({@link OfficeContext#now}).
 *
 * <p>How long an office did not run nobody but its clock can say. It is believed as far as {@link #MAX_BELIEVED_MILLIS}: by
 * then everything that lives for minutes is over, and what is kept for weeks does not hang on a clock that woke up in another
 * year.
 *
 * <p>Office time begins at the clock's time of an office's first start, so that what an earlier program has written still
 * means what it did; from then on the two may differ by any amount.
 */
public final class OfficeTime {
    /** The longest life of anything but a missed call, and that nobody is told of a day late is no harm. */
    static final long MAX_BELIEVED_MILLIS = 60L * 60 * 1000;

    /** How often both times are written down. */
    private static final long SAVE_MILLIS = 10_000;

    /** The clock has jumped: more than a clock that is slowly set right moves between two looks. */
    private static final long JUMP_MILLIS = 1_000;

    private final Machine machine;
    private final InstantSource clock;
    private final long begin;
    private final long nanosAtBegin;
    private OfficeMoment saved;

    /** What an office takes of the machine that it runs on besides its disk and its sockets. */
    public interface Machine {
        /** Nanoseconds that pass evenly; only differences mean something. */
        long nanos();

        /** Runs {@code action} in {@code millis}, or as soon as can be, not on the caller's stack; it may block. */
        void later(long millis, Runnable action);

        /** This one. */
        static Machine system() {
            Executor virtual = action -> Thread.ofVirtual().name("office-later").start(action);
            return new Machine() {
                @Override
                public long nanos() {
                    return System.nanoTime();
                }

                @Override
                public void later(long millis, Runnable action) {
                    Executor executor = millis <= 0
                            ? virtual
                            : CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, virtual);
                    executor.execute(action);
                }
            };
        }
    }

    private OfficeTime(Machine machine, InstantSource clock, long begin, OfficeMoment saved) {
        this.machine = machine;
        this.clock = clock;
        this.begin = begin;
        this.nanosAtBegin = machine.nanos();
        this.saved = saved;
    }

    /** Begins at what the clock says. */
    public static OfficeTime begin(Machine machine, InstantSource clock) {
        long now = clock.millis();
        return new OfficeTime(machine, clock, now, new OfficeMoment(now, now));
    }

    /** Goes on from what was saved last; begins anew where nothing was. */
    public static OfficeTime resume(Machine machine, InstantSource clock, Store store) throws InterruptedException {
        OfficeMoment saved = store.attempt(transaction -> transaction.office().saved());
        if (saved == null) {
            return begin(machine, clock);
        }
        long passed = Math.clamp(clock.millis() - saved.clock(), 0, MAX_BELIEVED_MILLIS);
        return new OfficeTime(machine, clock, saved.time() + passed, saved);
    }

    /** Office time. */
    public long millis() {
        return begin + TimeUnit.NANOSECONDS.toMillis(nanos() - nanosAtBegin);
    }

    /** See {@link Machine#nanos}. */
    public long nanos() {
        return machine.nanos();
    }

    /** See {@link Machine#later}. */
    public void later(long millis, Runnable action) {
        machine.later(millis, action);
    }

    /**
     * To be called a few times each second: writes both times down now and then, and at once if the clock has jumped, since
     * after a crash the difference would be taken for time that passed.
     */
    public synchronized void tick(Store store) throws InterruptedException {
        OfficeMoment now = new OfficeMoment(clock.millis(), millis());
        long passed = now.time() - saved.time();
        if (Math.abs(now.clock() - saved.clock() - passed) > JUMP_MILLIS) {
            store.transact(transaction -> write(transaction, now));
        } else if (passed >= SAVE_MILLIS) {
            store.transactSoon(transaction -> write(transaction, now));
        } else {
            return;
        }
        saved = now;
    }

    private static boolean write(Store.Transaction transaction, OfficeMoment now) {
        transaction.office().save(now);
        return true;
    }
}
