package org.whodis.verify.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallInput;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.call.EndReason;
import org.whodis.core.call.Rejection;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineRules;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.sframe.OpenResult;
import org.whodis.core.sframe.Opened;
import org.whodis.core.sframe.SFrameHeader;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.office.call.CallRecord;
import org.whodis.office.call.CallRouter;
import org.whodis.verify.simulation.CallFacts.Keys;

/**
 * Sees everything that anybody does and says, and throws a {@link Violation} at the first thing that must not be. What it
 * knows of a call comes from what people pressed and what their devices signed, never from what an office or a relay said.
 */
final class Judge {
    /** As the engine puts up with ({@code core.call.Limits.CLOCK_SKEW}). */
    private static final long CLOCK_SKEW = 60_000;

    private static final long RING = Offer.MAX_LIFETIME_MILLIS;
    private static final long CONNECT = 10_000;

    /** Between what is due and its being noticed: timers, and the audit that comes once a second. */
    private static final long SLACK = 3_000;

    /** What a jump of the clock may add to a timer: it begins anew with what was left. */
    private static final long SLACK_OF_JUMP = 50_000;

    /** However late its deadline, an envelope waits no longer ({@code Switchboard.MAX_WAIT_MILLIS}). */
    private static final long MAX_WAIT = 60 * 60 * 1000;

    /** How much later than it was offered a call may have come to its office and be counted from there. */
    private static final long SLACK_OF_FLOOD = 60_000;

    /** Deliveries that may wait for one device ({@code Switchboard.MAX_QUEUED}). */
    private static final int MAX_QUEUED = 512;

    private final World world;
    private final Map<CallId, CallFacts> calls = new LinkedHashMap<>();
    private final Map<PhoneNode, PhoneFacts> phones = new LinkedHashMap<>();
    private final Map<EnvelopeId, Sent> sent = new LinkedHashMap<>();
    private final List<Owed> owed = new ArrayList<>();
    private final Set<EnvelopeId> fetchedAsMissed = new HashSet<>();
    private final Map<Long, SealedFrame> frames = new HashMap<>();
    private final Set<List<Object>> usedCounters = new HashSet<>();
    private final Tally tally;
    private final List<Asked> asked = new ArrayList<>();
    private final Set<EnvelopeId> refusedElsewhere = new HashSet<>();

    /** What an office had taken when it believed that it was dead for long: to it the time to deliver that in is over. */
    private final Set<EnvelopeId> overBySkip = new HashSet<>();

    /** When offers came to an office that must not ring there, by whom they came from and their id. */
    private final Map<List<Object>, List<Long>> wrongAttempts = new HashMap<>();
    /** Requests between offices about lines and knocks, whose answers say nothing of an envelope. */
    private final Set<Bytes> ofLines = new HashSet<>();

    /** A request that an office has made of another. */
    private record Asked(OfficeNode office, int run, long until, CompletableFuture<PeerOutcome> outcome) {}

    /** An envelope that a phone has submitted. */
    private record Sent(PhoneNode by, Envelope envelope, CallMessage message) {}

    /** Of an envelope that the office has taken: that {@code to} gets it unless {@code keepUntil} comes first. */
    private record Owed(Envelope envelope, PhoneNode to, OfficeNode by, long since, long keepUntil) {}

    private record SealedFrame(CallId call, PhoneNode by, Bytes baseKey) {}

    /** What belongs to one run of a phone. */
    private static final class PhoneFacts {
        @Nullable
        CallInput last;

        final Set<CallId> sounding = new HashSet<>();
        final Set<CallId> inMedia = new HashSet<>();
        final Set<CallId> over = new HashSet<>();
        final Set<CallId> missed = new HashSet<>();
        final Map<CallId, Shown> shown = new HashMap<>();
        final Set<Long> played = new HashSet<>();
        final Set<EnvelopeId> received = new HashSet<>();
        /** Under which number what was delivered. */
        final Map<List<Object>, Long> sequences = new HashMap<>();

        long lastSequence;
        int jumps;
    }

    /** A state and since when it is shown, in true time. */
    private record Shown(CallView view, long since, long stateSince) {}

    Judge(World world, Tally tally) {
        this.world = world;
        this.tally = tally;
    }

    // What happens at phones ------------------------------------------------------------------------------------------

    void started(PhoneNode phone) {
        PhoneFacts before = phones.get(phone);
        PhoneFacts now = new PhoneFacts();
        if (before != null) {
            now.jumps = before.jumps;
            now.received.addAll(before.received);
            now.sequences.putAll(before.sequences);
        }
        phones.put(phone, now);
        event(phone, null, phone.starts() == 1 ? "starts" : "starts anew");
    }

    void died(PhoneNode phone) {
        for (CallFacts call : calls.values()) {
            call.keys.remove(phone);
        }
        world.timeline().fault(world.now(), phone + "'s program dies");
    }

    void online(PhoneNode phone) {
        facts(phone).lastSequence = 0;
        event(phone, null, "is online");
    }

    void offline(PhoneNode phone) {
        event(phone, null, "is offline");
    }

    void jumped(PhoneNode phone) {
        PhoneFacts known = phones.get(phone);
        if (known != null) {
            known.jumps++;
        }
    }

    void given(PhoneNode phone, CallInput input) {
        facts(phone).last = input;
        switch (input) {
            case CallInput.UserAnswer(CallId id) -> press(phone, id, "answers", facts -> facts.pressedAnswer);
            case CallInput.UserDecline(CallId id) -> press(phone, id, "declines", facts -> facts.pressedDecline);
            case CallInput.UserSendToDesk(CallId id) ->
                press(phone, id, "sends to the desk", facts -> facts.pressedDecline);
            case CallInput.SentToDesk(CallId id) -> event(phone, id, "the desk has it");
            case CallInput.UserHangUp(CallId id) -> press(phone, id, "hangs up", facts -> facts.pressedHangUp);
            case CallInput.UserSaysWordsMatch(CallId id, boolean match) -> {
                if (!match) {
                    press(phone, id, "says that the words differ", facts -> facts.pressedWordsDiffer);
                }
            }
            case CallInput.MediaLost(CallId id) -> press(phone, id, "hears nothing", facts -> facts.mediaLost);
            case CallInput.SubmitAnswered(EnvelopeId id, SubmitOutcome outcome) -> answered(phone, id, outcome);
            case CallInput.UserDial(var contact) ->
                event(phone, null, "dials " + contact.genesis().name());
            case CallInput.UserDialByLine(var contact, var _) ->
                event(phone, null, "dials " + contact.genesis().name() + " by a line");
            case CallInput.EnvelopeArrived _,
                    CallInput.SessionUp _,
                    CallInput.SessionDown _,
                    CallInput.OwnChainChanged _,
                    CallInput.ChainLearned _,
                    CallInput.PinsChanged _,
                    CallInput.LinesChanged _,
                    CallInput.Tick _ -> {}
        }
    }

