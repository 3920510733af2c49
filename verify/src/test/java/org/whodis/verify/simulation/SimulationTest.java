package org.whodis.verify.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulationTest {
    /** A campaign of many thousands is {@code ./whodis simulate}. */
    private static final int SEEDS = Integer.getInteger("whodis.worlds", 120);

    @BeforeAll
    static void quiet() {
        Simulate.quiet();
    }

    @Test
    void inManyWorldsEveryInvariantHolds() {
        Campaign campaign = new Campaign(System.out, () -> 0);
        World.Ending failed = campaign.run(1, SEEDS, Scenario.DEFAULT_HOURS, 0, false);
        if (failed != null) {
            throw new AssertionError(String.join("\n", campaign.report(failed)));
        }
        Tally tally = campaign.tally();
        campaign.summary(0).stream().skip(1).forEach(System.out::println);
        // Worlds in which nothing ever happens would pass as well.
        assertThat(tally.connected).isGreaterThan(SEEDS);
        assertThat(tally.lastCalls).isEqualTo(SEEDS);
        assertThat(tally.missed).isGreaterThan(SEEDS / 2);
        assertThat(tally.played).isGreaterThan(40L * SEEDS);
        assertThat(tally.crashes).isGreaterThan(SEEDS / 8);
        assertThat(tally.hostileDeeds).isGreaterThan(SEEDS);
        assertThat(tally.faults.keySet()).containsExactlyInAnyOrder(Fault.values());
    }

    /** Worlds that have failed once. */
    @Test
    void noWorldThatHasFailedFailsAgain() {
        Campaign campaign = new Campaign(System.out, () -> 0);
        List<Scenario> scenarios = List.of(
                // A hang-up that was taken while the office's clock was slow expired when it was set right.
                Scenario.of(5745, Scenario.DEFAULT_HOURS),
                // A call that was opened while the office's clock was ahead stayed open until then.
                Scenario.of(6880, Scenario.DEFAULT_HOURS),
                Scenario.of(8320, Scenario.DEFAULT_HOURS),
                Scenario.of(9984, Scenario.DEFAULT_HOURS),
                Scenario.of(8320, Scenario.DEFAULT_HOURS)
                        .leavingOut(Fault.DUPLICATION)
                        .withDeeds(9),
                // A device was out of a call, by a farewell that was refused or by a crash, and called anew.
                Scenario.of(3631, Scenario.DEFAULT_HOURS),
                Scenario.of(6290, Scenario.DEFAULT_HOURS),
                // What an office had taken before it believed that it was dead for long was asked for again.
                Scenario.of(10804, Scenario.DEFAULT_HOURS));
        for (Scenario scenario : scenarios) {
            assertThat(campaign.replay(scenario, false).violation())
                    .as(scenario.command())
                    .isNull();
        }
    }

    @Test
    void officesThatLoseEachOtherForAnHourInACallEndItAndFindEachOtherAgain() {
        Cast cast = new Cast();
        for (long seed = 1; seed <= 3; seed++) {
            World.Ending ending = World.anHourApart(seed, cast);
            assertThat(ending.violation())
                    .as("seed %d%n%s", seed, String.join("\n", ending.timeline().last(60, null)))
                    .isNull();
            assertThat(ending.tally().lastCalls).isEqualTo(2);
        }
    }

    @Test
    void theSameSeedIsTheSameWorldMessageByMessage() {
        for (long seed = 7; seed < 12; seed++) {
            assertThat(fingerprint(seed)).isEqualTo(fingerprint(seed));
        }
        assertThat(fingerprint(7)).isNotEqualTo(fingerprint(8));
    }

    private static String fingerprint(long seed) {
        return World.live(Scenario.of(seed, Scenario.DEFAULT_HOURS), new Cast(), true)
                .timeline()
                .fingerprint();
    }

    @Test
    void leavingOutAFaultLeavesTheOthers() {
        Cast cast = new Cast();
        for (long seed = 1; seed < 40; seed++) {
            Scenario scenario = Scenario.of(seed, 0.001);
            Set<Fault> all = World.live(scenario, cast, false).faults();
            for (Fault fault : all) {
                Set<Fault> rest =
                        World.live(scenario.leavingOut(fault), cast, false).faults();
                List<Fault> expected = new ArrayList<>(all);
                expected.remove(fault);
                assertThat(rest).containsExactlyInAnyOrderElementsOf(expected);
                return;
            }
        }
    }

    @Test
    void aScenarioSaysTheCommandThatRunsIt() {
        assertThat(Scenario.of(17, Scenario.DEFAULT_HOURS).command())
                .isEqualTo("./whodis simulate --seed 17 --timeline");
        assertThat(Scenario.of(17, 2)
                        .leavingOut(Fault.OFFICE_CRASH)
                        .leavingOut(Fault.LOSS)
                        .withDeeds(3)
                        .command())
                .isEqualTo("./whodis simulate --seed 17 --hours 2.0 --without loss,office-crash --deeds 3 --timeline");
        for (Fault fault : Fault.values()) {
            assertThat(Fault.of(fault.word())).isEqualTo(fault);
        }
    }
}
