package org.whodis.office.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.federation.RequestQueue;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineNews;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineRules;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Offer;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.OfficeMoment;
import org.whodis.office.call.CallRecord;
import org.whodis.office.call.CallRecord.Answered;
import org.whodis.office.call.CallRecord.Ended;
import org.whodis.office.call.CallRecord.Phase;
import org.whodis.office.call.CallRouter;
import org.whodis.office.call.OtherOffice;
import org.whodis.office.call.Routing;
import org.whodis.office.call.Submission;
import org.whodis.office.federation.PeerAdmission;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.federation.RemoteOffice;
import org.whodis.office.line.LineDesk;
import org.whodis.office.line.LineGate;
import org.whodis.office.line.LineTeller;
import org.whodis.office.line.RingAttempt;
import org.whodis.office.media.RoomKeeper;
import org.whodis.office.store.PeerStore.Outgoing;
import org.whodis.office.store.Store.Transaction;
import org.whodis.office.store.StoreException;

/**
 * The shell around {@link CallRouter}: reads what it decides upon, writes what it decided, all in one transaction, and only
 * then tells anybody. So an outcome that a device has seen is on disk, and an envelope is applied once however often it
 * comes.
 */
public final class Switchboard {
    /** An envelope waits no longer, whatever its deadline: nothing in a call is worth hearing after that. */
    private static final long MAX_WAIT_MILLIS = 60 * 60 * 1000;

    /** An envelope's id is remembered at least so long, for a device that submits it again after a reconnection. */
    private static final long MIN_REMEMBERED_MILLIS = 10 * 60 * 1000;

    /** How long a missed call waits for somebody to look. */
    private static final long MISSED_KEPT_MILLIS = 30L * 24 * 60 * 60 * 1000;

    /** Envelopes that wait for one device; a device that is never there does not fill the disk. */
    private static final int MAX_QUEUED = 512;

    /** How long a room may be empty before its call is over: both may be changing networks at once. */
    private static final long EMPTY_ROOM_MILLIS = 30_000;

    private static final int DUE_AT_ONCE = 64;

    /** How long a device waits for another office's word about its offer before it is told that nobody is there. */
    private static final long OTHER_OFFICE_MILLIS = 3_000;

    private static final CallRouter.RecentOffers NO_OFFERS = new CallRouter.RecentOffers(0, 0);

    private final OfficeContext office;
    private final Sessions sessions;
    private final RoomKeeper rooms;
    private final LineGate gate;
    private final LineTeller teller;
    /** Calls whose last device has left the room, with when. */
    private final Map<CallId, Long> emptied = new ConcurrentHashMap<>();

    private final PeerLink peers;
    private volatile long nextDue;

    public Switchboard(
            OfficeContext office,
            Sessions sessions,
            RoomKeeper rooms,
            LineGate gate,
            LineTeller teller,
            PeerLink peers) {
        this.peers = peers;
        this.teller = teller;
        this.office = office;
        this.sessions = sessions;
        this.rooms = rooms;
        this.gate = gate;
    }

    /** What was queued for one device. */
    private record Queued(DeviceId device, @Nullable Delivery delivery) {}

    /** Where an envelope came from. */
    private enum Origin {
        HERE,
        OTHER_OFFICE
    }

    /**
     * What became of it; {@code before} and {@code after} are the call's states.
     *
     * @param outgoing what was promised to another office
     * @param desk who is to be told that a call was sent to them
     */
    record Result(
            SubmitOutcome outcome,
            @Nullable CallRecord before,
            @Nullable CallRecord after,
            boolean missed,
            List<Queued> queued,
            @Nullable Outgoing outgoing,
            List<PrincipalId> desk) {
        static Result refused(SubmitOutcome outcome) {
            return new Result(outcome, null, null, false, List.of(), null, List.of());
        }

        Result toldTo(List<PrincipalId> people) {
            return new Result(outcome, before, after, missed, queued, outgoing, people);
        }
    }

