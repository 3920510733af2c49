package org.whodis.office.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.Answer;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeMoment;
import org.whodis.office.call.CallRecord.Answered;
import org.whodis.office.call.CallRecord.End;
import org.whodis.office.call.CallRecord.Ended;
import org.whodis.office.call.CallRecord.Offered;
import org.whodis.office.call.CallRecord.Ringing;

class CallRouterTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final CallRouter.RecentOffers CALM = new CallRouter.RecentOffers(0, 0);

    private final Random random = new Random(1);
    private final PrincipalId anna = new PrincipalId(bytes(32));
    private final PrincipalId boris = new PrincipalId(bytes(32));
    private final PrincipalId mallory = new PrincipalId(bytes(32));
    private final DeviceId annas = new DeviceId(bytes(32));
    private final DeviceId annasOther = new DeviceId(bytes(32));
    private final DeviceId borisOne = new DeviceId(bytes(32));
    private final DeviceId borisTwo = new DeviceId(bytes(32));
    private final DeviceId mallorys = new DeviceId(bytes(32));
    private final CallId id = new CallId(bytes(16));
    private final Bytes offerHash = bytes(32);

    private @Nullable CallRecord call;
    private long now = NOW;
    private long clockIsOff;

    @Test
    void anOfferGoesToAllDevicesOfTheCallee() {
        Routing routing = send(anna, annas, boris, null, offer(NOW + 45_000));
        assertThat(routing.outcome()).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(routing.targets()).containsExactly(new Routing.AllDevices(boris, null));
        assertThat(phase()).isEqualTo(new Offered());
    }

    @Test
    void anOfferThatSaysOtherThanItsEnvelopeIsRefused() {
        Offer good = offer(NOW + 45_000).offer();
        List<Submission.Offered> bad = List.of(
                new Submission.Offered(with(good, mallory, annas, boris, id), offerHash, annas),
                new Submission.Offered(with(good, anna, annasOther, boris, id), offerHash, annas),
                new Submission.Offered(with(good, anna, annas, mallory, id), offerHash, annas),
                new Submission.Offered(with(good, anna, annas, boris, new CallId(bytes(16))), offerHash, annas),
                new Submission.Offered(good, offerHash, annasOther));
        for (Submission.Offered each : bad) {
            assertThat(send(anna, annas, boris, null, each).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        }
        assertThat(send(anna, annas, boris, borisOne, offer(NOW + 45_000)).outcome())
                .as("an Offer rings everywhere or nowhere")
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(call).isNull();
    }

    @Test
    void nobodySendsInAnotherName() {
        Envelope forged = envelope(anna, annas, boris, null, NOW + 1);
        assertThat(CallRouter.submit(null, new Submission(forged, offer(NOW + 9), mallory, mallorys), CALM, at(NOW))
                        .outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(CallRouter.submit(null, new Submission(forged, offer(NOW + 9), anna, annasOther), CALM, at(NOW))
                        .outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
    }

    @Test
    void nobodyCallsThemselves() {
        assertThat(send(anna, annas, anna, null, offer(NOW + 45_000)).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
    }

    @Test
    void aCallIdOpensOneCall() {
        send(anna, annas, boris, null, offer(NOW + 45_000));
        assertThat(send(anna, annas, boris, null, offer(NOW + 45_000)).outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        now += 46_000;
        call = timeOut(false).call();
        assertThat(send(anna, annas, boris, null, offer(now + 45_000)).outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
    }

    @Test
    void whatIsPastItsDeadlineIsExpired() {
        assertThat(CallRouter.submit(
                                null,
                                new Submission(
                                        envelope(anna, annas, boris, null, NOW), offer(NOW + 45_000), anna, annas),
                                CALM,
                                at(NOW))
                        .outcome())
                .isEqualTo(SubmitOutcome.EXPIRED);
        assertThat(send(anna, annas, boris, null, offer(NOW)).outcome()).isEqualTo(SubmitOutcome.EXPIRED);
    }

    @Test
    void aCallerWhoseClockRunsAheadDoesNotRingForLonger() {
        send(anna, annas, boris, null, offer(NOW + 3_600_000));
        assertThat(record().expiresAt()).isEqualTo(NOW + Offer.MAX_LIFETIME_MILLIS);
    }

    @Test
    void whoRingsTooOftenIsTold() {
        Submission offer =
                new Submission(envelope(anna, annas, boris, null, NOW + 1000), offer(NOW + 45_000), anna, annas);
        assertThat(CallRouter.submit(null, offer, new CallRouter.RecentOffers(CallRouter.MAX_OFFERS, 0), at(NOW))
                        .outcome())
                .isEqualTo(SubmitOutcome.TOO_MANY);
        assertThat(CallRouter.submit(null, offer, new CallRouter.RecentOffers(1, CallRouter.MAX_OFFERS_TO_ONE), at(NOW))
                        .outcome())
                .isEqualTo(SubmitOutcome.TOO_MANY);
    }

    @Test
    void theFirstAnswerWinsAndLaterOnesAreToldSo() {
        ring();
        Routing won = send(boris, borisTwo, anna, annas, answer(borisTwo));
        assertThat(won.targets())
                .containsExactly(new Routing.OneDevice(anna, annas), new Routing.AllDevices(boris, borisTwo));
        assertThat(send(boris, borisOne, anna, annas, answer(borisOne)).outcome())
                .isEqualTo(SubmitOutcome.ANSWERED_ELSEWHERE);
        assertThat(send(boris, borisOne, anna, annas, notice(Notice.Type.DECLINED, borisOne))
                        .outcome())
                .isEqualTo(SubmitOutcome.ANSWERED_ELSEWHERE);
        assertThat(phase()).isEqualTo(new Answered(borisTwo));
    }

    @Test
    void aDeclineGoesToBothSidesAndEndsTheRingingEverywhere() {
        ring();
        Routing routing = send(boris, borisOne, anna, annas, notice(Notice.Type.DECLINED, borisOne));
        assertThat(routing.targets())
                .containsExactly(new Routing.OneDevice(anna, annas), new Routing.AllDevices(boris, borisOne));
        assertThat(routing.missed()).as("a person decided").isFalse();
        assertThat(send(boris, borisTwo, anna, annas, answer(borisTwo)).outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
    }

    @Test
    void whoIsBusyDeclinesOnAllDevicesSinceTheCallerHasGivenUp() {
        ring();
        Routing routing = send(boris, borisOne, anna, annas, notice(Notice.Type.BUSY, borisOne));
        assertThat(routing.targets())
                .containsExactly(new Routing.OneDevice(anna, annas), new Routing.AllDevices(boris, borisOne));
        assertThat(routing.missed()).as("a person decided").isFalse();
        assertThat(send(boris, borisTwo, anna, annas, answer(borisTwo)).outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
    }

    @Test
    void aCancelledOrUnansweredCallIsMissed() {
        ring();
        assertThat(send(anna, annas, boris, null, notice(Notice.Type.CANCELLED, annas))
                        .missed())
                .isTrue();
        call = null;
        ring();
        now += 45_000;
        Routing routing = timeOut(false);
        assertThat(routing.missed()).isTrue();
        assertThat(((Ended) Objects.requireNonNull(routing.call()).phase()).end())
                .isEqualTo(End.UNANSWERED);
    }

    @Test
    void aCancelThatCrossedTheAnswerEndsTheCallEverywhere() {
        ring();
        send(boris, borisOne, anna, annas, answer(borisOne));
        Routing routing = send(anna, annas, boris, null, notice(Notice.Type.CANCELLED, annas));
        assertThat(routing.targets()).containsExactly(new Routing.AllDevices(boris, null));
        assertThat(routing.missed()).isFalse();
        assertThat(CallRouter.mayJoinMedia(record(), borisOne)).isFalse();
    }

    @Test
    void theWelcomeGoesToTheDeviceThatAnsweredAndToNoOther() {
        ring();
        assertThat(send(anna, annas, boris, null, welcome()).outcome())
                .as("before the answer")
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        send(boris, borisOne, anna, annas, answer(borisOne));
        assertThat(send(anna, annas, boris, borisTwo, welcome()).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(send(anna, annas, boris, null, welcome()).targets())
                .containsExactly(new Routing.OneDevice(boris, borisOne));
    }

    @Test
    void groupMessagesPassBetweenTheTwoDevicesOfTheCallOnly() {
        ring();
        Submission.Grouped group = new Submission.Grouped();
        assertThat(send(anna, annas, boris, null, group).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        send(boris, borisOne, anna, annas, answer(borisOne));
        assertThat(send(anna, annas, boris, null, group).targets())
                .containsExactly(new Routing.OneDevice(boris, borisOne));
        assertThat(send(boris, borisOne, anna, null, group).targets())
                .containsExactly(new Routing.OneDevice(anna, annas));
        assertThat(send(boris, borisTwo, anna, null, group).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(send(anna, annasOther, boris, null, group).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(send(mallory, mallorys, boris, null, group).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(send(mallory, mallorys, anna, null, group).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
    }

    @Test
    void theCallerCannotSpeakForTheCalleeNorTheCalleeForTheCaller() {
        ring();
        // Signal 2019: the caller sends the callee's own message.
        for (Notice.Type type : List.of(Notice.Type.RINGING, Notice.Type.DECLINED, Notice.Type.BUSY)) {
            assertThat(send(anna, annas, boris, null, notice(type, annas)).outcome())
                    .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        }
        assertThat(send(anna, annas, boris, null, answer(annas)).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(send(boris, borisOne, anna, annas, notice(Notice.Type.CANCELLED, borisOne))
                        .outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(send(boris, borisOne, anna, annas, welcome()).outcome()).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(phase()).isEqualTo(new Ringing());
    }

    @Test
    void aNoticeOrAnswerForAnotherOfferIsRefused() {
        ring();
        Notice other = new Notice(id, bytes(32), Notice.Type.DECLINED, NOW);
        assertThat(send(boris, borisOne, anna, annas, new Submission.Noticed(other, borisOne))
                        .outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        Answer answer = new Answer(id, bytes(32), bytes(32), borisOne, bytes(32), 1, Bytes.EMPTY, NOW);
        assertThat(send(boris, borisOne, anna, annas, new Submission.Answered(answer, borisOne))
                        .outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(phase()).isEqualTo(new Ringing());
    }

    @Test
    void anAnswerMayBeALittleLateAndNoMore() {
        ring();
        now = record().expiresAt() + CallRouter.ANSWER_GRACE_MILLIS + 1;
        assertThat(send(boris, borisOne, anna, annas, answer(borisOne)).outcome())
                .isEqualTo(SubmitOutcome.EXPIRED);
        now--;
        assertThat(send(boris, borisOne, anna, annas, answer(borisOne)).outcome())
                .isEqualTo(SubmitOutcome.ACCEPTED);
    }

    @Test
    void aCallWithFlowingMediaIsNotSilentAndOneWithoutIsAfterAnHour() {
        ring();
        send(boris, borisOne, anna, annas, answer(borisOne));
        now += CallRecord.SILENCE_MILLIS;
        assertThat(record().dueAt()).isEqualTo(now);
        call = timeOut(true).call();
        assertThat(phase()).isEqualTo(new Answered(borisOne));
        now += CallRecord.SILENCE_MILLIS;
        call = timeOut(false).call();
        assertThat(((Ended) phase()).end()).isEqualTo(End.SILENT);
        now += CallRouter.LAST_WORDS_MILLIS - 1;
        assertThat(send(anna, annas, boris, null, new Submission.Grouped()).outcome())
                .isEqualTo(SubmitOutcome.ACCEPTED);
        now += 1;
        assertThat(send(anna, annas, boris, null, new Submission.Grouped()).outcome())
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        now += CallRecord.REMEMBERED_MILLIS;
        assertThat(CallRouter.timeOut(record(), false, now)).as("forgotten").isNull();
    }

    @Test
    void aCallRingsForItsTimeWhateverTheClockSays() {
        long day = 24L * 60 * 60 * 1000;
        for (long off : new long[] {-day, -9 * 60_000, 9 * 60_000, day}) {
            call = null;
            clockIsOff = off;
            // The caller's clock is as wrong as the office's: else there is no call.
            send(anna, annas, boris, null, offer(now + off + 45_000), now + off + 60_000);
            clockIsOff = 0;
            assertThat(record().expiresAt()).as("off by %d", off).isEqualTo(now + 45_000);
            assertThat(send(boris, borisOne, anna, annas, answer(borisOne)).outcome())
                    .as("answered when the clock is right again, off by %d before", off)
                    .isEqualTo(SubmitOutcome.ACCEPTED);
            assertThat(record().dueAt()).isEqualTo(now + CallRecord.SILENCE_MILLIS);
        }
    }

    @Test
    void whatAMessageSaysOfTimeIsHeldAgainstTheClock() {
        clockIsOff = 60_000;
        assertThat(send(anna, annas, boris, null, offer(now + 60_000), now + 90_000)
                        .outcome())
                .isEqualTo(SubmitOutcome.EXPIRED);
        assertThat(send(anna, annas, boris, null, offer(now + 90_000), now + 60_000)
                        .outcome())
                .isEqualTo(SubmitOutcome.EXPIRED);
    }

    /** 10,000 random messages by everybody: what must never happen does not. */
    @Test
    void whateverIsSentNobodyButTheTwoDevicesEverTakesPart() {
        long seed = Long.getLong("whodis.seed", System.nanoTime());
        Random schedule = new Random(seed);
        List<PrincipalId> people = List.of(anna, anna, boris, boris, mallory);
        List<DeviceId> devices = List.of(annas, annasOther, borisOne, borisTwo, mallorys);
        for (int round = 0; round < 200; round++) {
            call = null;
            now = NOW;
            for (int step = 0; step < 50; step++) {
                int sender = schedule.nextInt(5);
                PrincipalId to = people.get(schedule.nextInt(5));
                DeviceId device = schedule.nextBoolean() ? null : devices.get(schedule.nextInt(5));
                Submission.Content content = any(schedule, devices.get(sender));
                CallRecord before = call;
                Routing routing = send(people.get(sender), devices.get(sender), to, device, content);
                check(seed, before, people.get(sender), devices.get(sender), routing);
                now += schedule.nextInt(3000);
                if (call != null && call.dueAt() <= now) {
                    Routing timedOut = CallRouter.timeOut(call, schedule.nextBoolean(), now);
                    call = timedOut == null ? null : timedOut.call();
                }
            }
        }
    }

    private void check(long seed, @Nullable CallRecord before, PrincipalId sender, DeviceId device, Routing routing) {
        if (routing.call() == null) {
            assertThat(routing.targets()).as("seed %d", seed).isEmpty();
            return;
        }
        CallRecord after = routing.call();
        assertThat(sender).as("seed %d", seed).isIn(after.caller(), after.callee());
        if (sender.equals(after.caller())) {
            assertThat(device).as("seed %d", seed).isEqualTo(after.callerDevice());
        }
        for (Routing.Target target : routing.targets()) {
            assertThat(target.principal()).as("seed %d", seed).isIn(after.caller(), after.callee());
        }
        if (before != null && before.phase() instanceof Answered answered) {
            Object winner = after.phase() instanceof Ended ended ? ended.before() : after.phase();
            assertThat(winner).as("seed %d: an answer stays the first", seed).isEqualTo(answered);
        }
        if (before != null && before.phase() instanceof Ended) {
            assertThat(after.phase())
                    .as("seed %d: nothing comes to life again", seed)
                    .isInstanceOf(Ended.class);
        }
    }

    private Submission.Content any(Random schedule, DeviceId signer) {
        return switch (schedule.nextInt(8)) {
            case 0, 1 -> offer(now + 45_000);
            case 2 -> answer(signer);
            case 3 -> welcome();
            case 4 -> new Submission.Grouped();
            default -> notice(List.of(Notice.Type.values()).get(schedule.nextInt(4)), signer);
        };
    }

    private void ring() {
        send(anna, annas, boris, null, offer(now + 45_000));
        send(boris, borisOne, anna, annas, notice(Notice.Type.RINGING, borisOne));
        assertThat(phase()).isEqualTo(new Ringing());
    }

    private Routing send(
            PrincipalId from,
            DeviceId device,
            PrincipalId to,
            @Nullable DeviceId toDevice,
            Submission.Content content) {
        return send(from, device, to, toDevice, content, now + 60_000);
    }

    private Routing send(
            PrincipalId from,
            DeviceId device,
            PrincipalId to,
            @Nullable DeviceId toDevice,
            Submission.Content content,
            long deadline) {
        Submission submission = new Submission(envelope(from, device, to, toDevice, deadline), content, from, device);
        Routing routing = CallRouter.submit(call, submission, CALM, at(now));
        if (routing.call() != null) {
            call = routing.call();
        }
        return routing;
    }

    /** By a clock that is right; {@link #clockIsOff} says otherwise. */
    private OfficeMoment at(long time) {
        return new OfficeMoment(time + clockIsOff, time);
    }

    private Routing timeOut(boolean mediaFlows) {
        return Objects.requireNonNull(CallRouter.timeOut(record(), mediaFlows, now));
    }

    private CallRecord record() {
        return Objects.requireNonNull(call);
    }

    private CallRecord.Phase phase() {
        return record().phase();
    }

    private Envelope envelope(
            PrincipalId from, DeviceId device, PrincipalId to, @Nullable DeviceId toDevice, long deadline) {
        return new Envelope(new EnvelopeId(bytes(16)), from, device, to, toDevice, id, deadline, Bytes.EMPTY);
    }

    private Submission.Offered offer(long expiresAt) {
        Offer offer =
                new Offer(id, bytes(32), party(anna), annas, party(boris), List.of(1), expiresAt - 45_000, expiresAt);
        return new Submission.Offered(offer, offerHash, annas);
    }

    private Offer with(Offer offer, PrincipalId caller, DeviceId device, PrincipalId callee, CallId call) {
        return new Offer(
                call,
                offer.commitment(),
                party(caller),
                device,
                party(callee),
                offer.suites(),
                offer.issuedAt(),
                offer.expiresAt());
    }

    private Submission.Answered answer(DeviceId device) {
        return new Submission.Answered(
                new Answer(id, offerHash, bytes(32), device, bytes(32), 1, Bytes.EMPTY, now), device);
    }

    private Submission.Welcomed welcome() {
        return new Submission.Welcomed(new CallWelcome(id, offerHash, bytes(32), bytes(32), Bytes.EMPTY), annas);
    }

    private Submission.Noticed notice(Notice.Type type, DeviceId signer) {
        return new Submission.Noticed(new Notice(id, offerHash, type, now), signer);
    }

    private Party party(PrincipalId principal) {
        return new Party(principal, bytes(32), new OfficeDomain("office.example"), bytes(32));
    }

    private Bytes bytes(int count) {
        byte[] out = new byte[count];
        random.nextBytes(out);
        return Bytes.of(out);
    }
}
