package org.whodis.office.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.message.Offer;

/**
 * An offer that wants to ring somebody of this office.
 *
 * @param fromOffice the office that it came from, authenticated by its connection; this one for its own devices
 * @param callerProved whether the offer's signature and the caller's chain hold, under the key of that office; for devices of
 *     this office, whether the offer names the person and device of the session
 * @param callerName as the caller's office vouches; empty if it is not proved, null if this office's own register has it
 * @param receivedAt by this office's clock
 */
public record RingAttempt(
        Offer offer,
        OfficeDomain fromOffice,
        boolean callerProved,
        @Nullable String callerName,
        long receivedAt) {}