    /**
     * An envelope from a session; returns once it is on disk. The outcome is there at once, but for an offer to somebody at
     * another office: that office has the word, for a while.
     */
    public CompletableFuture<SubmitOutcome> submit(PrincipalId sender, DeviceId senderDevice, Envelope envelope)
            throws InterruptedException {
        return submit(sender, senderDevice, envelope, () -> true);
    }

    /**
     * As {@link #submit(PrincipalId, DeviceId, Envelope)}.
     *
     * @param inTime asked before somebody is rung: false if the sender has been told by now that there is nobody
     */
    public CompletableFuture<SubmitOutcome> submit(
            PrincipalId sender, DeviceId senderDevice, Envelope envelope, BooleanSupplier inTime)
            throws InterruptedException {
        Submission submission;
        try {
            submission = Submission.read(
                    envelope, sender, senderDevice, encoded -> Offer.hash(office.primitives(), encoded));
        } catch (DecodeException e) {
            office.metrics().malformedMessage();
            return CompletableFuture.completedFuture(count(SubmitOutcome.NOT_ALLOWED));
        }
        OfficeMoment now = office.moment();
        LineRules.Verdict verdict = verdict(submission, now.clock());
        if (verdict instanceof LineRules.Verdict.Refused) {
            return CompletableFuture.completedFuture(count(refusal(submission)));
        }
        if (!inTime.getAsBoolean()) {
            return CompletableFuture.completedFuture(count(SubmitOutcome.UNKNOWN_RECIPIENT));
        }
        Result result = office.store().transact(transaction -> apply(transaction, submission, verdict, now));
        CompletableFuture<PeerOutcome> elsewhere = afterwards(result);
        if (elsewhere == null || result.before() != null) {
            return CompletableFuture.completedFuture(count(result.outcome()));
        }
        CompletableFuture<SubmitOutcome> told = elsewhere.thenApply(Switchboard::told);
        if (!told.isDone()) {
            office.time().later(OTHER_OFFICE_MILLIS, () -> told.complete(SubmitOutcome.OFFLINE));
        }
        return told.thenApply(this::count);
    }

    /** What the caller's device is told of the other office's answer to an offer. */
    private static SubmitOutcome told(PeerOutcome outcome) {
        return switch (outcome) {
            case PeerOutcome.Applied applied -> {
                try {
                    yield SubmitOutcome.decode(applied.body());
                } catch (DecodeException malformed) {
                    yield SubmitOutcome.UNKNOWN_RECIPIENT;
                }
            }
            case PeerOutcome.Refused refused ->
                refused.code() == Refusal.EXPIRED ? SubmitOutcome.EXPIRED : SubmitOutcome.UNKNOWN_RECIPIENT;
            case PeerOutcome.NotSent _ -> SubmitOutcome.NOT_ALLOWED;
            case PeerOutcome.Unknown _ -> SubmitOutcome.OFFLINE;
        };
    }

    /** An envelope of a call that is known, from the other office of that call. */
    Result applyFrom(RemoteOffice from, Transaction transaction, Submission submission, OfficeMoment now) {
        Envelope envelope = submission.envelope();
        if (transaction.envelopes().isKnown(envelope.id())) {
            return Result.refused(SubmitOutcome.DUPLICATE);
        }
        CallRecord call = transaction.calls().find(envelope.callId());
        OtherOffice other = call == null ? null : call.other();
        boolean isTheirs = call != null
                && other != null
                && from.has(other.domain(), other.officeKey())
                && call.isElsewhere(envelope.from());
        if (!isTheirs) {
            return Result.refused(SubmitOutcome.NOT_ALLOWED);
        }
        Routing routing = CallRouter.submit(call, submission, NO_OFFERS, now);
        return routed(transaction, call, routing, envelope, Origin.OTHER_OFFICE, now);
    }

