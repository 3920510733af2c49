package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An intermediate node of a ratchet tree (RFC 9420 section 7.1).
 *
 * <pre>
 *   struct {
 *       HPKEPublicKey encryption_key;
 *       opaque parent_hash&lt;V&gt;;
 *       uint32 unmerged_leaves&lt;V&gt;;
 *   } ParentNode;
 * </pre>
 *
 * @param unmergedLeaves "The entries in the unmerged_leaves vector MUST be sorted in increasing order"
 */
record ParentNode(Bytes encryptionKey, Bytes parentHash, List<Integer> unmergedLeaves) implements Node {
    ParentNode {
        unmergedLeaves = List.copyOf(unmergedLeaves);
    }

    ParentNode withUnmergedLeaf(int leafIndex) {
        List<Integer> leaves = new ArrayList<>(unmergedLeaves);
        int at = 0;
        while (at < leaves.size() && leaves.get(at) < leafIndex) {
            at++;
        }
        leaves.add(at, leafIndex);
        return new ParentNode(encryptionKey, parentHash, leaves);
    }

    ParentNode withoutUnmergedLeaves(List<Integer> without) {
        List<Integer> leaves = new ArrayList<>(unmergedLeaves);
        leaves.removeAll(without);
        return new ParentNode(encryptionKey, parentHash, leaves);
    }

    @Override
    public void write(WireWriter out) {
        out.vector(encryptionKey).vector(parentHash).list(unmergedLeaves, (w, leaf) -> w.uint32(leaf));
    }

    static ParentNode read(WireReader in) throws DecodeException {
        Bytes encryptionKey = Wire.key(in);
        Bytes parentHash = Wire.key(in);
        List<Integer> unmerged = new ArrayList<>();
        for (long leaf : in.list(4 * Limits.MAX_LEAVES, Limits.MAX_LEAVES, WireReader::uint32)) {
            if (leaf >= Limits.MAX_LEAVES || !unmerged.isEmpty() && leaf <= unmerged.get(unmerged.size() - 1)) {
                throw new DecodeException("unmerged_leaves are not in increasing order, or too large");
            }
            unmerged.add((int) leaf);
        }
        return new ParentNode(encryptionKey, parentHash, unmerged);
    }
}
