package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.PRIMITIVES;
import static org.whodis.core.mls.TestGroups.SUITE;
import static org.whodis.core.mls.TestGroups.assertRejected;
import static org.whodis.core.mls.TestGroups.flipped;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.GroupRules.Permission;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** External Commits (RFC 9420 section 12.4.3.2) and external proposals (section 12.1.8): what is followed and what is not. */
class OutsiderRejectionTest {
    private static final Bytes NONCE = Bytes.of(new byte[32]);

    private final RandomBytes random = TestGroups.seeded(new Random(16));
    private final Secret senderSeed = Secret.owning(random.next(32));
    private final List<Extension> extensions = List.of(new ExternalSenders(List.of(new ExternalSenders.ExternalSender(
                    CRYPTO.signaturePublicKey(senderSeed), Credential.basic(Bytes.utf8("service")))))
            .toExtension());
    private final List<MlsGroup> members = TestGroups.groupOf(4, 1, TestGroups.OPEN_RULES, extensions, random);
    private final MlsGroup alice = members.get(0);
    private final MlsGroup bob = members.get(1);
    private final LeafKeys eve = LeafKeys.generate(PRIMITIVES, SUITE, random);

    OutsiderRejectionTest() throws MlsException {}

    private PendingCommit externalCommit(List<Proposal> proposals) throws MlsException {
        return MlsGroup.joinExternally(
                PRIMITIVES,
                alice.groupInfo(true),
                null,
                eve,
                Credential.basic(Bytes.utf8("eve")),
                TestGroups.OPEN_RULES,
                proposals,
                random,
                NOW);
    }

    // ---- what is followed

    @Test
    void aNewcomerJoinsByAnExternalCommitAndEverybodyFollows() throws MlsException {
        PendingCommit commit = externalCommit(List.of());
        for (MlsGroup member : members) {
            Processed.NewEpoch next = (Processed.NewEpoch) member.process(commit.commitBytes(), NOW);
            assertThat(next.committerLeaf()).isEqualTo(4);
            assertThat(next.changes())
                    .anyMatch(change -> change instanceof Change.JoinedExternally(int leaf, var _) && leaf == 4);
            assertThat(next.group().epochAuthenticator())
                    .isEqualTo(commit.next().epochAuthenticator());
            assertThat(next.group().treeHash()).isEqualTo(commit.next().treeHash());
        }
        Processed.NewEpoch bobs = (Processed.NewEpoch) bob.process(commit.commitBytes(), NOW);
        PendingCommit after = bobs.group().commit(List.of(), random, NOW);
        assertThat(((Processed.NewEpoch) commit.next().process(after.commitBytes(), NOW))
                        .group()
                        .epochAuthenticator())
                .isEqualTo(after.next().epochAuthenticator());
    }

    @Test
    void whoLostItsStateReplacesItsOldLeafByAnExternalCommit() throws MlsException {
        Bytes outside = alice.ratchetTree();
        PendingCommit commit = MlsGroup.joinExternally(
                PRIMITIVES,
                alice.groupInfo(false),
                outside,
                eve,
                Credential.basic(Bytes.utf8("member 3")),
                TestGroups.OPEN_RULES,
                List.of(new Proposal.Remove(3)),
                random,
                NOW);
        assertThat(commit.next().ownLeaf()).isEqualTo(3);
        Processed.NewEpoch next = (Processed.NewEpoch) bob.process(commit.commitBytes(), NOW);
        assertThat(next.group().epochAuthenticator()).isEqualTo(commit.next().epochAuthenticator());
        assertThat(members.get(3).process(commit.commitBytes(), NOW)).isInstanceOf(Processed.RemovedFromGroup.class);
    }

