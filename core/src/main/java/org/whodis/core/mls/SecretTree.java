package org.whodis.core.mls;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The keys of one epoch's messages (RFC 9420 section 9): a tree of secrets down to two ratchets per member, one for
 * handshakes and one for application data. Whatever was used is erased at once (section 9.2): a tree node when both
 * children are derived, a ratchet secret when the next one is, a key when its message was sealed or opened.
 */
final class SecretTree {
    private final MlsCrypto crypto;
    private final int leafCount;
    private final Map<Integer, Secret> nodes = new HashMap<>();
    private final Map<Integer, LeafRatchets> leaves = new HashMap<>();

    private record LeafRatchets(Ratchet handshake, Ratchet application) {}

    /** Takes {@code encryptionSecret} over. */
    SecretTree(MlsCrypto crypto, Secret encryptionSecret, int leafCount) {
        this.crypto = crypto;
        this.leafCount = leafCount;
        nodes.put(TreeMath.root(leafCount), encryptionSecret);
    }

    /** The ratchet of a leaf of the tree for {@code contentType}. */
    Ratchet ratchet(int leafIndex, int contentType) {
        LeafRatchets ratchets = leaves.get(leafIndex);
        if (ratchets == null) {
            Secret secret = leafSecret(leafIndex);
            ratchets = new LeafRatchets(
                    new Ratchet(crypto, crypto.derive(secret, "handshake")),
                    new Ratchet(crypto, crypto.derive(secret, "application")));
            secret.erase();
            leaves.put(leafIndex, ratchets);
        }
        return contentType == FramedContent.TYPE_APPLICATION ? ratchets.application : ratchets.handshake;
    }

    /** Derives down to a leaf, whose secret leaves this map. */
    private Secret leafSecret(int leafIndex) {
        int leaf = TreeMath.nodeOf(leafIndex);
        int at = leaf;
        while (!nodes.containsKey(at)) {
            at = TreeMath.parent(at, leafCount);
        }
        while (at != leaf) {
            Secret secret = take(at);
            nodes.put(TreeMath.left(at), crypto.expand(secret, "tree", Bytes.utf8("left"), crypto.secretLength()));
            nodes.put(TreeMath.right(at), crypto.expand(secret, "tree", Bytes.utf8("right"), crypto.secretLength()));
            secret.erase();
            at = TreeMath.isInSubtree(leaf, TreeMath.left(at)) ? TreeMath.left(at) : TreeMath.right(at);
        }
        return take(leaf);
    }

    private Secret take(int node) {
        Secret secret = nodes.remove(node);
        if (secret == null) {
            throw new IllegalStateException("no secret at node " + node);
        }
        return secret;
    }

    void erase() {
        for (Secret secret : nodes.values()) {
            secret.erase();
        }
        nodes.clear();
        for (LeafRatchets each : leaves.values()) {
            each.handshake.erase();
            each.application.erase();
        }
    }

    /** The key and nonce of one generation; whoever takes it erases it. */
    record MessageKey(long generation, Secret key, Bytes nonce) {
        void erase() {
            key.erase();
        }
    }

    /**
     * The hash ratchet of one member for one type of content (section 9.1). Opening is in two steps, so that a message that
     * does not open moves nothing: {@link #find} derives, {@link Found#consume} makes it so.
     */
    static final class Ratchet {
        private final MlsCrypto crypto;
        private Secret secret;
        private long next;
        /** In the order of their generations, oldest first. */
        private final LinkedHashMap<Long, MessageKey> skipped = new LinkedHashMap<>();

        Ratchet(MlsCrypto crypto, Secret first) {
            this.crypto = crypto;
            this.secret = first;
        }

        /** The next unused key, for sending. */
        MessageKey advance() {
            if (next > Integer.MAX_VALUE) {
                throw new IllegalStateException("the generations of this epoch are used up");
            }
            MessageKey key = keyOf(secret, next);
            Secret after = following(secret, next);
            secret.erase();
            secret = after;
            next++;
            return key;
        }

        /** The key of {@code generation} without consuming it. */
        Found find(long generation) throws MlsException {
            if (generation < next) {
                MessageKey kept = skipped.get(generation);
                if (kept == null) {
                    throw new MlsException(Rejection.GENERATION_CONSUMED, "generation " + generation);
                }
                return new Found(this, kept, null, new LinkedHashMap<>());
            }
            if (generation - next >= Limits.RATCHET_STEPS) {
                throw new MlsException(
                        Rejection.GENERATION_TOO_FAR, "generation " + generation + " where " + next + " is next");
            }
            LinkedHashMap<Long, MessageKey> passed = new LinkedHashMap<>();
            Secret at = PathKeys.copyOf(secret);
            for (long i = next; i < generation; i++) {
                if (generation - i <= Limits.SKIPPED_KEYS) {
                    passed.put(i, keyOf(at, i));
                }
                at = replace(at, i);
            }
            MessageKey key = keyOf(at, generation);
            return new Found(this, key, replace(at, generation), passed);
        }

        /** What {@link #find} found; either consumed or dropped. */
        record Found(
                Ratchet ratchet, MessageKey key, @Nullable Secret after, LinkedHashMap<Long, MessageKey> passed) {
            /** The message opened: its key is gone, and the ratchet has moved past it. */
            void consume() {
                key.erase();
                ratchet.skipped.remove(key.generation);
                if (after != null) {
                    ratchet.secret.erase();
                    ratchet.secret = after;
                    ratchet.next = key.generation + 1;
                    ratchet.keep(passed);
                }
            }

            /** The message did not open: everything is as it was. */
            void drop() {
                if (after != null) {
                    key.erase();
                    after.erase();
                    for (MessageKey each : passed.values()) {
                        each.erase();
                    }
                }
            }
        }

        private void keep(Map<Long, MessageKey> passed) {
            skipped.putAll(passed);
            while (skipped.size() > Limits.SKIPPED_KEYS) {
                Map.Entry<Long, MessageKey> oldest =
                        skipped.entrySet().iterator().next();
                oldest.getValue().erase();
                skipped.remove(oldest.getKey());
            }
        }

        private MessageKey keyOf(Secret at, long generation) {
            AeadAlgorithm aead = crypto.suite().aead();
            Secret nonce = crypto.deriveTree(at, "nonce", generation, aead.nonceLength());
            Secret key = crypto.deriveTree(at, "key", generation, aead.keyLength());
            return new MessageKey(generation, key, Bytes.of(nonce.expose()));
        }

        private Secret following(Secret at, long generation) {
            return crypto.deriveTree(at, "secret", generation, crypto.secretLength());
        }

        private Secret replace(Secret at, long generation) {
            Secret after = following(at, generation);
            at.erase();
            return after;
        }

        void erase() {
            secret.erase();
            for (MessageKey each : skipped.values()) {
                each.erase();
            }
            skipped.clear();
        }
    }
}
