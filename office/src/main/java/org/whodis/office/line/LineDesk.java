package org.whodis.office.line;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.Knock;
import org.whodis.core.line.LineDecision;
import org.whodis.core.line.LineException;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineNews;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.LineWithdrawal;
import org.whodis.core.line.SealedItem;
import org.whodis.core.line.SealingKey;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.office.OfficeContext;
import org.whodis.office.store.LineStore;
import org.whodis.office.store.LineStore.Statement;
import org.whodis.office.store.PersonalStore;
import org.whodis.office.store.PrincipalStore.Principal;
import org.whodis.office.store.Store;
import org.whodis.office.store.Store.Transaction;
import org.whodis.office.store.StoreException;

/**
 * What devices of this office do with lines (protocol section 7). What was acknowledged is on disk. Statements are accepted
 * from the device that signed them and for its own person only; no operator, and no other person, can issue, approve or
 * withdraw a line of somebody's.
 */
public final class LineDesk {
    /** Lines that one person may have given, withdrawn ones included: each stays as a silent alarm. */
    public static final int MAX_LINES = 4_096;

    /** Sealed items of one person: their issued lines and those that they hold. */
    public static final int MAX_ITEMS = 2 * MAX_LINES;

    /** Knocks that wait at one desk. */
    public static final int MAX_KNOCKS = 500;

    /** Of them from one other office. */
    public static final int MAX_KNOCKS_BY_OFFICE = 100;

    /** Of them from one person. */
    public static final int MAX_KNOCKS_BY_ONE = 3;

    /** Dismissed knocks that are remembered until they expire: more than a desk reads in a week. */
    static final int MAX_DISMISSED_KNOCKS = 10_000;

    /** Calls that were sent to the desk and are still shown there. */
    public static final int MAX_SENT_CALLS = 200;

    /** How long another office may take to answer a redemption or knock. */
    static final long OTHER_OFFICE_MILLIS = 8_000;

    /**
     * Whoever lives here names the other office, which this one then looks for. A device that connects asks after each line that
     * its person holds, so it is as much as the other office allows.
     */
    static final int MAX_ASKED_ELSEWHERE_IN_A_MINUTE = Redemptions.MAX_BY_ONE;

    /** Lines whose incidents the desk is shown. */
    private static final int MAX_DESK_INCIDENTS = 64;

    private static final int MAX_DESK_KNOCKS = 16;
    private static final int STEP = 8;
    private static final int MAX_KNOCKS_IN_A_MINUTE = 3;
    private static final int MAX_KNOCKS_IN_A_MINUTE_BY_OFFICE = 30;

    /** Not of one line: a device, or the person's settings. */
    private static final LineNews OWN_THINGS =
            new LineNews(LineNews.Kind.ISSUED, new LineId(Bytes.of(new byte[LineId.LENGTH])));

    private static final Refusal MALFORMED =
            new Refusal(Refusal.MALFORMED, "This office does not understand the request.");
    private static final Refusal NOT_ALLOWED =
            new Refusal(Refusal.NOT_ALLOWED, "This is not yours, or not possible in its present state.");
    private static final Refusal NOT_KNOWN = new Refusal(Refusal.NOT_KNOWN, "There is no such line of yours.");
    private static final Refusal CONFLICT =
            new Refusal(Refusal.CONFLICT, "Another device of yours, or this one, decided otherwise before.");
    private static final Refusal TOO_MANY = new Refusal(Refusal.TOO_MANY, "There are too many of these already.");
    private static final Refusal UNAVAILABLE =
            new Refusal(Refusal.UNAVAILABLE, "The other office cannot be reached now. Try again later.");

    private static final Refusal NOBODY_SITS =
            new Refusal(Refusal.NOT_KNOWN, "Nobody else sits at this office's desk. The call goes on ringing.");

