package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;

/**
 * Members come, go, and commit in random order. After every step all of them have one exporter secret, one authenticator and
 * one tree, whoever was added since then reads what is sent, and whoever was removed does not. The published vectors do not
 * reach the trees that this reaches.
 */
class ChurnTest {
    private static final long NOW = TestGroups.NOW;

    @ParameterizedTest(name = "seed {0}, {1}, up to {3} members, {2} steps")
    @CsvSource({
        "1, MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519, 30, 16",
        "2, MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519, 30, 16",
        "3, MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519, 15, 9",
        "4, MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519, 30, 8"
    })
    void allMembersAgreeAfterEveryStep(long seed, CipherSuite suite, int steps, int most) throws MlsException {
        Churn churn = new Churn(seed, suite, most);
        for (int step = 0; step < steps; step++) {
            churn.step("seed " + seed + ", step " + step);
        }
        // Else the trees were too simple for what this is to find.
        assertThat(churn.resolutionsWithUnmergedLeaves).isPositive();
        assertThat(churn.blankNodesAboveMembers).isPositive();
    }

    /** Trees fill up with keys only between removals, so most steps remove nobody. */
    private enum Kind {
        RENEW(false, false),
        ADD(true, false),
        ADD_FROM_AFAR(true, false),
        REMOVE(false, true),
        REPLACE(true, true);

        private final boolean adds;
        private final boolean removes;

        Kind(boolean adds, boolean removes) {
            this.adds = adds;
            this.removes = removes;
        }
    }

    private static final class Churn {
        private final Random dice;
        private final RandomBytes random;
        private final Primitives primitives = TestGroups.PRIMITIVES;
        private final CipherSuite suite;
        private final int most;
        /** By leaf index. */
        private final Map<Integer, MlsGroup> members = new TreeMap<>();

        private int names;
        private int resolutionsWithUnmergedLeaves;
        private int blankNodesAboveMembers;

        Churn(long seed, CipherSuite suite, int most) {
            dice = new Random(seed);
            random = TestGroups.seeded(dice);
            this.suite = suite;
            this.most = most;
            members.put(
                    0,
                    MlsGroup.create(
                            primitives,
                            Bytes.utf8("churn"),
                            LeafKeys.generate(primitives, suite, random),
                            Credential.basic(Bytes.utf8("founder")),
                            Lifetime.around(NOW, 3600),
                            TestGroups.EVERYBODY,
                            random));
        }

        void step(String where) throws MlsException {
            List<Integer> leaves = new ArrayList<>(members.keySet());
            for (int i = dice.nextInt(5); i > 0; i--) {
                renew(where, leaves.get(dice.nextInt(leaves.size())));
            }
            List<Kind> kinds = List.of(Kind.values());
            Kind kind = kinds.get(dice.nextInt(kinds.size()));
            int committer = leaves.get(dice.nextInt(leaves.size()));
            if (kind == Kind.ADD_FROM_AFAR) {
                // New keys above the gap that the newcomer goes to, made by a neighbour; then a committer far from it:
                // the
                // newcomer is an unmerged leaf of those nodes.
                int gap = firstGap(leaves);
                int neighbour = byDistanceFrom(leaves, gap).getFirst();
                committer = byDistanceFrom(leaves, gap).getLast();
                renew(where, neighbour);
            }
            List<Proposal> proposals = new ArrayList<>();
            List<Integer> removed = kind.removes ? chooseRemoved(leaves, committer) : List.of();
            for (int leaf : removed) {
                proposals.add(new Proposal.Remove(leaf));
            }
            int room = most - leaves.size() + removed.size();
            List<KeyPackageBundle> newcomers = new ArrayList<>();
            int wanted = leaves.size() < most / 2 ? most / 2 : 1 + dice.nextInt(3);
            for (int i = kind.adds ? Math.min(room, wanted) : 0; i > 0; i--) {
                newcomers.add(newcomer());
                proposals.add(
                        new Proposal.Add(newcomers.get(newcomers.size() - 1).keyPackage()));
            }
            Collections.shuffle(proposals, dice);
            PendingCommit commit = members.get(committer).commit(proposals, random, NOW);
            List<MlsGroup> gone = follow(where, committer, commit);
            assertThat(gone).as(where).hasSize(removed.size());
            for (KeyPackageBundle newcomer : newcomers) {
                Welcome welcome = Welcome.decode(TestGroups.welcomeOf(commit).toBytes());
                MlsGroup joined = MlsGroup.join(primitives, welcome, newcomer, TestGroups.EVERYBODY, NOW);
                newcomer.erase();
                members.put(joined.ownLeaf(), joined);
            }
            assertAgreement(where, gone);
            if (kind == Kind.ADD_FROM_AFAR) {
                renew(where, committer);
                assertAgreement(where, List.of());
            }
        }

        private void renew(String where, int leaf) throws MlsException {
            follow(where, leaf, members.get(leaf).commit(List.of(), random, NOW));
        }

        private static int firstGap(List<Integer> leaves) {
            int gap = 0;
            while (leaves.contains(gap)) {
                gap++;
            }
            return gap;
        }

