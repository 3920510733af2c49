package org.whodis.core.line;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;

/**
 * All that is known of a person's lines, as of one moment: read from their office, signed and sealed by their own devices.
 *
 * @param given that this person gave
 * @param addresses the secrets of those
 * @param kept what was kept of lines that were given to this person
 * @param held the same as far as it holds, to be shown
 * @param redeemers who redeemed a line last
 * @param decided the lines to whose redeemer somebody said yes
 * @param settings null if there are none
 * @param guard what incoming calls are checked by
 */
public record LineBook(
        Map<LineId, GivenLine> given,
        Map<LineId, LineAddress> addresses,
        Map<LineId, Keepsake.Held> kept,
        Map<LineId, RedeemedLine> held,
        Map<LineId, SignedRedemption.Verified> redeemers,
        Map<LineId, Boolean> decided,
        @Nullable LineSettings settings,
        LineGuard guard) {
    static LineBook empty(OfficeDomain office) {
        return new LineBook(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), null, LineGuard.none(office));
    }

    /** The secret by which a held line rings; null if there is no such line. */
    public @Nullable LineSecret secretOf(LineId id) {
        Keepsake.Held held = kept.get(id);
        return held == null ? null : held.address().secret();
    }

    /** The line with this id that this person gave. */
    GivenLine require(LineId id) throws LineException {
        GivenLine line = given.get(id);
        if (line == null) {
            throw new LineException(LineException.Reason.NOT_GIVEN);
        }
        return line;
    }

    /** Whether it has a holder who can be given another line in place of this one. */
    public boolean canRenew(GivenLine line) {
        boolean isHeld = line.issue().holder() != null
                || line.facts().state() == LineFacts.State.BOUND
                || decided.containsKey(line.id());
        return isHeld
                && line.facts().holder() != null
                && redeemers.containsKey(line.id())
                && addresses.containsKey(line.id());
    }

    /** A line by which {@code holder} can ring this person; null if there is none. */
    @Nullable
    GivenLine ringsBy(LineHolder holder) {
        for (GivenLine line : given.values()) {
            if (holder.equals(line.facts().holder()) && line.facts().state() == LineFacts.State.BOUND) {
                return line;
            }
        }
        return null;
    }
}