    @Test
    void anExternalCommitMayInjectPreSharedKeys() throws MlsException {
        Secret psk = Secret.copyOf(Bytes.utf8("known to all"));
        PreSharedKeyId id = new PreSharedKeyId.External(Bytes.utf8("id"), NONCE);
        GroupRules rules = TestGroups.rules(any -> any.equals(id) ? psk : null, EnumSet.allOf(Permission.class));
        List<MlsGroup> pair = TestGroups.groupOf(2, 0, rules, List.of(), random);
        PendingCommit commit = MlsGroup.joinExternally(
                PRIMITIVES,
                pair.get(0).groupInfo(true),
                null,
                eve,
                Credential.basic(Bytes.utf8("eve")),
                rules,
                List.of(new Proposal.PreSharedKey(id)),
                random,
                NOW);
        assertThat(((Processed.NewEpoch) pair.get(1).process(commit.commitBytes(), NOW))
                        .group()
                        .epochAuthenticator())
                .isEqualTo(commit.next().epochAuthenticator());
    }

    @Test
    void proposalsFromOutsideAreStoredAndCommittedByReference() throws MlsException {
        KeyPackageBundle frank = TestGroups.bundle("frank", random);
        MlsMessage asks = ExternalProposal.byNewMember(PRIMITIVES, alice.groupId(), alice.epoch(), frank);
        MlsMessage evicts = bySender(0, new Proposal.Remove(2));
        for (MlsGroup member : members) {
            Processed.StoredProposal add = (Processed.StoredProposal) member.process(asks, NOW);
            assertThat(add.sender()).isEqualTo(new Sender.NewMemberProposal());
            Processed.StoredProposal remove = (Processed.StoredProposal) member.process(evicts, NOW);
            assertThat(remove.sender()).isEqualTo(new Sender.External(0));
        }
        members.remove(2);
        PendingCommit commit =
                alice.commit(CommitPlan.of(List.of()).withReferences(alice.committable(NOW)), random, NOW);
        TestGroups.follow(members, 0, commit);
        MlsGroup joined =
                MlsGroup.join(PRIMITIVES, TestGroups.welcomeOf(commit), frank, TestGroups.OPEN_RULES, null, NOW);
        assertThat(joined.epochAuthenticator()).isEqualTo(members.get(1).epochAuthenticator());
        assertThat(joined.members()).hasSize(4);
    }

    // ---- external proposals that are not

    private MlsMessage bySender(int index, Proposal proposal) {
        return ExternalProposal.bySender(
                PRIMITIVES, SUITE, alice.groupId(), alice.epoch(), index, senderSeed, proposal);
    }

    @Test
    @Breaks(Rejection.UNKNOWN_EXTERNAL_SENDER)
    void aSenderThatExternalSendersDoesNotNameIsRefused() throws MlsException {
        assertRejected(Rejection.UNKNOWN_EXTERNAL_SENDER, () -> bob.process(bySender(1, new Proposal.Remove(2)), NOW));
        List<MlsGroup> without = TestGroups.pair(random);
        MlsMessage message = ExternalProposal.bySender(
                PRIMITIVES,
                SUITE,
                without.get(0).groupId(),
                without.get(0).epoch(),
                0,
                senderSeed,
                new Proposal.Remove(1));
        assertRejected(Rejection.UNKNOWN_EXTERNAL_SENDER, () -> without.get(0).process(message, NOW));
    }

    @Test
    void theSignatureOfAnExternalProposalIsVerifiedUnderTheKeyOfItsSender() {
        MlsMessage another = ExternalProposal.bySender(
                PRIMITIVES,
                SUITE,
                alice.groupId(),
                alice.epoch(),
                0,
                Secret.owning(random.next(32)),
                new Proposal.Remove(2));
        assertRejected(Rejection.BAD_CONTENT_SIGNATURE, () -> bob.process(another, NOW));
    }

    @Test
    @Breaks(Rejection.EXTERNAL_PROPOSAL_TYPE)
    void messagesFromExternalSendersWithOtherProposalTypesMustBeRejected() {
        LeafNode leaf = alice.members().get(0).leaf();
        for (Proposal proposal : List.of(new Proposal.Update(leaf), new Proposal.ExternalInit(NONCE))) {
            assertRejected(Rejection.EXTERNAL_PROPOSAL_TYPE, () -> bob.process(bySender(0, proposal), NOW));
        }
        Bytes remove = fromOutside(
                new Sender.NewMemberProposal(), new FramedContent.Body.OfProposal(new Proposal.Remove(2)), null);
        assertRejected(Rejection.EXTERNAL_PROPOSAL_TYPE, () -> bob.process(remove, NOW));
    }