        private static List<Integer> byDistanceFrom(List<Integer> leaves, int gap) {
            List<Integer> sorted = new ArrayList<>(leaves);
            sorted.sort(Comparator.comparingInt(leaf -> Math.abs(leaf - gap)));
            return sorted;
        }

        /** Counts what makes the path of {@code committer} other than that of a full tree. */
        private void notice(RatchetTree tree, int committer) {
            for (RatchetTree.PathStep step : tree.filteredDirectPath(committer)) {
                Node node = tree.node(step.copathChild());
                if (node instanceof ParentNode parent
                        && !parent.unmergedLeaves().isEmpty()) {
                    resolutionsWithUnmergedLeaves++;
                }
                if (node == null) {
                    blankNodesAboveMembers++;
                }
            }
        }

        private KeyPackageBundle newcomer() {
            return KeyPackageBundle.create(
                    primitives,
                    LeafKeys.generate(primitives, suite, random),
                    Credential.basic(Bytes.utf8("member " + names++)),
                    Lifetime.around(NOW, 3600),
                    random);
        }

        private List<Integer> chooseRemoved(List<Integer> leaves, int committer) {
            List<Integer> others = new ArrayList<>(leaves);
            others.removeIf(leaf -> leaf == committer);
            Collections.shuffle(others, dice);
            // Now and then nearly everybody leaves at once, so that trees shrink and halves of them become blank.
            int count = dice.nextInt(16) == 0 ? others.size() : Math.min(1 + dice.nextInt(3), others.size());
            return others.subList(0, count);
        }

        private List<MlsGroup> follow(String where, int committer, PendingCommit commit) throws MlsException {
            notice(members.get(committer).state().tree, committer);
            Bytes message = commit.commitBytes();
            List<MlsGroup> gone = new ArrayList<>();
            Map<Integer, MlsGroup> next = new TreeMap<>();
            for (Map.Entry<Integer, MlsGroup> member : members.entrySet()) {
                if (member.getKey() == committer) {
                    next.put(committer, commit.next());
                    member.getValue().erase();
                    continue;
                }
                switch (member.getValue().process(message, NOW)) {
                    case Processed.NewEpoch epoch -> {
                        next.put(member.getKey(), epoch.group());
                        member.getValue().erase();
                    }
                    case Processed.RemovedFromGroup _ -> gone.add(member.getValue());
                    case Processed.ApplicationData _, Processed.StoredProposal _ -> throw new AssertionError(where);
                }
            }
            members.clear();
            members.putAll(next);
            return gone;
        }

        private void assertAgreement(String where, List<MlsGroup> gone) throws MlsException {
            List<Integer> leaves = new ArrayList<>(members.keySet());
            MlsGroup sender = members.get(leaves.get(dice.nextInt(leaves.size())));
            Bytes message = sender.protect(Bytes.utf8(where), Bytes.EMPTY, random);
            for (MlsGroup member : members.values()) {
                assertThat(member.epochAuthenticator()).as(where).isEqualTo(sender.epochAuthenticator());
                assertThat(member.export("churn", Bytes.utf8(where), 32))
                        .as(where)
                        .isEqualTo(sender.export("churn", Bytes.utf8(where), 32));
                assertThat(member.treeHash()).as(where).isEqualTo(sender.treeHash());
                assertThat(member.members())
                        .as(where)
                        .extracting(Member::leafIndex)
                        .containsExactlyElementsOf(leaves);
                if (member != sender) {
                    assertThat(member.process(message, NOW))
                            .as(where)
                            .isEqualTo(new Processed.ApplicationData(sender.ownLeaf(), Bytes.utf8(where), Bytes.EMPTY));
                }
                assertKeysFit(where, member);
            }
            for (MlsGroup outsider : gone) {
                TestGroups.assertRejected(Rejection.WRONG_EPOCH, () -> outsider.process(message, NOW));
                outsider.erase();
            }
        }

        /** The tree invariant, from this member's side: a private key for each node that it has, and that key fits. */
        private void assertKeysFit(String where, MlsGroup member) throws MlsException {
            GroupState state = member.state();
            state.tree.requireParentHashes();
            state.tree.requireUnmergedLeaves();
            int own = TreeMath.nodeOf(state.ownLeaf);
            List<Integer> above = TreeMath.directPath(own, state.tree.leafCount());
            for (int node = 0; node < state.tree.nodeCount(); node++) {
                Node present = state.tree.node(node);
                boolean unmerged = present instanceof ParentNode parent
                        && parent.unmergedLeaves().contains(state.ownLeaf);
                boolean ours = node == own || above.contains(node) && present != null && !unmerged;
                var privateKey = state.keys.get(node);
                assertThat(privateKey != null).as(where + ", node " + node).isEqualTo(ours);
                if (privateKey != null && present != null) {
                    assertThat(state.crypto.hpkePublicKey(privateKey))
                            .as(where + ", node " + node)
                            .isEqualTo(present.encryptionKey());
                }
            }
        }
    }
}
