package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.OfficeStore;
import org.whodis.office.store.sqlite.SqliteStore;

class OfficeTimeTest {
    private static final long HOUR = 3_600_000;
    private static final long START = 1_800_000_000_000L;

    @TempDir
    java.nio.file.Path folder;

    private final ByHand machine = new ByHand();
    private SqliteStore store;
    private long clock = START;

    /** Time passes when it is told to. */
    private static final class ByHand implements OfficeTime.Machine {
        private long nanos = Long.MAX_VALUE - 5;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void later(long millis, Runnable action) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void open() throws Exception {
        store = SqliteStore.open(folder.resolve("office.db"));
        store.transact(transaction -> {
            transaction
                    .office()
                    .add(new OfficeStore.Identity(new OfficeDomain("office.example"), Bytes.of(new byte[32]), START));
            return true;
        });
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void itBeginsByTheClockAndThenPassesEvenlyWhateverTheClockDoes() throws Exception {
        OfficeTime time = start();
        assertThat(time.millis()).isEqualTo(START);
        pass(1_500);
        assertThat(time.millis()).isEqualTo(START + 1_500);
        clock -= 9 * HOUR;
        assertThat(time.millis()).isEqualTo(START + 1_500);
        clock += 20 * HOUR;
        pass(1);
        assertThat(time.millis()).isEqualTo(START + 1_501);
    }

    @Test
    void afterARestartItGoesOnByAsMuchAsTheClockHas() throws Exception {
        start().tick(store);
        pass(10_000);
        OfficeTime time = start();
        assertThat(time.millis()).as("nothing was saved: it begins anew").isEqualTo(START + 10_000);
        pass(10_000);
        time.tick(store);
        pass(7_000);
        time.tick(store);
        pass(60_000);
        assertThat(start().millis()).as("saved 67 s ago").isEqualTo(START + 87_000);
    }

    @Test
    void aClockThatWasSetRightWhileTheOfficeRanMovesNothingByARestart() throws Exception {
        for (long jump :
                new long[] {-40L * 365 * 24 * HOUR, -9 * HOUR, -1_001, 1_001, 9 * HOUR, 40L * 365 * 24 * HOUR}) {
            OfficeTime time = start();
            pass(10_000);
            time.tick(store);
            clock += jump;
            pass(250);
            time.tick(store);
            pass(2_000);
            assertThat(start().millis()).as("jump of %d", jump).isEqualTo(time.millis());
        }
    }

    @Test
    void aClockThatMovedWhileTheOfficeDidNotRunIsBelievedForAnHourAndNeverBackwards() throws Exception {
        OfficeTime time = start();
        pass(10_000);
        time.tick(store);
        long saved = time.millis();
        long then = clock;
        clock = then - 1;
        assertThat(start().millis()).isEqualTo(saved);
        clock = then + HOUR - 1;
        assertThat(start().millis()).isEqualTo(saved + HOUR - 1);
        clock = then + 24 * HOUR;
        assertThat(start().millis()).isEqualTo(saved + HOUR);
    }

    @Test
    void aMomentTakesOverWhatIsLeftAndNoMoreThanItMay() {
        OfficeMoment now = new OfficeMoment(START, 1_000);
        assertThat(now.until(START + 50, 100)).isEqualTo(1_050);
        assertThat(now.until(START + 500, 100)).isEqualTo(1_100);
        assertThat(now.until(START - 50, 100)).isEqualTo(950);
    }

    private OfficeTime start() throws InterruptedException {
        return OfficeTime.resume(machine, () -> Instant.ofEpochMilli(clock), store);
    }

    private void pass(long millis) {
        clock += millis;
        machine.nanos += millis * 1_000_000;
    }
}
