package org.whodis.core.line;

import java.util.List;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;

/** What waits at the desk, for those who sit there. */
public record DeskView(List<KnockView> knocks, List<IncidentView> incidents, List<LinePages.SentCall> calls) {
    public DeskView {
        knocks = List.copyOf(knocks);
        incidents = List.copyOf(incidents);
        calls = List.copyOf(calls);
    }

    /** A knock, verified, with the chain of whoever knocked. */
    public record KnockView(Knock knock, VerifiedChain knocker) {}

    /**
     * Somebody's line was tried by others.
     *
     * @param note whom it had been given to; empty if it was given before the reader sat at the desk
     */
    public record IncidentView(PrincipalId issuer, LineId line, String note, List<LineIncident> incidents) {
        public IncidentView {
            incidents = List.copyOf(incidents);
        }
    }
}
