package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.RatchetTree.PathStep;
import org.whodis.core.wire.Bytes;

/**
 * Making and taking in an UpdatePath (RFC 9420 sections 7.4 to 7.6).
 *
 * <p>The tree that is passed in has the Commit's proposals applied already, and is changed by the path.
 */
final class TreeKem {
    private static final String LABEL = "UpdatePathNode";

    private TreeKem() {}

    /** @param secrets path secrets for the steps of the filtered direct path, in order */
    record NewPath(UpdatePath updatePath, GroupContext provisional, List<PathStep> steps, PathSecrets secrets) {}

    /**
     * Gives {@code ownLeaf} and its filtered direct path new keys and encrypts their path secrets to everybody else.
     *
     * @param keys receives the new private keys
     * @param addedLeaves who was added by the same Commit, and gets the path secret from the Welcome instead
     * @param provisional the provisional GroupContext for a tree hash
     * @throws MlsException {@link Rejection#BAD_PUBLIC_KEY} if a key in the tree cannot be encrypted to
     */
    static NewPath create(
            MlsCrypto crypto,
            RatchetTree tree,
            int ownLeaf,
            Bytes groupId,
            Secret signatureSeed,
            PathKeys keys,
            List<Integer> addedLeaves,
            Function<Bytes, GroupContext> provisional,
            RandomBytes random)
            throws MlsException {
        List<PathStep> steps = tree.filteredDirectPath(ownLeaf);
        tree.blankDirectPath(ownLeaf);
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            KeyPair leafKeys = made.add(crypto.generateKeyPair(random));
            Secret first = MlsCrypto.random(random, crypto.secretLength());
            PathSecrets secrets = made.add(PathSecrets.of(crypto, first, steps.size()));
            Bytes parentHash = tree.setPath(steps, secrets.publicKeys());
            LeafNode leaf = tree.member(ownLeaf)
                    .resigned(
                            crypto,
                            signatureSeed,
                            leafKeys.publicKey(),
                            new LeafNodeSource.Commit(parentHash),
                            groupId,
                            ownLeaf);
            tree.setLeaf(ownLeaf, leaf);

            GroupContext context = provisional.apply(tree.treeHash());
            List<UpdatePath.PathNode> nodes = encrypt(crypto, tree, steps, secrets, addedLeaves, context, random);
            keys.put(TreeMath.nodeOf(ownLeaf), leafKeys.privateKey());
            secrets.moveKeysTo(keys, steps);
            made.keepAll();
            return new NewPath(new UpdatePath(leaf, nodes), context, steps, secrets);
        }
    }

    private static List<UpdatePath.PathNode> encrypt(
            MlsCrypto crypto,
            RatchetTree tree,
            List<PathStep> steps,
            PathSecrets secrets,
            List<Integer> addedLeaves,
            GroupContext context,
            RandomBytes random)
            throws MlsException {
        Bytes encodedContext = context.toBytes();
        List<UpdatePath.PathNode> nodes = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            List<HpkeCiphertext> ciphertexts = new ArrayList<>();
            for (int node : tree.resolution(steps.get(i).copathChild(), addedLeaves)) {
                ciphertexts.add(crypto.encrypt(
                        encryptionKey(tree, node), LABEL, encodedContext, secrets.pathSecret(i), random));
            }
            nodes.add(new UpdatePath.PathNode(secrets.keyPair(i).publicKey(), ciphertexts));
        }
        return nodes;
    }

    /**
     * Puts a received path into the tree: its shape and its parent hash are checked here, the freshness of its keys before
     * by {@link #requireFreshKeys}, its leaf by {@link Validation}.
     *
     * @return the filtered direct path of the sender
     */
    static List<PathStep> merge(RatchetTree tree, int senderLeaf, UpdatePath path, List<Integer> addedLeaves)
            throws MlsException {
        List<PathStep> steps = tree.filteredDirectPath(senderLeaf);
        requireShape(tree, steps, path, addedLeaves);
        List<Bytes> publicKeys = new ArrayList<>();
        for (UpdatePath.PathNode node : path.nodes()) {
            publicKeys.add(node.encryptionKey());
        }
        tree.blankDirectPath(senderLeaf);
        Bytes parentHash = tree.setPath(steps, publicKeys);
        if (!(path.leafNode().source() instanceof LeafNodeSource.Commit(Bytes claimed))) {
            throw new MlsException(Rejection.WRONG_LEAF_NODE_SOURCE, "the leaf of a path has to come from a commit");
        }
        if (!claimed.equals(parentHash)) {
            throw new MlsException(Rejection.PATH_PARENT_HASH, "parent_hash of the committer's leaf");
        }
        tree.setLeaf(senderLeaf, path.leafNode());
        return steps;
    }

    /**
     * Decrypts the path secret that a merged path has for us and derives the rest.
     *
     * @param keys our keys before the path; they receive the new private keys
     * @return the commit secret
     */
    static Secret decrypt(
            MlsCrypto crypto,
            RatchetTree tree,
            List<PathStep> steps,
            UpdatePath path,
            int ownLeaf,
            PathKeys keys,
            List<Integer> addedLeaves,
            GroupContext provisional)
            throws MlsException {
        int ownNode = TreeMath.nodeOf(ownLeaf);
        int first = 0;
        while (!TreeMath.isInSubtree(ownNode, steps.get(first).copathChild())) {
            first++;
        }
        Secret pathSecret =
                decryptOne(crypto, tree, steps.get(first), path.nodes().get(first), keys, addedLeaves, provisional);
        List<PathStep> above = steps.subList(first, steps.size());
        try (PathSecrets secrets = PathSecrets.of(crypto, pathSecret, above.size())) {
            for (int i = 0; i < above.size(); i++) {
                if (!secrets.keyPair(i)
                        .publicKey()
                        .equals(path.nodes().get(first + i).encryptionKey())) {
                    throw new MlsException(
                            Rejection.PATH_KEY_MISMATCH, "node " + above.get(i).node());
                }
            }
            secrets.moveKeysTo(keys, above);
            return secrets.commitSecret().copy();
        }
    }

    private static Secret decryptOne(
            MlsCrypto crypto,
            RatchetTree tree,
            PathStep step,
            UpdatePath.PathNode sent,
            PathKeys keys,
            List<Integer> addedLeaves,
            GroupContext provisional)
            throws MlsException {
        List<Integer> resolution = tree.resolution(step.copathChild(), addedLeaves);
        for (int i = 0; i < resolution.size(); i++) {
            Secret privateKey = keys.get(resolution.get(i));
            if (privateKey != null) {
                return open(
                        crypto,
                        privateKey,
                        provisional,
                        sent.encryptedPathSecret().get(i));
            }
        }
        // Whoever added us kept back the path secret of a node above us (it is optional in a Welcome), so that we lack
        // its key.
        throw new MlsException(Rejection.PATH_SECRET_UNDECRYPTABLE, "no private key for any node that covers our leaf");
    }

    private static Secret open(MlsCrypto crypto, Secret privateKey, GroupContext provisional, HpkeCiphertext ciphertext)
            throws MlsException {
        Secret pathSecret;
        try {
            pathSecret = crypto.decrypt(privateKey, LABEL, provisional.toBytes(), ciphertext);
        } catch (CryptoException e) {
            throw new MlsException(Rejection.PATH_SECRET_UNDECRYPTABLE, String.valueOf(e.getMessage()));
        }
        if (pathSecret.length() != crypto.secretLength()) {
            pathSecret.erase();
            throw new MlsException(Rejection.PATH_SECRET_UNDECRYPTABLE, pathSecret.length() + " bytes");
        }
        return pathSecret;
    }

    /** "The length of the encrypted_path_secret vector MUST be equal to the length of the resolution" (section 7.6). */
    private static void requireShape(RatchetTree tree, List<PathStep> steps, UpdatePath path, List<Integer> addedLeaves)
            throws MlsException {
        if (path.nodes().size() != steps.size()) {
            throw new MlsException(Rejection.PATH_SHAPE, path.nodes().size() + " nodes instead of " + steps.size());
        }
        for (int i = 0; i < steps.size(); i++) {
            int expected =
                    tree.resolution(steps.get(i).copathChild(), addedLeaves).size();
            if (path.nodes().get(i).encryptedPathSecret().size() != expected) {
                throw new MlsException(Rejection.PATH_SHAPE, "node " + i + " has not " + expected + " ciphertexts");
            }
        }
    }

    /** "Verify that none of the public keys in the UpdatePath appear in any node of the new ratchet tree" (12.4.2). */
    static void requireFreshKeys(RatchetTree tree, UpdatePath path) throws MlsException {
        List<Bytes> sent = new ArrayList<>();
        sent.add(path.leafNode().encryptionKey());
        for (UpdatePath.PathNode node : path.nodes()) {
            sent.add(node.encryptionKey());
        }
        for (int i = 0; i < sent.size(); i++) {
            if (tree.hasEncryptionKey(sent.get(i)) || sent.subList(0, i).contains(sent.get(i))) {
                throw new MlsException(Rejection.PATH_KEY_NOT_FRESH, "public key " + i + " of the path");
            }
        }
    }

    private static Bytes encryptionKey(RatchetTree tree, int node) {
        Node present = tree.node(node);
        if (present == null) {
            throw new IllegalStateException("a resolution holds blank node " + node);
        }
        return present.encryptionKey();
    }
}
