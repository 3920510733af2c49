package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * Everything a member holds in one epoch. Owns its secrets; those that the next epoch needs are copied, so that each epoch
 * is erased by itself. Changes only in its ratchets and stored proposals.
 */
final class GroupState implements Erasable {
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

    final StoredProposals storedProposals = new StoredProposals();

    private GroupState(
            MlsCrypto crypto,
            GroupRules rules,
            GroupContext context,
            RatchetTree tree,
            int ownLeaf,
            Secret signatureSeed,
            PathKeys keys,
            Secret epochSecret,
            EraseUnlessKept made) {
        this.crypto = crypto;
        this.rules = rules;
        this.context = context;
        this.tree = tree;
        this.ownLeaf = ownLeaf;
        this.signatureSeed = signatureSeed;
        this.keys = keys;
        this.secrets = made.add(EpochSecrets.of(crypto, epochSecret));
        this.secretTree =
                new SecretTree(crypto, made.add(EpochSecrets.encryptionSecret(crypto, epochSecret)), tree.leafCount());
        this.confirmationTag = secrets.confirmationTag(crypto, context.confirmedTranscriptHash());
        this.interimTranscriptHash = TranscriptHash.interim(crypto, context.confirmedTranscriptHash(), confirmationTag);
    }

    /** Takes {@code signatureSeed} and {@code keys} over; {@code epochSecret} stays the caller's. */
    private static GroupState of(
            MlsCrypto crypto,
            GroupRules rules,
            GroupContext context,
            RatchetTree tree,
            int ownLeaf,
            Secret signatureSeed,
            PathKeys keys,
            Secret epochSecret) {
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            GroupState state =
                    new GroupState(crypto, rules, context, tree, ownLeaf, signatureSeed, keys, epochSecret, made);
            made.keepAll();
            return state;
        }
    }

    /**
     * Epoch 0 (section 11): "Epoch secret: A fresh random value of size KDF.Nh". Takes {@code signatureSeed} and {@code keys}
     * over; {@code epochSecret} stays the caller's.
     */
    static GroupState ofCreator(
            MlsCrypto crypto,
            GroupRules rules,
            GroupContext context,
            RatchetTree tree,
            Secret signatureSeed,
            PathKeys keys,
            Secret epochSecret) {
        return of(crypto, rules, context, tree, 0, signatureSeed, keys, epochSecret);
    }

    /** The epoch after this one, which {@code memberSecret} leads to. Takes {@code nextKeys} over. */
    GroupState next(GroupContext nextContext, RatchetTree nextTree, PathKeys nextKeys, Secret memberSecret) {
        GroupState next;
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            Secret seed = made.add(signatureSeed.copy());
            next = ofMember(crypto, rules, nextContext, nextTree, ownLeaf, seed, nextKeys, memberSecret);
            made.keepAll();
        }
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

    PublicGroup publicGroup() {
        return new PublicGroup(crypto, rules, context, tree);
    }

    /** The application's, and the resumption PSKs of this group. */
    PreSharedKeys preSharedKeys() {
        return id -> {
            Secret resumption = resumptionPsk(id);
            return resumption != null ? resumption : rules.preSharedKeys().find(id);
        };
    }

    /** The resumption PSK of this group that {@code id} names, if it is kept (section 8.6); else null. */
    private @Nullable Secret resumptionPsk(PreSharedKeyId id) {
        if (rules.resumptionEpochs() == 0
                || !(id instanceof PreSharedKeyId.Resumption(int _, Bytes groupId, long epoch, Bytes _))
                || !groupId.equals(context.groupId())) {
            return null;
        }
        return epoch == context.epoch() ? secrets.resumption : pastResumptionPsks.get(epoch);
    }

    /** An epoch that {@code memberSecret} leads to. Takes {@code signatureSeed} and {@code keys} over. */
    static GroupState ofMember(
            MlsCrypto crypto,
            GroupRules rules,
            GroupContext context,
            RatchetTree tree,
            int ownLeaf,
            Secret signatureSeed,
            PathKeys keys,
            Secret memberSecret) {
        try (Secret epochSecret = EpochSecrets.epochSecret(crypto, memberSecret, context)) {
            return of(crypto, rules, context, tree, ownLeaf, signatureSeed, keys, epochSecret);
        }
    }

    /** Content of ours, signed. */
    AuthenticatedContent sign(FramedContent.Body body, Bytes authenticatedData, int wireFormat) {
        FramedContent content = new FramedContent(
                context.groupId(), context.epoch(), new Sender.Member(ownLeaf), authenticatedData, body);
        return AuthenticatedContent.sign(crypto, signatureSeed, wireFormat, content, context);
    }

    /** The message of what {@link #sign} made for this format. */
    MlsMessage frame(AuthenticatedContent signed, HandshakeFormat format, RandomBytes random) {
        return switch (format) {
            case PUBLIC_MESSAGE -> PublicMessage.protect(crypto, secrets.membership, signed, context);
            case PRIVATE_MESSAGE ->
                PrivateMessage.protect(crypto, secrets.senderData, secretTree, ownLeaf, signed, random);
        };
    }

    /** What newcomers need to know of this epoch (section 12.4.3), signed by us. */
    GroupInfo groupInfo(boolean withTree, boolean withExternalKey) {
        List<Extension> extensions = new ArrayList<>();
        if (withTree) {
            extensions.add(new Extension(Codepoints.EXTENSION_RATCHET_TREE, tree.encode()));
        }
        if (withExternalKey) {
            KeyPair external = secrets.externalKeyPair(crypto);
            external.privateKey().erase();
            extensions.add(new Extension(
                    Codepoints.EXTENSION_EXTERNAL_PUB,
                    new WireWriter().vector(external.publicKey()).toBytes()));
        }
        return GroupInfo.sign(crypto, signatureSeed, context, extensions, confirmationTag, ownLeaf);
    }

    /** Refuses a member's Commit that the application does not want. */
    void requireAllowed(int committer, ProposalList list, boolean hasPath, long nowSeconds) throws MlsException {
        rules.commits()
                .require(new CommitPolicy.Attempt(
                        context.groupId(),
                        context.epoch(),
                        committer,
                        tree.members(),
                        list.proposals(),
                        hasPath,
                        nowSeconds));
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
        storedProposals.erase();
        age = age == Age.ERASED ? Age.ERASED : Age.RETIRED;
    }

    @Override
    public void erase() {
        retire();
        secrets.erase();
        secretTree.erase();
        age = Age.ERASED;
    }
}
