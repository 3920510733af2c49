package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.EndReason;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.DeskView;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.NewLine;
import org.whodis.core.line.WeeklyHours;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;
import org.whodis.phone.signalling.OfficeException;

/** Lines between people of one office, through real phones: Ada gives, Bob holds, Cleo is whoever heard the address. */
@Timeout(180)
class LinesInOneOfficeTest {
    private static final WeeklyHours ALWAYS =
            new WeeklyHours(0, List.of(new WeeklyHours.Span(0, WeeklyHours.MINUTES_PER_WEEK)));

    @TempDir
    static Path folder;

    private static Office office;
    private static TestPhone ada;
    private static TestPhone bob;
    private static TestPhone bobsTablet;
    private static TestPhone cleo;

    @BeforeAll
    static void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        ada = TestPhone.enrol(office, folder.resolve("ada"), "Ada", Speech.ofAda());
        bob = TestPhone.enrol(office, folder.resolve("bob"), "Bob", Speech.ofBob());
        bobsTablet = TestPhone.link(bob, folder.resolve("tablet"), Speech.ofBob());
        cleo = TestPhone.enrol(office, folder.resolve("cleo"), "Cleo", Speech.ofAda());
    }

    @AfterAll
    static void stop() {
        for (TestPhone each : new TestPhone[] {ada, bob, bobsTablet, cleo}) {
            if (each != null) {
                each.close();
            }
        }
        office.close();
    }

    @BeforeEach
    void forget() {
        for (TestPhone each : new TestPhone[] {ada, bob, bobsTablet, cleo}) {
            each.events.clear();
        }
    }

    @Test
    void anOpenLineRingsOnlyOnceItsIssuerHasApprovedWhoeverRedeemedIt() throws Exception {
        NewLine given = give("Bob, met in Geneva");
        HeldLine held = get(bob.phone.lines().redeem(given.spoken().toUpperCase(java.util.Locale.ROOT), true));
        assertThat(held.bound()).isFalse();
        assertThat(held.issuer().name()).isEqualTo("Ada");
        GivenLine waiting = ada.await(PhoneEvent.LineWaiting.class).line();
        assertThat(waiting.note()).isEqualTo("Bob, met in Geneva");
        assertThat(waiting.redeemer().genesis().name()).isEqualTo("Bob");

        // Before the yes it rings nobody.
        CallId early = bob.phone.call(held.id());
        assertThat(bob.awaitState(early, State.ENDED).view().ended()).isEqualTo(EndReason.REFUSED_BY_OFFICE);
        assertThat(ada.all(PhoneEvent.Ringing.class)).isEmpty();

        // A yes to somebody else than who waits is none.
        LineFacts facts = waiting.facts();
        GivenLine shown = new GivenLine(
                new LineFacts(
                        facts.id(),
                        facts.issuer(),
                        facts.state(),
                        new LineHolder(facts.issuer(), facts.holder().office()),
                        facts.terms()),
                waiting.issue(),
                waiting.note(),
                waiting.redeemer(),
                waiting.incidents());
        assertThatThrownBy(() -> get(ada.phone.lines().decide(shown, true)))
                .rootCause()
                .hasMessageContaining("somebody else");
        get(ada.phone.lines().decide(waiting, true));
        assertThat(bob.await(PhoneEvent.LineReady.class).line().id()).isEqualTo(given.id());
        ringsAndEnds(bob, ada, given.id());

        // One exchange made two lines; and Bob's other device has them both.
        HeldLine back = ada.await(PhoneEvent.LineReady.class).line();
        assertThat(back.issuer().name()).isEqualTo("Bob");
        CallId returned = ada.phone.call(back.id());
        assertThat(bob.awaitRinging()).isEqualTo(returned);
        ada.phone.hangUp(returned);
        ada.awaitState(returned, State.ENDED);
        HeldLine atTablet = TestPhone.until(() -> {
            get(bobsTablet.phone.lines().sync());
            HeldLine found = bobsTablet.phone.lines().held(given.id());
            return found != null && found.bound() ? found : null;
        });
        ringsAndEnds(bobsTablet, ada, atTablet.id());
    }

    @Test
    void whoeverHeardTheAddressRingsNobodyAndTheOwnerLearnsWhoseCopyLeaked() throws Exception {
        NewLine given = give("Bob, read out on air");
        get(bob.phone.lines().redeem(given.link(), false));
        get(ada.phone.lines().decide(given.id(), true));
        NewLine another = give("Cleo, another copy");
        get(cleo.phone.lines().redeem(another.link(), false));
        get(ada.phone.lines().decide(another.id(), true));

        assertThatThrownBy(() -> get(cleo.phone.lines().redeem(given.link(), false)))
                .rootCause()
                .hasMessageContaining("There is no such line for you");
        GivenLine tried = ada.await(PhoneEvent.LineTried.class).line();
        assertThat(tried.id()).isEqualTo(given.id());
        assertThat(tried.note()).isEqualTo("Bob, read out on air");
        LineIncident incident = tried.incidents().getFirst();
        assertThat(incident.kind()).isEqualTo(LineIncident.Kind.SECOND_REDEEMER);
        assertThat(incident.proved()).isTrue();
        assertThat(incident.name()).isEqualTo("Cleo");
        assertThat(ada.all(PhoneEvent.Ringing.class)).isEmpty();

        // Withdrawn, it stays as an alarm; the other copy still rings.
        get(ada.phone.lines().withdraw(given.id()));
        CallId late = bob.phone.call(given.id());
        assertThat(bob.awaitState(late, State.ENDED).view().ended()).isEqualTo(EndReason.REFUSED_BY_OFFICE);
        GivenLine alarmed = TestPhone.until(() -> ada.all(PhoneEvent.LineTried.class).stream()
                .map(PhoneEvent.LineTried::line)
                .filter(line -> line.incidents().stream().anyMatch(each -> each.kind() == LineIncident.Kind.WITHDRAWN))
                .findFirst()
                .orElse(null));
        assertThat(alarmed.facts().state()).isEqualTo(LineFacts.State.WITHDRAWN);
        ringsAndEnds(cleo, ada, another.id());
        assertThat(get(ada.phone.lines().acknowledge(given.id())).incidents()).isEmpty();
    }

    @Test
    void aRenewedLineReachesItsHolderByItselfAndTheOldOneIsAnAlarm() throws Exception {
        NewLine given = give("Bob, to be renewed");
        get(bob.phone.lines().redeem(given.link(), false));
        get(ada.phone.lines().decide(given.id(), true));
        bob.await(PhoneEvent.LineReady.class);
        GivenLine renewed = get(ada.phone.lines().renew(given.id()));
        assertThat(renewed.note()).isEqualTo("Bob, to be renewed");
        HeldLine held = TestPhone.until(() -> bob.phone.lines().held(renewed.id()));
        assertThat(held.bound()).isTrue();
        ringsAndEnds(bob, ada, renewed.id());
        // The phone lets go of the old one once it has kept the new one.
        TestPhone.until(() -> bob.phone.lines().held(given.id()) == null ? Boolean.TRUE : null);
        assertThatThrownBy(() -> get(cleo.phone.lines().redeem(given.link(), false)))
                .rootCause()
                .hasMessageContaining("There is no such line for you");
    }

    @Test
    void aLineThatIsBoundAtOnceIsOfNoUseToAnybodyElse() throws Exception {
        LineHolder bobs = new LineHolder(bob.phone.owner().principal(), new OfficeDomain(office.domain()));
        NewLine given = get(ada.phone.lines().give(new LineOrder("Bob, bound", LineTerms.STANDARD, bobs)));
        assertThatThrownBy(() -> get(cleo.phone.lines().redeem(given.link(), false)))
                .rootCause()
                .hasMessageContaining("There is no such line for you");
        HeldLine held = get(bob.phone.lines().redeem(given.link(), true));
        assertThat(held.bound()).isTrue();
        ringsAndEnds(bob, ada, given.id());
        // A bound line needs no yes, and so the way back is there at once.
        TestPhone.until(() -> ada.phone.lines().held().stream()
                .filter(each -> each.issuer().name().equals("Bob") && each.bound())
                .findFirst()
                .orElse(null));
    }

    @Test
    void quietHoursMakeMissedCallsAndALineForAnyTimeRingsThrough() throws Exception {
        get(ada.phone.lines().change(now -> now.withQuiet(ALWAYS, false)));
        try {
            CallId quiet = cleo.call("Ada");
            ada.await(PhoneEvent.MissedCall.class);
            assertThat(ada.all(PhoneEvent.Ringing.class)).isEmpty();
            cleo.phone.hangUp(quiet);
            cleo.awaitState(quiet, State.ENDED);
            NewLine given = get(ada.phone
                    .lines()
                    .give(new LineOrder(
                            "Cleo, any time",
                            new LineTerms(LineTerms.Kind.RING, true, 0, WeeklyHours.NEVER),
                            new LineHolder(cleo.phone.owner().principal(), new OfficeDomain(office.domain())))));
            get(cleo.phone.lines().redeem(given.link(), false));
            ringsAndEnds(cleo, ada, given.id());
        } finally {
            get(ada.phone.lines().change(now -> now.withQuiet(WeeklyHours.NEVER, false)));
        }
    }

    @Test
    void theDeskSeesKnocksCallsThatWereSentToItAndIncidentsWithTheirNotes() throws Exception {
        office.deskAdd("Cleo");
        get(ada.phone.lines().change(now -> now.withQuiet(WeeklyHours.NEVER, true)));
        try {
            get(bob.phone.lines().knock(new OfficeDomain(office.domain()), "Ada", "May I have ten minutes?"));
            cleo.await(PhoneEvent.DeskChanged.class);
            NewLine given = give("Dora, whose copy leaked");
            get(bob.phone.lines().redeem(given.link(), false));
            get(ada.phone.lines().decide(given.id(), false));
            CallId refused = bob.phone.call(given.id());
            bob.awaitState(refused, State.ENDED);
            CallId sent = bob.call("Ada");
            DeskView desk = TestPhone.until(() -> {
                DeskView now = get(cleo.phone.lines().desk());
                boolean isThere = now.incidents().stream()
                                .anyMatch(each -> each.line().equals(given.id()))
                        && now.calls().stream().anyMatch(each -> each.name().equals("Bob"));
                return isThere ? now : null;
            });
            bob.phone.hangUp(sent);
            bob.awaitState(sent, State.ENDED);
            assertThat(ada.all(PhoneEvent.Ringing.class)).isEmpty();
            assertThat(desk.knocks()).singleElement().satisfies(each -> {
                assertThat(each.knock().text()).isEqualTo("May I have ten minutes?");
                assertThat(each.knocker().genesis().name()).isEqualTo("Bob");
            });
            assertThat(desk.incidents().stream()
                            .filter(each -> each.line().equals(given.id()))
                            .findFirst()
                            .orElseThrow()
                            .note())
                    .isEqualTo("Dora, whose copy leaked");
            assertThat(desk.calls().getFirst())
                    .satisfies(each -> assertThat(each.name()).isEqualTo("Bob"))
                    .satisfies(each -> assertThat(each.callee())
                            .isEqualTo(ada.phone.owner().principal()));
            get(cleo.phone.lines().dismissKnock(desk.knocks().getFirst().knock().nonce()));
            assertThat(get(cleo.phone.lines().desk()).knocks()).isEmpty();
            assertThatThrownBy(() -> get(bob.phone.lines().desk())).hasRootCauseInstanceOf(OfficeException.class);
        } finally {
            get(ada.phone.lines().change(now -> now.withQuiet(WeeklyHours.NEVER, false)));
            office.deskRemove("Cleo");
        }
    }

    @Test
    void oneCallThatRingsIsSentToTheDeskAndNoDeviceRingsAnyMore() throws Exception {
        office.deskAdd("Cleo");
        try {
            CallId call = ada.call("Bob");
            bob.awaitRinging();
            bobsTablet.awaitRinging();
            TestPhone.until(() -> bob.phone.hasDesk() ? true : null);
            bob.phone.sendToDesk(call);
            assertThat(bob.await(PhoneEvent.SentToDesk.class).callId()).isEqualTo(call);
            assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED_HERE);
            assertThat(bobsTablet.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED_ELSEWHERE);
            assertThat(ada.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED);
            cleo.await(PhoneEvent.DeskChanged.class);
            assertThat(get(cleo.phone.lines().desk()).calls()).anySatisfy(each -> {
                assertThat(each.callee()).isEqualTo(bob.phone.owner().principal());
                assertThat(each.name()).isEqualTo("Ada");
                assertThat(each.caller().principal())
                        .isEqualTo(ada.phone.owner().principal());
            });
            // And the desk calls back.
            CallId back = cleo.call("Ada");
            assertThat(ada.awaitRinging()).isEqualTo(back);
            cleo.phone.hangUp(back);
            ada.awaitState(back, State.ENDED);
            cleo.awaitState(back, State.ENDED);
        } finally {
            office.deskRemove("Cleo");
        }
    }

    @Test
    void withoutADeskItRingsOnAndThePhoneSaysWhy() throws Exception {
        CallId call = ada.call("Bob");
        bob.awaitRinging();
        bob.phone.sendToDesk(call);
        PhoneEvent.NotSentToDesk refused = bob.await(PhoneEvent.NotSentToDesk.class);
        assertThat(refused.callId()).isEqualTo(call);
        assertThat(refused.why()).isEqualTo(PhoneEvent.WhyNotToDesk.NOBODY_SITS);
        bobsTablet.awaitRinging();
        bob.phone.answer(call);
        bob.awaitState(call, State.CONNECTED);
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
        ada.awaitState(call, State.ENDED);
        bobsTablet.awaitState(call, State.ENDED);
    }

    private static NewLine give(String note) throws Exception {
        return get(ada.phone.lines().give(LineOrder.open(note)));
    }

    private static void ringsAndEnds(TestPhone caller, TestPhone callee, LineId line) throws Exception {
        int before = callee.all(PhoneEvent.Ringing.class).size();
        CallId call = caller.phone.call(line);
        assertThat(callee.awaitRingingBeyond(before)).isEqualTo(call);
        caller.phone.hangUp(call);
        caller.awaitState(call, State.ENDED);
        callee.awaitState(call, State.ENDED);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
