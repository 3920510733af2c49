package org.whodis.phone.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CadenceTest {
    private static final long MS = 1_000_000L;

    @Test
    void latenessOfSinglePacketsNeverAddsUp() {
        Cadence cadence = new Cadence(0);
        Random random = new Random(1);
        long sent = 0;
        for (int i = 1; i <= 50 * 60 * 60; i++) {
            assertThat(cadence.scheduled()).isEqualTo(i * Cadence.PERIOD_NANOS);
            sent = cadence.sendAt() + random.nextLong(3 * MS);
            assertThat(cadence.advance(sent)).isZero();
        }
        assertThat(sent - 50 * 60 * 60 * Cadence.PERIOD_NANOS).isBetween(0L, 3 * MS);
    }

    @Test
    void afterAStallPacketsAreMadeUpForWithoutABurst() {
        Cadence cadence = new Cadence(0);
        cadence.advance(20 * MS);
        long stalled = 160 * MS;
        cadence.advance(stalled);
        long last = stalled;
        int packets = 0;
        while (cadence.sendAt() != cadence.scheduled()) {
            long at = cadence.sendAt();
            assertThat(at - last).isGreaterThanOrEqualTo(Cadence.MIN_GAP_NANOS);
            cadence.advance(at);
            last = at;
            packets++;
        }
        assertThat(packets).isBetween(5, 13);
        assertThat(cadence.scheduled() % Cadence.PERIOD_NANOS).isZero();
    }

    @Test
    void afterALongStallTheMissedTicksAreLeftOut() {
        Cadence cadence = new Cadence(0);
        int skipped = cadence.advance(10_000 * MS);
        assertThat(skipped).isEqualTo(498);
        assertThat(cadence.scheduled()).isEqualTo(10_000 * MS);
    }

    @Test
    void aFrameIsPreparedBeforeItsPacketIsDue() {
        Cadence cadence = new Cadence(0);
        assertThat(cadence.sendAt() - cadence.prepareAt()).isEqualTo(Cadence.LEAD_NANOS);
    }
}
