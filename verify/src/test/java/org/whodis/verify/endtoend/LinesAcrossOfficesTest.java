package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.DeskView;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;

/** Lines between people of two offices; Carl sits in a third one and has heard the address. */
@Timeout(180)
class LinesAcrossOfficesTest {
    @TempDir
    static Path folder;

    private static Office north;
    private static Office south;
    private static Office east;
    private static TestPhone marit;
    private static TestPhone tomas;
    private static TestPhone carl;

    @BeforeAll
    static void start() throws Exception {
        north = Office.start(OfficeConfig.onLoopback(folder.resolve("north")));
        south = Office.start(OfficeConfig.onLoopback(folder.resolve("south")));
        east = Office.start(OfficeConfig.onLoopback(folder.resolve("east")));
        marit = TestPhone.enrol(north, folder.resolve("marit"), "Marit", Speech.ofAda());
        tomas = TestPhone.enrol(south, folder.resolve("tomas"), "Tomas", Speech.ofBob());
        carl = TestPhone.enrol(east, folder.resolve("carl"), "Carl", Speech.ofBob());
    }

    @AfterAll
    static void stop() {
        for (TestPhone each : new TestPhone[] {marit, tomas, carl}) {
            if (each != null) {
                each.close();
            }
        }
        for (Office each : new Office[] {north, south, east}) {
            each.close();
        }
    }

    @BeforeEach
    void forget() {
        for (TestPhone each : new TestPhone[] {marit, tomas, carl}) {
            each.events.clear();
        }
    }

