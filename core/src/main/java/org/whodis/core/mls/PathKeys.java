package org.whodis.core.mls;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.Secret;

/**
 * The private keys that a member holds: that of its leaf, and those of nodes above it whose secrets it was sent (the tree
 * invariant, RFC 9420 section 4.2). Owns its secrets.
 */
final class PathKeys implements Erasable {
    private final Map<Integer, Secret> keys = new TreeMap<>();

    /** The same keys as copies, so that the two epochs erase theirs independently. */
    PathKeys copy() {
        PathKeys copy = new PathKeys();
        for (Map.Entry<Integer, Secret> entry : keys.entrySet()) {
            copy.put(entry.getKey(), copyOf(entry.getValue()));
        }
        return copy;
    }

    /** Takes {@code privateKey} over and erases what was there. */
    void put(int node, Secret privateKey) {
        Secret old = keys.put(node, privateKey);
        if (old != null) {
            old.erase();
        }
    }

    @Nullable
    Secret get(int node) {
        return keys.get(node);
    }

    /**
     * Deletes the keys of nodes that the proposals of a Commit replaced, blanked or cut off (section 7.5).
     *
     * <p>A path replaces keys, which {@link #put} does, and never blanks a node that is in here: it blanks those above the
     * committer with nobody on the other side, and a key is in here only if somebody was on both sides of its node when it
     * came, one of them ourselves. Since then the last one on a side can have gone only by a Remove, which blanked the node.
     */
    void dropOutdated(RatchetTree before, RatchetTree after) {
        Iterator<Map.Entry<Integer, Secret>> each = keys.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Integer, Secret> entry = each.next();
            int node = entry.getKey();
            Node old = before.node(node);
            Node now = node < after.nodeCount() ? after.node(node) : null;
            if (old == null || now == null || !old.encryptionKey().equals(now.encryptionKey())) {
                entry.getValue().erase();
                each.remove();
            }
        }
    }

    @Override
    public void erase() {
        for (Secret key : keys.values()) {
            key.erase();
        }
        keys.clear();
    }

    static Secret copyOf(Secret secret) {
        return secret.copy();
    }
}
