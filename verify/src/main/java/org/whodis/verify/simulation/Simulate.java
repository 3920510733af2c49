package org.whodis.verify.simulation;

import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code ./whodis simulate}. */
public final class Simulate {
    private static final String HELP = """
            usage: ./whodis simulate [--seeds N] [--hours H] [--seed S] [--offices N] [--without FAULT,...] [--deeds K] [--timeline]

            Lives N worlds of offices, phones, relays and networks in one thread and in virtual time, with faults and
            hostile parties by plan, and checks what must hold after every step. The same seed is the same world.

              --seeds N         how many worlds (1000; 1 with --timeline)
              --hours H         virtual hours of disturbance in each world (0.05)
              --seed S          the first world's seed (1)
              --offices N       in each world: 1, or 2 whose people call each other by lines (2 in one of four)
              --without FAULT   leave these out, comma between: FAULTS
              --deeds K         people do at most so many things
              --timeline        print what happened, message by message

            Exit status: 0 if every invariant held, 1 if one broke (the first such world is shrunk and shown), 2 for a
            wrong option.""";

    /** The offices' own log would otherwise tell of each session of each world. Held here, since loggers are forgotten. */
    private static final Logger OFFICE_LOG = Logger.getLogger("org.whodis");

    private Simulate() {}

    private static final class Options {
        long seeds = -1;
        double hours = Scenario.DEFAULT_HOURS;
        long seed = 1;
        Set<Fault> without = EnumSet.noneOf(Fault.class);
        int deeds = Integer.MAX_VALUE;
        int offices;
        boolean timeline;
    }

    public static void main(String[] args) {
        quiet();
        Options options;
        try {
            options = parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println("Look at: ./whodis simulate --help");
            System.exit(2);
            return;
        }
        if (options == null) {
            StringBuilder faults = new StringBuilder();
            for (Fault fault : Fault.values()) {
                faults.append(faults.isEmpty() ? "" : ", ").append(fault.word());
            }
            System.out.println(HELP.replace("FAULTS", faults));
            return;
        }
        System.exit(run(options));
    }

    /** Lives worlds until one fails; gives what there is to say of it, or nothing if none does. */
    public static List<String> firstFailure(long seed, long seeds) {
        quiet();
        Campaign campaign = new Campaign(System.out, () -> 0);
        World.Ending failed = campaign.run(seed, seeds, Scenario.DEFAULT_HOURS, 0, false);
        return failed == null || failed.violation() == null
                ? List.of()
                : List.of(
                        failed.violation().invariant(),
                        String.valueOf(failed.violation().getMessage()),
                        failed.scenario().command());
    }

    static void quiet() {
        OFFICE_LOG.setLevel(Level.OFF);
    }

    private static int run(Options options) {
        Campaign campaign = new Campaign(System.out, () -> System.nanoTime() / 1_000_000);
        boolean one = options.timeline || !options.without.isEmpty() || options.deeds != Integer.MAX_VALUE;
        if (one) {
            return replay(campaign, options);
        }
        long seeds = options.seeds < 0 ? 1_000 : options.seeds;
        long before = cpuNanos();
        World.Ending failed = campaign.run(options.seed, seeds, options.hours, options.offices, true);
        double seconds = (cpuNanos() - before) / 1e9;
        if (failed != null) {
            campaign.report(failed).forEach(System.out::println);
        }
        campaign.summary(seconds).forEach(System.out::println);
        System.out.println(
                failed == null
                        ? "Every invariant held in every world."
                        : "An invariant broke in the world of seed "
                                + failed.scenario().seed() + ".");
        return failed == null ? 0 : 1;
    }

    private static int replay(Campaign campaign, Options options) {
        int status = 0;
        long seeds = options.seeds < 0 ? 1 : options.seeds;
        for (long seed = options.seed; seed < options.seed + seeds; seed++) {
            int offices = options.offices == 0 ? Scenario.usualOffices(seed) : options.offices;
            Scenario scenario = new Scenario(seed, options.hours, offices, options.without, options.deeds);
            World.Ending ending = campaign.replay(scenario, options.timeline);
            ending.timeline().last(Integer.MAX_VALUE, null).forEach(System.out::println);
            Violation violation = ending.violation();
            System.out.println("seed " + seed + ", faults: " + Campaign.words(ending.faults()) + ", fingerprint "
                    + ending.timeline().fingerprint());
            System.out.println(violation == null ? "Every invariant held." : "FAILED: " + violation.getMessage());
            if (violation != null) {
                status = 1;
                Throwable cause = violation.getCause();
                if (cause != null) {
                    cause.printStackTrace(System.out);
                }
            }
        }
        return status;
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static @Nullable Options parse(String[] args) {
        Options options = new Options();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--help", "-h" -> {
                    return null;
                }
                case "--timeline" -> options.timeline = true;
                case "--seeds" -> options.seeds = positive("--seeds", number(args, ++i));
                case "--seed" -> options.seed = number(args, ++i);
                case "--offices" -> {
                    options.offices = Math.toIntExact(positive("--offices", number(args, ++i)));
                    if (options.offices > 2) {
                        throw new IllegalArgumentException("--offices is 1 or 2.");
                    }
                }
                case "--deeds" -> options.deeds = Math.toIntExact(number(args, ++i));
                case "--hours" -> options.hours = hours(value(args, ++i));
                case "--without" -> {
                    for (String word : value(args, ++i).split(",")) {
                        options.without.add(Fault.of(word));
                    }
                }
                default -> throw new IllegalArgumentException("'" + args[i] + "' is no option.");
            }
        }
        return options;
    }

    private static String value(String[] args, int at) {
        if (at >= args.length) {
            throw new IllegalArgumentException(args[at - 1] + " needs a value.");
        }
        return args[at];
    }

    private static long number(String[] args, int at) {
        String text = value(args, at);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(args[at - 1] + " needs a number, not '" + text + "'.", e);
        }
    }

    private static long positive(String option, long number) {
        if (number < 1) {
            throw new IllegalArgumentException(option + " needs at least 1.");
        }
        return number;
    }

    private static double hours(String text) {
        try {
            double hours = Double.parseDouble(text);
            if (hours > 0 && hours <= 100) {
                return hours;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--hours needs a number, not '" + text + "'.", e);
        }
        throw new IllegalArgumentException("--hours needs more than 0 and at most 100.");
    }
}
