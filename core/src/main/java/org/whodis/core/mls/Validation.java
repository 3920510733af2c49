package org.whodis.core.mls;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * The checks of leaves and key packages (RFC 9420 sections 7.3 and 10.1). A leaf is checked by itself when it comes, and
 * against all others in the tree that it ends up in.
 */
final class Validation {
    private final MlsCrypto crypto;
    private final GroupRules rules;

    Validation(MlsCrypto crypto, GroupRules rules) {
        this.crypto = crypto;
        this.rules = rules;
    }

    /** Section 10.1, for an Add that we make or receive. */
    void requireValid(KeyPackage keyPackage, long nowSeconds) throws MlsException {
        LeafNode leaf = keyPackage.leafNode();
        if (keyPackage.cipherSuite() != crypto.suite().value()) {
            throw new MlsException(Rejection.WRONG_KEY_PACKAGE_SUITE, "suite " + keyPackage.cipherSuite());
        }
        if (!(leaf.source() instanceof LeafNodeSource.KeyPackage(Lifetime lifetime))) {
            throw new MlsException(Rejection.WRONG_LEAF_NODE_SOURCE, "in a KeyPackage");
        }
        requireCurrent(lifetime, nowSeconds);
        requireSound(leaf, Bytes.EMPTY, 0);
        Extension.requireUnique(keyPackage.extensions());
        requireExtensionsInCapabilities(keyPackage.extensions(), leaf.capabilities());
        if (keyPackage.initKey().equals(leaf.encryptionKey())) {
            throw new MlsException(Rejection.INIT_KEY_IS_ENCRYPTION_KEY, "one key for two purposes");
        }
        if (!keyPackage.hasValidSignature(crypto)) {
            throw new MlsException(Rejection.BAD_KEY_PACKAGE_SIGNATURE, "KeyPackage");
        }
        rules.credentials().validate(leaf, new CredentialValidator.Added(keyPackage));
    }

    /** The leaf of an Update proposal. */
    void requireValidUpdate(LeafNode leaf, Bytes groupId, int leafIndex, LeafNode before) throws MlsException {
        if (!(leaf.source() instanceof LeafNodeSource.Update)) {
            throw new MlsException(Rejection.WRONG_LEAF_NODE_SOURCE, "in an Update");
        }
        requireReplacement(leaf, groupId, leafIndex, before);
    }

    /** The leaf of an UpdatePath. */
    void requireValidPathLeaf(LeafNode leaf, Bytes groupId, int leafIndex, LeafNode before) throws MlsException {
        if (!(leaf.source() instanceof LeafNodeSource.Commit)) {
            throw new MlsException(Rejection.WRONG_LEAF_NODE_SOURCE, "in a path");
        }
        requireReplacement(leaf, groupId, leafIndex, before);
    }

    /**
     * The leaf of the path of an external Commit, which "MUST meet the same criteria as would the LeafNode in an Update for
     * the removed leaf" if there is one (section 12.2).
     */
    void requireValidJoiner(LeafNode leaf, Bytes groupId, int leafIndex, @Nullable LeafNode removed)
            throws MlsException {
        if (!(leaf.source() instanceof LeafNodeSource.Commit)) {
            throw new MlsException(Rejection.WRONG_LEAF_NODE_SOURCE, "in an external Commit");
        }
        if (removed != null && leaf.encryptionKey().equals(removed.encryptionKey())) {
            throw new MlsException(Rejection.ENCRYPTION_KEY_NOT_FRESH, "the joiner keeps the key of the leaf removed");
        }
        requireSound(leaf, groupId, leafIndex);
        rules.credentials().validate(leaf, new CredentialValidator.JoinedExternally(leafIndex, removed));
    }

    private void requireReplacement(LeafNode leaf, Bytes groupId, int leafIndex, LeafNode before) throws MlsException {
        if (leaf.encryptionKey().equals(before.encryptionKey())) {
            throw new MlsException(Rejection.ENCRYPTION_KEY_NOT_FRESH, "leaf " + leafIndex + " keeps its key");
        }
        requireSound(leaf, groupId, leafIndex);
        rules.credentials().validate(leaf, new CredentialValidator.Replaced(leafIndex, before));
    }

    /** Every leaf of a tree that we join. */
    void requireValidLeaves(RatchetTree tree, Bytes groupId, long nowSeconds) throws MlsException {
        for (int leafIndex : tree.memberIndices()) {
            LeafNode leaf = tree.member(leafIndex);
            if (leaf.source() instanceof LeafNodeSource.KeyPackage(Lifetime lifetime)) {
                requireCurrent(lifetime, nowSeconds);
            }
            requireSound(leaf, groupId, leafIndex);
            rules.credentials().validate(leaf, new CredentialValidator.InJoinedTree(leafIndex));
        }
        rules.credentials().validateJoined(tree.members());
    }

