package org.whodis.office.call;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.wire.Bytes;

/**
 * What the office knows of a call. Its times are office time ({@link org.whodis.office.OfficeTime}).
 *
 * @param offer the envelope that opened it
 * @param offerHash {@code offer_hash} of protocol section 5: what Answer, Welcome and Notice have to name
 * @param expiresAt when it stops ringing
 * @param lastMessageAt when the office last let an envelope of it pass
 * @param other the other office of a call between two; null if both live here
 */
public record CallRecord(
        CallId id,
        PrincipalId caller,
        DeviceId callerDevice,
        PrincipalId callee,
        EnvelopeId offer,
        Bytes offerHash,
        long openedAt,
        long expiresAt,
        long lastMessageAt,
        Phase phase,
        @Nullable OtherOffice other) {

    /** A call that nobody mentions for this long is over (protocol section 4). */
    public static final long SILENCE_MILLIS = 60 * 60 * 1000;

    /** How long an ended call is remembered, so that its id opens nothing again and its offers count as flooding. */
    public static final long REMEMBERED_MILLIS = 60 * 60 * 1000;

    /** Where a call stands. {@link CallRouter} lists the transitions. */
    public sealed interface Phase {}

    /** The Offer was accepted; no device of the callee has said anything. */
    public record Offered() implements Phase {}

    /** A device of the callee rings. */
    public record Ringing() implements Phase {}

    /** {@code device} of the callee was first to answer. */
    public record Answered(DeviceId device) implements Phase {}

    /** Nothing of it passes any more, but for {@link CallRouter#LAST_WORDS_MILLIS} what was under way in its group. */
    public record Ended(End end, long at, Phase before) implements Phase {
        public Ended {
            if (before instanceof Ended) {
                throw new IllegalArgumentException("a call ends once");
            }
        }
    }

    /** Why a call ended. The order is stored. */
    public enum End {
        DECLINED,
        CANCELLED,
        UNANSWERED,
        HUNG_UP,
        SILENT
    }

    public CallRecord at(Phase newPhase, long now) {
        return new CallRecord(
                id, caller, callerDevice, callee, offer, offerHash, openedAt, expiresAt, now, newPhase, other);
    }

    /** The same call as one with another office. */
    public CallRecord with(@Nullable OtherOffice otherOffice) {
        return new CallRecord(
                id,
                caller,
                callerDevice,
                callee,
                offer,
                offerHash,
                openedAt,
                expiresAt,
                lastMessageAt,
                phase,
                otherOffice);
    }

    /** Whether the callee's devices may ring: nobody has answered, and it is not over. */
    public boolean mayRing() {
        return phase instanceof Offered || phase instanceof Ringing;
    }

    /** Whether {@code principal} lives at the other office. */
    public boolean isElsewhere(PrincipalId principal) {
        return other != null && principal.equals(other.isCallers() ? caller : callee);
    }

    /** When time alone changes something: the ringing ends, the call falls silent, or it is forgotten. */
    public long dueAt() {
        return switch (phase) {
            case Offered _, Ringing _ -> expiresAt;
            case Answered _ -> lastMessageAt + SILENCE_MILLIS;
            case Ended ended -> ended.at() + REMEMBERED_MILLIS;
        };
    }
}
