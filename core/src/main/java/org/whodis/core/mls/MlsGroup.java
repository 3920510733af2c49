package org.whodis.core.mls;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.KeyPair;
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

    /** As the longer form, with {@link GroupRules#closed} and no extensions. */
    public static MlsGroup create(
            Primitives primitives,
            Bytes groupId,
            LeafKeys keys,
            Credential credential,
            Lifetime lifetime,
            CredentialValidator credentials,
            RandomBytes random) {
        return create(
                primitives, groupId, keys, credential, lifetime, GroupRules.closed(credentials), List.of(), random);
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
        try (EraseUnlessKept made = new EraseUnlessKept();
                Secret epochSecret = MlsCrypto.random(random, crypto.secretLength())) {
            PathKeys pathKeys = made.add(new PathKeys());
            pathKeys.put(0, keys.encryptionPrivateKey().copy());
            Secret seed = made.add(keys.signatureSeed().copy());
            GroupState state = GroupState.ofCreator(crypto, rules, context, tree, seed, pathKeys, epochSecret);
            made.keepAll();
            return new MlsGroup(state);
        }
    }

    /** As the longer form, with {@link GroupRules#closed} and the ratchet tree in the Welcome. */
    public static MlsGroup join(
            Primitives primitives,
            Welcome welcome,
            KeyPackageBundle bundle,
            CredentialValidator credentials,
            long nowSeconds)
            throws MlsException {
        return join(primitives, welcome, bundle, GroupRules.closed(credentials), null, nowSeconds);
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
     * Joins by an external Commit, which everybody in the group has to follow (section 12.4.3.2). Calls refuse these.
     *
     * @param keys stay the caller's; only the signature key counts, since the Commit brings a new encryption key
     * @param ratchetTree the tree, if it is not in the GroupInfo
     * @param proposals a Remove of an old leaf of ours, pre-shared keys; usually none
     */
    public static PendingCommit joinExternally(
            Primitives primitives,
            GroupInfo groupInfo,
            @Nullable Bytes ratchetTree,
            LeafKeys keys,
            Credential credential,
            GroupRules rules,
            List<Proposal> proposals,
            RandomBytes random,
            long nowSeconds)
            throws MlsException {
        MlsCrypto crypto = new MlsCrypto(primitives, keys.suite());
        return new ExternalJoiner(crypto, rules, keys, credential, random)
                .join(groupInfo, ratchetTree, proposals, random, nowSeconds);
    }

    /** As {@link #commit(CommitPlan, RandomBytes, long)} with {@link CommitPlan#of}. */
    public PendingCommit commit(List<Proposal> proposals, RandomBytes random, long nowSeconds) throws MlsException {
        return commit(CommitPlan.of(proposals), random, nowSeconds);
    }

    /**
     * Makes a Commit, which renews our leaf key and path unless the plan leaves them out; without proposals it does only
     * that (section 12.4).
     *
     * @throws MlsException if a proposal is not valid, for example a key package from outside; or {@link
     *     Rejection#MESSAGE_TOO_LARGE}, which nobody but the application can mend: fewer at a time, or the tree beside the Welcome
     */
    public PendingCommit commit(CommitPlan plan, RandomBytes random, long nowSeconds) throws MlsException {
        return new CommitSender(state, random).create(plan, nowSeconds);
    }

    /**
     * Makes a proposal that a later Commit of anybody may refer to, and stores it as one that we observed.
     *
     * @throws MlsException if the proposal is not valid by itself
     */
    public SentProposal propose(
            Proposal proposal, HandshakeFormat format, Bytes authenticatedData, RandomBytes random, long nowSeconds)
            throws MlsException {
        ProposalList.Sent sent = ProposalList.Sent.byMember(state.ownLeaf, proposal);
        ProposalList.requireValidAlone(state.publicGroup(), sent, nowSeconds);
        AuthenticatedContent signed =
                state.sign(new FramedContent.Body.OfProposal(proposal), authenticatedData, format.wireFormat());
        Bytes reference = signed.proposalReference(state.crypto);
        state.storedProposals.put(reference, sent);
        return new SentProposal(state.frame(signed, format, random), reference);
    }

    /** Proposes a new encryption key for our leaf, which another member may commit. */
    public SentProposal proposeUpdate(HandshakeFormat format, RandomBytes random, long nowSeconds) throws MlsException {
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            KeyPair fresh = made.add(state.crypto.generateKeyPair(random));
            LeafNode leaf = state.tree
                    .member(state.ownLeaf)
                    .resigned(
                            state.crypto,
                            state.signatureSeed,
                            fresh.publicKey(),
                            new LeafNodeSource.Update(),
                            groupId(),
                            state.ownLeaf);
            SentProposal sent = propose(new Proposal.Update(leaf), format, Bytes.EMPTY, random, nowSeconds);
            state.storedProposals.putUpdateKey(fresh.publicKey(), fresh.privateKey());
            made.keepAll();
            return sent;
        }
    }

    /**
     * The references of stored proposals that a Commit of ours can cover together, by the checks that a receiver makes too
     * (section 12.2): Removes first, then the latest. Empty if nothing can be committed by reference now.
     */
    public List<Bytes> committable(long nowSeconds) {
        return new Committable(state, nowSeconds).references();
    }

    /**
     * "A group member that has observed one or more valid proposals within an epoch MUST send a Commit message before
     * sending application data" (section 12.4).
     */
    public boolean mustCommitFirst() {
        return !state.storedProposals.isEmpty();
    }

    /**
     * Application data for the group, as the PrivateMessage to send.
     *
     * @param authenticatedData travels in the clear, authenticated
     * @throws IllegalStateException if we {@link #mustCommitFirst()}
     */
    public Bytes protect(Bytes applicationData, Bytes authenticatedData, RandomBytes random) {
        if (mustCommitFirst()) {
            throw new IllegalStateException("proposals are waiting to be committed");
        }
        AuthenticatedContent signed = state.sign(
                new FramedContent.Body.OfApplication(applicationData),
                authenticatedData,
                Codepoints.WIRE_PRIVATE_MESSAGE);
        return state.frame(signed, HandshakeFormat.PRIVATE_MESSAGE, random).encode();
    }

    /** A message from another member, in the bytes of its MLSMessage. */
    public Processed process(Bytes message, long nowSeconds) throws MlsException {
        return process(MlsMessage.decode(message), nowSeconds);
    }

    /** A message of this epoch from another member, or from outside where the rules allow it. */
    public Processed process(MlsMessage message, long nowSeconds) throws MlsException {
        return new MessageReceiver(state).process(message, nowSeconds);
    }

    /**
     * What somebody needs to join this epoch by an external Commit: the GroupInfo with {@code external_pub}, signed by us.
     *
     * @param withTree whether the ratchet tree is in it
     */
    public GroupInfo groupInfo(boolean withTree) {
        return state.groupInfo(withTree, true);
    }

    /** The ratchet tree of this epoch as the {@code ratchet_tree} extension has it (section 12.4.3.3), to send beside a Welcome. */
    public Bytes ratchetTree() {
        return state.tree.encode();
    }

    /** {@code resumption_psk} of this epoch (section 8.6), a copy, for another group's {@link PreSharedKeys}. */
    public Secret resumptionPsk() {
        return PathKeys.copyOf(state.secrets.resumption);
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
        return state.tree.members();
    }

    /** The index of our own leaf. */
    public int ownLeaf() {
        return state.ownLeaf;
    }

    /** The private key of our leaf, in calls an Ed25519 seed, for signatures beside MLS such as those over media frames; a copy. */
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
