package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.testkit.TestDevice;

/** An address that stands in a newspaper, and whoever probes with it, over real sockets. */
class PostedLineTest {
    private static final int IDENTITIES = 1_000;

    /** So many wait for their answers at once; each answer takes half a second. */
    private static final int AT_ONCE = 250;

    private static final Primitives PRIMITIVES = new JvmPrimitives();

    @TempDir
    Path folder;

    private Office ottawa;
    private HostileOffice mallory;
    private long sequence;
    private final HybridKeyPair key = HybridKeyPair.generate(PRIMITIVES, TestDevice.RANDOM);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        ottawa = Office.start(OfficeConfig.onLoopback(folder.resolve("ottawa")));
        mallory = new HostileOffice(folder.resolve("mallory"));
    }

    @AfterEach
    void stop() throws Exception {
        mallory.close();
        for (AutoCloseable each : opened) {
            each.close();
        }
        ottawa.close();
    }

    @Test
    void aThousandIdentitiesWhoTryAPostedLineRingNobodyAndItsHolderAndTheOtherLinesStillRing() throws Exception {
        TestDevice anna = device("Anna");
        TestDevice bert = device("Bert");
        TestDevice dora = device("Dora");
        LineSecret posted = anna.giveLine(bert);
        LineSecret other = anna.giveLine(dora);
        HybridKeyPair lineKey = posted.key(PRIMITIVES);
        List<Envelope> attempts = new ArrayList<>();
        for (int i = 0; i < IDENTITIES; i++) {
            attempts.add(offer(identity("Identity " + i), anna, lineKey));
        }
        for (int i = 0; i < IDENTITIES; i += AT_ONCE) {
            assertThat(answers(connect(), attempts.subList(i, i + AT_ONCE)))
                    .hasSize(AT_ONCE)
                    .containsOnly(SubmitOutcome.UNKNOWN_RECIPIENT);
            if (i == 0) {
                ringsAndIsTaken(bert, anna, posted);
            }
        }
        // No limit that they used up is the holder's, or another line's.
        ringsAndIsTaken(bert, anna, posted);
        ringsAndIsTaken(dora, anna, other);
        here(anna);
        assertThat(anna.hasSilence()).as("nothing else rang or was missed").isTrue();
        assertThat(ottawa.metrics()).contains("whodis_missed_calls_total 0\n");

        LineId line = posted.id(PRIMITIVES);
        IssuedLine shown = counted(anna, line);
        assertThat(shown.incidents())
                .hasSizeLessThanOrEqualTo(IssuedLine.MAX_INCIDENTS)
                .allMatch(each -> each.fromOffice().equals(mallory.domain))
                .allMatch(LineIncident::proved);
        assertThat(shown.incidents())
                .filteredOn(each -> each.kind() == LineIncident.Kind.MANY)
                .singleElement()
                .satisfies(many -> assertThat(many.count()).isGreaterThan(IDENTITIES - IssuedLine.MAX_INCIDENTS));
        assertThat(issued(anna, other.id(PRIMITIVES)).incidents()).isEmpty();
    }

    @Test
    void whoIsEnrolledOrOnlineAndWhichLinesExistIsToldByNoAnswerAndNoneComesBeforeTheDelay() throws Exception {
        TestDevice anna = device("Anna");
        TestDevice away = device("Emil");
        TestDevice bert = device("Bert");
        LineSecret annas = anna.giveLine(bert);
        LineSecret emils = away.giveLine(bert);
        LineSecret withdrawn = anna.giveLine(bert);
        anna.withdraw(withdrawn);
        away.close();
        VerifiedChain prober = identity("Prober");
        VerifiedChain nobody = identity("Nobody");
        Map<String, Envelope> probes = new HashMap<>();
        probes.put("online, without a line", offer(prober, anna, null));
        probes.put("offline, without a line", offer(prober, away, null));
        probes.put("not enrolled, without a line", offer(prober, nobody, null));
        probes.put("online, another's line", offer(prober, anna, annas.key(PRIMITIVES)));
        probes.put("offline, another's line", offer(prober, away, emils.key(PRIMITIVES)));
        probes.put("online, a withdrawn line", offer(prober, anna, withdrawn.key(PRIMITIVES)));
        probes.put("online, no line of anybody", offer(prober, anna, unknown()));
        probes.put("offline, no line of anybody", offer(prober, away, unknown()));
        probes.put("not enrolled, no line of anybody", offer(prober, nobody, unknown()));
        probes.put("not enrolled, another's line", offer(prober, nobody, annas.key(PRIMITIVES)));
        HostileOffice.Link link = connect();
        for (Map.Entry<String, Envelope> each : probes.entrySet()) {
            long sent = System.nanoTime();
            assertThat(answers(link, List.of(each.getValue())))
                    .as(each.getKey())
                    .containsExactly(SubmitOutcome.UNKNOWN_RECIPIENT);
            // Never sooner; how much later is the machine's affair, and held in virtual time elsewhere.
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent))
                    .as(each.getKey())
                    .isGreaterThanOrEqualTo(490);
        }
        here(anna);
        assertThat(anna.hasSilence()).isTrue();
    }

    /** Its session may have ended while it had nothing to say. */
    private void here(TestDevice device) throws Exception {
        device.connect(ottawa.httpsAddress());
    }

    private void ringsAndIsTaken(TestDevice caller, TestDevice callee, LineSecret line) throws Exception {
        here(caller);
        here(callee);
        CallId call = TestDevice.newCall();
        assertThat(caller.submit(caller.envelope(callee, call, caller.offer(callee, call, line))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        Delivery delivery = callee.take();
        assertThat(delivery.kind()).isEqualTo(Delivery.Kind.LIVE);
        assertThat(delivery.envelope().callId()).isEqualTo(call);
    }

    /** Once the incidents, which are written a little later, are all counted. */
    private static IssuedLine counted(TestDevice issuer, LineId line) throws Exception {
        for (int i = 0; i < 1_500; i++) {
            IssuedLine shown = issued(issuer, line);
            if (shown.incidents().stream().mapToLong(LineIncident::count).sum() == IDENTITIES) {
                return shown;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError(
                "not all of them were counted: " + issued(issuer, line).incidents());
    }

    private static IssuedLine issued(TestDevice issuer, LineId line) throws Exception {
        Bytes page = issuer.request(id -> new ToOffice.Line(id, new LineRequest.ListIssued(null).encode()))
                .body();
        for (IssuedLine each : LinePages.Issued.decode(page).lines()) {
            if (each.verify(TestDevice.PRIMITIVES, issuer.chain()).facts().id().equals(line)) {
                return each;
            }
        }
        throw new AssertionError("no such line");
    }

    private HostileOffice.Link connect() throws Exception {
        sequence = 0;
        return mallory.session(ottawa);
    }

    /** What the office answers to each, sent one behind the other. */
    private List<SubmitOutcome> answers(HostileOffice.Link link, List<Envelope> envelopes) throws Exception {
        for (Envelope each : envelopes) {
            link.send(new PeerFrame.Request(
                    sequence++,
                    new PeerRequest(
                            each.id().value(),
                            System.currentTimeMillis() + TimeUnit.MINUTES.toMillis(10),
                            PeerType.ENVELOPE,
                            each.encode())));
        }
        List<SubmitOutcome> out = new ArrayList<>();
        while (out.size() < envelopes.size()) {
            switch (link.next()) {
                case PeerFrame.Answer(Bytes _, PeerAnswer.Applied(Bytes body)) -> out.add(SubmitOutcome.decode(body));
                case PeerFrame.Ping _ -> link.send(new PeerFrame.Pong());
                case PeerFrame other -> throw new AssertionError("not an answer: " + other);
            }
        }
        return out;
    }

    private static HybridKeyPair unknown() {
        return LineSecret.generate(TestDevice.RANDOM).key(PRIMITIVES);
    }

    private Envelope offer(VerifiedChain caller, TestDevice callee, @Nullable HybridKeyPair line) {
        return offer(caller, callee.chain(), line);
    }

    private Envelope offer(VerifiedChain caller, VerifiedChain callee, @Nullable HybridKeyPair line) {
        DeviceId device = new DeviceId(key.publicKey().keyHash(PRIMITIVES));
        CallId call = TestDevice.newCall();
        long now = System.currentTimeMillis();
        Offer offer = new Offer(
                call,
                Bytes.of(TestDevice.RANDOM.next(32)),
                Party.of(caller),
                device,
                Party.of(callee),
                List.of(0xF0D1),
                now,
                now + 45_000);
        if (line != null) {
            offer = offer.withLineProof(
                    LineProof.make(PRIMITIVES, TestDevice.RANDOM, line, offer).encode());
        }
        Bytes signed = offer.encode();
        CallMessage message = new CallMessage.SignedOffer(
                signed, device, key.sign(PRIMITIVES, Offer.LABEL, signed, TestDevice.RANDOM), caller.wire());
        return new Envelope(
                new EnvelopeId(Bytes.of(TestDevice.RANDOM.next(EnvelopeId.LENGTH))),
                caller.principal(),
                device,
                callee.principal(),
                null,
                call,
                now + 60_000,
                message.encode());
    }

    /** As many as one likes, of an office of one's own, on one device. */
    private VerifiedChain identity(String name) throws Exception {
        Bytes genesis = new Genesis(
                        mallory.domain,
                        mallory.key.publicKey().keyHash(PRIMITIVES),
                        key.publicKey(),
                        DeviceKind.JAVA_PHONE,
                        name,
                        "",
                        System.currentTimeMillis(),
                        Bytes.of(TestDevice.RANDOM.next(Genesis.NONCE_LENGTH)))
                .encode();
        SignedGenesis signed = new SignedGenesis(
                genesis,
                key.sign(PRIMITIVES, SignedGenesis.BY_DEVICE, genesis, TestDevice.RANDOM),
                mallory.key.sign(PRIMITIVES, SignedGenesis.BY_OFFICE, genesis, TestDevice.RANDOM));
        return new UnverifiedChain(signed, List.of())
                .verify(PRIMITIVES, OfficeKeys.only(PRIMITIVES, mallory.domain, mallory.key.publicKey()));
    }

    private TestDevice device(String name) throws Exception {
        TestDevice device = TestDevice.enrol(ottawa, name).connect(ottawa.httpsAddress());
        opened.addFirst(device);
        return device;
    }
}
