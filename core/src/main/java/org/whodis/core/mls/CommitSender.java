package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.RatchetTree.PathStep;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** Creating a Commit and its Welcome (RFC 9420 section 12.4.1). */
final class CommitSender {
    private final GroupState state;
    private final MlsCrypto crypto;
    private final RandomBytes random;

    CommitSender(GroupState state, RandomBytes random) {
        this.state = state;
        this.crypto = state.crypto;
        this.random = random;
    }

    /** Fails without a trace in {@code state} if a proposal, or a key in it, is no good. */
    PendingCommit create(CommitPlan plan, long nowSeconds) throws MlsException {
        List<ProposalOrRef> proposals = new ArrayList<>();
        ProposalList list = ProposalList.ofMember(state.ownLeaf, resolve(plan, proposals));
        ProposalList.Applied applied = list.apply(state.publicGroup(), state.preSharedKeys(), nowSeconds);
        boolean withPath = plan.pathAlways() || list.requiresPath();
        state.requireAllowed(state.ownLeaf, list, withPath, nowSeconds);
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            PathKeys keys = made.add(state.keys.copy());
            keys.dropOutdated(state.tree, applied.tree());
            TreeKem.NewPath path = withPath ? newPath(applied, keys) : null;
            Secret commitSecret = path == null
                    ? made.add(crypto.zero())
                    : made.add(path.secrets()).commitSecret();
            state.publicGroup().validation().requireConsistent(applied.tree(), applied.extensions());
            GroupContext provisional = path != null
                    ? path.provisional()
                    : state.context.provisional(applied.tree().treeHash(), applied.extensions());

            Commit commit = new Commit(proposals, path == null ? null : path.updatePath());
            AuthenticatedContent signed = sign(commit, plan);
            GroupContext context = provisional.withConfirmedTranscriptHash(
                    TranscriptHash.confirmed(crypto, state.interimTranscriptHash, signed));
            Secret joinerSecret =
                    made.add(EpochSecrets.joinerSecret(crypto, state.secrets.init, commitSecret, context));
            Secret memberSecret = made.add(EpochSecrets.memberSecret(crypto, joinerSecret, applied.psks()));
            GroupState next = made.add(state.next(context, applied.tree(), keys, memberSecret));
            made.keep(keys);
            Welcome welcome = applied.addedLeaves().isEmpty()
                    ? null
                    : welcome(next, applied, path, joinerSecret, memberSecret, plan.treeInWelcome());
            requireSendable(welcome);
            MlsMessage message = state.frame(signed.withConfirmationTag(next.confirmationTag), plan.format(), random);
            requireSendable(message);
            return new PendingCommit(message, welcome, new MlsGroup(made.keep(next)));
        }
    }

    private void requireSendable(@Nullable MlsMessage message) throws MlsException {
        int length = message == null ? 0 : message.encode().length();
        if (length > state.rules.maxMessageBytes()) {
            throw new MlsException(
                    Rejection.MESSAGE_TOO_LARGE, length + " bytes of at most " + state.rules.maxMessageBytes());
        }
    }

    /** The proposals of the plan: their senders as the result, what the Commit says of them into {@code committed}. */
    private List<ProposalList.Sent> resolve(CommitPlan plan, List<ProposalOrRef> committed) {
        List<ProposalList.Sent> sent = new ArrayList<>();
        for (Bytes reference : plan.references()) {
            ProposalList.Sent stored = state.storedProposals.get(reference);
            if (stored == null) {
                throw new IllegalArgumentException("a reference to no proposal of this epoch");
            }
            sent.add(stored);
            committed.add(new ProposalOrRef.ByReference(reference));
        }
        for (Proposal proposal : plan.proposals()) {
            sent.add(ProposalList.Sent.byMember(state.ownLeaf, proposal));
            committed.add(new ProposalOrRef.ByValue(proposal));
        }
        return sent;
    }

    private TreeKem.NewPath newPath(ProposalList.Applied applied, PathKeys keys) throws MlsException {
        return TreeKem.create(
                crypto,
                applied.tree(),
                state.ownLeaf,
                state.context.groupId(),
                state.signatureSeed,
                keys,
                applied.addedLeaves(),
                treeHash -> state.context.provisional(treeHash, applied.extensions()),
                random);
    }

    private AuthenticatedContent sign(Commit commit, CommitPlan plan) {
        FramedContent.Body body = new FramedContent.Body.OfCommit(commit);
        return state.sign(body, plan.authenticatedData(), plan.format().wireFormat());
    }

    private Welcome welcome(
            GroupState next,
            ProposalList.Applied applied,
            TreeKem.@Nullable NewPath path,
            Secret joinerSecret,
            Secret memberSecret,
            boolean withTree)
            throws MlsException {
        GroupInfo groupInfo = next.groupInfo(withTree, false);
        WireWriter encoded = new WireWriter();
        groupInfo.write(encoded);
        Bytes encryptedGroupInfo;
        try (Secret welcomeSecret = EpochSecrets.welcomeSecret(crypto, memberSecret);
                WelcomeKey key = WelcomeKey.of(crypto, welcomeSecret)) {
            encryptedGroupInfo = crypto.seal(key.key(), key.nonce(), Bytes.EMPTY, encoded.toBytes());
        }

        List<PreSharedKeyId> psks = new ArrayList<>();
        for (EpochSecrets.Psk psk : applied.psks()) {
            psks.add(psk.id());
        }
        List<Welcome.EncryptedSecrets> secrets = new ArrayList<>();
        for (int i = 0; i < applied.addedLeaves().size(); i++) {
            KeyPackage keyPackage = applied.addedKeyPackages().get(i);
            Secret pathSecret =
                    path == null ? null : pathSecretFor(applied.addedLeaves().get(i), path);
            WireWriter writer = new WireWriter();
            new GroupSecrets(joinerSecret, pathSecret, psks).write(writer);
            try (Secret groupSecrets = Secret.owning(writer.toByteArray())) {
                HpkeCiphertext sealed =
                        crypto.encrypt(keyPackage.initKey(), Welcome.LABEL, encryptedGroupInfo, groupSecrets, random);
                secrets.add(new Welcome.EncryptedSecrets(keyPackage.reference(crypto), sealed));
            }
        }
        return new Welcome(crypto.suite().value(), secrets, encryptedGroupInfo);
    }

    /** "the path secret for the lowest (closest to the leaf) node that is contained in the direct paths of both" (12.4.3.1). */
    private static Secret pathSecretFor(int newLeaf, TreeKem.NewPath path) {
        List<PathStep> steps = path.steps();
        for (int i = 0; i < steps.size(); i++) {
            if (TreeMath.isInSubtree(TreeMath.nodeOf(newLeaf), steps.get(i).copathChild())) {
                return path.secrets().pathSecret(i);
            }
        }
        throw new IllegalStateException("no common ancestor with leaf " + newLeaf);
    }
}
