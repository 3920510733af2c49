package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.SUITE;
import static org.whodis.core.mls.TestGroups.assertRejected;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * What the largest message that {@link Limits} let through costs its receiver, counted in operations of the primitives and in
 * bytes that are allocated, and that one step beyond each limit costs nothing.
 */
class LiarLimitsTest {
    /** A refusal by the decoder: some objects for where it stands, the exception and its text. */
    private static final long BYTES_OF_A_REFUSAL = 64 << 10;

    private final RandomBytes random = TestGroups.seeded(new Random(99));
    private final Map<String, Integer> operations = new HashMap<>();
    private final Primitives counting = counting(new BcPrimitives(), operations);

    private static Primitives counting(Primitives primitives, Map<String, Integer> counts) {
        return (Primitives) Proxy.newProxyInstance(
                LiarLimitsTest.class.getClassLoader(),
                new Class<?>[] {Primitives.class},
                (proxy, method, arguments) -> {
                    counts.merge(method.getName(), 1, Integer::sum);
                    try {
                        return method.invoke(primitives, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private int count(String operation) {
        return operations.getOrDefault(operation, 0);
    }

    private interface Action {
        void run() throws MlsException;
    }

    /** Bytes that this thread allocates. */
    private static long allocated(Action action) throws MlsException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    // ---- lists and fields

    /** A structure with {@code n} of something, and what reads it. */
    record Limited(String name, int limit, Maker maker, Reader reader) {
        @Override
        public String toString() {
            return name + ", " + limit;
        }
    }

    interface Maker {
        Bytes make(int n);
    }

    interface Reader {
        void read(Bytes bytes) throws MlsException;
    }

    private static Bytes zeros(int n) {
        return Bytes.of(new byte[n]);
    }

    private static <T> List<T> times(int n, T value) {
        return Collections.nCopies(n, value);
    }

    private static Stream<Limited> limits() {
        LeafNode leaf = new TestGroups.KeyPackageForge(TestGroups.seeded(new Random(3)))
                .build()
                .leafNode();
        Extension empty = new Extension(7, Bytes.EMPTY);
        HpkeCiphertext sealed = new HpkeCiphertext(Bytes.EMPTY, Bytes.EMPTY);
        return Stream.of(
                new Limited("group_id", Limits.GROUP_ID_BYTES, n -> sealed(zeros(n), 10), MlsMessage::decode),
                new Limited("a key", Limits.KEY_BYTES, n -> sealed(Bytes.EMPTY, n), MlsMessage::decode),
                new Limited(
                        "the content of a credential",
                        Limits.CREDENTIAL_BYTES,
                        n -> keyPackage(withCredential(leaf, n), List.of()),
                        KeyPackage::decode),
                new Limited(
                        "extensions", Limits.EXTENSIONS, n -> keyPackage(leaf, times(n, empty)), KeyPackage::decode),
                new Limited(
                        "capabilities",
                        Limits.CAPABILITIES,
                        n -> keyPackage(withSuites(leaf, n), List.of()),
                        KeyPackage::decode),
                new Limited(
                        "proposals of a Commit",
                        Limits.PROPOSALS,
                        n -> encoded(out -> new Commit(
                                        times(n, new ProposalOrRef.ByValue(new Proposal.Remove(1))), null)
                                .write(out)),
                        bytes -> Wire.decode(bytes, Commit::read)),
                new Limited(
                        "nodes of a path",
                        Limits.PATH_NODES,
                        n -> encoded(out -> new UpdatePath(
                                        leaf, times(n, new UpdatePath.PathNode(Bytes.EMPTY, List.of())))
                                .write(out)),
                        bytes -> Wire.decode(bytes, UpdatePath::read)),
                new Limited(
                        "ciphertexts of a path node",
                        Limits.MAX_LEAVES,
                        n -> encoded(out -> new UpdatePath.PathNode(Bytes.EMPTY, times(n, sealed)).write(out)),
                        bytes -> Wire.decode(bytes, UpdatePath.PathNode::read)),
                new Limited(
                        "unmerged leaves",
                        Limits.MAX_LEAVES,
                        n -> encoded(out -> new ParentNode(
                                        Bytes.EMPTY,
                                        Bytes.EMPTY,
                                        IntStream.range(0, n).boxed().toList())
                                .write(out)),
                        bytes -> Wire.decode(bytes, ParentNode::read)),
                new Limited(
                        "pre-shared keys of a Welcome",
                        Limits.PRE_SHARED_KEYS,
                        n -> encoded(out -> new GroupSecrets(
                                        Secret.owning(new byte[32]),
                                        null,
                                        times(n, new PreSharedKeyId.External(Bytes.EMPTY, Bytes.EMPTY)))
                                .write(out)),
                        bytes -> Wire.decode(bytes, GroupSecrets::read)),
                new Limited(
                        "newcomers of a Welcome",
                        Limits.MAX_LEAVES,
                        n -> new Welcome(1, times(n, new Welcome.EncryptedSecrets(Bytes.EMPTY, sealed)), Bytes.EMPTY)
                                .toBytes(),
                        Welcome::decode),
                new Limited(
                        "nodes of a tree",
                        2 * Limits.MAX_LEAVES - 1,
                        n -> treeOf(leaf, n),
                        bytes -> RatchetTree.decode(CRYPTO, bytes)));
    }

    private interface Written {
        void write(WireWriter out);
    }

    private static Bytes encoded(Written structure) {
        WireWriter out = new WireWriter();
        structure.write(out);
        return out.toBytes();
    }

    private static Bytes sealed(Bytes groupId, int keyBytes) {
        return new PrivateMessage(groupId, 1, 1, Bytes.EMPTY, zeros(keyBytes), Bytes.EMPTY).encode();
    }

    private static Bytes keyPackage(LeafNode leaf, List<Extension> extensions) {
        return new KeyPackage(1, Bytes.EMPTY, leaf, extensions, Bytes.EMPTY).toBytes();
    }

    private static LeafNode withCredential(LeafNode leaf, int bytes) {
        return new LeafNode(
                leaf.encryptionKey(),
                leaf.signatureKey(),
                Credential.basic(zeros(bytes)),
                leaf.capabilities(),
                leaf.source(),
                leaf.extensions(),
                leaf.signature());
    }

    private static LeafNode withSuites(LeafNode leaf, int suites) {
        return new LeafNode(
                leaf.encryptionKey(),
                leaf.signatureKey(),
                leaf.credential(),
                new Capabilities(List.of(), times(suites, 1), List.of(), List.of(), List.of()),
                leaf.source(),
                leaf.extensions(),
                leaf.signature());
    }

    /** Blank nodes, and a leaf at the end or behind it. */
    private static Bytes treeOf(LeafNode leaf, int nodes) {
        WireWriter inner = new WireWriter();
        for (int i = 0; i < nodes; i++) {
            if (i == 2 * Limits.MAX_LEAVES - 2) {
                leaf.writeTyped(inner.uint8(1));
            } else {
                inner.uint8(0);
            }
        }
        return new WireWriter().vector(inner.toBytes()).toBytes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void asManyAsTheLimitAreReadAndOneMoreIsMalformed(Limited limited) throws MlsException {
        Bytes most = limited.maker.make(limited.limit);
        assertThatCode(() -> limited.reader.read(most)).doesNotThrowAnyException();
        Bytes tooMany = limited.maker.make(limited.limit + 1);
        assertRejected(Rejection.MALFORMED, () -> limited.reader.read(tooMany));
    }

    // ---- whole messages

    @Test
    void aMessageBeyondTheLimitCostsNeitherMemoryNorOperations() throws MlsException {
        MlsGroup bob = members(2).get(1);
        Bytes largest = padTo(Limits.MESSAGE_BYTES);
        Bytes larger = padTo(Limits.MESSAGE_BYTES + 1);
        operations.clear();
        assertThat(allocated(() -> assertRejected(Rejection.MALFORMED, () -> bob.process(larger, NOW))))
                .isLessThan(BYTES_OF_A_REFUSAL);
        assertThat(operations).isEmpty();
        // One copy to read from, one of the field, and few of a few bytes.
        assertThat(allocated(() -> assertRejected(Rejection.UNDECRYPTABLE, () -> bob.process(largest, NOW))))
                .isLessThan(4L * Limits.MESSAGE_BYTES);
        assertThat(operations.keySet()).containsOnly("hkdfExpand", "aeadOpen");
        assertThat(operations.values().stream().mapToInt(n -> n).sum()).isLessThanOrEqualTo(3);
    }

    private static Bytes padTo(int length) {
        Bytes empty = new PrivateMessage(Bytes.utf8("group"), 1, 1, Bytes.EMPTY, zeros(28), Bytes.EMPTY).encode();
        // The length of the ciphertext takes one byte in the empty message and four in the large one.
        return new PrivateMessage(Bytes.utf8("group"), 1, 1, Bytes.EMPTY, zeros(28), zeros(length - empty.length() - 3))
                .encode();
    }

    @Test
    void aLengthThatIsNotThereAllocatesNothing() throws MlsException {
        MlsGroup bob = members(2).get(1);
        // 2^30 - 1 bytes of group_id, of which none come.
        Bytes promise = Bytes.fromHex("00010002bfffffff");
        operations.clear();
        assertThat(allocated(() -> assertRejected(Rejection.MALFORMED, () -> bob.process(promise, NOW))))
                .isLessThan(BYTES_OF_A_REFUSAL);
        assertThat(operations).isEmpty();
    }

    @Test
    void aMessageMovesARatchetByAtMostTheLimit() throws MlsException {
        List<MlsGroup> members = members(2);
        SecretTree.Ratchet ratchet = members.get(0).state().secretTree.ratchet(0, FramedContent.TYPE_APPLICATION);
        for (int i = 0; i < Limits.RATCHET_STEPS - 1; i++) {
            ratchet.advance();
        }
        Bytes farthest = members.get(0).protect(Bytes.utf8("far"), Bytes.EMPTY, random);
        Bytes tooFar = members.get(0).protect(Bytes.utf8("too far"), Bytes.EMPTY, random);
        MlsGroup bob = members.get(1);
        operations.clear();
        assertRejected(Rejection.GENERATION_TOO_FAR, () -> bob.process(tooFar, NOW));
        // Sender data: two; down the secret tree of two leaves and to two ratchets: four.
        assertThat(count("hkdfExpand")).isLessThanOrEqualTo(6);
        operations.clear();
        bob.process(farthest, NOW);
        // A step for each generation and, once the message has opened, back to those that are kept, with a key, a nonce
        // and a
        // step each; besides what comes before.
        assertThat(count("hkdfExpand"))
                .isLessThanOrEqualTo(Limits.RATCHET_STEPS + Limits.RATCHET_STRIDE + 3 * Limits.SKIPPED_KEYS + 6);
    }

    @Test
    void aCommitOfTheMostAddsCostsTwoSignaturesEach() throws MlsException {
        List<MlsGroup> members = members(2);
        List<Proposal> adds = new ArrayList<>();
        for (int i = 0; i < Limits.PROPOSALS; i++) {
            adds.add(new Proposal.Add(new TestGroups.KeyPackageForge(random).build()));
        }
        Liar alice = new Liar(members.get(0), random);
        Bytes commit = alice.commitsWithoutPath(Liar.byValue(adds.toArray(Proposal[]::new)));
        operations.clear();
        assertRejected(Rejection.TOO_MANY_MEMBERS, () -> members.get(1).process(commit, NOW));
        assertThat(count("ed25519Verify")).isLessThanOrEqualTo(1 + 2 * Limits.PROPOSALS);
        assertThat(count("x25519")).isZero();
        assertThat(count("hash")).isLessThanOrEqualTo(2 * Limits.MAX_LEAVES);
    }

    @Test
    void theLargestGroupIsJoinedAtOneSignatureForEachLeafAndAFewHashesForEachNode() throws MlsException {
        List<Proposal> adds = new ArrayList<>();
        KeyPackageBundle last = TestGroups.bundle("last", random);
        for (int i = 1; i < Limits.MAX_LEAVES - 1; i++) {
            adds.add(new Proposal.Add(new TestGroups.KeyPackageForge(random).build()));
        }
        adds.add(new Proposal.Add(last.keyPackage()));
        MlsGroup founder = members(1).get(0);
        PendingCommit commit = founder.commit(adds, random, NOW);
        Welcome welcome = TestGroups.welcomeOf(commit);
        operations.clear();
        long bytes = allocated(() -> MlsGroup.join(counting, welcome, last, TestGroups.OPEN_RULES, null, NOW));
        int size = welcome.toBytes().length();
        assertThat(count("ed25519Verify")).isEqualTo(Limits.MAX_LEAVES + 1);
        // Each node for the tree hash, and again for the parent hash of the nodes above it.
        assertThat(count("hash")).isLessThanOrEqualTo(2 * Limits.MAX_LEAVES + 2 * Limits.PATH_NODES + 16);
        assertThat(count("x25519")).isLessThanOrEqualTo(2);
        assertThat(bytes).as("beside a Welcome of " + size + " bytes").isLessThan(64L << 20);
        assertRejected(
                Rejection.TOO_MANY_MEMBERS,
                () -> commit.next().commit(List.of(new TestGroups.KeyPackageForge(random).toAdd()), random, NOW));
    }

    // ---- what an epoch keeps

    @Test
    void proposalsAreStoredUpToANumberOfBytes() throws MlsException {
        List<MlsGroup> members = members(2);
        MlsGroup bob = members.get(1);
        Liar alice = new Liar(members.get(0), random);
        long kept = 0;
        int extension = 1 << 20;
        // Around the extension's data: the type of the proposal, and type and lengths of the list and of the extension.
        int each = extension + 12;
        for (int i = 0; i < Limits.STORED_PROPOSALS; i++) {
            Bytes proposal = alice.proposes(new Proposal.GroupContextExtensions(
                    List.of(new Extension(Codepoints.EXTENSION_APPLICATION_ID, Bytes.of(largeArray(extension, i))))));
            if (kept + each > Limits.STORED_PROPOSAL_BYTES) {
                assertRejected(Rejection.TOO_MANY_PROPOSALS, () -> bob.process(proposal, NOW));
                return;
            }
            bob.process(proposal, NOW);
            kept += each;
        }
        throw new AssertionError("as many as there are");
    }

    private static byte[] largeArray(int length, int first) {
        byte[] out = new byte[length];
        out[0] = (byte) first;
        return out;
    }

    @Test
    void aCommitInjectsNoMorePreSharedKeysThanAWelcomeCanName() throws MlsException {
        GroupRules rules =
                TestGroups.rules(id -> Secret.owning(new byte[32]), EnumSet.allOf(GroupRules.Permission.class));
        List<MlsGroup> members = Liar.group(counting, SUITE, 2, 0, rules, List.of(), random);
        List<Proposal> proposals = new ArrayList<>();
        for (int i = 0; i < Limits.PRE_SHARED_KEYS; i++) {
            proposals.add(new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("psk " + i), zeros(32))));
        }
        KeyPackageBundle carol = TestGroups.bundle("carol", random);
        proposals.add(new Proposal.Add(carol.keyPackage()));
        PendingCommit commit = members.get(0).commit(proposals, random, NOW);
        assertThat(MlsGroup.join(counting, TestGroups.welcomeOf(commit), carol, rules, null, NOW)
                        .epochAuthenticator())
                .isEqualTo(commit.next().epochAuthenticator());
        proposals.add(new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("one more"), zeros(32))));
        assertRejected(Rejection.TOO_MANY_PROPOSALS, () -> members.get(0).commit(proposals, random, NOW));
        Bytes hostile =
                new Liar(members.get(0), random).commitsWithoutPath(Liar.byValue(proposals.toArray(Proposal[]::new)));
        assertRejected(Rejection.TOO_MANY_PROPOSALS, () -> members.get(1).process(hostile, NOW));
    }

    private List<MlsGroup> members(int size) throws MlsException {
        return size > 1
                ? Liar.group(counting, SUITE, size, 0, TestGroups.OPEN_RULES, List.of(), random)
                : List.of(MlsGroup.create(
                        counting,
                        Bytes.utf8("group"),
                        LeafKeys.generate(counting, SUITE, random),
                        Credential.basic(Bytes.utf8("member 0")),
                        Lifetime.around(NOW, 3600),
                        TestGroups.OPEN_RULES,
                        List.of(),
                        random));
    }
}
