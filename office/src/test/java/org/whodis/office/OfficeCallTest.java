package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.DirectoryPage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.message.Notice;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.testkit.TestDevice;

/** Calls through a whole office over real sockets. */
class OfficeCallTest {
    @TempDir
    Path folder;

    private Office office;
    private TestDevice anna;
    private TestDevice boris;

    @BeforeEach
    void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        boris = TestDevice.enrol(office, "Boris").connect(office.httpsAddress());
    }

    @AfterEach
    void stop() {
        anna.close();
        boris.close();
        office.close();
    }

    @Test
    void aCallGoesFromOfferToAnswerToWelcomeToGroupMessages() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        Envelope offered = anna.envelope(boris, call, offer);
        assertThat(anna.submit(offered)).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(boris.take().envelope()).isEqualTo(offered);
        Envelope ringing = boris.envelope(anna, call, boris.notice(offer, call, Notice.Type.RINGING));
        assertThat(boris.submit(ringing)).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(anna.take().envelope()).isEqualTo(ringing);
        CallMessage.SignedAnswer answer = boris.answer(offer, call);
        assertThat(boris.submit(boris.envelope(anna, call, answer))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(CallMessage.decode(anna.take().envelope().message())).isEqualTo(answer);
        CallMessage.SignedWelcome welcome = anna.welcome(offer, answer, call);
        assertThat(anna.submit(anna.envelope(boris, call, welcome))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(CallMessage.decode(boris.take().envelope().message())).isEqualTo(welcome);
        assertThat(boris.submit(boris.envelope(anna, call, TestDevice.group()))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(anna.submit(anna.envelope(boris, call, TestDevice.group()))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(CallMessage.decode(anna.take().envelope().message())).isInstanceOf(CallMessage.Group.class);
        assertThat(CallMessage.decode(boris.take().envelope().message())).isInstanceOf(CallMessage.Group.class);
    }

    @Test
    void theFirstAnswerWinsAndIsProvedToTheOtherDevices() throws Exception {
        TestDevice second = boris.link(office).connect(office.httpsAddress());
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        boris.take();
        second.take();
        CallMessage.SignedAnswer winner = second.answer(offer, call);
        assertThat(second.submit(second.envelope(anna, call, winner))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(boris.submit(boris.envelope(anna, call, boris.answer(offer, call))))
                .isEqualTo(SubmitOutcome.ANSWERED_ELSEWHERE);
        assertThat(CallMessage.decode(boris.take().envelope().message())).isEqualTo(winner);
        assertThat(CallMessage.decode(anna.take().envelope().message())).isEqualTo(winner);
        assertThat(anna.hasSilence()).isTrue();
        second.close();
    }

    @Test
    void whatWasNotAcknowledgedComesAgainAfterAReconnection() throws Exception {
        CallId call = TestDevice.newCall();
        Envelope offered = anna.envelope(boris, call, anna.offer(boris, call));
        anna.submit(offered);
        Delivery first = boris.delivery();
        boris.connect(office.httpsAddress());
        assertThat(boris.delivery()).isEqualTo(first);
        boris.acknowledge(first.sequence());
        assertThat(boris.hasSilence()).isTrue();
        boris.connect(office.httpsAddress());
        assertThat(boris.hasSilence()).isTrue();
    }

    @Test
    void anEnvelopeIsAppliedOnceHoweverOftenItComes() throws Exception {
        CallId call = TestDevice.newCall();
        Envelope offered = anna.envelope(boris, call, anna.offer(boris, call));
        assertThat(anna.submit(offered)).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(anna.submit(offered)).isEqualTo(SubmitOutcome.DUPLICATE);
        boris.take();
        assertThat(boris.hasSilence()).isTrue();
    }

    @Test
    void aCallThatIsCancelledIsAMissedCallThatEachDeviceSeesUntilOneFetchedIt() throws Exception {
        TestDevice second = boris.link(office);
        boris.close();
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.OFFLINE);
        assertThat(anna.submit(anna.envelope(boris, call, anna.notice(offer, call, Notice.Type.CANCELLED))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        boris.connect(office.httpsAddress());
        boris.delivery();
        Delivery missed = boris.delivery();
        assertThat(missed.kind()).isEqualTo(Delivery.Kind.MISSED);
        assertThat(CallMessage.decode(missed.envelope().message())).isEqualTo(offer);
        // Not acknowledged: another device sees it too.
        second.connect(office.httpsAddress());
        second.delivery();
        assertThat(second.delivery().kind()).isEqualTo(Delivery.Kind.MISSED);
        boris.acknowledge(missed.sequence());
        assertThat(boris.hasSilence()).isTrue();
        second.connect(office.httpsAddress());
        assertThat(second.delivery().kind()).isEqualTo(Delivery.Kind.LIVE);
        assertThat(second.hasSilence()).isTrue();
        second.close();
    }

    @Test
    void mediaIsForTheDeviceThatOfferedAndTheOneThatAnswered() throws Exception {
        TestDevice second = boris.link(office).connect(office.httpsAddress());
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.request(id -> new ToOffice.JoinMedia(id, join(call))).ok())
                .isFalse();
        anna.submit(anna.envelope(boris, call, offer));
        assertThat(boris.request(id -> new ToOffice.JoinMedia(id, join(call))).ok())
                .as("before the answer")
                .isFalse();
        FromOffice.Response joined = anna.request(id -> new ToOffice.JoinMedia(id, join(call)));
        assertThat(joined.ok()).isTrue();
        MediaJoined place = MediaJoined.decode(joined.body());
        assertThat(place.host()).isEqualTo("127.0.0.1");
        assertThat(place.port()).isEqualTo(office.udpAddress().getPort());
        second.submit(second.envelope(anna, call, second.answer(offer, call)));
        assertThat(boris.request(id -> new ToOffice.JoinMedia(id, join(call))).ok())
                .as("the device that lost")
                .isFalse();
        assertThat(second.request(id -> new ToOffice.JoinMedia(id, join(call))).ok())
                .isTrue();
        assertThat(anna.request(id -> new ToOffice.JoinMedia(id, join(call))).ok())
                .as("again, with new keys")
                .isTrue();
        assertThat(office.status().mediaRooms()).isEqualTo(1);
        assertThat(anna.request(id -> new ToOffice.LeaveMedia(id, call)).ok()).isTrue();
        assertThat(second.request(id -> new ToOffice.LeaveMedia(id, call)).ok()).isTrue();
        assertThat(office.status().mediaRooms()).isZero();
        second.close();
    }

    @Test
    void theDirectoryHoldsTheChainsOfThisOfficesPeople() throws Exception {
        DirectoryPage page = DirectoryPage.decode(
                anna.request(id -> new ToOffice.Directory(id, null)).body());
        assertThat(page.more()).isFalse();
        assertThat(page.contacts())
                .containsExactlyInAnyOrder(anna.chain().wire(), boris.chain().wire());
    }

    @Test
    void aNewerSessionOfADeviceEndsTheOlder() throws Exception {
        TestDevice again = new TestDevice(boris.key(), boris.chain());
        again.connect(office.httpsAddress());
        assertThatThrownBy(boris::next).isInstanceOf(IOException.class).hasMessageContaining("4002");
        assertThat(again.hasSilence()).isTrue();
        again.close();
    }

    @Test
    void aRestartOfSignallingKeepsCallsAndPortAndWhatWasNotAcknowledged() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        anna.submit(anna.envelope(boris, call, offer));
        Delivery before = boris.delivery();
        int port = office.httpsAddress().getPort();
        int udp = office.udpAddress().getPort();
        office.restartSignalling();
        assertThat(office.httpsAddress().getPort()).isEqualTo(port);
        assertThat(office.udpAddress().getPort()).isEqualTo(udp);
        anna.connect(office.httpsAddress());
        boris.connect(office.httpsAddress());
        assertThat(boris.take()).isEqualTo(before);
        assertThat(boris.submit(boris.envelope(anna, call, boris.answer(offer, call))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        anna.take();
    }

    @Test
    void peopleAndTheirDevicesAreListedForTheOperator() throws Exception {
        List<EnrolledPrincipal> people = office.principals();
        assertThat(people).extracting(EnrolledPrincipal::name).containsExactlyInAnyOrder("Anna", "Boris");
        assertThat(people).allSatisfy(each -> assertThat(each.online()).isEqualTo(1));
    }

    private static MediaJoin join(CallId call) {
        return new MediaJoin(call, "abcd", "0123456789012345678901", Bytes.of(new byte[32]));
    }
}
