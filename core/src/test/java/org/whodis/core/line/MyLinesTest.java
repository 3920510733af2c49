package org.whodis.core.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.DOMAIN;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.People;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.Encodable;

/** What a phone decides about lines, asked question by question: Anna gives, Bert holds, Carl is somebody else. */
class MyLinesTest {
    private static final People PEOPLE = new People(41);
    private static final People.Person ANNA = PEOPLE.person("Anna", NOW);
    private static final People.Person BERT = PEOPLE.person("Bert", NOW);
    private static final People.Person CARL = PEOPLE.person("Carl", NOW);

    private final List<String> doubts = new ArrayList<>();
    private PaperOffice office;
    private MyLines anna;
    private MyLines bert;

    @BeforeEach
    void open() {
        office = new PaperOffice(PEOPLE, ANNA, BERT, CARL);
        anna = linesOf(ANNA);
        bert = linesOf(BERT);
    }

    private MyLines linesOf(People.Person person) {
        return new MyLines(new LineOwner(
                PRIMITIVES,
                PEOPLE.random(),
                person.keys.getFirst(),
                PEOPLE.office().publicKey(),
                PEOPLE.offices(),
                person::chain,
                doubts::add));
    }

    private LineAddress give(String note) throws Exception {
        NewLine made = office.carryOut(ANNA, anna.give(LineOrder.open(note), NOW), NOW);
        return LineAddress.parse(PRIMITIVES, made.spoken());
    }

    private RedeemedLine redeem(LineAddress address, boolean andBack) throws Exception {
        return office.carryOut(BERT, bert.redeem(address, andBack, NOW), NOW);
    }

    private LineBook read(People.Person who, MyLines lines) throws Exception {
        return office.carryOut(who, lines.read(NOW), NOW);
    }

    private static List<LineChange> drained(MyLines lines) {
        List<LineChange> out = new ArrayList<>();
        for (LineChange each = lines.poll(); each != null; each = lines.poll()) {
            out.add(each);
        }
        return out;
    }

    @Test
    void theSecretIsKeptBeforeTheLineIsIssued() throws Exception {
        give("Bert");
        List<Class<?>> order = new ArrayList<>();
        office.asked.forEach(each -> order.add(each.getClass()));
        assertThat(order)
                .containsExactly(
                        LineRequest.PublishSealingKey.class,
                        LineRequest.ListItems.class,
                        LineRequest.ListIssued.class,
                        LineRequest.GetSettings.class,
                        LineRequest.Readers.class,
                        LineRequest.PutItem.class,
                        LineRequest.Issue.class,
                        LineRequest.ListItems.class,
                        LineRequest.ListIssued.class,
                        LineRequest.GetSettings.class);
    }

    @Test
    void aStepThatIsNotAnsweredChangesNothing() throws Exception {
        LineStep<NewLine> step = anna.give(LineOrder.open("Bert"), NOW);
        assertThat(step).isInstanceOf(LineStep.Ask.class);
        assertThat(anna.book().given()).isEmpty();
        assertThat(office.issued).isEmpty();
    }

    @Test
    void anOpenLineWaitsForAYesAndThenRings() throws Exception {
        LineAddress address = give("Bert, met in Geneva");
        RedeemedLine held = redeem(address, false);
        assertThat(held.bound()).isFalse();
        assertThat(held.issuer().principal()).isEqualTo(ANNA.chain().principal());
        drained(anna);
        read(ANNA, anna);
        assertThat(drained(anna))
                .hasSize(2)
                .anySatisfy(change -> assertThat(change)
                        .isInstanceOfSatisfying(
                                LineChange.Waiting.class,
                                waiting -> assertThat(waiting.line().note()).isEqualTo("Bert, met in Geneva")));

        LineHolder berts = new LineHolder(BERT.chain().principal(), DOMAIN);
        GivenLine decided = office.carryOut(ANNA, anna.decide(held.id(), berts, true, NOW), NOW);
        assertThat(decided.facts().state()).isEqualTo(LineFacts.State.BOUND);

        drained(bert);
        office.carryOut(BERT, bert.refresh(bert.book().kept().get(held.id()), NOW), NOW);
        read(BERT, bert);
        assertThat(drained(bert)).hasAtLeastOneElementOfType(LineChange.Ready.class);
        assertThat(bert.book().secretOf(held.id())).isEqualTo(address.secret());
    }

