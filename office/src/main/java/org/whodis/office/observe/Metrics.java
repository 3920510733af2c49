package org.whodis.office.observe;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * Counters and gauges in Prometheus' text format (version 0.0.4). Labels come from enums and named paths only, so that
 * their number is bounded and none names a person.
 */
public final class Metrics {
    private final Map<String, Family> families = new TreeMap<>();

    private record Family(String help, String type, Map<String, DoubleSupplier> samples) {}

    /** A counter with one label. */
    public final class Labelled {
        private final String label;
        private final Family family;
        private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

        private Labelled(String label, Family family) {
            this.label = label;
            this.family = family;
        }

        public void increment(String value) {
            counts.computeIfAbsent(value, this::register).increment();
        }

        public long count(String value) {
            LongAdder count = counts.get(value);
            return count == null ? 0 : count.sum();
        }

        private LongAdder register(String value) {
            LongAdder count = new LongAdder();
            synchronized (families) {
                family.samples().put("{" + label + "=\"" + value + "\"}", count::sum);
            }
            return count;
        }
    }

    public LongAdder counter(String name, String help) {
        LongAdder count = new LongAdder();
        add(name, help, "counter").samples().put("", count::sum);
        return count;
    }

    public Labelled counter(String name, String label, String help) {
        return new Labelled(label, add(name, help, "counter"));
    }

    /** A value that is read when somebody asks. */
    public void gauge(String name, String help, DoubleSupplier value) {
        add(name, help, "gauge").samples().put("", value);
    }

    /** As {@link #gauge}, for what only grows and is counted elsewhere. */
    public void counter(String name, String help, DoubleSupplier value) {
        add(name, help, "counter").samples().put("", value);
    }

    /** As many counters as {@code label} has values, counted elsewhere. */
    public void counters(String name, String label, String help, Map<String, DoubleSupplier> values) {
        Family family = add(name, help, "counter");
        values.forEach((value, count) -> family.samples().put("{" + label + "=\"" + value + "\"}", count));
    }

    public String text() {
        StringBuilder out = new StringBuilder();
        synchronized (families) {
            families.forEach((name, family) -> {
                out.append("# HELP ")
                        .append(name)
                        .append(' ')
                        .append(family.help())
                        .append('\n');
                out.append("# TYPE ")
                        .append(name)
                        .append(' ')
                        .append(family.type())
                        .append('\n');
                family.samples()
                        .forEach((labels, value) -> out.append(name)
                                .append(labels)
                                .append(' ')
                                .append(number(value.getAsDouble()))
                                .append('\n'));
            });
        }
        return out.toString();
    }

    private Family add(String name, String help, String type) {
        Family family = new Family(help, type, new TreeMap<>());
        synchronized (families) {
            if (families.putIfAbsent(name, family) != null) {
                throw new IllegalStateException("two metrics named " + name);
            }
        }
        return family;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
