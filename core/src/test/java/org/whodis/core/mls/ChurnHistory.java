package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * A random history of one group, out of one seed: everything that a group can do in an epoch, in any combination that is valid.
 * Members run on the JDK and on Bouncy Castle by turns. After every step all of them have one epoch authenticator, one tree
 * hash and one exported secret, two of them read each other, and whoever was removed reads nothing.
 */
final class ChurnHistory {
    /** What happened, so that a run can show that all of it did. */
    enum Event {
        EMPTY_COMMIT,
        ADD,
        REMOVE,
        UPDATE_BY_REFERENCE,
        ADD_BY_REFERENCE,
        REMOVE_BY_REFERENCE,
        EXTERNAL_PSK,
        RESUMPTION_PSK,
        PSK_BY_REFERENCE,
        CONTEXT_EXTENSIONS,
        COMMIT_WITHOUT_PATH,
        PUBLIC_COMMIT,
        TREE_BESIDE_WELCOME,
        OVERTAKEN_COMMIT,
        EXTERNAL_COMMIT,
        RETURN,
        /** A path was encrypted to an unmerged leaf. */
        UNMERGED_LEAF,
        /** A path was encrypted past a blank node. */
        BLANK_NODE,
        /** The root was in no filtered direct path. */
        BLANK_HALF
    }

    private static final long NOW = TestGroups.NOW;
    private static final List<Primitives> PRIMITIVES = List.of(new BcPrimitives(), new JdkPrimitives());

    private final long seed;
    private final Random dice;
    private final RandomBytes random;
    private final CipherSuite suite;
    private final int most;
    private final Map<Bytes, Secret> externalPsks = new HashMap<>();
    private final GroupRules rules = new GroupRules(
            (leaf, occasion) -> {},
            id -> id instanceof PreSharedKeyId.External(Bytes name, Bytes _) ? externalPsks.get(name) : null,
            3,
            7 * 86400L,
            EnumSet.allOf(GroupRules.Permission.class));

    /** By leaf index. */
    private final Map<Integer, MlsGroup> members = new TreeMap<>();
    /** The epoch that a member came in, from which on it has resumption PSKs. */
    private final Map<Integer, Long> since = new HashMap<>();

    private final List<String> gone = new ArrayList<>();
    private final Map<Event, Integer> events = new EnumMap<>(Event.class);
    private int names;
    private int steps;
    private long messages;

    ChurnHistory(long seed, CipherSuite suite, int most) {
        this.seed = seed;
        this.suite = suite;
        this.most = most;
        dice = new Random(seed);
        random = TestGroups.seeded(dice);
        Primitives primitives = somePrimitives();
        members.put(
                0,
                MlsGroup.create(
                        primitives,
                        Bytes.utf8("churn"),
                        LeafKeys.generate(primitives, suite, random),
                        Credential.basic(Bytes.utf8("founder")),
                        Lifetime.around(NOW, 3600),
                        rules,
                        List.of(),
                        random));
        since.put(0, 0L);
    }

    Map<Event, Integer> events() {
        return events;
    }

    /** Messages that were read. */
    long messages() {
        return messages;
    }

    /** What to say of a failure: how to have it again. */
    String where() {
        return "-Dwhodis.churn.seed=" + seed + " on " + suite + " with up to " + most + " members, step " + steps;
    }

    void step() throws MlsException {
        steps++;
        if (members.size() > 1 && dice.nextInt(12) == 0) {
            joinExternally();
        } else {
            new Epoch().pass();
        }
        assertAgreement();
        talk(some(), some());
    }

    /** Everybody to everybody. */
    void everybodyTalks() throws MlsException {
        for (MlsGroup from : members.values()) {
            for (MlsGroup to : members.values()) {
                say(from, to);
            }
        }
    }

    private Primitives somePrimitives() {
        return PRIMITIVES.get(dice.nextInt(PRIMITIVES.size()));
    }

    private MlsGroup some() {
        List<MlsGroup> all = new ArrayList<>(members.values());
        return all.get(dice.nextInt(all.size()));
    }

    private void count(Event event) {
        events.merge(event, 1, Integer::sum);
    }

    /** Somebody new, or somebody who was removed and comes back under new keys. */
    private String name() {
        if (!gone.isEmpty() && dice.nextBoolean()) {
            count(Event.RETURN);
            return gone.remove(dice.nextInt(gone.size()));
        }
        return "member " + names++;
    }

