package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** Joining via an external Commit (RFC 9420 section 12.4.3.2), from the joiner's side. */
final class ExternalJoiner {
    private final MlsCrypto crypto;
    private final GroupRules rules;
    private final LeafKeys keys;
    private final LeafNode template;

    /** @param keys of which only the signature key counts: the path brings a new encryption key */
    ExternalJoiner(MlsCrypto crypto, GroupRules rules, LeafKeys keys, Credential credential, RandomBytes random) {
        this.crypto = crypto;
        this.rules = rules;
        this.keys = keys;
        this.template = keys.toLeafNode(crypto, credential, new Lifetime(0, 0), random);
    }

    /** @param proposals a Remove of an old leaf of ours, pre-shared keys; the ExternalInit comes first by itself */
    PendingCommit join(
            GroupInfo groupInfo,
            @Nullable Bytes outsideTree,
            List<Proposal> proposals,
            RandomBytes random,
            long nowSeconds)
            throws MlsException {
        PublicGroup group = new GroupInfoReceiver(crypto, rules, template.capabilities())
                .receive(groupInfo, outsideTree, nowSeconds);
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            MlsCrypto.ExternalInit init = crypto.externalInit(externalPublicKey(groupInfo), random);
            Secret initSecret = made.add(init.initSecret());
            List<Proposal> all = new ArrayList<>();
            all.add(new Proposal.ExternalInit(init.kemOutput()));
            all.addAll(proposals);
            ProposalList.Applied applied =
                    ProposalList.ofExternalCommit(all).apply(group, rules.preSharedKeys(), nowSeconds);
            RatchetTree tree = applied.tree();
            int ownLeaf = tree.add(template);
            PathKeys pathKeys = made.add(new PathKeys());
            TreeKem.NewPath path = TreeKem.create(
                    crypto,
                    tree,
                    ownLeaf,
                    group.context().groupId(),
                    keys.signatureSeed(),
                    pathKeys,
                    List.of(),
                    treeHash -> group.context().provisional(treeHash, applied.extensions()),
                    random);
            Secret commitSecret = made.add(path.secrets()).commitSecret();
            group.validation().requireConsistent(tree, applied.extensions());
            AuthenticatedContent signed = sign(group.context(), all, path.updatePath());
            Bytes interim = TranscriptHash.interim(
                    crypto, group.context().confirmedTranscriptHash(), groupInfo.confirmationTag());
            GroupContext context =
                    path.provisional().withConfirmedTranscriptHash(TranscriptHash.confirmed(crypto, interim, signed));
            Secret joinerSecret = made.add(EpochSecrets.joinerSecret(crypto, initSecret, commitSecret, context));
            Secret memberSecret = made.add(EpochSecrets.memberSecret(crypto, joinerSecret, applied.psks()));
            Secret seed = made.add(keys.signatureSeed().copy());
            GroupState next = GroupState.ofMember(crypto, rules, context, tree, ownLeaf, seed, pathKeys, memberSecret);
            made.keep(pathKeys);
            made.keep(seed);
            PublicMessage message = PublicMessage.fromOutside(signed.withConfirmationTag(next.confirmationTag));
            return new PendingCommit(message, null, new MlsGroup(next));
        }
    }

    /** {@code struct { HPKEPublicKey external_pub; } ExternalPub;} */
    private static Bytes externalPublicKey(GroupInfo groupInfo) throws MlsException {
        Extension extension = Extension.find(groupInfo.extensions(), Codepoints.EXTENSION_EXTERNAL_PUB);
        if (extension == null) {
            throw new MlsException(Rejection.EXTERNAL_PUB_MISSING, "no external_pub in the GroupInfo");
        }
        return Wire.decode(extension.data(), ExternalJoiner::readKey);
    }

    private static Bytes readKey(WireReader in) throws DecodeException {
        return Wire.key(in);
    }

    /** "External Commits MUST be signed by the new member." */
    private AuthenticatedContent sign(GroupContext context, List<Proposal> proposals, UpdatePath path) {
        List<ProposalOrRef> byValue = new ArrayList<>();
        for (Proposal proposal : proposals) {
            byValue.add(new ProposalOrRef.ByValue(proposal));
        }
        FramedContent content = new FramedContent(
                context.groupId(),
                context.epoch(),
                new Sender.NewMemberCommit(),
                Bytes.EMPTY,
                new FramedContent.Body.OfCommit(new Commit(byValue, path)));
        return AuthenticatedContent.sign(
                crypto, keys.signatureSeed(), Codepoints.WIRE_PUBLIC_MESSAGE, content, context);
    }
}
