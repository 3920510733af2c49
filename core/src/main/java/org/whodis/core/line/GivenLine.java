package org.whodis.core.line;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.VerifiedChain;

/**
 * A line that this person gave.
 *
 * @param note to oneself; empty if this device cannot read it
 * @param redeemer the chain of whoever redeemed it, verified; null if nobody did
 * @param incidents attempts by others that were not acknowledged yet, the latest first
 */
public record GivenLine(
        LineFacts facts,
        LineIssue issue,
        String note,
        @Nullable VerifiedChain redeemer,
        List<LineIncident> incidents) {
    public GivenLine {
        incidents = List.copyOf(incidents);
    }

    public LineId id() {
        return facts.id();
    }

    /** How many attempts by others. */
    public long attempts() {
        long count = 0;
        for (LineIncident incident : incidents) {
            count += incident.count();
        }
        return count;
    }

    /** Whether somebody has redeemed it and waits for a yes. */
    public boolean isWaiting() {
        return facts.state() == LineFacts.State.WAITING;
    }
}
