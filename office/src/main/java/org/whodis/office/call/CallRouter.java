package org.whodis.office.call;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.office.OfficeMoment;
import org.whodis.office.call.CallRecord.Answered;
import org.whodis.office.call.CallRecord.End;
import org.whodis.office.call.CallRecord.Ended;
import org.whodis.office.call.CallRecord.Offered;
import org.whodis.office.call.CallRecord.Phase;
import org.whodis.office.call.CallRecord.Ringing;

/**
 * The office's part in a call: which envelope may pass, to whom, and what it makes of the call (protocol section 4). A pure
 * function of the call's record, the envelope and the time: whoever calls it keeps the record and does what it says. What a
 * message says of time is held against the clock, everything else against office time, which no jump of the clock moves.
 *
 * <pre>
 *   -                 --Offer by A-------------------> Offered    to all devices of B
 *   -                 --Offer that must not ring-----> Ended      missed
 *   Offered, Ringing  --Notice ringing by B----------> Ringing    to A's device
 *   Offered, Ringing  --Answer by B1-----------------> Answered   to A's device, and to B's others as proof
 *   Offered, Ringing  --Notice declined, busy by B---> Ended      to A's device and to B's others: a person said so
 *   Offered, Ringing  --expiresAt--------------------> Ended      missed
 *   Offered, Ringing  --Notice cancelled by A--------> Ended      to all devices of B; missed
 *   Answered          --Notice cancelled by A--------> Ended      to all devices of B: it crossed the Answer
 *   Answered          --Notice declined by B1--------> Ended      to A's device: before there is a group to hang up in
 *   Answered          --Welcome by A-----------------> Answered   to B1
 *   Answered          --group by A or B1-------------> Answered   to the other
 *   Answered          --room empty-------------------> Ended
 *   Answered          --an hour of silence-----------> Ended
 *   any               --A's device or B1 revoked-----> Ended
 *   Ended             --group within ten seconds-----> Ended      to the other: a hang-up that crossed
 * </pre>
 *
 * Everything else is refused. In particular nothing but an Offer reaches a callee who has not answered, except that the
 * call is over; and nobody but the device that offered and the device whose Answer was first ever takes part.
 */
public final class CallRouter {
    /** How long after its end a call's group may still say goodbye. */
    public static final long LAST_WORDS_MILLIS = 10_000;

    /** An Answer may be this late: it was on its way when the ringing stopped. */
    static final long ANSWER_GRACE_MILLIS = 2_000;

    /** Calls that one person may open in {@link #FLOOD_WINDOW_MILLIS}: fewer than a patient finger manages. */
    public static final int MAX_OFFERS = 20;

    /** Calls that one person may open to one other in {@link #FLOOD_WINDOW_MILLIS}. */
    public static final int MAX_OFFERS_TO_ONE = 6;

    public static final long FLOOD_WINDOW_MILLIS = 60_000;

    private CallRouter() {}

    /** How much the sender has rung lately; matters for an Offer only. */
    public record RecentOffers(int byCaller, int toCallee) {}

    /** The envelope's id has not been seen before and its recipient exists. */
    public static Routing submit(
            @Nullable CallRecord call, Submission submission, RecentOffers recent, OfficeMoment moment) {
        Envelope envelope = submission.envelope();
        if (!envelope.from().equals(submission.sender())
                || !envelope.fromDevice().equals(submission.senderDevice())
                || envelope.from().equals(envelope.to())) {
            return Routing.refused(SubmitOutcome.NOT_ALLOWED);
        }
        if (envelope.deadline() <= moment.clock()) {
            return Routing.refused(SubmitOutcome.EXPIRED);
        }
        if (submission.content() instanceof Submission.Offered offered) {
            return call == null ? offer(envelope, offered, recent, moment) : Routing.refused(SubmitOutcome.NOT_ALLOWED);
        }
        if (call == null) {
            return Routing.refused(SubmitOutcome.NOT_ALLOWED);
        }
        long now = moment.time();
        if (isFromCaller(call, envelope)) {
            return fromCaller(call, submission, now);
        }
        return isFromCallee(call, envelope)
                ? fromCallee(call, submission, now)
                : Routing.refused(SubmitOutcome.NOT_ALLOWED);
    }

    /**
     * An Offer that was accepted and must not ring now: the callee finds it as a missed call, and the caller hears that
     * nobody is there.
     */
    public static Routing silently(Routing offer, long now) {
        CallRecord call = offer.call();
        if (call == null || !(call.phase() instanceof Offered)) {
            throw new IllegalArgumentException("not an offer that was accepted");
        }
        return new Routing(SubmitOutcome.OFFLINE, end(call, End.UNANSWERED, now), List.of(), true);
    }

    /**
     * {@link CallRecord#dueAt} has come.
     *
     * @param mediaFlows whether somebody is in the call's room: such a call is not silent
     * @return null if the call is to be forgotten
     */
    public static @Nullable Routing timeOut(CallRecord call, boolean mediaFlows, long now) {
        return switch (call.phase()) {
            case Offered _, Ringing _ -> {
                CallRecord ended = end(call, End.UNANSWERED, now);
                yield new Routing(SubmitOutcome.EXPIRED, ended, List.of(), true);
            }
            case Answered _ when mediaFlows -> Routing.accepted(call.at(call.phase(), now));
            case Answered _ -> Routing.accepted(end(call, End.SILENT, now));
            case Ended _ -> null;
        };
    }