    private final OfficeContext office;
    private final ConstantAnswers answers;
    private final LineTeller teller;
    private final Redemptions redemptions;
    private final AttemptRate knocksByOne = new AttemptRate(MAX_KNOCKS_IN_A_MINUTE);
    private final AttemptRate knocksByOffice = new AttemptRate(MAX_KNOCKS_IN_A_MINUTE_BY_OFFICE);
    private final AttemptRate asksElsewhere = new AttemptRate(MAX_ASKED_ELSEWHERE_IN_A_MINUTE);
    private final HolderNotices notices;
    private volatile OtherOffices others = OtherOffices.NONE;
    private volatile CallsToDesk calls = (_, _, _) -> null;

    public LineDesk(OfficeContext office, ConstantAnswers answers, IncidentBook incidents, LineTeller teller) {
        this.office = office;
        this.answers = answers;
        this.teller = teller;
        this.redemptions = new Redemptions(office, answers, incidents, teller);
        this.notices = new HolderNotices(office, answers, teller);
    }

    /** Where answers go. */
    public interface Reply {
        void ok(Bytes body);

        void refused(Refusal refusal);
    }

    /** Where calls are that ring. */
    @FunctionalInterface
    public interface CallsToDesk {
        /** Null if nobody sits at the desk. */
        @Nullable
        SubmitOutcome send(PrincipalId principal, DeviceId device, Envelope decline) throws InterruptedException;
    }

    /** Calls that ring can be sent to the desk from now on. */
    public void sendsBy(CallsToDesk way) {
        calls = way;
    }

    /** Lines of other offices can be redeemed from now on. */
    public void reach(OtherOffices offices) {
        others = offices;
    }

    public Redemptions redemptions() {
        return redemptions;
    }

    public HolderNotices notices() {
        return notices;
    }

    /** A request of a device in its session. */
    public void handle(PrincipalId principal, DeviceId device, Bytes encoded, long receivedAt, Reply reply)
            throws InterruptedException {
        try {
            LineRequest request = LineRequest.decode(encoded);
            switch (request) {
                case LineRequest.Redeem it -> redeem(principal, device, it.redemption(), receivedAt, reply);
                case LineRequest.KnockAt it -> knockFromHere(principal, device, it.knock(), receivedAt, reply);
                case LineRequest.PublishSealingKey it -> reply(reply, publish(principal, device, it.key()));
                case LineRequest.Issue it -> reply(reply, issue(principal, device, it.issue()));
                case LineRequest.Decide it -> reply(reply, decide(principal, device, it.decision()));
                case LineRequest.Withdraw it -> reply(reply, withdraw(principal, device, it.withdrawal()));
                case LineRequest.PutSettings it -> reply(reply, putSettings(principal, device, it.settings()));
                case LineRequest.PutItem it -> reply(reply, putItem(principal, device, it.item()));
                case LineRequest.AcknowledgeIncidents(LineId line) -> reply(reply, acknowledge(principal, line));
                case LineRequest.RemoveItem(LineId item) -> {
                    write(transaction -> transaction.personal().removeItem(principal, item));
                    reply.ok(Bytes.EMPTY);
                }
                case LineRequest.DismissKnock(Bytes nonce) -> reply(reply, dismiss(principal, nonce));
                case LineRequest.SendCall(Envelope decline) -> sendCall(principal, device, decline, reply);
                case LineRequest.HasDesk _ ->
                    reply.ok(hasDesk(principal) ? LineRequest.HasDesk.YES : LineRequest.HasDesk.NO);
                case LineRequest.Readers _ -> reply.ok(readers(principal).encode());
                case LineRequest.GetSettings _ -> reply.ok(settings(principal).encode());
                case LineRequest.ListIssued(LineId after) ->
                    reply.ok(listIssued(principal, after).encode());
                case LineRequest.ListItems(LineId after) ->
                    reply.ok(listItems(principal, after).encode());
                case LineRequest.ListDesk _ -> {
                    LinePages.Desk page = desk(principal, receivedAt);
                    if (page == null) {
                        reply.refused(NOT_ALLOWED);
                    } else {
                        reply.ok(page.encode());
                    }
                }
            }
        } catch (DecodeException e) {
            office.metrics().malformedMessage();
            reply.refused(MALFORMED);
        } catch (LineException e) {
            reply.refused(NOT_ALLOWED);
        }
    }

