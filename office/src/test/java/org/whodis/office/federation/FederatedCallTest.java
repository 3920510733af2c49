package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerType;
import org.whodis.core.federation.VersionRange;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Notice;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.testkit.TestDevice;

/** Calls between two offices over real sockets. Which offers may ring is tested where lines are. */
class FederatedCallTest {
    @TempDir
    Path folder;

    private Office paris;
    private Office ottawa;
    private TestDevice anna;
    private TestDevice boris;
    private LineSecret toBoris;
    private LineSecret toAnna;

    @BeforeEach
    void start() throws Exception {
        paris = office("paris");
        ottawa = office("ottawa");
        anna = TestDevice.enrol(paris, "Anna").connect(paris.httpsAddress());
        boris = TestDevice.enrol(ottawa, "Boris").connect(ottawa.httpsAddress());
        toBoris = boris.giveLine(anna);
        toAnna = anna.giveLine(boris);
    }

    @AfterEach
    void stop() {
        anna.close();
        boris.close();
        paris.close();
        ottawa.close();
    }

    /** An office that is too slow to say within three seconds that it rings is taken for away; it rings all the same. */
    private static void assertOffered(TestDevice caller, Envelope offer) throws Exception {
        assertThat(caller.submit(offer)).isIn(SubmitOutcome.ACCEPTED, SubmitOutcome.OFFLINE);
    }

    /** And one that is too slow to say that there is nobody, too. */
    private static void assertNobody(TestDevice caller, Envelope offer) throws Exception {
        assertThat(caller.submit(offer)).isIn(SubmitOutcome.UNKNOWN_RECIPIENT, SubmitOutcome.OFFLINE);
    }