    /**
     * An offer from another office that may ring here, or may be missed here.
     *
     * @param callerName as that office vouches
     */
    Result offerFrom(
            RemoteOffice from,
            Transaction transaction,
            Submission submission,
            LineRules.Verdict verdict,
            String callerName,
            OfficeMoment now) {
        Envelope envelope = submission.envelope();
        if (transaction.envelopes().isKnown(envelope.id())) {
            return Result.refused(SubmitOutcome.DUPLICATE);
        }
        CallRecord before = transaction.calls().find(envelope.callId());
        if (before != null || !(submission.content() instanceof Submission.Offered(Offer offer, Bytes _, DeviceId _))) {
            return Result.refused(SubmitOutcome.NOT_ALLOWED);
        }
        Routing routing = CallRouter.submit(null, submission, recent(transaction, envelope, now.time()), now);
        OtherOffice other = new OtherOffice(from.domain(), offer.caller().officeKey(), true);
        Routing allowed = quietened(routing.with(other), verdict, now);
        Result result = routed(transaction, null, allowed, envelope, Origin.OTHER_OFFICE, now);
        return isForDesk(verdict) ? keptForDesk(transaction, result, callerName, now) : result;
    }

    /**
     * A device of somebody who is being rung declines, and the desk has the call: in one step, so that neither happens without
     * the other, and no call that a person has answered, or that is over, is said to wait there.
     *
     * @return null if nobody sits at the desk: then it goes on ringing
     */
    public @Nullable SubmitOutcome sendToDesk(PrincipalId sender, DeviceId senderDevice, Envelope decline)
            throws InterruptedException {
        Submission submission;
        try {
            submission =
                    Submission.read(decline, sender, senderDevice, encoded -> Offer.hash(office.primitives(), encoded));
        } catch (DecodeException e) {
            office.metrics().malformedMessage();
            return count(SubmitOutcome.NOT_ALLOWED);
        }
        OfficeMoment now = office.moment();
        Result result = office.store().attempt(transaction -> sendToDesk(transaction, submission, now));
        if (result == null) {
            return null;
        }
        var _ = afterwards(result);
        return count(result.outcome());
    }

    private @Nullable Result sendToDesk(Transaction transaction, Submission submission, OfficeMoment now) {
        Envelope envelope = submission.envelope();
        if (transaction.envelopes().isKnown(envelope.id())) {
            return Result.refused(SubmitOutcome.DUPLICATE);
        }
        if (!transaction.principals().isActive(submission.senderDevice())) {
            return Result.refused(SubmitOutcome.NOT_ALLOWED);
        }
        CallRecord call = transaction.calls().find(envelope.callId());
        boolean rings = call != null
                && call.mayRing()
                && call.callee().equals(submission.sender())
                && submission.content() instanceof Submission.Noticed(Notice notice, DeviceId _)
                && (notice.type() == Notice.Type.DECLINED || notice.type() == Notice.Type.BUSY);
        if (call == null || !rings) {
            // By its own rules: that another device of theirs has answered is said as ever.
            SubmitOutcome outcome =
                    CallRouter.submit(call, submission, NO_OFFERS, now).outcome();
            return Result.refused(outcome == SubmitOutcome.ANSWERED_ELSEWHERE ? outcome : SubmitOutcome.NOT_ALLOWED);
        }
        boolean somebodySits = transaction.desk().people().stream()
                .anyMatch(each -> !each.equals(call.callee()) && !each.equals(call.caller()));
        if (!somebodySits) {
            return null;
        }
        String name = callerName(transaction, call);
        Routing routing = CallRouter.submit(call, submission, NO_OFFERS, now);
        Result result = routed(transaction, call, routing, envelope, Origin.HERE, now);
        return keptForDesk(transaction, result, name, now);
    }

