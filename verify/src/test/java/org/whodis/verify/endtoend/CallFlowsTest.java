package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.EndReason;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.Contact;
import org.whodis.phone.NotDialledException;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneEvent;

/** The ways that calls go, between real phones over a real office: three people, one of them with two devices. */
@Timeout(120)
class CallFlowsTest {
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
            each.forgetHeard();
        }
    }

    @AfterEach
    void endEverything() throws Exception {
        for (TestPhone each : new TestPhone[] {ada, bob, bobsTablet, cleo}) {
            for (PhoneCall call : each.phone.calls()) {
                if (call.view().state() != State.ENDED) {
                    each.phone.hangUp(call.view().callId());
                    each.awaitState(call.view().callId(), State.ENDED);
                }
            }
        }
    }

    @Test
    void bothDevicesOfOnePersonRingAndTheOneThatAnswersStopsTheOther() throws Exception {
        CallId call = ada.call("Bob");
        assertThat(bob.awaitRinging()).isEqualTo(call);
        assertThat(bobsTablet.awaitRinging()).isEqualTo(call);
        bobsTablet.phone.answer(call);
        PhoneCall atAda = ada.awaitState(call, State.CONNECTED);
        assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.ANSWERED_ELSEWHERE);
        bob.await(PhoneEvent.RingingStopped.class);
        // The tablet was linked a moment ago, and the other side is told.
        assertThat(atAda.view().peer().assurance()).isInstanceOf(Assurance.NewDevice.class);
        assertThat(bob.phone.stats(call))
                .as("media on the device that did not answer")
                .isNull();
    }

    @Test
    void bothDevicesAnsweringAtOnceGiveOneConversation() throws Exception {
        CallId call = ada.call("Bob");
        bob.awaitRinging();
        bobsTablet.awaitRinging();
        bob.phone.answer(call);
        bobsTablet.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        TestPhone.until(() -> {
            State one = bob.phone.callView(call).view().state();
            State other = bobsTablet.phone.callView(call).view().state();
            return one == State.CONNECTED && other == State.ENDED || one == State.ENDED && other == State.CONNECTED
                    ? true
                    : null;
        });
    }

    @Test
    void aDeclineEndsTheCallForEverybody() throws Exception {
        CallId call = ada.call("Bob");
        bob.awaitRinging();
        bobsTablet.awaitRinging();
        bob.phone.decline(call);
        assertThat(ada.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED);
        assertThat(bob.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED_HERE);
        assertThat(bobsTablet.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DECLINED_ELSEWHERE);
    }

    @Test
    void aCallThatWasCancelledStopsRingingAndIsMissed() throws Exception {
        CallId call = ada.call("Cleo");
        cleo.awaitRinging();
        ada.phone.hangUp(call);
        assertThat(ada.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.CANCELLED);
        assertThat(cleo.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.CANCELLED);
        assertThat(cleo.await(PhoneEvent.MissedCall.class).caller().vouched().name())
                .isEqualTo("Ada");
    }

    @Test
    void aSecondCallIsShownInSilenceAndRingsWhenTheFirstIsOver() throws Exception {
        CallId first = bob.call("Cleo");
        cleo.awaitRinging();
        cleo.phone.answer(first);
        cleo.awaitState(first, State.CONNECTED);
        cleo.awaitOpened(first, 10);
        CallId second = ada.call("Cleo");
        assertThat(cleo.await(PhoneEvent.SecondCall.class).call().view().callId())
                .isEqualTo(second);
        assertThat(cleo.all(PhoneEvent.Ringing.class)).hasSize(1);
        assertThat(cleo.phone.callView(second).view().state()).isEqualTo(State.WAITING);
        assertThat(cleo.phone.callView(first).view().state()).isEqualTo(State.CONNECTED);
        assertThat(cleo.phone.stats(second))
                .as("media of a call that nobody answered")
                .isNull();
        cleo.phone.hangUp(first);
        assertThat(cleo.awaitRingingBeyond(1)).isEqualTo(second);
    }

    @Test
    void aSecondCallThatIsDeclinedLearnsThatThePersonIsBusy() throws Exception {
        CallId first = ada.call("Cleo");
        cleo.awaitRinging();
        cleo.phone.answer(first);
        cleo.awaitState(first, State.CONNECTED);
        CallId second = bob.call("Cleo");
        cleo.await(PhoneEvent.SecondCall.class);
        cleo.phone.decline(second);
        assertThat(bob.awaitState(second, State.ENDED).view().ended()).isEqualTo(EndReason.BUSY);
        assertThat(cleo.phone.callView(first).view().state()).isEqualTo(State.CONNECTED);
    }

    /** Offers that cross are a matter of milliseconds: tried until they do, and every round that they do not is a call like any. */
    @Test
    void whenBothCallAtOnceOneCallLivesAndNothingIsAnsweredByItself() throws Exception {
        ada.phone.refreshContacts().get(30, TimeUnit.SECONDS);
        cleo.phone.refreshContacts().get(30, TimeUnit.SECONDS);
        boolean crossed = false;
        for (int round = 0; round < 10 && !crossed; round++) {
            forget();
            CallId byAda = ada.phone.call(principal(ada, "Cleo"));
            CallId byCleo = callUnlessCalled(cleo, principal(cleo, "Ada"));
            TestPhone.until(() -> rings(ada) + rings(cleo) > 0 ? true : null);
            crossed = byCleo != null;
            boolean adaRings = rings(ada) > 0;
            CallId lives = adaRings ? byCleo : byAda;
            CallId dropped = adaRings ? byAda : byCleo;
            TestPhone caller = adaRings ? cleo : ada;
            TestPhone callee = adaRings ? ada : cleo;
            assertThat(lives).isNotNull();
            if (dropped != null) {
                assertThat(callee.awaitState(dropped, State.ENDED).view().ended())
                        .isIn(EndReason.GLARE, EndReason.CANCELLED);
            }
            assertThat(caller.phone.callView(lives).view().state()).isNotEqualTo(State.CONNECTED);
            callee.phone.answer(lives);
            caller.awaitState(lives, State.CONNECTED);
            callee.awaitState(lives, State.CONNECTED);
            caller.phone.hangUp(lives);
            caller.awaitState(lives, State.ENDED);
            callee.awaitState(lives, State.ENDED);
        }
    }

    private static int rings(TestPhone phone) {
        return phone.all(PhoneEvent.Ringing.class).size();
    }

    /** Calls, unless the other one's offer was here first: a phone that rings does not dial. */
    private static @Nullable CallId callUnlessCalled(TestPhone phone, PrincipalId principal) throws Exception {
        try {
            return phone.phone.call(principal);
        } catch (NotDialledException ringing) {
            assertThat(ringing.why()).isInstanceOf(NotDialledException.CallsYou.class);
            TestPhone.until(() -> rings(phone) > 0 ? true : null);
            return null;
        }
    }

    @Test
    void whoeverCannotDialLearnsWhy() throws Exception {
        PrincipalId self = ada.phone.owner().principal();
        assertThat(catchThrowableOfType(NotDialledException.class, () -> ada.phone.call(self))
                        .why())
                .isEqualTo(new NotDialledException.Yourself());
        CallId call = ada.call("Bob");
        bob.awaitRinging();
        assertThat(notDialled(bob, "Ada")).isEqualTo(new NotDialledException.CallsYou(call, "Ada"));
        assertThat(notDialled(bob, "Cleo")).isEqualTo(new NotDialledException.CallsYou(call, "Ada"));
        assertThat(notDialled(ada, "Cleo")).isEqualTo(new NotDialledException.InACall(call, "Bob"));
        bob.phone.answer(call);
        bob.awaitState(call, State.CONNECTED);
        assertThat(notDialled(bob, "Ada")).isEqualTo(new NotDialledException.InACall(call, "Ada"));
        bob.phone.hangUp(call);
        ada.awaitState(call, State.ENDED);
    }

    private static NotDialledException.Why notDialled(TestPhone phone, String whom) throws Exception {
        try {
            CallId call = phone.call(whom);
            throw new AssertionError("dialled " + call);
        } catch (NotDialledException e) {
            return e.why();
        }
    }

    @Test
    void aHangUpThatCrossesTheAnswerLeavesNobodyInACall() throws Exception {
        for (int i = 0; i < 3; i++) {
            CallId call = cleo.call("Ada");
            ada.awaitRingingBeyond(i);
            ada.phone.answer(call);
            // Now, or a little later: before, while or after the answer arrives.
            TimeUnit.MICROSECONDS.sleep(i * 2_500L);
            cleo.phone.hangUp(call);
            ada.awaitState(call, State.ENDED);
            cleo.awaitState(call, State.ENDED);
        }
    }

    @Test
    void wordsThatMatchPinThePersonForTheNextCall() throws Exception {
        CallId call = ada.call("Cleo");
        cleo.awaitRinging();
        cleo.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        ada.phone.wordsMatch(call, true);
        ada.awaitCall(call, view -> view.view().peer().assurance() instanceof Assurance.Compared);
        ada.phone.hangUp(call);
        ada.awaitState(call, State.ENDED);
        cleo.awaitState(call, State.ENDED);
        Contact contact = ada.phone.contacts().stream()
                .filter(each -> each.name().equals("Cleo"))
                .findFirst()
                .orElseThrow();
        assertThat(contact.assurance()).isInstanceOf(Assurance.Compared.class);
    }

    @Test
    void wordsThatDifferEndTheCallWithAnAlarmOnBothSides() throws Exception {
        CallId call = bob.call("Cleo");
        cleo.awaitRinging();
        cleo.phone.answer(call);
        bob.awaitState(call, State.CONNECTED);
        cleo.awaitState(call, State.CONNECTED);
        bob.phone.wordsMatch(call, false);
        bob.await(PhoneEvent.Alarm.class);
        cleo.await(PhoneEvent.Alarm.class);
        assertThat(cleo.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.WORDS_DIFFER_THERE);
    }

    @Test
    void nobodyIsHeardOrHasAPlaceAtTheRelayBeforeThereIsAnAnswer() throws Exception {
        CallId call = ada.call("Cleo");
        cleo.awaitRinging();
        ada.awaitState(call, State.RINGING_THERE);
        ada.awaitCall(call, PhoneCall::mediaUp);
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(cleo.phone.stats(call))
                .as("media of the callee before the answer")
                .isNull();
        assertThat(ada.report(call).framesSealed())
                .as("frames sealed before there are keys")
                .isZero();
        assertThat(ada.report(call).framesSent()).isZero();
        assertThat(ada.heard().length()).isZero();
    }

    @Test
    void aMutedPhoneGoesOnSendingAndIsHeardAsSilence() throws Exception {
        CallId call = cleo.call("Ada");
        ada.awaitRinging();
        ada.phone.answer(call);
        cleo.phone.mute(call, true);
        cleo.awaitState(call, State.CONNECTED);
        ada.awaitOpened(call, 60);
        long before = cleo.report(call).framesSent();
        ada.forgetHeard();
        TestPhone.until(() -> cleo.report(call).framesSent() > before + 60 ? true : null);
        ada.awaitOpened(call, before);
        float loudest = 0;
        for (float sample : ada.heard().toFloats()) {
            loudest = Math.max(loudest, Math.abs(sample));
        }
        assertThat(loudest).isLessThan(0.01f);
    }

    private static PrincipalId principal(TestPhone phone, String name) {
        return phone.phone.contacts().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .principal();
    }
}
