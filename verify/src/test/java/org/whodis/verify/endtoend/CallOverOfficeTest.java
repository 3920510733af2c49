package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView;
import org.whodis.core.call.EndReason;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneCall;

@Timeout(120)
class CallOverOfficeTest {
    @TempDir
    Path folder;

    private Office office;
    private TestPhone ada;
    private TestPhone bob;

    @BeforeEach
    void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        ada = TestPhone.enrol(office, folder.resolve("ada"), "Ada", Speech.ofAda());
        bob = TestPhone.enrol(office, folder.resolve("bob"), "Bob", Speech.ofBob());
    }

    @AfterEach
    void stop() {
        ada.close();
        bob.close();
        office.close();
    }

    @Test
    void bothHearTheOthersRecordedSpeechAndShowTheSameWords() throws Exception {
        CallId call = ada.call("Bob");
        CallId ringing = bob.awaitRinging();
        assertThat(ringing).isEqualTo(call);
        ada.awaitState(call, CallView.State.RINGING_THERE);
        bob.phone.answer(ringing);
        PhoneCall atAda = ada.awaitState(call, CallView.State.CONNECTED);
        PhoneCall atBob = bob.awaitState(call, CallView.State.CONNECTED);
        assertThat(atAda.view().words()).hasSize(4).isEqualTo(atBob.view().words());
        ada.awaitOpened(call, 200);
        bob.awaitOpened(call, 200);
        System.out.println("a " + ada.report(call));
        System.out.println("b " + bob.report(call));
        System.out.println("times a " + ada.phone.callView(call).times());
        System.out.println("times b " + bob.phone.callView(call).times());
        long[] delays = ada.phone.capturedAt(call).delaysUntil(bob.phone.playedAt(call));
        Arrays.sort(delays);
        System.out.println(
                "mouth to ear median " + delays[delays.length / 2] / 1e6 + " max " + delays[delays.length - 1] / 1e6);
        assertThat(Speech.likeness(Speech.ofAda(), bob.heard())).isGreaterThan(0.9);
        assertThat(Speech.likeness(Speech.ofBob(), ada.heard())).isGreaterThan(0.9);
        ada.phone.hangUp(call);
        assertThat(bob.awaitState(call, CallView.State.ENDED).view().ended()).isEqualTo(EndReason.HUNG_UP_THERE);
        assertThat(ada.awaitState(call, CallView.State.ENDED).view().ended()).isEqualTo(EndReason.HUNG_UP_HERE);
    }
}