    private void requireCurrent(Lifetime lifetime, long nowSeconds) throws MlsException {
        if (!lifetime.spansAtMost(rules.maxLifetimeSeconds())) {
            throw new MlsException(Rejection.LIFETIME_TOO_LONG, "more than " + rules.maxLifetimeSeconds() + " s");
        }
        if (!lifetime.covers(nowSeconds)) {
            throw new MlsException(Rejection.LIFETIME_NOT_CURRENT, nowSeconds + " is not in " + lifetime);
        }
    }

    /** What a leaf says about itself: its signature, extensions, capabilities. */
    private void requireSound(LeafNode leaf, Bytes groupId, int leafIndex) throws MlsException {
        if (!leaf.hasValidSignature(crypto, groupId, leafIndex)) {
            throw new MlsException(Rejection.BAD_LEAF_SIGNATURE, "leaf " + leafIndex);
        }
        Capabilities capabilities = leaf.capabilities();
        Extension.requireUnique(leaf.extensions());
        requireExtensionsInCapabilities(leaf.extensions(), capabilities);
        if (!capabilities.versions().contains(Codepoints.MLS10)) {
            throw new MlsException(Rejection.CAPABILITY_MISSING, "version mls10");
        }
        if (!capabilities.cipherSuites().contains(crypto.suite().value())) {
            throw new MlsException(Rejection.CAPABILITY_MISSING, "cipher suite " + crypto.suite());
        }
        if (!capabilities.credentials().contains(leaf.credential().type())) {
            throw new MlsException(
                    Rejection.CAPABILITY_MISSING,
                    "credential type " + leaf.credential().type());
        }
    }

    private static void requireExtensionsInCapabilities(List<Extension> extensions, Capabilities capabilities)
            throws MlsException {
        for (Extension extension : extensions) {
            if (!supports(capabilities, extension)) {
                throw new MlsException(Rejection.CAPABILITY_MISSING, "extension " + extension.type());
            }
        }
    }

    private static boolean supports(Capabilities capabilities, Extension extension) {
        return Codepoints.isDefaultExtension(extension.type())
                || capabilities.extensions().contains(extension.type());
    }

    /** Every leaf against every other and against the GroupContext's extensions, after a Commit or on joining. */
    void requireConsistent(RatchetTree tree, List<Extension> groupExtensions) throws MlsException {
        Extension.requireUnique(groupExtensions);
        requireUniqueKeys(tree);
        RequiredCapabilities required = RequiredCapabilities.in(groupExtensions);
        Set<Integer> credentialTypes = new HashSet<>();
        for (int leafIndex : tree.memberIndices()) {
            credentialTypes.add(tree.member(leafIndex).credential().type());
        }
        for (int leafIndex : tree.memberIndices()) {
            Capabilities capabilities = tree.member(leafIndex).capabilities();
            if (!capabilities.credentials().containsAll(credentialTypes)) {
                throw new MlsException(
                        Rejection.CREDENTIAL_TYPE_UNSUPPORTED, "leaf " + leafIndex + " of " + credentialTypes);
            }
            if (required != null && !required.areIn(capabilities)) {
                throw new MlsException(Rejection.REQUIRED_CAPABILITY_MISSING, "leaf " + leafIndex);
            }
            requireExtensionsInCapabilities(groupExtensions, capabilities);
        }
        for (Extension extension : groupExtensions) {
            if (Codepoints.isGrease(extension.type())) {
                throw new MlsException(Rejection.CAPABILITY_MISSING, "nobody supports GREASE " + extension.type());
            }
        }
    }

    private static void requireUniqueKeys(RatchetTree tree) throws MlsException {
        Set<Bytes> signatureKeys = new HashSet<>();
        Set<Bytes> encryptionKeys = new HashSet<>();
        for (int i = 0; i < tree.nodeCount(); i++) {
            Node node = tree.node(i);
            if (node instanceof LeafNode leaf && !signatureKeys.add(leaf.signatureKey())) {
                throw new MlsException(Rejection.DUPLICATE_SIGNATURE_KEY, "leaf " + i / 2);
            }
            if (node != null && !encryptionKeys.add(node.encryptionKey())) {
                throw new MlsException(Rejection.DUPLICATE_ENCRYPTION_KEY, "node " + i);
            }
        }
    }
}
