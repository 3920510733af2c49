package org.whodis.verify.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.CredentialValidator;
import org.whodis.core.mls.GroupRules;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.LeafNode;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.Processed;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Rejection;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;

/**
 * What the group key agreement of a call costs: milliseconds of CPU for each step and the sizes of its messages, for calls of
 * two and for groups of 16, 32 and 100. Credentials are hybrid-signed and verified wherever a member has to.
 *
 * <p>Each figure is the median of many runs on one thread after many more to warm up. {@code docs/benchmarks.md} has one run.
 */
public final class MlsBenchmark {
    /**
     * After 300 rounds the compiler has much of its work still before it: these steps then take a third longer. More than 900
     * would bring a sender further ahead than a receiver follows ({@code core.mls.Limits.RATCHET_STEPS}).
     */
    private static final int WARM_UP = 800;

    private static final int ROUNDS = 101;
    /** For groups, where one step takes as long as many of a call of two. */
    private static final int GROUP_WARM_UP = 40;

    private static final int GROUP_ROUNDS = 31;
    /** Members that have committed since the group was made, so that the tree has keys; the others were only added. */
    private static final int ACTIVE = 8;

    private static final String CREDENTIAL_LABEL = "Whodis 1 Call credential";
    private static final long NOW = 1_800_000_000;

