package org.whodis.web.phone;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;

/** What the parts of a phone share: what time it is, where outputs go, and what waits for the store. */
final class Shell {
    final Primitives primitives;
    final RandomBytes random;
    private final Queue<PhoneOutput> outputs = new ArrayDeque<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<Integer, Answered> asked = new HashMap<>();
    private int lastRequest;
    private long now;
    private long elapsed;
    private boolean changed;
    private boolean dirty;
    private long version;
    private long durable;

    private record Waiting(long version, Runnable action) {}

    /** What came of an {@link PhoneOutput.Ask}; {@code status} is 0 if there was no answer. */
    interface Answered {
        void is(int status, Bytes body);
    }

    Shell(Primitives primitives, RandomBytes random) {
        this.primitives = primitives;
        this.random = random;
    }

    /** It is {@code nowMillis}: as in the call engine, a clock that is set back stops no timer. */
    void advance(long nowMillis) {
        elapsed += Math.max(0, nowMillis - now);
        now = nowMillis;
    }

    /** Milliseconds since 1970, for what is signed and shown. */
    long now() {
        return now;
    }

    /** Milliseconds that have passed, for timers; never runs backwards. */
    long elapsed() {
        return elapsed;
    }

    void emit(PhoneOutput output) {
        outputs.add(output);
    }

    @Nullable
    PhoneOutput poll() {
        return outputs.poll();
    }

    /** Asks the office by HTTPS; see {@link PhoneOutput.Ask}. */
    void ask(String path, @Nullable Bytes body, Answered then) {
        asked.put(++lastRequest, then);
        emit(new PhoneOutput.Ask(lastRequest, path, body));
    }

    void answered(int request, int status, Bytes body) {
        Answered then = asked.remove(request);
        if (then != null) {
            then.is(status, body);
        }
    }

    /** Nothing that was asked is of interest any more. */
    void forgetAsked() {
        asked.clear();
    }

    /** The screen is to be drawn anew. */
    void changed() {
        changed = true;
    }

    /** The memory was changed: it is stored before this input has been dealt with. */
    void remember() {
        dirty = true;
    }

    /** Runs {@code action} once everything that was to be remembered so far is durable. */
    void afterwards(Runnable action) {
        long needed = dirty ? version + 1 : version;
        if (needed <= durable) {
            action.run();
        } else {
            waiting.add(new Waiting(needed, action));
        }
    }

    /** At the end of an input: the number of the record that has to be stored now, or 0. */
    long takeVersionToStore() {
        if (!dirty) {
            return 0;
        }
        dirty = false;
        return ++version;
    }

    void stored(long upTo) {
        durable = Math.max(durable, Math.min(upTo, version));
        List<Runnable> due = new ArrayList<>();
        Iterator<Waiting> each = waiting.iterator();
        while (each.hasNext()) {
            Waiting next = each.next();
            if (next.version() <= durable) {
                each.remove();
                due.add(next.action());
            }
        }
        due.forEach(Runnable::run);
    }

    /** Nothing that was remembered counts any more. */
    void forgetWaiting() {
        waiting.clear();
        dirty = false;
    }

    /** Whether {@link #changed} was said; once. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** The person's {@code deed} is done. */
    void done(int deed) {
        emit(new PhoneOutput.Done(deed, null, ""));
    }

    void done(int deed, String answer) {
        emit(new PhoneOutput.Done(deed, null, answer));
    }

    /** With what a person may read about it. */
    void failed(int deed, Problem problem, String detail) {
        emit(new PhoneOutput.Done(deed, problem, detail));
    }

    void failed(int deed, Problem problem) {
        emit(new PhoneOutput.Done(deed, problem, ""));
    }
}
