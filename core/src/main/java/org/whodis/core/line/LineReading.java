package org.whodis.core.line;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Check;
import org.whodis.core.wire.DecodeException;

/**
 * Reads everything that the office keeps of a person's lines, and checks it: nothing in it counts because the office says so.
 * What a device that was added later cannot open yet is sealed anew on the way.
 */
final class LineReading {
    /** Pages of a list hold at least one thing each; an office of more than this sends pages without end. */
    private static final int MAX_PAGES = 10_000;

    private final LineOwner owner;
    private final LineBook before;
    private final Set<LineId> gone;
    private final Map<LineId, LineAddress> addresses = new LinkedHashMap<>();
    private final Map<LineId, Keepsake.Held> kept = new LinkedHashMap<>();
    private final Map<LineId, GivenLine> given = new LinkedHashMap<>();
    private final List<IssuedLine.Verified> issued = new ArrayList<>();
    private final Map<LineId, SignedRedemption.Verified> redeemers;
    private final Map<LineId, Boolean> decided;
    private final List<LineChange.OfficeKnown> offices = new ArrayList<>();
    private @Nullable List<SealingKey> ownKeys;
    private int pages;

    /** What was read, and the offices that it authenticates. */
    record Read(LineBook book, List<LineChange.OfficeKnown> offices) {}

    LineReading(LineOwner owner, LineBook before, Set<LineId> gone) {
        this.owner = owner;
        this.before = before;
        this.gone = gone;
        // What this person's devices have once shown stays so, whatever the office leaves out.
        this.redeemers = new LinkedHashMap<>(before.redeemers());
        this.decided = new LinkedHashMap<>(before.decided());
    }

    LineStep<Read> start() {
        return items(null);
    }

    private LineStep<Read> items(@Nullable LineId after) {
        return LineStep.ask(
                new LineRequest.ListItems(after), (answer, _) -> items(after, LinePages.Items.decode(answer), 0));
    }

    /** The items of a page from {@code from} on. */
    private LineStep<Read> items(@Nullable LineId after, LinePages.Items page, int from) throws DecodeException {
        for (int i = from; i < page.items().size(); i++) {
            SignedByDevice signed = page.items().get(i);
            SealedItem item = SealedItem.decode(signed.statement());
            Keepsake keepsake = owner.open(signed, item);
            if (keepsake instanceof Keepsake.Issued mine) {
                addresses.put(item.item(), mine.address());
            } else if (keepsake instanceof Keepsake.Held theirs) {
                kept.put(item.item(), theirs);
            }
            int devices = owner.chain().devices().size();
            boolean isStale = isOfRevoked(signed, item);
            if (keepsake != null && (isStale || item.box().readers().size() < devices)) {
                LineStep<Read> sealing = sealAnew(after, page, i, item, keepsake, isStale);
                if (sealing != null) {
                    return sealing;
                }
            }
        }
        if (page.more() && !page.items().isEmpty() && ++pages < MAX_PAGES) {
            LineId last = lastOf(page);
            if (isForward(after, last)) {
                return items(last);
            }
        }
        pages = 0;
        return issued(null);
    }

    /** Pages are in the order of the ids: an office that goes round in circles is not followed. */
    private boolean isForward(@Nullable LineId after, LineId last) {
        boolean isForward = after == null || last.value().compareTo(after.value()) > 0;
        if (!isForward) {
            owner.doubt("the office shows the same lines again");
        }
        return isForward;
    }

    private static LineId lastOf(LinePages.Items page) throws DecodeException {
        SignedByDevice last = page.items().get(page.items().size() - 1);
        return SealedItem.decode(last.statement()).item();
    }

    /** Whether a device that was revoked has signed it or may read it. */
    private boolean isOfRevoked(SignedByDevice signed, SealedItem item) {
        boolean isStale = owner.chain().isRevoked(signed.device());
        for (SealedBox.Reader reader : item.box().readers()) {
            isStale |= owner.chain().isRevoked(reader.device());
        }
        return isStale;
    }

    /** For all devices that this person has now; null if it is sealed to all of them. */
    private @Nullable LineStep<Read> sealAnew(
            @Nullable LineId after, LinePages.Items page, int at, SealedItem item, Keepsake keepsake, boolean isStale)
            throws DecodeException {
        List<SealingKey> keys = ownKeys;
        if (keys == null) {
            return LineStep.ask(new LineRequest.Readers(), (answer, now) -> {
                ownKeys = owner.readers(true, answer, now);
                return items(after, page, at);
            });
        }
        for (SealingKey key : keys) {
            if (isStale || !item.box().isFor(key.device())) {
                return LineStep.ask(
                        owner.keep(item.item(), keepsake, keys, Check.timeAfter(item.at())),
                        (_, _) -> items(after, page, at + 1));
            }
        }
        return null;
    }

