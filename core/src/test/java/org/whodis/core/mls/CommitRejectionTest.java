package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.assertRejected;
import static org.whodis.core.mls.TestGroups.flipped;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** Commits of a hostile member that fail one check (RFC 9420 section 12.4.2). */
class CommitRejectionTest {
    private final RandomBytes random = TestGroups.seeded(new Random(14));
    private final List<MlsGroup> members = TestGroups.groupOf(4, 1, TestGroups.OPEN_RULES, List.of(), random);
    private final MlsGroup alice = members.get(0);
    private final MlsGroup bob = members.get(1);
    private final TreeKem.NewPath path = TestGroups.honestPath(alice, random);

    CommitRejectionTest() throws MlsException {}

    private void assertRefused(Rejection expected, UpdatePath changed) {
        assertRejected(expected, () -> bob.process(TestGroups.insiderCommit(alice, List.of(), changed), NOW));
    }

    private UpdatePath withNode(int index, UpdatePath.PathNode node) {
        List<UpdatePath.PathNode> nodes = new ArrayList<>(path.updatePath().nodes());
        nodes.set(index, node);
        return new UpdatePath(path.updatePath().leafNode(), nodes);
    }

    /** A path whose leaf is signed again, so that it fits other public keys of the nodes. */
    private UpdatePath resigned(List<UpdatePath.PathNode> nodes) {
        RatchetTree tree = alice.state().tree.copy();
        List<RatchetTree.PathStep> steps = tree.filteredDirectPath(0);
        tree.blankDirectPath(0);
        List<Bytes> keys = new ArrayList<>();
        for (UpdatePath.PathNode node : nodes) {
            keys.add(node.encryptionKey());
        }
        LeafNodeSource source = new LeafNodeSource.Commit(tree.setPath(steps, keys));
        LeafNode leaf = path.updatePath()
                .leafNode()
                .resigned(
                        CRYPTO,
                        alice.signatureSeed(),
                        path.updatePath().leafNode().encryptionKey(),
                        source,
                        alice.groupId(),
                        0);
        return new UpdatePath(leaf, nodes);
    }

    @Test
    @Breaks(Rejection.PATH_MISSING)
    void aCommitWithoutProposalsOrWithARemoveNeedsAPath() {
        assertRejected(
                Rejection.PATH_MISSING, () -> bob.process(TestGroups.insiderCommit(alice, List.of(), null), NOW));
        assertRejected(
                Rejection.PATH_MISSING,
                () -> bob.process(TestGroups.insiderCommit(alice, List.of(new Proposal.Remove(3)), null), NOW));
    }

    @Test
    @Breaks(Rejection.PATH_SHAPE)
    void thePathHasOneNodeForEachOfTheFilteredDirectPathAndOneCiphertextForEachOfTheResolution() {
        List<UpdatePath.PathNode> nodes = path.updatePath().nodes();
        LeafNode leaf = path.updatePath().leafNode();
        assertRefused(Rejection.PATH_SHAPE, new UpdatePath(leaf, nodes.subList(0, 1)));
        UpdatePath.PathNode third =
                new UpdatePath.PathNode(CRYPTO.generateKeyPair(random).publicKey(), List.of());
        assertRefused(Rejection.PATH_SHAPE, new UpdatePath(leaf, List.of(nodes.get(0), nodes.get(1), third)));
        UpdatePath.PathNode first = nodes.get(0);
        assertRefused(Rejection.PATH_SHAPE, withNode(0, new UpdatePath.PathNode(first.encryptionKey(), List.of())));
        HpkeCiphertext ciphertext = first.encryptedPathSecret().get(0);
        assertRefused(
                Rejection.PATH_SHAPE,
                withNode(0, new UpdatePath.PathNode(first.encryptionKey(), List.of(ciphertext, ciphertext))));
    }

