package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.RatchetTree.PathStep;
import org.whodis.core.wire.Bytes;

/** Joining via a Welcome (RFC 9420 section 12.4.3.1), every check of it. */
final class WelcomeReceiver {
    private final MlsCrypto crypto;
    private final GroupRules rules;
    private final KeyPackageBundle bundle;

    WelcomeReceiver(MlsCrypto crypto, GroupRules rules, KeyPackageBundle bundle) {
        this.crypto = crypto;
        this.rules = rules;
        this.bundle = bundle;
    }

    /** @param outsideTree the ratchet tree if it did not come in the Welcome */
    GroupState join(Welcome welcome, @Nullable Bytes outsideTree, long nowSeconds) throws MlsException {
        try (EraseUnlessKept made = new EraseUnlessKept();
                GroupSecrets groupSecrets = openGroupSecrets(welcome);
                Secret memberSecret =
                        EpochSecrets.memberSecret(crypto, groupSecrets.joinerSecret(), findPsks(groupSecrets.psks()))) {
            GroupInfo groupInfo = openGroupInfo(welcome, memberSecret);
            Capabilities capabilities = bundle.keyPackage().leafNode().capabilities();
            PublicGroup group =
                    new GroupInfoReceiver(crypto, rules, capabilities).receive(groupInfo, outsideTree, nowSeconds);
            RatchetTree tree = group.tree();
            int ownLeaf = findOwnLeaf(tree);
            PathKeys keys = made.add(new PathKeys());
            keys.put(
                    TreeMath.nodeOf(ownLeaf),
                    bundle.keys().encryptionPrivateKey().copy());
            Secret pathSecret = groupSecrets.pathSecret();
            if (pathSecret != null) {
                derivePathKeys(tree, ownLeaf, (int) groupInfo.signer(), pathSecret, keys);
            }
            Secret seed = made.add(bundle.keys().signatureSeed().copy());
            GroupState state =
                    GroupState.ofMember(crypto, rules, group.context(), tree, ownLeaf, seed, keys, memberSecret);
            made.keepAll();
            if (!Secret.constantTimeEquals(state.confirmationTag, groupInfo.confirmationTag())) {
                state.erase();
                throw new MlsException(Rejection.BAD_CONFIRMATION_TAG, "of a GroupInfo");
            }
            return state;
        }
    }

    GroupSecrets openGroupSecrets(Welcome welcome) throws MlsException {
        HpkeCiphertext sealed = welcome.secretsFor(bundle.keyPackage().reference(crypto));
        if (sealed == null || welcome.cipherSuite() != crypto.suite().value()) {
            throw new MlsException(Rejection.NOT_FOR_US, "no secrets for this KeyPackage");
        }
        try (EraseUnlessKept made = new EraseUnlessKept();
                Secret opened = crypto.decrypt(
                        bundle.keys().initPrivateKey(), Welcome.LABEL, welcome.encryptedGroupInfo(), sealed)) {
            GroupSecrets secrets = Wire.decode(Bytes.of(opened.expose()), in -> made.add(GroupSecrets.read(in)));
            Secret pathSecret = secrets.pathSecret();
            if (secrets.joinerSecret().length() != crypto.secretLength()
                    || pathSecret != null && pathSecret.length() != crypto.secretLength()) {
                throw new MlsException(Rejection.BAD_GROUP_SECRETS, "a secret is not Nh bytes");
            }
            made.keepAll();
            return secrets;
        } catch (CryptoException e) {
            throw new MlsException(Rejection.BAD_GROUP_SECRETS, String.valueOf(e.getMessage()));
        }
    }

    private List<EpochSecrets.Psk> findPsks(List<PreSharedKeyId> ids) throws MlsException {
        Set<PreSharedKeyId> seen = new HashSet<>();
        List<EpochSecrets.Psk> out = new ArrayList<>();
        for (PreSharedKeyId id : ids) {
            if (id instanceof PreSharedKeyId.Resumption resumption
                    && resumption.usage() != PreSharedKeyId.USAGE_APPLICATION) {
                throw new MlsException(Rejection.REINIT_OR_BRANCH_UNSUPPORTED, "usage " + resumption.usage());
            }
            ProposalList.requireUsable(id, crypto.secretLength());
            if (!seen.add(id)) {
                throw new MlsException(Rejection.DUPLICATE_PSK, "one identifier twice");
            }
            out.add(new EpochSecrets.Psk(id, ProposalList.requireKnown(rules.preSharedKeys(), id)));
        }
        return out;
    }

    GroupInfo openGroupInfo(Welcome welcome, Secret memberSecret) throws MlsException {
        try (Secret welcomeSecret = EpochSecrets.welcomeSecret(crypto, memberSecret);
                WelcomeKey key = WelcomeKey.of(crypto, welcomeSecret)) {
            return Wire.decode(
                    crypto.open(key.key(), key.nonce(), Bytes.EMPTY, welcome.encryptedGroupInfo()), GroupInfo::read);
        } catch (CryptoException e) {
            throw new MlsException(Rejection.BAD_GROUP_INFO, String.valueOf(e.getMessage()));
        }
    }

    private int findOwnLeaf(RatchetTree tree) throws MlsException {
        for (int leafIndex : tree.memberIndices()) {
            if (tree.member(leafIndex).equals(bundle.keyPackage().leafNode())) {
                return leafIndex;
            }
        }
        throw new MlsException(Rejection.OWN_LEAF_MISSING, "no leaf is that of the KeyPackage");
    }

    /** "The private key MUST be the private key that corresponds to the public key in the node." */
    private void derivePathKeys(RatchetTree tree, int ownLeaf, int signer, Secret pathSecret, PathKeys keys)
            throws MlsException {
        List<PathStep> steps = tree.filteredDirectPath(signer);
        int first = 0;
        while (first < steps.size()
                && !TreeMath.isInSubtree(
                        TreeMath.nodeOf(ownLeaf), steps.get(first).copathChild())) {
            first++;
        }
        if (first == steps.size()) {
            throw new MlsException(Rejection.PATH_KEY_MISMATCH, "a path secret from ourselves");
        }
        List<PathStep> above = steps.subList(first, steps.size());
        try (PathSecrets secrets = PathSecrets.of(crypto, pathSecret.copy(), above.size())) {
            for (int i = 0; i < above.size(); i++) {
                Node node = tree.node(above.get(i).node());
                if (node == null
                        || !node.encryptionKey().equals(secrets.keyPair(i).publicKey())) {
                    throw new MlsException(
                            Rejection.PATH_KEY_MISMATCH, "node " + above.get(i).node());
                }
            }
            secrets.moveKeysTo(keys, above);
        }
    }
}
