package org.whodis.office.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.Secret;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerType;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Notice;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.trunk.TrunkMessage;
import org.whodis.core.trunk.TrunkPlace;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.federation.FederationConfig;
import org.whodis.office.testkit.TestDevice;

/** The trunks of calls between two offices, over real sockets. */
class TrunkKeeperTest {
    @TempDir
    Path folder;

    private Office paris;
    private Office ottawa;
    private TestDevice anna;
    private TestDevice boris;
    private LineSecret toBoris;

    @BeforeEach
    void start() throws Exception {
        paris = Office.start(OfficeConfig.onLoopback(folder.resolve("paris")));
        ottawa = Office.start(OfficeConfig.onLoopback(folder.resolve("ottawa")));
        anna = TestDevice.enrol(paris, "Anna").connect(paris.httpsAddress());
        boris = TestDevice.enrol(ottawa, "Boris").connect(ottawa.httpsAddress());
        toBoris = boris.giveLine(anna);
    }

    @AfterEach
    void stop() {
        anna.close();
        boris.close();
        paris.close();
        ottawa.close();
    }

    private CallMessage.SignedOffer offer(CallId call) throws Exception {
        CallMessage.SignedOffer offer = anna.offer(boris, call, toBoris);
        // An office that is too slow to say within three seconds that it rings is taken for away; it rings all the
        // same.
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isIn(SubmitOutcome.ACCEPTED, SubmitOutcome.OFFLINE);
        boris.take();
        return offer;
    }

