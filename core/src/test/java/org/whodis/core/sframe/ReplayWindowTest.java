package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whodis.core.sframe.ReplayWindow.Verdict;

class ReplayWindowTest {
    @Test
    void itAgreesWithARememberEverythingModelOnRandomOrders() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ReplayWindow window = new ReplayWindow();
            Set<Long> seen = new HashSet<>();
            long start = random.nextInt(3) == 0 ? random.nextLong() >>> 1 : random.nextInt(5_000);
            long highest = -1;
            for (int i = 0; i < 3_000; i++) {
                long counter = start + i + random.nextInt(random.nextInt(20) == 0 ? 3_000 : 8) - random.nextInt(1_200);
                if (counter < 0) {
                    continue;
                }
                Verdict expected = highest >= 0 && highest - counter >= ReplayWindow.SIZE
                        ? Verdict.TOO_OLD
                        : seen.contains(counter) ? Verdict.SEEN : Verdict.FRESH;
                assertThat(window.check(counter))
                        .as("seed %s, step %s", seed, i)
                        .isEqualTo(expected);
                if (expected == Verdict.FRESH) {
                    window.accept(counter);
                    seen.add(counter);
                    highest = Math.max(highest, counter);
                }
            }
        }
    }

    @Test
    void theEdgesOfTheWindowAreExact() {
        ReplayWindow window = new ReplayWindow();
        window.accept(5_000);
        assertThat(window.check(5_000)).isEqualTo(Verdict.SEEN);
        assertThat(window.check(5_000 - ReplayWindow.SIZE + 1)).isEqualTo(Verdict.FRESH);
        assertThat(window.check(5_000 - ReplayWindow.SIZE)).isEqualTo(Verdict.TOO_OLD);
    }

    @Test
    void aLeapToTheHighestCounterForgetsNothingThatMatters() {
        ReplayWindow window = new ReplayWindow();
        window.accept(3);
        window.accept(-1);
        assertThat(window.check(3)).isEqualTo(Verdict.TOO_OLD);
        assertThat(window.check(-1)).isEqualTo(Verdict.SEEN);
        assertThat(window.check(-2)).isEqualTo(Verdict.FRESH);
        assertThatThrownBy(() -> window.accept(-1)).isInstanceOf(IllegalStateException.class);
    }
}
