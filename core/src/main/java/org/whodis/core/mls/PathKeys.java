package org.whodis.core.mls;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;

/**
 * The private keys that a member holds: that of its leaf, and those of nodes above it whose secrets it was sent (the tree
 * invariant, RFC 9420 section 4.2). Owns its secrets.
 */
final class PathKeys {
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

    /** Deletes the keys of nodes that the proposals of a Commit replaced, blanked or cut off (section 7.5). */
    void dropOutdated(RatchetTree before, RatchetTree after) {
        dropUnless(node -> {
            Node old = before.node(node);
            Node now = node < after.nodeCount() ? after.node(node) : null;
            return old != null && now != null && old.encryptionKey().equals(now.encryptionKey());
        });
    }

    /** Deletes the keys of nodes that a path blanked. */
    void dropBlank(RatchetTree tree) {
        dropUnless(node -> tree.node(node) != null);
    }

    private void dropUnless(IntPredicate kept) {
        Iterator<Map.Entry<Integer, Secret>> each = keys.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Integer, Secret> entry = each.next();
            if (!kept.test(entry.getKey())) {
                entry.getValue().erase();
                each.remove();
            }
        }
    }

    void erase() {
        for (Secret key : keys.values()) {
            key.erase();
        }
        keys.clear();
    }

    static Secret copyOf(Secret secret) {
        return secret.slice(0, secret.length());
    }
}
