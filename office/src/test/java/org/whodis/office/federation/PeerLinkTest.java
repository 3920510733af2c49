package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.federation.VersionRange;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.testkit.RawTls;

/** Two offices on loopback, over real sockets, each with a certificate that it made itself. */
class PeerLinkTest {
    private static final int TYPE = 1000;
    private static final Bytes BODY = Bytes.utf8("question");

    @TempDir
    Path folder;

    private final List<Office> running = new ArrayList<>();
    private Office paris;
    private Office ottawa;

    @BeforeEach
    void start() throws Exception {
        paris = office("paris");
        ottawa = office("ottawa");
    }

    @AfterEach
    void stop() {
        running.forEach(Office::close);
    }

    @Test
    void aRequestIsAppliedAndItsAnswerComesBack() throws Exception {
        ottawa.peers().onRequest(TYPE, echo());
        assertThat(ask(paris, ottawa))
                .isEqualTo(new PeerOutcome.Applied(Bytes.utf8("question from " + paris.domain())));
        assertThat(paris.peers().isConnected(domain(ottawa))).isTrue();
        assertThat(ottawa.peers().isConnected(domain(paris))).isTrue();
        assertThat(paris.metrics()).contains("whodis_peer_connections_total 1\n");
    }

    @Test
    void bothUseOneConnectionWhoeverDialled() throws Exception {
        paris.peers().onRequest(TYPE, echo());
        ottawa.peers().onRequest(TYPE, echo());
        ask(paris, ottawa);
        assertThat(ask(ottawa, paris)).isInstanceOf(PeerOutcome.Applied.class);
        assertThat(paris.metrics()).contains("whodis_peer_connections_total 1\n");
        assertThat(ottawa.metrics()).contains("whodis_peer_connections_total 1\n");
    }

