package org.whodis.office.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinkDeskTest {
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void aStatementFromTheFutureIsRefusedUnlessItKeepsUpWithOneThatWasTakenWhileTheClockWasAhead() {
        long soon = NOW + Duration.ofMinutes(5).toMillis();
        long tomorrow = NOW + Duration.ofDays(1).toMillis();
        assertThat(LinkDesk.isTooFarAhead(soon, NOW, NOW)).isFalse();
        assertThat(LinkDesk.isTooFarAhead(soon + 1, NOW, NOW)).isTrue();
        assertThat(LinkDesk.isTooFarAhead(tomorrow, tomorrow, NOW)).isFalse();
        assertThat(LinkDesk.isTooFarAhead(tomorrow + 1, tomorrow, NOW)).isTrue();
    }
}
