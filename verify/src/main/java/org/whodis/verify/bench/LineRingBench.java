package org.whodis.verify.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineTerms;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeContext;
import org.whodis.office.OfficeTime;
import org.whodis.office.OwnKeys;
import org.whodis.office.federation.PeerHandler;
import org.whodis.office.federation.PeerLink;
import org.whodis.office.line.IncidentBook;
import org.whodis.office.line.LineGate;
import org.whodis.office.media.MediaRelay;
import org.whodis.office.media.RoomKeeper;
import org.whodis.office.media.TrunkKeeper;
import org.whodis.office.media.TurnGate;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.session.Sessions;
import org.whodis.office.session.Switchboard;
import org.whodis.office.store.PeerStore;
import org.whodis.office.store.sqlite.SqliteStore;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayMember;
import org.whodis.relay.TrunkId;
import org.whodis.relay.TrunkRequest;

/**
 * Attempts to ring by lines, right ones and wrong ones, from the moment the office has the envelope to the moment it knows
 * the answer: reading, the questions to SQLite, one line proof verified, and for those that ring the call and its offer on
 * disk and synced. Figures are attempts per second of processor time of all threads, which is what one core does, and by
 * the clock with as many threads as wait at once in a busy office.
 */
public final class LineRingBench {
    private static final int PEOPLE = 400;
    private static final int ATTEMPTS = 4_000;

    /** Rounds in which the JVM still compiles; they are printed and not counted. */
    private static final int WARM_UP_ROUNDS = 5;

    private static final int ROUNDS = 5;
    private static final int WAITING_AT_ONCE = 128;
    private static final OfficeDomain DOMAIN = new OfficeDomain("bench.example");
    private static final long BEGIN = 1_795_305_600_000L;

    private final Primitives primitives = new JvmPrimitives();
    private final RandomBytes random = random();
    private final List<Person> people = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(BEGIN);

    private record Person(VerifiedChain chain, DeviceId device) {}

    /** What is tried. */
    private enum Kind {
        RIGHT,
        NEVER_ISSUED,
        ANOTHER_IDENTITY,
        WITHDRAWN,
        FORGED
    }

    /** Time passes between rounds only. */
    private final class TurnedByHand implements OfficeTime.Machine {
        @Override
        public long nanos() {
            return now.get() * 1_000_000;
        }

        @Override
        public void later(long millis, Runnable action) {
            throw new UnsupportedOperationException("nothing in this measurement comes later");
        }
    }

    private record Attempt(Kind kind, Person caller, Envelope envelope) {}

    private LineRingBench() {}