    private void press(
            PhoneNode phone, CallId id, String what, java.util.function.Function<CallFacts, Set<PhoneNode>> where) {
        event(phone, id, what);
        CallFacts call = calls.get(id);
        if (call != null) {
            where.apply(call).add(phone);
        }
    }

    /** A phone submits an envelope, maybe not for the first time. */
    void submits(PhoneNode phone, Envelope envelope) {
        boolean again = sent.containsKey(envelope.id());
        CallMessage message;
        try {
            message = CallMessage.decode(envelope.message());
        } catch (DecodeException e) {
            throw violation("an engine sends what can be read", e.toString(), envelope.callId());
        }
        world.timeline()
                .message(
                        world.now(),
                        phone.name(),
                        phone.office().name(),
                        envelope.callId(),
                        () -> Wording.of(message) + (again ? " (again)" : ""));
        if (again) {
            return;
        }
        sent.put(envelope.id(), new Sent(phone, envelope, message));
        tally.messages++;
        note(phone, envelope, message);
    }

    private void note(PhoneNode phone, Envelope envelope, CallMessage message) {
        CallFacts call = calls.get(envelope.callId());
        switch (message) {
            case CallMessage.SignedOffer offer -> {
                require(
                        !phone.isHonest()
                                || isDialling(phone)
                                || facts(phone).shown.containsKey(envelope.callId()),
                        "nobody is called unless a person dials",
                        phone + " offers what it does not show",
                        envelope.callId());
                offered(phone, envelope, offer.signed());
            }
            case CallMessage.SignedAnswer _ -> {
                if (call != null) {
                    require(
                            !phone.isHonest() || call.pressedAnswer.contains(phone),
                            "nothing is answered unless a person answers",
                            phone + " sends an answer",
                            call.id);
                    call.saidAnswer.add(phone);
                    call.answeredAt = call.answeredAt == 0 ? world.now() : call.answeredAt;
                }
            }
            case CallMessage.SignedNotice notice -> {
                if (call != null) {
                    noticed(call, phone, notice);
                }
            }
            case CallMessage.SignedWelcome _, CallMessage.Group _ -> {}
        }
    }

    void offered(PhoneNode phone, Envelope envelope, Bytes encoded) {
        try {
            Offer offer = Offer.decode(encoded);
            calls.putIfAbsent(
                    offer.callId(),
                    new CallFacts(
                            offer.callId(),
                            phone,
                            offer.callee().principal(),
                            envelope.id(),
                            Offer.hash(world.primitives(), encoded),
                            world.now(),
                            offer.expiresAt(),
                            phone.clockIsRight(),
                            LineGuard.lineOf(offer)));
            tally.calls++;
        } catch (DecodeException e) {
            throw violation("an engine sends what can be read", e.toString(), envelope.callId());
        }
    }

    private boolean isDialling(PhoneNode phone) {
        return facts(phone).last instanceof CallInput.UserDial || facts(phone).last instanceof CallInput.UserDialByLine;
    }

    private void noticed(CallFacts call, PhoneNode phone, CallMessage.SignedNotice notice) {
        try {
            switch (Notice.decode(notice.signed()).type()) {
                case RINGING -> {}
                case DECLINED -> call.saidDeclined.add(phone);
                case BUSY -> call.saidBusy.add(phone);
                case CANCELLED -> call.saidCancelled.add(phone);
            }
        } catch (DecodeException e) {
            throw violation("an engine sends what can be read", e.toString(), call.id);
        }
    }

    /** The office has answered a phone for an envelope. */
    private void answered(PhoneNode phone, EnvelopeId id, SubmitOutcome outcome) {
        Sent known = sent.get(id);
        if (known == null) {
            return;
        }
        Envelope envelope = known.envelope();
        world.timeline()
                .message(
                        world.now(),
                        phone.office().name(),
                        phone.name(),
                        envelope.callId(),
                        () -> outcome + " for " + Wording.of(known.message()));
        boolean taken = outcome == SubmitOutcome.ACCEPTED
                || outcome == SubmitOutcome.OFFLINE
                || outcome == SubmitOutcome.DUPLICATE;
        if (world.isHostile(phone.office())) {
            return;
        }
        if (!taken) {
            refused(phone, known, outcome);
            return;
        }
        CallFacts call = calls.get(envelope.callId());
        boolean isOffer = known.message() instanceof CallMessage.SignedOffer;
        OfficeNode elsewhere = officeOf(envelope.to());
        boolean isAbroad = elsewhere != null && elsewhere != phone.office();
        if (isOffer && call != null) {
            // That nobody is there, or that this office knows the offer already, is no word of the other office.
            call.acknowledged = !isAbroad || outcome == SubmitOutcome.ACCEPTED && !world.isHostile(elsewhere);
        }
        if (isAbroad && refusedElsewhere.contains(envelope.id())) {
            return;
        }
        if (isAbroad && (isOffer && outcome != SubmitOutcome.ACCEPTED || world.isHostile(elsewhere))) {
            return;
        }
        // From now on time counts, not what anybody's clock will say.
        long keepFor = Math.min(envelope.deadline() - phone.office().clock(), isOffer ? RING : MAX_WAIT);
        for (PhoneNode to : world.phones()) {
            boolean addressed = to.person().principal().equals(envelope.to())
                    && (envelope.toDevice() == null || envelope.toDevice().equals(to.id()));
            boolean isProof =
                    known.message() instanceof CallMessage.SignedAnswer && to != phone && to.person() == phone.person();
            if ((addressed || isProof)
                    && !hasReceived(to, envelope.id())
                    && !fetchedAsMissed.contains(envelope.id())
                    && !overBySkip.contains(envelope.id())) {
                owed.add(new Owed(envelope, to, phone.office(), world.now(), world.now() + keepFor));
            }
        }
        if (known.message() instanceof CallMessage.SignedAnswer && call != null) {
            call.toldAnswerAccepted.add(phone);
            require(
                    call.toldAnswerAccepted.size() == 1,
                    "the office takes one answer",
                    call.toldAnswerAccepted + " were told that theirs was taken",
                    call.id);
        }
    }