    /** Everybody has left the call's room and nobody came back. */
    public static Routing roomEmpty(CallRecord call, long now) {
        return call.phase() instanceof Answered
                ? Routing.accepted(end(call, End.HUNG_UP, now))
                : Routing.refused(SubmitOutcome.NOT_ALLOWED);
    }

    /** A device of the call was taken out of its person's chain. Who was called by it misses nothing. */
    public static Routing deviceRevoked(CallRecord call, long now) {
        return switch (call.phase()) {
            case Offered _, Ringing _ -> Routing.accepted(end(call, End.CANCELLED, now));
            case Answered _ -> Routing.accepted(end(call, End.HUNG_UP, now));
            case Ended _ -> Routing.refused(SubmitOutcome.NOT_ALLOWED);
        };
    }

    /**
     * Whether {@code device} may take a place in the call's room: the device that offered, and the one that answered
     * (protocol section 6).
     */
    public static boolean mayJoinMedia(CallRecord call, DeviceId device) {
        return switch (call.phase()) {
            case Offered _, Ringing _ -> device.equals(call.callerDevice());
            case Answered answered -> device.equals(call.callerDevice()) || device.equals(answered.device());
            case Ended _ -> false;
        };
    }

    private static Routing offer(
            Envelope envelope, Submission.Offered offered, RecentOffers recent, OfficeMoment moment) {
        Offer offer = offered.offer();
        boolean saysWhatTheEnvelopeSays = offer.callId().equals(envelope.callId())
                && offer.caller().principal().equals(envelope.from())
                && offer.callerDevice().equals(envelope.fromDevice())
                && offered.signer().equals(envelope.fromDevice())
                && offer.callee().principal().equals(envelope.to())
                && envelope.toDevice() == null;
        if (!saysWhatTheEnvelopeSays) {
            return Routing.refused(SubmitOutcome.NOT_ALLOWED);
        }
        if (offer.expiresAt() <= moment.clock()) {
            return Routing.refused(SubmitOutcome.EXPIRED);
        }
        if (recent.byCaller() >= MAX_OFFERS || recent.toCallee() >= MAX_OFFERS_TO_ONE) {
            return Routing.refused(SubmitOutcome.TOO_MANY);
        }
        long now = moment.time();
        CallRecord call = new CallRecord(
                envelope.callId(),
                envelope.from(),
                envelope.fromDevice(),
                envelope.to(),
                envelope.id(),
                offered.offerHash(),
                now,
                // A caller whose clock runs ahead does not ring for longer.
                moment.until(offer.expiresAt(), Offer.MAX_LIFETIME_MILLIS),
                now,
                new Offered(),
                null);
        return Routing.accepted(call, new Routing.AllDevices(call.callee(), null));
    }

    private static Routing fromCaller(CallRecord call, Submission submission, long now) {
        return switch (submission.content()) {
            case Submission.Welcomed it -> welcome(call, submission.envelope(), it, now);
            case Submission.Noticed it
            when it.notice().type() == Notice.Type.CANCELLED && names(call, submission.envelope(), it) ->
                cancel(call, now);
            case Submission.Grouped _ -> group(call, submission.envelope(), now);
            case Submission.Noticed _, Submission.Answered _, Submission.Offered _ ->
                Routing.refused(SubmitOutcome.NOT_ALLOWED);
        };
    }

    private static Routing fromCallee(CallRecord call, Submission submission, long now) {
        Envelope envelope = submission.envelope();
        if (submission.content() instanceof Submission.Grouped) {
            return group(call, envelope, now);
        }
        if (isAnsweredElsewhere(call.phase(), envelope)) {
            return Routing.refused(SubmitOutcome.ANSWERED_ELSEWHERE);
        }
        return switch (submission.content()) {
            case Submission.Answered it when names(call, envelope, it) -> answer(call, envelope, now);
            case Submission.Noticed it
            when names(call, envelope, it) ->
                calleeNotice(call, envelope, it.notice().type(), now);
            case Submission.Noticed _,
                    Submission.Answered _,
                    Submission.Offered _,
                    Submission.Welcomed _,
                    Submission.Grouped _ -> Routing.refused(SubmitOutcome.NOT_ALLOWED);
        };
    }

    private static Routing answer(CallRecord call, Envelope envelope, long now) {
        return switch (call.phase()) {
            case Offered _, Ringing _ ->
                now > call.expiresAt() + ANSWER_GRACE_MILLIS
                        ? Routing.refused(SubmitOutcome.EXPIRED)
                        : Routing.accepted(
                                call.at(new Answered(envelope.fromDevice()), now),
                                new Routing.OneDevice(call.caller(), call.callerDevice()),
                                new Routing.AllDevices(call.callee(), envelope.fromDevice()));
            case Answered _, Ended _ -> Routing.refused(SubmitOutcome.NOT_ALLOWED);
        };
    }

