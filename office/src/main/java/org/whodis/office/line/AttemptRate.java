package org.whodis.office.line;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many attempts one key (an identity, an office) makes in a minute. Counted before anything is looked up, so that the
 * limit is the same for lines that exist and lines that do not.
 */
final class AttemptRate {
    private static final long WINDOW_MILLIS = 60_000;

    /** Keys that are counted at once; past it the one that was counted first is forgotten. */
    private static final int MAX_KEYS = 16_384;

    private final int limit;
    private final Map<Object, Window> windows = new LinkedHashMap<>();

    private static final class Window {
        private final long since;
        private int count;

        Window(long since) {
            this.since = since;
        }
    }

    AttemptRate(int limit) {
        this.limit = limit;
    }

    /** Counts one attempt; false if it is one too many. */
    synchronized boolean allows(Object key, long now) {
        Window window = windows.get(key);
        if (window == null || now - window.since >= WINDOW_MILLIS || now < window.since) {
            windows.remove(key);
            if (windows.size() == MAX_KEYS) {
                windows.remove(windows.keySet().iterator().next());
            }
            window = new Window(now);
            windows.put(key, window);
        }
        window.count = Math.min(window.count + 1, limit + 1);
        return window.count <= limit;
    }
}