    /**
     * What an office refuses it has a reason for: something that people did, a time that is over or a limit that is reached.
     * Who called and who answered may speak to each other, at least for as long as it takes to come together.
     */
    private void refused(PhoneNode phone, Sent sent, SubmitOutcome outcome) {
        CallFacts call = calls.get(sent.envelope().callId());
        if (call != null && phone.isHonest()) {
            boolean hasReason = switch (sent.message()) {
                case CallMessage.SignedOffer _ -> mayRefuseOffer(phone, call, sent.envelope(), outcome);
                case CallMessage.SignedAnswer _ -> mayRefuseAnswer(phone, call, sent.envelope(), outcome);
                case CallMessage.SignedWelcome _, CallMessage.SignedNotice _, CallMessage.Group _ -> true;
            };
            require(
                    hasReason,
                    "an office refuses nothing without a reason",
                    phone + " was told " + outcome + " for " + Wording.of(sent.message()),
                    call.id);
            call.refused.add(phone);
        }
        boolean isOfTheGroup =
                sent.message() instanceof CallMessage.SignedWelcome || sent.message() instanceof CallMessage.Group;
        if (call == null || !isOfTheGroup || outcome != SubmitOutcome.NOT_ALLOWED) {
            return;
        }
        boolean isOver = !call.saidCancelled.isEmpty()
                // Who answered and then hung up may not have heard yet that the answer was taken.
                || call.saidAnswer.stream().anyMatch(call.saidDeclined::contains)
                || world.now() - call.answeredAt > CONNECT;
        boolean areHonest = call.caller.isHonest() && world.isHonest(call.callee);
        require(
                isOver || !areHonest || world.had(Fault.CLOCK_JUMP),
                "the two of a call may speak to each other",
                phone + " may not say " + Wording.of(sent.message()),
                call.id);
    }

    private boolean mayRefuseOffer(PhoneNode phone, CallFacts call, Envelope envelope, SubmitOutcome outcome) {
        OfficeNode there = officeOf(call.callee);
        boolean isAbroad = there != phone.office();
        if (isAbroad && there != null && world.isHostile(there)) {
            return true;
        }
        GivenLine line = call.line == null ? null : world.lines().find(call.line);
        return switch (outcome) {
            case UNKNOWN_RECIPIENT ->
                there == null
                        || isAbroad
                                && (line == null
                                        || line.holder != call.caller.person()
                                        || !line.issuer.principal().equals(call.callee)
                                        || world.lines().isDoubtful(line.id)
                                        || world.isSlow()
                                        || hadJumps(phone, there)
                                        || phone.office().hasJumped());
            case EXPIRED ->
                isOver(phone, envelope, call)
                        || isAbroad && hadJumps(phone, there)
                        || phone.office().hasJumped();
            case TOO_MANY -> isFlood(call);
            // Nobody has ever seen the call's id before it is offered, and no operator has denied anything.
            case NOT_ALLOWED, ANSWERED_ELSEWHERE, ACCEPTED, OFFLINE, DUPLICATE -> false;
        };
    }

    private boolean mayRefuseAnswer(PhoneNode phone, CallFacts call, Envelope envelope, SubmitOutcome outcome) {
        var us = phone.person().principal();
        boolean isAnsweredElsewhere = CallFacts.anyOf(call.saidAnswer, us, phone);
        return switch (outcome) {
            case EXPIRED, NOT_ALLOWED ->
                isOver(phone, envelope, call)
                        || !call.saidCancelled.isEmpty()
                        || CallFacts.anyOf(call.saidDeclined, us, null)
                        || CallFacts.anyOf(call.saidBusy, us, null)
                        || isAnsweredElsewhere
                        // What Mallory says in a call of Mallory's is not all known here.
                        || !call.caller.isHonest()
                        || passesHostileOffice(call)
                        || phone.office().hasJumped();
            case ANSWERED_ELSEWHERE -> isAnsweredElsewhere;
            case UNKNOWN_RECIPIENT, TOO_MANY, ACCEPTED, OFFLINE, DUPLICATE -> false;
        };
    }

    private boolean hadJumps(PhoneNode phone, @Nullable OfficeNode there) {
        return there != null && there.hasJumped() || !phone.clockIsRight() || facts(phone).jumps > 0;
    }

    /** Whether the time of the message or of the ringing has passed by the office's clock, or in truth. */
    private boolean isOver(PhoneNode phone, Envelope envelope, CallFacts call) {
        long clock = phone.office().clock();
        return envelope.deadline() <= clock
                || call.expiresAt <= clock
                || world.now() >= call.offeredAt + RING
                || !phone.clockIsRight()
                || facts(phone).jumps > 0;
    }

    /** Counted as offices do, with what may have been under way for long. */
    private boolean isFlood(CallFacts call) {
        long since = call.offeredAt - CallRouter.FLOOD_WINDOW_MILLIS - SLACK_OF_FLOOD;
        int byCaller = 0;
        int toCallee = 0;
        for (CallFacts each : calls.values()) {
            boolean counts = each != call && each.offeredAt >= since && each.caller.person() == call.caller.person();
            byCaller += counts ? 1 : 0;
            toCallee += counts && each.callee.equals(call.callee) ? 1 : 0;
        }
        return byCaller >= CallRouter.MAX_OFFERS || toCallee >= CallRouter.MAX_OFFERS_TO_ONE;
    }

    /** A delivery has come to a phone. */
    void received(PhoneNode phone, Delivery delivery) {
        Envelope envelope = delivery.envelope();
        world.timeline()
                .message(
                        world.now(),
                        phone.office().name(),
                        phone.name(),
                        envelope.callId(),
                        () -> (delivery.kind() == Delivery.Kind.MISSED ? "missed: " : "") + Wording.of(envelope));
        PhoneFacts known = facts(phone);
        if (!world.isHostile(phone.office())) {
            Long before = known.sequences.putIfAbsent(List.of(envelope.id(), delivery.kind()), delivery.sequence());
            require(
                    before == null || before == delivery.sequence(),
                    "what an office has taken it takes once",
                    phone + " has got " + Wording.of(envelope) + " as " + before + " and as " + delivery.sequence(),
                    envelope.callId());
            require(
                    delivery.sequence() > known.lastSequence,
                    "a session's deliveries come in order and once",
                    phone + " got " + delivery.sequence() + " after " + known.lastSequence,
                    envelope.callId());
            known.lastSequence = delivery.sequence();
        }
        known.received.add(envelope.id());
        if (delivery.kind() == Delivery.Kind.MISSED) {
            // Fetched by one device it is gone from all of them, even before the caller hears that the offer was taken.
            fetchedAsMissed.add(envelope.id());
            owed.removeIf(each -> each.envelope().id().equals(envelope.id()));
        }
    }

    private boolean hasReceived(PhoneNode phone, EnvelopeId id) {
        PhoneFacts known = phones.get(phone);
        return known != null && known.received.contains(id);
    }