    /** As it was proved when the Offer was let in; the office that vouches for another office's caller is that office. */
    private static String callerName(Transaction transaction, CallRecord call) {
        if (!call.isElsewhere(call.caller())) {
            String name = transaction.principals().name(call.caller());
            return name == null ? "" : name;
        }
        Envelope offer = transaction.envelopes().find(call.offer());
        try {
            return offer != null
                            && CallMessage.decode(offer.message())
                                    instanceof
                                    CallMessage.SignedOffer(
                                            Bytes _,
                                            DeviceId _,
                                            HybridSignature _,
                                            UnverifiedChain chain)
                    ? Genesis.decode(chain.genesis().genesis()).name()
                    : "";
        } catch (DecodeException e) {
            throw new IllegalStateException("an offer that was never let in", e);
        }
    }

    /** Whether somebody may be rung; everything but an Offer is part of a call that was. */
    private LineRules.Verdict verdict(Submission submission, long now) throws InterruptedException {
        if (!(submission.content() instanceof Submission.Offered(Offer offer, Bytes _, DeviceId _))
                || !offer.callee().officeDomain().equals(office.domain())) {
            // What is for another office is judged there.
            return new LineRules.Verdict.Ring();
        }
        boolean proved = offer.caller().principal().equals(submission.sender())
                && offer.callerDevice().equals(submission.senderDevice())
                && offer.caller().officeDomain().equals(office.domain())
                && office.keys().has(offer.caller().officeKey());
        return gate.judge(new RingAttempt(offer, office.domain(), proved, null, now));
    }

    /** By a line: as if it had never been issued. By the directory, where everybody stands, as if nobody were there. */
    private static SubmitOutcome refusal(Submission submission) {
        return submission.content() instanceof Submission.Offered(Offer offer, Bytes _, DeviceId _)
                        && offer.lineProof().isEmpty()
                ? SubmitOutcome.OFFLINE
                : SubmitOutcome.UNKNOWN_RECIPIENT;
    }

    /** The device has hung up its media. */
    public void leaveMedia(DeviceId device, CallId call) {
        if (rooms.leave(device, call) && !rooms.isOccupied(call)) {
            emptied.put(call, office.time().millis());
        }
    }

    /** The relay has lost the rooms of these calls; they are over if nobody comes again. */
    public void roomsLost(Set<CallId> calls) {
        calls.forEach(call -> emptied.put(call, office.time().millis()));
    }

    /** To be called now and then: ends what time ends. Cheap when nothing is due. */
    public void tick() throws InterruptedException {
        OfficeMoment now = office.moment();
        closeEmptied(now);
        if (now.time() < nextDue) {
            return;
        }
        // A call that is opened meanwhile lowers it again.
        nextDue = Long.MAX_VALUE;
        List<Result> results;
        try {
            results = office.store().transact(transaction -> endDue(transaction, now));
        } catch (StoreException e) {
            // Still due, and nothing else would bring it up again.
            dueAt(now.time());
            throw e;
        }
        for (Result result : results) {
            var _ = afterwards(result);
        }
    }

    private List<Result> endDue(Transaction transaction, OfficeMoment now) {
        List<Result> out = new ArrayList<>();
        for (CallRecord call : transaction.calls().due(now.time(), DUE_AT_ONCE)) {
            Routing routing = CallRouter.timeOut(call, rooms.isOccupied(call.id()), now.time());
            if (routing == null) {
                transaction.calls().remove(call.id());
            } else {
                out.add(write(transaction, call, routing, null, Origin.HERE, now));
            }
        }
        dueAt(transaction.calls().nextDue());
        return out;
    }

    /** Forgets what nobody can want any more. */
    public void prune() throws InterruptedException {
        OfficeMoment now = office.moment();
        office.store().transact(transaction -> {
            transaction.envelopes().prune(now.time());
            transaction.invitations().prune(now.clock());
            transaction.links().prune(now.clock());
            transaction.desk().prune(now.clock());
            transaction.peers().prune(now);
            return true;
        });
    }