    /** What a call credential says, without the signature: hashes and the leaf's three keys. */
    private static final int STATEMENT_BYTES = 2_650;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Primitives primitives = new JvmPrimitives();
    private final HybridKeyPair device;
    /** As the validator of calls does: a signature for a leaf that is new, none for one that keeps its credential. */
    private final GroupRules rules = GroupRules.closed(this::validate);

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
        this.device = HybridKeyPair.generate(primitives, random);
    }

    @FunctionalInterface
    private interface Step {
        Object run() throws MlsException;
    }

    @FunctionalInterface
    private interface Supply<T> {
        T make() throws MlsException;
    }

    @FunctionalInterface
    private interface Use<T> {
        Object of(T made) throws MlsException;
    }

    public static void main(String[] args) throws MlsException {
        for (CipherSuite suite : List.of(
                CipherSuite.MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519,
                CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519)) {
            MlsBenchmark benchmark = new MlsBenchmark(suite);
            System.out.println("\n" + suite + "\n\n| step | ms of CPU | bytes |\n|---|---|---|");
            benchmark.callOfTwo();
            for (int size : List.of(16, 32, 100)) {
                benchmark.groupOf(size);
            }
        }
    }

    private void validate(LeafNode leaf, CredentialValidator.Occasion occasion) throws MlsException {
        if (occasion instanceof CredentialValidator.Replaced(int _, LeafNode before)
                && leaf.credential().equals(before.credential())) {
            return;
        }
        Bytes content = leaf.credential().content();
        Bytes statement = content.slice(0, STATEMENT_BYTES);
        HybridSignature signature = new HybridSignature(
                content.slice(STATEMENT_BYTES, STATEMENT_BYTES + 64),
                content.slice(STATEMENT_BYTES + 64, content.length()));
        if (!device.publicKey().verify(primitives, CREDENTIAL_LABEL, statement, signature)) {
            throw new MlsException(Rejection.CREDENTIAL_REFUSED, "signature");
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
        report("create a group and add the other", 0, () -> creator().commit(add, random, NOW));
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
        List<MlsGroup> active = new ArrayList<>(List.of(added.next()));
        for (int i = 1; i < ACTIVE; i++) {
            active.add(join(welcome, bundles.get(i * size / ACTIVE)));
        }
        String where = " a group of " + size;
        measure("nobody but the creator has committed in", where, active, bundles, welcome);
        for (int i = 0; i < ACTIVE; i++) {
            followAll(active, i, active.get(i).commit(List.of(), random, NOW));
        }
        measure("8 members have committed in", where, active, bundles, welcome);
    }

    private void measure(
            String when, String where, List<MlsGroup> active, List<KeyPackageBundle> bundles, Bytes welcome)
            throws MlsException {
        System.out.println("| **" + when + where + "** | | |");
        MlsGroup sender = active.get(0);
        MlsGroup receiver = active.get(ACTIVE / 2);
        KeyPackageBundle newcomer = bundle();
        List<Proposal> join = List.of(new Proposal.Add(newcomer.keyPackage()));
        List<Proposal> leave = List.of(new Proposal.Remove(active.get(1).ownLeaf()));
        steps("Commit that lets one join", sender, receiver, join);
        steps("Commit that lets one leave", sender, receiver, leave);
        steps("Commit that renews", sender, receiver, List.of());
        Bytes late = welcomeOf(sender.commit(join, random, NOW)).toBytes();
        report("join by Welcome", late.length(), GROUP_WARM_UP, GROUP_ROUNDS, () -> late, w -> join(w, newcomer));
        if (active.get(0).epoch() == 1) {
            KeyPackageBundle last = bundles.get(bundles.size() - 1);
            report("join by the first Welcome", welcome.length(), 3, 5, () -> welcome, w -> join(w, last));
        }
    }

    private void steps(String what, MlsGroup sender, MlsGroup receiver, List<Proposal> proposals) throws MlsException {
        int bytes = sender.commit(proposals, random, NOW).commitBytes().length();
        report(
                "make a " + what,
                bytes,
                GROUP_WARM_UP,
                GROUP_ROUNDS,
                () -> proposals,
                p -> sender.commit(p, random, NOW));
        report(
                "process a " + what,
                0,
                GROUP_WARM_UP,
                GROUP_ROUNDS,
                () -> sender.commit(proposals, random, NOW).commitBytes(),
                commit -> receiver.process(commit, NOW));
    }

    private static void followAll(List<MlsGroup> members, int committer, PendingCommit commit) throws MlsException {
        for (int i = 0; i < members.size(); i++) {
            members.set(
                    i,
                    i == committer
                            ? commit.next()
                            : ((Processed.NewEpoch) members.get(i).process(commit.commitBytes(), NOW)).group());
        }
    }

    private MlsGroup creator() {
        return MlsGroup.create(
                primitives,
                Bytes.utf8("sixteen bytes id"),
                LeafKeys.generate(primitives, suite, random),
                credential(),
                Lifetime.around(NOW, 3600),
                rules,
                List.of(),
                random);
    }

    private KeyPackageBundle bundle() {
        LeafKeys keys = LeafKeys.generate(primitives, suite, random);
        return KeyPackageBundle.create(primitives, keys, credential(), Lifetime.around(NOW, 3600), random);
    }

    private Credential credential() {
        Bytes statement = Bytes.of(random.next(STATEMENT_BYTES));
        HybridSignature signature = device.sign(primitives, CREDENTIAL_LABEL, statement, random);
        return Credential.basic(Bytes.concat(statement, signature.ed25519(), signature.mlDsa65()));
    }

    private MlsGroup join(Bytes welcome, KeyPackageBundle bundle) throws MlsException {
        return MlsGroup.join(primitives, Welcome.decode(welcome), bundle, rules, null, NOW);
    }

    private static Welcome welcomeOf(PendingCommit commit) {
        Welcome welcome = commit.welcome();
        if (welcome == null) {
            throw new IllegalStateException("nobody was added");
        }
        return welcome;
    }

    private static void report(String name, int bytes, Step step) throws MlsException {
        report(name, bytes, WARM_UP, ROUNDS, () -> step, Step::run);
    }

    /** Only {@code use} is measured, not what makes its argument. */
    private static <T> void report(String name, int bytes, int warmUp, int rounds, Supply<T> supply, Use<T> use)
            throws MlsException {
        long[] nanos = new long[rounds];
        for (int i = -warmUp; i < rounds; i++) {
            T made = supply.make();
            long start = THREADS.getCurrentThreadCpuTime();
            use.of(made);
            if (i >= 0) {
                nanos[i] = THREADS.getCurrentThreadCpuTime() - start;
            }
        }
        Arrays.sort(nanos);
        System.out.println(String.format(
                Locale.ROOT, "| %s | %.2f | %s |", name, nanos[rounds / 2] / 1e6, bytes == 0 ? "" : bytes));
    }
}
