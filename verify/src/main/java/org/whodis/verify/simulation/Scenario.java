package org.whodis.verify.simulation;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What determines a world: the same scenario is the same world, message by message.
 *
 * @param hours of virtual time in which people call and faults happen; after them everything heals
 * @param without faults that the seed would have brought and that are left out
 * @param offices one, or two whose people call each other by lines
 * @param deeds how many things people do at most; {@link Integer#MAX_VALUE} for as many as time allows
 */
record Scenario(long seed, double hours, int offices, Set<Fault> without, int deeds) {
    /** Three minutes: some three calls that connect. */
    static final double DEFAULT_HOURS = 0.05;

    Scenario {
        without = without.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(without);
    }

    static Scenario of(long seed, double hours) {
        return new Scenario(seed, hours, usualOffices(seed), Set.of(), Integer.MAX_VALUE);
    }

    /** In one world of four there are two offices. */
    static int usualOffices(long seed) {
        return Math.floorMod(seed, 4L) == 3 ? 2 : 1;
    }

    Scenario withOffices(int count) {
        return new Scenario(seed, hours, count, without, deeds);
    }

    Scenario leavingOut(Fault fault) {
        Set<Fault> more = EnumSet.noneOf(Fault.class);
        more.addAll(without);
        more.add(fault);
        return new Scenario(seed, hours, offices, more, deeds);
    }

    Scenario withDeeds(int most) {
        return new Scenario(seed, hours, offices, without, most);
    }

    /** The command that runs exactly this. */
    String command() {
        StringBuilder out = new StringBuilder("./whodis simulate --seed ").append(seed);
        if (hours != DEFAULT_HOURS) {
            out.append(" --hours ").append(hours);
        }
        if (offices != usualOffices(seed)) {
            out.append(" --offices ").append(offices);
        }
        if (!without.isEmpty()) {
            out.append(" --without ").append(without.stream().map(Fault::word).collect(Collectors.joining(",")));
        }
        if (deeds != Integer.MAX_VALUE) {
            out.append(" --deeds ").append(deeds);
        }
        return out.append(" --timeline").toString();
    }
}