    /** One epoch: what is proposed in it, and the Commit that ends it. */
    private final class Epoch {
        private final MlsGroup committer = some();
        private final Map<Bytes, KeyPackageBundle> newcomers = new HashMap<>();
        private final Map<Bytes, Primitives> primitives = new HashMap<>();
        /** Leaves that a proposal is about; each may be in one only. */
        private final Set<Integer> touched = new HashSet<>();

        private final Set<Integer> removed = new HashSet<>();
        private boolean extensionsReplaced;
        private boolean resumed;

        void pass() throws MlsException {
            for (int i = dice.nextInt(5) == 0 ? 1 + dice.nextInt(4) : 0; i > 0; i--) {
                propose();
            }
            List<Proposal> byValue = byValue();
            CommitPlan plan = CommitPlan.of(byValue).withReferences(committer.committable(NOW));
            if (plan.references().isEmpty() && byValue.isEmpty()) {
                count(Event.EMPTY_COMMIT);
            }
            boolean beside = dice.nextInt(4) == 0;
            if (beside) {
                plan = plan.withTreeBesideWelcome();
            }
            if (dice.nextInt(3) == 0) {
                plan = plan.withPathOnlyWhereNeeded();
            }
            if (dice.nextInt(4) == 0) {
                plan = plan.withFormat(HandshakeFormat.PUBLIC_MESSAGE);
                count(Event.PUBLIC_COMMIT);
            }
            overtake();
            notice(committer.state().tree, committer.ownLeaf());
            PendingCommit commit = committer.commit(plan, random, NOW);
            if (commit.next()
                    .state()
                    .tree
                    .member(committer.ownLeaf())
                    .equals(committer.state().tree.member(committer.ownLeaf()))) {
                count(Event.COMMIT_WITHOUT_PATH);
            }
            follow(commit, committer, removed);
            join(commit, beside);
        }

        /** A proposal on its own, of anybody; the committer's own Update is left out by committable(). */
        private void propose() throws MlsException {
            MlsGroup proposer = some();
            HandshakeFormat format =
                    dice.nextInt(3) == 0 ? HandshakeFormat.PUBLIC_MESSAGE : HandshakeFormat.PRIVATE_MESSAGE;
            SentProposal sent;
            switch (dice.nextInt(5)) {
                case 0, 1 -> {
                    if (proposer == committer || !touched.add(proposer.ownLeaf())) {
                        return;
                    }
                    sent = proposer.proposeUpdate(format, random, NOW);
                    count(Event.UPDATE_BY_REFERENCE);
                }
                case 2 -> {
                    if (isFull()) {
                        return;
                    }
                    sent = proposer.propose(add(), format, Bytes.EMPTY, random, NOW);
                    count(Event.ADD_BY_REFERENCE);
                }
                case 3 -> {
                    Integer leaf = untouched();
                    if (leaf == null) {
                        return;
                    }
                    removed.add(leaf);
                    sent = proposer.propose(new Proposal.Remove(leaf), format, Bytes.EMPTY, random, NOW);
                    count(Event.REMOVE_BY_REFERENCE);
                }
                default -> {
                    sent = proposer.propose(externalPsk(), format, Bytes.EMPTY, random, NOW);
                    count(Event.PSK_BY_REFERENCE);
                }
            }
            for (MlsGroup member : members.values()) {
                if (member != proposer) {
                    assertThat(member.process(sent.message().encode(), NOW))
                            .as(where())
                            .isInstanceOf(Processed.StoredProposal.class);
                }
            }
        }

