package org.whodis.verify.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Many worlds, one after the other, until one fails or all are done; what failed is shrunk and told. */
final class Campaign {
    private static final long PROGRESS_MILLIS = 2_000;
    private static final int TIMELINE_LINES = 70;

    private final Cast cast = new Cast();
    private final Tally tally = new Tally();
    private final PrintStream out;
    private final LongSupplier millis;

    /** @param millis a clock, for progress alone */
    Campaign(PrintStream out, LongSupplier millis) {
        this.out = out;
        this.millis = millis;
    }

    Tally tally() {
        return tally;
    }

    /**
     * Runs {@code seeds} worlds from {@code first} on; gives the first that fails, or null.
     *
     * @param offices in each world; 0: as the seed says
     */
    World.@Nullable Ending run(long first, long seeds, double hours, int offices, boolean progress) {
        long begin = millis.getAsLong();
        long told = begin;
        for (long seed = first; seed < first + seeds; seed++) {
            Scenario usual = Scenario.of(seed, hours);
            World.Ending ending = World.live(offices == 0 ? usual : usual.withOffices(offices), cast, false);
            tally.add(ending.tally());
            if (ending.violation() != null) {
                return ending;
            }
            long now = millis.getAsLong();
            if (progress && now - told >= PROGRESS_MILLIS) {
                told = now;
                long done = seed - first + 1;
                out.printf(
                        Locale.ROOT,
                        "%d of %d worlds, %d calls connected, %.0f worlds a minute%n",
                        done,
                        seeds,
                        tally.connected,
                        done * 60_000.0 / Math.max(1, now - begin));
            }
        }
        return null;
    }

    World.Ending replay(Scenario scenario, boolean keepTimeline) {
        World.Ending ending = World.live(scenario, cast, keepTimeline);
        tally.add(ending.tally());
        return ending;
    }

    /** The same violation with as few faults and deeds as are needed for it. */
    Scenario shrink(World.Ending failed) {
        Scenario smallest = failed.scenario();
        String invariant = invariant(failed);
        for (Fault fault : failed.faults()) {
            Scenario less = smallest.leavingOut(fault);
            if (invariant.equals(invariant(World.live(less, cast, false)))) {
                smallest = less;
            }
        }
        int low = 0;
        int high = 1 << 10;
        while (low < high) {
            int middle = (low + high) / 2;
            if (invariant.equals(invariant(World.live(smallest.withDeeds(middle), cast, false)))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Scenario fewer = smallest.withDeeds(high);
        return invariant.equals(invariant(World.live(fewer, cast, false))) ? fewer : smallest;
    }

    /** What failed, how to see it again, and what happened last. */
    List<String> report(World.Ending failed) {
        Scenario scenario = shrink(failed);
        World.Ending again = World.live(scenario, cast, true);
        List<String> lines = new ArrayList<>();
        Violation violation = again.violation();
        if (violation == null) {
            lines.add("Seed " + scenario.seed()
                    + " failed once and not again: the simulation itself is at fault. It was " + failed.violation());
            return lines;
        }
        lines.add("FAILED: " + violation.invariant());
        lines.add("        " + violation.getMessage());
        lines.add("faults: " + words(again.faults()));
        lines.add("again:  " + scenario.command());
        lines.add("");
        lines.addAll(again.timeline().last(TIMELINE_LINES, violation.call()));
        return lines;
    }

    static String words(Set<Fault> faults) {
        return faults.isEmpty() ? "none" : faults.stream().map(Fault::word).collect(Collectors.joining(", "));
    }

    List<String> summary(double seconds) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d worlds, %.1f virtual hours, %d events, %.0f s of CPU time (%.1f ms a world)",
                tally.worlds,
                tally.virtualMillis / 3_600_000.0,
                tally.events,
                seconds,
                1000 * seconds / Math.max(1, tally.worlds)));
        lines.add(String.format(
                Locale.ROOT,
                "%d offers, %d rings, %d connected, %d shown as missed, %d last calls that worked",
                tally.calls,
                tally.rings,
                tally.connected,
                tally.missed,
                tally.lastCalls));
        lines.add(String.format(
                Locale.ROOT,
                "%d messages, %d frames sealed, %d arrived, %d played; %d office crashes, %d hostile deeds",
                tally.messages,
                tally.sealed,
                tally.arrived,
                tally.played,
                tally.crashes,
                tally.hostileDeeds));
        lines.add(String.format(
                Locale.ROOT,
                "%d messages between offices, %d rings by lines across, %d attempts there that got the constant answer,"
                        + " %d lines that two redeemed",
                tally.betweenOffices,
                tally.ringsAbroad,
                tally.constantAnswers,
                tally.exchanges));
        lines.add("faults in worlds: " + tally.faults);
        lines.add("calls ended: " + tally.ended);
        lines.add("refused: " + tally.rejected);
        return lines;
    }

    private static String invariant(World.Ending ending) {
        Violation violation = ending.violation();
        return violation == null ? "" : violation.invariant();
    }
}
