package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The keys of one epoch's messages (RFC 9420 section 9): a tree of secrets down to two ratchets per member, one for
 * handshakes and one for application data. Whatever was used is erased at once (section 9.2): a tree node when both
 * children are derived, a ratchet secret when the next one is, a key when its message was sealed or opened.
 */
final class SecretTree implements Erasable {
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
            descendTo(TreeMath.nodeOf(leafIndex));
            try (EraseUnlessKept made = new EraseUnlessKept()) {
                Secret secret = at(TreeMath.nodeOf(leafIndex));
                Ratchet handshake = new Ratchet(crypto, made.add(crypto.derive(secret, "handshake")));
                Ratchet application = new Ratchet(crypto, made.add(crypto.derive(secret, "application")));
                made.keepAll();
                ratchets = new LeafRatchets(handshake, application);
            }
            leaves.put(leafIndex, ratchets);
            forget(TreeMath.nodeOf(leafIndex));
        }
        return contentType == FramedContent.TYPE_APPLICATION ? ratchets.application : ratchets.handshake;
    }

    /** Derives down to a leaf; a node is forgotten as soon as both children are there. */
    private void descendTo(int leaf) {
        int at = leaf;
        while (!nodes.containsKey(at)) {
            at = TreeMath.parent(at, leafCount);
        }
        while (at != leaf) {
            try (EraseUnlessKept made = new EraseUnlessKept()) {
                Secret left = made.add(crypto.expand(at(at), "tree", Bytes.utf8("left"), crypto.secretLength()));
                Secret right = made.add(crypto.expand(at(at), "tree", Bytes.utf8("right"), crypto.secretLength()));
                made.keepAll();
                nodes.put(TreeMath.left(at), left);
                nodes.put(TreeMath.right(at), right);
            }
            forget(at);
            at = TreeMath.isInSubtree(leaf, TreeMath.left(at)) ? TreeMath.left(at) : TreeMath.right(at);
        }
    }

    private Secret at(int node) {
        Secret secret = nodes.get(node);
        if (secret == null) {
            throw new IllegalStateException("no secret at node " + node);
        }
        return secret;
    }

    private void forget(int node) {
        at(node).erase();
        nodes.remove(node);
    }

    @Override
    public void erase() {
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
    record MessageKey(long generation, Secret key, Secret nonce) implements Erasable {
        @Override
        public void erase() {
            key.erase();
            nonce.erase();
        }
    }

    /**
     * The hash ratchet of one member for one type of content (section 9.1). Opening is in two steps, so that a message that
     * does not open moves nothing: {@link #find} derives, {@link Found#consume} makes it so.
     *
     * <p>Whoever is in the group can make messages that do not open and name any generation up to {@link
     * Limits#RATCHET_STEPS} ahead, and an office can spoil one that was made and hold back those before it. So that the way
     * there is walked once and not for each such message, secrets on the way are kept, one in {@link Limits#RATCHET_STRIDE}:
     * they open nothing that the secret at its beginning, which has to be kept anyway, does not open.
     */
    static final class Ratchet implements Erasable {
        private final MlsCrypto crypto;
        private Secret secret;
        private long next;
        /** Secrets of generations after {@code next}, which messages that did not open made us derive. */
        private final TreeMap<Long, Secret> ahead = new TreeMap<>();
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
            try (EraseUnlessKept made = new EraseUnlessKept()) {
                MessageKey key = made.add(keyOf(secret, next));
                moveTo(next + 1, following(secret, next));
                made.keepAll();
                return key;
            }
        }

        /** The key of {@code generation} without consuming it. */
        Found find(long generation) throws MlsException {
            if (generation < next) {
                MessageKey kept = skipped.get(generation);
                if (kept == null) {
                    throw new MlsException(Rejection.GENERATION_CONSUMED, "generation " + generation);
                }
                return new Found(this, kept, false);
            }
            if (generation - next >= Limits.RATCHET_STEPS) {
                throw new MlsException(
                        Rejection.GENERATION_TOO_FAR, "generation " + generation + " where " + next + " is next");
            }
            try (Secret at = walkTo(generation)) {
                return new Found(this, keyOf(at, generation), true);
            }
        }

        /** What {@link #find} found; either consumed or dropped. */
        record Found(Ratchet ratchet, MessageKey key, boolean isNew) {
            /** The message opened: its key is gone, and the ratchet has moved past it. */
            void consume() {
                try (MessageKey used = key) {
                    if (isNew) {
                        ratchet.movePast(used.generation);
                    } else {
                        ratchet.skipped.remove(used.generation);
                    }
                }
            }

            /** The message did not open: everything is as it was. */
            void drop() {
                if (isNew) {
                    key.erase();
                }
            }
        }

        /** The secret of a generation from {@code next} on, a copy. */
        private Secret walkTo(long generation) {
            Map.Entry<Long, Secret> nearest = ahead.floorEntry(generation);
            Secret at = nearest == null ? secret.copy() : nearest.getValue().copy();
            for (long i = nearest == null ? next : nearest.getKey(); i < generation; i++) {
                try (Secret before = at) {
                    at = following(before, i);
                }
                if ((i + 1) % Limits.RATCHET_STRIDE == 0) {
                    ahead.put(i + 1, at.copy());
                }
            }
            return at;
        }

        /** Keeps the keys of what lies between, the latest of them. */
        private void movePast(long generation) {
            long first = Math.max(next, generation - Limits.SKIPPED_KEYS);
            try (EraseUnlessKept made = new EraseUnlessKept()) {
                List<MessageKey> passed = new ArrayList<>();
                Secret at = made.add(walkTo(first));
                for (long i = first; i < generation; i++) {
                    passed.add(made.add(keyOf(at, i)));
                    at = made.add(following(at, i));
                }
                Secret after = following(at, generation);
                for (MessageKey each : passed) {
                    skipped.put(each.generation, made.keep(each));
                }
                moveTo(generation + 1, after);
            }
            while (skipped.size() > Limits.SKIPPED_KEYS) {
                long oldest = skipped.keySet().iterator().next();
                MessageKey dropped = skipped.remove(oldest);
                if (dropped != null) {
                    dropped.erase();
                }
            }
        }

        /** Takes {@code after} over; what would lead to the generations before is gone. */
        private void moveTo(long generation, Secret after) {
            secret.erase();
            secret = after;
            next = generation;
            while (!ahead.isEmpty() && ahead.firstKey() <= next) {
                ahead.pollFirstEntry().getValue().erase();
            }
        }

        private MessageKey keyOf(Secret at, long generation) {
            AeadAlgorithm aead = crypto.suite().aead();
            try (EraseUnlessKept made = new EraseUnlessKept()) {
                Secret nonce = made.add(crypto.deriveTree(at, "nonce", generation, aead.nonceLength()));
                Secret key = made.add(crypto.deriveTree(at, "key", generation, aead.keyLength()));
                made.keepAll();
                return new MessageKey(generation, key, nonce);
            }
        }

        private Secret following(Secret at, long generation) {
            return crypto.deriveTree(at, "secret", generation, crypto.secretLength());
        }

        /** For tests: the generations whose secrets are kept, the one of {@code next} first. */
        List<Long> kept() {
            List<Long> out = new ArrayList<>(List.of(next));
            out.addAll(ahead.keySet());
            return out;
        }

        @Override
        public void erase() {
            secret.erase();
            for (Secret each : ahead.values()) {
                each.erase();
            }
            ahead.clear();
            for (MessageKey each : skipped.values()) {
                each.erase();
            }
            skipped.clear();
        }
    }
}