    @Test
    void nothingIsSignedIfSomebodyElseWaitsThanWasShown() throws Exception {
        RedeemedLine held = redeem(give("Bert"), false);
        LineHolder carls = new LineHolder(CARL.chain().principal(), DOMAIN);
        assertThatThrownBy(() -> office.carryOut(ANNA, anna.decide(held.id(), carls, true, NOW), NOW))
                .isInstanceOfSatisfying(
                        LineException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(LineException.Reason.SOMEBODY_ELSE_WAITS));
        assertThat(office.asked).noneMatch(LineRequest.Decide.class::isInstance);
    }

    @Test
    void oneExchangeMakesTwoLines() throws Exception {
        RedeemedLine held = redeem(give("Bert"), true);
        read(ANNA, anna);
        assertThat(anna.brought())
                .as("nothing is taken of somebody who was not approved")
                .isEmpty();
        office.carryOut(ANNA, anna.decide(held.id(), null, true, NOW), NOW);
        BroughtLine brought = anna.brought().getFirst();
        office.carryOut(ANNA, anna.take(brought, NOW), NOW);
        assertThat(anna.brought()).isEmpty();
        RedeemedLine back = anna.book().held().get(brought.line());
        assertThat(back.issuer().principal()).isEqualTo(BERT.chain().principal());
        assertThat(back.bound()).isTrue();
        assertThat(drained(anna)).hasAtLeastOneElementOfType(LineChange.Ready.class);
    }

    @Test
    void aRenewedLineIsTakenByWhoeverHeldTheOldOne() throws Exception {
        RedeemedLine held = redeem(give("Bert"), false);
        office.carryOut(ANNA, anna.decide(held.id(), null, true, NOW), NOW);
        GivenLine renewed = office.carryOut(ANNA, anna.renew(held.id(), NOW), NOW);
        office.carryOut(BERT, bert.refresh(bert.book().kept().get(held.id()), NOW), NOW);
        LineBook known = read(BERT, bert);
        assertThat(known.held()).containsOnlyKeys(renewed.id());
        assertThat(anna.book().given().get(held.id()).facts().state()).isEqualTo(LineFacts.State.WITHDRAWN);
    }

    @Test
    void aLineThatNobodyHoldsIsNotRenewedAndAnUnknownOneNotWithdrawn() throws Exception {
        LineId open = give("Bert").secret().id(PRIMITIVES);
        assertThatThrownBy(() -> office.carryOut(ANNA, anna.renew(open, NOW), NOW))
                .isInstanceOfSatisfying(
                        LineException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(LineException.Reason.NO_HOLDER));
        assertThatThrownBy(() -> office.carryOut(BERT, bert.withdraw(open, NOW), NOW))
                .isInstanceOfSatisfying(
                        LineException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(LineException.Reason.NOT_GIVEN));
        assertThat(office.issued).hasSize(1);
    }

    @Test
    void oneIsTheGiverOfOnesOwnLineAndNotItsHolder() throws Exception {
        LineAddress address = give("Bert");
        assertThatThrownBy(() -> office.carryOut(ANNA, anna.redeem(address, true, NOW), NOW))
                .isInstanceOfSatisfying(
                        LineException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(LineException.Reason.GIVEN_BY_YOURSELF));
        assertThat(office.asked).noneMatch(LineRequest.Redeem.class::isInstance);
    }

    @Test
    void aWithdrawnLineIsGoneForItsHolderOnce() throws Exception {
        RedeemedLine held = redeem(give("Bert"), false);
        office.carryOut(ANNA, anna.withdraw(held.id(), NOW), NOW);
        Keepsake.Held kept = bert.book().kept().get(held.id());
        office.carryOut(BERT, bert.refresh(kept, NOW), NOW);
        office.carryOut(BERT, bert.refresh(kept, NOW), NOW);
        assertThat(drained(bert).stream().filter(LineChange.Gone.class::isInstance))
                .hasSize(1);
        assertThat(read(BERT, bert).held().get(held.id()).gone()).isTrue();
    }

    @Test
    void anAnswerToAnEarlierQuestionChangesNothingAfterALaterOne() throws Exception {
        RedeemedLine held = redeem(give("Bert"), false);
        Keepsake.Held kept = bert.book().kept().get(held.id());
        LineStep.Ask<LineId> earlier = (LineStep.Ask<LineId>) bert.refresh(kept, NOW);
        office.carryOut(BERT, bert.refresh(kept, NOW), NOW);
        drained(bert);
        assertThat(earlier.next().from(new RedemptionAnswer.None().encode(), NOW))
                .isInstanceOf(LineStep.Done.class);
        assertThat(drained(bert)).isEmpty();
    }

