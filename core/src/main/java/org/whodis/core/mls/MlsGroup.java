package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * A group in one epoch, as one of its members sees it (RFC 9420).
 *
 * <pre>
 *   create ──► epoch 0 ──commit──► PendingCommit.next ──► epoch 1 …
 *   join   ──► epoch n ──process(Commit)──► NewEpoch.group ──► epoch n+1 …
 * </pre>
 *
 * <p>An epoch never turns into the next one: {@link #commit} and {@link #process} make a new object, and this one stays as
 * it was. Whoever goes on to the next epoch calls {@link #retire()} here, which keeps what late messages need, and
 * {@link #erase()} when none can come any more. What changes inside are the message keys, which are gone once used.
 *
 * <p>Input from outside that is no good is an {@link MlsException} and changes nothing, except that the key of a message
 * that decrypted is gone even if the message was refused afterwards. Not safe for several threads.
 */
public final class MlsGroup {
    private final GroupState state;

    MlsGroup(GroupState state) {
        this.state = state;
    }

    /** As the longer form, with the rules of calls and no extensions. */
    public static MlsGroup create(
            Primitives primitives,
            Bytes groupId,
            LeafKeys keys,
            Credential credential,
            Lifetime lifetime,
            CredentialValidator credentials,
            RandomBytes random) {
        return create(
                primitives, groupId, keys, credential, lifetime, GroupRules.ofCall(credentials), List.of(), random);
    }

    /**
     * A new group with its creator alone, in epoch 0 (section 11).
     *
     * @param keys stay the caller's: the group copies what it needs
     * @param contextExtensions of the GroupContext, for example {@link RequiredCapabilities#toExtension()}
     */
    public static MlsGroup create(
            Primitives primitives,
            Bytes groupId,
            LeafKeys keys,
            Credential credential,
            Lifetime lifetime,
            GroupRules rules,
            List<Extension> contextExtensions,
            RandomBytes random) {
        MlsCrypto crypto = new MlsCrypto(primitives, keys.suite());
        RatchetTree tree = RatchetTree.ofCreator(crypto, keys.toLeafNode(crypto, credential, lifetime, random));
        GroupContext context =
                new GroupContext(keys.suite().value(), groupId, 0, tree.treeHash(), Bytes.EMPTY, contextExtensions);
        PathKeys pathKeys = new PathKeys();
        pathKeys.put(0, PathKeys.copyOf(keys.encryptionPrivateKey()));
        return new MlsGroup(GroupState.ofCreator(
                crypto,
                rules,
                context,
                tree,
                PathKeys.copyOf(keys.signatureSeed()),
                pathKeys,
                MlsCrypto.random(random, crypto.secretLength())));
    }

    /** As the longer form, with the rules of calls and the ratchet tree in the Welcome. */
    public static MlsGroup join(
            Primitives primitives,
            Welcome welcome,
            KeyPackageBundle bundle,
            CredentialValidator credentials,
            long nowSeconds)
            throws MlsException {
        return join(primitives, welcome, bundle, GroupRules.ofCall(credentials), null, nowSeconds);
    }

    /**
     * The group that a Welcome lets us into (section 12.4.3.1), every leaf of it checked. That the {@link #groupId()} is not
     * one of a group we are in already is for the caller to check.
     *
     * @param bundle stays the caller's, who erases it once the group is joined
     * @param ratchetTree the tree, if it does not come in the Welcome
     */
    public static MlsGroup join(
            Primitives primitives,
            Welcome welcome,
            KeyPackageBundle bundle,
            GroupRules rules,
            @Nullable Bytes ratchetTree,
            long nowSeconds)
            throws MlsException {
        MlsCrypto crypto = new MlsCrypto(primitives, bundle.keys().suite());
        return new MlsGroup(new WelcomeReceiver(crypto, rules, bundle).join(welcome, ratchetTree, nowSeconds));
    }

    /**
     * Makes a Commit over {@code proposals}, with a new leaf key and path; without proposals it only renews those
     * (section 12.4).
     *
     * @throws MlsException if a proposal is not valid, for example a key package from outside
     */
    public PendingCommit commit(List<Proposal> proposals, RandomBytes random, long nowSeconds) throws MlsException {
        return new CommitSender(state, random).create(proposals, Bytes.EMPTY, nowSeconds);
    }

    /**
     * Application data for the group, as the PrivateMessage to send.
     *
     * @param authenticatedData travels in the clear, authenticated
     */
    public Bytes protect(Bytes applicationData, Bytes authenticatedData, RandomBytes random) {
        // "A group member that has observed one or more valid proposals within an epoch MUST send a Commit message
        // before
        // sending application data" (section 12.4).
        if (!state.storedProposals.isEmpty()) {
            throw new IllegalStateException("proposals are waiting to be committed");
        }
        FramedContent content = new FramedContent(
                groupId(),
                epoch(),
                new Sender.Member(state.ownLeaf),
                authenticatedData,
                new FramedContent.Body.OfApplication(applicationData));
        AuthenticatedContent signed = AuthenticatedContent.sign(
                state.crypto, state.signatureSeed, Codepoints.WIRE_PRIVATE_MESSAGE, content, state.context);
        return PrivateMessage.protect(
                        state.crypto, state.secrets.senderData, state.secretTree, state.ownLeaf, signed, random)
                .encode();
    }

    /** A message from another member, in the bytes of its MLSMessage. */
    public Processed process(Bytes message, long nowSeconds) throws MlsException {
        return process(MlsMessage.decode(message), nowSeconds);
    }

    /** A message from another member of this epoch. */
    public Processed process(MlsMessage message, long nowSeconds) throws MlsException {
        AuthenticatedContent content = switch (message) {
            case PrivateMessage sealed -> unprotect(sealed);
            case PublicMessage open -> unprotect(open);
            case Welcome _, GroupInfo _, KeyPackage _ ->
                throw new MlsException(Rejection.UNEXPECTED_WIRE_FORMAT, "wire format " + message.wireFormat());
        };
        int sender = requireMember(content.content().sender());
        if (!content.hasValidSignature(state.crypto, state.tree.member(sender).signatureKey(), state.context)) {
            throw new MlsException(Rejection.BAD_CONTENT_SIGNATURE, "of leaf " + sender);
        }
        return switch (content.content().body()) {
            case FramedContent.Body.OfApplication(Bytes data) ->
                new Processed.ApplicationData(sender, data, content.content().authenticatedData());
            case FramedContent.Body.OfProposal(Proposal proposal) -> store(sender, proposal, content);
            case FramedContent.Body.OfCommit(Commit commit) ->
                new CommitReceiver(state, sender).process(content, commit, nowSeconds);
        };
    }

    private AuthenticatedContent unprotect(PrivateMessage message) throws MlsException {
        requireThisEpoch(message.groupId(), message.epoch(), message.contentType());
        return message.unprotect(state.crypto, state.secrets.senderData, state.secretTree, state.tree, state.ownLeaf);
    }

    private AuthenticatedContent unprotect(PublicMessage message) throws MlsException {
        if (!state.rules.acceptPublicMessages()) {
            throw new MlsException(Rejection.PUBLIC_MESSAGE, "handshakes are encrypted here");
        }
        requireThisEpoch(
                message.content().groupId(),
                message.content().epoch(),
                message.content().body().contentType());
        return message.unprotect(state.crypto, state.secrets.membership, state.context);
    }

    private void requireThisEpoch(Bytes groupId, long epoch, int contentType) throws MlsException {
        if (!groupId.equals(groupId())) {
            throw new MlsException(Rejection.WRONG_GROUP, "group_id");
        }
        if (epoch != epoch()) {
            throw new MlsException(Rejection.WRONG_EPOCH, Long.toUnsignedString(epoch) + " where it is " + epoch());
        }
        state.requireTakes(contentType);
    }

    private int requireMember(Sender sender) throws MlsException {
        if (!(sender instanceof Sender.Member(long leafIndex))) {
            throw new MlsException(Rejection.EXTERNAL_SENDER, "not a member");
        }
        if (state.tree.leaf(leafIndex) == null) {
            throw new MlsException(Rejection.UNKNOWN_SENDER, "leaf " + leafIndex);
        }
        if (leafIndex == state.ownLeaf) {
            throw new MlsException(Rejection.OWN_MESSAGE, "sent under our own leaf");
        }
        return (int) leafIndex;
    }

    private Processed store(int sender, Proposal proposal, AuthenticatedContent content) throws MlsException {
        if (!state.rules.acceptStandaloneProposals()) {
            throw new MlsException(Rejection.STANDALONE_PROPOSAL, "proposals travel inside Commits here");
        }
        if (state.storedProposals.size() >= Limits.STORED_PROPOSALS) {
            throw new MlsException(Rejection.TOO_MANY_PROPOSALS, "more than " + Limits.STORED_PROPOSALS);
        }
        Bytes reference = content.proposalReference(state.crypto);
        state.storedProposals.put(reference, new ProposalList.Sent(sender, proposal));
        return new Processed.StoredProposal(sender, reference, proposal);
    }

    /** {@code MLS-Exporter} (section 8.5): a secret of this epoch that all members have. */
    public Secret export(String label, Bytes context, int length) {
        return state.secrets.export(state.crypto, label, context, length);
    }

    public Bytes groupId() {
        return state.context.groupId();
    }

    /** Unsigned. */
    public long epoch() {
        return state.context.epoch();
    }

    public CipherSuite cipherSuite() {
        return state.crypto.suite();
    }

    /** The same for all who have one view of the group and its history (section 8.7). */
    public Bytes epochAuthenticator() {
        return state.secrets.epochAuthenticator;
    }

    /** The members of this epoch by their leaves, ourselves included. */
    public List<Member> members() {
        List<Member> out = new ArrayList<>();
        for (int leafIndex : state.tree.memberIndices()) {
            out.add(new Member(leafIndex, state.tree.member(leafIndex)));
        }
        return out;
    }

    /** The index of our own leaf. */
    public int ownLeaf() {
        return state.ownLeaf;
    }

    /** The Ed25519 seed of our leaf, for signatures beside MLS such as those over media frames; a copy. */
    public Secret signatureSeed() {
        return PathKeys.copyOf(state.signatureSeed);
    }

    /** Keeps only what late messages of this epoch need; sending, committing and exporting from it is a fault from now on. */
    public void retire() {
        state.retire();
    }

    /** Overwrites every secret of this epoch; the object is of no use any more. */
    public void erase() {
        state.erase();
    }

    /** Of the whole tree (section 7.8). */
    Bytes treeHash() {
        return state.context.treeHash();
    }

    GroupState state() {
        return state;
    }
}
