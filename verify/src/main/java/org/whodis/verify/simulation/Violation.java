package org.whodis.verify.simulation;

import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;

/** An invariant that does not hold. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which invariant, in a few words that are the same whenever it breaks. */
    private final String invariant;

    private final transient @Nullable CallId call;

    Violation(String invariant, String detail, @Nullable CallId call) {
        super(invariant + ": " + detail);
        this.invariant = invariant;
        this.call = call;
    }

    Violation(String invariant, Throwable cause) {
        super(invariant + ": " + cause, cause);
        this.invariant = invariant;
        this.call = null;
    }

    String invariant() {
        return invariant;
    }

    @Nullable
    CallId call() {
        return call;
    }
}