    private Result apply(Transaction transaction, Submission submission, LineRules.Verdict verdict, OfficeMoment now) {
        Envelope envelope = submission.envelope();
        if (transaction.envelopes().isKnown(envelope.id())) {
            return Result.refused(SubmitOutcome.DUPLICATE);
        }
        if (!transaction.principals().isActive(submission.senderDevice())) {
            // Taken out of its chain since it said this.
            return Result.refused(SubmitOutcome.NOT_ALLOWED);
        }
        CallRecord call = transaction.calls().find(envelope.callId());
        OtherOffice other = call == null ? calleesOffice(submission) : call.other();
        boolean isOffer = submission.content() instanceof Submission.Offered;
        if (isOffer
                && other == null
                && transaction.principals().devices(envelope.to()).isEmpty()) {
            return Result.refused(SubmitOutcome.UNKNOWN_RECIPIENT);
        }
        if (call == null && other != null && !mayCall(transaction, submission, other)) {
            return Result.refused(SubmitOutcome.NOT_ALLOWED);
        }
        Routing routing = CallRouter.submit(call, submission, recent(transaction, envelope, now.time()), now);
        Routing allowed = quietened(routing.with(other), verdict, now);
        Result result = routed(transaction, call, allowed, envelope, Origin.HERE, now);
        CallRecord after = result.after();
        return after != null && isForDesk(verdict)
                ? keptForDesk(transaction, result, callerName(transaction, after), now)
                : result;
    }

    /** Whether {@code envelope} is an offer to somebody at another office, which has the word then. */
    public boolean isOfferElsewhere(Envelope envelope) {
        try {
            return CallMessage.decode(envelope.message()) instanceof CallMessage.SignedOffer offer
                    && !Offer.decode(offer.signed()).callee().officeDomain().equals(office.domain());
        } catch (DecodeException malformed) {
            return false;
        }
    }

    /** The other office that an offer names as its callee's; null if that is this one, or if it is no offer. */
    private @Nullable OtherOffice calleesOffice(Submission submission) {
        return submission.content() instanceof Submission.Offered(Offer offer, Bytes _, DeviceId _)
                        && !offer.callee().officeDomain().equals(office.domain())
                ? new OtherOffice(offer.callee().officeDomain(), offer.callee().officeKey(), false)
                : null;
    }

    /** The offer names this office as its caller's, and the operator lets this office talk to the other one. */
    private boolean mayCall(Transaction transaction, Submission submission, OtherOffice other) {
        return submission.content() instanceof Submission.Offered(Offer offer, Bytes _, DeviceId _)
                && offer.caller().officeDomain().equals(office.domain())
                && office.keys().has(offer.caller().officeKey())
                && PeerAdmission.isAllowed(transaction.peers(), other.domain());
    }

    private static CallRouter.RecentOffers recent(Transaction transaction, Envelope envelope, long now) {
        long since = now - CallRouter.FLOOD_WINDOW_MILLIS;
        return new CallRouter.RecentOffers(
                transaction.calls().openedBy(envelope.from(), since),
                transaction.calls().opened(envelope.from(), envelope.to(), since));
    }

    private Result routed(
            Transaction transaction,
            @Nullable CallRecord before,
            Routing routing,
            Envelope envelope,
            Origin origin,
            OfficeMoment now) {
        CallRecord call = routing.call();
        if (call == null) {
            return Result.refused(routing.outcome());
        }
        if (isFull(transaction, call, routing.targets())) {
            return Result.refused(SubmitOutcome.TOO_MANY);
        }
        long remembered = Math.max(now.until(envelope.deadline(), MAX_WAIT_MILLIS), now.time() + MIN_REMEMBERED_MILLIS);
        transaction.envelopes().add(envelope, now.clock(), remembered);
        return write(transaction, before, routing, envelope, origin, now);
    }

    /** What an offer that must not make a sound becomes; anything else stays as it is. */
    private static Routing quietened(Routing routing, LineRules.Verdict verdict, OfficeMoment now) {
        return routing.call() != null && verdict instanceof LineRules.Verdict.Silent
                ? CallRouter.silently(routing, now.time())
                : routing;
    }