    private static Routing calleeNotice(CallRecord call, Envelope envelope, Notice.Type type, long now) {
        Routing.Target caller = new Routing.OneDevice(call.caller(), call.callerDevice());
        boolean isOpen = call.phase() instanceof Offered || call.phase() instanceof Ringing;
        boolean isWinner = call.phase() instanceof Answered(var device) && device.equals(envelope.fromDevice());
        return switch (type) {
            case RINGING ->
                isOpen
                        ? Routing.accepted(call.at(new Ringing(), now), caller)
                        : Routing.refused(SubmitOutcome.NOT_ALLOWED);
            case DECLINED, BUSY -> {
                if (isOpen) {
                    yield Routing.accepted(
                            end(call, End.DECLINED, now),
                            caller,
                            new Routing.AllDevices(call.callee(), envelope.fromDevice()));
                }
                yield isWinner && type == Notice.Type.DECLINED
                        ? Routing.accepted(end(call, End.HUNG_UP, now), caller)
                        : Routing.refused(SubmitOutcome.NOT_ALLOWED);
            }
            case CANCELLED -> Routing.refused(SubmitOutcome.NOT_ALLOWED);
        };
    }

    private static Routing cancel(CallRecord call, long now) {
        return switch (call.phase()) {
            case Offered _, Ringing _ ->
                new Routing(
                        SubmitOutcome.ACCEPTED,
                        end(call, End.CANCELLED, now),
                        List.of(new Routing.AllDevices(call.callee(), null)),
                        true);
            case Answered _ ->
                Routing.accepted(end(call, End.CANCELLED, now), new Routing.AllDevices(call.callee(), null));
            case Ended _ -> Routing.refused(SubmitOutcome.NOT_ALLOWED);
        };
    }

    private static Routing welcome(CallRecord call, Envelope envelope, Submission.Welcomed welcomed, long now) {
        CallWelcome welcome = welcomed.welcome();
        boolean fits = welcome.callId().equals(call.id())
                && welcome.offerHash().equals(call.offerHash())
                && welcomed.signer().equals(envelope.fromDevice());
        return fits && call.phase() instanceof Answered(var device) && isFor(envelope, device)
                ? Routing.accepted(call.at(call.phase(), now), new Routing.OneDevice(call.callee(), device))
                : Routing.refused(SubmitOutcome.NOT_ALLOWED);
    }

    /** Between the two devices of the group and in both directions. */
    private static Routing group(CallRecord call, Envelope envelope, long now) {
        Phase phase = call.phase();
        if (phase instanceof Ended ended && now < ended.at() + LAST_WORDS_MILLIS) {
            phase = ended.before();
        }
        if (!(phase instanceof Answered(var callee))) {
            return Routing.refused(SubmitOutcome.NOT_ALLOWED);
        }
        Routing.OneDevice other;
        if (isFromCaller(call, envelope)) {
            other = new Routing.OneDevice(call.callee(), callee);
        } else if (envelope.fromDevice().equals(callee)) {
            other = new Routing.OneDevice(call.caller(), call.callerDevice());
        } else {
            return Routing.refused(SubmitOutcome.NOT_ALLOWED);
        }
        return isFor(envelope, other.device())
                ? Routing.accepted(call.at(call.phase(), now), other)
                : Routing.refused(SubmitOutcome.NOT_ALLOWED);
    }

    private static CallRecord end(CallRecord call, End end, long now) {
        return call.at(new Ended(end, now, call.phase()), now);
    }

    private static boolean isFromCaller(CallRecord call, Envelope envelope) {
        return envelope.from().equals(call.caller())
                && envelope.fromDevice().equals(call.callerDevice())
                && envelope.to().equals(call.callee());
    }

    private static boolean isFromCallee(CallRecord call, Envelope envelope) {
        return envelope.from().equals(call.callee())
                && envelope.to().equals(call.caller())
                && isFor(envelope, call.callerDevice());
    }

    private static boolean isAnsweredElsewhere(Phase phase, Envelope envelope) {
        Phase last = phase instanceof Ended ended ? ended.before() : phase;
        return last instanceof Answered(var device) && !device.equals(envelope.fromDevice());
    }

    private static boolean isFor(Envelope envelope, DeviceId device) {
        return envelope.toDevice() == null || device.equals(envelope.toDevice());
    }

    private static boolean names(CallRecord call, Envelope envelope, Submission.Answered answered) {
        Answer answer = answered.answer();
        return answer.callId().equals(call.id())
                && answer.offerHash().equals(call.offerHash())
                && answer.calleeDevice().equals(envelope.fromDevice())
                && answered.signer().equals(envelope.fromDevice());
    }

    private static boolean names(CallRecord call, Envelope envelope, Submission.Noticed noticed) {
        return noticed.notice().callId().equals(call.id())
                && noticed.notice().offerHash().equals(call.offerHash())
                && noticed.signer().equals(envelope.fromDevice());
    }
}