    private static void reply(Reply reply, @Nullable Refusal refusal) {
        if (refusal == null) {
            reply.ok(Bytes.EMPTY);
        } else {
            reply.refused(refusal);
        }
    }

    // What a person's own devices write.

    private @Nullable Refusal publish(PrincipalId principal, DeviceId device, SignedByDevice signed)
            throws InterruptedException, LineException {
        VerifiedChain own = own(principal, device, signed);
        SealingKey.verified(office.primitives(), signed, own);
        Refusal refusal = by(device, transaction -> {
            transaction.personal().putSealingKey(device, principal, signed.encode());
            return null;
        });
        if (refusal == null) {
            teller.tell(principal, OWN_THINGS);
        }
        return refusal;
    }

    private @Nullable Refusal issue(PrincipalId principal, DeviceId device, SignedByDevice signed)
            throws InterruptedException, LineException, DecodeException {
        LineIssue issue = LineIssue.decode(signed.statement());
        VerifiedChain own = own(principal, device, signed);
        signed.verify(office.primitives(), LineIssue.LABEL, own);
        if (!issue.issuer().principal().equals(principal)
                || !issue.issuer().officeDomain().equals(office.domain())
                || !office.keys().has(issue.issuer().officeKey())
                || issue.holder() != null && issue.holder().principal().equals(principal)) {
            return NOT_ALLOWED;
        }
        Refusal refusal = by(device, transaction -> add(transaction, principal, issue, signed));
        LineIssue.Replaces replaces = issue.replaces();
        if (refusal == null) {
            teller.tell(principal, new LineNews(LineNews.Kind.ISSUED, issue.lineId()));
            if (replaces != null && issue.holder() != null) {
                tellHolder(issue.holder(), replaces.lineId());
            }
        }
        return refusal;
    }

    private static @Nullable Refusal add(
            Transaction transaction, PrincipalId principal, LineIssue issue, SignedByDevice signed) {
        LineStore lines = transaction.lines();
        if (lines.find(issue.lineId()) != null) {
            Bytes known = lines.statement(issue.lineId(), Statement.ISSUE);
            return known != null && known.equals(signed.encode()) ? null : CONFLICT;
        }
        if (lines.countOf(principal) >= MAX_LINES) {
            return TOO_MANY;
        }
        LineIssue.Replaces replaces = issue.replaces();
        if (replaces != null) {
            LineStore.Line old = lines.find(replaces.lineId());
            boolean isRenewal = old != null
                    && old.facts().issuer().equals(principal)
                    && old.renewedBy() == null
                    && issue.holder() != null
                    && issue.holder().equals(old.facts().holder())
                    && old.facts().state() != LineFacts.State.REFUSED
                    && old.facts().state() != LineFacts.State.WAITING;
            if (!isRenewal) {
                return NOT_ALLOWED;
            }
        }
        LineFacts facts = new LineFacts(
                issue.lineId(),
                principal,
                issue.holder() == null ? LineFacts.State.OPEN : LineFacts.State.BOUND,
                issue.holder(),
                issue.terms());
        lines.add(facts, issue.issuedAt(), signed.encode());
        if (replaces != null) {
            lines.replace(replaces.lineId(), issue.lineId());
        }
        return null;
    }

    private @Nullable Refusal decide(PrincipalId principal, DeviceId device, SignedByDevice signed)
            throws InterruptedException, LineException, DecodeException {
        LineDecision decision = LineDecision.decode(signed.statement());
        VerifiedChain own = own(principal, device, signed);
        signed.verify(office.primitives(), LineDecision.LABEL, own);
        LineFacts.State wanted = decision.approved() ? LineFacts.State.BOUND : LineFacts.State.REFUSED;
        Refusal refusal = by(device, transaction -> {
            LineStore.Line line = transaction.lines().find(decision.lineId());
            if (line == null || !line.facts().issuer().equals(principal)) {
                return NOT_KNOWN;
            }
            if (!decision.redeemer().equals(line.facts().holder())) {
                return NOT_ALLOWED;
            }
            if (line.facts().state() == wanted) {
                return null;
            }
            if (line.facts().state() != LineFacts.State.WAITING) {
                return CONFLICT;
            }
            transaction.lines().update(decision.lineId(), wanted, decision.redeemer());
            transaction.lines().put(decision.lineId(), Statement.DECISION, signed.encode());
            return null;
        });
        if (refusal == null) {
            teller.tell(principal, new LineNews(LineNews.Kind.ISSUED, decision.lineId()));
            if (decision.approved()) {
                tellHolder(decision.redeemer(), decision.lineId());
            }
        }
        return refusal;
    }