    @Test
    void whatTheOfficeShowsAndNobodySignedIsDoubtedAndNotShown() throws Exception {
        LineId id = give("Bert").secret().id(PRIMITIVES);
        IssuedLine line = office.issued.get(id);
        SignedByDevice forged = SignedByDevice.sign(
                PRIMITIVES,
                PEOPLE.random(),
                CARL.keys.getFirst(),
                LineIssue.LABEL,
                LineIssue.decode(line.issue().statement()));
        office.issued.put(id, new IssuedLine(forged, null, null, null, List.of()));
        assertThat(read(ANNA, anna).given()).isEmpty();
        assertThat(doubts).singleElement().asString().contains("have not made");
    }

    @Test
    void whatWasWithdrawnOrRefusedStaysSoWhateverTheOfficeLeavesOut() throws Exception {
        RedeemedLine withdrawn = redeem(give("Bert"), false);
        office.carryOut(ANNA, anna.decide(withdrawn.id(), null, true, NOW), NOW);
        IssuedLine rang = office.issued.get(withdrawn.id());
        office.carryOut(ANNA, anna.withdraw(withdrawn.id(), NOW), NOW);
        RedeemedLine refused = redeem(give("Bert again"), false);
        IssuedLine waited = office.issued.get(refused.id());
        office.carryOut(ANNA, anna.decide(refused.id(), null, false, NOW), NOW);

        office.issued.put(withdrawn.id(), rang);
        office.issued.put(refused.id(), waited);
        LineBook known = read(ANNA, anna);
        assertThat(known.guard().facts(withdrawn.id()).state()).isEqualTo(LineFacts.State.WITHDRAWN);
        assertThat(known.guard().facts(refused.id()).state()).isEqualTo(LineFacts.State.REFUSED);
        assertThat(known.given().get(refused.id()).isWaiting())
                .as("nobody is asked a second time")
                .isFalse();
        assertThat(read(ANNA, anna).guard().facts(withdrawn.id()).state()).isEqualTo(LineFacts.State.WITHDRAWN);
    }

    @Test
    void aLineThatIsOverStaysSoEvenIfTheOfficeLeavesItOutForAWhile() throws Exception {
        RedeemedLine withdrawn = redeem(give("Bert"), false);
        office.carryOut(ANNA, anna.decide(withdrawn.id(), null, true, NOW), NOW);
        IssuedLine rang = office.issued.get(withdrawn.id());
        office.carryOut(ANNA, anna.withdraw(withdrawn.id(), NOW), NOW);

        office.issued.remove(withdrawn.id());
        assertThat(read(ANNA, anna).given()).isEmpty();
        office.issued.put(withdrawn.id(), rang);
        assertThat(read(ANNA, anna).given().get(withdrawn.id()).facts().state()).isEqualTo(LineFacts.State.WITHDRAWN);
    }

    @Test
    void theChainOfWhoGaveALineIsNotGivenUpForAShorterOne() throws Exception {
        People.Person dora = PEOPLE.person("Dora", NOW);
        office = new PaperOffice(PEOPLE, dora, BERT);
        MyLines doras = linesOf(dora);
        NewLine made = office.carryOut(dora, doras.give(LineOrder.open("Bert"), NOW), NOW);
        LineAddress address = LineAddress.parse(PRIMITIVES, made.spoken());
        redeem(address, false);
        Map<LineId, SignedByDevice> shorter =
                Map.copyOf(office.items.get(BERT.chain().principal()));

        dora.addDevice(0, NOW).revoke(0, 1, NOW);
        redeem(address, false);
        assertThat(issuerOf(made.id())).isEqualTo(dora.chain());

        dora.statements.clear();
        LineId refreshed = office.carryOut(BERT, bert.refresh(bert.book().kept().get(made.id()), NOW), NOW);
        read(BERT, bert);
        assertThat(issuerOf(refreshed).revoked()).as("of the issuer's office").hasSize(1);
        office.items.get(BERT.chain().principal()).putAll(shorter);
        read(BERT, bert);
        assertThat(issuerOf(refreshed).revoked()).as("of one's own office").hasSize(1);
    }

    private VerifiedChain issuerOf(LineId held) {
        return bert.book().held().get(held).issuer();
    }

