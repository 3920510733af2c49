package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A node of a ratchet tree that is not blank (RFC 9420 section 12.4.3.3).
 *
 * <pre>
 *   struct {
 *       NodeType node_type;
 *       select (Node.node_type) { case leaf: LeafNode leaf_node; case parent: ParentNode parent_node; };
 *   } Node;
 * </pre>
 */
sealed interface Node permits LeafNode, ParentNode {
    int TYPE_LEAF = 1;
    int TYPE_PARENT = 2;

    Bytes encryptionKey();

    void write(WireWriter out);

    /** With the {@code node_type} in front. */
    default void writeTyped(WireWriter out) {
        switch (this) {
            case LeafNode leaf -> leaf.write(out.uint8(TYPE_LEAF));
            case ParentNode parent -> parent.write(out.uint8(TYPE_PARENT));
        }
    }

    static Node readTyped(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case TYPE_LEAF -> LeafNode.read(in);
            case TYPE_PARENT -> ParentNode.read(in);
            default -> throw new DecodeException("node_type " + type);
        };
    }
}