    /** A phone's engine has put something out. */
    void said(PhoneNode phone, CallOutput output) {
        if (!phone.isHonest()) {
            note(phone, output);
            return;
        }
        switch (output) {
            case CallOutput.Submit _, CallOutput.SendToDesk _ -> {}
            case CallOutput.RingStart(CallView view) -> {
                rings(phone, view);
                PhoneFacts known = facts(phone);
                require(known.sounding.isEmpty(), "at most one call rings", phone + " rings twice", view.callId());
                require(known.inMedia.isEmpty(), "nothing rings into a call", phone + " rings", view.callId());
                known.sounding.add(view.callId());
                event(phone, view.callId(), "RINGS: " + view.peer().vouched().name());
            }
            case CallOutput.SecondCall(CallView view) -> {
                rings(phone, view);
                event(
                        phone,
                        view.callId(),
                        "shows a second call: " + view.peer().vouched().name());
            }
            case CallOutput.RingStop(CallId id) -> facts(phone).sounding.remove(id);
            case CallOutput.CallChanged(CallView view) -> changed(phone, view);
            case CallOutput.JoinMedia(CallId id) -> {
                requireAcceptance(phone, id, "a place at the relay");
                require(facts(phone).inMedia.isEmpty(), "at most one call has media", phone + " joins", id);
                facts(phone).inMedia.add(id);
            }
            case CallOutput.LeaveMedia(CallId id) -> facts(phone).inMedia.remove(id);
            case CallOutput.InstallEpoch install -> {
                requireAcceptance(phone, install.callId(), "media keys");
                note(phone, output);
                tally.keys++;
            }
            case CallOutput.KeysErased _ -> note(phone, output);
            case CallOutput.MissedCall(CallId id, var caller, long _) -> {
                require(facts(phone).missed.add(id), "a missed call is shown once", phone + " shows it again", id);
                CallFacts call = calls.get(id);
                require(
                        call != null
                                && call.caller
                                        .person()
                                        .principal()
                                        .equals(caller.chain().principal()),
                        "a missed call was made by whom it names",
                        phone + " shows " + caller.vouched().name(),
                        id);
                if (call != null) {
                    call.shownAsMissed.add(phone);
                }
                tally.missed++;
                event(phone, id, "shows a missed call of " + caller.vouched().name());
            }
            case CallOutput.Pinned(var pin) -> event(phone, null, "pins " + pin.name());
            case CallOutput.Alarm(CallId id, var peer, var kind) -> {
                event(phone, id, "ALARM " + kind);
                if (kind == CallOutput.AlarmKind.WORDS_DIFFER_THERE) {
                    CallFacts call = calls.get(id);
                    requireDone(
                            phone,
                            id,
                            peer.device().id(),
                            call == null ? Set.of() : call.pressedWordsDiffer,
                            "an alarm of the other side was raised there");
                }
            }
            case CallOutput.Rejected(CallId id, Rejection reason, String detail) -> rejected(phone, id, reason, detail);
        }
    }

    private void note(PhoneNode phone, CallOutput output) {
        switch (output) {
            case CallOutput.InstallEpoch(CallId id, int ownLeaf, var keys) -> {
                CallFacts call = calls.get(id);
                if (call != null) {
                    call.hadKeys.add(phone);
                    Bytes baseKey = Bytes.of(keys.baseKey().expose());
                    call.keys.put(phone, new Keys(baseKey, keys.epoch(), new TreeSet<>(keys.leaves()), ownLeaf));
                    call.leaves.put(phone, ownLeaf);
                }
                event(phone, id, "has keys");
            }
            case CallOutput.KeysErased(CallId id) -> {
                CallFacts call = calls.get(id);
                if (call != null) {
                    call.keys.remove(phone);
                }
            }
            case CallOutput.CallChanged(CallView view) -> {
                CallFacts call = calls.get(view.callId());
                if (call != null && view.ended() != null) {
                    call.ended.put(phone, view.ended());
                }
            }
            default -> {
                // What else a hostile phone shows its owner is nobody's concern.
            }
        }
    }

    /** Everything that a phone may say about who calls before it makes a sound. */
    private void rings(PhoneNode phone, CallView view) {
        CallFacts call = calls.get(view.callId());
        require(
                call != null,
                "what rings was offered by somebody",
                phone + " shows a call of " + view.peer().vouched().name(),
                view.callId());
        if (call == null) {
            return;
        }
        require(
                call.caller.person().chain().equals(view.peer().chain())
                        && call.caller.id().equals(view.peer().device().id()),
                "who rings is who calls",
                phone + " shows " + view.peer().vouched().name() + ", " + call.caller + " calls",
                call.id);
        require(
                call.callee.equals(phone.person().principal()),
                "a call rings at whom it is for",
                phone + " rings",
                call.id);
        if (call.caller.person().firm != phone.person().firm) {
            GivenLine line = call.line == null ? null : world.lines().find(call.line);
            require(
                    line != null
                            && line.holder == call.caller.person()
                            && line.issuer == phone.person()
                            && !world.lines().isWithdrawn(line.id, call.offeredAt),
                    "a line rings only for its holder",
                    phone + " rings for " + call.caller,
                    call.id);
            tally.ringsAbroad++;
        }
        require(!facts(phone).over.contains(call.id), "what is over does not ring again", phone + " rings", call.id);
        boolean clocksAreRight = call.clockWasRight && phone.clockIsRight() && facts(phone).jumps == 0;
        require(
                !clocksAreRight || world.now() <= call.expiresAt + CLOCK_SKEW + RING + SLACK,
                "an offer rings while it is fresh",
                phone + " rings " + (world.now() - call.expiresAt) + " ms after it expired",
                call.id);
        call.rang.add(phone);
        tally.rings++;
    }

    private void changed(PhoneNode phone, CallView view) {
        PhoneFacts known = facts(phone);
        CallFacts call = calls.get(view.callId());
        Shown before = known.shown.get(view.callId());
        boolean sameState = before != null && before.view().state() == view.state();
        known.shown.put(
                view.callId(),
                new Shown(
                        view,
                        before == null ? world.now() : before.since(),
                        before != null && sameState ? before.stateSince() : world.now()));
        if (!sameState) {
            event(phone, view.callId(), view.ended() == null ? view.state().toString() : "ENDED: " + view.ended());
        }
        require(
                before != null || !view.outgoing() || isDialling(phone),
                "nobody is called unless a person dials",
                phone + " calls after " + known.last,
                view.callId());
        if (call == null) {
            return;
        }
        boolean isCaller = call.caller == phone;
        require(
                view.outgoing() == isCaller,
                "the roles of a call are those of its offer",
                phone + " has outgoing=" + view.outgoing(),
                call.id);
        if (view.state() == CallView.State.CONNECTED && !sameState) {
            connected(phone, call, view);
        }
        EndReason ended = view.ended();
        if (ended != null) {
            known.over.add(call.id);
            known.sounding.remove(call.id);
            call.ended.put(phone, ended);
            tally.ended.merge(ended, 1L, Long::sum);
            ended(phone, call, view, ended);
        }
    }