        private List<Proposal> byValue() {
            List<Proposal> out = new ArrayList<>();
            boolean grow = members.size() < most / 2;
            if (dice.nextInt(grow ? 2 : 4) == 0) {
                for (int i = 1 + dice.nextInt(grow ? most / 4 + 1 : 2); i > 0 && !isFull(); i--) {
                    out.add(add());
                    count(Event.ADD);
                }
            }
            if (dice.nextInt(grow ? 8 : 4) == 0) {
                // Now and then nearly everybody leaves at once, so that trees shrink and halves of them become blank.
                int wanted = dice.nextInt(12) == 0 ? members.size() : 1 + dice.nextInt(3);
                for (Integer leaf = untouched(); leaf != null && wanted > 0; wanted--) {
                    removed.add(leaf);
                    out.add(new Proposal.Remove(leaf));
                    count(Event.REMOVE);
                    leaf = untouched();
                }
            }
            if (dice.nextInt(6) == 0) {
                out.add(externalPsk());
                count(Event.EXTERNAL_PSK);
            }
            if (dice.nextInt(6) == 0 && newcomers.isEmpty() && !resumed) {
                resumptionPsk(out);
            }
            if (dice.nextInt(8) == 0 && !extensionsReplaced) {
                extensionsReplaced = true;
                out.add(new Proposal.GroupContextExtensions(
                        dice.nextBoolean()
                                ? List.of()
                                : List.of(new RequiredCapabilities(
                                                List.of(), List.of(), List.of(Codepoints.CREDENTIAL_BASIC))
                                        .toExtension())));
                count(Event.CONTEXT_EXTENSIONS);
            }
            Collections.shuffle(out, dice);
            return out;
        }

        /** Of an epoch that all members have been in. A newcomer of this Commit would not have it. */
        private void resumptionPsk(List<Proposal> out) {
            long first = Collections.max(since.values());
            long last = committer.epoch();
            long epoch = Math.max(first, last - dice.nextInt(4));
            out.add(new Proposal.PreSharedKey(PreSharedKeyId.resumption(committer.groupId(), epoch, suite, random)));
            resumed = true;
            count(Event.RESUMPTION_PSK);
        }

        private boolean isFull() {
            return members.size() + newcomers.size() >= most || resumed;
        }

        private Proposal add() {
            Primitives theirs = somePrimitives();
            KeyPackageBundle bundle = KeyPackageBundle.create(
                    theirs,
                    LeafKeys.generate(theirs, suite, random),
                    Credential.basic(Bytes.utf8(name())),
                    Lifetime.around(NOW, 3600),
                    random);
            Bytes key = bundle.keyPackage().leafNode().signatureKey();
            newcomers.put(key, bundle);
            primitives.put(key, theirs);
            return new Proposal.Add(bundle.keyPackage());
        }

        private @Nullable Integer untouched() {
            List<Integer> leaves = new ArrayList<>(members.keySet());
            leaves.removeAll(touched);
            leaves.remove(Integer.valueOf(committer.ownLeaf()));
            if (leaves.isEmpty()) {
                return null;
            }
            Integer leaf = leaves.get(dice.nextInt(leaves.size()));
            touched.add(leaf);
            return leaf;
        }

        private Proposal externalPsk() {
            Bytes name = Bytes.utf8("psk " + externalPsks.size());
            externalPsks.put(name, Secret.owning(random.next(32)));
            return new Proposal.PreSharedKey(PreSharedKeyId.external(name, suite, random));
        }

        /** Others commit, too, and learn that another Commit was first. */
        private void overtake() throws MlsException {
            if (dice.nextInt(5) != 0) {
                return;
            }
            MlsGroup loser = some();
            if (loser == committer || removed.contains(loser.ownLeaf())) {
                return;
            }
            loser.commit(List.of(), random, NOW).discard();
            count(Event.OVERTAKEN_COMMIT);
        }

        private void join(PendingCommit commit, boolean beside) throws MlsException {
            if (newcomers.isEmpty()) {
                return;
            }
            if (beside) {
                count(Event.TREE_BESIDE_WELCOME);
            }
            Welcome welcome = Welcome.decode(TestGroups.welcomeOf(commit).toBytes());
            Bytes tree = beside ? commit.next().ratchetTree() : null;
            for (Map.Entry<Bytes, KeyPackageBundle> each : newcomers.entrySet()) {
                MlsGroup joined = MlsGroup.join(
                        Objects.requireNonNull(primitives.get(each.getKey())),
                        welcome,
                        each.getValue(),
                        rules,
                        tree,
                        NOW);
                each.getValue().erase();
                assertThat(members.put(joined.ownLeaf(), joined)).as(where()).isNull();
                since.put(joined.ownLeaf(), joined.epoch());
            }
        }
    }

