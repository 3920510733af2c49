package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The new keys of a committer's filtered direct path (RFC 9420 section 7.6), from the leaf to the root.
 *
 * <pre>
 *   struct { HPKEPublicKey encryption_key; HPKECiphertext encrypted_path_secret&lt;V&gt;; } UpdatePathNode;
 *   struct { LeafNode leaf_node; UpdatePathNode nodes&lt;V&gt;; } UpdatePath;
 * </pre>
 */
record UpdatePath(LeafNode leafNode, List<PathNode> nodes) {
    UpdatePath {
        nodes = List.copyOf(nodes);
    }

    /** {@code UpdatePathNode}. */
    record PathNode(Bytes encryptionKey, List<HpkeCiphertext> encryptedPathSecret) {
        PathNode {
            encryptedPathSecret = List.copyOf(encryptedPathSecret);
        }

        void write(WireWriter out) {
            out.vector(encryptionKey).list(encryptedPathSecret, (w, each) -> each.write(w));
        }

        static PathNode read(WireReader in) throws DecodeException {
            return new PathNode(Wire.key(in), in.list(Limits.MESSAGE_BYTES, Limits.MAX_LEAVES, HpkeCiphertext::read));
        }
    }

    void write(WireWriter out) {
        leafNode.write(out);
        out.list(nodes, (w, node) -> node.write(w));
    }

    static UpdatePath read(WireReader in) throws DecodeException {
        return new UpdatePath(LeafNode.read(in), in.list(Limits.MESSAGE_BYTES, Limits.PATH_NODES, PathNode::read));
    }
}