    @Test
    @Breaks(Rejection.PATH_KEY_NOT_FRESH)
    void noneOfThePublicKeysInTheUpdatePathMayAppearInAnyNodeOfTheTree() {
        Node used = alice.state().tree.node(2);
        assertThat(used).isNotNull();
        UpdatePath.PathNode root = path.updatePath().nodes().get(1);
        assertRefused(
                Rejection.PATH_KEY_NOT_FRESH,
                withNode(1, new UpdatePath.PathNode(used.encryptionKey(), root.encryptedPathSecret())));
        Bytes first = path.updatePath().nodes().get(0).encryptionKey();
        assertRefused(
                Rejection.PATH_KEY_NOT_FRESH, withNode(1, new UpdatePath.PathNode(first, root.encryptedPathSecret())));
    }

    @Test
    @Breaks(Rejection.PATH_PARENT_HASH)
    void theParentHashOfTheCommittersLeafMatchesTheMergedPath() {
        UpdatePath.PathNode root = path.updatePath().nodes().get(1);
        Bytes another = CRYPTO.generateKeyPair(random).publicKey();
        assertRefused(
                Rejection.PATH_PARENT_HASH, withNode(1, new UpdatePath.PathNode(another, root.encryptedPathSecret())));
    }

    @Test
    @Breaks(Rejection.PATH_SECRET_UNDECRYPTABLE)
    void aPathSecretThatDoesNotDecryptIsRefused() {
        UpdatePath.PathNode first = path.updatePath().nodes().get(0);
        HpkeCiphertext ciphertext = first.encryptedPathSecret().get(0);
        for (HpkeCiphertext changed : List.of(
                new HpkeCiphertext(ciphertext.kemOutput(), flipped(ciphertext.ciphertext(), 9)),
                new HpkeCiphertext(flipped(ciphertext.kemOutput(), 9), ciphertext.ciphertext()),
                new HpkeCiphertext(Bytes.EMPTY, Bytes.EMPTY))) {
            assertRefused(
                    Rejection.PATH_SECRET_UNDECRYPTABLE,
                    withNode(0, new UpdatePath.PathNode(first.encryptionKey(), List.of(changed))));
        }
    }

    @Test
    void aPathSecretOfAnotherLengthIsRefused() throws MlsException {
        UpdatePath.PathNode first = path.updatePath().nodes().get(0);
        Node bobsLeaf = alice.state().tree.node(2);
        assertThat(bobsLeaf).isNotNull();
        HpkeCiphertext shorter = CRYPTO.encrypt(
                bobsLeaf.encryptionKey(),
                "UpdatePathNode",
                path.provisional().toBytes(),
                Secret.owning(new byte[31]),
                random);
        assertRefused(
                Rejection.PATH_SECRET_UNDECRYPTABLE,
                withNode(0, new UpdatePath.PathNode(first.encryptionKey(), List.of(shorter))));
    }

    /** {@code path_secret} is optional in a Welcome, and the committer who adds a member may be hostile. */
    @Test
    void aPathForANodeWhoseSecretOurWelcomeKeptBackIsRefused() throws MlsException {
        List<MlsGroup> members = TestGroups.groupOf(8, 1, TestGroups.OPEN_RULES, List.of(), random);
        GroupState last = members.get(7).state();
        TreeKem.NewPath fromFirst = TestGroups.honestPath(members.get(0), random);
        RatchetTree tree = last.tree.copy();
        List<RatchetTree.PathStep> steps = TreeKem.merge(tree, 0, fromFirst.updatePath(), List.of());
        Secret ownKey = last.keys.get(TreeMath.nodeOf(7));
        assertThat(ownKey).isNotNull();
        PathKeys onlyOurLeafs = new PathKeys();
        onlyOurLeafs.put(TreeMath.nodeOf(7), PathKeys.copyOf(ownKey));
        assertRejected(
                Rejection.PATH_SECRET_UNDECRYPTABLE,
                () -> TreeKem.decrypt(
                        CRYPTO,
                        tree,
                        steps,
                        fromFirst.updatePath(),
                        7,
                        onlyOurLeafs,
                        List.of(),
                        fromFirst.provisional()));
    }