    private @Nullable Refusal withdraw(PrincipalId principal, DeviceId device, SignedByDevice signed)
            throws InterruptedException, LineException, DecodeException {
        LineWithdrawal withdrawal = LineWithdrawal.decode(signed.statement());
        VerifiedChain own = own(principal, device, signed);
        signed.verify(office.primitives(), LineWithdrawal.LABEL, own);
        LineHolder[] holder = new LineHolder[1];
        Refusal refusal = by(device, transaction -> {
            LineStore.Line line = transaction.lines().find(withdrawal.lineId());
            if (line == null || !line.facts().issuer().equals(principal)) {
                return NOT_KNOWN;
            }
            holder[0] = line.facts().holder();
            transaction
                    .lines()
                    .update(
                            withdrawal.lineId(),
                            LineFacts.State.WITHDRAWN,
                            line.facts().holder());
            if (transaction.lines().statement(withdrawal.lineId(), Statement.WITHDRAWAL) == null) {
                transaction.lines().put(withdrawal.lineId(), Statement.WITHDRAWAL, signed.encode());
            }
            return null;
        });
        if (refusal == null) {
            teller.tell(principal, new LineNews(LineNews.Kind.ISSUED, withdrawal.lineId()));
            if (holder[0] != null) {
                tellHolder(holder[0], withdrawal.lineId());
            }
        }
        return refusal;
    }

    private @Nullable Refusal acknowledge(PrincipalId principal, LineId id) throws InterruptedException {
        return office.store().attempt(transaction -> {
            LineStore.Line line = transaction.lines().find(id);
            if (line == null || !line.facts().issuer().equals(principal)) {
                return NOT_KNOWN;
            }
            transaction.lines().clearIncidents(id);
            return null;
        });
    }

    private @Nullable Refusal putSettings(PrincipalId principal, DeviceId device, SignedByDevice signed)
            throws InterruptedException, LineException, DecodeException {
        LineSettings settings = LineSettings.decode(signed.statement());
        VerifiedChain own = own(principal, device, signed);
        signed.verify(office.primitives(), LineSettings.LABEL, own);
        if (!settings.principal().equals(principal)) {
            return NOT_ALLOWED;
        }
        Refusal refusal = by(device, transaction -> {
            transaction.personal().putSettings(principal, settings.at(), signed.encode());
            return null;
        });
        if (refusal == null) {
            teller.tell(principal, OWN_THINGS);
        }
        return refusal;
    }

    private @Nullable Refusal putItem(PrincipalId principal, DeviceId device, SignedByDevice signed)
            throws InterruptedException, LineException, DecodeException {
        SealedItem item = SealedItem.decode(signed.statement());
        VerifiedChain own = own(principal, device, signed);
        signed.verify(office.primitives(), SealedItem.LABEL, own);
        if (!item.principal().equals(principal)) {
            return NOT_ALLOWED;
        }
        Refusal refusal = by(device, transaction -> {
            PersonalStore personal = transaction.personal();
            if (!personal.hasItem(principal, item.item()) && personal.countItems(principal) >= MAX_ITEMS) {
                return TOO_MANY;
            }
            personal.putItem(principal, item.item(), item.at(), signed.encode());
            return null;
        });
        if (refusal == null) {
            teller.tell(principal, new LineNews(LineNews.Kind.HELD, item.item()));
        }
        return refusal;
    }

    // What they read.