    @Test
    void aLineInReturnThatDidNotArriveIsBroughtOnceMore() throws Exception {
        LineAddress address = give("Bert");
        LineStep<RedeemedLine> step = bert.redeem(address, true, NOW);
        while (step instanceof LineStep.Ask<RedeemedLine>(LineRequest request, boolean _, var next)
                && !(request instanceof LineRequest.Redeem redeem
                        && redeem.redemption().unverified().returnLine() != null)) {
            step = next.from(office.answer(BERT, request), NOW);
        }
        assertThat(office.issued).as("the line in return was made").hasSize(2);
        // The connection is lost, and Bert tries again.
        RedeemedLine held = redeem(address, true);
        assertThat(office.issued).as("and is not made twice").hasSize(2);
        office.carryOut(ANNA, anna.decide(held.id(), null, true, NOW), NOW);
        BroughtLine brought = anna.brought().getFirst();
        office.carryOut(ANNA, anna.take(brought, NOW), NOW);
        assertThat(anna.book().held()).containsOnlyKeys(brought.line());
    }

    @Test
    void aLineThatIsThereAgainIsGoneNoMore() throws Exception {
        LineAddress address = give("Bert");
        RedeemedLine held = redeem(address, false);
        IssuedLine away = office.issued.remove(held.id());
        office.carryOut(BERT, bert.refresh(bert.book().kept().get(held.id()), NOW), NOW);
        assertThat(read(BERT, bert).held().get(held.id()).gone()).isTrue();
        office.issued.put(held.id(), away);
        assertThat(redeem(address, false).gone()).isFalse();
    }

    @Test
    void settingsThatWereReadStaySoWhenTheOfficeSaysThatThereAreNone() throws Exception {
        office.carryOut(
                ANNA, anna.change(now -> now.withBlocked(List.of(CARL.chain().principal())), NOW), NOW);
        LineStep<LineBook> step = anna.read(NOW);
        while (step instanceof LineStep.Ask<LineBook> ask) {
            Bytes answer = ask.request() instanceof LineRequest.GetSettings
                    ? new LinePages.Settings(null).encode()
                    : office.answer(ANNA, ask.request());
            step = ask.next().from(answer, NOW);
        }
        LineHolder carl = new LineHolder(CARL.chain().principal(), DOMAIN);
        assertThat(anna.settingsIn(anna.book()).blocks(carl)).isTrue();
    }

    @Test
    void anOfficeThatShowsTheSamePageWithoutEndIsNotFollowed() throws Exception {
        give("Bert");
        int asked = office.asked.size();
        LineStep<LineBook> step = anna.read(NOW);
        while (step instanceof LineStep.Ask<LineBook> ask) {
            Bytes answer = office.answer(ANNA, ask.request());
            if (ask.request() instanceof LineRequest.ListIssued) {
                LinePages.Issued page = LinePages.Issued.decode(answer);
                IssuedLine line = page.lines().getFirst();
                answer = new LinePages.Issued(List.of(line, line), true).encode();
            } else if (ask.request() instanceof LineRequest.ListItems) {
                answer = new LinePages.Items(LinePages.Items.decode(answer).items(), true).encode();
            }
            step = ask.next().from(answer, NOW);
        }
        assertThat(office.asked.size() - asked)
                .as("each list twice, then the settings")
                .isEqualTo(5);
        assertThat(anna.book().given()).hasSize(1);
        assertThat(doubts).contains("the office shows a line twice", "the office shows the same lines again");
    }

    @Test
    void anAddressOfOneOfficeAuthenticatesNoKeyOfAnother() throws Exception {
        // Mallory's own office, with an address of its own, and a card that says that she is a minister elsewhere.
        LineAddress mallorys =
                new LineAddress(new OfficeDomain("mallory.example"), LineSecret.generate(PEOPLE.random()));
        LineId id = mallorys.secret().id(PRIMITIVES);
        LineCard card = new LineCard(id, Party.of(CARL.chain()), LineTerms.STANDARD, null);
        Bytes forged = new RedemptionAnswer.Known(
                        true,
                        card.seal(PRIMITIVES, PEOPLE.random(), mallorys.secret()),
                        CARL.wire(),
                        PEOPLE.office().publicKey())
                .encode();
        assertThatThrownBy(() -> {
                    LineStep<RedeemedLine> step = bert.redeem(mallorys, false, NOW);
                    while (step instanceof LineStep.Ask<RedeemedLine> ask) {
                        Bytes answer = ask.request() instanceof LineRequest.Redeem
                                ? forged
                                : office.answer(BERT, ask.request());
                        step = ask.next().from(answer, NOW);
                    }
                })
                .isInstanceOfSatisfying(
                        LineException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(LineException.Reason.ANOTHER_OFFICE));
        assertThat(office.asked).noneMatch(LineRequest.PutItem.class::isInstance);
        Keepsake.Held kept = new Keepsake.Held(
                mallorys, true, card, CARL.wire(), PEOPLE.office().publicKey());
        assertThatThrownBy(() -> kept.open(PRIMITIVES))
                .as("nor one that an earlier release has kept")
                .isInstanceOf(LineException.class);
    }

