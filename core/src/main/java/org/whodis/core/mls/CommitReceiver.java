package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.RatchetTree.PathStep;

/**
 * Processing a Commit (RFC 9420 section 12.4.2), whose signature is verified already. Works on copies: a Commit that is
 * refused leaves the state as it was.
 */
final class CommitReceiver {
    private final GroupState state;
    private final MlsCrypto crypto;
    private final AuthenticatedContent signed;
    private final Commit commit;

    CommitReceiver(GroupState state, AuthenticatedContent signed, Commit commit) {
        this.state = state;
        this.crypto = state.crypto;
        this.signed = signed;
        this.commit = commit;
    }

    /** The Commit of another member. */
    Processed fromMember(int committer, long nowSeconds) throws MlsException {
        ProposalList list = ProposalList.ofMember(committer, resolve(committer));
        ProposalList.Applied applied = list.apply(state.publicGroup(), state.preSharedKeys(), nowSeconds);
        RatchetTree tree = applied.tree();
        UpdatePath path = commit.path();
        if (path == null && list.requiresPath()) {
            throw new MlsException(Rejection.PATH_MISSING, "the proposals need one");
        }
        state.requireAllowed(committer, list, path != null, nowSeconds);
        List<PathStep> steps = List.of();
        if (path != null) {
            LeafNode before = tree.member(committer);
            validation().requireValidPathLeaf(path.leafNode(), state.context.groupId(), committer, before);
            TreeKem.requireFreshKeys(tree, path);
            steps = TreeKem.merge(tree, committer, path, applied.addedLeaves());
            applied.changes().add(new Change.Updated(committer, before, path.leafNode()));
        }
        return follow(committer, list, applied, path, steps);
    }

    /** The external Commit of a joiner (section 12.4.3.2). */
    Processed fromJoiner(long nowSeconds) throws MlsException {
        List<Proposal> proposals = new ArrayList<>();
        for (ProposalOrRef each : commit.proposals()) {
            switch (each) {
                case ProposalOrRef.ByValue(Proposal proposal) -> proposals.add(proposal);
                case ProposalOrRef.ByReference _ ->
                    throw new MlsException(Rejection.REFERENCE_IN_EXTERNAL_COMMIT, "by reference");
            }
        }
        UpdatePath path = commit.path();
        if (path == null) {
            throw new MlsException(Rejection.PATH_MISSING, "external Commits MUST contain a path");
        }
        ProposalList list = ProposalList.ofExternalCommit(proposals);
        ProposalList.Applied applied = list.apply(state.publicGroup(), state.preSharedKeys(), nowSeconds);
        RatchetTree tree = applied.tree();
        TreeKem.requireFreshKeys(tree, path);
        int joiner = tree.add(path.leafNode());
        LeafNode removed = list.removedByJoiner(state.tree);
        validation().requireValidJoiner(path.leafNode(), state.context.groupId(), joiner, removed);
        List<PathStep> steps = TreeKem.merge(tree, joiner, path, List.of());
        applied.changes().add(new Change.JoinedExternally(joiner, path.leafNode()));
        return follow(joiner, list, applied, path, steps);
    }

    /** What is the same for all Commits once the path is in the tree. */
    private Processed follow(
            int committer,
            ProposalList list,
            ProposalList.Applied applied,
            @Nullable UpdatePath path,
            List<PathStep> steps)
            throws MlsException {
        RatchetTree tree = applied.tree();
        validation().requireConsistent(tree, applied.extensions());
        if (list.removes(state.ownLeaf)) {
            return new Processed.RemovedFromGroup(committer, applied.changes());
        }
        GroupContext provisional = state.context.provisional(tree.treeHash(), applied.extensions());
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            PathKeys keys = made.add(ownKeys(tree));
            Secret commitSecret = made.add(
                    path == null
                            ? crypto.zero()
                            : TreeKem.decrypt(
                                    crypto,
                                    tree,
                                    steps,
                                    path,
                                    state.ownLeaf,
                                    keys,
                                    applied.addedLeaves(),
                                    provisional));
            GroupContext context = provisional.withConfirmedTranscriptHash(
                    TranscriptHash.confirmed(crypto, state.interimTranscriptHash, signed));
            Secret initSecret = made.add(initSecret(list));
            Secret joinerSecret = made.add(EpochSecrets.joinerSecret(crypto, initSecret, commitSecret, context));
            Secret memberSecret = made.add(EpochSecrets.memberSecret(crypto, joinerSecret, applied.psks()));
            GroupState next = made.add(state.next(context, tree, keys, memberSecret));
            made.keep(keys);
            if (!Secret.constantTimeEquals(next.confirmationTag, signed.confirmationTag())) {
                throw new MlsException(Rejection.BAD_CONFIRMATION_TAG, "of a Commit");
            }
            return new Processed.NewEpoch(committer, new MlsGroup(made.keep(next)), applied.changes());
        }
    }

    /** Our private keys after the proposals and before the path; that of our own Update, if it was committed, among them. */
    private PathKeys ownKeys(RatchetTree tree) {
        PathKeys keys = state.keys.copy();
        keys.dropOutdated(state.tree, tree);
        Secret updated =
                state.storedProposals.updateKey(tree.member(state.ownLeaf).encryptionKey());
        if (updated != null) {
            keys.put(TreeMath.nodeOf(state.ownLeaf), PathKeys.copyOf(updated));
        }
        return keys;
    }

    /** That of this epoch, or for an external Commit that of its ExternalInit (section 8.3); the caller erases it. */
    private Secret initSecret(ProposalList list) throws MlsException {
        if (!list.isExternal()) {
            return PathKeys.copyOf(state.secrets.init);
        }
        try (Secret external = state.secrets.externalKeyPair(crypto).privateKey()) {
            return crypto.externalInit(external, list.externalInit());
        }
    }

    private List<ProposalList.Sent> resolve(int committer) throws MlsException {
        List<ProposalList.Sent> out = new ArrayList<>();
        for (ProposalOrRef each : commit.proposals()) {
            switch (each) {
                case ProposalOrRef.ByValue(Proposal proposal) ->
                    out.add(ProposalList.Sent.byMember(committer, proposal));
                case ProposalOrRef.ByReference byReference -> {
                    ProposalList.Sent stored = state.storedProposals.get(byReference.reference());
                    if (stored == null) {
                        throw new MlsException(Rejection.UNKNOWN_PROPOSAL, "by reference");
                    }
                    out.add(stored);
                }
            }
        }
        return out;
    }

    private Validation validation() {
        return state.publicGroup().validation();
    }
}
