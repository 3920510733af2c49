package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;

/**
 * What happened, as a sequence diagram in text. Written only when somebody will read it: a world that fails is run once more
 * for its timeline.
 */
final class Timeline {
    /** Enough for the last calls of a world; the oldest go. */
    private static final int MAX_LINES = 20_000;

    private static final int NAME_WIDTH = 9;

    private final boolean kept;
    private final List<Line> lines = new ArrayList<>();
    private final CRC32 digest = new CRC32();
    private long events;

    /** @param call null for what concerns all calls, such as faults */
    private record Line(@Nullable CallId call, boolean isFault, String text) {}

    Timeline(boolean kept) {
        this.kept = kept;
    }

    /** Something went from one party to another. */
    void message(long at, String from, String to, @Nullable CallId call, Supplier<String> text) {
        add(at, call, false, () -> pad(from) + " ──▶ " + pad(to) + text.get());
    }

    /** Something happened at one party. */
    void event(long at, String who, @Nullable CallId call, Supplier<String> text) {
        add(at, call, false, () -> pad(who) + "     " + pad("") + text.get());
    }

    void fault(long at, String what) {
        add(at, null, true, () -> "!!! " + what);
    }

    /** The same for the same world: to see whether a replay is one. */
    String fingerprint() {
        return Long.toHexString(digest.getValue()) + "-" + events;
    }

    /** The last {@code most} lines that concern {@code call}, or all calls if that is null. */
    List<String> last(int most, @Nullable CallId call) {
        List<String> out = new ArrayList<>();
        for (int i = lines.size() - 1; i >= 0 && out.size() < most; i--) {
            Line line = lines.get(i);
            if (call == null || line.isFault() || call.equals(line.call())) {
                out.addFirst(line.text());
            }
        }
        return out;
    }

    private void add(long at, @Nullable CallId call, boolean isFault, Supplier<String> text) {
        events++;
        for (int i = 0; i < 5; i++) {
            digest.update((int) (at >>> 8 * i));
        }
        if (!kept) {
            return;
        }
        if (lines.size() >= MAX_LINES) {
            lines.subList(0, MAX_LINES / 2).clear();
        }
        long since = at - World.BEGIN;
        String call4 = call == null ? "    " : call.value().hex().substring(0, 4);
        lines.add(new Line(
                call, isFault, String.format(Locale.ROOT, "%9.3f  %s  %s", since / 1000.0, call4, text.get())));
    }

    private static String pad(String name) {
        return name.length() >= NAME_WIDTH ? name + " " : name + " ".repeat(NAME_WIDTH - name.length());
    }
}
