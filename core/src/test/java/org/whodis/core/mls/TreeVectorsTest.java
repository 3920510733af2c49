package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.mls.RatchetTree.PathStep;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireReader;

/** The ratchet tree of RFC 9420 section 7 against the working group's vectors. */
class TreeVectorsTest {
    @TestFactory
    List<DynamicTest> treeOperations() throws IOException {
        return Vectors.tests("tree-operations", (crypto, vector) -> {
            RatchetTree tree = RatchetTree.decode(crypto, Vectors.hex(vector, "tree_before"));
            assertThat(tree.treeHash()).isEqualTo(Vectors.hex(vector, "tree_hash_before"));
            switch (WireReader.decode(Vectors.hex(vector, "proposal"), Proposal::read)) {
                case Proposal.Add(KeyPackage keyPackage) -> tree.add(keyPackage.leafNode());
                case Proposal.Update(LeafNode leaf) ->
                    tree.update(vector.get("proposal_sender").asInt(), leaf);
                case Proposal.Remove(long removed) -> {
                    tree.remove((int) removed);
                    tree.truncate();
                }
                case Proposal.PreSharedKey _,
                        Proposal.ReInit _,
                        Proposal.ExternalInit _,
                        Proposal.GroupContextExtensions _ -> throw new IllegalStateException("not in these vectors");
            }
            assertThat(tree.encode()).isEqualTo(Vectors.hex(vector, "tree_after"));
            assertThat(tree.treeHash()).isEqualTo(Vectors.hex(vector, "tree_hash_after"));
        });
    }

    @TestFactory
    List<DynamicTest> treeValidation() throws IOException {
        return Vectors.tests("tree-validation", (crypto, vector) -> {
            RatchetTree tree = RatchetTree.decode(crypto, Vectors.hex(vector, "tree"));
            assertThat(tree.encode()).isEqualTo(Vectors.hex(vector, "tree"));
            for (int node = 0; node < tree.nodeCount(); node++) {
                List<Integer> resolution = new ArrayList<>();
                for (JsonNode each : vector.get("resolutions").get(node)) {
                    resolution.add(each.asInt());
                }
                assertThat(tree.resolution(node)).isEqualTo(resolution);
                assertThat(tree.treeHash(node).hex())
                        .isEqualTo(vector.get("tree_hashes").get(node).asText());
            }
            tree.requireParentHashes();
            tree.requireUnmergedLeaves();
            for (int leaf : tree.memberIndices()) {
                assertThat(tree.member(leaf).hasValidSignature(crypto, Vectors.hex(vector, "group_id"), leaf))
                        .isTrue();
            }
        });
    }

    @TestFactory
    List<DynamicTest> treeKem() throws IOException {
        return Vectors.tests("treekem", (crypto, vector) -> {
            RatchetTree tree = RatchetTree.decode(crypto, Vectors.hex(vector, "ratchet_tree"));
            GroupContext context = new GroupContext(
                    crypto.suite().value(),
                    Vectors.hex(vector, "group_id"),
                    vector.get("epoch").asLong(),
                    tree.treeHash(),
                    Vectors.hex(vector, "confirmed_transcript_hash"),
                    List.of());
            for (JsonNode each : vector.get("update_paths")) {
                processPublished(crypto, vector, tree, context, each);
                // The JDK is several times slower at X25519, and what it derives is compared above already.
                if (crypto.primitives() instanceof BcPrimitives) {
                    createOwn(crypto, vector, tree, context, each.get("sender").asInt());
                }
            }
        });
    }

    private static void processPublished(
            MlsCrypto crypto, JsonNode vector, RatchetTree before, GroupContext context, JsonNode published)
            throws Exception {
        int sender = published.get("sender").asInt();
        UpdatePath path = WireReader.decode(Vectors.hex(published, "update_path"), UpdatePath::read);
        RatchetTree tree = before.copy();
        List<PathStep> steps = TreeKem.merge(tree, sender, path, List.of());
        assertThat(tree.treeHash()).isEqualTo(Vectors.hex(published, "tree_hash_after"));
        tree.requireParentHashes();
        for (JsonNode leaf : vector.get("leaves_private")) {
            int index = leaf.get("index").asInt();
            if (index != sender) {
                Secret commitSecret = TreeKem.decrypt(
                        crypto,
                        tree,
                        steps,
                        path,
                        index,
                        privateKeys(crypto, before, leaf),
                        List.of(),
                        context.withTreeHash(tree.treeHash()));
                assertThat(commitSecret).isEqualTo(Vectors.secret(published, "commit_secret"));
            }
        }
    }

    private static void createOwn(
            MlsCrypto crypto, JsonNode vector, RatchetTree before, GroupContext context, int sender)
            throws MlsException {
        JsonNode own = leaf(vector, sender);
        RatchetTree sent = before.copy();
        TreeKem.NewPath path = TreeKem.create(
                crypto,
                sent,
                sender,
                context.groupId(),
                Vectors.secret(own, "signature_priv"),
                privateKeys(crypto, before, own),
                List.of(),
                context::withTreeHash,
                TestGroups.seeded(new Random(sender)));
        RatchetTree received = before.copy();
        List<PathStep> steps = TreeKem.merge(received, sender, path.updatePath(), List.of());
        assertThat(received.treeHash()).isEqualTo(sent.treeHash());
        for (JsonNode leaf : vector.get("leaves_private")) {
            int index = leaf.get("index").asInt();
            if (index != sender) {
                assertThat(TreeKem.decrypt(
                                crypto,
                                received,
                                steps,
                                path.updatePath(),
                                index,
                                privateKeys(crypto, before, leaf),
                                List.of(),
                                path.provisional()))
                        .isEqualTo(path.secrets().commitSecret());
            }
        }
    }

    private static PathKeys privateKeys(MlsCrypto crypto, RatchetTree tree, JsonNode leaf) {
        PathKeys keys = new PathKeys();
        int leafNode = TreeMath.nodeOf(leaf.get("index").asInt());
        Secret leafKey = Vectors.secret(leaf, "encryption_priv");
        assertThat(crypto.hpkePublicKey(leafKey)).isEqualTo(publicKey(tree, leafNode));
        keys.put(leafNode, leafKey);
        for (JsonNode each : leaf.get("path_secrets")) {
            int node = each.get("node").asInt();
            KeyPair pair = PathSecrets.of(crypto, Vectors.secret(each, "path_secret"), 1)
                    .keyPair(0);
            assertThat(pair.publicKey()).isEqualTo(publicKey(tree, node));
            keys.put(node, pair.privateKey());
        }
        return keys;
    }

    private static Bytes publicKey(RatchetTree tree, int node) {
        Node present = tree.node(node);
        assertThat(present).isNotNull();
        return present.encryptionKey();
    }

    private static JsonNode leaf(JsonNode vector, int index) {
        for (JsonNode leaf : vector.get("leaves_private")) {
            if (leaf.get("index").asInt() == index) {
                return leaf;
            }
        }
        throw new IllegalStateException("no private state of leaf " + index);
    }
}
