package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.RatchetTree.PathStep;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** Creating a Commit and its Welcome (RFC 9420 section 12.4.1). Every Commit has a path. */
final class CommitSender {
    private final GroupState state;
    private final RandomBytes random;

    CommitSender(GroupState state, RandomBytes random) {
        this.state = state;
        this.random = random;
    }

    /** Fails without a trace in {@code state} if a proposal, or a key in it, is no good. */
    PendingCommit create(List<Proposal> proposals, Bytes authenticatedData, long nowSeconds) throws MlsException {
        MlsCrypto crypto = state.crypto;
        List<ProposalOrRef> byValue = new ArrayList<>();
        List<ProposalList.Sent> sent = new ArrayList<>();
        for (Proposal proposal : proposals) {
            byValue.add(new ProposalOrRef.ByValue(proposal));
            sent.add(new ProposalList.Sent(state.ownLeaf, proposal));
        }
        ProposalList.Applied applied = new ProposalList(state.ownLeaf, sent).apply(state, nowSeconds);
        PathKeys keys = state.keys.copy();
        keys.dropOutdated(state.tree, applied.tree());
        TreeKem.NewPath path = TreeKem.create(
                crypto,
                applied.tree(),
                state.ownLeaf,
                state.context.groupId(),
                state.signatureSeed,
                keys,
                applied.addedLeaves(),
                treeHash -> state.context.provisional(treeHash, applied.extensions()),
                random);
        keys.dropBlank(applied.tree());
        state.validation().requireConsistent(applied.tree(), applied.extensions());

        AuthenticatedContent signed = sign(new Commit(byValue, path.updatePath()), authenticatedData);
        GroupContext context = path.provisional()
                .withConfirmedTranscriptHash(TranscriptHash.confirmed(crypto, state.interimTranscriptHash, signed));
        Secret joinerSecret = EpochSecrets.joinerSecret(
                crypto, state.secrets.init, path.secrets().commitSecret(), context);
        Secret memberSecret =
                EpochSecrets.memberSecret(crypto, joinerSecret, EpochSecrets.pskSecret(crypto, applied.psks()));
        Secret welcomeSecret = EpochSecrets.welcomeSecret(crypto, memberSecret);
        GroupState next = state.next(context, applied.tree(), keys, memberSecret);
        Welcome welcome =
                applied.addedLeaves().isEmpty() ? null : welcome(next, applied, path, joinerSecret, welcomeSecret);
        joinerSecret.erase();
        welcomeSecret.erase();
        path.secrets().erase();
        PrivateMessage message = PrivateMessage.protect(
                crypto,
                state.secrets.senderData,
                state.secretTree,
                state.ownLeaf,
                signed.withConfirmationTag(next.confirmationTag),
                random);
        return new PendingCommit(message, welcome, new MlsGroup(next));
    }

    private AuthenticatedContent sign(Commit commit, Bytes authenticatedData) {
        FramedContent content = new FramedContent(
                state.context.groupId(),
                state.context.epoch(),
                new Sender.Member(state.ownLeaf),
                authenticatedData,
                new FramedContent.Body.OfCommit(commit));
        return AuthenticatedContent.sign(
                state.crypto, state.signatureSeed, Codepoints.WIRE_PRIVATE_MESSAGE, content, state.context);
    }

    private Welcome welcome(
            GroupState next,
            ProposalList.Applied applied,
            TreeKem.NewPath path,
            Secret joinerSecret,
            Secret welcomeSecret)
            throws MlsException {
        MlsCrypto crypto = state.crypto;
        Extension tree = new Extension(Codepoints.EXTENSION_RATCHET_TREE, next.tree.encode());
        GroupInfo groupInfo = GroupInfo.sign(
                crypto, state.signatureSeed, next.context, List.of(tree), next.confirmationTag, state.ownLeaf);
        WireWriter encoded = new WireWriter();
        groupInfo.write(encoded);
        WelcomeKey key = WelcomeKey.of(crypto, welcomeSecret);
        Bytes encryptedGroupInfo = crypto.seal(key.key(), key.nonce(), Bytes.EMPTY, encoded.toBytes());
        key.key().erase();

        List<PreSharedKeyId> psks = new ArrayList<>();
        for (EpochSecrets.Psk psk : applied.psks()) {
            psks.add(psk.id());
        }
        List<Welcome.EncryptedSecrets> secrets = new ArrayList<>();
        for (int i = 0; i < applied.addedLeaves().size(); i++) {
            KeyPackage keyPackage = applied.addedKeyPackages().get(i);
            Secret pathSecret = pathSecretFor(applied.addedLeaves().get(i), path);
            WireWriter groupSecrets = new WireWriter();
            new GroupSecrets(joinerSecret, pathSecret, psks).write(groupSecrets);
            secrets.add(new Welcome.EncryptedSecrets(
                    keyPackage.reference(crypto),
                    crypto.encrypt(
                            keyPackage.initKey(),
                            Welcome.LABEL,
                            encryptedGroupInfo,
                            Secret.owning(groupSecrets.toByteArray()),
                            random)));
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
