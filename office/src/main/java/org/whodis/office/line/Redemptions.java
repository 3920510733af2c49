package org.whodis.office.line;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.line.LineException;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineNews;
import org.whodis.core.line.LineRedemption;
import org.whodis.core.line.LineRules;
import org.whodis.core.line.RedemptionAnswer;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.OfficeContext;
import org.whodis.office.store.LineStore;
import org.whodis.office.store.LineStore.Statement;
import org.whodis.office.store.PrincipalStore.Principal;
import org.whodis.office.store.Store.Transaction;
import org.whodis.office.store.StoreException;

/**
 * Redemptions of this office's lines, by its own people and by those of other offices. Everybody whom the line does not know
 * gets the constant answer; the signatures are checked before the line is looked for, whether or not there is one.
 */
public final class Redemptions {
    /** Redemptions of one person in a minute: a device asks once for each line that it holds when it connects. */
    public static final int MAX_BY_ONE = 120;

    /** Redemptions from one other office in a minute. */
    public static final int MAX_BY_OFFICE = 1_200;

    /** The constant answer. */
    public static final Bytes NONE = new RedemptionAnswer.None().encode();

    private final OfficeContext office;
    private final ConstantAnswers answers;
    private final IncidentBook incidents;
    private final LineTeller teller;
    private final AttemptRate byOne = new AttemptRate(MAX_BY_ONE);
    private final AttemptRate byOffice = new AttemptRate(MAX_BY_OFFICE);

    Redemptions(OfficeContext office, ConstantAnswers answers, IncidentBook incidents, LineTeller teller) {
        this.office = office;
        this.answers = answers;
        this.incidents = incidents;
        this.teller = teller;
    }

    /** What is to be answered, and who is to be told that somebody waits. */
    private record Result(@Nullable RedemptionAnswer answer, LineIncident.@Nullable Kind incident, boolean isNew) {}

    /**
     * A redemption of a line of this office.
     *
     * @param from the office that it came from, authenticated
     * @param isItsKey whether a hash is that of a key of this office
     * @param reply is given the encoded {@link RedemptionAnswer} once
     */
    public void redeem(
            SignedRedemption signed,
            OfficeDomain from,
            Predicate<Bytes> isItsKey,
            long receivedAt,
            Consumer<Bytes> reply)
            throws InterruptedException {
        ConstantAnswers.Pending pending = answers.expect(NONE, receivedAt, reply);
        try {
            redeem(signed, from, isItsKey, receivedAt, pending);
        } finally {
            pending.fail();
        }
    }

    private void redeem(
            SignedRedemption signed,
            OfficeDomain from,
            Predicate<Bytes> isItsKey,
            long receivedAt,
            ConstantAnswers.Pending pending)
            throws InterruptedException {
        if (!byOffice.allows(from, receivedAt) && !from.equals(office.domain())) {
            office.metrics().redemption("limited");
            return;
        }
        SignedRedemption.Verified verified = verify(signed, from, isItsKey, receivedAt);
        if (verified == null) {
            office.metrics().redemption("not_proved");
            return;
        }
        LineRedemption said = verified.redemption();
        if (!byOne.allows(said.holder(), receivedAt)) {
            office.metrics().redemption("limited");
            return;
        }
        Result result;
        try {
            result = office.store().transact(transaction -> apply(transaction, said, signed, receivedAt));
        } catch (StoreException e) {
            office.metrics().handlerFailed("redemption", e);
            return;
        }
        RedemptionAnswer answer = result.answer();
        if (answer != null && pending.claim()) {
            pending.succeed(answer.encode());
        }
        office.metrics().redemption(answer == null ? "refused" : "known");
        if (result.incident() != null) {
            incidents.note(LineGate.incident(
                    said.lineId(),
                    result.incident(),
                    said.holder(),
                    true,
                    verified.chain().genesis().name(),
                    from,
                    receivedAt));
        }
        if (result.isNew()) {
            LineStore.Line line =
                    office.store().attempt(transaction -> transaction.lines().find(said.lineId()));
            if (line != null) {
                teller.tell(line.facts().issuer(), new LineNews(LineNews.Kind.ISSUED, said.lineId()));
            }
        }
    }

