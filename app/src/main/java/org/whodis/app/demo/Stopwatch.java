package org.whodis.app.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.app.report.Facts;

/** Notes how long each phase took, in the order in which they came. */
final class Stopwatch {
    private final long start = System.nanoTime();
    private final List<Facts.Time> times = new ArrayList<>();
    private long last = start;

    /** Notes the time since the last lap. */
    void lap(String id, String what, @Nullable Double targetMillis) {
        long now = System.nanoTime();
        times.add(new Facts.Time(id, what, (now - last) / 1e6, targetMillis));
        last = now;
    }

    /** Begins a lap without noting the last one. */
    void skip() {
        last = System.nanoTime();
    }

    void add(String id, String what, @Nullable Double millis, @Nullable Double targetMillis) {
        times.add(new Facts.Time(id, what, millis, targetMillis));
    }

    double sinceStart() {
        return (System.nanoTime() - start) / 1e6;
    }

    List<Facts.Time> times() {
        return List.copyOf(times);
    }
}
