package org.whodis.office.line;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.XWing;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.SignedGenesis;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineCard;
import org.whodis.core.line.LineDecision;
import org.whodis.core.line.LineException;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LineRedemption;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.LineWithdrawal;
import org.whodis.core.line.SealedBox;
import org.whodis.core.line.SealingKey;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.Encodable;
import org.whodis.office.OfficeContext;
import org.whodis.office.OfficeTime;
import org.whodis.office.OwnKeys;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.store.Store;
import org.whodis.office.store.sqlite.SqliteTransactions;
import org.whodis.office.store.sqlite.SqliteTransactions.Job;

/**
 * The parts of an office that know lines, on a database in memory, under a clock that the test turns. It writes down which
 * questions the store was asked and how many signatures were verified.
 */
final class LineOffice implements AutoCloseable {
    static final OfficeDomain DOMAIN = new OfficeDomain("office.example");
    static final long START = 1_795_305_600_000L;

    final List<String> asked = new ArrayList<>();
    long verifications;
    long now = START;
    final TreeMap<Long, List<Runnable>> scheduled = new TreeMap<>();
    final OfficeContext context;
    final IncidentBook incidents;
    final LineGate gate;
    final LineDesk desk;
    final ConstantAnswers answers;
    final List<String> told = new ArrayList<>();

    private final SqliteTransactions transactions = SqliteTransactions.inMemory();
    private final Map<Verification, Boolean> verified = new HashMap<>();
    private final AtomicLong seed = new AtomicLong(1);

    LineOffice() {
        Primitives primitives = counting(new JvmPrimitives());
        java.util.Random source = new java.util.Random(42);
        RandomBytes random = count -> {
            byte[] out = new byte[count];
            source.nextBytes(out);
            return out;
        };
        HybridKeyPair key = HybridKeyPair.generate(primitives, random);
        EventLog log = new EventLog();
        context = new OfficeContext(
                DOMAIN,
                OwnKeys.only(primitives, key),
                new RecordingStore(),
                primitives,
                random,
                () -> java.time.Instant.ofEpochMilli(now),
                OfficeTime.begin(new TurnedByHand(), () -> java.time.Instant.ofEpochMilli(now)),
                new OfficeMetrics(log),
                log);
        answers = new ConstantAnswers((at, action) -> {
            scheduled.computeIfAbsent(at, _ -> new ArrayList<>()).add(action);
            return () -> scheduled.getOrDefault(at, new ArrayList<>()).remove(action);
        });
        LineTeller teller = (principal, news) -> told.add(principal + " " + news.kind());
        incidents = new IncidentBook(context, teller);
        gate = new LineGate(context, incidents);
        desk = new LineDesk(context, answers, incidents, teller);
    }

    /** Turns the clock, and runs what was scheduled until then. */
    void runUntil(long time) {
        while (!scheduled.isEmpty() && scheduled.firstKey() <= time) {
            var due = scheduled.pollFirstEntry();
            now = Math.max(now, due.getKey());
            due.getValue().forEach(Runnable::run);
        }
        now = Math.max(now, time);
    }

    /** Time passes when {@link #runUntil} says so. */
    private final class TurnedByHand implements OfficeTime.Machine {
        @Override
        public long nanos() {
            return now * 1_000_000;
        }

        @Override
        public void later(long millis, Runnable action) {
            scheduled.computeIfAbsent(now + millis, _ -> new ArrayList<>()).add(action);
        }
    }

    /** Somebody of this office, or of another one with a key of its own. */
    final class Person {
        final HybridKeyPair device = HybridKeyPair.generate(context.primitives(), context.random());
        final HybridKeyPair office;
        final VerifiedChain chain;

        Person(String name, OfficeDomain domain, HybridKeyPair office) {
            this.office = office;
            Bytes genesis = new Genesis(
                            domain,
                            office.publicKey().keyHash(context.primitives()),
                            device.publicKey(),
                            DeviceKind.JAVA_PHONE,
                            name,
                            "Minister",
                            START,
                            Bytes.of(context.random().next(Genesis.NONCE_LENGTH)))
                    .encode();
            SignedGenesis signed = new SignedGenesis(
                    genesis,
                    device.sign(context.primitives(), SignedGenesis.BY_DEVICE, genesis, context.random()),
                    office.sign(context.primitives(), SignedGenesis.BY_OFFICE, genesis, context.random()));
            try {
                this.chain = new UnverifiedChain(signed, List.of())
                        .verify(
                                context.primitives(),
                                OfficeKeys.only(context.primitives(), domain, office.publicKey()));
            } catch (IdentityException impossible) {
                throw new AssertionError(impossible);
            }
        }

        DeviceId deviceId() {
            return new DeviceId(device.publicKey().keyHash(context.primitives()));
        }

        LineHolder holder() {
            return LineHolder.of(Party.of(chain));
        }

        SignedByDevice sign(String label, Encodable statement) {
            return SignedByDevice.sign(context.primitives(), context.random(), device, label, statement);
        }

        SignedRedemption redeem(LineSecret secret, OfficeDomain at) {
            HybridKeyPair key = secret.key(context.primitives());
            LineRedemption said = new LineRedemption(
                    new LineId(key.publicKey().keyHash(context.primitives())),
                    key.publicKey(),
                    Party.of(chain),
                    deviceId(),
                    at,
                    XWing.publicKey(context.primitives(), SealingKey.privateKey(context.primitives(), device)),
                    null,
                    Bytes.of(context.random().next(LineRedemption.NONCE_LENGTH)),
                    now,
                    now + LineRedemption.MAX_LIFETIME_MILLIS);
            return SignedRedemption.sign(
                    context.primitives(), context.random(), said, key, device, chain.wire(), office.publicKey());
        }

