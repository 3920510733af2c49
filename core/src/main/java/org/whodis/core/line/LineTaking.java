package org.whodis.core.line;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * Takes lines that others gave: redeems them, asks what became of them, and follows those that took others' places. While
 * another office is asked, the book may become another one: it is looked at anew afterwards.
 */
final class LineTaking {
    private static final String RETURN_NOTE = "the way back to ";

    private final LineOwner owner;
    private final LineMaking making;
    private final Supplier<LineBook> book;
    private final Supplier<LineStep<LineBook>> read;
    private final Consumer<LineChange> changes;
    private final Map<LineId, Long> answered = new HashMap<>();
    private long questions;

    /** Of which the issuer's office says that there is no such line. */
    final Set<LineId> gone = new HashSet<>();

    /** What was brought in return for a line that this person gave, and does not hold. */
    final Map<LineId, LineId> refused = new HashMap<>();

    /** Which ring though they were not seen to wait. */
    final Set<LineId> newlyReady = new HashSet<>();

    LineTaking(
            LineOwner owner,
            LineMaking making,
            Supplier<LineBook> book,
            Supplier<LineStep<LineBook>> read,
            Consumer<LineChange> changes) {
        this.owner = owner;
        this.making = making;
        this.book = book;
        this.read = read;
        this.changes = changes;
    }

    // Redeeming.

    /** What comes of redeeming: the line; empty if the office has a new one that it does not give. */
    LineStep<Optional<LineId>> redeem(LineAddress address, boolean andBack, long now)
            throws DecodeException, LineException {
        LineId id = address.secret().id(owner.primitives);
        LineException.require(!book.get().given().containsKey(id), LineException.Reason.GIVEN_BY_YOURSELF);
        return owner.redeem(address, null, now).then(now, (answer, later) -> switch (answer) {
            case RedemptionAnswer.None _ -> throw new LineException(LineException.Reason.NO_SUCH_LINE);
            case RedemptionAnswer.Renewed renewed -> renewed(address, id, renewed, later);
            case RedemptionAnswer.Known known -> {
                gone.remove(id);
                RedemptionAnswer.Opened opened = known.open(owner.primitives, address, id);
                LineStep<LineId> kept = keep(address, id, known, opened, later);
                yield andBack
                        ? kept.then(later, (_, then) -> giveBack(address, id, opened, then))
                                .map(Optional::of)
                        : kept.map(Optional::of);
            }
        });
    }

    /** One exchange makes two lines: the issuer gets one to this person, bound to them. */
    private LineStep<LineId> giveBack(LineAddress address, LineId id, RedemptionAnswer.Opened opened, long now)
            throws DecodeException, LineException {
        LineHolder issuer = LineHolder.of(opened.card().issuer());
        LineBook before = book.get();
        GivenLine given = before.ringsBy(issuer);
        if (given != null) {
            // Perhaps they were never told: it was made, and the connection was lost.
            LineAddress back = before.addresses().get(given.id());
            return back == null ? new LineStep.Done<>(id) : bring(address, id, given.id(), back, now);
        }
        String note = RETURN_NOTE + opened.issuer().genesis().name();
        return making.make(new LineOrder(note, LineTerms.STANDARD, issuer), null)
                .then(
                        now,
                        (made, later) -> read.get().then(later, (known, then) -> {
                            LineAddress back = known.addresses().get(made.id());
                            if (back == null) {
                                throw new LineException(LineException.Reason.NOT_KEPT);
                            }
                            return bring(address, id, made.id(), back, then);
                        }));
    }

    /** Brings the line {@code backId} in return for {@code id}. */
    private LineStep<LineId> bring(LineAddress address, LineId id, LineId backId, LineAddress back, long now)
            throws DecodeException, LineException {
        Bytes sealed = address.secret()
                .seal(
                        owner.primitives,
                        owner.random,
                        LineSecret.Use.RETURN,
                        returnPurpose(id, backId),
                        Bytes.of(back.secret().value().expose()));
        return owner.redeem(address, new LineRedemption.ReturnLine(backId, sealed), now)
                .then(now, (_, _) -> new LineStep.Done<>(id));
    }

    private static Bytes returnPurpose(LineId line, LineId back) {
        return Bytes.concat(line.value(), back.value());
    }

    private LineStep<LineId> keep(
            LineAddress address, LineId id, RedemptionAnswer.Known known, RedemptionAnswer.Opened opened, long now) {
        Keepsake.Held before = book.get().kept().get(id);
        RedeemedLine line = book.get().held().get(id);
        UnverifiedChain chain =
                line == null ? known.chain() : line.issuerOr(opened.issuer()).wire();
        Keepsake.Held next = new Keepsake.Held(address, known.bound(), opened.card(), chain, known.officeKey());
        return before != null && next.encode().equals(before.encode())
                ? new LineStep.Done<>(id)
                : owner.keep(id, next, now);
    }

    // What became of them.

