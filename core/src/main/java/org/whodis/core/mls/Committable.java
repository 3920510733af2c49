package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.wire.Bytes;

/**
 * Which of the stored proposals a Commit of ours can cover together. A proposal is stored once it is valid by itself; two that
 * are, may still exclude each other, or the tree as it is: a key twice, an Add into a full tree, extensions that somebody does
 * not support, a pre-shared key that we do not have. So each is tried by the checks that a receiver makes.
 */
final class Committable {
    private final GroupState state;
    private final long nowSeconds;

    Committable(GroupState state, long nowSeconds) {
        this.state = state;
        this.nowSeconds = nowSeconds;
    }

    /** All candidates if they go together, which is the rule; else as many as go, in their order. */
    List<Bytes> references() {
        List<Bytes> valid = new ArrayList<>();
        for (Bytes reference : state.storedProposals.candidates(state.ownLeaf)) {
            if (isValidAlone(reference)) {
                valid.add(reference);
            }
        }
        if (goTogether(valid)) {
            return valid;
        }
        List<Bytes> out = new ArrayList<>();
        for (Bytes reference : valid) {
            out.add(reference);
            if (!goTogether(out)) {
                out.remove(out.size() - 1);
            }
        }
        return out;
    }

    /** Time has passed since it was stored; and its keys are used by our Commit, which the check of a proposal does not do. */
    private boolean isValidAlone(Bytes reference) {
        ProposalList.Sent sent = stored(reference);
        try {
            ProposalList.requireValidAlone(state.publicGroup(), sent, nowSeconds);
        } catch (MlsException refused) {
            return false;
        }
        return switch (sent.proposal()) {
            case Proposal.Add(KeyPackage added) ->
                canEncryptTo(added.initKey()) && canEncryptTo(added.leafNode().encryptionKey());
            case Proposal.Update(LeafNode leaf) -> canEncryptTo(leaf.encryptionKey());
            case Proposal.Remove _,
                    Proposal.PreSharedKey _,
                    Proposal.GroupContextExtensions _,
                    Proposal.ReInit _,
                    Proposal.ExternalInit _ -> true;
        };
    }

    private boolean canEncryptTo(Bytes publicKey) {
        return state.crypto.canEncryptTo(publicKey);
    }

    private boolean goTogether(List<Bytes> references) {
        List<ProposalList.Sent> proposals = new ArrayList<>();
        for (Bytes reference : references) {
            proposals.add(stored(reference));
        }
        ProposalList list = ProposalList.ofMember(state.ownLeaf, proposals);
        try {
            ProposalList.Applied applied = list.applyTogether(state.publicGroup(), state.preSharedKeys());
            state.publicGroup().validation().requireConsistent(applied.tree(), applied.extensions());
            state.requireAllowed(state.ownLeaf, list, true, nowSeconds);
            return true;
        } catch (MlsException refused) {
            return false;
        }
    }

    private ProposalList.Sent stored(Bytes reference) {
        ProposalList.Sent sent = state.storedProposals.get(reference);
        if (sent == null) {
            throw new IllegalStateException("no such proposal");
        }
        return sent;
    }
}
