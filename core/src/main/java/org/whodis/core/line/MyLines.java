package org.whodis.core.line;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The lines of a person: those that they gave and those that were given to them. The truth lies at the person's office, signed
 * and sealed by their own devices, so that all of them know the same; this reads it, checks it and adds to it.
 *
 * <p>The rule: carry out a {@link LineStep} to its end before the next one is begun, but for questions that go elsewhere, during
 * which others may run. After each answer, take what {@link #poll} gives until it is null.
 */
public final class MyLines {
    private final LineOwner owner;
    private final LineMaking making;
    private final LineTaking taking;
    private final Queue<LineChange> changes = new ArrayDeque<>();
    private LineBook book;
    private boolean isPublished;

    public MyLines(LineOwner owner) {
        this.owner = owner;
        this.making = new LineMaking(owner);
        this.book = LineBook.empty(owner.office());
        this.taking = new LineTaking(owner, making, this::book, this::readAnew, changes::add);
    }

    /** All that is known, as it was read last. */
    public LineBook book() {
        return book;
    }

    /** What was found out, in its order; null when all has been taken. */
    public @Nullable LineChange poll() {
        return changes.poll();
    }

    /** When and by whom this person is rung, as {@code known} has it. */
    public LineSettings settingsIn(LineBook known) {
        LineSettings settings = known.settings();
        return settings == null ? LineSettings.none(owner.principal()) : settings;
    }

    // Reading.

    /** There is a new session with the office: it is told anew where this device's things are sealed to. */
    public void sessionIsUp() {
        isPublished = false;
    }

    /** Reads everything anew; only the own office is asked. */
    public LineStep<LineBook> read(long now) {
        if (isPublished) {
            return readAnew();
        }
        SignedByDevice key = owner.sign(SealingKey.LABEL, owner.sealingKey(now));
        return LineStep.ask(new LineRequest.PublishSealingKey(key), (_, _) -> {
            isPublished = true;
            return readAnew();
        });
    }

    private LineStep<LineBook> readAnew() {
        return new LineReading(owner, book, taking.gone).start().map(this::publish);
    }

    private LineBook publish(LineReading.Read read) {
        LineBook before = book;
        LineBook next = read.book();
        book = next;
        changes.addAll(read.offices());
        changes.add(new LineChange.Guard(next.guard()));
        for (GivenLine line : next.given().values()) {
            GivenLine earlier = before.given().get(line.id());
            if (line.isWaiting() && (earlier == null || !earlier.isWaiting())) {
                changes.add(new LineChange.Waiting(line));
            }
            if (line.attempts() > (earlier == null ? 0 : earlier.attempts())) {
                changes.add(new LineChange.Tried(line));
            }
        }
        for (RedeemedLine line : next.held().values()) {
            RedeemedLine earlier = before.held().get(line.id());
            boolean wasWaiting = earlier != null && !earlier.bound();
            if (line.bound() && !line.gone() && (wasWaiting || taking.newlyReady.contains(line.id()))) {
                changes.add(new LineChange.Ready(line));
            }
            taking.newlyReady.remove(line.id());
        }
        return next;
    }

    // What a person does.

    /** Makes a line. */
    public LineStep<NewLine> give(LineOrder order, long now) throws DecodeException, LineException {
        return read(now)
                .then(now, (_, _) -> making.make(order, null))
                .then(now, (made, _) -> readAnew().map(_ -> made));
    }

    /**
     * Redeems a line that somebody gave.
     *
     * @param andBack whether the issuer gets a line to this person in return
     */
    public LineStep<RedeemedLine> redeem(LineAddress address, boolean andBack, long now)
            throws DecodeException, LineException {
        return read(now)
                .then(now, (_, then) -> taking.redeem(address, andBack, then))
                .then(
                        now,
                        (redeemed, _) -> readAnew().then(now, (known, _) -> {
                            RedeemedLine held =
                                    redeemed.isPresent() ? known.held().get(redeemed.get()) : null;
                            if (held == null) {
                                throw new LineException(LineException.Reason.NOT_KEPT);
                            }
                            return new LineStep.Done<>(held);
                        }));
    }

    /**
     * Says yes or no to whoever redeemed an open line. The office tells who redeemed, and a person takes their time to decide: if
     * it shows somebody else than {@code shown} by then, nothing is signed.
     *
     * @param shown whom the person was shown; null: whoever it is
     */
    public LineStep<GivenLine> decide(LineId id, @Nullable LineHolder shown, boolean approve, long now)
            throws DecodeException, LineException {
        return read(now).then(now, (known, then) -> {
            GivenLine line = known.require(id);
            LineHolder holder = line.facts().holder();
            SignedRedemption.Verified redeemer = known.redeemers().get(id);
            LineException.require(shown == null || shown.equals(holder), LineException.Reason.SOMEBODY_ELSE_WAITS);
            if (!line.isWaiting() || holder == null || redeemer == null) {
                throw new LineException(LineException.Reason.NOBODY_WAITS);
            }
            LineDecision decision = new LineDecision(id, holder, redeemer.hash(), approve, then);
            return thenShow(new LineRequest.Decide(owner.sign(LineDecision.LABEL, decision)), id);
        });
    }

    /** Ends a line; it stays as a silent alarm. */
    public LineStep<GivenLine> withdraw(LineId id, long now) throws DecodeException, LineException {
        return read(now).then(now, (known, then) -> {
            known.require(id);
            LineWithdrawal withdrawal = new LineWithdrawal(id, then);
            return thenShow(new LineRequest.Withdraw(owner.sign(LineWithdrawal.LABEL, withdrawal)), id);
        });
    }

    /** Puts a new line in the place of one, for the same holder, whose devices get it by themselves. */
    public LineStep<GivenLine> renew(LineId id, long now) throws DecodeException, LineException {
        return read(now).then(now, (known, then) -> {
            GivenLine line = known.require(id);
            LineAddress address = known.addresses().get(id);
            LineHolder holder = line.facts().holder();
            SignedRedemption.Verified redeemer = known.redeemers().get(id);
            if (holder == null || redeemer == null || address == null || !known.canRenew(line)) {
                throw new LineException(LineException.Reason.NO_HOLDER);
            }
            LineOrder order = new LineOrder(line.note(), line.facts().terms(), holder);
            return making.make(order, new LineMaking.Old(line, address, redeemer))
                    .then(then, (made, later) -> show(made.id(), later));
        });
    }

    /** The incidents of a line have been seen. */
    public LineStep<GivenLine> acknowledge(LineId id) {
        return thenShow(new LineRequest.AcknowledgeIncidents(id), id);
    }

    private LineStep<GivenLine> thenShow(LineRequest request, LineId id) {
        return LineStep.ask(request, (_, now) -> show(id, now));
    }

    private LineStep<GivenLine> show(LineId id, long now) throws DecodeException, LineException {
        return read(now).then(now, (known, _) -> new LineStep.Done<>(known.require(id)));
    }

    /** Changes when and by whom this person is rung. */
    public LineStep<LineSettings> change(UnaryOperator<LineSettings> change, long now)
            throws DecodeException, LineException {
        return read(now).then(now, (_, then) -> {
            LineSettings before = settingsIn(book);
            LineSettings changed = change.apply(before);
            LineSettings dated = new LineSettings(
                    owner.principal(),
                    changed.quiet(),
                    changed.sendToDesk(),
                    changed.favourites(),
                    changed.blocked(),
                    changed.blockedOffices(),
                    Math.max(then, Check.timeAfter(before.at())));
            return LineStep.ask(
                    new LineRequest.PutSettings(owner.sign(LineSettings.LABEL, dated)),
                    (_, _) -> readAnew().map(this::settingsIn));
        });
    }

    /** Leaves a short request at an office; that is all that is ever heard of it. */
    public LineStep<Bytes> knock(OfficeDomain at, String toName, String text, long now) {
        return new LineStep.Ask<>(owner.knock(at, toName, text, now), true, (answer, _) -> new LineStep.Done<>(answer));
    }

    /** What waits at the desk; refused to whoever does not sit there. */
    public LineStep<DeskView> desk() {
        return LineStep.ask(new LineRequest.ListDesk(), (answer, _) -> {
            LinePages.Desk page = LinePages.Desk.decode(answer);
            List<DeskView.KnockView> knocks = new ArrayList<>();
            for (Knock.Signed each : page.knocks()) {
                try {
                    Knock.Signed.Verified verified = each.verify(owner.primitives, owner.office());
                    knocks.add(new DeskView.KnockView(verified.knock(), verified.chain()));
                } catch (LineException e) {
                    owner.doubt("the office shows a knock that does not hold: " + e.reason());
                }
            }
            List<DeskView.IncidentView> incidents = new ArrayList<>();
            for (LinePages.DeskIncident each : page.incidents()) {
                incidents.add(new DeskView.IncidentView(
                        each.issuer(), each.lineId(), owner.note(each.lineId(), each.note()), each.incidents()));
            }
            return new LineStep.Done<>(new DeskView(knocks, incidents, page.calls()));
        });
    }

    /** A knock was dealt with. */
    public LineStep<Bytes> dismissKnock(Bytes nonce) {
        return LineStep.ask(new LineRequest.DismissKnock(nonce), (answer, _) -> new LineStep.Done<>(answer));
    }

    // What happens by itself.

    /** Asks the issuer's office what became of a line that was given to this person; seen after the next reading. */
    public LineStep<LineId> refresh(Keepsake.Held held, long now) throws DecodeException, LineException {
        return taking.refresh(held, now);
    }

    /** Lines that redeemers of this person's lines brought in return, and that were not taken yet. */
    public List<BroughtLine> brought() {
        List<BroughtLine> out = new ArrayList<>();
        for (LineId given : book.given().keySet()) {
            BroughtLine brought = taking.brought(given);
            if (brought != null) {
                out.add(brought);
            }
        }
        return out;
    }

    /** Takes one of {@link #brought}, unless it was taken meanwhile. One that does not hold is not tried again. */
    public LineStep<LineBook> take(BroughtLine brought, long now) throws DecodeException, LineException {
        return brought.equals(taking.brought(brought.given())) ? taking.take(brought, now) : new LineStep.Done<>(book);
    }

    /** What was brought does not hold. */
    public void refuse(BroughtLine brought) {
        taking.refused.put(brought.given(), brought.line());
        owner.doubt("the line that was brought in return cannot be read");
    }
}
