package org.whodis.phone.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.whodis.phone.PhoneException;

class TurnsTest {
    private final Turns turns = new Turns();

    @AfterEach
    void close() {
        turns.close();
    }

    @Test
    void whateverWaitsForAnOfficeThatNeverAnswersDelaysNothingElse() throws Exception {
        CompletableFuture<String> never = new CompletableFuture<>();
        CompletableFuture<String> waits = turns.run(() -> turns.away(never::get));
        for (int i = 0; i < 100; i++) {
            int number = i;
            assertThat(turns.run(() -> number).get(60, TimeUnit.SECONDS)).isEqualTo(number);
        }
        assertThat(waits).isNotDone();
        never.complete("at last");
        assertThat(waits.get(60, TimeUnit.SECONDS)).isEqualTo("at last");
    }

    @Test
    void onlyOneHasTheTurnAlsoWhenOthersComeBackToIt() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(turns.run(() -> {
                int most = 0;
                for (int round = 0; round < 5; round++) {
                    most = Math.max(most, inside.incrementAndGet());
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                    var _ = turns.away(() -> {
                        Thread.onSpinWait();
                        return true;
                    });
                }
                return most;
            }));
        }
        for (CompletableFuture<Integer> each : all) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    @Test
    void aFailureWhileAwayIsTheActionsAndTheTurnGoesOn() throws Exception {
        CompletableFuture<String> failed = turns.run(() -> turns.away(() -> {
            throw new IllegalStateException("no way there");
        }));
        assertThatThrownBy(() -> failed.get(60, TimeUnit.SECONDS)).hasRootCauseMessage("no way there");
        assertThat(turns.run(() -> "next").get(60, TimeUnit.SECONDS)).isEqualTo("next");
    }

    @Test
    void afterTheEndNothingRuns() {
        turns.close();
        assertThatThrownBy(() -> turns.run(() -> "late").get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(PhoneException.class);
    }
}
