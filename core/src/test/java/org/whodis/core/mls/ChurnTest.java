package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
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
        "1, MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519, 40, 16",
        "2, MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519, 30, 16",
        "3, MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519, 15, 9",
        "4, MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519, 40, 5"
    })
    void allMembersAgreeAfterEveryStep(long seed, CipherSuite suite, int steps, int most) throws MlsException {
        Churn churn = new Churn(seed, suite, most);
        for (int step = 0; step < steps; step++) {
            churn.step("seed " + seed + ", step " + step);
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
            int committer = leaves.get(dice.nextInt(leaves.size()));
            List<Proposal> proposals = new ArrayList<>();
            List<Integer> removed = chooseRemoved(leaves, committer);
            for (int leaf : removed) {
                proposals.add(new Proposal.Remove(leaf));
            }
            List<KeyPackageBundle> newcomers = new ArrayList<>();
            int room = most - leaves.size() + removed.size();
            for (int i = room > 0 ? dice.nextInt(Math.min(room, 3) + 1) : 0; i > 0; i--) {
                KeyPackageBundle newcomer = KeyPackageBundle.create(
                        primitives,
                        LeafKeys.generate(primitives, suite, random),
                        Credential.basic(Bytes.utf8("member " + names++)),
                        Lifetime.around(NOW, 3600),
                        random);
                newcomers.add(newcomer);
                proposals.add(new Proposal.Add(newcomer.keyPackage()));
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
        }

        private List<Integer> chooseRemoved(List<Integer> leaves, int committer) {
            List<Integer> others = new ArrayList<>(leaves);
            others.removeIf(leaf -> leaf == committer);
            Collections.shuffle(others, dice);
            // Now and then nearly everybody leaves at once, so that trees shrink and halves of them become blank.
            int count = dice.nextInt(10) == 0 ? others.size() : dice.nextInt(Math.min(3, others.size()) + 1);
            return others.subList(0, count);
        }

        private List<MlsGroup> follow(String where, int committer, PendingCommit commit) throws MlsException {
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