    private static boolean isForDesk(LineRules.Verdict verdict) {
        return verdict instanceof LineRules.Verdict.Silent(boolean toDesk) && toDesk;
    }

    /** The desk shows a call that did not come to the person whom it was for, if anything came of it at all. */
    private Result keptForDesk(Transaction transaction, Result result, String callerName, OfficeMoment now) {
        CallRecord call = result.after();
        if (call == null) {
            return result;
        }
        OtherOffice other = call.other();
        LineHolder caller = new LineHolder(call.caller(), other == null ? office.domain() : other.domain());
        transaction
                .desk()
                .addSentCall(
                        new LinePages.SentCall(call.callee(), caller, callerName, now.clock()),
                        LineDesk.MAX_SENT_CALLS);
        return result.toldTo(transaction.desk().people());
    }

    /** Ends a call one of whose devices was taken out of its person's chain; for {@link #afterwards}. */
    Result end(Transaction transaction, CallRecord call, OfficeMoment now) {
        return write(transaction, call, CallRouter.deviceRevoked(call, now.time()), null, Origin.HERE, now);
    }

    private Result write(
            Transaction transaction,
            @Nullable CallRecord before,
            Routing routing,
            @Nullable Envelope envelope,
            Origin origin,
            OfficeMoment now) {
        CallRecord call = routing.call();
        if (call == null) {
            throw new IllegalArgumentException("nothing to write");
        }
        transaction.calls().put(call);
        dueAt(call.dueAt());
        List<Queued> queued = new ArrayList<>();
        Outgoing outgoing = null;
        if (envelope != null) {
            long keepUntil = now.until(envelope.deadline(), MAX_WAIT_MILLIS);
            if (before == null) {
                // Past the ringing time an Offer must not ring any more: it becomes a missed call instead.
                keepUntil = Math.min(keepUntil, call.expiresAt());
            }
            if (origin == Origin.HERE) {
                outgoing =
                        outgoing(transaction, call, routing.targets(), envelope, now.clock() + keepUntil - now.time());
            }
            for (DeviceId device : devices(transaction, call, routing.targets())) {
                if (transaction.envelopes().queued(device) < MAX_QUEUED) {
                    long sequence =
                            transaction.envelopes().enqueue(device, envelope.id(), Delivery.Kind.LIVE, keepUntil);
                    queued.add(new Queued(device, new Delivery(sequence, Delivery.Kind.LIVE, now.clock(), envelope)));
                }
            }
        }
        boolean missed = routing.missed() && !call.isElsewhere(call.callee());
        if (missed) {
            List<DeviceId> devices = transaction.principals().devices(call.callee());
            transaction.missedCalls().add(call.callee(), devices, call.offer(), now.time() + MISSED_KEPT_MILLIS);
            devices.forEach(device -> queued.add(new Queued(device, null)));
        }
        boolean rings = before == null && outgoing == null;
        boolean nobodyThere = queued.stream().noneMatch(each -> sessions.isOnline(each.device()));
        return new Result(
                rings && nobodyThere ? SubmitOutcome.OFFLINE : routing.outcome(),
                before,
                call,
                missed,
                List.copyOf(queued),
                outgoing,
                List.of());
    }

    /** What the other office is to be told; null if the envelope is for nobody there. */
    private static @Nullable Outgoing outgoing(
            Transaction transaction, CallRecord call, List<Routing.Target> targets, Envelope envelope, long deadline) {
        OtherOffice other = call.other();
        boolean isForThem = targets.stream().anyMatch(target -> call.isElsewhere(target.principal()));
        if (other == null || !isForThem) {
            return null;
        }
        Outgoing outgoing = new Outgoing(
                other.domain(),
                other.officeKey(),
                new PeerRequest(envelope.id().value(), deadline, PeerType.ENVELOPE, envelope.encode()));
        transaction.peers().enqueue(outgoing);
        return outgoing;
    }

