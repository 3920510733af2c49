package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The proposals of one Commit: whether the list is valid (RFC 9420 section 12.2) and what comes of applying it (section
 * 12.3).
 */
final class ProposalList {
    /** There is no leaf of the committer before an external Commit. */
    private static final int NO_LEAF = -1;

    /** A proposal with who sent it, which for those by value is the committer. */
    record Sent(Sender sender, Proposal proposal) {
        static Sent byMember(int leafIndex, Proposal proposal) {
            return new Sent(new Sender.Member(leafIndex), proposal);
        }

        /**
         * The leaf of the member that sent an Update.
         *
         * @throws IllegalStateException if no member sent it: nobody else may send an Update
         */
        int senderLeaf() {
            if (sender instanceof Sender.Member(long leafIndex)) {
                return (int) leafIndex;
            }
            throw new IllegalStateException("not sent by a member");
        }
    }

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

    private ProposalList(int committer, List<Sent> proposals) {
        this.committer = committer;
        this.proposals = proposals;
    }

    /** Of a Commit by the member at leaf {@code committer}. */
    static ProposalList ofMember(int committer, List<Sent> proposals) {
        return new ProposalList(committer, proposals);
    }

    /** Of an external Commit, where all of them come by value from the joiner. */
    static ProposalList ofExternalCommit(List<Proposal> proposals) {
        List<Sent> sent = new ArrayList<>();
        for (Proposal proposal : proposals) {
            sent.add(new Sent(new Sender.NewMemberCommit(), proposal));
        }
        return new ProposalList(NO_LEAF, sent);
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

    /** The proposals without their senders. */
    List<Proposal> proposals() {
        List<Proposal> out = new ArrayList<>();
        for (Sent sent : proposals) {
            out.add(sent.proposal);
        }
        return out;
    }

    boolean isExternal() {
        return committer == NO_LEAF;
    }

    boolean removes(int leafIndex) {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Remove(long removed) && removed == leafIndex) {
                return true;
            }
        }
        return false;
    }

    /**
     * Checks the list and applies it to a copy of the tree.
     *
     * @param psks where the pre-shared keys are
     */
    Applied apply(PublicGroup group, PreSharedKeys psks, long nowSeconds) throws MlsException {
        if (isExternal()) {
            requireValidExternalList();
        } else {
            requireValidList();
        }
        for (Sent sent : proposals) {
            requireValidAlone(group, sent, nowSeconds);
        }
        return applyValid(group, psks);
    }

    /** As {@link #apply}, of a member's proposals each of which is valid alone, as was checked already. */
    Applied applyTogether(PublicGroup group, PreSharedKeys psks) throws MlsException {
        requireValidList();
        return applyValid(group, psks);
    }

    private Applied applyValid(PublicGroup group, PreSharedKeys psks) throws MlsException {
        RatchetTree tree = group.tree().copy();
        List<Change> changes = new ArrayList<>();
        List<Extension> extensions = applyContextExtensions(group, changes);
        applyUpdates(tree, changes);
        applyRemoves(tree, changes);
        List<Integer> addedLeaves = new ArrayList<>();
        List<KeyPackage> addedKeyPackages = new ArrayList<>();
        applyAdds(tree, addedLeaves, addedKeyPackages, changes);
        return new Applied(tree, extensions, addedLeaves, addedKeyPackages, findPsks(psks, changes), changes);
    }

    /** What a proposal says by itself (sections 12.1.1 to 12.1.7), when it comes alone and when it is committed. */
    static void requireValidAlone(PublicGroup group, Sent sent, long nowSeconds) throws MlsException {
        switch (sent.proposal) {
            case Proposal.Add(KeyPackage keyPackage) -> group.validation().requireValid(keyPackage, nowSeconds);
            case Proposal.Update(LeafNode leaf) -> {
                int leafIndex = sent.senderLeaf();
                LeafNode before = group.tree().member(leafIndex);
                group.validation().requireValidUpdate(leaf, group.context().groupId(), leafIndex, before);
            }
            case Proposal.Remove(long removed) -> {
                if (group.tree().leaf(removed) == null) {
                    throw new MlsException(Rejection.REMOVED_LEAF_BLANK, "leaf " + removed);
                }
            }
            case Proposal.PreSharedKey(PreSharedKeyId id) ->
                requireUsable(id, group.crypto().secretLength());
            case Proposal.ReInit _ -> throw new MlsException(Rejection.REINIT_UNSUPPORTED, "ReInit");
            case Proposal.ExternalInit _ -> {
                if (!(sent.sender instanceof Sender.NewMemberCommit)) {
                    throw new MlsException(Rejection.EXTERNAL_INIT_IN_MEMBER_COMMIT, "ExternalInit");
                }
            }
            case Proposal.GroupContextExtensions(List<Extension> extensions) -> Extension.requireUnique(extensions);
        }
    }

    /** "For an external Commit, the list is valid if it contains only the following proposals" (section 12.2). */
    private void requireValidExternalList() throws MlsException {
        int inits = 0;
        int removes = 0;
        Set<PreSharedKeyId> psks = new HashSet<>();
        for (Sent sent : proposals) {
            switch (sent.proposal) {
                case Proposal.ExternalInit _ -> inits++;
                case Proposal.Remove _ -> removes++;
                case Proposal.PreSharedKey(PreSharedKeyId id) -> requireNew(psks, id);
                case Proposal.Add _, Proposal.Update _, Proposal.ReInit _, Proposal.GroupContextExtensions _ ->
                    throw new MlsException(Rejection.EXTERNAL_COMMIT_PROPOSALS, "another type");
            }
        }
        if (inits != 1 || removes > 1) {
            throw new MlsException(
                    Rejection.EXTERNAL_COMMIT_PROPOSALS, inits + " ExternalInits and " + removes + " Removes");
        }
    }

    private static void requireNew(Set<PreSharedKeyId> seen, PreSharedKeyId id) throws MlsException {
        if (!seen.add(id)) {
            throw new MlsException(Rejection.DUPLICATE_PSK, "one identifier twice");
        }
        // A Welcome could not name them.
        if (seen.size() > Limits.PRE_SHARED_KEYS) {
            throw new MlsException(
                    Rejection.TOO_MANY_PROPOSALS, "more than " + Limits.PRE_SHARED_KEYS + " pre-shared keys");
        }
    }

    /** The {@code kem_output} of the ExternalInit of an external Commit. */
    Bytes externalInit() {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.ExternalInit(Bytes kemOutput)) {
                return kemOutput;
            }
        }
        throw new IllegalStateException("no external Commit");
    }

    /** The leaf that an external Commit removes, "an old version" of the joiner; null if it removes none. */
    @Nullable
    LeafNode removedByJoiner(RatchetTree before) {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Remove(long removed)) {
                return before.member((int) removed);
            }
        }
        return null;
    }

    /** The rules over the list of a member's Commit as a whole. */
    private void requireValidList() throws MlsException {
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
                    if (sent.senderLeaf() == committer) {
                        throw new MlsException(Rejection.UPDATE_BY_COMMITTER, "leaf " + committer);
                    }
                    touch(touchedLeaves, sent.senderLeaf());
                }
                case Proposal.Remove(long removed) -> {
                    if (removed == committer) {
                        throw new MlsException(Rejection.COMMITTER_REMOVED, "leaf " + committer);
                    }
                    touch(touchedLeaves, removed);
                }
                case Proposal.PreSharedKey(PreSharedKeyId id) -> requireNew(psks, id);
                case Proposal.GroupContextExtensions _ -> {
                    if (contextExtensions) {
                        throw new MlsException(Rejection.DUPLICATE_GROUP_CONTEXT_EXTENSIONS, "more than one");
                    }
                    contextExtensions = true;
                }
                case Proposal.ReInit _, Proposal.ExternalInit _ -> {}
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

    private List<Extension> applyContextExtensions(PublicGroup group, List<Change> changes) {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.GroupContextExtensions(List<Extension> extensions)) {
                changes.add(new Change.ContextExtensionsReplaced(extensions));
                return extensions;
            }
        }
        return group.context().extensions();
    }

    private void applyUpdates(RatchetTree tree, List<Change> changes) {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Update(LeafNode leaf)) {
                int leafIndex = sent.senderLeaf();
                LeafNode before = tree.member(leafIndex);
                tree.update(leafIndex, leaf);
                changes.add(new Change.Updated(leafIndex, before, leaf));
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
            RatchetTree tree, List<Integer> addedLeaves, List<KeyPackage> addedKeyPackages, List<Change> changes)
            throws MlsException {
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.Add(KeyPackage keyPackage)) {
                int leafIndex = tree.add(keyPackage.leafNode());
                addedLeaves.add(leafIndex);
                addedKeyPackages.add(keyPackage);
                changes.add(new Change.Added(leafIndex, keyPackage.leafNode()));
            }
        }
    }

    private List<EpochSecrets.Psk> findPsks(PreSharedKeys preSharedKeys, List<Change> changes) throws MlsException {
        List<EpochSecrets.Psk> psks = new ArrayList<>();
        for (Sent sent : proposals) {
            if (sent.proposal instanceof Proposal.PreSharedKey(PreSharedKeyId id)) {
                psks.add(new EpochSecrets.Psk(id, requireKnown(preSharedKeys, id)));
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