    private LinePages.Settings settings(PrincipalId principal) throws InterruptedException, DecodeException {
        Bytes signed =
                office.store().attempt(transaction -> transaction.personal().settings(principal));
        return new LinePages.Settings(signed == null ? null : SignedByDevice.decode(signed));
    }

    private LinePages.Readers readers(PrincipalId principal) throws InterruptedException {
        return office.store().transact(transaction -> {
            List<PrincipalId> people = new ArrayList<>();
            people.add(principal);
            for (PrincipalId each : transaction.desk().people()) {
                if (!each.equals(principal)) {
                    people.add(each);
                }
            }
            List<LinePages.Reader> out = new ArrayList<>();
            int room = LinePages.MAX_PAGE;
            for (PrincipalId each : people) {
                Principal person = transaction.principals().find(each);
                if (person == null) {
                    continue;
                }
                List<SignedByDevice> keys = new ArrayList<>();
                int length = person.chain().encode().length() + 8;
                for (Bytes key : transaction.personal().sealingKeys(each)) {
                    keys.add(stored(key));
                    length += key.length();
                }
                if (length > room) {
                    break;
                }
                room -= length;
                out.add(new LinePages.Reader(person.chain(), keys));
            }
            return new LinePages.Readers(out);
        });
    }

    private LinePages.Issued listIssued(PrincipalId principal, @Nullable LineId after) throws InterruptedException {
        List<IssuedLine> out = new ArrayList<>();
        int room = LinePages.MAX_PAGE;
        LineId last = after;
        while (true) {
            LineId from = last;
            List<LineId> step =
                    office.store().transact(transaction -> transaction.lines().list(principal, from, STEP));
            for (LineId id : step) {
                IssuedLine line = office.store().transact(transaction -> issued(transaction, id));
                room -= line.encode().length();
                if (room < 0 && !out.isEmpty()) {
                    return new LinePages.Issued(out, true);
                }
                out.add(line);
                last = id;
            }
            if (step.size() < STEP) {
                return new LinePages.Issued(out, false);
            }
        }
    }

    private static IssuedLine issued(Transaction transaction, LineId id) {
        LineStore lines = transaction.lines();
        Bytes issue = lines.statement(id, Statement.ISSUE);
        Bytes redemption = lines.statement(id, Statement.REDEMPTION);
        Bytes decision = lines.statement(id, Statement.DECISION);
        Bytes withdrawal = lines.statement(id, Statement.WITHDRAWAL);
        if (issue == null) {
            throw new IllegalStateException("a line that nobody issued");
        }
        try {
            return new IssuedLine(
                    stored(issue),
                    redemption == null ? null : SignedRedemption.decode(redemption),
                    decision == null ? null : stored(decision),
                    withdrawal == null ? null : stored(withdrawal),
                    lines.incidents(id, IssuedLine.MAX_INCIDENTS));
        } catch (DecodeException e) {
            throw new IllegalStateException("a redemption that was never written", e);
        }
    }

    private LinePages.Items listItems(PrincipalId principal, @Nullable LineId after) throws InterruptedException {
        List<SignedByDevice> out = new ArrayList<>();
        int room = LinePages.MAX_PAGE;
        LineId last = after;
        while (true) {
            LineId from = last;
            List<PersonalStore.Item> step = office.store()
                    .transact(transaction -> transaction.personal().items(principal, from, STEP));
            for (PersonalStore.Item item : step) {
                room -= item.body().length();
                if (room < 0 && !out.isEmpty()) {
                    return new LinePages.Items(out, true);
                }
                out.add(stored(item.body()));
                last = item.id();
            }
            if (step.size() < STEP) {
                return new LinePages.Items(out, false);
            }
        }
    }

    // Other offices.

    private void redeem(PrincipalId principal, DeviceId device, SignedRedemption signed, long receivedAt, Reply reply)
            throws InterruptedException, LineException {
        var said = signed.unverified();
        if (!said.redeemer().principal().equals(principal) || !said.device().equals(device)) {
            reply.refused(NOT_ALLOWED);
            return;
        }
        if (said.office().equals(office.domain())) {
            redemptions.redeem(signed, office.domain(), office.keys()::has, receivedAt, reply::ok);
        } else {
            askElsewhere(principal, said.office(), OtherOffices.Kind.REDEMPTION, signed, receivedAt, reply);
        }
    }

