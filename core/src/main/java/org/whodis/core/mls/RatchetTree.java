package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The public ratchet tree of one epoch (RFC 9420 sections 4 and 7): which nodes are blank, what the others hold, and the
 * hashes over them. Says nothing about private keys ({@link PathKeys}) and checks no signature ({@link Validation}).
 *
 * <p>The number of leaves is always a power of two. Tree hashes are kept until a node below them changes. A group never
 * changes a tree that it uses: it changes a {@link #copy()}.
 */
final class RatchetTree {
    private final MlsCrypto crypto;
    private final List<@Nullable Node> nodes;
    private final List<@Nullable Bytes> hashes;

    private RatchetTree(MlsCrypto crypto, List<@Nullable Node> nodes) {
        this.crypto = crypto;
        this.nodes = nodes;
        this.hashes = new ArrayList<>();
        while (hashes.size() < nodes.size()) {
            hashes.add(null);
        }
    }

    /** The tree of a new group: its creator alone. */
    static RatchetTree ofCreator(MlsCrypto crypto, LeafNode creator) {
        List<@Nullable Node> nodes = new ArrayList<>();
        nodes.add(creator);
        return new RatchetTree(crypto, nodes);
    }

    RatchetTree copy() {
        RatchetTree copy = new RatchetTree(crypto, new ArrayList<>(nodes));
        for (int i = 0; i < hashes.size(); i++) {
            copy.hashes.set(i, hashes.get(i));
        }
        return copy;
    }

    // ---- what is where

    int leafCount() {
        return (nodes.size() + 1) / 2;
    }

    int nodeCount() {
        return nodes.size();
    }

    @Nullable
    Node node(int node) {
        return nodes.get(node);
    }

    /** The leaf, or null if it is blank or outside the tree; any {@code uint32} may be asked for. */
    @Nullable
    LeafNode leaf(long leafIndex) {
        return leafIndex >= 0 && leafIndex < leafCount()
                ? (LeafNode) nodes.get(TreeMath.nodeOf((int) leafIndex))
                : null;
    }

    /**
     * The leaf of a member.
     *
     * @throws IllegalStateException if it is blank
     */
    LeafNode member(int leafIndex) {
        LeafNode leaf = leaf(leafIndex);
        if (leaf == null) {
            throw new IllegalStateException("leaf " + leafIndex + " is blank");
        }
        return leaf;
    }

    @Nullable
    ParentNode parentNode(int node) {
        return (ParentNode) nodes.get(node);
    }

    /** The leaves that are not blank, from left to right. */
    List<Integer> memberIndices() {
        List<Integer> out = new ArrayList<>();
        for (int leaf = 0; leaf < leafCount(); leaf++) {
            if (leaf(leaf) != null) {
                out.add(leaf);
            }
        }
        return out;
    }

    List<Member> members() {
        List<Member> out = new ArrayList<>();
        for (int leafIndex : memberIndices()) {
            out.add(new Member(leafIndex, member(leafIndex)));
        }
        return out;
    }

    // ---- changes

    private void set(int node, @Nullable Node value) {
        nodes.set(node, value);
        hashes.set(node, null);
        for (int above : TreeMath.directPath(node, leafCount())) {
            hashes.set(above, null);
        }
    }

    /** Replaces a leaf and nothing else. */
    void setLeaf(int leafIndex, LeafNode leaf) {
        set(TreeMath.nodeOf(leafIndex), leaf);
    }

    void setParentNode(int node, ParentNode parent) {
        set(node, parent);
    }

    void blankDirectPath(int leafIndex) {
        for (int above : TreeMath.directPath(TreeMath.nodeOf(leafIndex), leafCount())) {
            set(above, null);
        }
    }

    /**
     * "If there are empty leaves in the tree, L is the leftmost empty leaf. Otherwise, the tree is extended to the right"
     * (section 12.1.1).
     *
     * @return the index of the new leaf
     */
    int add(LeafNode leaf) throws MlsException {
        int index = 0;
        while (leaf(index) != null) {
            index++;
        }
        if (index >= Limits.MAX_LEAVES) {
            throw new MlsException(Rejection.TOO_MANY_MEMBERS, "more than " + Limits.MAX_LEAVES);
        }
        if (index >= leafCount()) {
            resize(2 * leafCount());
        }
        int node = TreeMath.nodeOf(index);
        for (int above : TreeMath.directPath(node, leafCount())) {
            ParentNode parent = parentNode(above);
            if (parent != null) {
                set(above, parent.withUnmergedLeaf(index));
            }
        }
        set(node, leaf);
        return index;
    }

    /** Section 12.1.2: replaces the leaf and blanks the nodes above it. */
    void update(int leafIndex, LeafNode leaf) {
        setLeaf(leafIndex, leaf);
        blankDirectPath(leafIndex);
    }

    /** Section 12.1.3: blanks the leaf and the nodes above it; {@link #truncate()} follows once all are removed. */
    void remove(int leafIndex) {
        set(TreeMath.nodeOf(leafIndex), null);
        blankDirectPath(leafIndex);
    }

    /** "Truncate the tree by removing the right subtree until there is at least one non-blank leaf node" in it (12.1.3). */
    void truncate() {
        int last = leafCount() - 1;
        while (last > 0 && leaf(last) == null) {
            last--;
        }
        resize(TreeMath.fullLeafCount(last + 1));
    }

    private void resize(int leafCount) {
        int size = TreeMath.nodeCount(leafCount);
        while (nodes.size() > size) {
            nodes.remove(nodes.size() - 1);
            hashes.remove(hashes.size() - 1);
        }
        while (nodes.size() < size) {
            nodes.add(null);
            hashes.add(null);
        }
    }

    // ---- resolutions and paths

    /** The resolution of a node (section 4.1.1): the non-blank nodes that cover its subtree. */
    List<Integer> resolution(int node) {
        List<Integer> out = new ArrayList<>();
        resolve(node, out);
        return out;
    }

    private void resolve(int node, List<Integer> out) {
        switch (nodes.get(node)) {
            case LeafNode _ -> out.add(node);
            case ParentNode parent -> {
                out.add(node);
                for (int leaf : parent.unmergedLeaves()) {
                    out.add(TreeMath.nodeOf(leaf));
                }
            }
            case null -> {
                if (!TreeMath.isLeaf(node)) {
                    resolve(TreeMath.left(node), out);
                    resolve(TreeMath.right(node), out);
                }
            }
        }
    }

    /** The resolution without leaves that the current Commit adds (section 7.6). */
    List<Integer> resolution(int node, List<Integer> addedLeaves) {
        List<Integer> out = new ArrayList<>();
        for (int each : resolution(node)) {
            if (!TreeMath.isLeaf(each) || !addedLeaves.contains(each / 2)) {
                out.add(each);
            }
        }
        return out;
    }

    /** A node of a filtered direct path, with its child on the path and the other one. */
    record PathStep(int node, int copathChild) {}

    /**
     * "The filtered direct path of a leaf node L is obtained from the direct path of L by removing any parent node whose
     * child on the copath of L has an empty resolution" (section 4.1.2); from the leaf to the root.
     */
    List<PathStep> filteredDirectPath(int leafIndex) {
        List<PathStep> out = new ArrayList<>();
        int child = TreeMath.nodeOf(leafIndex);
        for (int above : TreeMath.directPath(child, leafCount())) {
            int copathChild = TreeMath.sibling(child, leafCount());
            if (hasMember(copathChild)) {
                out.add(new PathStep(above, copathChild));
            }
            child = above;
        }
        return out;
    }

    private boolean hasMember(int node) {
        if (nodes.get(node) != null) {
            return true;
        }
        return !TreeMath.isLeaf(node) && (hasMember(TreeMath.left(node)) || hasMember(TreeMath.right(node)));
    }

    // ---- hashes

    /** The tree hash of the root (section 7.8). */
    Bytes treeHash() {
        return treeHash(TreeMath.root(leafCount()));
    }

    Bytes treeHash(int node) {
        Bytes known = hashes.get(node);
        if (known != null) {
            return known;
        }
        Bytes hash = TreeMath.isLeaf(node)
                ? leafHash(node, leaf(node / 2))
                : parentNodeHash(parentNode(node), treeHash(TreeMath.left(node)), treeHash(TreeMath.right(node)));
        hashes.set(node, hash);
        return hash;
    }

    /** "For each leaf L in P.unmerged_leaves, blank L and remove it from the unmerged_leaves sets of all parent nodes" (7.9). */
    private Bytes treeHashWithout(int node, List<Integer> leaves) {
        if (!containsAny(node, leaves)) {
            return treeHash(node);
        }
        if (TreeMath.isLeaf(node)) {
            return leafHash(node, null);
        }
        ParentNode parent = parentNode(node);
        return parentNodeHash(
                parent == null ? null : parent.withoutUnmergedLeaves(leaves),
                treeHashWithout(TreeMath.left(node), leaves),
                treeHashWithout(TreeMath.right(node), leaves));
    }

    private static boolean containsAny(int node, List<Integer> leaves) {
        for (int leaf : leaves) {
            if (TreeMath.isInSubtree(TreeMath.nodeOf(leaf), node)) {
                return true;
            }
        }
        return false;
    }

    /**
     * <pre>
     *   struct { NodeType node_type; select … } TreeHashInput;
     *   struct { uint32 leaf_index; optional&lt;LeafNode&gt; leaf_node; } LeafNodeHashInput;
     * </pre>
     */
    private Bytes leafHash(int node, @Nullable LeafNode leaf) {
        WireWriter out = new WireWriter().uint8(Node.TYPE_LEAF).uint32(node / 2);
        return crypto.hash(out.optional(leaf, (w, each) -> each.write(w)).toBytes());
    }

    /** {@code struct { optional<ParentNode> parent_node; opaque left_hash<V>; opaque right_hash<V>; } ParentNodeHashInput;} */
    private Bytes parentNodeHash(@Nullable ParentNode parent, Bytes left, Bytes right) {
        WireWriter out = new WireWriter().uint8(Node.TYPE_PARENT);
        out.optional(parent, (w, each) -> each.write(w)).vector(left).vector(right);
        return crypto.hash(out.toBytes());
    }

    /**
     * The parent hash of {@code parent} with this copath child (section 7.9).
     *
     * <pre>
     *   struct {
     *       HPKEPublicKey encryption_key;
     *       opaque parent_hash&lt;V&gt;;
     *       opaque original_sibling_tree_hash&lt;V&gt;;
     *   } ParentHashInput;
     * </pre>
     */
    Bytes parentHash(ParentNode parent, int copathChild) {
        return crypto.hash(new WireWriter()
                .vector(parent.encryptionKey())
                .vector(parent.parentHash())
                .vector(treeHashWithout(copathChild, parent.unmergedLeaves()))
                .toBytes());
    }

    /**
     * Sets the nodes of a filtered direct path to new keys, with parent hashes from the root down (section 7.5); the rest of
     * the direct path has to be blank already.
     *
     * @return what the {@code parent_hash} of the leaf has to be; empty if the path is
     */
    Bytes setPath(List<PathStep> path, List<Bytes> publicKeys) {
        Bytes parentHash = Bytes.EMPTY;
        for (int i = path.size() - 1; i >= 0; i--) {
            ParentNode node = new ParentNode(publicKeys.get(i), parentHash, List.of());
            set(path.get(i).node(), node);
            parentHash = parentHash(node, path.get(i).copathChild());
        }
        return parentHash;
    }

    // ---- checks of the tree by itself (section 12.4.3.1)

    /** "For each non-empty parent node, verify that it is 'parent-hash valid'" (section 7.9.2, top down). */
    void requireParentHashes() throws MlsException {
        for (int node = 1; node < nodes.size(); node += 2) {
            ParentNode parent = parentNode(node);
            if (parent == null) {
                continue;
            }
            int left = TreeMath.left(node);
            int right = TreeMath.right(node);
            if (isChained(parent, left, right) == isChained(parent, right, left)) {
                throw new MlsException(Rejection.BAD_PARENT_HASH, "node " + node + " has not one parent-hash chain");
            }
        }
    }

    /** Whether a node below {@code child} is parent-hash valid with respect to {@code parent}. */
    private boolean isChained(ParentNode parent, int child, int sibling) {
        // "D is in the resolution of C, and the intersection of P's unmerged_leaves with the subtree under C is equal
        // to
        // the resolution of C with D removed": so D is what the resolution has besides those leaves.
        Set<Integer> rest = new HashSet<>(resolution(child));
        for (int leaf : parent.unmergedLeaves()) {
            int node = TreeMath.nodeOf(leaf);
            if (TreeMath.isInSubtree(node, child) && !rest.remove(node)) {
                return false;
            }
        }
        return rest.size() == 1 && holdsParentHash(nodes.get(rest.iterator().next()), parentHash(parent, sibling));
    }

    private static boolean holdsParentHash(@Nullable Node node, Bytes expected) {
        return switch (node) {
            case LeafNode leaf ->
                leaf.source() instanceof LeafNodeSource.Commit(Bytes parentHash) && parentHash.equals(expected);
            case ParentNode parent -> parent.parentHash().equals(expected);
            case null -> false;
        };
    }

    /**
     * "Verify that the entry represents a non-blank leaf node that is a descendant of the parent node. Verify that every
     * non-blank intermediate node between the leaf node and the parent node also has an entry" (section 12.4.3.1).
     */
    void requireUnmergedLeaves() throws MlsException {
        for (int node = 1; node < nodes.size(); node += 2) {
            ParentNode parent = parentNode(node);
            if (parent == null) {
                continue;
            }
            for (int leaf : parent.unmergedLeaves()) {
                if (leaf(leaf) == null || !TreeMath.isInSubtree(TreeMath.nodeOf(leaf), node)) {
                    throw new MlsException(
                            Rejection.BAD_UNMERGED_LEAVES, "leaf " + leaf + " is blank or not below node " + node);
                }
                for (int above : TreeMath.directPath(TreeMath.nodeOf(leaf), leafCount())) {
                    if (above == node) {
                        break;
                    }
                    ParentNode between = parentNode(above);
                    if (between != null && !between.unmergedLeaves().contains(leaf)) {
                        throw new MlsException(
                                Rejection.BAD_UNMERGED_LEAVES, "node " + above + " lacks unmerged leaf " + leaf);
                    }
                }
            }
        }
    }

    boolean hasEncryptionKey(Bytes encryptionKey) {
        for (Node node : nodes) {
            if (node != null && node.encryptionKey().equals(encryptionKey)) {
                return true;
            }
        }
        return false;
    }

    // ---- the ratchet_tree extension (section 12.4.3.3)

    /** {@code optional<Node> ratchet_tree<V>}: "the sender MUST NOT include blank nodes after the last non-blank node". */
    Bytes encode() {
        int last = nodes.size() - 1;
        while (nodes.get(last) == null) {
            last--;
        }
        WireWriter inner = new WireWriter();
        for (int i = 0; i <= last; i++) {
            inner.optional(nodes.get(i), (w, node) -> node.writeTyped(w));
        }
        return new WireWriter().vector(inner.toByteArray()).toBytes();
    }

    /** Reads what {@link #encode()} wrote, and extends it to the right "until it has a length of the form 2^(d+1) - 1". */
    static RatchetTree decode(MlsCrypto crypto, Bytes encoded) throws MlsException {
        List<OptionalNode> read = Wire.decode(
                encoded,
                in -> in.list(Limits.MESSAGE_BYTES, TreeMath.nodeCount(Limits.MAX_LEAVES), RatchetTree::readOptional));
        if (read.isEmpty() || read.get(read.size() - 1).node() == null) {
            throw new MlsException(Rejection.BAD_TREE_SHAPE, "the last node is blank");
        }
        List<@Nullable Node> nodes = new ArrayList<>();
        for (OptionalNode each : read) {
            Node node = each.node();
            if (node != null && node instanceof LeafNode != TreeMath.isLeaf(nodes.size())) {
                throw new MlsException(Rejection.BAD_TREE_SHAPE, "wrong type of node " + nodes.size());
            }
            nodes.add(node);
        }
        RatchetTree tree = new RatchetTree(crypto, nodes);
        tree.resize(TreeMath.fullLeafCount(nodes.size() / 2 + 1));
        List<Integer> members = tree.memberIndices();
        if (members.isEmpty() || members.get(members.size() - 1) < tree.leafCount() / 2) {
            throw new MlsException(Rejection.BAD_TREE_SHAPE, "no member in the right half: not truncated");
        }
        return tree;
    }

    /** A list cannot hold null while it is read. */
    private record OptionalNode(@Nullable Node node) {}

    private static OptionalNode readOptional(WireReader in) throws DecodeException {
        return new OptionalNode(in.optional(Node::readTyped));
    }
}