    @Test
    void whatAnotherDeviceCannotOpenIsSealedAnewForIt() throws Exception {
        People.Person dora = PEOPLE.person("Dora", NOW);
        PaperOffice doras = new PaperOffice(PEOPLE, dora);
        MyLines lines = linesOf(dora);
        doras.carryOut(dora, lines.give(LineOrder.open("a note"), NOW), NOW);
        dora.addDevice(0, NOW);
        SealingKey second = new SealingKey(
                dora.device(1),
                org.whodis.core.crypto.XWing.publicKey(PRIMITIVES, SealingKey.privateKey(PRIMITIVES, dora.keys.get(1))),
                NOW);
        SignedByDevice published =
                SignedByDevice.sign(PRIMITIVES, PEOPLE.random(), dora.keys.get(1), SealingKey.LABEL, second);
        Bytes readers = new LinePages.Readers(List.of(new LinePages.Reader(dora.wire(), List.of(published)))).encode();
        LineStep<LineBook> step = lines.read(NOW);
        while (step instanceof LineStep.Ask<LineBook> ask) {
            Bytes answer = ask.request() instanceof LineRequest.Readers ? readers : doras.answer(dora, ask.request());
            step = ask.next().from(answer, NOW);
        }
        SignedByDevice item =
                doras.items.get(dora.chain().principal()).values().iterator().next();
        assertThat(SealedItem.decode(item.statement()).box().isFor(dora.device(1)))
                .isTrue();
        assertThat(lines.book().addresses()).hasSize(1);
    }

    @Test
    void settingsOfNowTakeThePlaceOfEarlierOnesEvenIfTheClockWasSetBack() throws Exception {
        LineSettings first =
                office.carryOut(ANNA, anna.change(now -> now.withQuiet(WeeklyHours.NEVER, true), NOW), NOW);
        LineSettings second = office.carryOut(
                ANNA, anna.change(now -> now.withQuiet(WeeklyHours.NEVER, false), NOW - 5_000), NOW - 5_000);
        assertThat(first.sendToDesk()).isTrue();
        assertThat(second.sendToDesk()).isFalse();
        assertThat(second.at()).isGreaterThan(first.at());
    }

    @Test
    void whatADeviceThatWasRevokedHasDatedAsLateAsCanBeIsNotTheLastWord() throws Exception {
        People.Person emil = PEOPLE.person("Emil", NOW).addDevice(0, NOW);
        PaperOffice emils = new PaperOffice(PEOPLE, emil);
        MyLines lines = linesOf(emil);
        emils.carryOut(emil, lines.give(LineOrder.open("a note"), NOW), NOW);
        Map<LineId, SignedByDevice> items = emils.items.get(emil.chain().principal());
        SealedItem mine = SealedItem.decode(items.values().iterator().next().statement());
        LineSettings silence = LineSettings.none(emil.chain().principal()).withQuiet(WeeklyHours.NEVER, true);
        LineSettings forEver = new LineSettings(
                silence.principal(),
                silence.quiet(),
                silence.sendToDesk(),
                silence.favourites(),
                silence.blocked(),
                silence.blockedOffices(),
                Check.LAST_TIME);
        emils.answer(emil, new LineRequest.PutSettings(byThief(emil, LineSettings.LABEL, forEver)));
        emils.answer(
                emil,
                new LineRequest.PutItem(byThief(
                        emil,
                        SealedItem.LABEL,
                        new SealedItem(mine.principal(), mine.item(), Check.LAST_TIME, mine.box()))));
        emil.revoke(0, 1, NOW);

        LineSettings changed =
                emils.carryOut(emil, lines.change(now -> now.withQuiet(WeeklyHours.NEVER, false), NOW), NOW);
        assertThat(changed.sendToDesk()).isFalse();
        assertThat(items.get(mine.item()).device()).as("sealed anew").isEqualTo(emil.device(0));
        assertThat(lines.book().given()).hasSize(1);
    }

    private static SignedByDevice byThief(People.Person of, String label, Encodable statement) {
        return SignedByDevice.sign(PRIMITIVES, PEOPLE.random(), of.keys.get(1), label, statement);
    }
}