    private void askElsewhere(
            PrincipalId principal,
            OfficeDomain to,
            OtherOffices.Kind kind,
            Encodable body,
            long receivedAt,
            Reply reply) {
        if (!asksElsewhere.allows(principal, receivedAt)) {
            reply.refused(TOO_MANY);
            return;
        }
        CompletableFuture<Bytes> asked = others.ask(to, null, kind, body.encode(), receivedAt + OTHER_OFFICE_MILLIS);
        var _ = asked.whenComplete((answer, failure) -> {
            if (failure == null) {
                reply.ok(answer);
            } else {
                reply.refused(UNAVAILABLE);
            }
        });
    }

    /** The holder's devices ask again what became of the line; if that is lost, they ask when they next connect. */
    private void tellHolder(LineHolder holder, LineId line) throws InterruptedException {
        if (holder.office().equals(office.domain())) {
            notices.tell(holder.principal(), line);
        } else {
            var _ = others.ask(
                    holder.office(),
                    null,
                    OtherOffices.Kind.NOTICE,
                    new LineNotice(holder.principal(), line).encode(),
                    office.now() + OTHER_OFFICE_MILLIS);
        }
    }

    // The desk.

    private void knockFromHere(
            PrincipalId principal, DeviceId device, Knock.Signed signed, long receivedAt, Reply reply)
            throws InterruptedException, DecodeException {
        Knock said = Knock.decode(signed.knock().statement());
        if (!said.knocker().principal().equals(principal) || !said.device().equals(device)) {
            reply.refused(NOT_ALLOWED);
        } else if (said.office().equals(office.domain())) {
            knock(signed, office.domain(), office.keys()::has, receivedAt, reply::ok);
        } else {
            askElsewhere(principal, said.office(), OtherOffices.Kind.KNOCK, signed, receivedAt, reply);
        }
    }

    /** A knock at this office; {@code reply} hears nothing, after the same delay, whatever becomes of it. */
    public void knock(
            Knock.Signed signed, OfficeDomain from, Predicate<Bytes> isItsKey, long receivedAt, Consumer<Bytes> reply)
            throws InterruptedException {
        answers.expect(Bytes.EMPTY, receivedAt, reply).fail();
        if (!knocksByOffice.allows(from, receivedAt)) {
            office.metrics().knock("limited");
            return;
        }
        Knock knock;
        try {
            knock = signed.verify(office.primitives(), office.domain()).knock();
        } catch (LineException e) {
            office.metrics().knock("not_proved");
            return;
        }
        boolean isTheirs = knock.knocker().officeDomain().equals(from)
                && isItsKey.test(knock.knocker().officeKey())
                && knock.at() <= receivedAt + SignedRedemption.CLOCK_SKEW_MILLIS
                && knock.expiresAt() > receivedAt;
        if (!isTheirs || !knocksByOne.allows(knock.knocker().principal(), receivedAt)) {
            office.metrics().knock("refused");
            return;
        }
        PrincipalId knocker = knock.knocker().principal();
        boolean isKept;
        List<PrincipalId> people;
        try {
            isKept = office.store().transact(transaction -> {
                var desk = transaction.desk();
                boolean hasRoom = desk.countKnocks(receivedAt) < MAX_KNOCKS
                        && desk.countKnocks(from, receivedAt) < MAX_KNOCKS_BY_OFFICE
                        && desk.countKnocks(knocker, receivedAt) < MAX_KNOCKS_BY_ONE;
                return hasRoom
                        && desk.addKnock(knock.nonce(), knocker, from, receivedAt, knock.expiresAt(), signed.encode());
            });
            people = office.store().transact(transaction -> transaction.desk().people());
        } catch (StoreException e) {
            office.metrics().handlerFailed("knock", e);
            return;
        }
        office.metrics().knock(isKept ? "kept" : "full_or_known");
        if (isKept) {
            for (PrincipalId each : people) {
                teller.tell(each, LineNews.desk());
            }
        }
    }