    /** Whether nobody could be given it: then it is not accepted either, since it would be lost. */
    private static boolean isFull(Transaction transaction, CallRecord call, List<Routing.Target> targets) {
        OtherOffice other = call.other();
        if (other != null && transaction.peers().queued(other.domain()) >= RequestQueue.MAX_REQUESTS) {
            return true;
        }
        List<DeviceId> devices = devices(transaction, call, targets);
        return !devices.isEmpty()
                && devices.stream().allMatch(device -> transaction.envelopes().queued(device) >= MAX_QUEUED);
    }

    /** Those that live here. */
    private static List<DeviceId> devices(Transaction transaction, CallRecord call, List<Routing.Target> targets) {
        List<DeviceId> out = new ArrayList<>();
        for (Routing.Target target : targets) {
            if (call.isElsewhere(target.principal())) {
                continue;
            }
            switch (target) {
                case Routing.OneDevice one -> {
                    if (transaction.principals().isActive(one.device())) {
                        out.add(one.device());
                    }
                }
                case Routing.AllDevices all -> {
                    for (DeviceId device : transaction.principals().devices(all.principal())) {
                        if (!device.equals(all.except())) {
                            out.add(device);
                        }
                    }
                }
            }
        }
        return out;
    }

    /** What may be seen only after the commit. Returns what comes of it at another office, if anything does. */
    @Nullable
    CompletableFuture<PeerOutcome> afterwards(Result result) throws InterruptedException {
        CallRecord call = result.after();
        if (call != null) {
            countCall(result, call.phase());
            rooms.callIs(call);
        }
        for (Queued queued : result.queued()) {
            sessions.queued(queued.device(), queued.delivery());
        }
        tellDesk(result.desk());
        return result.outgoing() == null ? null : peers.send(result.outgoing());
    }

    /** What they are told of is on disk: whoever submitted the call has no part in it if this fails. */
    private void tellDesk(List<PrincipalId> people) throws InterruptedException {
        try {
            for (PrincipalId each : people) {
                teller.tell(each, LineNews.desk());
            }
        } catch (StoreException e) {
            office.metrics().handlerFailed("desk", e);
        }
    }

    private void closeEmptied(OfficeMoment now) throws InterruptedException {
        for (Map.Entry<CallId, Long> each : List.copyOf(emptied.entrySet())) {
            CallId id = each.getKey();
            if (rooms.isOccupied(id)) {
                emptied.remove(id, each.getValue());
            } else if (each.getValue() + EMPTY_ROOM_MILLIS <= now.time() && emptied.remove(id, each.getValue())) {
                Result result = office.store().transact(transaction -> {
                    CallRecord call = transaction.calls().find(id);
                    Routing routing = call == null ? null : CallRouter.roomEmpty(call, now.time());
                    return call == null || routing == null || routing.call() == null
                            ? Result.refused(SubmitOutcome.NOT_ALLOWED)
                            : write(transaction, call, routing, null, Origin.HERE, now);
                });
                var _ = afterwards(result);
            }
        }
    }

    /** Something is due at {@code at}, in office time; it may be earlier than what is known. */
    private synchronized void dueAt(long at) {
        nextDue = Math.min(nextDue, at);
    }

    private void countCall(Result result, Phase after) {
        Phase before = result.before() == null ? null : result.before().phase();
        if (before == null) {
            office.metrics().callOpened();
        }
        if (after instanceof Answered && !(before instanceof Answered)) {
            office.metrics().callAnswered();
        }
        if (after instanceof Ended ended && !(before instanceof Ended)) {
            office.metrics().callEnded(ended.end());
        }
        if (result.missed()) {
            office.metrics().callMissed();
        }
    }

    private SubmitOutcome count(SubmitOutcome outcome) {
        office.metrics().submitted(outcome);
        return outcome;
    }
}
