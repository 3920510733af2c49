package org.whodis.core.mls;

import org.whodis.core.mls.GroupRules.Permission;
import org.whodis.core.wire.Bytes;

/** From a message of this epoch to what it says (RFC 9420 section 6): unprotect, authenticate, hand on. */
final class MessageReceiver {
    private final GroupState state;

    MessageReceiver(GroupState state) {
        this.state = state;
    }

    Processed process(MlsMessage message, long nowSeconds) throws MlsException {
        AuthenticatedContent signed = switch (message) {
            case PrivateMessage sealed -> unprotect(sealed);
            case PublicMessage open -> unprotect(open);
            case Welcome _, GroupInfo _, KeyPackage _ ->
                throw new MlsException(Rejection.UNEXPECTED_WIRE_FORMAT, "wire format " + message.wireFormat());
        };
        FramedContent content = signed.content();
        if (!signed.hasValidSignature(state.crypto, signatureKey(content), state.context)) {
            throw new MlsException(Rejection.BAD_CONTENT_SIGNATURE, "of " + content.sender());
        }
        return switch (content.body()) {
            case FramedContent.Body.OfApplication(Bytes data) ->
                new Processed.ApplicationData(leafOf(content.sender()), data, content.authenticatedData());
            case FramedContent.Body.OfProposal(Proposal proposal) -> store(signed, proposal, nowSeconds);
            case FramedContent.Body.OfCommit(Commit commit) -> {
                CommitReceiver receiver = new CommitReceiver(state, signed, commit);
                yield content.sender() instanceof Sender.NewMemberCommit
                        ? receiver.fromJoiner(nowSeconds)
                        : receiver.fromMember(leafOf(content.sender()), nowSeconds);
            }
        };
    }

    private AuthenticatedContent unprotect(PrivateMessage message) throws MlsException {
        requireThisEpoch(message.groupId(), message.epoch(), message.contentType());
        return message.unprotect(state.crypto, state.secrets.senderData, state.secretTree, state.tree, state.ownLeaf);
    }

    private AuthenticatedContent unprotect(PublicMessage message) throws MlsException {
        FramedContent content = message.content();
        if (!state.rules.permits(Permission.PUBLIC_MESSAGES)) {
            throw new MlsException(Rejection.PUBLIC_MESSAGE, "handshakes are encrypted here");
        }
        requireThisEpoch(content.groupId(), content.epoch(), content.body().contentType());
        return message.unprotect(state.crypto, state.secrets.membership, state.context);
    }

    private void requireThisEpoch(Bytes groupId, long epoch, int contentType) throws MlsException {
        if (!groupId.equals(state.context.groupId())) {
            throw new MlsException(Rejection.WRONG_GROUP, "group_id");
        }
        if (epoch != state.context.epoch()) {
            throw new MlsException(
                    Rejection.WRONG_EPOCH,
                    Long.toUnsignedString(epoch) + " where it is " + Long.toUnsignedString(state.context.epoch()));
        }
        state.requireTakes(contentType);
    }

    /** The key that the signature has to verify under (section 6.1), if the sender is one that we take anything from. */
    private Bytes signatureKey(FramedContent content) throws MlsException {
        return switch (content.sender()) {
            case Sender.Member(long leafIndex) -> requireOther(leafIndex).signatureKey();
            case Sender.External(long senderIndex) -> {
                requirePermission(Permission.EXTERNAL_PROPOSALS, Rejection.EXTERNAL_PROPOSAL);
                Bytes key = ExternalSenders.signatureKey(state.context.extensions(), senderIndex);
                if (key == null) {
                    throw new MlsException(Rejection.UNKNOWN_EXTERNAL_SENDER, "sender " + senderIndex);
                }
                yield key;
            }
            case Sender.NewMemberProposal _ -> {
                requirePermission(Permission.EXTERNAL_PROPOSALS, Rejection.EXTERNAL_PROPOSAL);
                if (content.body() instanceof FramedContent.Body.OfProposal(Proposal.Add(KeyPackage keyPackage))) {
                    yield keyPackage.leafNode().signatureKey();
                }
                throw new MlsException(Rejection.EXTERNAL_PROPOSAL_TYPE, "a new member can only ask to be added");
            }
            case Sender.NewMemberCommit _ -> {
                requirePermission(Permission.EXTERNAL_COMMITS, Rejection.EXTERNAL_COMMIT);
                if (content.body() instanceof FramedContent.Body.OfCommit(Commit commit) && commit.path() != null) {
                    yield commit.path().leafNode().signatureKey();
                }
                throw new MlsException(Rejection.PATH_MISSING, "external Commits MUST contain a path");
            }
        };
    }

    private LeafNode requireOther(long leafIndex) throws MlsException {
        LeafNode leaf = state.tree.leaf(leafIndex);
        if (leaf == null) {
            throw new MlsException(Rejection.UNKNOWN_SENDER, "leaf " + leafIndex);
        }
        if (leafIndex == state.ownLeaf) {
            throw new MlsException(Rejection.OWN_MESSAGE, "sent under our own leaf");
        }
        return leaf;
    }

    private void requirePermission(Permission permission, Rejection otherwise) throws MlsException {
        if (!state.rules.permits(permission)) {
            throw new MlsException(otherwise, "from outside the group");
        }
    }

    private Processed store(AuthenticatedContent signed, Proposal proposal, long nowSeconds) throws MlsException {
        if (!state.rules.permits(Permission.STANDALONE_PROPOSALS)) {
            throw new MlsException(Rejection.STANDALONE_PROPOSAL, "proposals travel inside Commits here");
        }
        Sender sender = signed.content().sender();
        if (sender instanceof Sender.External && !proposal.isForExternalSenders()) {
            throw new MlsException(Rejection.EXTERNAL_PROPOSAL_TYPE, "not for external senders");
        }
        ProposalList.Sent sent = new ProposalList.Sent(sender, proposal);
        ProposalList.requireValidAlone(state.publicGroup(), sent, nowSeconds);
        Bytes reference = signed.proposalReference(state.crypto);
        state.storedProposals.put(reference, sent);
        return new Processed.StoredProposal(sender, reference, proposal);
    }

    /** After {@link #signatureKey} found the leaf of a member. */
    private static int leafOf(Sender sender) {
        if (sender instanceof Sender.Member(long leafIndex)) {
            return (int) leafIndex;
        }
        throw new IllegalStateException("not a member: " + sender);
    }
}