    private void connected(PhoneNode phone, CallFacts call, CallView view) {
        requireAcceptance(phone, call.id, "a connection");
        if (call.caller == phone) {
            PhoneNode peer = world.phone(view.peer().device().id());
            require(
                    peer == null || !peer.isHonest() || call.hadKeys.contains(peer),
                    "the caller is connected once the other side is",
                    phone + " is, " + peer + " has no keys",
                    call.id);
            tally.connected++;
        }
    }

    /** Each reason claims something; what it claims has to be true, whoever is hostile in between. */
    private void ended(PhoneNode phone, CallFacts call, CallView view, EndReason reason) {
        DeviceId peer = view.peer().device().id();
        var us = phone.person().principal();
        boolean them = isHonest(call.caller == phone ? null : call.caller, call);
        String claim = "the reason why a call ended is true";
        boolean isTrue = switch (reason) {
            case DECLINED -> !them || CallFacts.anyOf(call.saidDeclined, call.callee, null);
            case BUSY -> !them || CallFacts.anyOf(call.saidBusy, call.callee, null);
            case CANCELLED ->
                call.caller == phone
                        ? call.pressedHangUp.contains(phone)
                        : !them || call.saidCancelled.contains(call.caller);
            case ANSWERED_ELSEWHERE -> CallFacts.anyOf(call.saidAnswer, us, phone);
            case DECLINED_ELSEWHERE ->
                CallFacts.anyOf(call.saidDeclined, us, phone) || CallFacts.anyOf(call.saidBusy, us, phone);
            case DECLINED_HERE -> call.pressedDecline.contains(phone);
            case HUNG_UP_HERE -> call.pressedHangUp.contains(phone);
            case WORDS_DIFFER -> call.pressedWordsDiffer.contains(phone);
            case MEDIA_LOST -> call.mediaLost.contains(phone);
            case HUNG_UP_THERE -> !isHonest(peer) || did(call.pressedHangUp, peer) || did(call.saidDeclined, peer);
            case WORDS_DIFFER_THERE -> !isHonest(peer) || did(call.pressedWordsDiffer, peer);
            case FAILED_THERE -> {
                // That a farewell which was taken arrives is a claim of its own.
                PhoneNode other = world.phone(peer);
                yield !isHonest(peer) || other != null && !call.keys.containsKey(other);
            }
            // Nobody revokes a device in these worlds.
            case DEVICE_REVOKED_THERE, DEVICE_REVOKED_HERE -> false;
            case GLARE -> !them || isGlare(call);
            case NO_ANSWER -> call.caller != phone || !isTooEarly(phone, call, RING);
            case NOT_CONNECTED -> !isTooEarly(phone, call, CONNECT);
            case REFUSED_BY_OFFICE -> world.isHostile(phone.office()) || call.refused.contains(phone);
        };
        require(isTrue, claim, phone + " says " + reason, call.id);
        boolean technical =
                reason == EndReason.NOT_CONNECTED || reason == EndReason.MEDIA_LOST || reason == EndReason.FAILED_THERE;
        require(
                !technical || !world.isUndisturbed(),
                "without a fault no call fails",
                phone + " says " + reason,
                call.id);
    }

    private boolean isTooEarly(PhoneNode phone, CallFacts call, long timer) {
        Shown shown = facts(phone).shown.get(call.id);
        return facts(phone).jumps == 0 && shown != null && world.now() - shown.since() < timer - 1;
    }

    private boolean isGlare(CallFacts call) {
        for (CallFacts other : calls.values()) {
            if (other.caller.person().principal().equals(call.callee)
                    && other.callee.equals(call.caller.person().principal())
                    && other.offerHash.compareTo(call.offerHash) < 0) {
                return true;
            }
        }
        return false;
    }

    private void rejected(PhoneNode phone, @Nullable CallId id, Rejection reason, String detail) {
        tally.rejected.merge(reason, 1L, Long::sum);
        event(phone, id, "refuses: " + reason + " " + detail);
        CallFacts call = id == null ? null : calls.get(id);
        if (call != null && reason == Rejection.OUR_OFFER_IS_LOWER) {
            call.droppedInGlare.add(phone);
        }
        boolean cryptographic = switch (reason) {
            case MALFORMED,
                    BAD_CHAIN,
                    BAD_SIGNATURE,
                    UNKNOWN_DEVICE,
                    BAD_KEY_PACKAGE,
                    BAD_CREDENTIAL,
                    COMMITMENT_NOT_OPENED,
                    BAD_WELCOME,
                    UNEXPECTED_GROUP,
                    GROUP_CHANGE,
                    BAD_GROUP_MESSAGE,
                    CALLER_IS_NOT_ITS_CHAIN,
                    CALLEE_IS_NOT_US,
                    ENVELOPE_DIFFERS_FROM_MESSAGE -> true;
            default -> false;
        };
        // Leaves and credentials have lifetimes.
        boolean isOfClocks = world.had(Fault.CLOCK_JUMP)
                && (reason == Rejection.BAD_KEY_PACKAGE
                        || reason == Rejection.BAD_WELCOME
                        || reason == Rejection.BAD_CREDENTIAL);
        boolean betweenHonest = call != null && call.caller.isHonest() && world.isHonest(call.callee);
        require(
                !cryptographic
                        || !betweenHonest
                        || passesHostileOffice(call)
                        || world.isHostile(phone.office())
                        || isOfClocks,
                "honest devices understand each other",
                phone + " refuses with " + reason + " " + detail,
                id);
    }

    /** After each step of a phone: whoever has keys of a call has the same, and means the other by the other. */
    void settled(PhoneNode phone) {
        for (CallFacts call : calls.values()) {
            Keys mine = call.keys.get(phone);
            if (mine == null) {
                continue;
            }
            require(
                    mine.leaves().size() == 2 && call.keys.size() <= 2,
                    "a call is between two devices",
                    call.holders() + " have keys, leaves " + mine.leaves(),
                    call.id);
            for (Map.Entry<PhoneNode, Keys> other : call.keys.entrySet()) {
                if (other.getKey() != phone) {
                    agree(call, phone, mine, other.getKey(), other.getValue());
                }
            }
        }
    }

