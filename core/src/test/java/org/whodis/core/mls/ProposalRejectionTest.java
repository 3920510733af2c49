package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.assertRejected;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.TestGroups.KeyPackageForge;
import org.whodis.core.wire.Bytes;

/** Lists of proposals that are not valid (RFC 9420 section 12.2), committed by another member and by ourselves. */
class ProposalRejectionTest {
    private static final Bytes NONCE = Bytes.of(new byte[32]);

    private final RandomBytes random = TestGroups.seeded(new Random(13));
    private final List<MlsGroup> members = TestGroups.groupOf(3, 0, TestGroups.OPEN_RULES, List.of(), random);
    private final MlsGroup alice = members.get(0);
    private final MlsGroup bob = members.get(1);

    ProposalRejectionTest() throws MlsException {}

    /** Alice is leaf 0; a proposal that names the committer is wrong for her and, with bob's leaf, for bob. */
    private void assertInvalid(Rejection expected, Proposal... proposals) {
        List<Proposal> list = List.of(proposals);
        assertRejected(expected, () -> bob.process(TestGroups.insiderCommit(alice, list, null), NOW));
        assertRejected(expected, () -> alice.commit(list, random, NOW));
    }

    private Proposal.Update updateOf(MlsGroup member) {
        LeafNode before = member.state().tree.member(member.ownLeaf());
        return new Proposal.Update(before.resigned(
                CRYPTO,
                member.signatureSeed(),
                CRYPTO.generateKeyPair(random).publicKey(),
                new LeafNodeSource.Update(),
                member.groupId(),
                member.ownLeaf()));
    }

    @Test
    @Breaks(Rejection.UPDATE_BY_COMMITTER)
    void anUpdateProposalGeneratedByTheCommitterIsInvalid() {
        assertInvalid(Rejection.UPDATE_BY_COMMITTER, updateOf(alice));
    }

    @Test
    @Breaks(Rejection.COMMITTER_REMOVED)
    void aRemoveProposalThatRemovesTheCommitterIsInvalid() {
        assertInvalid(Rejection.COMMITTER_REMOVED, new Proposal.Remove(0));
    }

    @Test
    @Breaks(Rejection.DUPLICATE_LEAF_PROPOSAL)
    void multipleUpdatesOrRemovesThatApplyToTheSameLeafAreInvalid() throws MlsException {
        assertInvalid(Rejection.DUPLICATE_LEAF_PROPOSAL, new Proposal.Remove(2), new Proposal.Remove(2));
        Bytes update = TestGroups.insiderProposes(members.get(2), updateOf(members.get(2)));
        Processed.StoredProposal stored = (Processed.StoredProposal) bob.process(update, NOW);
        Commit both = new Commit(
                List.of(
                        new ProposalOrRef.ByReference(stored.reference()),
                        new ProposalOrRef.ByValue(new Proposal.Remove(2))),
                null);
        assertRejected(
                Rejection.DUPLICATE_LEAF_PROPOSAL, () -> bob.process(TestGroups.insiderCommit(alice, both), NOW));
    }

    @Test
    @Breaks(Rejection.REMOVED_LEAF_BLANK)
    void aRemoveOfNobodyIsInvalid() {
        assertInvalid(Rejection.REMOVED_LEAF_BLANK, new Proposal.Remove(3));
        assertInvalid(Rejection.REMOVED_LEAF_BLANK, new Proposal.Remove(4));
        assertInvalid(Rejection.REMOVED_LEAF_BLANK, new Proposal.Remove(0xffff_ffffL));
    }

