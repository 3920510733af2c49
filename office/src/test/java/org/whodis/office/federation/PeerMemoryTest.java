package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.testkit.TestDevice;

/** What strangers can fill, and what they cannot push out. */
@Timeout(600)
class PeerMemoryTest {
    private static final int VOLATILE = 1000;
    private static final int DURABLE = 1001;
    private static final int LARGE = 200 * 1024;

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong deadline = new AtomicLong();
    private Office ottawa;
    private HostileOffice mallory;

    @BeforeEach
    void start() throws Exception {
        ottawa = start("ottawa", FederationConfig.DEFAULT);
        mallory = new HostileOffice(folder.resolve("mallory"));
        opened.add(mallory);
        ottawa.peers().onRequest(VOLATILE, (PeerHandler.Volatile) (_, request) -> {
            asked.incrementAndGet();
            deadline.set(request.deadline());
            int size = request.body().isEmpty() ? 0 : LARGE;
            return CompletableFuture.completedFuture(new PeerAnswer.Applied(Bytes.of(new byte[size])));
        });
        ottawa.peers().onRequest(DURABLE, (PeerHandler.Durable) (_, _) -> {
            asked.incrementAndGet();
            return PeerHandler.Work.answer(new PeerAnswer.Refused(Refusal.NOT_ALLOWED));
        });
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void whatIsNotWrittenDownWaitsForFifteenSecondsAtMost() throws Exception {
        Office paris = start("paris", FederationConfig.DEFAULT);
        long before = System.currentTimeMillis();
        for (int i = 0; i < 20 && asked.get() == 0; i++) {
            // On a machine that is slow enough fifteen seconds pass before there is a connection.
            paris.peers()
                    .request(domain(ottawa), null, VOLATILE, Bytes.EMPTY, before + 3_600_000)
                    .get(60, TimeUnit.SECONDS);
        }
        int byParis = asked.get();
        assertThat(byParis).isPositive();
        assertThat(deadline.get()).isBetween(before, System.currentTimeMillis() + PeerLink.MAX_VOLATILE_MILLIS);
        // And nobody makes this office keep an answer for longer either.
        HostileOffice.Link link = mallory.session(ottawa);
        assertThat(ask(link, 0, id(), VOLATILE, Bytes.EMPTY, 3_600_000))
                .isEqualTo(new PeerAnswer.Refused(Refusal.MALFORMED));
        assertThat(asked).hasValue(byParis);
    }

    @Test
    void anAnswerThatIsRememberedIsGivenAgainAndLargeOnesAreForgottenFirstWhereTheyAreMany() throws Exception {
        HostileOffice.Link link = mallory.session(ottawa);
        Bytes first = id();
        ask(link, 0, first, VOLATILE, Bytes.utf8("large"), 10_000);
        ask(link, 1, first, VOLATILE, Bytes.utf8("large"), 10_000);
        assertThat(asked).as("the same once more").hasValue(1);
        for (int i = 0; i < 8; i++) {
            ask(link, 2 + i, id(), VOLATILE, Bytes.utf8("large"), 10_000);
        }
        assertThat(asked).hasValue(9);
        ask(link, 10, first, VOLATILE, Bytes.utf8("large"), 10_000);
        assertThat(asked).as("there is no room to remember it").hasValue(10);
    }

    @Test
    void aRefusedRequestThatIsSentAgainOverTheNextConnectionIsNotJudgedTwice() throws Exception {
        Bytes id = id();
        HostileOffice.Link link = mallory.session(ottawa);
        PeerAnswer refused = ask(link, 0, id, DURABLE, Bytes.EMPTY, 30_000);
        HostileOffice.Link next = mallory.session(ottawa);
        assertThat(link.isClosedSoon())
                .as("of two connections the newer one lives")
                .isTrue();
        assertThat(ask(next, 0, id, DURABLE, Bytes.EMPTY, 30_000)).isEqualTo(refused);
        assertThat(asked).hasValue(1);
    }

    @Test
    void officesThatNobodyComparedMakeRoomForOneThatWas() throws Exception {
        Office paris = start("paris", FederationConfig.DEFAULT.withMaxActive(3).withResolver(host -> {
            if (host.startsWith("n")) {
                throw new UnknownHostException(host);
            }
            return List.of(InetAddress.getLoopbackAddress());
        }));
        assertThat(waiting(paris, ottawa.domain()).get(300, TimeUnit.SECONDS))
                .isEqualTo(new PeerOutcome.Refused(Refusal.NOT_ALLOWED));
        paris.comparePeer(
                ottawa.domain(),
                String.join(" ", ottawa.meetPeer(paris.domain()).words()));
        // The connection ends and nobody waits: the office is let go when others need the place.
        paris.admitPeer(ottawa.domain(), false);
        paris.admitPeer(ottawa.domain(), true);
        List<CompletableFuture<PeerOutcome>> strangers = new ArrayList<>();
        do {
            // Names that lead nowhere, so that each of them waits.
            strangers.add(waiting(paris, "n" + strangers.size() + ".localhost:1024"));
        } while (!strangers.getLast().isDone() && strangers.size() < 10);
        assertThat(strangers.getLast().join()).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.TOO_MANY));
        assertThat(waiting(paris, ottawa.domain()).get(300, TimeUnit.SECONDS))
                .isEqualTo(new PeerOutcome.Refused(Refusal.NOT_ALLOWED));
    }

    @Test
    void aLateAnswerGoesOutAtTheNextMultiple() {
        assertThat(Peer.delay(0, 12_345)).as("at once").isZero();
        assertThat(Peer.delay(10_500, 10_000)).isEqualTo(500);
        assertThat(Peer.delay(10_500, 10_500)).isZero();
        assertThat(Peer.delay(10_500, 10_501)).isEqualTo(499);
        assertThat(Peer.delay(10_500, 10_999)).isEqualTo(1);
        assertThat(Peer.delay(10_500, 11_000)).isZero();
        assertThat(Peer.delay(10_500, 11_200)).isEqualTo(300);
    }

    private static CompletableFuture<PeerOutcome> waiting(Office from, String to) {
        return from.peers()
                .send(from.peers()
                        .prepare(
                                new OfficeDomain(to),
                                null,
                                DURABLE,
                                Bytes.EMPTY,
                                System.currentTimeMillis() + 3_000_000));
    }

    private static PeerAnswer ask(HostileOffice.Link link, long sequence, Bytes id, int type, Bytes body, long millis)
            throws Exception {
        link.send(
                new PeerFrame.Request(sequence, new PeerRequest(id, System.currentTimeMillis() + millis, type, body)));
        return ((PeerFrame.Answer) link.next()).answer();
    }

    private static Bytes id() {
        return Bytes.of(TestDevice.RANDOM.next(PeerRequest.ID_LENGTH));
    }

    private static OfficeDomain domain(Office office) {
        return new OfficeDomain(office.domain());
    }

    private Office start(String name, FederationConfig federation) throws Exception {
        Office office =
                Office.start(OfficeConfig.onLoopback(folder.resolve(name)).withFederation(federation));
        opened.add(office);
        return office;
    }
}
