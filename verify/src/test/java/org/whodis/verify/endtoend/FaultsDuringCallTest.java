package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.call.CallView.State;
import org.whodis.core.message.CallId;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.media.MediaReport;

/** What may go wrong while two people talk, and that they go on talking. */
@Timeout(180)
class FaultsDuringCallTest {
    @TempDir
    Path folder;

    private final Map<String, MeddlingForwarder> forwarders = new ConcurrentHashMap<>();
    private final List<MeddlingForwarder> all = new ArrayList<>();

    private Office office;
    private TestPhone ada;
    private TestPhone bob;
    private CallId call;

    @BeforeEach
    void connect() throws Exception {
        office = Office.start(
                OfficeConfig.onLoopback(folder.resolve("office")).withAdvertisedRelay(this::throughForwarder));
        ada = TestPhone.enrol(office, folder.resolve("ada"), "Ada", Speech.ofAda());
        bob = TestPhone.enrol(office, folder.resolve("bob"), "Bob", Speech.ofBob());
        call = ada.call("Bob");
        bob.awaitRinging();
        bob.phone.answer(call);
        ada.awaitState(call, State.CONNECTED);
        ada.awaitOpened(call, 30);
        bob.awaitOpened(call, 30);
    }

    @AfterEach
    void stop() {
        ada.close();
        bob.close();
        office.close();
        all.forEach(MeddlingForwarder::close);
    }

    @Test
    void aRestartOfTheSignallingIsNotHeard() throws Exception {
        ada.events.clear();
        long openedBefore = bob.report(call).framesOpened();
        office.restartSignalling();
        ada.await(PhoneEvent.Offline.class);
        ada.await(PhoneEvent.Online.class);
        bob.awaitOpened(call, openedBefore + 100);
        assertThat(bob.report(call).placements()).as("places at the relay").isEqualTo(1);
        assertStillTalking();
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
    }

    @Test
    void aCallGoesOnWhenTheOfficeWithItsRelayComesBack() throws Exception {
        OfficeConfig same = OfficeConfig.onLoopback(folder.resolve("office"))
                .withPorts(office.httpsAddress().getPort(), office.udpAddress().getPort())
                .withAdvertisedRelay(this::throughForwarder);
        ada.events.clear();
        bob.events.clear();
        office.close();
        ada.await(PhoneEvent.Offline.class);
        office = Office.start(same);
        ada.await(PhoneEvent.Online.class);
        bob.await(PhoneEvent.Online.class);
        long openedBefore = bob.report(call).framesOpened();
        TestPhone.until(() -> bob.report(call).placements() > 1 ? true : null);
        bob.awaitOpened(call, openedBefore + 50);
        assertStillTalking();
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
    }

    @Test
    void aRelayThatDiesIsReplacedAndThePhonesComeToTheNewOneByThemselves() throws Exception {
        int before = office.udpAddress().getPort();
        killRelay();
        for (TestPhone each : List.of(ada, bob)) {
            TestPhone.until(() -> each.report(call).placements() > 1 ? true : null);
        }
        assertStillTalking();
        assertThat(office.udpAddress().getPort()).isEqualTo(before);
        assertThat(office.metrics()).contains("whodis_relay_replacements_total 1", "whodis_relay_up 1");
        assertThat(ada.all(PhoneEvent.Offline.class)).as("the sessions stay").isEmpty();
        // Once more, by the operator.
        office.restartRelay();
        for (TestPhone each : List.of(ada, bob)) {
            TestPhone.until(() -> each.report(call).placements() > 2 ? true : null);
        }
        assertStillTalking();
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
    }

    @Test
    void aRelayThatIsAliveAndForwardsNothingIsReplacedWithoutWaitingForIt() throws Exception {
        int before = office.udpAddress().getPort();
        try (StuckRelay stuck = new StuckRelay(office)) {
            for (TestPhone each : List.of(ada, bob)) {
                TestPhone.until(() -> each.report(call).placements() > 1 ? true : null);
            }
            assertStillTalking();
            assertThat(stuck.isStuck()).as("nobody waited for it").isTrue();
            assertThat(office.udpAddress().getPort()).isEqualTo(before);
            assertThat(ada.all(PhoneEvent.Offline.class))
                    .as("the sessions stay")
                    .isEmpty();
            stuck.goOnToItsEnd();
        }
        assertStillTalking();
        assertThat(office.metrics()).contains("whodis_relay_up 1");
        ada.phone.hangUp(call);
        bob.awaitState(call, State.ENDED);
    }

    /** Ends the relay's thread as a fault would that nobody has foreseen. */
    private static void killRelay() {
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("relay"))
                .forEach(Thread::interrupt);
    }

    @Test
    void aChangeOfThePhonesAddressIsHardlyHeard() throws Exception {
        InetSocketAddress before = forwarder(ada).phoneAddress();
        long opened = bob.report(call).framesOpened();
        ada.phone.rebind();
        bob.awaitOpened(call, opened + 100);
        assertThat(forwarder(ada).phoneAddress()).as("the phone's new address").isNotEqualTo(before);
        assertThat(ada.report(call).rebinds()).isEqualTo(1);
        assertThat(ada.report(call).placements()).isEqualTo(1);
        assertStillTalking();
    }

    @Test
    void aPathThatIsCutForSomeSecondsIsFoundAgain() throws Exception {
        forwarder(ada).cut = true;
        ada.await(PhoneEvent.MediaProblem.class);
        forwarder(ada).cut = false;
        long opened = bob.report(call).framesOpened();
        bob.awaitOpened(call, opened + 100);
        assertStillTalking();
    }

    @Test
    void forgedAndCopiedPacketsAreNeitherPlayedNorDisturbing() throws Exception {
        forwarder(ada).forgedPercent = 50;
        forwarder(bob).forgedPercent = 50;
        forwarder(ada).copiedPercent = 50;
        forwarder(bob).copiedPercent = 50;
        bob.forgetHeard();
        long opened = bob.report(call).framesOpened();
        bob.awaitOpened(call, opened + 150);
        MediaReport report = bob.report(call);
        assertThat(forwarder(bob).meddled.get()).isGreaterThan(50);
        assertThat(report.framesOpened()).isLessThanOrEqualTo(ada.report(call).framesSent());
        assertThat(report.speech().duplicates()).isZero();
        assertStillTalking();
        assertThat(Speech.likeness(Speech.ofAda(), bob.heard())).isGreaterThan(0.85);
    }

    private void assertStillTalking() throws Exception {
        long atAda = ada.report(call).framesOpened();
        long atBob = bob.report(call).framesOpened();
        ada.awaitOpened(call, atAda + 25);
        bob.awaitOpened(call, atBob + 25);
        assertThat(ada.phone.callView(call).view().state()).isEqualTo(State.CONNECTED);
        assertThat(bob.phone.callView(call).view().state()).isEqualTo(State.CONNECTED);
    }

    private MeddlingForwarder forwarder(TestPhone phone) throws Exception {
        return forwarders.get(
                phone.phone.ownChain().devices().getFirst().id().value().hex());
    }

    private AdvertisedRelay.HostPort throughForwarder(String deviceId, InetSocketAddress relay) {
        MeddlingForwarder forwarder = forwarders.computeIfAbsent(deviceId, _ -> {
            try {
                MeddlingForwarder made = new MeddlingForwarder(relay);
                all.add(made);
                return made;
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        return new AdvertisedRelay.HostPort("127.0.0.1", forwarder.port());
    }
}
