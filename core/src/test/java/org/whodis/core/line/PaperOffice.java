package org.whodis.core.line;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.People;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** What an office answers about lines, from memory; it believes everybody. Tests change what it shows. */
final class PaperOffice {
    final List<LineRequest> asked = new ArrayList<>();
    final Map<LineId, IssuedLine> issued = new LinkedHashMap<>();
    final Map<PrincipalId, Map<LineId, SignedByDevice>> items = new LinkedHashMap<>();
    private final People people;
    private final Map<LineId, PrincipalId> issuers = new LinkedHashMap<>();
    private final Map<PrincipalId, People.Person> persons = new LinkedHashMap<>();
    private @Nullable SignedByDevice settings;

    PaperOffice(People people, People.Person... persons) {
        this.people = people;
        for (People.Person each : persons) {
            this.persons.put(each.chain().principal(), each);
        }
    }

    /** Carries a step of {@code who} out to its end. */
    <T> T carryOut(People.Person who, LineStep<T> step, long now) throws DecodeException, LineException {
        LineStep<T> at = step;
        while (at instanceof LineStep.Ask<T> ask) {
            at = ask.next().from(answer(who, ask.request()), now);
        }
        return ((LineStep.Done<T>) at).result();
    }

    Bytes answer(People.Person who, LineRequest request) throws DecodeException, LineException {
        asked.add(request);
        PrincipalId me = who.chain().principal();
        return switch (request) {
            case LineRequest.PublishSealingKey _, LineRequest.AcknowledgeIncidents _, LineRequest.KnockAt _ ->
                Bytes.EMPTY;
            case LineRequest.DismissKnock _ -> Bytes.EMPTY;
            case LineRequest.SendCall _ -> SubmitOutcome.NOT_ALLOWED.encode();
            case LineRequest.HasDesk _ -> LineRequest.HasDesk.NO;
            case LineRequest.Readers _ ->
                new LinePages.Readers(List.of(new LinePages.Reader(who.wire(), List.of()))).encode();
            case LineRequest.Issue(SignedByDevice issue) -> {
                LineId id = LineIssue.decode(issue.statement()).lineId();
                issuers.put(id, me);
                issued.put(id, new IssuedLine(issue, null, null, null, List.of()));
                yield Bytes.EMPTY;
            }
            case LineRequest.ListIssued _ ->
                new LinePages.Issued(
                                issued.entrySet().stream()
                                        .filter(each -> me.equals(issuers.get(each.getKey())))
                                        .map(Map.Entry::getValue)
                                        .toList(),
                                false)
                        .encode();
            case LineRequest.Redeem(SignedRedemption redemption) ->
                redeemed(redemption).encode();
            case LineRequest.Decide(SignedByDevice decision) -> {
                LineId id = LineDecision.decode(decision.statement()).lineId();
                IssuedLine line = issued.get(id);
                issued.put(
                        id,
                        new IssuedLine(line.issue(), line.redemption(), decision, line.withdrawal(), line.incidents()));
                yield Bytes.EMPTY;
            }
            case LineRequest.Withdraw(SignedByDevice withdrawal) -> {
                LineId id = LineWithdrawal.decode(withdrawal.statement()).lineId();
                IssuedLine line = issued.get(id);
                issued.put(
                        id,
                        new IssuedLine(line.issue(), line.redemption(), line.decision(), withdrawal, line.incidents()));
                yield Bytes.EMPTY;
            }
            case LineRequest.PutSettings(SignedByDevice put) -> {
                settings = put;
                yield Bytes.EMPTY;
            }
            case LineRequest.GetSettings _ -> new LinePages.Settings(settings).encode();
            case LineRequest.PutItem(SignedByDevice item) -> {
                items.computeIfAbsent(me, _ -> new LinkedHashMap<>())
                        .put(SealedItem.decode(item.statement()).item(), item);
                yield Bytes.EMPTY;
            }
            case LineRequest.ListItems _ ->
                new LinePages.Items(List.copyOf(items.getOrDefault(me, Map.of()).values()), false).encode();
            case LineRequest.RemoveItem(LineId item) -> {
                items.getOrDefault(me, new LinkedHashMap<>()).remove(item);
                yield Bytes.EMPTY;
            }
            case LineRequest.ListDesk _ -> new LinePages.Desk(List.of(), List.of(), List.of()).encode();
        };
    }

    private RedemptionAnswer redeemed(SignedRedemption redemption) throws DecodeException, LineException {
        LineRedemption said = redemption.unverified();
        for (IssuedLine each : issued.values()) {
            LineIssue issue = LineIssue.decode(each.issue().statement());
            if (issue.replaces() != null && issue.replaces().lineId().equals(said.lineId())) {
                return new RedemptionAnswer.Renewed(
                        each.issue(),
                        persons.get(issuers.get(issue.lineId())).wire(),
                        people.office().publicKey());
            }
        }
        IssuedLine line = issued.get(said.lineId());
        if (line == null || line.withdrawal() != null) {
            return new RedemptionAnswer.None();
        }
        LineIssue issue = LineIssue.decode(line.issue().statement());
        issued.put(
                said.lineId(),
                new IssuedLine(line.issue(), redemption, line.decision(), line.withdrawal(), line.incidents()));
        boolean isBound = issue.holder() != null || line.decision() != null;
        return new RedemptionAnswer.Known(
                isBound,
                issue.sealedCard(),
                persons.get(issuers.get(said.lineId())).wire(),
                people.office().publicKey());
    }
}