    @Test
    void oneExchangeMakesTwoLinesThatRingAcrossOfficesAndNobodyElseCanUse() throws Exception {
        NewLine given = get(marit.phone.lines().give(LineOrder.open("Tomas, in the south")));
        HeldLine held = get(tomas.phone.lines().redeem(given.spoken(), true));
        assertThat(held.bound()).isFalse();
        assertThat(held.issuer().name()).isEqualTo("Marit");
        assertThat(held.issuer().office()).isEqualTo(north.domain());
        GivenLine waiting = marit.await(PhoneEvent.LineWaiting.class).line();
        assertThat(waiting.redeemer().genesis().officeDomain().value()).isEqualTo(south.domain());
        get(marit.phone.lines().decide(given.id(), true));
        assertThat(tomas.await(PhoneEvent.LineReady.class).line().id()).isEqualTo(given.id());

        CallId call = tomas.phone.call(given.id());
        assertThat(marit.awaitRinging()).isEqualTo(call);
        assertThat(marit.phone.callView(call).view().peer().assurance())
                .as("the line has authenticated the caller's office")
                .isInstanceOf(Assurance.VouchedForByOffice.class);
        tomas.phone.hangUp(call);
        marit.awaitState(call, State.ENDED);
        tomas.awaitState(call, State.ENDED);

        HeldLine back = marit.await(PhoneEvent.LineReady.class).line();
        CallId returned = marit.phone.call(back.id());
        assertThat(tomas.awaitRinging()).isEqualTo(returned);
        marit.phone.hangUp(returned);
        tomas.awaitState(returned, State.ENDED);

        // Read out on air: a third office's Carl tries it.
        marit.events.clear();
        assertThatThrownBy(() -> get(carl.phone.lines().redeem(given.link(), false)))
                .rootCause()
                .hasMessageContaining("There is no such line for you");
        GivenLine tried = marit.await(PhoneEvent.LineTried.class).line();
        assertThat(tried.note()).isEqualTo("Tomas, in the south");
        assertThat(tried.incidents().getFirst()).satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(LineIncident.Kind.SECOND_REDEEMER);
            assertThat(incident.name()).isEqualTo("Carl");
            assertThat(incident.fromOffice().value()).isEqualTo(east.domain());
        });
        assertThat(marit.all(PhoneEvent.Ringing.class)).isEmpty();

        // The owner gives the rightful holder another one, by one step; the old one stays as an alarm.
        GivenLine renewed = get(marit.phone.lines().renew(given.id()));
        HeldLine taken = TestPhone.until(() -> tomas.phone.lines().held(renewed.id()));
        CallId again = tomas.phone.call(taken.id());
        assertThat(marit.awaitRinging()).isEqualTo(again);
        tomas.phone.hangUp(again);
        marit.awaitState(again, State.ENDED);

        // Withdrawn: the holder hears of it, and his call rings nobody.
        marit.events.clear();
        get(marit.phone.lines().withdraw(renewed.id()));
        assertThat(tomas.await(PhoneEvent.LineGone.class).line().id()).isEqualTo(renewed.id());
        CallId late = tomas.phone.call(renewed.id());
        assertThat(tomas.awaitState(late, State.ENDED).view().ended()).isEqualTo(EndReason.REFUSED_BY_OFFICE);
        assertThat(marit.all(PhoneEvent.Ringing.class)).isEmpty();
    }

    @Test
    void anOfficeThatIsGoneKeepsNobodyFromAskingAfterTheLinesOfOthers() throws Exception {
        Office west = Office.start(OfficeConfig.onLoopback(folder.resolve("west")));
        NewLine ofGone;
        try (TestPhone olga = TestPhone.enrol(west, folder.resolve("olga"), "Olga", Speech.ofAda())) {
            ofGone = get(olga.phone.lines().give(LineOrder.open("Carl")));
            get(carl.phone.lines().redeem(ofGone.link(), false));
        } finally {
            west.close();
        }
        NewLine given = get(marit.phone.lines().give(LineOrder.open("Carl")));
        get(carl.phone.lines().redeem(given.link(), false));
        assertThat(get(carl.phone.lines().refreshHeld()))
                .extracting(HeldLine::id)
                .contains(given.id(), ofGone.id());
    }

    @Test
    void aKnockWaitsAtTheDeskOfTheOtherOffice() throws Exception {
        north.deskAdd("Marit");
        get(carl.phone.lines().knock(new OfficeDomain(north.domain()), "The minister", "May I have ten minutes?"));
        marit.await(PhoneEvent.DeskChanged.class);
        DeskView desk = TestPhone.until(() -> {
            DeskView now = get(marit.phone.lines().desk());
            return now.knocks().isEmpty() ? null : now;
        });
        assertThat(desk.knocks()).singleElement().satisfies(each -> {
            assertThat(each.knocker().genesis().name()).isEqualTo("Carl");
            assertThat(each.knocker().genesis().officeDomain().value()).isEqualTo(east.domain());
            assertThat(each.knock().toName()).isEqualTo("The minister");
        });
    }

    @Test
    void aPranksterWithAnOfficeOfTheirOwnAndAMinistersNameIsShownUnderThatOfficeAndRingsNobody() throws Exception {
        south.deskAdd("Tomas");
        // A valid office, whose operator lets anybody be called like the minister of the north.
        try (TestPhone prankster = TestPhone.enrol(east, folder.resolve("prankster"), "Marit", Speech.ofAda())) {
            get(prankster.phone.lines().knock(new OfficeDomain(south.domain()), "Tomas", "It is urgent."));
            tomas.await(PhoneEvent.DeskChanged.class);
            DeskView desk = TestPhone.until(() -> {
                DeskView now = get(tomas.phone.lines().desk());
                return now.knocks().isEmpty() ? null : now;
            });
            assertThat(desk.knocks()).singleElement().satisfies(each -> {
                assertThat(each.knocker().genesis().name()).isEqualTo("Marit");
                assertThat(each.knocker().genesis().officeDomain().value())
                        .as("whose word the name is")
                        .isEqualTo(east.domain());
            });
            // It has got hold of a line that was meant for the minister, and is first.
            NewLine meant = get(tomas.phone.lines().give(LineOrder.open("Marit, in the north")));
            get(prankster.phone.lines().redeem(meant.link(), false));
            GivenLine waiting = tomas.await(PhoneEvent.LineWaiting.class).line();
            assertThat(waiting.note()).isEqualTo("Marit, in the north");
            assertThat(waiting.redeemer().genesis().name()).isEqualTo("Marit");
            assertThat(waiting.redeemer().genesis().officeDomain().value()).isEqualTo(east.domain());
            CallId early = prankster.phone.call(meant.id());
            assertThat(prankster.awaitState(early, State.ENDED).view().ended()).isEqualTo(EndReason.REFUSED_BY_OFFICE);
            get(tomas.phone.lines().decide(meant.id(), false));
            CallId refused = prankster.phone.call(meant.id());
            assertThat(prankster.awaitState(refused, State.ENDED).view().ended())
                    .isEqualTo(EndReason.REFUSED_BY_OFFICE);
            // The minister finds it taken, and the owner learns that there are two.
            assertThatThrownBy(() -> get(marit.phone.lines().redeem(meant.link(), false)))
                    .rootCause()
                    .hasMessageContaining("There is no such line for you");
            GivenLine tried = TestPhone.until(() -> tomas.all(PhoneEvent.LineTried.class).stream()
                    .map(PhoneEvent.LineTried::line)
                    .filter(line -> line.incidents().stream()
                            .anyMatch(each -> each.fromOffice().value().equals(north.domain())))
                    .findFirst()
                    .orElse(null));
            assertThat(tried.id()).isEqualTo(meant.id());
            assertThat(tomas.all(PhoneEvent.Ringing.class)).isEmpty();
            assertThat(tomas.all(PhoneEvent.MissedCall.class)).isEmpty();
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