    @Test
    @DisplayName("new_member_proposal: the content_type MUST be proposal and the proposal_type MUST be add (6.1)")
    void whoAsksToBeAddedMaySendAnAddAndNothingElse() throws MlsException {
        Sender newcomer = new Sender.NewMemberProposal();
        KeyPackageBundle frank = TestGroups.bundle("frank", random);
        List<Proposal> others = List.of(
                new Proposal.Update(alice.members().get(0).leaf()),
                new Proposal.Remove(2),
                new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("id"), NONCE)),
                new Proposal.ReInit(Bytes.utf8("new"), 1, 1, List.of()),
                new Proposal.ExternalInit(NONCE),
                new Proposal.GroupContextExtensions(List.of()));
        for (Proposal other : others) {
            Bytes message = fromOutside(newcomer, new FramedContent.Body.OfProposal(other), null);
            assertRejected(Rejection.EXTERNAL_PROPOSAL_TYPE, () -> bob.process(message, NOW));
        }
        Bytes commit = fromOutside(
                newcomer,
                new FramedContent.Body.OfCommit(new Commit(byValue(new Proposal.Add(frank.keyPackage())), null)),
                NONCE);
        assertRejected(Rejection.SENDER_TYPE_MISMATCH, () -> bob.process(commit, NOW));
        Bytes data = fromOutside(newcomer, new FramedContent.Body.OfApplication(Bytes.utf8("hello")), null);
        assertThatThrownBy(() -> bob.process(data, NOW)).isInstanceOf(MlsException.class);
        assertThat(bob.mustCommitFirst()).isFalse();
        MlsMessage asks = ExternalProposal.byNewMember(PRIMITIVES, alice.groupId(), alice.epoch(), frank);
        assertThat(bob.process(asks, NOW)).isInstanceOf(Processed.StoredProposal.class);
    }

    @Test
    @Breaks(Rejection.EXTERNAL_PROPOSAL)
    void aGroupThatTakesNoProposalsFromOutsideRefusesThem() throws MlsException {
        GroupRules rules = TestGroups.rules(PreSharedKeys.NONE, Set.of(Permission.PUBLIC_MESSAGES));
        List<MlsGroup> pair = TestGroups.groupOf(2, 0, rules, extensions, random);
        MlsMessage message = ExternalProposal.bySender(
                PRIMITIVES, SUITE, pair.get(0).groupId(), pair.get(0).epoch(), 0, senderSeed, new Proposal.Remove(1));
        assertRejected(Rejection.EXTERNAL_PROPOSAL, () -> pair.get(0).process(message, NOW));
        MlsMessage asks = ExternalProposal.byNewMember(
                PRIMITIVES, pair.get(0).groupId(), pair.get(0).epoch(), TestGroups.bundle("frank", random));
        assertRejected(Rejection.EXTERNAL_PROPOSAL, () -> pair.get(0).process(asks, NOW));
    }

    @Test
    @Breaks(Rejection.SENDER_TYPE_MISMATCH)
    void aSenderMaySendOnlyWhatItsTypeSays() {
        FramedContent.Body commit = new FramedContent.Body.OfCommit(new Commit(List.of(), null));
        FramedContent.Body proposal = new FramedContent.Body.OfProposal(new Proposal.Remove(2));
        for (Bytes message : List.of(
                fromOutside(new Sender.External(0), commit, NONCE),
                fromOutside(new Sender.NewMemberProposal(), commit, NONCE),
                fromOutside(new Sender.NewMemberCommit(), proposal, null))) {
            assertRejected(Rejection.SENDER_TYPE_MISMATCH, () -> bob.process(message, NOW));
        }
    }

    /** A PublicMessage of eve's in the bytes of its MLSMessage, with any sender and content. */
    private Bytes fromOutside(Sender sender, FramedContent.Body body, @Nullable Bytes confirmationTag) {
        GroupContext context = alice.state().context;
        FramedContent content = new FramedContent(context.groupId(), context.epoch(), sender, Bytes.EMPTY, body);
        AuthenticatedContent signed = AuthenticatedContent.sign(
                CRYPTO, eve.signatureSeed(), Codepoints.WIRE_PUBLIC_MESSAGE, content, context);
        WireWriter out = new WireWriter().uint16(Codepoints.MLS10).uint16(Codepoints.WIRE_PUBLIC_MESSAGE);
        content.write(out);
        out.vector(signed.auth().signature());
        return confirmationTag == null
                ? out.toBytes()
                : out.vector(confirmationTag).toBytes();
    }

    // ---- external Commits that are not

    private void assertRefused(Rejection expected, List<ProposalOrRef> proposals, @Nullable UpdatePath path) {
        Bytes message = fromOutside(
                new Sender.NewMemberCommit(), new FramedContent.Body.OfCommit(new Commit(proposals, path)), NONCE);
        assertRejected(expected, () -> bob.process(message, NOW));
    }

    private static List<ProposalOrRef> byValue(Proposal... proposals) {
        List<ProposalOrRef> out = new ArrayList<>();
        for (Proposal proposal : proposals) {
            out.add(new ProposalOrRef.ByValue(proposal));
        }
        return out;
    }

    /** The path of an external Commit without proposals, over a leaf that is {@code changed} before it is signed. */
    private UpdatePath path(LeafNodeSource source, Bytes encryptionKey) throws MlsException {
        PublicMessage honest = (PublicMessage) externalCommit(List.of()).commit();
        if (!(honest.content().body() instanceof FramedContent.Body.OfCommit(Commit commit))) {
            throw new AssertionError();
        }
        UpdatePath path = commit.path();
        assertThat(path).isNotNull();
        Bytes key = encryptionKey.isEmpty() ? path.leafNode().encryptionKey() : encryptionKey;
        LeafNodeSource kept =
                source instanceof LeafNodeSource.Commit ? path.leafNode().source() : source;
        LeafNode leaf = path.leafNode().resigned(CRYPTO, eve.signatureSeed(), key, kept, alice.groupId(), 4);
        return new UpdatePath(leaf, path.nodes());
    }

    private UpdatePath honestPath() throws MlsException {
        return path(new LeafNodeSource.Commit(Bytes.EMPTY), Bytes.EMPTY);
    }

    private Proposal externalInit() throws MlsException {
        KeyPair external = alice.state().secrets.externalKeyPair(CRYPTO);
        return new Proposal.ExternalInit(
                CRYPTO.externalInit(external.publicKey(), random).kemOutput());
    }

    @Test
    @Breaks(Rejection.EXTERNAL_COMMIT_PROPOSALS)
    void anExternalCommitHasExactlyOneExternalInitAndAtMostOneRemoveAndNoOtherButPreSharedKeys() throws MlsException {
        UpdatePath path = honestPath();
        Proposal init = externalInit();
        Proposal add = new Proposal.Add(TestGroups.bundle("frank", random).keyPackage());
        for (List<ProposalOrRef> proposals : List.of(
                byValue(),
                byValue(new Proposal.Remove(3)),
                byValue(init, init),
                byValue(init, new Proposal.Remove(2), new Proposal.Remove(3)),
                byValue(init, add),
                byValue(init, new Proposal.Update(path.leafNode())),
                byValue(init, new Proposal.ReInit(NONCE, 1, 1, List.of())),
                byValue(init, new Proposal.GroupContextExtensions(List.of())))) {
            assertRefused(Rejection.EXTERNAL_COMMIT_PROPOSALS, proposals, path);
        }
        Proposal psk = new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("id"), NONCE));
        assertRefused(Rejection.DUPLICATE_PSK, byValue(init, psk, psk), path);
        assertRefused(Rejection.REMOVED_LEAF_BLANK, byValue(init, new Proposal.Remove(9)), path);
    }

    @Test
    @Breaks(Rejection.REFERENCE_IN_EXTERNAL_COMMIT)
    void theCommitMustNotIncludeAnyProposalsByReference() throws MlsException {
        Processed.StoredProposal stored =
                (Processed.StoredProposal) bob.process(bySender(0, new Proposal.Remove(2)), NOW);
        assertRefused(
                Rejection.REFERENCE_IN_EXTERNAL_COMMIT,
                List.of(new ProposalOrRef.ByValue(externalInit()), new ProposalOrRef.ByReference(stored.reference())),
                honestPath());
    }

    @Test
    void externalCommitsMustContainAPath() throws MlsException {
        assertRefused(Rejection.PATH_MISSING, byValue(externalInit()), null);
    }

    @Test
    void anExternalCommitIsSignedUnderTheKeyOfTheLeafInItsPath() throws MlsException {
        PendingCommit commit = externalCommit(List.of());
        Bytes message = commit.commitBytes();
        // The confirmation tag and its length are the last 33 bytes, the signature is before them.
        Bytes changed = flipped(message, 8 * (message.length() - 40));
        assertRejected(Rejection.BAD_CONTENT_SIGNATURE, () -> bob.process(changed, NOW));
        Bytes tag = flipped(message, 8 * (message.length() - 1));
        assertRejected(Rejection.BAD_CONFIRMATION_TAG, () -> bob.process(tag, NOW));
        assertThat(bob.process(message, NOW)).isInstanceOf(Processed.NewEpoch.class);
    }

    @Test
    void theLeafOfAJoinerIsCheckedLikeAnyOther() throws MlsException {
        List<ProposalOrRef> init = byValue(externalInit());
        assertRefused(
                Rejection.WRONG_LEAF_NODE_SOURCE,
                init,
                path(new LeafNodeSource.KeyPackage(Lifetime.around(NOW, 3600)), Bytes.EMPTY));
        Bytes taken = bob.members().get(2).leaf().encryptionKey();
        assertRefused(Rejection.PATH_KEY_NOT_FRESH, init, path(new LeafNodeSource.Commit(Bytes.EMPTY), taken));
        Bytes removed = bob.members().get(3).leaf().encryptionKey();
        assertRefused(
                Rejection.ENCRYPTION_KEY_NOT_FRESH,
                byValue(externalInit(), new Proposal.Remove(3)),
                path(new LeafNodeSource.Commit(Bytes.EMPTY), removed));
        UpdatePath path = honestPath();
        UpdatePath broken = new UpdatePath(
                path.leafNode().withSignature(flipped(path.leafNode().signature(), 3)), path.nodes());
        assertRefused(Rejection.BAD_LEAF_SIGNATURE, init, broken);
    }

    @Test
    @Breaks(Rejection.BAD_EXTERNAL_INIT)
    void aKemOutputThatTheKemRefusesIsRefused() throws MlsException {
        assertRefused(
                Rejection.BAD_EXTERNAL_INIT, byValue(new Proposal.ExternalInit(Bytes.of(new byte[31]))), honestPath());
        assertRefused(Rejection.BAD_EXTERNAL_INIT, byValue(new Proposal.ExternalInit(NONCE)), honestPath());
    }

    @Test
    @Breaks(Rejection.EXTERNAL_COMMIT)
    void aGroupThatTakesNoExternalCommitsRefusesThem() throws MlsException {
        GroupRules rules = TestGroups.rules(PreSharedKeys.NONE, Set.of(Permission.PUBLIC_MESSAGES));
        List<MlsGroup> pair = TestGroups.groupOf(2, 0, rules, List.of(), random);
        PendingCommit commit = MlsGroup.joinExternally(
                PRIMITIVES,
                pair.get(0).groupInfo(true),
                null,
                eve,
                Credential.basic(Bytes.utf8("eve")),
                rules,
                List.of(),
                random,
                NOW);
        assertRejected(Rejection.EXTERNAL_COMMIT, () -> pair.get(1).process(commit.commitBytes(), NOW));
    }

    @Test
    @Breaks(Rejection.EXTERNAL_PUB_MISSING)
    void aGroupInfoWithoutExternalPubCannotBeJoined() {
        GroupInfo without = alice.state().groupInfo(true, false);
        assertRejected(
                Rejection.EXTERNAL_PUB_MISSING,
                () -> MlsGroup.joinExternally(
                        PRIMITIVES,
                        without,
                        null,
                        eve,
                        Credential.basic(Bytes.utf8("eve")),
                        TestGroups.OPEN_RULES,
                        List.of(),
                        random,
                        NOW));
    }
}