        LineIssue issue(LineSecret secret, LineTerms terms, @Nullable LineHolder holder) {
            LineId id = secret.id(context.primitives());
            return new LineIssue(
                    id,
                    Party.of(chain),
                    holder,
                    terms,
                    new LineCard(id, Party.of(chain), terms, holder)
                            .seal(context.primitives(), context.random(), secret),
                    SealedBox.empty(),
                    null,
                    now);
        }
    }

    /** Somebody who is enrolled here. */
    Person enrol(String name) throws InterruptedException {
        Person person = new Person(name, DOMAIN, context.key());
        context.store().transact(transaction -> {
            transaction.principals().add(person.chain, START);
            return true;
        });
        return person;
    }

    Person stranger(String name, String domain) {
        return new Person(
                name, new OfficeDomain(domain), HybridKeyPair.generate(context.primitives(), context.random()));
    }

    /** A reply that has to be good. */
    private static final class Good implements LineDesk.Reply {
        private boolean isOk;

        @Override
        public void ok(Bytes body) {
            isOk = true;
        }

        @Override
        public void refused(org.whodis.core.identity.Refusal refusal) {
            throw new AssertionError("refused: " + refusal);
        }
    }

    void ask(Person who, org.whodis.core.line.LineRequest request) throws InterruptedException {
        Good reply = new Good();
        desk.handle(who.chain.principal(), who.deviceId(), request.encode(), now, reply);
        if (!reply.isOk) {
            throw new AssertionError("no answer");
        }
    }

    void issue(Person issuer, LineSecret secret, LineTerms terms, @Nullable LineHolder holder)
            throws InterruptedException {
        ask(
                issuer,
                new org.whodis.core.line.LineRequest.Issue(
                        issuer.sign(LineIssue.LABEL, issuer.issue(secret, terms, holder))));
    }

    /** What is answered in the end. */
    Bytes redeem(Person who, LineSecret secret) throws InterruptedException {
        List<Bytes> answer = new ArrayList<>();
        desk.redemptions()
                .redeem(
                        who.redeem(secret, DOMAIN),
                        who.chain.genesis().officeDomain(),
                        who.chain.genesis().officeKey()::equals,
                        now,
                        answer::add);
        runUntil(now + 500);
        if (answer.size() != 1) {
            throw new AssertionError(answer.size() + " answers");
        }
        return answer.getFirst();
    }

    void decide(Person issuer, LineSecret secret, Person redeemer, boolean yes)
            throws InterruptedException, LineException {
        SignedRedemption redemption = redeemer.redeem(secret, DOMAIN);
        LineDecision decision = new LineDecision(
                secret.id(context.primitives()), redeemer.holder(), redemption.hash(context.primitives()), yes, now);
        ask(issuer, new org.whodis.core.line.LineRequest.Decide(issuer.sign(LineDecision.LABEL, decision)));
    }

    void withdraw(Person issuer, LineSecret secret) throws InterruptedException {
        ask(
                issuer,
                new org.whodis.core.line.LineRequest.Withdraw(
                        issuer.sign(LineWithdrawal.LABEL, new LineWithdrawal(secret.id(context.primitives()), now))));
    }

    LineSecret secret() {
        seed.incrementAndGet();
        return LineSecret.generate(context.random());
    }

    @Override
    public void close() {
        transactions.close();
    }

    private final class RecordingStore implements Store {
        @Override
        public <T> T transact(Work<T> work) throws InterruptedException {
            T result = attempt(work);
            if (result == null) {
                throw new IllegalArgumentException("work without a result");
            }
            return result;
        }

        @Override
        public <T> @Nullable T attempt(Work<T> work) throws InterruptedException {
            asked.add("begin");
            Job<T> job = Job.awaited(transaction -> work.run(recorded(Transaction.class, transaction, "")));
            transactions.run(List.of(job));
            return job.await();
        }

        @Override
        public void transactSoon(Work<?> work) {
            throw new AssertionError("nothing about lines may be lost");
        }

        @Override
        public void close() {}
    }

    private <T> T recorded(Class<T> type, T target, String name) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (name.isEmpty()) {
                        return port(method, target);
                    }
                    asked.add(name + "." + method.getName());
                    return invoke(method, target, arguments);
                }));
    }

    private Object port(Method method, Object transaction) throws Throwable {
        Object port = invoke(method, transaction, null);
        return recordedPort(method.getReturnType(), port, method.getName());
    }

    private <T> Object recordedPort(Class<T> type, Object port, String name) {
        return recorded(type, type.cast(port), name);
    }

    private static Object invoke(Method method, Object target, Object @Nullable [] arguments) throws Throwable {
        try {
            method.setAccessible(true);
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Its hash is of the signature alone, the last argument: messages are long. */
    private record Verification(String method, List<Object> arguments) {
        @Override
        public int hashCode() {
            return ((Bytes) arguments.getLast()).slice(0, 32).hashCode();
        }
    }

    /** Counts verifications, and does each different one only once: the tests repeat them ten thousand times. */
    private Primitives counting(Primitives target) {
        return Primitives.class.cast(Proxy.newProxyInstance(
                Primitives.class.getClassLoader(), new Class<?>[] {Primitives.class}, (_, method, arguments) -> {
                    if (!method.getName().endsWith("Verify")) {
                        return invoke(method, target, arguments);
                    }
                    verifications++;
                    Verification key = new Verification(method.getName(), List.of(arguments));
                    Boolean known = verified.get(key);
                    if (known == null) {
                        known = (Boolean) invoke(method, target, arguments);
                        verified.put(key, known);
                    }
                    return known;
                }));
    }
}
