package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * What a GroupInfo says to somebody who is not in the group yet, with the ratchet tree that belongs to it (RFC 9420 sections
 * 12.4.3 and 12.4.3.1): every check that needs no secret.
 */
final class GroupInfoReceiver {
    private final MlsCrypto crypto;
    private final GroupRules rules;
    private final Capabilities ownCapabilities;

    GroupInfoReceiver(MlsCrypto crypto, GroupRules rules, Capabilities ownCapabilities) {
        this.crypto = crypto;
        this.rules = rules;
        this.ownCapabilities = ownCapabilities;
    }

    /** @param outsideTree the ratchet tree if it did not come in the GroupInfo */
    PublicGroup receive(GroupInfo groupInfo, @Nullable Bytes outsideTree, long nowSeconds) throws MlsException {
        GroupContext context = groupInfo.groupContext();
        if (context.cipherSuite() != crypto.suite().value()) {
            throw new MlsException(Rejection.WRONG_GROUP_SUITE, "suite " + context.cipherSuite());
        }
        RatchetTree tree = requireTree(groupInfo, outsideTree);
        requireSignature(groupInfo, tree);
        requireIntegrity(tree, context);
        requireSupported(context.extensions());
        PublicGroup group = new PublicGroup(crypto, rules, context, tree);
        group.validation().requireConsistent(tree, context.extensions());
        group.validation().requireValidLeaves(tree, context.groupId(), nowSeconds);
        return group;
    }

    private RatchetTree requireTree(GroupInfo groupInfo, @Nullable Bytes outsideTree) throws MlsException {
        Extension.requireUnique(groupInfo.extensions());
        Extension extension = Extension.find(groupInfo.extensions(), Codepoints.EXTENSION_RATCHET_TREE);
        Bytes encoded = extension != null ? extension.data() : outsideTree;
        if (encoded == null) {
            throw new MlsException(Rejection.TREE_MISSING, "neither in the GroupInfo nor beside it");
        }
        return RatchetTree.decode(crypto, encoded);
    }

    private void requireSignature(GroupInfo groupInfo, RatchetTree tree) throws MlsException {
        LeafNode signer = tree.leaf(groupInfo.signer());
        if (signer == null || !groupInfo.hasValidSignature(crypto, signer.signatureKey())) {
            throw new MlsException(Rejection.BAD_GROUP_INFO_SIGNATURE, "signer " + groupInfo.signer());
        }
    }

    /** "Verify the integrity of the ratchet tree." */
    private static void requireIntegrity(RatchetTree tree, GroupContext context) throws MlsException {
        if (!tree.treeHash().equals(context.treeHash())) {
            throw new MlsException(Rejection.BAD_TREE_HASH, "tree_hash");
        }
        tree.requireUnmergedLeaves();
        tree.requireParentHashes();
    }

    /** "Extensions in GroupInfo.group_context.extensions, however, MUST be supported by the new joiner" (section 12.4.3). */
    private void requireSupported(List<Extension> extensions) throws MlsException {
        for (Extension extension : extensions) {
            if (!Codepoints.isDefaultExtension(extension.type())
                    && (Codepoints.isGrease(extension.type())
                            || !ownCapabilities.extensions().contains(extension.type()))) {
                throw new MlsException(Rejection.UNSUPPORTED_GROUP_EXTENSION, "type " + extension.type());
            }
        }
    }
}