    public static void main(String[] arguments) throws Exception {
        new LineRingBench().run();
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory("whodis-bench");
        try (SqliteStore store = SqliteStore.open(folder.resolve("office.db"))) {
            HybridKeyPair key = HybridKeyPair.generate(primitives, random);
            EventLog log = new EventLog();
            OfficeContext office = new OfficeContext(
                    DOMAIN,
                    OwnKeys.only(primitives, key),
                    store,
                    primitives,
                    random,
                    () -> Instant.ofEpochMilli(now.get()),
                    OfficeTime.begin(new TurnedByHand(), () -> Instant.ofEpochMilli(now.get())),
                    new OfficeMetrics(log),
                    log);
            IncidentBook incidents = new IncidentBook(office, (_, _) -> {});
            NoPeers peers = new NoPeers();
            NoRelay relay = new NoRelay();
            TrunkKeeper trunks = new TrunkKeeper(office, relay, (_, _) -> null, peers, (_, _) -> {
                throw new UnsupportedOperationException();
            });
            Switchboard switchboard = new Switchboard(
                    office,
                    new Sessions(office),
                    new RoomKeeper(
                            office,
                            relay,
                            (_, _) -> null,
                            (_, _) -> {},
                            trunks,
                            new TurnGate("bench", random::next, System::nanoTime, relay)),
                    new LineGate(office, incidents),
                    (_, _) -> {},
                    peers);
            enrol(office);
            System.out.printf(
                    Locale.ROOT, "%d people, %d attempts a round, half of them wrong, SQLite%n", PEOPLE, ATTEMPTS);
            double[] rates = new double[ROUNDS];
            for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
                List<Attempt> attempts = attempts(office);
                double rate = report(round, attempts, switchboard, incidents);
                if (round >= WARM_UP_ROUNDS) {
                    rates[round - WARM_UP_ROUNDS] = rate;
                }
                now.addAndGet(120_000);
            }
            Arrays.sort(rates);
            System.out.printf(
                    Locale.ROOT,
                    "after %d rounds, per second of one core: median %.0f, least %.0f, most %.0f (bound 2000)%n",
                    WARM_UP_ROUNDS,
                    rates[ROUNDS / 2],
                    rates[0],
                    rates[ROUNDS - 1]);
        } finally {
            CallBench.delete(folder);
        }
    }

    /** Returns the attempts per second of processor time. */
    private double report(int round, List<Attempt> attempts, Switchboard switchboard, IncidentBook incidents)
            throws Exception {
        com.sun.management.OperatingSystemMXBean machine =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = machine.getProcessCpuTime();
        long storeCpu = cpuOf("office-store");
        long answering;
        long clock = System.nanoTime();
        Map<Kind, Integer> rang = new EnumMap<>(Kind.class);
        try (ExecutorService threads = Executors.newFixedThreadPool(WAITING_AT_ONCE)) {
            List<Future<SubmitOutcome>> outcomes = new ArrayList<>();
            for (Attempt each : attempts) {
                outcomes.add(threads.submit(() -> switchboard
                        .submit(each.caller().chain().principal(), each.caller().device(), each.envelope())
                        .get()));
            }
            for (int i = 0; i < attempts.size(); i++) {
                boolean isRinging = outcomes.get(i).get() != SubmitOutcome.UNKNOWN_RECIPIENT;
                rang.merge(attempts.get(i).kind(), isRinging ? 1 : 0, Integer::sum);
            }
            answering = cpuOf("pool-");
        }
        incidents.flush();
        double seconds = (System.nanoTime() - clock) * 1e-9;
        double cpuSeconds = (machine.getProcessCpuTime() - cpu) * 1e-9;
        double storeSeconds = (cpuOf("office-store") - storeCpu) * 1e-9;
        for (Kind kind : Kind.values()) {
            long tried = attempts.stream().filter(each -> each.kind() == kind).count();
            if (rang.getOrDefault(kind, 0) != (kind == Kind.RIGHT ? tried : 0)) {
                throw new IllegalStateException(kind + ": " + rang.get(kind) + " of " + tried + " rang");
            }
        }
        System.out.printf(
                Locale.ROOT,
                "round %d: %5.0f attempts per second of one core, %5.0f by the clock; microseconds of processor time an"
                        + " attempt: %.0f judging, %.0f storing, %.0f the JVM's own%n",
                round + 1,
                attempts.size() / cpuSeconds,
                attempts.size() / seconds,
                answering * 1e-3 / attempts.size(),
                storeSeconds * 1e6 / attempts.size(),
                (cpuSeconds - storeSeconds - answering * 1e-9) * 1e6 / attempts.size());
        return attempts.size() / cpuSeconds;
    }

    /** Processor time of the living threads whose names begin like this, in nanoseconds. */
    private static long cpuOf(String prefix) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long out = 0;
        for (ThreadInfo each : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (each != null && each.getThreadName().startsWith(prefix)) {
                out += Math.max(0, threads.getThreadCpuTime(each.getThreadId()));
            }
        }
        return out;
    }

    private void enrol(OfficeContext office) throws Exception {
        for (int i = 0; i < PEOPLE; i++) {
            HybridKeyPair device = HybridKeyPair.generate(primitives, random);
            Bytes genesis = new Genesis(
                            DOMAIN,
                            office.officeKey(),
                            device.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            "Person " + i,
                            "",
                            BEGIN,
                            Bytes.of(random.next(Genesis.NONCE_LENGTH)))
                    .encode();
            SignedGenesis signed = new SignedGenesis(
                    genesis,
                    device.sign(primitives, SignedGenesis.BY_DEVICE, genesis, random),
                    office.key().sign(primitives, SignedGenesis.BY_OFFICE, genesis, random));
            VerifiedChain chain = new UnverifiedChain(signed, List.of())
                    .verify(
                            primitives,
                            OfficeKeys.only(primitives, DOMAIN, office.key().publicKey()));
            people.add(new Person(chain, new DeviceId(device.publicKey().keyHash(primitives))));
            office.store().transact(transaction -> {
                transaction.principals().add(chain, BEGIN);
                return true;
            });
        }
    }

    /** Five right and five wrong ones of each person, so that no limit of a minute counts. */
    private List<Attempt> attempts(OfficeContext office) throws Exception {
        List<Attempt> out = new ArrayList<>();
        Random order = new Random(1);
        int each = ATTEMPTS / PEOPLE / 2;
        for (int i = 0; i < PEOPLE; i++) {
            Person caller = people.get(i);
            for (int j = 0; j < each; j++) {
                Person callee = people.get((i + j + 1) % PEOPLE);
                LineSecret right = line(office, callee, caller, LineFacts.State.BOUND);
                out.add(attempt(Kind.RIGHT, caller, callee, right));
                Kind wrong = Kind.values()[1 + j % 4];
                LineSecret secret = switch (wrong) {
                    case RIGHT, NEVER_ISSUED -> LineSecret.generate(random);
                    case ANOTHER_IDENTITY -> line(office, callee, people.get((i + 7) % PEOPLE), LineFacts.State.BOUND);
                    case WITHDRAWN -> line(office, callee, caller, LineFacts.State.WITHDRAWN);
                    case FORGED -> right;
                };
                out.add(attempt(wrong, caller, callee, secret));
            }
        }
        Collections.shuffle(out, order);
        return out;
    }

    private LineSecret line(OfficeContext office, Person issuer, Person holder, LineFacts.State state)
            throws InterruptedException {
        LineSecret secret = LineSecret.generate(random);
        LineFacts facts = new LineFacts(
                secret.id(primitives),
                issuer.chain().principal(),
                state,
                LineHolder.of(Party.of(holder.chain())),
                LineTerms.STANDARD);
        office.store().transact(transaction -> {
            transaction.lines().add(facts, now.get(), Bytes.EMPTY);
            return true;
        });
        return secret;
    }

    private Attempt attempt(Kind kind, Person caller, Person callee, LineSecret secret) {
        CallId call = new CallId(Bytes.of(random.next(CallId.LENGTH)));
        Offer offer = new Offer(
                call,
                Bytes.of(random.next(32)),
                Party.of(caller.chain()),
                caller.device(),
                Party.of(callee.chain()),
                List.of(0xF002),
                now.get(),
                now.get() + 45_000);
        HybridKeyPair key = secret.key(primitives);
        LineProof proof = LineProof.make(primitives, random, key, offer);
        if (kind == Kind.FORGED) {
            proof = new LineProof(
                    new LineId(key.publicKey().keyHash(primitives)),
                    key.publicKey(),
                    key.sign(primitives, LineProof.LABEL, Bytes.EMPTY, random));
        }
        Bytes signed = offer.withLineProof(proof.encode()).encode();
        // The office does not verify the device's signature on an offer from its own session; the callee's device does.
        CallMessage message = new CallMessage.SignedOffer(
                signed, caller.device(), proof.byLine(), caller.chain().wire());
        return new Attempt(
                kind,
                caller,
                new Envelope(
                        new EnvelopeId(Bytes.of(random.next(EnvelopeId.LENGTH))),
                        caller.chain().principal(),
                        caller.device(),
                        callee.chain().principal(),
                        null,
                        call,
                        now.get() + 45_000,
                        message.encode()));
    }

    private static RandomBytes random() {
        SecureRandom source = new SecureRandom();
        return count -> {
            byte[] out = new byte[count];
            source.nextBytes(out);
            return out;
        };
    }

    /** Nobody joins a room before somebody has answered. */
    private static final class NoRelay implements MediaRelay {
        @Override
        public RelayMember createMember(MemberRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void removeMember(MemberId id) {}

        @Override
        public int reserveTrunk() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void connectTrunk(TrunkRequest request) {}

        @Override
        public void removeTrunk(TrunkId id) {}

        @Override
        public void closeRoom(String room) {}

        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress(0);
        }
    }

    /** All of them are here. */
    private static final class NoPeers implements PeerLink {
        @Override
        public CompletableFuture<PeerOutcome> request(
                OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
            return CompletableFuture.completedFuture(new PeerOutcome.Unknown());
        }

        @Override
        public PeerStore.Outgoing prepare(
                OfficeDomain to, @Nullable Bytes officeKey, int type, Bytes body, long deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<PeerOutcome> send(PeerStore.Outgoing outgoing) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onRequest(int type, PeerHandler handler) {}

        @Override
        public void onConnection(ConnectionListener listener) {}

        @Override
        public boolean isConnected(OfficeDomain office) {
            return false;
        }
    }
}
