package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.whodis.core.mls.ChurnHistory.Event;

/**
 * Random histories ({@link ChurnHistory}) of suite 1 and of the suite of calls, some hundred steps together.
 *
 * <p>A failure names its seed and suite; {@code -Dwhodis.churn.seed=N} runs that seed on both suites. A campaign goes on until
 * its budget of seconds is spent:
 *
 * <pre>
 *   ./mvnw -pl core test -Dtest=ChurnHistoryTest#campaign -Dwhodis.excludedGroups=none -Dwhodis.churn.budget=600 -Dwhodis.churn.seed=1
 * </pre>
 */
class ChurnHistoryTest {
    private static final long SEED = Long.getLong("whodis.churn.seed", 1);
    private static final CipherSuite SUITE_1 = CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519;
    private static final CipherSuite CALLS = CipherSuite.MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519;

    private final Map<Event, Integer> seen = new EnumMap<>(Event.class);

    private ChurnHistory run(long seed, CipherSuite suite, int most, int steps) throws MlsException {
        ChurnHistory history = new ChurnHistory(seed, suite, most);
        try {
            for (int i = 0; i < steps; i++) {
                history.step();
            }
            history.everybodyTalks();
        } catch (MlsException | RuntimeException e) {
            throw new AssertionError(history.where(), e);
        }
        history.events().forEach((event, count) -> seen.merge(event, count, Integer::sum));
        return history;
    }

    @Test
    void allMembersAgreeAfterEveryStepWhateverTheGroupDoes() throws MlsException {
        run(SEED, SUITE_1, 32, 30);
        run(SEED + 1, SUITE_1, 8, 90);
        run(SEED + 2, CALLS, 8, 30);
        run(SEED + 3, CALLS, 3, 50);
        if (SEED == 1) {
            assertThat(seen.keySet()).as("all of it happened").isEqualTo(EnumSet.allOf(Event.class));
        }
    }

    @Test
    @Tag("campaign")
    void campaign() throws MlsException {
        long end = System.nanoTime() + 1_000_000_000L * Long.getLong("whodis.churn.budget", 60);
        List<Integer> sizes = List.of(32, 3, 16, 5, 24, 8);
        int histories = 0;
        long steps = 0;
        long messages = 0;
        for (long seed = SEED; System.nanoTime() < end; seed++) {
            int most = sizes.get((int) (seed % sizes.size()));
            for (CipherSuite suite : List.of(SUITE_1, CALLS)) {
                messages += run(seed, suite, most, 60).messages();
                histories++;
                steps += 60;
            }
        }
        System.out.println(histories + " histories from seed " + SEED + ", " + steps + " steps, " + messages
                + " messages read, no disagreement; " + seen);
    }
}