    private LineStep<Read> issued(@Nullable LineId after) {
        return LineStep.ask(new LineRequest.ListIssued(after), (answer, _) -> {
            LinePages.Issued page = LinePages.Issued.decode(answer);
            LineId last = null;
            for (IssuedLine line : page.lines()) {
                last = LineIssue.decode(line.issue().statement()).lineId();
                take(last, line);
            }
            return page.more() && last != null && isForward(after, last) && ++pages < MAX_PAGES
                    ? issued(last)
                    : settings();
        });
    }

    private void take(LineId id, IssuedLine line) throws DecodeException {
        if (given.containsKey(id)) {
            owner.doubt("the office shows a line twice");
            return;
        }
        try {
            IssuedLine.Verified verified = line.verify(owner.primitives, owner.chain());
            SignedRedemption.Verified redeemer = verified.redeemer();
            issued.add(verified);
            given.put(
                    id,
                    new GivenLine(
                            verified.facts(),
                            verified.issue(),
                            owner.note(id, verified.issue().note()),
                            redeemer == null ? null : redeemer.chain(),
                            verified.incidents()));
            if (redeemer != null && line.redemption() != null) {
                redeemers.put(id, redeemer);
                if (isTrusted(verified, redeemer)) {
                    offices.add(new LineChange.OfficeKnown(
                            redeemer.redemption().redeemer().officeDomain(),
                            line.redemption().officeKey()));
                }
            }
            if (line.decision() != null
                    && LineDecision.decode(line.decision().statement()).approved()) {
                decided.put(id, true);
            }
        } catch (LineException e) {
            owner.doubt("the office shows a line that this person's devices have not made: " + e.reason());
        }
    }

    /** The key of a redeemer's office counts once the person has chosen or approved the redeemer. */
    private static boolean isTrusted(IssuedLine.Verified line, SignedRedemption.Verified redeemer) {
        return line.facts().state() == LineFacts.State.BOUND
                && line.facts().isHolder(redeemer.redemption().holder());
    }

    private LineStep<Read> settings() {
        return LineStep.ask(new LineRequest.GetSettings(), (answer, _) -> {
            SignedByDevice signed = LinePages.Settings.decode(answer).settings();
            return new LineStep.Done<>(finish(signed == null ? before.settings() : settings(signed)));
        });
    }

    private @Nullable LineSettings settings(SignedByDevice signed) throws DecodeException {
        LineSettings known = before.settings();
        try {
            signed.verifyKept(owner.primitives, LineSettings.LABEL, owner.chain());
            LineSettings read = LineSettings.decode(signed.statement());
            boolean isOurs = read.principal().equals(owner.principal());
            boolean isOlder = known != null && read.at() < known.at();
            return isOurs && !isOlder ? read : known;
        } catch (LineException e) {
            owner.doubt("the office shows settings that this person's devices have not made");
            return known;
        }
    }

    private Read finish(@Nullable LineSettings settings) {
        Map<LineId, RedeemedLine> held = new LinkedHashMap<>();
        List<LineChange.OfficeKnown> known = new ArrayList<>();
        for (Keepsake.Held each : kept.values()) {
            try {
                RedemptionAnswer.Opened opened = each.open(owner.primitives);
                RedeemedLine earlier = before.held().get(each.id());
                held.put(
                        each.id(),
                        new RedeemedLine(
                                each.id(),
                                earlier == null ? opened.issuer() : earlier.issuerOr(opened.issuer()),
                                each.card().terms(),
                                each.bound(),
                                gone.contains(each.id())));
                known.add(new LineChange.OfficeKnown(each.card().issuer().officeDomain(), each.officeKey()));
            } catch (LineException e) {
                owner.doubt("a line that was kept does not hold: " + e.reason());
            }
        }
        known.addAll(offices);
        LineGuard guard = LineGuard.of(owner.office(), issued, settings).after(before.guard());
        given.replaceAll((id, line) -> {
            LineFacts facts = guard.facts(id);
            return facts == null
                    ? line
                    : new GivenLine(facts, line.issue(), line.note(), line.redeemer(), line.incidents());
        });
        return new Read(new LineBook(given, addresses, kept, held, redeemers, decided, settings, guard), known);
    }
}