    @Test
    void officesThatDialEachOtherAtOnceAgreeOnOneConnectionAndLoseNothing() throws Exception {
        AtomicInteger applied = new AtomicInteger();
        for (Office each : running) {
            each.peers().onRequest(TYPE, counting(applied));
        }
        List<CompletableFuture<PeerOutcome>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(request(paris, ottawa, 30_000));
            all.add(request(ottawa, paris, 30_000));
        }
        for (CompletableFuture<PeerOutcome> each : all) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isInstanceOf(PeerOutcome.Applied.class);
        }
        assertThat(applied).hasValue(all.size());
    }

    @Test
    void aTypeThatTheOtherOfficeDoesNotKnowIsRefused() throws Exception {
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.Refused(Refusal.NOT_KNOWN));
    }

    @Test
    void aRequestMeantForAnotherKeyIsNotSent() throws Exception {
        AtomicInteger applied = new AtomicInteger();
        ottawa.peers().onRequest(TYPE, counting(applied));
        Bytes another = Bytes.of(new byte[32]);
        assertThat(paris.peers()
                        .request(domain(ottawa), another, TYPE, BODY, System.currentTimeMillis() + 30_000)
                        .get(30, TimeUnit.SECONDS))
                .isEqualTo(new PeerOutcome.NotSent(PeerRefusal.ANOTHER_KEY));
        assertThat(paris.peers()
                        .request(domain(ottawa), ottawa.officeKey(), TYPE, BODY, System.currentTimeMillis() + 30_000)
                        .get(30, TimeUnit.SECONDS))
                .isInstanceOf(PeerOutcome.Applied.class);
        assertThat(applied).hasValue(1);
    }

    @Test
    void withoutAnAnswerTheSenderLearnsAtTheDeadlineThatItDoesNotKnow() throws Exception {
        ottawa.peers().onRequest(TYPE, (PeerHandler.Volatile) (_, _) -> new CompletableFuture<>());
        assertThat(request(paris, ottawa, 1_000).get(30, TimeUnit.SECONDS)).isEqualTo(new PeerOutcome.Unknown());
    }

    @Test
    void anOfficeThatIsAwayIsTriedAgainUntilTheDeadline() throws Exception {
        int port = ottawa.httpsAddress().getPort();
        ottawa.close();
        CompletableFuture<PeerOutcome> waiting = request(paris, ottawa, 60_000);
        Office again = start(OfficeConfig.onLoopback(folder.resolve("ottawa")).withPorts(port, 0));
        again.peers().onRequest(TYPE, echo());
        assertThat(waiting.get(60, TimeUnit.SECONDS))
                .isIn(
                        new PeerOutcome.Applied(Bytes.utf8("question from " + paris.domain())),
                        // The moment between the start and the line above.
                        new PeerOutcome.Refused(Refusal.NOT_KNOWN));
    }

    @Test
    void aConnectionThatEndsWhileARequestIsUnderWayDoesNotApplyItTwice() throws Exception {
        AtomicInteger applied = new AtomicInteger();
        CompletableFuture<PeerAnswer> slow = new CompletableFuture<>();
        CountDownLatch arrived = new CountDownLatch(1);
        ottawa.peers().onRequest(TYPE, (PeerHandler.Volatile) (_, _) -> {
            applied.incrementAndGet();
            arrived.countDown();
            return slow;
        });
        CompletableFuture<PeerOutcome> outcome = request(paris, ottawa, 60_000);
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
        ottawa.restartSignalling();
        slow.complete(new PeerAnswer.Applied(Bytes.EMPTY));
        assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo(new PeerOutcome.Applied(Bytes.EMPTY));
        assertThat(applied).hasValue(1);
    }

    @Test
    void anOfficeDoesNotTalkToItself() throws Exception {
        assertThat(ask(paris, paris)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.OWN_DOMAIN));
    }

    @Test
    @org.junit.jupiter.api.DisplayName("an office one release behind still calls, under the version that both have")
    void anOfficeOneReleaseBehindIsSpokenToInItsVersion() throws Exception {
        Office later = start(OfficeConfig.onLoopback(folder.resolve("later"))
                .withFederation(FederationConfig.DEFAULT.withVersions(new VersionRange(1, 2))));
        AtomicInteger version = new AtomicInteger();
        paris.peers().onRequest(TYPE, (PeerHandler.Volatile) (from, _) -> {
            version.set(from.version());
            return CompletableFuture.completedFuture(new PeerAnswer.Applied(Bytes.EMPTY));
        });
        assertThat(ask(later, paris)).isInstanceOf(PeerOutcome.Applied.class);
        assertThat(version).hasValue(1);
    }

    @Test
    void officesWithoutACommonVersionDoNotTalk() throws Exception {
        Office later = start(OfficeConfig.onLoopback(folder.resolve("later"))
                .withFederation(FederationConfig.DEFAULT.withVersions(new VersionRange(2, 3))));
        assertThat(ask(later, paris)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.NO_COMMON_VERSION));
    }

    @Test
    void aKeyExchangeThatIsNotPostQuantumIsRefusedToOfficesAndAllowedToDevices() throws Exception {
        // The JDK's TLS has no X25519MLKEM768.
        try (RawTls tls = new RawTls(paris.httpsAddress())) {
            assertThat(tls.upgrade(Peers.PATH, Peers.SUBPROTOCOL).status()).isEqualTo(400);
        }
        try (RawTls tls = new RawTls(paris.httpsAddress())) {
            assertThat(tls.upgrade("/v1/device", "whodis.1").status()).isEqualTo(101);
        }
    }

    @Test
    void addressesOfOtherMachinesInPrivateNetworksAreNotConnectedTo() throws Exception {
        Office inside = start(OfficeConfig.onLoopback(folder.resolve("inside"))
                .withFederation(FederationConfig.DEFAULT.withResolver(
                        _ -> List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 5})))));
        assertThat(inside.peers()
                        .request(new OfficeDomain("a.example"), null, TYPE, BODY, System.currentTimeMillis() + 30_000)
                        .get(30, TimeUnit.SECONDS))
                .isEqualTo(new PeerOutcome.NotSent(PeerRefusal.ADDRESS_NOT_ALLOWED));
        assertThat(inside.peers()
                        .request(
                                new OfficeDomain("localhost:25"), null, TYPE, BODY, System.currentTimeMillis() + 30_000)
                        .get(30, TimeUnit.SECONDS))
                .isEqualTo(new PeerOutcome.NotSent(PeerRefusal.ADDRESS_NOT_ALLOWED));
    }

    private PeerOutcome ask(Office from, Office to) throws Exception {
        return request(from, to, 30_000).get(30, TimeUnit.SECONDS);
    }

    private static CompletableFuture<PeerOutcome> request(Office from, Office to, long millis) {
        long deadline = System.currentTimeMillis() + millis;
        return from.peers().send(from.peers().prepare(domain(to), null, TYPE, BODY, deadline));
    }

    private static PeerHandler.Volatile echo() {
        return (from, request) -> CompletableFuture.completedFuture(
                new PeerAnswer.Applied(Bytes.concat(request.body(), Bytes.utf8(" from " + from.domain()))));
    }

    private static PeerHandler.Durable counting(AtomicInteger applied) {
        return (_, _) -> (_, _) -> {
            applied.incrementAndGet();
            return PeerHandler.Result.applied(new PeerAnswer.Applied(Bytes.EMPTY), () -> {});
        };
    }

    private static OfficeDomain domain(Office office) {
        return new OfficeDomain(office.domain());
    }

    private Office office(String name) throws Exception {
        return start(OfficeConfig.onLoopback(folder.resolve(name)));
    }

    private Office start(OfficeConfig config) throws Exception {
        Office office = Office.start(config);
        running.add(office);
        return office;
    }
}