    @Test
    @Breaks(Rejection.PATH_KEY_MISMATCH)
    void verifyThatTheDerivedPublicKeysAreTheSameAsThoseSentInTheUpdatePath() throws MlsException {
        UpdatePath.PathNode root = path.updatePath().nodes().get(1);
        Bytes another = CRYPTO.generateKeyPair(random).publicKey();
        List<UpdatePath.PathNode> nodes =
                List.of(path.updatePath().nodes().get(0), new UpdatePath.PathNode(another, root.encryptedPathSecret()));
        UpdatePath signed = resigned(nodes);
        // The path secret is encrypted for the provisional context of this other tree, so that it decrypts.
        RatchetTree tree = alice.state().tree.copy();
        TreeKem.merge(tree, 0, signed, List.of());
        GroupContext provisional = alice.state().context.provisional(tree.treeHash(), List.of());
        Node bobsLeaf = tree.node(2);
        assertThat(bobsLeaf).isNotNull();
        HpkeCiphertext sealed = CRYPTO.encrypt(
                bobsLeaf.encryptionKey(),
                "UpdatePathNode",
                provisional.toBytes(),
                path.secrets().pathSecret(0),
                random);
        UpdatePath.PathNode first =
                new UpdatePath.PathNode(signed.nodes().get(0).encryptionKey(), List.of(sealed));
        assertRefused(
                Rejection.PATH_KEY_MISMATCH,
                new UpdatePath(signed.leafNode(), List.of(first, signed.nodes().get(1))));
    }

    @Test
    @Breaks(Rejection.BAD_CONFIRMATION_TAG)
    void aCommitWithAWrongConfirmationTagIsRefusedAndTheRealOneIsFollowed() throws MlsException {
        assertRefused(Rejection.BAD_CONFIRMATION_TAG, path.updatePath());
        PendingCommit real = alice.commit(List.of(), random, NOW);
        assertThat(((Processed.NewEpoch) bob.process(real.commitBytes(), NOW))
                        .group()
                        .epochAuthenticator())
                .isEqualTo(real.next().epochAuthenticator());
    }

    @Test
    void theLeafOfAPathIsCheckedLikeAnyOther() {
        LeafNode leaf = path.updatePath().leafNode();
        assertRefused(
                Rejection.BAD_LEAF_SIGNATURE,
                new UpdatePath(
                        leaf.withSignature(flipped(leaf.signature(), 1)),
                        path.updatePath().nodes()));
        LeafNode update = leaf.resigned(
                CRYPTO, alice.signatureSeed(), leaf.encryptionKey(), new LeafNodeSource.Update(), alice.groupId(), 0);
        assertRefused(
                Rejection.WRONG_LEAF_NODE_SOURCE,
                new UpdatePath(update, path.updatePath().nodes()));
    }

    @Test
    void whoIsRemovedLearnsItAndGetsNoKeysOfTheNextEpoch() throws MlsException {
        PendingCommit commit = alice.commit(List.of(new Proposal.Remove(1)), random, NOW);
        Processed.RemovedFromGroup removed = (Processed.RemovedFromGroup) bob.process(commit.commitBytes(), NOW);
        assertThat(removed.committerLeaf()).isZero();
        assertThat(removed.changes())
                .anyMatch(change -> change instanceof Change.Removed(int leaf, var _) && leaf == 1);
        Processed.NewEpoch carol = (Processed.NewEpoch) members.get(2).process(commit.commitBytes(), NOW);
        assertThat(carol.group().epochAuthenticator()).isEqualTo(commit.next().epochAuthenticator());
        Bytes later = commit.next().protect(Bytes.utf8("without Bob"), Bytes.EMPTY, random);
        assertRejected(Rejection.WRONG_EPOCH, () -> bob.process(later, NOW));
    }

    @Test
    void ofTwoCommitsInOneEpochEitherCanBeFollowed() throws MlsException {
        PendingCommit loser = bob.commit(List.of(), random, NOW);
        PendingCommit winner = alice.commit(List.of(), random, NOW);
        loser.discard();
        assertThat(((Processed.NewEpoch) bob.process(winner.commitBytes(), NOW))
                        .group()
                        .epochAuthenticator())
                .isEqualTo(winner.next().epochAuthenticator());
    }
}