    private void sendCall(PrincipalId principal, DeviceId device, Envelope decline, Reply reply)
            throws InterruptedException {
        SubmitOutcome outcome = calls.send(principal, device, decline);
        if (outcome == null) {
            reply.refused(NOBODY_SITS);
        } else {
            reply.ok(outcome.encode());
        }
    }

    private boolean hasDesk(PrincipalId principal) throws InterruptedException {
        Boolean found = office.store()
                .read(transaction -> transaction.desk().people().stream().anyMatch(each -> !each.equals(principal)));
        return Boolean.TRUE.equals(found);
    }

    private @Nullable Refusal dismiss(PrincipalId principal, Bytes nonce) throws InterruptedException {
        return office.store().attempt(transaction -> {
            if (!transaction.desk().contains(principal)) {
                return NOT_ALLOWED;
            }
            transaction.desk().dismissKnock(nonce, MAX_DISMISSED_KNOCKS);
            return null;
        });
    }

    private LinePages.@Nullable Desk desk(PrincipalId principal, long now) throws InterruptedException {
        return office.store().attempt(transaction -> {
            if (!transaction.desk().contains(principal)) {
                return null;
            }
            int room = LinePages.MAX_PAGE - 64 * 1024;
            List<Knock.Signed> knocks = new ArrayList<>();
            for (Bytes each : transaction.desk().knocks(now, MAX_DESK_KNOCKS)) {
                room -= each.length();
                if (room < 0) {
                    break;
                }
                knocks.add(storedKnock(each));
            }
            List<LinePages.DeskIncident> incidents = new ArrayList<>();
            for (LineId id : transaction.lines().withIncidents(MAX_DESK_INCIDENTS)) {
                LineIssue issue = Redemptions.decoded(transaction.lines().statement(id, Statement.ISSUE));
                LinePages.DeskIncident incident = new LinePages.DeskIncident(
                        issue.issuer().principal(),
                        id,
                        issue.note(),
                        transaction.lines().incidents(id, IssuedLine.MAX_INCIDENTS));
                room -= issue.note().encode().length() + incident.incidents().size() * 256 + 96;
                if (room < 0) {
                    break;
                }
                incidents.add(incident);
            }
            return new LinePages.Desk(knocks, incidents, transaction.desk().sentCalls(MAX_SENT_CALLS));
        });
    }

    // Helpers.

    /** Writes what {@code device} has signed, unless it was taken out of its chain since its signature was looked at. */
    private @Nullable Refusal by(DeviceId device, Store.Work<Refusal> work) throws InterruptedException {
        return office.store().attempt(transaction -> {
            if (!transaction.principals().isActive(device)) {
                return NOT_ALLOWED;
            }
            return work.run(transaction);
        });
    }

    private interface Write {
        void run(Transaction transaction);
    }

    private void write(Write write) throws InterruptedException {
        office.store().transact(transaction -> {
            write.run(transaction);
            return true;
        });
    }

    /** The chain of the person of a session, for a statement that their device of that session has signed. */
    private VerifiedChain own(PrincipalId principal, DeviceId device, SignedByDevice signed)
            throws InterruptedException, LineException {
        if (!signed.device().equals(device)) {
            throw new LineException(LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE);
        }
        Principal person =
                office.store().attempt(transaction -> transaction.principals().find(principal));
        try {
            if (person == null) {
                throw new LineException(LineException.Reason.ANOTHER_PARTY);
            }
            return person.chain().verify(office.primitives(), office.offices());
        } catch (IdentityException e) {
            throw new IllegalStateException("a chain that was verified when it was written", e);
        }
    }

    private static SignedByDevice stored(Bytes signed) {
        try {
            return SignedByDevice.decode(signed);
        } catch (DecodeException e) {
            throw new IllegalStateException("a statement that was never written", e);
        }
    }

    private static Knock.Signed storedKnock(Bytes signed) {
        try {
            return Knock.Signed.decode(signed);
        } catch (DecodeException e) {
            throw new IllegalStateException("a knock that was never written", e);
        }
    }
}
