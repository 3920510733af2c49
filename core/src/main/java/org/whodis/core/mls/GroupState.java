package org.whodis.core.mls;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * Everything a member holds in one epoch. Owns its secrets; those that the next epoch needs are copied, so that each epoch
 * is erased by itself. Changes only in its ratchets and stored proposals.
 */
final class GroupState {
    final MlsCrypto crypto;
    final GroupRules rules;
    final GroupContext context;
    final RatchetTree tree;
    final int ownLeaf;
    final Secret signatureSeed;
    final PathKeys keys;
    final EpochSecrets secrets;
    final SecretTree secretTree;
    final Bytes confirmationTag;
    final Bytes interimTranscriptHash;
    /** The resumption PSKs of past epochs, oldest first; at most as many as the rules say. */
    private final Map<Long, Secret> pastResumptionPsks = new LinkedHashMap<>();

    /** What messages this epoch still takes. */
    private Age age = Age.CURRENT;

    private enum Age {
        CURRENT,
        RETIRED,
        ERASED
    }

    final Map<Bytes, ProposalList.Sent> storedProposals = new LinkedHashMap<>();

    /** Takes all secrets over, and consumes {@code epochSecret}. */
    private GroupState(
            MlsCrypto crypto,
            GroupRules rules,
            GroupContext context,
            RatchetTree tree,
            int ownLeaf,
            Secret signatureSeed,
            PathKeys keys,
            Secret epochSecret) {
        this.crypto = crypto;
        this.rules = rules;
        this.context = context;
        this.tree = tree;
        this.ownLeaf = ownLeaf;
        this.signatureSeed = signatureSeed;
        this.keys = keys;
        this.secrets = EpochSecrets.of(crypto, epochSecret);
        this.secretTree = new SecretTree(crypto, EpochSecrets.encryptionSecret(crypto, epochSecret), tree.leafCount());
        this.confirmationTag = secrets.confirmationTag(crypto, context.confirmedTranscriptHash());
        this.interimTranscriptHash = TranscriptHash.interim(crypto, context.confirmedTranscriptHash(), confirmationTag);
        epochSecret.erase();
    }

    /** Epoch 0 (section 11): "Epoch secret: A fresh random value of size KDF.Nh". */
    static GroupState ofCreator(
            MlsCrypto crypto,
            GroupRules rules,
            GroupContext context,
            RatchetTree tree,
            Secret signatureSeed,
            PathKeys keys,
            Secret epochSecret) {
        return new GroupState(crypto, rules, context, tree, 0, signatureSeed, keys, epochSecret);
    }

    /** The epoch after this one, which {@code memberSecret} leads to; that is consumed. */
    GroupState next(GroupContext nextContext, RatchetTree nextTree, PathKeys nextKeys, Secret memberSecret) {
        GroupState next = ofMember(
                crypto, rules, nextContext, nextTree, ownLeaf, PathKeys.copyOf(signatureSeed), nextKeys, memberSecret);
        int surplus = pastResumptionPsks.size() + 1 - rules.resumptionEpochs();
        for (Map.Entry<Long, Secret> past : pastResumptionPsks.entrySet()) {
            if (surplus-- <= 0) {
                next.pastResumptionPsks.put(past.getKey(), PathKeys.copyOf(past.getValue()));
            }
        }
        if (rules.resumptionEpochs() > 0) {
            next.pastResumptionPsks.put(context.epoch(), PathKeys.copyOf(secrets.resumption));
        }
        return next;
    }

    /** The resumption PSK of this group that {@code id} names, if it is kept (section 8.6); else null. */
    @Nullable
    Secret resumptionPsk(PreSharedKeyId id) {
        if (rules.resumptionEpochs() == 0
                || !(id instanceof PreSharedKeyId.Resumption(int _, Bytes groupId, long epoch, Bytes _))
                || !groupId.equals(context.groupId())) {
            return null;
        }
        return epoch == context.epoch() ? secrets.resumption : pastResumptionPsks.get(epoch);
    }

    /** An epoch that {@code memberSecret} leads to, which is consumed. */
    static GroupState ofMember(
            MlsCrypto crypto,
            GroupRules rules,
            GroupContext context,
            RatchetTree tree,
            int ownLeaf,
            Secret signatureSeed,
            PathKeys keys,
            Secret memberSecret) {
        Secret epochSecret = EpochSecrets.epochSecret(crypto, memberSecret, context);
        memberSecret.erase();
        return new GroupState(crypto, rules, context, tree, ownLeaf, signatureSeed, keys, epochSecret);
    }

    Validation validation() {
        return new Validation(crypto, rules);
    }

    /** Refuses what would need secrets that are gone. */
    void requireTakes(int contentType) throws MlsException {
        boolean takes = switch (age) {
            case CURRENT -> true;
            case RETIRED -> contentType == FramedContent.TYPE_APPLICATION;
            case ERASED -> false;
        };
        if (!takes) {
            throw new MlsException(Rejection.WRONG_EPOCH, "epoch " + context.epoch() + " is over");
        }
    }

    /** Leaves only what late messages of the epoch need: nothing can be sent or committed any more. */
    void retire() {
        secrets.eraseAllButSenderData();
        keys.erase();
        for (Secret past : pastResumptionPsks.values()) {
            past.erase();
        }
        pastResumptionPsks.clear();
        signatureSeed.erase();
        storedProposals.clear();
        age = age == Age.ERASED ? Age.ERASED : Age.RETIRED;
    }

    void erase() {
        retire();
        secrets.erase();
        secretTree.erase();
        age = Age.ERASED;
    }
}