    @Test
    void aCallGoesFromOfferToAnswerToWelcomeToGroupMessages() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        Envelope offered = anna.envelope(boris, call, offer);
        assertOffered(anna, offered);
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
        assertThat(paris.status().callsOpen()).isEqualTo(1);
        assertThat(ottawa.status().callsOpen()).isEqualTo(1);
    }

    @Test
    void aCallFromAnotherOfficeIsSentToTheDeskUnderTheNameThatThatOfficeVouchesFor() throws Exception {
        try (TestDevice cora = TestDevice.enrol(ottawa, "Cora").connect(ottawa.httpsAddress())) {
            ottawa.deskAdd("Cora");
            CallId call = TestDevice.newCall();
            CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
            assertOffered(anna, anna.envelope(boris, call, offer));
            boris.take();
            Envelope decline = boris.envelope(anna, call, boris.notice(offer, call, Notice.Type.DECLINED));
            FromOffice.Response sent =
                    boris.request(id -> new ToOffice.Line(id, new LineRequest.SendCall(decline).encode()));
            assertThat(sent.body()).isEqualTo(SubmitOutcome.ACCEPTED.encode());
            assertThat(anna.take().envelope()).isEqualTo(decline);
            Bytes desk = cora.request(id -> new ToOffice.Line(id, new LineRequest.ListDesk().encode()))
                    .body();
            assertThat(LinePages.Desk.decode(desk).calls()).singleElement().satisfies(each -> {
                assertThat(each.caller()).isEqualTo(LineHolder.of(Party.of(anna.chain())));
                assertThat(each.caller().office().value()).isEqualTo(paris.domain());
                assertThat(each.name()).isEqualTo("Anna");
                assertThat(each.callee()).isEqualTo(boris.chain().principal());
            });
        }
    }

    @Test
    void aDeviceThatIsTakenOutIsOutOfItsCallsWithTheOtherOfficeAtOnce() throws Exception {
        TestDevice lost = boris.link(ottawa).connect(ottawa.httpsAddress());
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        assertOffered(anna, anna.envelope(boris, call, offer));
        lost.take();
        assertThat(lost.submit(lost.envelope(anna, call, lost.answer(offer, call))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(CallMessage.decode(anna.take().envelope().message())).isInstanceOf(CallMessage.SignedAnswer.class);
        CallId ringing = TestDevice.newCall();
        assertOffered(lost, lost.envelope(anna, ringing, lost.offer(anna, ringing, toAnna)));
        anna.take();
        boris.revoke(lost.id());
        assertThat(ottawa.status().callsOpen()).isZero();
        assertThat(anna.news()).isEqualTo(boris.chain().wire());
        assertThat(paris.status().callsOpen()).isZero();
        assertThat(anna.hasSilence()).isTrue();
        lost.close();
    }

    @Test
    void anOfficeSpeaksOfTheDevicesOfItsOwnPeopleAlone() throws Exception {
        TestDevice second = anna.link(paris);
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        assertOffered(anna, anna.envelope(boris, call, offer));
        boris.take();
        Bytes revoked = anna.revocation(second.id()).chain().wire().encode();
        assertThat(news(ottawa, paris, revoked)).isEqualTo(new PeerOutcome.Refused(Refusal.NOT_ALLOWED));
        assertThat(news(ottawa, paris, revoked.slice(1, revoked.length())))
                .isEqualTo(new PeerOutcome.Refused(Refusal.MALFORMED));
        // Its own person, from whose chain nobody who is in a call was taken: nothing comes of it.
        assertThat(news(ottawa, paris, boris.chain().wire().encode())).isInstanceOf(PeerOutcome.Applied.class);
        assertThat(paris.status().callsOpen()).isEqualTo(1);
        assertThat(ottawa.status().callsOpen()).isEqualTo(1);
        second.close();
    }

    private static PeerOutcome news(Office from, Office to, Bytes body) throws Exception {
        return from.peers()
                .send(from.peers()
                        .prepare(
                                new OfficeDomain(to.domain()),
                                null,
                                PeerType.CHAIN_NEWS,
                                body,
                                System.currentTimeMillis() + 600_000))
                .get(180, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("an office one release behind calls and is called, and refuses what it does not know")
    void anOfficeOneReleaseBehindCallsAndIsCalled() throws Exception {
        // Of the next release: it speaks this one's version too, and has something new to say.
        int ofTheNextRelease = 1_000;
        try (Office later = Office.start(config("later")
                        .withFederation(FederationConfig.DEFAULT.withVersions(
                                new VersionRange(VersionRange.CURRENT.lowest(), VersionRange.CURRENT.highest() + 1))));
                TestDevice cora = TestDevice.enrol(later, "Cora").connect(later.httpsAddress())) {
            LineSecret toBorisByCora = boris.giveLine(cora);
            LineSecret toCora = cora.giveLine(boris);
            for (boolean isOurs : new boolean[] {true, false}) {
                TestDevice caller = isOurs ? boris : cora;
                TestDevice callee = isOurs ? cora : boris;
                CallId call = TestDevice.newCall();
                CallMessage.SignedOffer offer = caller.offer(callee, call, isOurs ? toCora : toBorisByCora);
                assertOffered(caller, caller.envelope(callee, call, offer));
                assertThat(CallMessage.decode(callee.take().envelope().message()))
                        .isEqualTo(offer);
                assertThat(later.peers()
                                .send(later.peers()
                                        .prepare(
                                                new OfficeDomain(ottawa.domain()),
                                                null,
                                                ofTheNextRelease,
                                                Bytes.utf8("news"),
                                                System.currentTimeMillis() + 600_000))
                                .get(180, TimeUnit.SECONDS))
                        .isEqualTo(new PeerOutcome.Refused(Refusal.NOT_KNOWN));
                CallMessage.SignedAnswer answer = callee.answer(offer, call);
                assertThat(callee.submit(callee.envelope(caller, call, answer))).isEqualTo(SubmitOutcome.ACCEPTED);
                assertThat(CallMessage.decode(caller.take().envelope().message()))
                        .isEqualTo(answer);
                CallMessage.SignedWelcome welcome = caller.welcome(offer, answer, call);
                assertThat(caller.submit(caller.envelope(callee, call, welcome)))
                        .isEqualTo(SubmitOutcome.ACCEPTED);
                assertThat(CallMessage.decode(callee.take().envelope().message()))
                        .isEqualTo(welcome);
            }
        }
    }

    @Test
    void theCalleesOfficeDecidesWhichAnswerWasFirst() throws Exception {
        TestDevice second = boris.link(ottawa).connect(ottawa.httpsAddress());
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        assertOffered(anna, anna.envelope(boris, call, offer));
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
    void aCancelledCallIsMissedAtTheCalleesOfficeAndNowhereElse() throws Exception {
        boris.close();
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.OFFLINE);
        assertThat(anna.submit(anna.envelope(boris, call, anna.notice(offer, call, Notice.Type.CANCELLED))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        awaitNoCall(ottawa);
        boris.connect(ottawa.httpsAddress());
        boris.take();
        Delivery missed = boris.take();
        assertThat(missed.kind()).isEqualTo(Delivery.Kind.MISSED);
        assertThat(CallMessage.decode(missed.envelope().message())).isEqualTo(offer);
        assertThat(paris.metrics()).contains("whodis_missed_calls_total 0\n");
    }

    @Test
    void aDeclinedCallEndsAtBothOffices() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        anna.submit(anna.envelope(boris, call, offer));
        boris.take();
        assertThat(boris.submit(boris.envelope(anna, call, boris.notice(offer, call, Notice.Type.DECLINED))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(CallMessage.decode(anna.take().envelope().message())).isInstanceOf(CallMessage.SignedNotice.class);
        awaitNoCall(paris);
        awaitNoCall(ottawa);
    }

    @Test
    void bothMayCallAtOnceAndTheirDevicesDecide() throws Exception {
        CallId hers = TestDevice.newCall();
        CallId his = TestDevice.newCall();
        assertOffered(anna, anna.envelope(boris, hers, anna.offer(boris, hers, toBoris)));
        assertOffered(boris, boris.envelope(anna, his, boris.offer(anna, his, toAnna)));
        assertThat(boris.take().envelope().callId()).isEqualTo(hers);
        assertThat(anna.take().envelope().callId()).isEqualTo(his);
    }

    @Test
    void anEnvelopeIsAppliedOnceAtBothOfficesHoweverOftenItComes() throws Exception {
        CallId call = TestDevice.newCall();
        Envelope offered = anna.envelope(boris, call, anna.offer(boris, call, toBoris));
        assertOffered(anna, offered);
        assertThat(anna.submit(offered)).isEqualTo(SubmitOutcome.DUPLICATE);
        boris.take();
        assertThat(boris.hasSilence()).isTrue();
    }

    @Test
    void anOfferToAnOfficeThatIsAwayIsKeptAndRingsWhenItIsBack() throws Exception {
        int port = ottawa.httpsAddress().getPort();
        boris.close();
        ottawa.close();
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        assertThat(anna.submit(anna.envelope(boris, call, offer)))
                .as("nobody is there for now")
                .isEqualTo(SubmitOutcome.OFFLINE);
        ottawa = Office.start(config("ottawa").withPorts(port, 0));
        boris.connect(ottawa.httpsAddress());
        assertThat(CallMessage.decode(boris.take().envelope().message())).isEqualTo(offer);
    }

    @Test
    void withoutALineNobodyRings() throws Exception {
        CallId call = TestDevice.newCall();
        assertNobody(anna, anna.envelope(boris, call, anna.offer(boris, call)));
        TestDevice carl = TestDevice.enrol(paris, "Carl").connect(paris.httpsAddress());
        CallId another = TestDevice.newCall();
        // By somebody else's line.
        assertNobody(carl, carl.envelope(boris, another, carl.offer(boris, another, toBoris)));
        assertThat(ottawa.status().callsOpen()).isZero();
        carl.close();
    }

    @Test
    void whoeverIsNotPartOfACallCannotSpeakInIt() throws Exception {
        TestDevice carl = TestDevice.enrol(ottawa, "Carl").connect(ottawa.httpsAddress());
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        anna.submit(anna.envelope(boris, call, offer));
        boris.take();
        assertThat(carl.submit(carl.envelope(anna, call, carl.answer(offer, call))))
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        Envelope asBoris = new Envelope(
                new EnvelopeId(Bytes.of(TestDevice.RANDOM.next(16))),
                boris.chain().principal(),
                boris.id(),
                anna.chain().principal(),
                null,
                call,
                System.currentTimeMillis() + 60_000,
                carl.answer(offer, call).encode());
        assertThat(carl.submit(asBoris)).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(anna.hasSilence()).isTrue();
        carl.close();
    }

    private static void awaitNoCall(Office office) throws Exception {
        for (int i = 0; i < 1_000 && office.status().callsOpen() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(office.status().callsOpen()).isZero();
    }

    private Office office(String name) throws Exception {
        return Office.start(config(name));
    }

    private OfficeConfig config(String name) {
        return OfficeConfig.onLoopback(folder.resolve(name));
    }
}
