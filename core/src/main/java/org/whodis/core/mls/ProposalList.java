package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The proposals of one Commit by a member: whether the list is valid (RFC 9420 section 12.2) and what comes of applying it
 * (section 12.3).
 */
final class ProposalList {
    /** A proposal with the leaf of who sent it, which for those by value is the committer. */
    record Sent(int senderLeaf, Proposal proposal) {}

    /**
     * The state after the proposals and before the path.
     *
     * @param tree a copy, which the path goes on to change
     */
    record Applied(
            RatchetTree tree,
            List<Extension> extensions,
            List<Integer> addedLeaves,
            List<KeyPackage> addedKeyPackages,
            List<EpochSecrets.Psk> psks,
            List<Change> changes) {}

    private final int committer;
    private final List<Sent> proposals;

    ProposalList(int committer, List<Sent> proposals) {
        this.committer = committer;
        this.proposals = proposals;
    }

    /** "if len(commit.proposals) == 0 || pathRequired: assert(commit.path != null)" (section 12.4). */
    boolean requiresPath() {
        for (Sent sent : proposals) {
            if (sent.proposal.requiresPath()) {
                return true;
            }
        }
        return proposals.isEmpty();
    }

    boolean removes(int leafIndex) {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Remove(long removed) && removed == leafIndex) {
                return true;
            }
        }
        return false;
    }

    /** Checks the list against {@code state} and applies it to a copy of its tree. */
    Applied apply(GroupState state, long nowSeconds) throws MlsException {
        requireValidList(state);
        RatchetTree tree = state.tree.copy();
        List<Change> changes = new ArrayList<>();
        List<Extension> extensions = applyContextExtensions(state, changes);
        applyUpdates(state, tree, changes);
        applyRemoves(tree, changes);
        List<Integer> addedLeaves = new ArrayList<>();
        List<KeyPackage> addedKeyPackages = new ArrayList<>();
        applyAdds(state, tree, nowSeconds, addedLeaves, addedKeyPackages, changes);
        return new Applied(tree, extensions, addedLeaves, addedKeyPackages, findPsks(state, changes), changes);
    }

    /** The rules over the list as a whole; what a proposal says by itself is checked where it is applied. */
    private void requireValidList(GroupState state) throws MlsException {
        Set<Long> touchedLeaves = new HashSet<>();
        Set<PreSharedKeyId> psks = new HashSet<>();
        Set<Bytes> initKeys = new HashSet<>();
        boolean contextExtensions = false;
        for (Sent sent : proposals) {
            switch (sent.proposal) {
                case Proposal.Add(KeyPackage keyPackage) -> {
                    if (!initKeys.add(keyPackage.initKey())) {
                        throw new MlsException(Rejection.DUPLICATE_INIT_KEY, "two Adds");
                    }
                }
                case Proposal.Update _ -> {
                    if (sent.senderLeaf == committer) {
                        throw new MlsException(Rejection.UPDATE_BY_COMMITTER, "leaf " + committer);
                    }
                    touch(touchedLeaves, sent.senderLeaf);
                }
                case Proposal.Remove(long removed) -> {
                    if (removed == committer) {
                        throw new MlsException(Rejection.COMMITTER_REMOVED, "leaf " + committer);
                    }
                    if (state.tree.leaf(removed) == null) {
                        throw new MlsException(Rejection.REMOVED_LEAF_BLANK, "leaf " + removed);
                    }
                    touch(touchedLeaves, removed);
                }
                case Proposal.PreSharedKey(PreSharedKeyId id) -> {
                    requireUsable(id, state.crypto.secretLength());
                    if (!psks.add(id)) {
                        throw new MlsException(Rejection.DUPLICATE_PSK, "one identifier twice");
                    }
                }
                case Proposal.GroupContextExtensions _ -> {
                    if (contextExtensions) {
                        throw new MlsException(Rejection.DUPLICATE_GROUP_CONTEXT_EXTENSIONS, "more than one");
                    }
                    contextExtensions = true;
                }
                case Proposal.ReInit _ -> throw new MlsException(Rejection.REINIT_UNSUPPORTED, "ReInit");
                case Proposal.ExternalInit _ ->
                    throw new MlsException(Rejection.EXTERNAL_INIT_IN_MEMBER_COMMIT, "ExternalInit");
            }
        }
    }

    private static void touch(Set<Long> touchedLeaves, long leafIndex) throws MlsException {
        if (!touchedLeaves.add(leafIndex)) {
            throw new MlsException(Rejection.DUPLICATE_LEAF_PROPOSAL, "leaf " + leafIndex);
        }
    }

    /** Section 12.1.4. */
    static void requireUsable(PreSharedKeyId id, int secretLength) throws MlsException {
        if (id.nonce().length() != secretLength) {
            throw new MlsException(
                    Rejection.INVALID_PSK, "psk_nonce of " + id.nonce().length() + " bytes");
        }
        if (id instanceof PreSharedKeyId.Resumption resumption
                && resumption.usage() != PreSharedKeyId.USAGE_APPLICATION) {
            throw new MlsException(Rejection.INVALID_PSK, "usage " + resumption.usage());
        }
    }

    private List<Extension> applyContextExtensions(GroupState state, List<Change> changes) {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.GroupContextExtensions(List<Extension> extensions)) {
                changes.add(new Change.ContextExtensionsReplaced(extensions));
                return extensions;
            }
        }
        return state.context.extensions();
    }

    private void applyUpdates(GroupState state, RatchetTree tree, List<Change> changes) throws MlsException {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Update(LeafNode leaf)) {
                LeafNode before = tree.member(sent.senderLeaf);
                state.validation().requireValidUpdate(leaf, state.context.groupId(), sent.senderLeaf, before);
                tree.update(sent.senderLeaf, leaf);
                changes.add(new Change.Updated(sent.senderLeaf, before, leaf));
            }
        }
    }

    private void applyRemoves(RatchetTree tree, List<Change> changes) {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Remove(long removed)) {
                changes.add(new Change.Removed((int) removed, tree.member((int) removed)));
                tree.remove((int) removed);
            }
        }
        tree.truncate();
    }

    private void applyAdds(
            GroupState state,
            RatchetTree tree,
            long nowSeconds,
            List<Integer> addedLeaves,
            List<KeyPackage> addedKeyPackages,
            List<Change> changes)
            throws MlsException {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Add(KeyPackage keyPackage)) {
                state.validation().requireValid(keyPackage, nowSeconds);
                int leafIndex = tree.add(keyPackage.leafNode());
                addedLeaves.add(leafIndex);
                addedKeyPackages.add(keyPackage);
                changes.add(new Change.Added(leafIndex, keyPackage.leafNode()));
            }
        }
    }

    private List<EpochSecrets.Psk> findPsks(GroupState state, List<Change> changes) throws MlsException {
        List<EpochSecrets.Psk> psks = new ArrayList<>();
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.PreSharedKey(PreSharedKeyId id)) {
                Secret resumption = state.resumptionPsk(id);
                psks.add(new EpochSecrets.Psk(
                        id, resumption != null ? resumption : requireKnown(state.rules.preSharedKeys(), id)));
                changes.add(new Change.PreSharedKeyInjected(id));
            }
        }
        return psks;
    }

    static Secret requireKnown(PreSharedKeys preSharedKeys, PreSharedKeyId id) throws MlsException {
        Secret secret = preSharedKeys.find(id);
        if (secret == null) {
            throw new MlsException(Rejection.UNKNOWN_PSK, "no such pre-shared key");
        }
        return secret;
    }
}
