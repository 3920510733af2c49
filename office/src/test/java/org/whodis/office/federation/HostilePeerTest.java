package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerHandshake;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Notice;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.PeerOffice;
import org.whodis.office.http.MessageSocket;
import org.whodis.office.http.MessageSocket.CloseCode;
import org.whodis.office.testkit.TestDevice;

/** What an office that lies, floods or stands in between gets, over real sockets. */
class HostilePeerTest {
    private static final int TYPE = 1000;

    @TempDir
    Path folder;

    private Office ottawa;
    private HostileOffice mallory;
    private final AtomicInteger applied = new AtomicInteger();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        ottawa = office("ottawa");
        mallory = new HostileOffice(folder.resolve("mallory"));
        ottawa.peers().onRequest(TYPE, (PeerHandler.Durable) (_, _) -> (_, _) -> {
            applied.incrementAndGet();
            return PeerHandler.Result.applied(new PeerAnswer.Applied(Bytes.utf8("done")), () -> {});
        });
    }

    @AfterEach
    void stop() throws Exception {
        mallory.close();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Else what it sends upon that counts against what a stranger may send, and ends the connection. */
    @Test
    void anotherOfficeIsNoStrangerAnyMoreWhenItIsToldThatItIsKnown() throws Exception {
        Peers peers = (Peers) ottawa.peers();
        Bytes spki =
                OfficeDescriptor.decode(peers.self().descriptor().descriptor()).tlsSpkiSha256();
        List<String> deeds = new ArrayList<>();
        List<Bytes> sent = new ArrayList<>();
        MessageSocket socket = recording(deeds, sent);
        PeerConnection connection = PeerConnection.accepted(peers, socket, peers.self(), spki);
        shakeHands(connection, sent, spki);
        assertThat(deeds).containsExactly("sends Greeting", "is proven", "sends Proof");
    }

    @Test
    void whatIsNoFrameEndsTheConnectionAndTheOfficeIsNotTakenForConnectedAnyMore() throws Exception {
        Peers peers = (Peers) ottawa.peers();
        Bytes spki =
                OfficeDescriptor.decode(peers.self().descriptor().descriptor()).tlsSpkiSha256();
        List<String> deeds = new ArrayList<>();
        List<Bytes> sent = new ArrayList<>();
        PeerConnection connection = PeerConnection.accepted(peers, recording(deeds, sent), peers.self(), spki);
        shakeHands(connection, sent, spki);
        assertThat(peers.isConnected(mallory.domain)).isTrue();
        connection.message(Bytes.utf8("no frame"));
        connection.closed();
        assertThat(deeds).last().isEqualTo("closes: " + CloseCode.PROTOCOL);
        assertThat(peers.isConnected(mallory.domain)).isFalse();
    }

    private static MessageSocket recording(List<String> deeds, List<Bytes> sent) {
        return new MessageSocket() {
            @Override
            public boolean send(Bytes message) {
                sent.add(message);
                return deeds.add("sends " + frame(message).getClass().getSimpleName());
            }

            @Override
            public boolean isWritable() {
                return true;
            }

            @Override
            public void close(CloseCode code) {
                deeds.add("closes: " + code);
            }

            @Override
            public void proven() {
                deeds.add("is proven");
            }

            @Override
            public InetAddress peer() {
                return InetAddress.getLoopbackAddress();
            }

            @Override
            public String tlsGroup() {
                return "X25519MLKEM768";
            }
        };
    }

    private void shakeHands(PeerConnection connection, List<Bytes> sent, Bytes spki) throws Exception {
        PeerHandshake.Dialler handshake = new PeerHandshake.Dialler(
                TestDevice.PRIMITIVES, mallory.as(mallory.domain), new OfficeDomain(ottawa.domain()), spki);
        PeerFrame.Greeting greeting = (PeerFrame.Greeting) frame(sent.getFirst());
        handshake.greeted(greeting);
        connection.message(handshake.opening(greeting, TestDevice.RANDOM).encode());
    }

    private static PeerFrame frame(Bytes message) {
        try {
            return PeerFrame.decode(message);
        } catch (DecodeException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void whoeverClaimsAnotherOfficesNameIsAskedForAtThatName() throws Exception {
        Office paris = office("paris");
        HostileOffice.Link link = mallory.open(ottawa, mallory.as(new OfficeDomain(paris.domain())));
        assertThat(link.isClosedSoon()).isTrue();
        assertThat(link.hasNothing()).isTrue();
        assertThat(ottawa.peerOffices()).isEmpty();
        assertThat(ottawa.metrics()).contains("whodis_peers_refused_total{reason=\"not_who_the_domain_says\"} 1\n");
    }

    @Test
    void anOfficeThatIsKnownCannotBeReplacedByAnotherKeyUnderItsName() throws Exception {
        Office paris = office("paris");
        ottawa.meetPeer(paris.domain());
        HostileOffice.Link link = mallory.open(ottawa, mallory.as(new OfficeDomain(paris.domain())));
        assertThat(link.isClosedSoon()).isTrue();
        PeerOffice known = ottawa.peerOffices().getFirst();
        assertThat(known.officeKey()).isEqualTo(paris.officeKey().hex());
        assertThat(known.heldKey()).as("its own descriptor says otherwise").isNull();
    }

    @Test
    void aNumberThatComesAgainEndsTheConnectionAndAppliesNothing() throws Exception {
        HostileOffice.Link link = mallory.session(ottawa);
        PeerFrame.Request request = request(0);
        link.send(request);
        assertThat(link.next()).isEqualTo(new PeerFrame.Answer(request.request().id(), done()));
        link.send(request);
        assertThat(link.isClosedSoon()).isTrue();
        assertThat(applied).hasValue(1);
    }

    @Test
    void numbersOutOfOrderEndTheConnection() throws Exception {
        HostileOffice.Link link = mallory.session(ottawa);
        link.send(request(1));
        assertThat(link.isClosedSoon()).isTrue();
        assertThat(applied).hasValue(0);
    }

    @Test
    void anIdThatComesAgainGetsTheSameAnswerAndIsAppliedOnceAlsoOverAnotherConnection() throws Exception {
        HostileOffice.Link first = mallory.session(ottawa);
        PeerRequest request = request(0).request();
        first.send(new PeerFrame.Request(0, request));
        first.send(new PeerFrame.Request(1, request));
        assertThat(first.next()).isEqualTo(new PeerFrame.Answer(request.id(), done()));
        assertThat(first.next()).isEqualTo(new PeerFrame.Answer(request.id(), done()));
        HostileOffice.Link second = mallory.session(ottawa);
        assertThat(first.isClosedSoon()).as("the newer takes its place").isTrue();
        second.send(new PeerFrame.Request(0, request));
        assertThat(second.next()).isEqualTo(new PeerFrame.Answer(request.id(), done()));
        assertThat(applied).hasValue(1);
    }

    @Test
    void requestsAfterTheirDeadlineOrFarBeforeItAreNotApplied() throws Exception {
        HostileOffice.Link link = mallory.session(ottawa);
        long now = System.currentTimeMillis();
        link.send(new PeerFrame.Request(0, new PeerRequest(id(), now - 120_000, TYPE, Bytes.EMPTY)));
        assertThat(((PeerFrame.Answer) link.next()).answer()).isEqualTo(new PeerAnswer.Refused(Refusal.EXPIRED));
        link.send(new PeerFrame.Request(1, new PeerRequest(id(), now + 2 * 3_600_000, TYPE, Bytes.EMPTY)));
        assertThat(((PeerFrame.Answer) link.next()).answer()).isEqualTo(new PeerAnswer.Refused(Refusal.MALFORMED));
        assertThat(applied).hasValue(0);
    }

    @Test
    void aFloodIsCutAndOthersAreServed() throws Exception {
        HostileOffice.Link link = mallory.session(ottawa);
        for (int i = 0; i < 20_000; i++) {
            link.send(new PeerFrame.Ping());
        }
        assertThat(link.isClosedSoon()).isTrue();
        Office paris = office("paris");
        assertThat(ask(paris, ottawa)).isInstanceOf(PeerOutcome.Applied.class);
    }

    @Test
    void anOfficeThatKeepsItsConnectionAndAnswersNoPingLosesIt() throws Exception {
        HostileOffice.Link silent = mallory.session(ottawa);
        assertThat(silent.next()).isInstanceOf(PeerFrame.Ping.class);
        assertThat(silent.isClosedSoon()).isTrue();
    }

    @Test
    void framesThatComeAtTheWrongTimeEndTheConnection() throws Exception {
        HostileOffice.Link early = mallory.dial(ottawa);
        early.next();
        early.send(request(0));
        assertThat(early.isClosedSoon()).isTrue();
        HostileOffice.Link late = mallory.session(ottawa);
        late.send(new PeerFrame.Proof(mallory.descriptor(mallory.domain).byOffice()));
        assertThat(late.isClosedSoon()).isTrue();
        assertThat(applied).hasValue(0);
    }

    @Test
    void anotherOfficesPersonDoesNotRingAndIsAnsweredLikeNobody() throws Exception {
        Office paris = office("paris");
        TestDevice anna = device(paris, "Anna");
        TestDevice boris = device(ottawa, "Boris");
        LineSecret line = boris.giveLine(anna);
        CallId call = TestDevice.newCall();
        Envelope offered = anna.envelope(boris, call, anna.offer(boris, call, line));
        HostileOffice.Link link = mallory.session(ottawa);
        assertThat(submit(link, 0, offered)).isEqualTo(SubmitOutcome.UNKNOWN_RECIPIENT);
        assertThat(boris.hasSilence()).isTrue();
        // What was never here gets the same answer.
        CallId nothing = TestDevice.newCall();
        assertThat(submit(link, 1, anna.envelope(anna, nothing, anna.offer(anna, nothing))))
                .isEqualTo(SubmitOutcome.UNKNOWN_RECIPIENT);
        // And the true office still rings with the same offer.
        assertThat(anna.submit(offered))
                .as("rings, or rings later than its own office waits for the word of it")
                .isIn(SubmitOutcome.ACCEPTED, SubmitOutcome.OFFLINE);
        assertThat(boris.take().envelope()).isEqualTo(offered);
    }

    @Test
    void anOfficeSpeaksOnlyInItsOwnCallsAndOnlyForItsOwnPeople() throws Exception {
        Office paris = office("paris");
        TestDevice anna = device(paris, "Anna");
        TestDevice boris = device(ottawa, "Boris");
        LineSecret line = boris.giveLine(anna);
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call, line);
        anna.submit(anna.envelope(boris, call, offer));
        boris.take();
        HostileOffice.Link link = mallory.session(ottawa);
        Envelope cancel = anna.envelope(boris, call, anna.notice(offer, call, Notice.Type.CANCELLED));
        assertThat(submit(link, 0, cancel)).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        Envelope answer = boris.envelope(anna, call, boris.answer(offer, call));
        assertThat(submit(link, 1, answer)).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(boris.hasSilence()).isTrue();
        assertThat(boris.submit(answer)).isEqualTo(SubmitOutcome.ACCEPTED);
    }

    @Test
    void aManInTheMiddleWhoPassesTheGreetingOnIsFoundOut() throws Exception {
        HostileOffice trap = trap();
        Office paris = asking("paris", new AtomicReference<>(trap.address().getAddress()));
        CompletableFuture<PeerOutcome> waiting = request(paris, ottawa.domain(), 5_000);
        HostileOffice.Link inside = trap.accepted.poll(30, TimeUnit.SECONDS);
        HostileOffice.Link outside = trap.dial(ottawa);
        inside.send(outside.next());
        assertThat(inside.isClosedSoon()).isTrue();
        assertThat(inside.hasNothing()).as("nothing was opened").isTrue();
        assertThat(paris.metrics()).contains("whodis_peers_refused_total{reason=\"bad_descriptor\"}");
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(new PeerOutcome.Unknown());
    }

    @Test
    void aKeySwappedAtTheFirstContactIsSeenByTheWordsAndTheTrueKeyIsHeldUntilTheyAreCompared() throws Exception {
        // The name service of Paris tells it that Ottawa is where the trap is.
        HostileOffice trap = trap();
        AtomicReference<InetAddress> leadsTo =
                new AtomicReference<>(trap.address().getAddress());
        Office paris = asking("paris", leadsTo);
        OfficeDomain ottawas = new OfficeDomain(ottawa.domain());
        CompletableFuture<PeerOutcome> waiting = request(paris, ottawa.domain(), 60_000);
        HostileOffice.Link link = trap.accepted.poll(30, TimeUnit.SECONDS);
        trap.answer(link, trap.as(ottawas));
        assertThat(link.next()).isInstanceOf(PeerFrame.Request.class);
        List<String> swapped = paris.peerOffices().getFirst().words();
        // From now on it tells the truth. Ottawa's own key is held, not believed, and both operators are shown the same
        // words.
        leadsTo.set(ottawa.httpsAddress().getAddress());
        List<String> atOttawa = ottawa.meetPeer(paris.domain()).words();
        PeerOffice atParis = paris.peerOffices().getFirst();
        assertThat(atParis.officeKey()).isNotEqualTo(ottawa.officeKey().hex());
        assertThat(atParis.heldKey()).isEqualTo(ottawa.officeKey().hex());
        assertThat(atParis.heldUntil()).as("nothing vouches for it").isNull();
        assertThat(atParis.heldWords()).isEqualTo(atOttawa).isNotEqualTo(swapped);
        assertThat(paris.comparePeer(ottawa.domain(), String.join(" ", atOttawa))
                        .officeKey())
                .isEqualTo(ottawa.officeKey().hex());
        assertThat(link.isClosedSoon()).isTrue();
        assertThat(waiting.get(60, TimeUnit.SECONDS)).isInstanceOf(PeerOutcome.Applied.class);
        assertThat(applied).hasValue(1);
    }

    @Test
    void aStrangerWhoClaimsManyNamesMakesTheOfficeLookForAFewOnly() throws Exception {
        // Ten at once, and one more each six seconds; a machine that is slow needs a few more names.
        String refused = "whodis_peers_refused_total{reason=\"too_many\"}";
        for (int i = 0; i < 200 && !ottawa.metrics().contains(refused); i++) {
            HostileOffice.Link link = mallory.open(ottawa, mallory.as(new OfficeDomain("n" + i + ".localhost:9999")));
            assertThat(link.isClosedSoon()).isTrue();
        }
        assertThat(ottawa.metrics()).contains(refused);
        assertThat(ottawa.peerOffices()).isEmpty();
    }

    @Test
    void anHourWithoutTheOtherOfficeLosesNothingThatHadTimeAndKeepsNothingThatHadNot() throws Exception {
        AtomicLong skipped = new AtomicLong();
        Office paris = start(OfficeConfig.onLoopback(folder.resolve("paris"))
                .withClock(() -> Instant.now().plusMillis(skipped.get())));
        int port = ottawa.httpsAddress().getPort();
        ottawa.close();
        TestDevice anna = device(paris, "Anna");
        CompletableFuture<PeerOutcome> hour = request(paris, "localhost:" + port, 3_600_000);
        CompletableFuture<PeerOutcome> minute = request(paris, "localhost:" + port, 60_000);
        skipped.set(1_800_000);
        assertThat(minute.get(30, TimeUnit.SECONDS)).isEqualTo(new PeerOutcome.Unknown());
        assertThat(hour).isNotDone();
        assertThat(anna.hasSilence()).as("its own people are served").isTrue();
        Office back = start(OfficeConfig.onLoopback(folder.resolve("ottawa")).withPorts(port, 0));
        assertThat(hour.get(60, TimeUnit.SECONDS)).isEqualTo(new PeerOutcome.Refused(Refusal.NOT_KNOWN));
        assertThat(back.peers().isConnected(new OfficeDomain(paris.domain()))).isTrue();
    }

    /** An office on another address of this machine, at Ottawa's port: where lying name services lead. */
    private HostileOffice trap() throws Exception {
        HostileOffice trap = new HostileOffice(
                folder.resolve("trap"),
                new InetSocketAddress("127.0.0.2", ottawa.httpsAddress().getPort()));
        opened.addFirst(trap);
        return trap;
    }

    /** An office whose name service leads to where {@code leadsTo} says. */
    private Office asking(String name, AtomicReference<InetAddress> leadsTo) throws Exception {
        return start(OfficeConfig.onLoopback(folder.resolve(name))
                .withFederation(FederationConfig.DEFAULT.withResolver(_ -> List.of(leadsTo.get()))));
    }

    private static PeerOutcome ask(Office from, Office to) throws Exception {
        return request(from, to.domain(), 30_000).get(30, TimeUnit.SECONDS);
    }

    private static CompletableFuture<PeerOutcome> request(Office from, String to, long millis) {
        long deadline = System.currentTimeMillis() + millis;
        return from.peers().send(from.peers().prepare(new OfficeDomain(to), null, TYPE, Bytes.EMPTY, deadline));
    }

    private static SubmitOutcome submit(HostileOffice.Link link, long sequence, Envelope envelope) throws Exception {
        link.send(new PeerFrame.Request(
                sequence,
                new PeerRequest(
                        envelope.id().value(),
                        System.currentTimeMillis() + 30_000,
                        PeerType.ENVELOPE,
                        envelope.encode())));
        PeerAnswer answer = ((PeerFrame.Answer) link.next()).answer();
        return SubmitOutcome.decode(((PeerAnswer.Applied) answer).body());
    }

    private static PeerFrame.Request request(long sequence) {
        return new PeerFrame.Request(
                sequence, new PeerRequest(id(), System.currentTimeMillis() + 30_000, TYPE, Bytes.EMPTY));
    }

    private static PeerAnswer done() {
        return new PeerAnswer.Applied(Bytes.utf8("done"));
    }

    private static Bytes id() {
        return Bytes.of(TestDevice.RANDOM.next(PeerRequest.ID_LENGTH));
    }

    private TestDevice device(Office office, String name) throws Exception {
        TestDevice device = TestDevice.enrol(office, name).connect(office.httpsAddress());
        opened.addFirst(device);
        return device;
    }

    private Office office(String name) throws Exception {
        return start(OfficeConfig.onLoopback(folder.resolve(name)));
    }

    private Office start(OfficeConfig config) throws Exception {
        Office office = Office.start(config);
        opened.add(office);
        return office;
    }
}