    private void joinExternally() throws MlsException {
        if (members.size() >= most) {
            return;
        }
        GroupInfo groupInfo =
                (GroupInfo) MlsMessage.decode(some().groupInfo(true).encode());
        Primitives theirs = somePrimitives();
        PendingCommit commit = MlsGroup.joinExternally(
                theirs,
                groupInfo,
                null,
                LeafKeys.generate(theirs, suite, random),
                Credential.basic(Bytes.utf8(name())),
                rules,
                List.of(),
                random,
                NOW);
        count(Event.EXTERNAL_COMMIT);
        follow(commit, null, Set.of());
        since.put(commit.next().ownLeaf(), commit.next().epoch());
    }

    private void follow(PendingCommit commit, @Nullable MlsGroup committer, Set<Integer> removed) throws MlsException {
        Bytes message = commit.commitBytes();
        Map<Integer, MlsGroup> next = new TreeMap<>();
        List<MlsGroup> left = new ArrayList<>();
        for (Map.Entry<Integer, MlsGroup> each : members.entrySet()) {
            MlsGroup member = each.getValue();
            if (member == committer) {
                member.erase();
                continue;
            }
            if (removed.contains(each.getKey())) {
                assertThat(member.process(message, NOW)).as(where()).isInstanceOf(Processed.RemovedFromGroup.class);
                left.add(member);
                continue;
            }
            next.put(each.getKey(), ((Processed.NewEpoch) member.process(message, NOW)).group());
            member.erase();
        }
        next.put(commit.next().ownLeaf(), commit.next());
        Bytes secret = commit.next().protect(Bytes.utf8("without you"), Bytes.EMPTY, random);
        for (MlsGroup member : left) {
            gone.add(new String(
                    member.state()
                            .tree
                            .member(member.ownLeaf())
                            .credential()
                            .content()
                            .toArray(),
                    StandardCharsets.UTF_8));
            since.remove(member.ownLeaf());
            TestGroups.assertRejected(Rejection.WRONG_EPOCH, () -> member.process(secret, NOW));
            member.erase();
        }
        members.clear();
        members.putAll(next);
    }

    /** Counts what makes the path of {@code leaf} other than that of a full tree. */
    private void notice(RatchetTree tree, int leaf) {
        List<RatchetTree.PathStep> steps = tree.filteredDirectPath(leaf);
        for (RatchetTree.PathStep step : steps) {
            Node node = tree.node(step.copathChild());
            if (node instanceof ParentNode parent && !parent.unmergedLeaves().isEmpty()) {
                count(Event.UNMERGED_LEAF);
            }
            if (node == null) {
                count(Event.BLANK_NODE);
            }
        }
        if (tree.leafCount() > 1 && (steps.isEmpty() || steps.getLast().node() != TreeMath.root(tree.leafCount()))) {
            count(Event.BLANK_HALF);
        }
    }

    private void assertAgreement() throws MlsException {
        MlsGroup first = members.values().iterator().next();
        Bytes context = Bytes.utf8("step " + steps);
        Secret exported = first.export("churn", context, 40);
        List<Integer> leaves = new ArrayList<>(members.keySet());
        for (MlsGroup member : members.values()) {
            assertThat(member.epoch()).as(where()).isEqualTo(first.epoch());
            assertThat(member.epochAuthenticator()).as(where()).isEqualTo(first.epochAuthenticator());
            assertThat(member.treeHash()).as(where()).isEqualTo(first.treeHash());
            assertThat(member.state().tree.treeHash()).as(where()).isEqualTo(first.treeHash());
            assertThat(member.export("churn", context, 40)).as(where()).isEqualTo(exported);
            assertThat(member.members())
                    .as(where())
                    .extracting(Member::leafIndex)
                    .containsExactlyElementsOf(leaves);
        }
        first.state().tree.requireParentHashes();
        first.state().tree.requireUnmergedLeaves();
    }

    private void talk(MlsGroup one, MlsGroup other) throws MlsException {
        say(one, other);
        say(other, one);
    }

    private void say(MlsGroup from, MlsGroup to) throws MlsException {
        if (from == to) {
            return;
        }
        Bytes data = Bytes.utf8("from " + from.ownLeaf() + " in step " + steps);
        assertThat(to.process(from.protect(data, Bytes.EMPTY, random), NOW))
                .as(where())
                .isEqualTo(new Processed.ApplicationData(from.ownLeaf(), data, Bytes.EMPTY));
        messages++;
    }
}