    /** Asks what became of a line; what is found out is seen after the next reading. */
    LineStep<LineId> refresh(Keepsake.Held held, long now) throws DecodeException, LineException {
        LineId id = held.id();
        long question = ++questions;
        return owner.redeem(held.address(), null, now).then(now, (answer, later) -> {
            if (answered.getOrDefault(id, 0L) > question) {
                // Somebody who asked later has been answered before.
                return new LineStep.Done<>(id);
            }
            answered.put(id, question);
            return switch (answer) {
                case RedemptionAnswer.None _ -> {
                    RedeemedLine line = book.get().held().get(id);
                    if (gone.add(id) && line != null) {
                        changes.accept(new LineChange.Gone(
                                new RedeemedLine(id, line.issuer(), line.terms(), line.bound(), true)));
                    }
                    yield new LineStep.Done<>(id);
                }
                case RedemptionAnswer.Known known -> {
                    gone.remove(id);
                    RedemptionAnswer.Opened opened = known.open(owner.primitives, held.address(), id);
                    yield keep(held.address(), id, known, opened, later);
                }
                case RedemptionAnswer.Renewed renewed ->
                    renewed(held.address(), id, renewed, later).map(_ -> id);
            };
        });
    }

    /** Takes the line that has taken another's place; empty if the office does not give it. */
    private LineStep<Optional<LineId>> renewed(
            LineAddress old, LineId oldId, RedemptionAnswer.Renewed renewed, long now)
            throws DecodeException, LineException {
        LineIssue issue = LineIssue.decode(renewed.issue().statement());
        VerifiedChain issuer =
                RedemptionAnswer.issuer(owner.primitives, issue.issuer(), renewed.chain(), renewed.officeKey());
        renewed.issue().verifyKept(owner.primitives, LineIssue.LABEL, issuer);
        Keepsake.Held before = book.get().kept().get(oldId);
        LineIssue.Replaces replaces = issue.replaces();
        boolean fits = replaces != null
                && replaces.lineId().equals(oldId)
                && (before == null || before.card().issuer().principal().equals(issuer.principal()));
        if (!fits || replaces == null) {
            throw new LineException(LineException.Reason.NOT_ITS_RENEWAL);
        }
        Bytes purpose = LineIssue.renewalPurpose(oldId, issue.lineId());
        Bytes inner = owner.open(replaces.sealedSecret(), purpose);
        LineAddress next = new LineAddress(
                old.domain(),
                opened(old.secret(), LineSecret.Use.RENEWAL, purpose, inner, LineException.Reason.NOT_ITS_RENEWAL));
        return owner.redeem(next, null, now).then(now, (answer, later) -> {
            if (!(answer instanceof RedemptionAnswer.Known known)) {
                return new LineStep.Done<>(Optional.empty());
            }
            LineId id = next.secret().id(owner.primitives);
            boolean isNew = !book.get().kept().containsKey(id);
            RedemptionAnswer.Opened opened = known.open(owner.primitives, next, id);
            return keep(next, id, known, opened, later)
                    .then(
                            later,
                            (_, _) -> LineStep.ask(new LineRequest.RemoveItem(oldId), (_, _) -> {
                                if (isNew) {
                                    newlyReady.add(id);
                                }
                                return new LineStep.Done<>(Optional.of(id));
                            }));
        });
    }

    private LineSecret opened(
            LineSecret under, LineSecret.Use use, Bytes purpose, Bytes sealed, LineException.Reason otherwise)
            throws LineException {
        try {
            Bytes secret = under.open(owner.primitives, use, purpose, sealed);
            LineException.require(secret.length() == LineSecret.LENGTH, otherwise);
            return new LineSecret(Secret.owning(secret.toArray()));
        } catch (CryptoException e) {
            throw new LineException(otherwise);
        }
    }

    // What was brought in return.

    /** A line that a redeemer of {@code given} brought, once they are its holder; null if there is none to be taken. */
    @Nullable
    BroughtLine brought(LineId given) {
        LineBook known = book.get();
        GivenLine line = known.given().get(given);
        SignedRedemption.Verified redeemer = known.redeemers().get(given);
        LineRedemption.ReturnLine back =
                redeemer == null ? null : redeemer.redemption().returnLine();
        if (line == null
                || redeemer == null
                || back == null
                || !known.addresses().containsKey(given)
                || known.kept().containsKey(back.lineId())
                || back.lineId().equals(refused.get(given))
                || line.facts().state() != LineFacts.State.BOUND
                || !line.facts().isHolder(redeemer.redemption().holder())) {
            return null;
        }
        OfficeDomain office = redeemer.redemption().redeemer().officeDomain();
        return new BroughtLine(given, back.lineId(), office);
    }

    LineStep<LineBook> take(BroughtLine brought, long now) throws DecodeException, LineException {
        LineBook known = book.get();
        SignedRedemption.Verified redeemer = known.redeemers().get(brought.given());
        LineAddress address = known.addresses().get(brought.given());
        LineRedemption.ReturnLine back =
                redeemer == null ? null : redeemer.redemption().returnLine();
        if (redeemer == null || address == null || back == null) {
            return new LineStep.Done<>(known);
        }
        LineId id = back.lineId();
        LineAddress theirs = new LineAddress(
                brought.office(),
                opened(
                        address.secret(),
                        LineSecret.Use.RETURN,
                        returnPurpose(brought.given(), id),
                        back.sealedSecret(),
                        LineException.Reason.MALFORMED));
        return owner.redeem(theirs, null, now).then(now, (answer, later) -> {
            if (!(answer instanceof RedemptionAnswer.Known said)
                    || book.get().kept().containsKey(id)) {
                return new LineStep.Done<>(book.get());
            }
            RedemptionAnswer.Opened opened = said.open(owner.primitives, theirs, id);
            LineException.require(
                    opened.issuer().principal().equals(redeemer.chain().principal()),
                    LineException.Reason.ANOTHER_PARTY);
            return keep(theirs, id, said, opened, later).then(later, (_, _) -> {
                newlyReady.add(id);
                return read.get();
            });
        });
    }
}
