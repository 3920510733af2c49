package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.RatchetTree.PathStep;

/** Processing a Commit of another member (RFC 9420 section 12.4.2), whose signature is verified already. */
final class CommitReceiver {
    private final GroupState state;
    private final int committer;

    CommitReceiver(GroupState state, int committer) {
        this.state = state;
        this.committer = committer;
    }

    /** Works on copies: a Commit that is refused leaves {@code state} as it was. */
    Processed process(AuthenticatedContent signed, Commit commit, long nowSeconds) throws MlsException {
        MlsCrypto crypto = state.crypto;
        ProposalList list = new ProposalList(committer, resolve(commit));
        ProposalList.Applied applied = list.apply(state, nowSeconds);
        RatchetTree tree = applied.tree();
        List<Change> changes = new ArrayList<>(applied.changes());
        UpdatePath path = commit.path();
        if (path == null && list.requiresPath()) {
            throw new MlsException(Rejection.PATH_MISSING, "the proposals need one");
        }
        List<PathStep> steps = List.of();
        if (path != null) {
            LeafNode before = tree.member(committer);
            state.validation().requireValidPathLeaf(path.leafNode(), state.context.groupId(), committer, before);
            steps = TreeKem.merge(tree, committer, path, applied.addedLeaves());
            changes.add(new Change.Updated(committer, before, path.leafNode()));
        }
        state.validation().requireConsistent(tree, applied.extensions());
        if (list.removes(state.ownLeaf)) {
            return new Processed.RemovedFromGroup(committer, changes);
        }

        GroupContext provisional = state.context.provisional(tree.treeHash(), applied.extensions());
        PathKeys keys = state.keys.copy();
        keys.dropOutdated(state.tree, tree);
        Secret commitSecret = path == null
                ? crypto.zero()
                : TreeKem.decrypt(crypto, tree, steps, path, state.ownLeaf, keys, applied.addedLeaves(), provisional);
        keys.dropBlank(tree);
        GroupContext context = provisional.withConfirmedTranscriptHash(
                TranscriptHash.confirmed(crypto, state.interimTranscriptHash, signed));
        Secret joinerSecret = EpochSecrets.joinerSecret(crypto, state.secrets.init, commitSecret, context);
        Secret memberSecret =
                EpochSecrets.memberSecret(crypto, joinerSecret, EpochSecrets.pskSecret(crypto, applied.psks()));
        commitSecret.erase();
        joinerSecret.erase();
        GroupState next = state.next(context, tree, keys, memberSecret);
        if (!Secret.constantTimeEquals(next.confirmationTag, signed.confirmationTag())) {
            next.erase();
            throw new MlsException(Rejection.BAD_CONFIRMATION_TAG, "of a Commit");
        }
        return new Processed.NewEpoch(committer, new MlsGroup(next), changes);
    }

    private List<ProposalList.Sent> resolve(Commit commit) throws MlsException {
        List<ProposalList.Sent> out = new ArrayList<>();
        for (ProposalOrRef each : commit.proposals()) {
            switch (each) {
                case ProposalOrRef.ByValue(Proposal proposal) -> out.add(new ProposalList.Sent(committer, proposal));
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
}
