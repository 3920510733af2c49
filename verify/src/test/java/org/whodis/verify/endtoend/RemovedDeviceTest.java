package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.call.EndReason;
import org.whodis.core.line.LineOrder;
import org.whodis.core.line.NewLine;
import org.whodis.core.message.CallId;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.PhoneException;
import org.whodis.phone.line.HeldLine;

/**
 * Bob loses a phone and says so on his other one, while whoever has it talks to Ada at another office, by a line that was made and
 * approved on the lost phone.
 */
@Timeout(240)
class RemovedDeviceTest {
    @TempDir
    Path folder;

    private Office vestmark;
    private Office aldera;
    private TestPhone ada;
    private TestPhone bob;
    private TestPhone lost;
    private HeldLine held;

    @BeforeEach
    void start() throws Exception {
        vestmark = Office.start(OfficeConfig.onLoopback(folder.resolve("vestmark")));
        aldera = Office.start(OfficeConfig.onLoopback(folder.resolve("aldera")));
        ada = TestPhone.enrol(vestmark, folder.resolve("ada"), "Ada", Speech.ofAda());
        bob = TestPhone.enrol(aldera, folder.resolve("bob"), "Bob", Speech.ofBob());
        lost = TestPhone.link(bob, folder.resolve("lost"), Speech.ofBob());
        NewLine given = lost.phone.lines().give(LineOrder.open("given to Ada")).get(30, TimeUnit.SECONDS);
        ada.phone.lines().redeem(given.link(), false).get(30, TimeUnit.SECONDS);
        lost.await(PhoneEvent.LineWaiting.class);
        lost.phone.lines().decide(given.id(), true).get(30, TimeUnit.SECONDS);
        held = ada.await(PhoneEvent.LineReady.class).line();
    }

    @AfterEach
    void stop() {
        ada.close();
        bob.close();
        lost.close();
        vestmark.close();
        aldera.close();
    }

    @Test
    void aLostPhoneIsOutOfItsCallAndOfEverythingAndTheLineThatItMadeRingsTheOthers() throws Exception {
        CallId call = ada.phone.call(held.id());
        bob.awaitRinging();
        lost.awaitRinging();
        lost.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        lost.awaitState(call, State.CONNECTED);
        ada.awaitOpened(call, 30);
        // Whoever found the phone has copied what is in it.
        Path thief = Files.createDirectory(
                folder.resolve("thief"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String file : new String[] {"keystore", "keyfile"}) {
            Files.copy(folder.resolve("lost").resolve(file), thief.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }

        bob.phone.revokeDevice(lost.phone.deviceId()).get(30, TimeUnit.SECONDS);
        assertThat(ada.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DEVICE_REVOKED_THERE);
        assertThat(lost.awaitState(call, State.ENDED).view().ended()).isEqualTo(EndReason.DEVICE_REVOKED_HERE);
        lost.await(PhoneEvent.DeviceRevoked.class);
        assertThat(lost.phone.isEnrolled()).isFalse();
        lost.close();
        assertThatThrownBy(() -> TestPhone.reopen(folder.resolve("lost"), Speech.ofBob()))
                .isInstanceOf(PhoneException.class)
                .hasMessageContaining("not enrolled");

        TestPhone copy = TestPhone.opened(thief, Speech.ofBob());
        copy.phone.start();
        copy.await(PhoneEvent.DeviceRevoked.class);
        assertThat(copy.all(PhoneEvent.Online.class)).isEmpty();
        copy.close();

        CallId second = ada.phone.call(held.id());
        assertThat(bob.awaitRingingBeyond(1)).isEqualTo(second);
        bob.phone.answer(second);
        ada.awaitState(second, State.CONNECTED);
        bob.awaitState(second, State.CONNECTED);
        ada.awaitOpened(second, 10);
        bob.phone.hangUp(second);
        ada.awaitState(second, State.ENDED);
        bob.awaitState(second, State.ENDED);
        assertThat(bob.phone.ownChain().devices()).hasSize(1);
        assertThatThrownBy(() -> bob.phone.revokeDevice(bob.phone.deviceId()).get(30, TimeUnit.SECONDS))
                .hasMessageContaining("only device");
    }
}
