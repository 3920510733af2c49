package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Notice;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.http.HttpLimits;
import org.whodis.office.testkit.RawTls;
import org.whodis.office.testkit.TestDevice;

/**
 * Hostile bytes at every stage of a connection, over a real TLS socket. After each test two devices that did nothing wrong
 * still have the sessions that they had before, and the office has no fault of its own to report.
 */
class HostileDeviceTest {
    @TempDir
    static Path folder;

    private static Office office;
    private static TestDevice anna;
    private static TestDevice boris;

    /** Sessions of their own, so that what a test does to them costs nobody else's. */
    private static TestDevice mallory;

    @BeforeAll
    static void start() throws Exception {
        Duration soon = Duration.ofMillis(1500);
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office"))
                .withHttpLimits(HttpLimits.DEFAULT.withTimeouts(
                        soon, soon, soon, Duration.ofSeconds(60), Duration.ofSeconds(1))));
        anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        boris = TestDevice.enrol(office, "Boris").connect(office.httpsAddress());
        mallory = TestDevice.enrol(office, "Mallory");
    }

    @AfterAll
    static void stop() {
        anna.close();
        boris.close();
        office.close();
    }

    @BeforeEach
    void connect() throws Exception {
        mallory.connect(office.httpsAddress());
    }

    @AfterEach
    void theOthersWereNotDisturbed() throws Exception {
        mallory.close();
        assertThat(anna.hasSilence()).isTrue();
        assertThat(boris.hasSilence()).isTrue();
        assertThat(office.metrics()).contains("whodis_faults_total 0\n");
    }

    @Test
    void whatIsNotTlsIsCut() throws Exception {
        for (String said :
                List.of("GET / HTTP/1.1\r\n\r\n", "\u0000\u0001\u0000\u0000", "\u0016\u0003\u0001\u0000\u0005zzzzz")) {
            try (Socket plain = new Socket(
                    office.httpsAddress().getAddress(), office.httpsAddress().getPort())) {
                plain.setSoTimeout(10_000);
                plain.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(readToEnd(plain)).isTrue();
            }
        }
    }

    @Test
    void whoDoesNotFinishTheHandshakeIsCut() throws Exception {
        try (Socket silent = new Socket(
                office.httpsAddress().getAddress(), office.httpsAddress().getPort())) {
            silent.setSoTimeout(10_000);
            assertThat(readToEnd(silent)).isTrue();
        }
        assertThat(office.metrics()).contains("reason=\"handshake_timeout\"");
    }

    @Test
    void whatIsNeitherHttpNorTurnInsideTlsIsCut() throws Exception {
        // Not what begins like STUN either: two bits of zero.
        for (byte[] said : List.of(new byte[] {0x40, 0, 0, 4}, new byte[] {(byte) 0x80, 1}, new byte[] {(byte) 0xff})) {
            try (RawTls tls = tls()) {
                tls.write(said);
                assertThat(tls.isCutWithin(10_000)).isTrue();
            }
        }
    }

    @Test
    void aRequestThatDripsIsCutHoweverItDrips() throws Exception {
        try (RawTls tls = tls()) {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> {
                        tls.write("POST /v1/enrol/open HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\n");
                        while (System.nanoTime() - begun < 20_000_000_000L) {
                            tls.write("a");
                            Thread.sleep(300);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(office.metrics()).contains("reason=\"request_timeout\"");
    }

    @Test
    void onlyTheNamedPathsAndMethodsAreServedAndRefusalsAreConstant() throws Exception {
        try (RawTls tls = tls()) {
            RawTls.Answer unknown = tls.get("/v1/secret");
            assertThat(unknown.status()).isEqualTo(404);
            for (String path : List.of("/../etc/passwd", "/healthz?x=1", "//healthz", "/v1/enrol/open/", "/HEALTHZ")) {
                assertThat(tls.get(path)).isEqualTo(unknown);
            }
            assertThat(tls.get("/v1/enrol/open").status()).isEqualTo(405);
            assertThat(tls.post("/healthz", Bytes.EMPTY).status()).isEqualTo(405);
            RawTls.Answer healthy = tls.get("/healthz");
            assertThat(healthy.status()).isEqualTo(200);
            assertThat(healthy.headers())
                    .noneMatch(header -> header.toLowerCase(Locale.ROOT).startsWith("server:"));
            for (String header : List.of(
                    "x-content-type-options: nosniff",
                    "content-security-policy: default-src 'none'",
                    "referrer-policy: no-referrer",
                    "x-frame-options: DENY",
                    "cache-control: no-store")) {
                assertThat(healthy.hasHeader(header)).as(header).isTrue();
            }
        }
    }

    @Test
    void requestsThatAreTooLargeOrMalformedAreRefusedAndTheConnectionEnds() throws Exception {
        List<String> requests = List.of(
                "GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n\r\n",
                "POST /v1/enrol/open HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n",
                "POST /v1/enrol/open HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/enrol/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
                "GARBAGE\r\n\r\n");
        for (String request : requests) {
            try (RawTls tls = tls()) {
                assertThat(isCutBy(tls, request.getBytes(StandardCharsets.US_ASCII)))
                        .as(request.substring(0, 7))
                        .isTrue();
            }
        }
    }

    @Test
    void bodiesOfEveryWrongLengthAreRefusedWithOneText() throws Exception {
        try (RawTls tls = tls()) {
            RawTls.Answer refusal = tls.post("/v1/enrol/open", Bytes.EMPTY);
            assertThat(refusal.status()).isEqualTo(400);
            for (int length : new int[] {1, 15, 17, 32, 5000}) {
                assertThat(tls.post("/v1/enrol/open", Bytes.of(new byte[length])))
                        .isEqualTo(refusal);
                assertThat(tls.post("/v1/link/request", Bytes.of(new byte[length])))
                        .isEqualTo(refusal);
            }
        }
    }

    @Test
    void anUpgradeWithoutTheSubprotocolIsRefused() throws Exception {
        for (String subprotocol : List.of("", "chat", "whodis.2", "whodis.1x")) {
            try (RawTls tls = tls()) {
                assertThat(tls.upgrade("/v1/device", subprotocol).status()).isEqualTo(400);
            }
        }
        try (RawTls tls = tls()) {
            assertThat(tls.get("/v1/device").status()).isEqualTo(400);
        }
    }

    @Test
    void beforeItIsAuthenticatedADeviceMayAuthenticateAndNothingElse() throws Exception {
        CallId call = TestDevice.newCall();
        List<ToOffice> early = List.of(
                new ToOffice.Ping(1),
                new ToOffice.Directory(1, null),
                new ToOffice.Acknowledge(1, 99),
                new ToOffice.LeaveMedia(1, call),
                new ToOffice.Submit(1, mallory.envelope(boris, call, TestDevice.group())));
        for (ToOffice each : early) {
            mallory.greet(office.httpsAddress());
            mallory.sendRaw(each.encode());
            assertClosed(mallory, 4001);
        }
    }

    @Test
    void whoDoesNotAuthenticateInTimeIsCut() throws Exception {
        mallory.greet(office.httpsAddress());
        assertClosed(mallory, 4001);
    }

    @Test
    void whoSendsMuchBeforeAuthenticatingIsCut() throws Exception {
        mallory.greet(office.httpsAddress());
        assertThatThrownBy(() -> {
                    mallory.tls().frame(0x82, new byte[100_000]);
                    mallory.next();
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void anAuthenticationOfAnotherConnectionOfAnotherDeviceOrOfNobodyIsRefused() throws Exception {
        mallory.greet(office.httpsAddress());
        Bytes replayed = new ToOffice.Authenticate(1, mallory.proof()).encode();
        mallory.greet(office.httpsAddress());
        mallory.sendRaw(replayed);
        assertRefusedAndClosed(mallory);
        TestDevice stolenName = new TestDevice(mallory.key(), anna.chain());
        stolenName.greet(office.httpsAddress());
        stolenName.authenticate();
        assertRefusedAndClosed(stolenName);
        TestDevice nobody = new TestDevice(
                org.whodis.core.crypto.HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM), anna.chain());
        nobody.greet(office.httpsAddress());
        nobody.authenticate();
        assertRefusedAndClosed(nobody);
    }

    @Test
    void anAuthenticationWithAnyBitFlippedIsRefused() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 8; i++) {
            mallory.greet(office.httpsAddress());
            byte[] message =
                    new ToOffice.Authenticate(1, mallory.proof()).encode().toArray();
            message[5 + random.nextInt(message.length - 5)] ^= (byte) (1 << random.nextInt(8));
            mallory.sendRaw(Bytes.of(message));
            assertRefusedAndClosed(mallory);
        }
    }

    @Test
    void messagesThatAreTruncatedMutatedOrMadeUpEndTheSessionOrAreRefused() throws Exception {
        long seed = Long.getLong("whodis.seed", System.nanoTime());
        Random random = new Random(seed);
        CallId call = TestDevice.newCall();
        List<Bytes> good = new ArrayList<>();
        good.add(new ToOffice.Ping(7).encode());
        good.add(new ToOffice.Directory(7, null).encode());
        good.add(new ToOffice.Submit(7, mallory.envelope(boris, TestDevice.newCall(), TestDevice.group())).encode());
        good.add(new ToOffice.LeaveMedia(7, call).encode());
        good.add(new ToOffice.LinkOpen(7, Bytes.of(new byte[16])).encode());
        for (int i = 0; i < 40; i++) {
            byte[] message = good.get(random.nextInt(good.size())).toArray();
            int cut = random.nextInt(3) == 0 ? random.nextInt(message.length + 1) : message.length;
            byte[] mutated = Arrays.copyOf(message, cut + (random.nextInt(4) == 0 ? 1 : 0));
            if (mutated.length > 0) {
                mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                mallory.sendRaw(Bytes.of(mutated));
                mallory.sendRaw(new ToOffice.Ping(99).encode());
                readUntilPong(mallory);
            } catch (IOException e) {
                mallory.connect(office.httpsAddress());
            }
        }
        assertThat(mallory.hasSilence()).as("seed %d", seed).isTrue();
    }

    @Test
    void framesThatAreNoBinaryMessagesEndTheConnection() throws Exception {
        for (int opcode : new int[] {0x81, 0x83, 0x8b, 0x80, 0xc2, 0x92}) {
            mallory.connect(office.httpsAddress());
            mallory.tls().frame(opcode, new byte[] {'h', 'i'});
            assertThat(mallory.tls().isCutWithin(10_000))
                    .as("opcode %x", opcode)
                    .isTrue();
        }
        mallory.connect(office.httpsAddress());
        mallory.tls().write(new byte[] {(byte) 0x82, 2, 1, 2});
        assertThat(mallory.tls().isCutWithin(10_000)).as("unmasked").isTrue();
    }

    @Test
    void aMessageLongerThanTheLimitEndsTheConnectionAlsoInFragments() throws Exception {
        assertThat(isCutBy(mallory.tls(), RawTls.frameBytes(0x82, new byte[ToOffice.MAX_LENGTH + 1])))
                .isTrue();
        mallory.connect(office.httpsAddress());
        assertThatThrownBy(() -> {
                    mallory.tls().frame(0x02, new byte[60_000]);
                    for (int i = 0; i < 10; i++) {
                        mallory.tls().frame(0x00, new byte[60_000]);
                    }
                    mallory.next();
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void aFloodOfMessagesEndsTheSessionThatFloods() throws Exception {
        Bytes ping = new ToOffice.Ping(1).encode();
        byte[] frame = RawTls.frameBytes(0x82, ping.toArray());
        byte[] many = new byte[frame.length * 500];
        for (int i = 0; i < 500; i++) {
            System.arraycopy(frame, 0, many, i * frame.length, frame.length);
        }
        mallory.tls().write(many);
        assertThatThrownBy(() -> {
                    while (true) {
                        mallory.next();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4003");
    }

    @Test
    void aReaderThatDoesNotReadIsDroppedAndCostsNobodyElse() throws Exception {
        // Answers of 30 KB each, asked for and never read.
        Bytes ask = new ToOffice.Directory(1, null).encode();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 390; i++) {
                        mallory.sendRaw(ask);
                    }
                    Thread.sleep(3_000);
                    while (true) {
                        mallory.sendRaw(ask);
                        Thread.sleep(50);
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(office.metrics()).contains("reason=\"slow_reader\"");
    }

    @Test
    void theWrongRoleIsRefusedAndReachesNobody() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        boris.take();
        // Somebody who is no party of the call, with every kind of message.
        for (CallMessage each : List.of(
                mallory.answer(offer, call),
                mallory.notice(offer, call, Notice.Type.CANCELLED),
                mallory.notice(offer, call, Notice.Type.DECLINED),
                mallory.notice(offer, call, Notice.Type.RINGING),
                TestDevice.group(),
                offer)) {
            assertThat(mallory.submit(mallory.envelope(anna, call, each))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
            assertThat(mallory.submit(mallory.envelope(boris, call, each))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        }
        // In another's name.
        Envelope forged = new Envelope(
                new EnvelopeId(Bytes.of(TestDevice.RANDOM.next(16))),
                anna.chain().principal(),
                anna.id(),
                boris.chain().principal(),
                null,
                call,
                System.currentTimeMillis() + 1000,
                anna.notice(offer, call, Notice.Type.CANCELLED).encode());
        assertThat(mallory.submit(forged)).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        // The caller answers for the callee.
        assertThat(anna.submit(anna.envelope(boris, call, anna.answer(offer, call))))
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        // Garbage instead of a message.
        Envelope garbage = new Envelope(
                new EnvelopeId(Bytes.of(TestDevice.RANDOM.next(16))),
                mallory.chain().principal(),
                mallory.id(),
                boris.chain().principal(),
                null,
                call,
                System.currentTimeMillis() + 1000,
                Bytes.of(new byte[] {9, 9, 9}));
        assertThat(mallory.submit(garbage)).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        anna.submit(anna.envelope(boris, call, anna.notice(offer, call, Notice.Type.CANCELLED)));
        boris.take();
        boris.take();
    }

    @Test
    void ringingWithoutEndIsToldSo() throws Exception {
        List<SubmitOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            CallId call = TestDevice.newCall();
            outcomes.add(mallory.submit(mallory.envelope(boris, call, mallory.offer(boris, call))));
        }
        assertThat(outcomes).containsSequence(SubmitOutcome.ACCEPTED, SubmitOutcome.TOO_MANY, SubmitOutcome.TOO_MANY);
        assertThat(outcomes.stream().filter(SubmitOutcome.ACCEPTED::equals)).hasSizeLessThanOrEqualTo(6);
        long rang = outcomes.stream().filter(SubmitOutcome.ACCEPTED::equals).count();
        for (int i = 0; i < rang; i++) {
            boris.take();
        }
    }

    /** The office may cut while the test still writes. */
    private static boolean isCutBy(RawTls tls, byte[] said) {
        try {
            tls.write(said);
        } catch (IOException e) {
            return true;
        }
        return tls.isCutWithin(10_000);
    }

    private static RawTls tls() throws IOException {
        return new RawTls(office.httpsAddress());
    }

    private static void assertClosed(TestDevice device, int code) {
        assertThatThrownBy(device::next).isInstanceOf(IOException.class).hasMessageContaining(Integer.toString(code));
    }

    private static void assertRefusedAndClosed(TestDevice device) throws Exception {
        try {
            FromOffice answer = device.next();
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            FromOffice.Response.class, it -> assertThat(it.ok()).isFalse());
        } catch (IOException e) {
            // A flipped bit may leave no message to answer.
            assertThat(e).hasMessageContaining("closed");
            return;
        }
        assertClosed(device, 4001);
    }

    private static void readUntilPong(TestDevice device) throws Exception {
        while (!(device.next() instanceof FromOffice.Pong pong && pong.requestId() == 99)) {
            Thread.onSpinWait();
        }
    }

    private static boolean readToEnd(Socket socket) {
        try {
            int last;
            do {
                last = socket.getInputStream().read();
            } while (last >= 0);
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