    private void agree(CallFacts call, PhoneNode one, Keys mine, PhoneNode other, Keys theirs) {
        require(
                mine.baseKey().equals(theirs.baseKey())
                        && mine.epoch() == theirs.epoch()
                        && mine.leaves().equals(theirs.leaves())
                        && mine.ownLeaf() != theirs.ownLeaf(),
                "members of an epoch agree on it",
                one + " and " + other + " have different keys or rosters",
                call.id);
        CallView here = one.view(call.id);
        CallView there = other.view(call.id);
        if (!one.isHonest() || !other.isHonest() || here == null || there == null) {
            return;
        }
        require(
                here.words().isEmpty()
                        || there.words().isEmpty()
                        || here.words().equals(there.words()),
                "both screens show the same words",
                here.words() + " and " + there.words(),
                call.id);
        boolean connected = here.state() == CallView.State.CONNECTED && there.state() == CallView.State.CONNECTED;
        require(
                !connected
                        || here.peer().device().id().equals(other.id())
                                && there.peer().device().id().equals(one.id()),
                "each screen shows the other side",
                one + " and " + other,
                call.id);
    }

    // Media -----------------------------------------------------------------------------------------------------------

    void sealed(PhoneNode phone, CallId id, long serial, Bytes frame, long counter) {
        CallFacts call = calls.get(id);
        Keys keys = call == null ? null : call.keys.get(phone);
        require(keys != null, "nothing is sealed without keys", phone + " seals", id);
        if (keys == null) {
            return;
        }
        SFrameHeader header;
        try {
            header = SFrameHeader.read(new WireReader(frame));
        } catch (DecodeException e) {
            throw violation("a sealed frame has a header", e.toString(), id);
        }
        require(
                usedCounters.add(List.of(keys.baseKey(), header.kid(), header.ctr())),
                "no key seals twice under one counter",
                phone + " used counter " + counter + " before",
                id);
        frames.put(serial, new SealedFrame(id, phone, keys.baseKey()));
        tally.sealed++;
    }

    void opened(PhoneNode phone, CallId id, OpenResult result) {
        tally.arrived++;
    }

    void played(PhoneNode phone, CallId id, Opened opened) {
        tally.played++;
        SealedFrame frame;
        try {
            frame = frames.get(new WireReader(opened.payload()).uint64());
        } catch (DecodeException e) {
            frame = null;
        }
        require(frame != null, "what is played was sealed by somebody", phone + " plays", id);
        if (frame == null || !phone.isHonest()) {
            return;
        }
        CallFacts call = calls.get(id);
        Keys keys = call == null ? null : call.keys.get(phone);
        CallView view = phone.view(id);
        require(
                keys != null && frame.call().equals(id) && frame.baseKey().equals(keys.baseKey()),
                "what is played was sealed in this epoch of this call",
                phone + " plays a frame of " + frame.by(),
                id);
        require(
                frame.by() != phone
                        && view != null
                        && view.peer().device().id().equals(frame.by().id()),
                "what is played was sealed by whom the screen shows",
                phone + " plays a frame of " + frame.by(),
                id);
        require(
                Integer.valueOf(opened.senderLeaf()).equals(call == null ? null : call.leaves.get(frame.by())),
                "what is played is said of the member that sealed it",
                phone + " plays a frame of " + frame.by() + " as one of leaf " + opened.senderLeaf(),
                id);
        try {
            require(
                    facts(phone).played.add(new WireReader(opened.payload()).uint64()),
                    "a frame is played once",
                    phone + " plays a frame of " + frame.by() + " again",
                    id);
        } catch (DecodeException e) {
            throw violation("what is played was sealed by somebody", e.toString(), id);
        }
    }

    /** A phone believes that the group has moved on without it. */
    void alarmed(PhoneNode phone, CallId id) {
        CallFacts call = calls.get(id);
        Keys mine = call == null ? null : call.keys.get(phone);
        boolean isTrue = mine != null
                && call != null
                && call.keys.values().stream().anyMatch(other -> other.epoch() > mine.epoch());
        require(isTrue, "no alarm is raised for nothing", phone + " misses a Commit that nobody has made", id);
    }

    /** A place was made in a room. */
    void placeMade(CallId id, DeviceId device) {
        CallFacts call = calls.get(id);
        PhoneNode phone = world.phone(device);
        boolean mayBe = call != null
                && phone != null
                && (call.caller == phone || call.saidAnswer.contains(phone) || call.pressedAnswer.contains(phone));
        // Of what a hostile person says and does in a call with itself nothing is known here.
        boolean isItsOwn = phone != null
                && !phone.isHonest()
                && (call == null || call.callee.equals(phone.person().principal()));
        require(mayBe || isItsOwn, "a room has places for those alone who called or answered", device + " has one", id);
    }

    private void requireAcceptance(PhoneNode phone, CallId id, String what) {
        CallFacts call = calls.get(id);
        boolean accepted = call != null && (call.caller == phone || call.pressedAnswer.contains(phone));
        require(accepted, "nothing of a call exists before it is accepted", phone + " has " + what, id);
        if (call != null && call.caller == phone && !what.startsWith("a place") && world.isHonest(call.callee)) {
            require(
                    CallFacts.anyOf(call.pressedAnswer, call.callee, null),
                    "nothing of a call exists before it is accepted",
                    phone + " has " + what + ", nobody has answered",
                    id);
        }
    }

    // What the office does --------------------------------------------------------------------------------------------

    void proven(Wire wire) {
        require(
                world.isKnownDevice(wire.deviceName()),
                "nobody but a known device has a session",
                wire.deviceName() + " has one",
                null);
    }

    void deviceSays(PhoneNode phone, ToOffice message) {
        tally.messages++;
    }

    /** A message leaves an office. */
    void officeSays(OfficeNode office, Wire wire, Bytes message) {
        tally.messages++;
        boolean isDelivery = !message.isEmpty() && message.get(0) == 4;
        if (!isDelivery || world.isHostile(office)) {
            return;
        }
        try {
            if (FromOffice.decode(message) instanceof FromOffice.Deliver(Delivery delivery)) {
                Envelope envelope = delivery.envelope();
                require(
                        delivery.kind() == Delivery.Kind.MISSED
                                || envelope.deadline() > office.clock()
                                || office.hasJumped(),
                        "nothing is delivered after its deadline",
                        Wording.of(envelope) + " to " + wire.deviceName(),
                        envelope.callId());
                PhoneNode to = world.phoneNamed(wire.deviceName());
                boolean isFor = to != null
                        && (envelope.to().equals(to.person().principal())
                                || envelope.from().equals(to.person().principal()));
                require(
                        isFor,
                        "an envelope reaches those alone whom it is for",
                        Wording.of(envelope) + " to " + wire.deviceName(),
                        envelope.callId());
            }
        } catch (DecodeException e) {
            throw violation("an office sends what can be read", e.toString(), null);
        }
    }

    void officeDied(OfficeNode office) {
        tally.crashes++;
    }

    // Between offices -------------------------------------------------------------------------------------------------

