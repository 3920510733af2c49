package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.PrincipalId;

/**
 * What a line is, as far as rules ask.
 *
 * @param issuer whom it rings
 * @param holder to whom it is bound, or who waits to be; null while it is open
 */
public record LineFacts(
        LineId id,
        PrincipalId issuer,
        State state,
        @Nullable LineHolder holder,
        LineTerms terms) {

    /**
     * Where a line stands.
     *
     * <pre>
     *   Open     --first redemption--> Waiting     an open line
     *   Waiting  --approved----------> Bound
     *   Waiting  --refused-----------> Refused     a silent alarm from now on
     *   any      --withdrawn---------> Withdrawn   a silent alarm from now on
     *   Bound                                      from the first if it was issued to somebody known
     * </pre>
     */
    public enum State {
        OPEN,
        WAITING,
        BOUND,
        REFUSED,
        WITHDRAWN
    }

    /** Whether it never rings again, whatever comes. */
    public boolean isOver() {
        return state == State.REFUSED || state == State.WITHDRAWN;
    }

    /** Whether {@code who} at {@code office} is the one to whom the line is bound. */
    public boolean isHolder(LineHolder who) {
        return who.equals(holder);
    }
}