    @Test
    @Breaks(Rejection.DUPLICATE_PSK)
    void multiplePreSharedKeyProposalsWithTheSameIdentifierAreInvalid() {
        Proposal psk = new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("id"), NONCE));
        assertInvalid(Rejection.DUPLICATE_PSK, psk, psk);
    }

    @Test
    @Breaks(Rejection.INVALID_PSK)
    void aPskNonceOfAnotherLengthAndAReservedUsageAreInvalid() {
        Bytes shorter = NONCE.slice(0, 31);
        assertInvalid(
                Rejection.INVALID_PSK,
                new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("id"), shorter)));
        for (int usage : List.of(PreSharedKeyId.USAGE_REINIT, PreSharedKeyId.USAGE_BRANCH)) {
            assertInvalid(
                    Rejection.INVALID_PSK,
                    new Proposal.PreSharedKey(new PreSharedKeyId.Resumption(usage, Bytes.utf8("group"), 1, NONCE)));
        }
    }

    @Test
    @Breaks(Rejection.UNKNOWN_PSK)
    void aPreSharedKeyThatWeDoNotHaveIsRefused() {
        assertInvalid(
                Rejection.UNKNOWN_PSK, new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("id"), NONCE)));
        assertInvalid(
                Rejection.UNKNOWN_PSK,
                new Proposal.PreSharedKey(new PreSharedKeyId.Resumption(
                        PreSharedKeyId.USAGE_APPLICATION, Bytes.utf8("another"), 0, NONCE)));
    }

    @Test
    void aKnownPreSharedKeyIsInjectedForMembersAndNewcomers() throws MlsException {
        // Two of them: with one, any order is right.
        PreSharedKeyId.External one = new PreSharedKeyId.External(Bytes.utf8("one"), NONCE);
        PreSharedKeyId.External other = new PreSharedKeyId.External(Bytes.utf8("another"), NONCE);
        GroupRules rules = TestGroups.rules(
                id -> id.equals(one) || id.equals(other)
                        ? Secret.copyOf(Bytes.utf8(id.equals(one) ? "a secret that both know" : "one more"))
                        : null,
                Set.of());
        List<MlsGroup> pair = TestGroups.groupOf(2, 0, rules, List.of(), random);
        KeyPackageBundle carol = TestGroups.bundle("carol", random);
        PendingCommit commit = pair.get(0)
                .commit(
                        List.of(
                                new Proposal.PreSharedKey(one),
                                new Proposal.Add(carol.keyPackage()),
                                new Proposal.PreSharedKey(other)),
                        random,
                        NOW);
        MlsGroup third = MlsGroup.join(TestGroups.PRIMITIVES, TestGroups.welcomeOf(commit), carol, rules, null, NOW);
        TestGroups.follow(pair, 0, commit);
        assertThat(third.epochAuthenticator()).isEqualTo(pair.get(1).epochAuthenticator());
        assertRejected(
                Rejection.UNKNOWN_PSK,
                () -> MlsGroup.join(
                        TestGroups.PRIMITIVES, TestGroups.welcomeOf(commit), carol, TestGroups.EVERYBODY, NOW));
    }

    @Test
    @Breaks(Rejection.DUPLICATE_GROUP_CONTEXT_EXTENSIONS)
    void multipleGroupContextExtensionsProposalsAreInvalid() {
        Proposal none = new Proposal.GroupContextExtensions(List.of());
        assertInvalid(Rejection.DUPLICATE_GROUP_CONTEXT_EXTENSIONS, none, none);
    }

    @Test
    @Breaks(Rejection.EXTERNAL_INIT_IN_MEMBER_COMMIT)
    void anExternalInitProposalIsInvalidInAMembersCommit() {
        assertInvalid(Rejection.EXTERNAL_INIT_IN_MEMBER_COMMIT, new Proposal.ExternalInit(NONCE));
    }

    @Test
    @Breaks(Rejection.REINIT_UNSUPPORTED)
    void reinitialisationIsRefusedAndNotIgnored() {
        assertInvalid(Rejection.REINIT_UNSUPPORTED, new Proposal.ReInit(Bytes.utf8("new"), 1, 1, List.of()));
    }

    @Test
    @Breaks(Rejection.UNKNOWN_PROPOSAL)
    void aReferenceToAProposalThatWeHaveNotSeenIsRefused() {
        Commit commit = new Commit(List.of(new ProposalOrRef.ByReference(NONCE)), null);
        assertRejected(Rejection.UNKNOWN_PROPOSAL, () -> bob.process(TestGroups.insiderCommit(alice, commit), NOW));
    }

    @Test
    @Breaks(Rejection.TOO_MANY_MEMBERS)
    void aTreeGrowsOnlyToItsLimit() throws MlsException {
        LeafNode leaf = new KeyPackageForge(random).build().leafNode();
        RatchetTree tree = RatchetTree.ofCreator(CRYPTO, leaf);
        for (int i = 1; i < Limits.MAX_LEAVES; i++) {
            assertThat(tree.add(leaf)).isEqualTo(i);
        }
        assertRejected(Rejection.TOO_MANY_MEMBERS, () -> tree.add(leaf));
    }

    @Test
    @Breaks(Rejection.TOO_MANY_PROPOSALS)
    void onlySoManyProposalsAreStored() throws MlsException {
        for (int i = 0; i < Limits.STORED_PROPOSALS; i++) {
            bob.process(TestGroups.insiderProposes(alice, psk(i)), NOW);
        }
        Bytes oneMore = TestGroups.insiderProposes(alice, new Proposal.Remove(2));
        assertRejected(Rejection.TOO_MANY_PROPOSALS, () -> bob.process(oneMore, NOW));
    }

    private static Proposal psk(int number) {
        return new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("id " + number), NONCE));
    }

    @Test
    void aProposalThatIsNotValidByItselfIsNotStored() {
        for (Proposal invalid : List.of(
                new Proposal.Remove(3),
                new Proposal.ExternalInit(NONCE),
                new Proposal.ReInit(Bytes.utf8("new"), 1, 1, List.of()),
                updateOf(bob))) {
            Bytes message = TestGroups.insiderProposes(alice, invalid);
            assertThatThrownBy(() -> bob.process(message, NOW)).isInstanceOf(MlsException.class);
        }
        assertThat(bob.mustCommitFirst()).isFalse();
    }

    @Test
    void aMemberThatHasObservedAProposalMustCommitBeforeItSendsApplicationData() throws MlsException {
        bob.process(TestGroups.insiderProposes(alice, new Proposal.Remove(2)), NOW);
        assertThatThrownBy(() -> bob.protect(Bytes.EMPTY, Bytes.EMPTY, random))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName(
            "If the list of proposals is invalid, then the Commit message MUST be rejected as invalid (12.2); a sender and a"
                    + " receiver of a Commit MUST verify that the committed list of proposals is valid (12.4)")
    void anInvalidListIsRefusedByItsSenderAndByEveryReceiverAndChangesNothing() throws MlsException {
        Proposal psk = new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("id"), NONCE));
        Proposal none = new Proposal.GroupContextExtensions(List.of());
        KeyPackageForge one = new KeyPackageForge(random);
        KeyPackageForge sameInitKey = new KeyPackageForge(random);
        sameInitKey.initKey = one.initKey;
        KeyPackageForge sameEncryptionKey = new KeyPackageForge(random);
        sameEncryptionKey.encryption = one.encryption;
        KeyPackageForge sameSignatureKey = new KeyPackageForge(random);
        sameSignatureKey.seed = one.seed;
        List<List<Proposal>> invalid = List.of(
                List.of(updateOf(alice)),
                List.of(new Proposal.Remove(0)),
                List.of(new Proposal.Remove(2), new Proposal.Remove(2)),
                List.of(new Proposal.Remove(7)),
                List.of(one.toAdd(), sameInitKey.toAdd()),
                List.of(one.toAdd(), sameEncryptionKey.toAdd()),
                List.of(one.toAdd(), sameSignatureKey.toAdd()),
                List.of(psk, psk),
                List.of(none, none),
                List.of(new Proposal.ExternalInit(NONCE)),
                List.of(new Proposal.ReInit(Bytes.utf8("new"), 1, 1, List.of())));
        for (List<Proposal> list : invalid) {
            assertThatThrownBy(() -> alice.commit(list, random, NOW))
                    .as("sending %s", list)
                    .isInstanceOf(MlsException.class);
            // By value, and each member by itself.
            Bytes commit = TestGroups.insiderCommit(alice, list, null);
            for (MlsGroup receiver : List.of(bob, members.get(2))) {
                assertThatThrownBy(() -> receiver.process(commit, NOW))
                        .as("receiving %s", list)
                        .isInstanceOf(MlsException.class)
                        .extracting(refused -> ((MlsException) refused).rejection())
                        .isNotIn(Rejection.PATH_MISSING, Rejection.BAD_CONFIRMATION_TAG, Rejection.UNDECRYPTABLE);
            }
        }
        PendingCommit good = alice.commit(List.of(one.toAdd()), random, NOW);
        TestGroups.follow(members, 0, good);
        assertThat(members.get(1).epochAuthenticator()).isEqualTo(members.get(0).epochAuthenticator());
    }

    @Test
    void whatCannotBeCommittedTogetherIsNotListedTogether() throws MlsException {
        KeyPackageForge one = new KeyPackageForge(random);
        KeyPackageForge sameInitKey = new KeyPackageForge(random);
        sameInitKey.initKey = one.initKey;
        KeyPackageForge sameEncryptionKey = new KeyPackageForge(random);
        sameEncryptionKey.encryption = one.encryption;
        KeyPackageForge sameSignatureKey = new KeyPackageForge(random);
        sameSignatureKey.seed = one.seed;
        KeyPackageForge presentSignatureKey = new KeyPackageForge(random);
        presentSignatureKey.seed = bob.signatureSeed();
        KeyPackageForge presentEncryptionKey = new KeyPackageForge(random);
        presentEncryptionKey.encryption =
                new KeyPair(bob.members().get(1).leaf().encryptionKey(), presentEncryptionKey.encryption.privateKey());
        KeyPackageForge noKey = new KeyPackageForge(random);
        noKey.initKey = Bytes.of(new byte[32]);
        KeyPackageForge soonOver = new KeyPackageForge(random);
        soonOver.source = new LeafNodeSource.KeyPackage(new Lifetime(NOW - 10, NOW + 10));
        Extension nobodys = new RequiredCapabilities(List.of(), List.of(0xF777), List.of()).toExtension();
        List<Proposal> good = List.of(one.toAdd(), updateOf(members.get(2)));
        List<Proposal> bad = List.of(
                presentSignatureKey.toAdd(),
                presentEncryptionKey.toAdd(),
                noKey.toAdd(),
                soonOver.toAdd(),
                new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("unknown"), NONCE)),
                new Proposal.GroupContextExtensions(List.of(nobodys)));
        List<Proposal> twins = List.of(sameInitKey.toAdd(), sameEncryptionKey.toAdd(), sameSignatureKey.toAdd());
        for (Proposal each : bad) {
            store(bob, each);
        }
        // The latest of those that exclude each other counts.
        for (Proposal each : twins) {
            store(bob, each);
        }
        for (Proposal each : good) {
            store(each instanceof Proposal.Update ? members.get(2) : bob, each);
        }
        List<Bytes> listed = alice.committable(NOW + 60);
        assertThat(listed)
                .map(reference -> alice.state().storedProposals.get(reference).proposal())
                .containsExactlyInAnyOrderElementsOf(good);
        PendingCommit commit = alice.commit(CommitPlan.of(List.of()).withReferences(listed), random, NOW + 60);
        Processed.NewEpoch followed = (Processed.NewEpoch) bob.process(commit.commitBytes(), NOW + 60);
        assertThat(followed.group().epochAuthenticator())
                .isEqualTo(commit.next().epochAuthenticator());
    }

    /** A proposal that everybody has, whoever made it. */
    private void store(MlsGroup sender, Proposal proposal) throws MlsException {
        Bytes message = TestGroups.insiderProposes(sender, proposal);
        for (MlsGroup member : members) {
            if (member != sender) {
                member.process(message, NOW);
            } else {
                AuthenticatedContent signed = TestGroups.insiderSigns(
                        member, Codepoints.WIRE_PRIVATE_MESSAGE, new FramedContent.Body.OfProposal(proposal));
                member.state()
                        .storedProposals
                        .put(signed.proposalReference(CRYPTO), ProposalList.Sent.byMember(member.ownLeaf(), proposal));
            }
        }
    }

    @Test
    @Breaks(Rejection.DUPLICATE_INIT_KEY)
    void twoAddsWithOneInitKeyAreInvalid() {
        KeyPackageForge first = new KeyPackageForge(random);
        KeyPackageForge second = new KeyPackageForge(random);
        second.initKey = first.initKey;
        assertInvalid(Rejection.DUPLICATE_INIT_KEY, first.toAdd(), second.toAdd());
    }
}
