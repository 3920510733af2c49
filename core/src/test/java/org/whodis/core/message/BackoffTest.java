package org.whodis.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void delaysDoubleUpToTheirLimitAndStayInTheUpperHalf() {
        Backoff least = new Backoff(count -> new byte[count]);
        Backoff most = new Backoff(count -> {
            byte[] ones = new byte[count];
            java.util.Arrays.fill(ones, (byte) 0xff);
            return ones;
        });
        int ceiling = Backoff.FIRST_MILLIS;
        for (int i = 0; i < 20; i++) {
            assertThat(least.next()).isEqualTo(ceiling / 2);
            assertThat(most.next()).isEqualTo(ceiling);
            ceiling = Math.min(Backoff.MAX_MILLIS, 2 * ceiling);
        }
    }

    @Test
    void aSuccessBeginsAnew() {
        Backoff backoff = new Backoff(count -> new byte[count]);
        for (int i = 0; i < 5; i++) {
            backoff.next();
        }
        backoff.reset();
        assertThat(backoff.next()).isEqualTo(Backoff.FIRST_MILLIS / 2);
    }
}
