package org.whodis.verify.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.CredentialValidator;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;

/**
 * What the group key agreement of a call costs: milliseconds of CPU for each step and the sizes of its messages, for calls of
 * two and for groups of sixteen. {@code docs/adr/0013-mls-in-calls.md} has the command and one run.
 *
 * <p>Each figure is the median of {@link #ROUNDS} runs on one thread after {@link #WARM_UP} more.
 */
public final class MlsBenchmark {
    private static final int WARM_UP = 300;
    private static final int ROUNDS = 101;
    private static final long NOW = 1_800_000_000;

    /** A call credential: two signatures, two keys of a device and some hashes. */
    private static final int CREDENTIAL_BYTES = 4_100;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final CredentialValidator EVERYBODY = (leaf, occasion) -> {};

    private final Primitives primitives = new JvmPrimitives();
    private final RandomBytes random;
    private final CipherSuite suite;

    private MlsBenchmark(CipherSuite suite) {
        Random dice = new Random(9420);
        this.random = count -> {
            byte[] out = new byte[count];
            dice.nextBytes(out);
            return out;
        };
        this.suite = suite;
    }

    @FunctionalInterface
    private interface Step {
        Object run() throws MlsException;
    }

    public static void main(String[] args) throws MlsException {
        for (CipherSuite suite : CipherSuite.values()) {
            MlsBenchmark benchmark = new MlsBenchmark(suite);
            System.out.println("\n" + suite + "\n\n| step | ms of CPU | bytes |\n|---|---|---|");
            benchmark.callOfTwo();
            benchmark.groupOf(16);
        }
    }

    private void callOfTwo() throws MlsException {
        KeyPackageBundle bob = bundle();
        MlsGroup alone = creator();
        List<Proposal> add = List.of(new Proposal.Add(bob.keyPackage()));
        PendingCommit added = alone.commit(add, random, NOW);
        Bytes welcome = welcomeOf(added).toBytes();
        MlsGroup alice = added.next();
        MlsGroup joined = join(welcome, bob);
        Bytes renewal = alice.commit(List.of(), random, NOW).commitBytes();
        report("make a key package", bob.keyPackage().toBytes().length(), this::bundle);
        report("create a group", 0, this::creator);
        report("add the other and make the Welcome", welcome.length(), () -> alone.commit(add, random, NOW));
        report("join", 0, () -> join(welcome, bob));
        report("make a Commit", renewal.length(), () -> alice.commit(List.of(), random, NOW));
        // The key of a Commit is gone once it was opened, so every round needs one of its own.
        report(
                "make and process a Commit",
                0,
                () -> joined.process(alice.commit(List.of(), random, NOW).commit(), NOW));
        Bytes text = Bytes.of(new byte[64]);
        report(
                "seal and open 64 bytes",
                alice.protect(text, Bytes.EMPTY, random).length(),
                () -> joined.process(alice.protect(text, Bytes.EMPTY, random), NOW));
        report("export 32 bytes", 0, () -> alice.export("bench", Bytes.EMPTY, 32));
    }

    private void groupOf(int size) throws MlsException {
        MlsGroup group = creator();
        List<KeyPackageBundle> bundles = new ArrayList<>();
        List<Proposal> adds = new ArrayList<>();
        for (int i = 1; i < size; i++) {
            bundles.add(bundle());
            adds.add(new Proposal.Add(bundles.get(i - 1).keyPackage()));
        }
        PendingCommit added = group.commit(adds, random, NOW);
        Bytes welcome = welcomeOf(added).toBytes();
        MlsGroup sender = added.next();
        MlsGroup receiver = join(welcome, bundles.get(size / 2));
        Bytes commit = sender.commit(List.of(), random, NOW).commitBytes();
        report("join " + size, welcome.length(), () -> join(welcome, bundles.get(size / 2)));
        report("make a Commit in " + size, commit.length(), () -> sender.commit(List.of(), random, NOW));
        report(
                "make and process a Commit in " + size,
                0,
                () -> receiver.process(sender.commit(List.of(), random, NOW).commit(), NOW));
    }

    private MlsGroup creator() {
        return MlsGroup.create(
                primitives,
                Bytes.utf8("sixteen bytes id"),
                LeafKeys.generate(primitives, suite, random),
                credential(),
                Lifetime.around(NOW, 3600),
                EVERYBODY,
                random);
    }

    private KeyPackageBundle bundle() {
        LeafKeys keys = LeafKeys.generate(primitives, suite, random);
        return KeyPackageBundle.create(primitives, keys, credential(), Lifetime.around(NOW, 3600), random);
    }

    private Credential credential() {
        return Credential.basic(Bytes.of(random.next(CREDENTIAL_BYTES)));
    }

    private MlsGroup join(Bytes welcome, KeyPackageBundle bundle) throws MlsException {
        return MlsGroup.join(primitives, Welcome.decode(welcome), bundle, EVERYBODY, NOW);
    }

    private static Welcome welcomeOf(PendingCommit commit) {
        Welcome welcome = commit.welcome();
        if (welcome == null) {
            throw new IllegalStateException("nobody was added");
        }
        return welcome;
    }

    private static void report(String name, int bytes, Step step) throws MlsException {
        for (int i = 0; i < WARM_UP; i++) {
            step.run();
        }
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            step.run();
            nanos[i] = THREADS.getCurrentThreadCpuTime() - start;
        }
        Arrays.sort(nanos);
        System.out.println(String.format(
                Locale.ROOT, "| %s | %.2f | %s |", name, nanos[ROUNDS / 2] / 1e6, bytes == 0 ? "" : bytes));
    }
}