    private CallMessage.SignedOffer ring(CallId call) throws Exception {
        CallMessage.SignedOffer offer = offer(call);
        assertThat(boris.submit(boris.envelope(anna, call, boris.notice(offer, call, Notice.Type.RINGING))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        anna.take();
        return offer;
    }

    private void awaitBoth(String line) throws Exception {
        for (Office office : List.of(paris, ottawa)) {
            await(office, line);
        }
    }

    private static void await(Office office, String line) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!office.metrics().contains(line + "\n")) {
            assertThat(System.nanoTime()).as("%s at %s", line, office.domain()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aTrunkIsThereWhileItRingsAndGoesWithTheCall() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = ring(call);
        awaitBoth("whodis_trunks_heard 1");
        awaitBoth("whodis_relay_trunks 1");
        assertThat(boris.submit(boris.envelope(anna, call, boris.notice(offer, call, Notice.Type.DECLINED))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        awaitBoth("whodis_trunks_heard 0");
        awaitBoth("whodis_relay_trunks 0");
    }

    @Test
    void aCallThatDoesNotRingHasNoTrunk() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = offer(call);
        assertThat(anna.submit(anna.envelope(boris, call, anna.notice(offer, call, Notice.Type.CANCELLED))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        boris.take();
        for (Office office : List.of(paris, ottawa)) {
            assertThat(office.metrics()).contains("whodis_relay_trunks 0\n");
        }
    }

    @Test
    void aTrunkIsOpenedAgainWhenEitherOfficesRelayWasReplaced() throws Exception {
        ring(TestDevice.newCall());
        awaitBoth("whodis_trunks_heard 1");
        paris.restartRelay();
        await(paris, "whodis_trunks_heard 1");
        awaitBoth("whodis_relay_trunks 1");
        ottawa.restartRelay();
        await(ottawa, "whodis_trunks_heard 1");
        awaitBoth("whodis_relay_trunks 1");
    }

    @Test
    void bothRelaysMayBeReplacedAtOnce() throws Exception {
        ring(TestDevice.newCall());
        awaitBoth("whodis_trunks_heard 1");
        paris.restartRelay();
        ottawa.restartRelay();
        awaitBoth("whodis_trunks_heard 1");
    }

    @Test
    void aTrunkOutlivesTheConnectionOfTheOffices() throws Exception {
        ring(TestDevice.newCall());
        awaitBoth("whodis_trunks_heard 1");
        ottawa.restartSignalling();
        for (Office office : List.of(paris, ottawa)) {
            assertThat(office.metrics()).contains("whodis_trunks_heard 1\n", "whodis_relay_trunks 1\n");
        }
    }

    @Test
    void whatIsAskedAboutACallOfOthersIsRefusedLikeACallThatThereIsNot() throws Exception {
        CallId call = TestDevice.newCall();
        ring(call);
        awaitBoth("whodis_trunks_heard 1");
        try (Office enemy = Office.start(OfficeConfig.onLoopback(folder.resolve("enemy")))) {
            PeerOutcome ofOthers = ask(enemy, open(call, 7));
            assertThat(ofOthers).isEqualTo(new PeerOutcome.Refused(Refusal.NOT_ALLOWED));
            assertThat(ask(enemy, open(TestDevice.newCall(), 8))).isEqualTo(ofOthers);
            assertThat(ask(enemy, new TrunkMessage.Close(call, Bytes.of(TestDevice.RANDOM.next(16)))))
                    .isEqualTo(ofOthers);
            assertThat(ask(paris, open(TestDevice.newCall(), 9))).isEqualTo(ofOthers);
        }
        awaitBoth("whodis_trunks_heard 1");
        awaitBoth("whodis_relay_trunks 1");
    }

    @Test
    void aHostileOfficeCanOnlySpoilItsOwnCallsTrunkAndNotHaveProbesSentAnywhere() throws Exception {
        CallId call = TestDevice.newCall();
        ring(call);
        awaitBoth("whodis_trunks_heard 1");
        TrunkPlace inside = new TrunkPlace(secret(5), "192.168.0.1", 5060, 64);
        assertThat(ask(paris, new TrunkMessage.Open(call, Bytes.of(TestDevice.RANDOM.next(16)), inside)))
                .as("a private address")
                .isEqualTo(new PeerOutcome.Refused(Refusal.UNAVAILABLE));
        TrunkPlace lowPort = new TrunkPlace(secret(6), "127.0.0.1", 53, 64);
        assertThat(ask(paris, new TrunkMessage.Open(call, Bytes.of(TestDevice.RANDOM.next(16)), lowPort)))
                .as("a port of something else")
                .isEqualTo(new PeerOutcome.Refused(Refusal.UNAVAILABLE));
        assertThat(paris.peers()
                        .request(
                                new OfficeDomain(ottawa.domain()),
                                null,
                                PeerType.TRUNK,
                                Bytes.utf8("noise"),
                                System.currentTimeMillis() + 10_000)
                        .get(30, TimeUnit.SECONDS))
                .isEqualTo(new PeerOutcome.Refused(Refusal.MALFORMED));
        awaitBoth("whodis_trunks_heard 1");
    }

    @Test
    void aNameThatIsNeverFoundHoldsUpNoReplacementOfTheRelay() throws Exception {
        CountDownLatch isAsked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        ottawa.close();
        ottawa = Office.start(OfficeConfig.onLoopback(folder.resolve("slow"))
                .withFederation(FederationConfig.DEFAULT.withResolver(host -> {
                    if (host.equals("tarpit.example")) {
                        isAsked.countDown();
                        try {
                            mayAnswer.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    return List.of(InetAddress.getLoopbackAddress());
                })));
        boris.close();
        boris = TestDevice.enrol(ottawa, "Boris").connect(ottawa.httpsAddress());
        toBoris = boris.giveLine(anna);
        CallId call = TestDevice.newCall();
        ring(call);
        awaitBoth("whodis_trunks_heard 1");
        TrunkPlace nowhere = new TrunkPlace(secret(5), "tarpit.example", 40_000, 64);
        var _ = paris.peers()
                .request(
                        new OfficeDomain(ottawa.domain()),
                        null,
                        PeerType.TRUNK,
                        new TrunkMessage.Open(call, Bytes.of(TestDevice.RANDOM.next(16)), nowhere).encode(),
                        System.currentTimeMillis() + 60_000);
        try {
            assertThat(isAsked.await(30, TimeUnit.SECONDS)).isTrue();
            FutureTask<Boolean> replaced = new FutureTask<>(() -> {
                ottawa.restartRelay();
                return true;
            });
            Thread.ofVirtual().start(replaced);
            assertThat(replaced.get(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            mayAnswer.countDown();
        }
    }

    private static Secret secret(int value) {
        byte[] bytes = new byte[TrunkPlace.SECRET_LENGTH];
        java.util.Arrays.fill(bytes, (byte) value);
        return Secret.owning(bytes);
    }

    private static TrunkMessage open(CallId call, int value) {
        return new TrunkMessage.Open(
                call, Bytes.of(TestDevice.RANDOM.next(16)), new TrunkPlace(secret(value), "127.0.0.1", 40_000, 64));
    }

    private PeerOutcome ask(Office from, TrunkMessage message) throws Exception {
        return from.peers()
                .request(
                        new OfficeDomain(ottawa.domain()),
                        null,
                        PeerType.TRUNK,
                        message.encode(),
                        System.currentTimeMillis() + 20_000)
                .get(30, TimeUnit.SECONDS);
    }
}
