package org.whodis.core.line;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.message.Offer;
import org.whodis.core.wire.DecodeException;

/**
 * What a device knows of the lines that its person gave and of when they want to be rung: its own check of what its office
 * lets through. Made anew from what the device's own person has signed; immutable.
 */
public final class LineGuard {
    private final OfficeDomain office;
    private final Map<LineId, LineFacts> lines;
    private final @Nullable LineSettings settings;

    private LineGuard(OfficeDomain office, Map<LineId, LineFacts> lines, @Nullable LineSettings settings) {
        this.office = office;
        this.lines = lines;
        this.settings = settings;
    }

    /** Knows of no line: only calls by the directory of {@code office} ring. */
    public static LineGuard none(OfficeDomain office) {
        return new LineGuard(office, Map.of(), null);
    }

    /**
     * What the person's devices have signed.
     *
     * @param office the person's own
     */
    public static LineGuard of(
            OfficeDomain office, Collection<IssuedLine.Verified> issued, @Nullable LineSettings settings) {
        Map<LineId, LineFacts> lines = new LinkedHashMap<>();
        for (IssuedLine.Verified each : issued) {
            lines.put(each.facts().id(), each.facts());
        }
        for (IssuedLine.Verified each : issued) {
            LineIssue.Replaces replaces = each.issue().replaces();
            LineFacts old = replaces == null ? null : lines.get(replaces.lineId());
            if (old != null) {
                lines.put(
                        old.id(),
                        new LineFacts(old.id(), old.issuer(), LineFacts.State.WITHDRAWN, old.holder(), old.terms()));
            }
        }
        return new LineGuard(office, lines, settings);
    }

    /**
     * This, knowing what was known before: a line that was withdrawn, replaced or refused stays so, whatever the office leaves out
     * since. One that it leaves out altogether is remembered as well, or it would ring when it is shown again without its end.
     */
    LineGuard after(LineGuard before) {
        Map<LineId, LineFacts> next = new LinkedHashMap<>(lines);
        before.lines.forEach((id, then) -> {
            LineFacts now = next.get(id);
            if (then.isOver() && (now == null || !now.isOver())) {
                next.put(id, then);
            }
        });
        return new LineGuard(office, next, settings);
    }

    public boolean knows(LineId line) {
        return lines.containsKey(line);
    }

    /** As this device sees the lines, with those that were replaced as withdrawn. */
    public @Nullable LineFacts facts(LineId line) {
        return lines.get(line);
    }

    /** What is to be done with an offer whose signature and chain were found to hold. */
    public LineRules.Verdict check(Primitives primitives, Offer offer, long now) {
        LineHolder caller = LineHolder.of(offer.caller());
        LineSettings effective =
                settings == null ? LineSettings.none(offer.callee().principal()) : settings;
        if (offer.lineProof().isEmpty() && caller.office().equals(office)) {
            return LineRules.directory(caller, effective, now);
        }
        LineProof proof = null;
        LineRules.Proof holds;
        try {
            proof = LineProof.decode(offer.lineProof());
            holds = proof.verify(primitives, offer) ? LineRules.Proof.HOLDS : LineRules.Proof.FORGED;
        } catch (DecodeException e) {
            holds = offer.lineProof().isEmpty() ? LineRules.Proof.NONE : LineRules.Proof.MALFORMED;
        }
        LineRules.Attempt attempt = new LineRules.Attempt(
                holds, true, caller, caller.office(), offer.callee().principal());
        return LineRules.ring(proof == null ? null : lines.get(proof.lineId()), attempt, effective, now);
    }

    /** The line that an offer names, if it names one. */
    public static @Nullable LineId lineOf(Offer offer) {
        try {
            return offer.lineProof().isEmpty()
                    ? null
                    : LineProof.decode(offer.lineProof()).lineId();
        } catch (DecodeException e) {
            return null;
        }
    }
}