    private SignedRedemption.@Nullable Verified verify(
            SignedRedemption signed, OfficeDomain from, Predicate<Bytes> isItsKey, long now) {
        try {
            SignedRedemption.Verified verified = signed.verify(office.primitives(), office.domain(), now);
            LineRedemption said = verified.redemption();
            boolean isTheirs = said.redeemer().officeDomain().equals(from)
                    && isItsKey.test(said.redeemer().officeKey());
            return isTheirs ? verified : null;
        } catch (LineException e) {
            return null;
        }
    }

    private Result apply(Transaction transaction, LineRedemption said, SignedRedemption signed, long now) {
        LineStore lines = transaction.lines();
        LineId id = said.lineId();
        LineStore.Line line = lines.find(id);
        LineHolder redeemer = said.holder();
        LineRules.Redemption decided = LineRules.redeem(
                line == null ? null : line.facts(), redeemer, line != null && line.renewedBy() != null, now);
        return switch (decided) {
            case LineRules.Redemption.Refused(var incident) -> new Result(null, incident, false);
            case LineRules.Redemption.First() -> {
                lines.update(id, LineFacts.State.WAITING, redeemer);
                lines.put(id, Statement.REDEMPTION, signed.encode());
                yield new Result(known(transaction, id, false), null, true);
            }
            case LineRules.Redemption.Repeated(boolean bound) -> {
                boolean isNew = keep(lines, said, signed);
                yield new Result(known(transaction, id, bound), null, isNew);
            }
            case LineRules.Redemption.Renewed() -> new Result(renewed(transaction, id), null, false);
        };
    }

    /** The holder's latest redemption is kept, but a return line that it once brought is not lost; true if one is new. */
    private static boolean keep(LineStore lines, LineRedemption said, SignedRedemption signed) {
        Bytes before = lines.statement(said.lineId(), Statement.REDEMPTION);
        LineRedemption.ReturnLine known = before == null ? null : returnLine(before);
        if (known != null && said.returnLine() == null) {
            return false;
        }
        lines.put(said.lineId(), Statement.REDEMPTION, signed.encode());
        return before == null || said.returnLine() != null && !said.returnLine().equals(known);
    }

    private static LineRedemption.@Nullable ReturnLine returnLine(Bytes stored) {
        try {
            return SignedRedemption.decode(stored).unverified().returnLine();
        } catch (DecodeException | LineException e) {
            throw new IllegalStateException("a redemption that was never written", e);
        }
    }

    private RedemptionAnswer known(Transaction transaction, LineId id, boolean bound) {
        LineIssue issue = decoded(transaction.lines().statement(id, Statement.ISSUE));
        return new RedemptionAnswer.Known(bound, issue.sealedCard(), chain(transaction, issue), vouching(issue));
    }

    /** The last of the lines that took this one's place, as far as it was renewed once more before anybody looked. */
    private RedemptionAnswer renewed(Transaction transaction, LineId old) {
        LineStore.Line line = transaction.lines().find(old);
        LineId next = line == null ? null : line.renewedBy();
        Bytes issue = next == null ? null : transaction.lines().statement(next, Statement.ISSUE);
        if (issue == null) {
            throw new IllegalStateException("a line that was replaced by none");
        }
        try {
            return new RedemptionAnswer.Renewed(
                    SignedByDevice.decode(issue), chain(transaction, decoded(issue)), vouching(decoded(issue)));
        } catch (DecodeException e) {
            throw new IllegalStateException("an issue that was never written", e);
        }
    }

    /** The key that the issuer's chain begins with, which this office may have left. */
    private HybridPublicKey vouching(LineIssue issue) {
        HybridPublicKey key = office.keys().find(issue.issuer().officeKey());
        if (key == null) {
            throw new IllegalStateException("a line of another office's person");
        }
        return key;
    }

    private static UnverifiedChain chain(Transaction transaction, LineIssue issue) {
        Principal issuer = transaction.principals().find(issue.issuer().principal());
        if (issuer == null) {
            throw new IllegalStateException("a line of nobody");
        }
        return issuer.chain();
    }

    static LineIssue decoded(@Nullable Bytes signed) {
        if (signed == null) {
            throw new IllegalStateException("a line that nobody issued");
        }
        try {
            return LineIssue.decode(SignedByDevice.decode(signed).statement());
        } catch (DecodeException e) {
            throw new IllegalStateException("an issue that was never written", e);
        }
    }
}