    /** An office believes that {@code domain} is at the other end of a connection. */
    void admitted(OfficeNode office, OfficeLink.@Nullable Program really, OfficeDomain domain) {
        boolean isSo = really instanceof OfficeNode other
                ? other.firm.domain.equals(domain)
                : really instanceof RogueOffice && domain.equals(world.cast().rogue.domain);
        require(
                isSo,
                "an office is who it says",
                office.name() + " takes " + (really == null ? "nobody" : really.name()) + " for " + domain,
                null);
    }

    /** A request of an office; {@code run} is that of its program. */
    void asks(OfficeNode office, int run, long deadline, CompletableFuture<PeerOutcome> outcome) {
        if (!outcome.isDone()) {
            asked.add(new Asked(office, run, world.now() + deadline - office.clock(), outcome));
        }
    }

    /** A message has come from another office. */
    void betweenOffices(OfficeLink.End to, Bytes message) {
        OfficeNode here = to.program() instanceof OfficeNode office ? office : null;
        OfficeNode from = to.far().program() instanceof OfficeNode office ? office : null;
        tally.betweenOffices++;
        try {
            switch (PeerFrame.decode(message)) {
                case PeerFrame.Request(long _, PeerRequest request) -> {
                    if (here != null && request.type() == PeerType.ENVELOPE) {
                        offeredBetween(here, to.far().program(), request);
                    } else if (from != null && isOfLines(request.type())) {
                        ofLines.add(request.id());
                    }
                }
                case PeerFrame.Answer(Bytes id, PeerAnswer answer) -> {
                    if (from != null && !world.isHostile(from) && !ofLines.contains(id)) {
                        answeredBetween(from, to.program(), id, answer);
                    }
                }
                case PeerFrame.Greeting _,
                        PeerFrame.Opening _,
                        PeerFrame.Proof _,
                        PeerFrame.Skip _,
                        PeerFrame.Ping _,
                        PeerFrame.Pong _ -> {}
            }
        } catch (DecodeException e) {
            boolean mayBe = from == null;
            require(mayBe, "an office sends what can be read", e.toString(), null);
        }
    }

    private static boolean isOfLines(int type) {
        return type == PeerType.LINE_REDEMPTION || type == PeerType.LINE_NOTICE || type == PeerType.KNOCK;
    }

    /** Whether an offer may ring is seen when it comes, as anybody can see it who knows to whom lines were given. */
    private void offeredBetween(OfficeNode here, OfficeLink.Program from, PeerRequest request) {
        try {
            Envelope envelope = Envelope.decode(request.body());
            world.timeline()
                    .message(
                            world.now(),
                            from.name(),
                            here.name(),
                            envelope.callId(),
                            () -> "between offices: " + Wording.of(envelope));
            if (!(CallMessage.decode(envelope.message()) instanceof CallMessage.SignedOffer signed)) {
                return;
            }
            Offer offer = Offer.decode(signed.signed());
            GivenLine line = lineOf(offer);
            boolean isHolders = line != null
                    && from instanceof OfficeNode office
                    && office.firm == line.holder.firm
                    && offer.caller().principal().equals(line.holder.principal())
                    && offer.callee().principal().equals(line.issuer.principal())
                    && !world.lines().isDoubtful(line.id);
            if (!isHolders && (line == null || !world.lines().isDoubtful(line.id))) {
                wrongAttempts
                        .computeIfAbsent(List.of(from.name(), request.id()), _ -> new ArrayList<>())
                        .add(world.now());
            }
        } catch (DecodeException malformed) {
            // Refused as such.
        }
    }

    private void answeredBetween(OfficeNode from, OfficeLink.Program to, Bytes id, PeerAnswer answer) {
        List<Long> attempts = wrongAttempts.get(List.of(to.name(), id));
        if (attempts != null && answer instanceof PeerAnswer.Applied(Bytes body)) {
            tally.constantAnswers++;
            require(
                    body.equals(SubmitOutcome.UNKNOWN_RECIPIENT.encode()),
                    "a wrong line gets the constant answer",
                    from.name() + " answers " + to.name() + " with " + body,
                    null);
            boolean isTimely = attempts.stream().anyMatch(at -> world.now() - at >= LineRules.ANSWER_DELAY_MILLIS);
            require(
                    isTimely || from.hasJumped(),
                    "the constant answer takes its time",
                    from.name() + " has answered " + to.name() + " at once",
                    null);
        }
        if (!(to instanceof OfficeNode asking)) {
            return;
        }
        if (!(answer instanceof PeerAnswer.Applied(Bytes body))) {
            refusedElsewhere(from, id);
            return;
        }
        SubmitOutcome outcome;
        try {
            outcome = SubmitOutcome.decode(body);
        } catch (DecodeException otherAnswer) {
            return;
        }
        boolean isTaken = outcome == SubmitOutcome.ACCEPTED
                || outcome == SubmitOutcome.OFFLINE
                || outcome == SubmitOutcome.DUPLICATE;
        if (!isTaken) {
            refusedElsewhere(from, id);
            return;
        }
        require(
                from.knows(new EnvelopeId(id)) || from.hasJumped(),
                "what another office is said to have taken it has",
                from.name() + " says " + outcome + " to " + asking.name() + " and does not know it",
                null);
    }

    /** The other office says no: nobody waits for it any more. What belongs to a group it refuses if the call is over. */
    private void refusedElsewhere(OfficeNode office, Bytes id) {
        EnvelopeId envelope = new EnvelopeId(id);
        Sent known = sent.get(envelope);
        if (known == null) {
            return;
        }
        refusedElsewhere.add(envelope);
        owed.removeIf(each -> each.envelope().id().equals(envelope));
        boolean isOfTheGroup =
                known.message() instanceof CallMessage.SignedWelcome || known.message() instanceof CallMessage.Group;
        CallRecord call = office.record(known.envelope().callId());
        require(
                !isOfTheGroup
                        || !known.by().isHonest()
                        || passesHostileOffice(known.envelope().callId())
                        || office.hasJumped()
                        || known.by().office().hasJumped()
                        || !known.by().clockIsRight()
                        || call == null
                        || call.phase() instanceof CallRecord.Ended
                        || world.now() >= known.envelope().deadline(),
                "the two of a call may speak to each other",
                office.name() + " refuses " + Wording.of(known.message()) + " of " + known.by() + " in " + call,
                known.envelope().callId());
    }

    private boolean passesHostileOffice(CallId id) {
        CallFacts call = calls.get(id);
        return call == null || passesHostileOffice(call);
    }

    private @Nullable GivenLine lineOf(Offer offer) {
        try {
            return offer.lineProof().isEmpty()
                    ? null
                    : world.lines().find(LineProof.decode(offer.lineProof()).lineId());
        } catch (DecodeException malformed) {
            return null;
        }
    }

