package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;

/**
 * Which attempt rings: pure decisions, the same for an office, for a device that checks its office, and for a simulation.
 *
 * <pre>
 *   the attempt                                                rings     what the caller hears   incident
 *   ---------------------------------------------------------  --------  ----------------------  -------------------
 *   no line, or one that cannot be read, from another office   no        constant answer         none: names no line
 *   a line that was never issued                               no        constant answer         none
 *   caller, office or proof not borne out                      no        constant answer         NOT_PROVED
 *   the line of somebody else than the callee                  no        constant answer         WRONG_PERSON
 *   another identity than the holder's                         no        constant answer         ANOTHER_IDENTITY
 *   open, or waits for the issuer's approval                   no        constant answer         NOT_APPROVED
 *   refused, withdrawn                                         no        constant answer         WITHDRAWN
 *   past its end                                               no        constant answer         EXPIRED
 *   blocked by the callee                                      no        constant answer         none
 *   the holder, request only, outside its hours, quiet hours   silently  nobody there            none: a missed call
 *   the holder                                                 yes       accepted                none
 * </pre>
 *
 * <p>The first row that fits counts. The constant answer is {@code unknown_recipient}, {@link #ANSWER_DELAY_MILLIS} after
 * the attempt was received.
 */
public final class LineRules {
    /**
     * When the constant answer goes out, after receipt. Longer than every check takes on a busy machine, so that no class of
     * attempt is told from another by it.
     */
    public static final long ANSWER_DELAY_MILLIS = 500;

    private LineRules() {}

    /** How far the line_proof of an offer holds. */
    public enum Proof {
        /** The offer has none. */
        NONE,
        MALFORMED,
        FORGED,
        HOLDS
    }

    /**
     * An attempt to ring by a line.
     *
     * @param callerProved whether the offer's signature and the caller's chain hold
     * @param caller as the offer claims
     * @param fromOffice the office that it really came from
     */
    public record Attempt(
            Proof proof, boolean callerProved, LineHolder caller, OfficeDomain fromOffice, PrincipalId callee) {}

    /** What is to be done with an attempt. */
    public sealed interface Verdict {
        /** Ring. */
        record Ring() implements Verdict {}

        /** A missed call, in silence. */
        record Silent(boolean toDesk) implements Verdict {}

        /** The constant answer; {@code incident} is null if there is none to record. */
        record Refused(LineIncident.@Nullable Kind incident) implements Verdict {}
    }

    /** The first row that fits. */
    public static Verdict ring(@Nullable LineFacts line, Attempt attempt, LineSettings settings, long now) {
        if (line == null || attempt.proof() == Proof.NONE || attempt.proof() == Proof.MALFORMED) {
            return new Verdict.Refused(null);
        }
        // First of all: who knows a line's id but not its secret must not make it look as if the holder's copy had
        // leaked.
        if (!attempt.callerProved()
                || !attempt.caller().office().equals(attempt.fromOffice())
                || attempt.proof() == Proof.FORGED) {
            return new Verdict.Refused(LineIncident.Kind.NOT_PROVED);
        }
        if (!line.issuer().equals(attempt.callee())) {
            return new Verdict.Refused(LineIncident.Kind.WRONG_PERSON);
        }
        LineIncident.Kind refusal = refusal(line, attempt.caller(), now);
        if (refusal != null) {
            return new Verdict.Refused(refusal);
        }
        if (settings.blocks(attempt.caller())) {
            return new Verdict.Refused(null);
        }
        boolean favourite = line.terms().favourite();
        if (!line.terms().allows(now) || !favourite && settings.isQuiet(now)) {
            return new Verdict.Silent(false);
        }
        return settings.sendToDesk() && !favourite ? new Verdict.Silent(true) : new Verdict.Ring();
    }

    /** A call inside one office by its directory, without a line: the callee's own settings alone. */
    public static Verdict directory(LineHolder caller, LineSettings settings, long now) {
        boolean favourite = settings.isFavourite(caller);
        if (settings.blocks(caller)) {
            return new Verdict.Refused(null);
        }
        if (!favourite && settings.isQuiet(now)) {
            return new Verdict.Silent(false);
        }
        return settings.sendToDesk() && !favourite ? new Verdict.Silent(true) : new Verdict.Ring();
    }

    /** What is to be done with a redemption whose signatures hold. */
    public sealed interface Redemption {
        /** The first to redeem an open line: it waits for the issuer. */
        record First() implements Redemption {}

        /** The one who waits, or the holder, once more. */
        record Repeated(boolean bound) implements Redemption {}

        /** The holder of a line that another one has replaced. */
        record Renewed() implements Redemption {}

        /** The constant answer. */
        record Refused(LineIncident.@Nullable Kind incident) implements Redemption {}
    }

    /**
     * The first redeemer waits or, where the line is bound, is the holder; everybody else is refused.
     *
     * @param renewed whether another line has taken this one's place
     */
    public static Redemption redeem(@Nullable LineFacts line, LineHolder redeemer, boolean renewed, long now) {
        if (line == null) {
            return new Redemption.Refused(null);
        }
        if (redeemer.principal().equals(line.issuer())) {
            return new Redemption.Refused(null);
        }
        boolean holder = line.isHolder(redeemer);
        if (renewed && holder) {
            return new Redemption.Renewed();
        }
        return switch (line.state()) {
            case OPEN ->
                line.terms().isExpired(now)
                        ? new Redemption.Refused(LineIncident.Kind.EXPIRED)
                        : new Redemption.First();
            case WAITING, BOUND -> {
                if (!holder) {
                    yield new Redemption.Refused(LineIncident.Kind.SECOND_REDEEMER);
                }
                yield line.terms().isExpired(now)
                        ? new Redemption.Refused(null)
                        : new Redemption.Repeated(line.state() == LineFacts.State.BOUND);
            }
            // The holder's own device asks what became of it; that is no leak.
            case REFUSED, WITHDRAWN -> new Redemption.Refused(holder ? null : LineIncident.Kind.WITHDRAWN);
        };
    }

    private static LineIncident.@Nullable Kind refusal(LineFacts line, LineHolder caller, long now) {
        LineIncident.Kind state = switch (line.state()) {
            case REFUSED, WITHDRAWN -> LineIncident.Kind.WITHDRAWN;
            case OPEN -> LineIncident.Kind.NOT_APPROVED;
            case WAITING -> line.isHolder(caller) ? LineIncident.Kind.NOT_APPROVED : LineIncident.Kind.ANOTHER_IDENTITY;
            case BOUND -> line.isHolder(caller) ? null : LineIncident.Kind.ANOTHER_IDENTITY;
        };
        return state == null && line.terms().isExpired(now) ? LineIncident.Kind.EXPIRED : state;
    }
}
