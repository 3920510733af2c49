package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.federation.OfficeWords;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerFrame;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.federation.RequestQueue;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Refusal;
import org.whodis.core.line.Knock;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Party;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.office.line.Redemptions;
import org.whodis.office.testkit.TestDevice;

/** Who stands between two offices for as long as they exist, who answers nothing, and what a name leads to, over real sockets. */
@Timeout(600)
class BetweenOfficesTest {
    private static final int TYPE = 1000;

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicReference<InetAddress> leadsParis = new AtomicReference<>();
    private final AtomicReference<InetAddress> leadsOttawa = new AtomicReference<>();
    private Office paris;
    private Office ottawa;

    @BeforeEach
    void start() throws Exception {
        paris = office("paris", leadsParis);
        ottawa = office("ottawa", leadsOttawa);
        leadsParis.set(ottawa.httpsAddress().getAddress());
        leadsOttawa.set(paris.httpsAddress().getAddress());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void aManInTheMiddleWhoSearchesForKeysUnderWhichTheWordsMatchFindsNone() throws Exception {
        // One key for each side, out of as many as there is time for: each pair of them is a try.
        OfficeDomain parisDomain = domain(paris);
        OfficeDomain ottawaDomain = domain(ottawa);
        List<HybridKeyPair> forParis = keys(48);
        List<HybridKeyPair> forOttawa = keys(48);
        List<List<String>> atParis = new ArrayList<>();
        List<List<String>> atOttawa = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            atParis.add(words(parisDomain, paris.officeKey(), ottawaDomain, forParis.get(i)));
            atOttawa.add(words(ottawaDomain, ottawa.officeKey(), parisDomain, forOttawa.get(i)));
        }
        int bestAtParis = 0;
        int bestAtOttawa = 0;
        int best = -1;
        for (int i = 0; i < 48; i++) {
            for (int j = 0; j < 48; j++) {
                int same = alike(atParis.get(i), atOttawa.get(j));
                if (same > best) {
                    best = same;
                    bestAtParis = i;
                    bestAtOttawa = j;
                }
            }
        }
        HostileOffice towardsParis = trap("127.0.0.2", ottawa);
        HostileOffice towardsOttawa = trap("127.0.0.3", paris);
        serve(towardsParis, ottawaDomain, forParis.get(bestAtParis));
        serve(towardsOttawa, parisDomain, forOttawa.get(bestAtOttawa));
        leadsParis.set(towardsParis.address().getAddress());
        leadsOttawa.set(towardsOttawa.address().getAddress());
        List<String> seenAtParis = met(paris, ottawaDomain);
        List<String> seenAtOttawa = met(ottawa, parisDomain);
        assertThat(seenAtParis).isEqualTo(atParis.get(bestAtParis)).hasSize(OfficeWords.COUNT);
        assertThat(seenAtOttawa).isEqualTo(atOttawa.get(bestAtOttawa)).isNotEqualTo(seenAtParis);
        for (Office each : List.of(paris, ottawa)) {
            Office other = each == paris ? ottawa : paris;
            String heard = String.join(" ", each == paris ? seenAtOttawa : seenAtParis);
            assertThatThrownBy(() -> each.comparePeer(other.domain(), heard))
                    .isInstanceOf(OfficeException.class)
                    .hasMessageContaining("somebody stands between the two offices");
            assertThat(each.peerOffices().getFirst().comparedAt()).isNull();
        }
    }

    @Test
    void anOfficeThatAnswersNothingHoldsUpNobodyElse() throws Exception {
        HostileOffice silent = new HostileOffice(folder.resolve("silent"));
        opened.add(silent);
        silent.answersAs(silent.domain);
        List<CompletableFuture<PeerOutcome>> waiting = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            waiting.add(ask(paris, silent.domain, Bytes.of(new byte[8_000])));
        }
        AtomicInteger applied = counting(ottawa);
        for (int i = 0; i < 20; i++) {
            assertThat(ask(paris, domain(ottawa), Bytes.EMPTY).get(180, TimeUnit.SECONDS))
                    .isInstanceOf(PeerOutcome.Applied.class);
        }
        assertThat(applied).hasValue(20);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void anOfficeThatAsksAndNeverReadsTheAnswersIsCutAsASlowReaderAndHoldsUpNobodyElse() throws Exception {
        Bytes large = Bytes.of(new byte[200_000]);
        ottawa.peers().onRequest(TYPE, (PeerHandler.Durable)
                (_, _) -> (_, _) -> PeerHandler.Result.nothing(new PeerAnswer.Applied(large), 0));
        HostileOffice greedy = new HostileOffice(folder.resolve("greedy"));
        opened.add(greedy);
        HostileOffice.Link link = greedy.session(ottawa);
        greedy.stopReading();
        // Answers of 50 MB: what waits for it here, what the system holds for it and what it has read are far less.
        for (int i = 0; i < 250; i++) {
            link.send(new PeerFrame.Request(
                    i,
                    new PeerRequest(
                            Bytes.of(TestDevice.RANDOM.next(PeerRequest.ID_LENGTH)),
                            System.currentTimeMillis() + 600_000,
                            TYPE,
                            Bytes.EMPTY)));
        }
        assertThat(ask(paris, domain(ottawa), Bytes.EMPTY).get(180, TimeUnit.SECONDS))
                .isEqualTo(new PeerOutcome.Applied(large));
        awaitTrue(() -> ottawa.metrics().contains("reason=\"slow_reader\"}"));
        awaitTrue(() -> !ottawa.peers().isConnected(greedy.domain));
        assertThat(ottawa.peers().isConnected(domain(paris))).isTrue();
    }

