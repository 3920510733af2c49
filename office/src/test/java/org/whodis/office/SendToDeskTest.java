package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.identity.Refusal;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LinePages.SentCall;
import org.whodis.core.line.LineRequest;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.FromOffice.Response;
import org.whodis.core.message.Notice;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.testkit.TestDevice;

/** One ringing call is sent to the desk: the office knows that it rings, for whom, and tells the others all or nothing. */
class SendToDeskTest {
    @TempDir
    Path folder;

    private Office office;
    private TestDevice anna;
    private TestDevice boris;
    private TestDevice tablet;
    private TestDevice cora;

    @BeforeEach
    void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        boris = TestDevice.enrol(office, "Boris").connect(office.httpsAddress());
        tablet = boris.link(office).connect(office.httpsAddress());
        cora = TestDevice.enrol(office, "Cora").connect(office.httpsAddress());
        office.deskAdd("Cora");
    }

    @AfterEach
    void stop() {
        for (TestDevice each : List.of(anna, boris, tablet, cora)) {
            each.close();
        }
        office.close();
    }

    private record Ringing(CallId call, CallMessage.SignedOffer offer) {}

    /** Anna calls Boris, and both of his devices ring. */
    private Ringing ringing() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        boris.take();
        tablet.take();
        assertThat(boris.submit(boris.envelope(anna, call, boris.notice(offer, call, Notice.Type.RINGING))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        anna.take();
        return new Ringing(call, offer);
    }

    private static Envelope decline(TestDevice by, Ringing ringing, TestDevice caller) {
        return by.envelope(caller, ringing.call(), by.notice(ringing.offer(), ringing.call(), Notice.Type.DECLINED));
    }

    private static Response send(TestDevice by, Envelope decline) throws Exception {
        return by.request(id -> new ToOffice.Line(id, new LineRequest.SendCall(decline).encode()));
    }

    private static SubmitOutcome outcome(Response response) throws Exception {
        assertThat(response.ok()).isTrue();
        return SubmitOutcome.decode(response.body());
    }

    private static int refusal(Response response) throws Exception {
        assertThat(response.ok()).isFalse();
        return Refusal.decode(response.body()).code();
    }

    private List<SentCall> desk() throws Exception {
        Response response = cora.request(id -> new ToOffice.Line(id, new LineRequest.ListDesk().encode()));
        return LinePages.Desk.decode(response.body()).calls();
    }

    /** It rings on: the other device answers it. */
    private void ringsOn(Ringing ringing) throws Exception {
        CallMessage.SignedAnswer answer = tablet.answer(ringing.offer(), ringing.call());
        assertThat(tablet.submit(tablet.envelope(anna, ringing.call(), answer))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(CallMessage.decode(anna.take().envelope().message())).isEqualTo(answer);
        assertThat(CallMessage.decode(boris.take().envelope().message())).isEqualTo(answer);
    }

    @Test
    void aCallThatRingsIsAtTheDeskAndNowhereElse() throws Exception {
        Ringing ringing = ringing();
        Envelope decline = decline(boris, ringing, anna);
        assertThat(outcome(send(boris, decline))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(anna.take().envelope()).as("no more than of any decline").isEqualTo(decline);
        assertThat(tablet.take().envelope())
                .as("the proof for the other device")
                .isEqualTo(decline);
        assertThat(desk()).singleElement().satisfies(each -> {
            assertThat(each.callee()).isEqualTo(boris.chain().principal());
            assertThat(each.caller().principal()).isEqualTo(anna.chain().principal());
            assertThat(each.caller().office().value()).isEqualTo(office.domain());
            assertThat(each.name()).isEqualTo("Anna");
        });
        // Nobody called in vain: somebody said what is to become of it.
        tablet.connect(office.httpsAddress());
        assertThat(tablet.hasSilence()).isTrue();
    }

    @Test
    void theSameOnceMoreIsTheSameAndAnotherOneComesTooLate() throws Exception {
        Ringing ringing = ringing();
        Envelope decline = decline(boris, ringing, anna);
        assertThat(outcome(send(boris, decline))).isEqualTo(SubmitOutcome.ACCEPTED);
        anna.take();
        List<SentCall> once = desk();
        assertThat(outcome(send(boris, decline))).isEqualTo(SubmitOutcome.DUPLICATE);
        assertThat(outcome(send(boris, decline(boris, ringing, anna)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(outcome(send(tablet, decline(tablet, ringing, anna)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(desk()).isEqualTo(once);
        assertThat(anna.hasSilence()).isTrue();
    }

    @Test
    void whereNobodyElseSitsItRingsOn() throws Exception {
        office.deskRemove("Cora");
        assertThat(hasDesk(boris)).isFalse();
        Ringing ringing = ringing();
        assertThat(refusal(send(boris, decline(boris, ringing, anna)))).isEqualTo(Refusal.NOT_KNOWN);
        // Neither who is called nor who calls is somebody who could call back.
        office.deskAdd("Boris");
        office.deskAdd("Anna");
        assertThat(refusal(send(boris, decline(boris, ringing, anna)))).isEqualTo(Refusal.NOT_KNOWN);
        ringsOn(ringing);
        office.deskAdd("Cora");
        assertThat(desk()).isEmpty();
    }

    @Test
    void aDeviceIsToldWhetherSomebodyElseSitsAtTheDesk() throws Exception {
        assertThat(hasDesk(boris)).isTrue();
        assertThat(hasDesk(cora)).isFalse();
        office.deskAdd("Boris");
        assertThat(hasDesk(cora)).isTrue();
    }

    private static boolean hasDesk(TestDevice device) throws Exception {
        Response response = device.request(id -> new ToOffice.Line(id, new LineRequest.HasDesk().encode()));
        return response.ok() && response.body().equals(LineRequest.HasDesk.YES);
    }

    @Test
    void nobodySendsACallThatRingsForSomebodyElse() throws Exception {
        Ringing ringing = ringing();
        // As herself, in his name, and the caller who would like to be called back.
        assertThat(outcome(send(cora, decline(cora, ringing, anna)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(outcome(send(cora, decline(boris, ringing, anna)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(outcome(send(anna, decline(anna, ringing, boris)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        // One of his devices in the name of the other.
        assertThat(outcome(send(tablet, decline(boris, ringing, anna)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(desk()).isEmpty();
        ringsOn(ringing);
    }

    @Test
    void aCallThatWasAnsweredOrIsOverOrNeverWasIsNotSent() throws Exception {
        Ringing ringing = ringing();
        Envelope never = decline(boris, new Ringing(TestDevice.newCall(), ringing.offer()), anna);
        assertThat(outcome(send(boris, never))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        ringsOn(ringing);
        assertThat(outcome(send(boris, decline(boris, ringing, anna)))).isEqualTo(SubmitOutcome.ANSWERED_ELSEWHERE);
        assertThat(outcome(send(tablet, decline(tablet, ringing, anna)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(anna.hasSilence())
                .as("whoever answered is still in the call")
                .isTrue();

        Ringing cancelled = ringing();
        assertThat(anna.submit(anna.envelope(
                        boris,
                        cancelled.call(),
                        anna.notice(cancelled.offer(), cancelled.call(), Notice.Type.CANCELLED))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(outcome(send(boris, decline(boris, cancelled, anna)))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(desk()).isEmpty();
    }

    @Test
    void nothingButADeclineOfThatVeryOfferSendsIt() throws Exception {
        Ringing ringing = ringing();
        CallMessage.SignedOffer another = anna.offer(boris, ringing.call());
        for (CallMessage wrong : List.of(
                boris.notice(ringing.offer(), ringing.call(), Notice.Type.RINGING),
                boris.notice(ringing.offer(), ringing.call(), Notice.Type.CANCELLED),
                boris.notice(another, ringing.call(), Notice.Type.DECLINED),
                boris.answer(ringing.offer(), ringing.call()),
                TestDevice.group())) {
            assertThat(outcome(send(boris, boris.envelope(anna, ringing.call(), wrong))))
                    .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        }
        assertThat(anna.hasSilence()).isTrue();
        assertThat(desk()).isEmpty();
        // Whoever is in another call says so instead.
        Envelope busy =
                boris.envelope(anna, ringing.call(), boris.notice(ringing.offer(), ringing.call(), Notice.Type.BUSY));
        assertThat(outcome(send(boris, busy))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(desk()).hasSize(1);
    }

    @Test
    void anOfficeRefusesARequestOfALaterReleaseAndTheSessionGoesOn() throws Exception {
        Bytes ofTheNextRelease = Bytes.of(new byte[] {99});
        assertThat(refusal(boris.request(id -> new ToOffice.Line(id, ofTheNextRelease))))
                .isEqualTo(Refusal.MALFORMED);
        assertThat(hasDesk(boris)).isTrue();
    }
}
