package org.whodis.verify.simulation;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What determines a world: the same scenario is the same world, message by message.
 *
 * @param hours of virtual time in which people call and faults happen; after them everything heals
 * @param without faults that the seed would have brought and that are left out
 * @param deeds how many things people do at most; {@link Integer#MAX_VALUE} for as many as time allows
 */
record Scenario(long seed, double hours, Set<Fault> without, int deeds) {
    /** Three minutes: some three calls that connect. */
    static final double DEFAULT_HOURS = 0.05;

    Scenario {
        without = without.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(without);
    }

    static Scenario of(long seed, double hours) {
        return new Scenario(seed, hours, Set.of(), Integer.MAX_VALUE);
    }

    Scenario leavingOut(Fault fault) {
        Set<Fault> more = EnumSet.noneOf(Fault.class);
        more.addAll(without);
        more.add(fault);
        return new Scenario(seed, hours, more, deeds);
    }

    Scenario withDeeds(int most) {
        return new Scenario(seed, hours, without, most);
    }

    /** The command that runs exactly this. */
    String command() {
        StringBuilder out = new StringBuilder("./whodis simulate --seed ").append(seed);
        if (hours != DEFAULT_HOURS) {
            out.append(" --hours ").append(hours);
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
