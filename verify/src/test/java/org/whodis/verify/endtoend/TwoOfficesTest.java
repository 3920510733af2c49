package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.EndReason;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.federation.FederationConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.line.HeldLine;
import org.whodis.verify.bench.DelayedLink;

/**
 * Calls between real phones of two offices that share nothing, by a line that one of them gave the other. The offices reach
 * each other over a link that can be cut; their relays send to each other directly.
 */
@Timeout(240)
class TwoOfficesTest {
    @TempDir
    Path folder;

    private final DelayedLink link = new DelayedLink(0);
    private Office vestmark;
    private Office aldera;
    private TestPhone ada;
    private TestPhone bob;
    private NewLine given;
    private HeldLine held;

    @BeforeEach
    void start() throws Exception {
        vestmark = office("vestmark");
        aldera = office("aldera");
        ada = TestPhone.enrol(vestmark, folder.resolve("ada"), "Ada", Speech.ofAda());
        bob = TestPhone.enrol(aldera, folder.resolve("bob"), "Bob", Speech.ofBob());
        given = bob.phone.lines().give(LineOrder.open("given to Ada")).get(30, TimeUnit.SECONDS);
        ada.phone.lines().redeem(given.link(), true).get(30, TimeUnit.SECONDS);
        bob.await(PhoneEvent.LineWaiting.class);
        bob.phone.lines().decide(given.id(), true).get(30, TimeUnit.SECONDS);
        held = ada.await(PhoneEvent.LineReady.class).line();
    }

    @AfterEach
    void stop() {
        ada.close();
        bob.close();
        vestmark.close();
        aldera.close();
        link.close();
    }

    private Office office(String name) throws Exception {
        Office office = Office.start(OfficeConfig.onLoopback(folder.resolve(name))
                .withFederation(FederationConfig.DEFAULT.withResolver(host ->
                        List.of(host.equals("localhost") ? DelayedLink.ADDRESS : InetAddress.getByName(host)))));
        link.carryTcp(office.httpsAddress());
        return office;
    }

    private CallId connected() throws Exception {
        CallId call = ada.phone.call(held.id());
        assertThat(bob.awaitRinging()).isEqualTo(call);
        bob.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        bob.awaitState(call, State.CONNECTED);
        ada.awaitOpened(call, 30);
        bob.awaitOpened(call, 30);
        return call;
    }

    private void assertStillTalking(CallId call) throws Exception {
        long atAda = ada.report(call).framesOpened();
        long atBob = bob.report(call).framesOpened();
        ada.awaitOpened(call, atAda + 50);
        bob.awaitOpened(call, atBob + 50);
        assertThat(ada.phone.callView(call).view().state()).isEqualTo(State.CONNECTED);
        assertThat(bob.phone.callView(call).view().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void theySpeakAcrossUnderTheSameWordsAndTheCallerHangsUp() throws Exception {
        CallId call = connected();
        assertThat(ada.phone.callView(call).view().words())
                .isEqualTo(bob.phone.callView(call).view().words())
                .hasSize(4);
        bob.forgetHeard();
        bob.awaitOpened(call, bob.report(call).framesOpened() + 150);
        assertThat(Speech.likeness(Speech.ofAda(), bob.heard())).isGreaterThan(0.85);
        assertThat(vestmark.metrics()).contains("whodis_trunks_heard 1\n");
        assertThat(vestmark.udpAddress()).isNotEqualTo(aldera.udpAddress());
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
        ada.awaitState(call, State.ENDED);
    }

    @Test
    void theCalleeHangsUp() throws Exception {
        CallId call = connected();
        bob.phone.hangUp(call);
        assertThat(ada.awaitState(call, State.ENDED).view().ended()).isNotNull();
        bob.awaitState(call, State.ENDED);
    }

    @Test
    void aDeclinedCallAndOneThatNobodyAnswersLeaveNoMedia() throws Exception {
        CallId declined = ada.phone.call(held.id());
        bob.awaitRinging();
        bob.phone.decline(declined);
        assertThat(ada.awaitState(declined, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED);
        CallId missed = ada.phone.call(held.id());
        bob.awaitRingingBeyond(1);
        ada.phone.hangUp(missed);
        assertThat(bob.await(PhoneEvent.MissedCall.class).callId()).isEqualTo(missed);
        assertThat(bob.phone.stats(missed)).isNull();
        assertThat(bob.phone.stats(declined)).isNull();
    }

    @Test
    void theReturnLineRingsTheOtherWay() throws Exception {
        HeldLine back = TestPhone.until(() -> bob.phone.lines().sync().get(30, TimeUnit.SECONDS) == null
                        || bob.phone.lines().held().isEmpty()
                ? null
                : bob.phone.lines().held().getFirst());
        CallId call = bob.phone.call(back.id());
        assertThat(ada.awaitRinging()).isEqualTo(call);
        ada.phone.answer(call);
        bob.awaitState(call, State.CONNECTED);
        ada.awaitOpened(call, 30);
        bob.awaitOpened(call, 30);
    }

    @Test
    void eitherOfficesRelayMayDieWhileTheyTalk() throws Exception {
        CallId call = connected();
        vestmark.restartRelay();
        TestPhone.until(() -> ada.report(call).placements() > 1 ? true : null);
        assertStillTalking(call);
        aldera.restartRelay();
        TestPhone.until(() -> bob.report(call).placements() > 1 ? true : null);
        assertStillTalking(call);
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("relay"))
                .forEach(Thread::interrupt);
        TestPhone.until(
                () -> ada.report(call).placements() > 2 && bob.report(call).placements() > 2 ? true : null);
        assertStillTalking(call);
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
    }

    @Test
    void aRestartOfEitherOfficesSignallingIsNotHeard() throws Exception {
        CallId call = connected();
        vestmark.restartSignalling();
        aldera.restartSignalling();
        assertStillTalking(call);
        assertThat(ada.report(call).placements()).isEqualTo(1);
        assertThat(bob.report(call).placements()).isEqualTo(1);
        bob.phone.hangUp(call);
        ada.awaitState(call, State.ENDED);
    }

    @Test
    void theyTalkOnWhileTheOfficesCannotReachEachOtherAndTheHangUpArrivesAfterwards() throws Exception {
        CallId call = connected();
        link.cut(true);
        assertStillTalking(call);
        ada.phone.hangUp(call);
        ada.awaitState(call, State.ENDED);
        link.cut(false);
        bob.awaitState(call, State.ENDED);
    }

    @Test
    void aThirdPersonWhoHasHeardTheAddressRingsNobodyAndIsNamed() throws Exception {
        TestPhone vic = TestPhone.enrol(vestmark, folder.resolve("vic"), "Vic", Speech.ofBob());
        try {
            assertThatThrownBy(() ->
                            vic.phone.lines().redeem(given.spoken(), false).get(30, TimeUnit.SECONDS))
                    .isInstanceOf(java.util.concurrent.ExecutionException.class);
            GivenLine tried = bob.await(PhoneEvent.LineTried.class).line();
            assertThat(tried.note()).isEqualTo("given to Ada");
            assertThat(tried.incidents().getFirst().name()).isEqualTo("Vic");
            assertThat(tried.incidents().getFirst().proved()).isTrue();
            assertThat(tried.incidents().getFirst().fromOffice().value()).isEqualTo(vestmark.domain());
            assertThat(bob.all(PhoneEvent.Ringing.class)).isEmpty();
            CallId call = connected();
            assertStillTalking(call);
        } finally {
            vic.close();
        }
    }
}