    /** Once a second: whoever asks another office learns what became of it, as long as they live. */
    private void auditAsked() {
        asked.removeIf(each -> each.outcome().isDone() || !each.office().isRunning(each.run()));
        for (Asked each : asked) {
            require(
                    world.now() <= each.until() + SLACK || each.office().hasJumped(),
                    "whoever asks another office learns what became of it",
                    each.office().name() + " has heard nothing by the deadline",
                    null);
        }
    }

    private @Nullable OfficeNode officeOf(PrincipalId principal) {
        for (PhoneNode phone : world.phones()) {
            if (phone.person().principal().equals(principal)) {
                return phone.office();
            }
        }
        return null;
    }

    /** Whether an office that is or was hostile has had a hand in it. */
    private boolean passesHostileOffice(@Nullable CallFacts call) {
        if (call == null) {
            return false;
        }
        OfficeNode callees = officeOf(call.callee);
        return world.isHostile(call.caller.office()) || callees != null && world.isHostile(callees);
    }

    /** While the office was dead its clock went ahead: to it, as to anybody, that is time in which it was dead. */
    void skipped(OfficeNode office) {
        world.timeline().fault(world.now(), "office " + office.name() + " believes that it was dead for long");
        owed.removeIf(each -> each.to().office() == office);
        // Who did not hear that it was taken asks again, and hears that it was.
        for (EnvelopeId id : sent.keySet()) {
            if (office.knows(id)) {
                overBySkip.add(id);
            }
        }
    }

    // Now and then ----------------------------------------------------------------------------------------------------

    /** Once a second: what has been owed for too long, what has lasted for too long, what has grown too long. */
    void audit() {
        auditOwed();
        auditAsked();
        for (PhoneNode phone : world.phones()) {
            if (phone.isHonest() && phone.isAlive()) {
                auditCalls(phone);
            }
        }
    }

    private void auditOwed() {
        long grace = world.isSlow() ? 30_000 : 5_000;
        Iterator<Owed> all = owed.iterator();
        while (all.hasNext()) {
            Owed each = all.next();
            PhoneNode to = each.to();
            if (hasReceived(to, each.envelope().id()) || world.now() >= each.keepUntil()) {
                all.remove();
                continue;
            }
            boolean isOnItsWay = each.by() != to.office()
                    && (each.by().linkedSince() >= world.now() - grace
                            || to.office().linkedSince() >= world.now() - grace
                            || each.by().hasJumped()
                            || to.office().hasJumped()
                            || world.network().isParted(Network.OFFICES));
            boolean shouldHave = to.office().isUp()
                    && !isOnItsWay
                    && each.since() < world.now() - grace
                    && to.onlineSince() < world.now() - grace
                    && !world.network().isParted(to.name());
            require(
                    !shouldHave,
                    "what the office has taken reaches whom it is for",
                    to + " never got " + Wording.of(each.envelope()),
                    each.envelope().callId());
        }
    }

    private void auditCalls(PhoneNode phone) {
        PhoneFacts known = facts(phone);
        long slack = SLACK + known.jumps * SLACK_OF_JUMP;
        for (Shown shown : known.shown.values()) {
            long most = switch (shown.view().state()) {
                case DIALLING, NOBODY_THERE, RINGING_THERE, RINGING, WAITING -> RING;
                case CONNECTING -> CONNECT;
                case CONNECTED, ENDED -> Long.MAX_VALUE / 2;
            };
            boolean preparing = shown.view().state() != CallView.State.CONNECTING;
            long since = preparing ? shown.since() : shown.stateSince();
            require(
                    world.now() - since <= most + slack,
                    "no state lasts longer than its timer",
                    phone + " is " + shown.view().state() + " for " + (world.now() - since) + " ms",
                    shown.view().callId());
        }
    }

    /** Nobody calls any more and everything works: what must be true of all that was. */
    void inTheEnd() {
        for (PhoneNode phone : world.phones()) {
            if (!phone.isHonest()) {
                continue;
            }
            for (CallView view : phone.views()) {
                require(
                        view.state() == CallView.State.ENDED,
                        "every call ends",
                        phone + " is " + view.state(),
                        view.callId());
            }
            require(
                    phone.office().queued(phone.id()) <= MAX_QUEUED,
                    "queues are bounded",
                    phone + " has more than " + MAX_QUEUED + " waiting",
                    null);
        }
        for (CallFacts call : calls.values()) {
            if (passesHostileOffice(call) || call.line != null && world.lines().isDoubtful(call.line)) {
                continue;
            }
            boolean wasDealtWith = CallFacts.anyOf(call.saidAnswer, call.callee, null)
                    || CallFacts.anyOf(call.saidDeclined, call.callee, null)
                    || CallFacts.anyOf(call.saidBusy, call.callee, null)
                    || !call.pressedDecline.isEmpty()
                    || !call.droppedInGlare.isEmpty();
            require(
                    !call.acknowledged || wasDealtWith || !world.isHonest(call.callee) || !call.shownAsMissed.isEmpty(),
                    "a call in vain is shown as missed",
                    call.caller + " called and nobody was told",
                    call.id);
        }
    }

    // Words -----------------------------------------------------------------------------------------------------------

    @Nullable
    CallFacts call(CallId id) {
        return calls.get(id);
    }

    List<CallFacts> calls() {
        return new ArrayList<>(calls.values());
    }

    /** Everything that was ever submitted, for those who replay. */
    List<Envelope> everything() {
        Set<Envelope> out = new LinkedHashSet<>();
        sent.values().forEach(each -> out.add(each.envelope()));
        return List.copyOf(out);
    }

    private boolean isHonest(@Nullable PhoneNode other, CallFacts call) {
        return other == null ? world.isHonest(call.callee) : other.isHonest();
    }

    private boolean isHonest(DeviceId device) {
        PhoneNode phone = world.phone(device);
        return phone != null && phone.isHonest();
    }

    private boolean did(Set<PhoneNode> did, DeviceId device) {
        PhoneNode phone = world.phone(device);
        return phone != null && did.contains(phone);
    }

    private void requireDone(PhoneNode phone, CallId id, DeviceId by, Set<PhoneNode> did, String invariant) {
        require(!isHonest(by) || did(did, by), invariant, phone + " was told", id);
    }

    private PhoneFacts facts(PhoneNode phone) {
        PhoneFacts known = phones.get(phone);
        if (known == null) {
            throw new IllegalStateException(phone + " has not started");
        }
        return known;
    }

    private void event(PhoneNode phone, @Nullable CallId call, String what) {
        world.timeline().event(world.now(), phone.name(), call, () -> what);
    }

    private static void require(boolean holds, String invariant, String otherwise, @Nullable CallId call) {
        if (!holds) {
            throw violation(invariant, otherwise, call);
        }
    }

    private static Violation violation(String invariant, String detail, @Nullable CallId call) {
        return new Violation(invariant, detail, call);
    }
}