    @Test
    void whatAnOfficeThatNeverReadsIsAskedIsBoundedAndToldAtOnceAndOthersAreServed() throws Exception {
        HostileOffice deaf = new HostileOffice(folder.resolve("deaf"));
        opened.add(deaf);
        deaf.answersAs(deaf.domain);
        deaf.stopReading();
        Bytes body = Bytes.of(new byte[200_000]);
        List<CompletableFuture<PeerOutcome>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(ask(paris, deaf.domain, body));
        }
        int room = RequestQueue.MAX_BYTES / body.length();
        assertThat(asked.subList(0, room)).noneMatch(CompletableFuture::isDone);
        assertThat(asked.subList(room, 100))
                .allMatch(each -> each.isDone() && each.join().equals(new PeerOutcome.NotSent(PeerRefusal.TOO_MANY)));
        awaitTrue(() -> deaf.requests.get() > 0);
        AtomicInteger applied = counting(ottawa);
        assertApplied(paris);
        assertThat(applied).hasValue(1);
        assertThat(deaf.requests.get()).as("what it has read").isLessThan(room);
    }

    @Test
    void whoeverAsksAnOfficeThatAnswersNothingUsesUpTheirOwnShareAndNobodyElses() throws Exception {
        HostileOffice silent = new HostileOffice(folder.resolve("silent"));
        opened.add(silent);
        silent.answersAs(silent.domain);
        TestDevice anna = device(paris, "Anna");
        TestDevice bert = device(paris, "Bert");
        int share = Redemptions.MAX_BY_ONE;
        int above = 20;
        Bytes knock = new LineRequest.KnockAt(knock(anna, silent.domain)).encode();
        for (int i = 0; i < share + above; i++) {
            anna.sendRaw(new ToOffice.Line(1_000 + i, knock).encode());
        }
        // The first ones wait for the other office; of the last ones their person hears at once.
        int tooMany = 0;
        while (tooMany < above) {
            if (anna.next() instanceof FromOffice.Response response) {
                assertThat(response.ok()).isFalse();
                int code = Refusal.decode(response.body()).code();
                assertThat(code).isIn(Refusal.TOO_MANY, Refusal.UNAVAILABLE);
                tooMany += code == Refusal.TOO_MANY ? 1 : 0;
            }
        }
        assertThat(silent.requests.get()).isLessThanOrEqualTo(share);
        Knock.Signed other = knock(bert, domain(ottawa));
        assertThat(bert.request(id -> new ToOffice.Line(id, new LineRequest.KnockAt(other).encode()))
                        .ok())
                .as("somebody else of the same office is served")
                .isTrue();
    }

    private static Knock.Signed knock(TestDevice by, OfficeDomain at) throws Exception {
        long now = System.currentTimeMillis();
        Knock knock = new Knock(
                Party.of(by.chain()),
                by.id(),
                at,
                "The minister",
                "Please call me back.",
                Bytes.of(TestDevice.RANDOM.next(Knock.NONCE_LENGTH)),
                now,
                now + Knock.MAX_LIFETIME_MILLIS);
        return new Knock.Signed(
                SignedByDevice.sign(TestDevice.PRIMITIVES, TestDevice.RANDOM, by.key(), Knock.LABEL, knock),
                by.chain().wire(),
                by.officeKey());
    }

    private TestDevice device(Office office, String name) throws Exception {
        TestDevice device = TestDevice.enrol(office, name).connect(office.httpsAddress());
        opened.add(device);
        return device;
    }

    private static void awaitTrue(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("what was waited for").isNegative();
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void aNameThatLeadsElsewhereEachTimeLeadsToNobodyElseOnceTheKeyIsKnown() throws Exception {
        AtomicInteger applied = counting(ottawa);
        HostileOffice trap = trap("127.0.0.2", ottawa);
        serve(trap, domain(ottawa), trap.key);
        AtomicInteger asked = new AtomicInteger();
        Office london = start(OfficeConfig.onLoopback(folder.resolve("london"))
                .withFederation(FederationConfig.DEFAULT.withResolver(_ -> List.of(
                        asked.getAndIncrement() % 2 == 0
                                ? ottawa.httpsAddress().getAddress()
                                : trap.address().getAddress()))));
        assertApplied(london);
        String known = london.peerOffices().getFirst().officeKey();
        assertThat(known).isEqualTo(ottawa.officeKey().hex());
        for (int i = 0; i < 4; i++) {
            ottawa.restartSignalling();
            // Where the name led to the trap, its key is held, and what was to be sent is told so; nothing is said to
            // it.
            PeerOutcome outcome = ask(london, domain(ottawa), Bytes.EMPTY).get(180, TimeUnit.SECONDS);
            assertThat(outcome).isInstanceOfAny(PeerOutcome.Applied.class, PeerOutcome.NotSent.class);
            assertThat(london.peerOffices().getFirst().officeKey()).isEqualTo(known);
        }
        assertThat(applied.get()).isPositive();
        assertThat(trap.requests).hasValue(0);
    }

    @Test
    void aNameThatLeadsOnePersonsOfficeElsewhereIsSeenInTheWordsAndChangesNothingForTheOthers() throws Exception {
        counting(ottawa);
        HostileOffice trap = trap("127.0.0.2", ottawa);
        serve(trap, domain(ottawa), trap.key);
        AtomicReference<InetAddress> leads =
                new AtomicReference<>(trap.address().getAddress());
        Office deceived = office("deceived", leads);
        assertApplied(paris);
        List<String> wrong = met(deceived, domain(ottawa));
        assertThat(wrong)
                .isNotEqualTo(OfficeWords.of(
                        TestDevice.PRIMITIVES,
                        domain(ottawa),
                        ottawa.officeKey(),
                        domain(deceived),
                        deceived.officeKey()));
        assertThat(deceived.peerOffices().getFirst().comparedAt()).isNull();
        paris.comparePeer(
                ottawa.domain(),
                String.join(" ", ottawa.meetPeer(paris.domain()).words()));
        assertApplied(paris);
    }

    /** The words that {@code office} shows for whoever it has met as {@code other}, who need not answer anything. */
    private static List<String> met(Office office, OfficeDomain other) throws Exception {
        var _ = ask(office, other, Bytes.EMPTY);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (office.peerOffices().isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return office.meetPeer(other.value()).words();
    }

    private void assertApplied(Office from) throws Exception {
        assertThat(ask(from, domain(ottawa), Bytes.EMPTY).get(180, TimeUnit.SECONDS))
                .isInstanceOf(PeerOutcome.Applied.class);
    }

    private static AtomicInteger counting(Office office) {
        AtomicInteger applied = new AtomicInteger();
        office.peers().onRequest(TYPE, (PeerHandler.Durable) (_, _) -> (_, _) -> {
            applied.incrementAndGet();
            return PeerHandler.Result.applied(new PeerAnswer.Applied(Bytes.EMPTY), () -> {});
        });
        return applied;
    }

    private static CompletableFuture<PeerOutcome> ask(Office from, OfficeDomain to, Bytes body) {
        long deadline = System.currentTimeMillis() + 600_000;
        return from.peers().send(from.peers().prepare(to, null, TYPE, body, deadline));
    }

    private static List<HybridKeyPair> keys(int count) {
        List<HybridKeyPair> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM));
        }
        return keys;
    }

    private static List<String> words(OfficeDomain own, Bytes ownKey, OfficeDomain other, HybridKeyPair shown) {
        return OfficeWords.of(
                TestDevice.PRIMITIVES, own, ownKey, other, shown.publicKey().keyHash(TestDevice.PRIMITIVES));
    }

    private static int alike(List<String> one, List<String> other) {
        int same = 0;
        for (int i = 0; i < one.size(); i++) {
            same += one.get(i).equals(other.get(i)) ? 1 : 0;
        }
        return same;
    }

    private HostileOffice trap(String address, Office at) throws Exception {
        HostileOffice trap = new HostileOffice(
                folder.resolve("trap " + address),
                new InetSocketAddress(address, at.httpsAddress().getPort()));
        opened.add(trap);
        return trap;
    }

    private static void serve(HostileOffice trap, OfficeDomain claimed, HybridKeyPair key) {
        trap.answersAs(trap.as(claimed, key));
    }

    private static OfficeDomain domain(Office office) {
        return new OfficeDomain(office.domain());
    }

    private Office office(String name, AtomicReference<InetAddress> leads) throws Exception {
        return start(OfficeConfig.onLoopback(folder.resolve(name))
                .withFederation(FederationConfig.DEFAULT.withResolver(host -> {
                    InetAddress to = leads.get();
                    if (to == null) {
                        throw new UnknownHostException(host);
                    }
                    return List.of(host.equals("localhost") ? to : InetAddress.getByName(host));
                })));
    }

    private Office start(OfficeConfig config) throws Exception {
        Office office = Office.start(config);
        opened.add(office);
        return office;
    }
}
