package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.PRIMITIVES;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** What members can do beside committing by value: propose, refer, leave the path out, share secrets (RFC 9420 section 12). */
class HandshakeTest {
    private static final Bytes NONCE = Bytes.of(new byte[32]);

    private final RandomBytes random = TestGroups.seeded(new Random(12));
    private final List<MlsGroup> members = TestGroups.groupOf(4, 1, TestGroups.OPEN_RULES, List.of(), random);

    HandshakeTest() throws MlsException {}

    private void assertAgreement() throws MlsException {
        Bytes message = members.get(0).protect(Bytes.utf8("hello"), Bytes.EMPTY, random);
        for (MlsGroup member : members) {
            assertThat(member.epochAuthenticator()).isEqualTo(members.get(0).epochAuthenticator());
            assertThat(member.treeHash()).isEqualTo(members.get(0).treeHash());
            if (member != members.get(0)) {
                assertThat(member.process(message, NOW)).isInstanceOf(Processed.ApplicationData.class);
            }
        }
    }

    private void tellTheOthers(int sender, SentProposal sent) throws MlsException {
        for (int i = 0; i < members.size(); i++) {
            if (i != sender) {
                Processed.StoredProposal stored =
                        (Processed.StoredProposal) members.get(i).process(sent.bytes(), NOW);
                assertThat(stored.reference()).isEqualTo(sent.reference());
                assertThat(stored.sender())
                        .isEqualTo(new Sender.Member(members.get(sender).ownLeaf()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(HandshakeFormat.class)
    void proposalsOfSeveralMembersAreCommittedByReferenceByAnother(HandshakeFormat format) throws MlsException {
        KeyPackageBundle eve = TestGroups.bundle("eve", random);
        Bytes about = Bytes.utf8("why");
        tellTheOthers(1, members.get(1).propose(new Proposal.Add(eve.keyPackage()), format, about, random, NOW));
        tellTheOthers(2, members.get(2).proposeUpdate(format, random, NOW));
        tellTheOthers(0, members.get(0).propose(new Proposal.Remove(3), format, Bytes.EMPTY, random, NOW));
        MlsGroup committer = members.get(0);
        CommitPlan plan = CommitPlan.of(List.of())
                .withReferences(committer.committable(NOW))
                .withFormat(format)
                .withAuthenticatedData(about);
        assertThat(plan.references()).hasSize(3);
        members.remove(3);
        PendingCommit commit = committer.commit(plan, random, NOW);
        TestGroups.follow(members, 0, commit);
        members.add(MlsGroup.join(PRIMITIVES, TestGroups.welcomeOf(commit), eve, TestGroups.OPEN_RULES, null, NOW));
        assertAgreement();
    }

    @Test
    void whoProposedAnUpdateHoldsItsNewKeyOnceAnotherCommittedIt() throws MlsException {
        Bytes before = members.get(1).members().get(1).leaf().encryptionKey();
        tellTheOthers(1, members.get(1).proposeUpdate(HandshakeFormat.PRIVATE_MESSAGE, random, NOW));
        MlsGroup committer = members.get(2);
        PendingCommit commit =
                committer.commit(CommitPlan.of(List.of()).withReferences(committer.committable(NOW)), random, NOW);
        TestGroups.follow(members, 2, commit);
        assertThat(members.get(1).members().get(1).leaf().encryptionKey()).isNotEqualTo(before);
        assertAgreement();
        TestGroups.follow(members, 0, members.get(0).commit(List.of(), random, NOW));
        assertAgreement();
    }

    @Test
    void anUpdateThatNobodyCommittedIsForgottenWithItsEpoch() throws MlsException {
        tellTheOthers(1, members.get(1).proposeUpdate(HandshakeFormat.PRIVATE_MESSAGE, random, NOW));
        assertThat(members.get(1).mustCommitFirst()).isTrue();
        assertThat(members.get(1).committable(NOW)).isEmpty();
        TestGroups.follow(members, 1, members.get(1).commit(List.of(), random, NOW));
        assertThat(members.get(1).mustCommitFirst()).isFalse();
        assertAgreement();
    }

    @Test
    void whatIsNotValidByItselfIsNotProposed() {
        TestGroups.assertRejected(
                Rejection.REMOVED_LEAF_BLANK,
                () -> members.get(0)
                        .propose(new Proposal.Remove(4), HandshakeFormat.PRIVATE_MESSAGE, Bytes.EMPTY, random, NOW));
        assertThat(members.get(0).mustCommitFirst()).isFalse();
    }

    @Test
    void whatTheApplicationWouldRefuseTogetherIsNotOfferedForACommitTogether() throws MlsException {
        CommitPolicy oneRemovalAtATime = attempt -> {
            long removals = attempt.proposals().stream()
                    .filter(Proposal.Remove.class::isInstance)
                    .count();
            if (removals > 1) {
                throw new MlsException(Rejection.COMMITTER_NOT_PRINCIPAL, "one at a time");
            }
        };
        GroupRules rules = new GroupRules(
                TestGroups.EVERYBODY,
                PreSharedKeys.NONE,
                2,
                7 * 86400L,
                Limits.MESSAGE_BYTES,
                oneRemovalAtATime,
                EnumSet.allOf(GroupRules.Permission.class));
        MlsGroup member = TestGroups.groupOf(4, 0, rules, List.of(), random).get(0);
        HandshakeFormat format = HandshakeFormat.PRIVATE_MESSAGE;
        SentProposal first = member.propose(new Proposal.Remove(1), format, Bytes.EMPTY, random, NOW);
        SentProposal second = member.propose(new Proposal.Remove(2), format, Bytes.EMPTY, random, NOW);
        List<Bytes> offered = member.committable(NOW);
        assertThat(offered).hasSize(1).isSubsetOf(first.reference(), second.reference());
        assertThat(member.commit(CommitPlan.of(List.of()).withReferences(offered), random, NOW)
                        .next()
                        .members())
                .hasSize(3);
    }

    @Test
    void ofConflictingProposalsTheCommitterPrefersRemovesAndThenTheLatest() throws MlsException {
        SentProposal update = members.get(3).proposeUpdate(HandshakeFormat.PRIVATE_MESSAGE, random, NOW);
        tellTheOthers(3, update);
        SentProposal later = members.get(3).proposeUpdate(HandshakeFormat.PRIVATE_MESSAGE, random, NOW);
        tellTheOthers(3, later);
        assertThat(members.get(0).committable(NOW)).containsExactly(later.reference());
        SentProposal removal = members.get(2)
                .propose(new Proposal.Remove(3), HandshakeFormat.PRIVATE_MESSAGE, Bytes.EMPTY, random, NOW);
        tellTheOthers(2, removal);
        assertThat(members.get(0).committable(NOW)).containsExactly(removal.reference());
        assertThat(members.get(3).committable(NOW)).isEmpty();
    }

    @Test
    void anAddAloneNeedsNoPathAndItsWelcomeHasNoPathSecret() throws MlsException {
        KeyPackageBundle eve = TestGroups.bundle("eve", random);
        CommitPlan plan = CommitPlan.of(List.of(new Proposal.Add(eve.keyPackage())))
                .withPathOnlyWhereNeeded()
                .withTreeBesideWelcome();
        PendingCommit commit = members.get(1).commit(plan, random, NOW);
        TestGroups.follow(members, 1, commit);
        TestGroups.assertRejected(
                Rejection.TREE_MISSING,
                () -> MlsGroup.join(PRIMITIVES, TestGroups.welcomeOf(commit), eve, TestGroups.OPEN_RULES, null, NOW));
        MlsGroup joined = MlsGroup.join(
                PRIMITIVES,
                TestGroups.welcomeOf(commit),
                eve,
                TestGroups.OPEN_RULES,
                members.get(0).ratchetTree(),
                NOW);
        assertThat(members.get(0).state().tree.parentNode(TreeMath.root(8))).isNull();
        members.add(joined);
        assertAgreement();
        // The newcomer lacks the keys above it until somebody commits with a path; it can do that itself.
        TestGroups.follow(members, 4, joined.commit(List.of(), random, NOW));
        TestGroups.follow(members, 0, members.get(0).commit(List.of(), random, NOW));
        assertAgreement();
    }

    /** Each leaf with a credential of the size of a call's, under the suite of calls, everybody let in by one Commit. */
    @Test
    void theLargestGroupThatTheTreeHoldsFitsTheLimitOfAMessage() throws MlsException {
        CipherSuite suite = CipherSuite.MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519;
        Credential credential = Credential.basic(Bytes.of(new byte[6_100]));
        MlsGroup alone = MlsGroup.create(
                PRIMITIVES,
                Bytes.utf8("summit"),
                LeafKeys.generate(PRIMITIVES, suite, random),
                credential,
                Lifetime.around(NOW, 3600),
                TestGroups.EVERYBODY,
                random);
        List<Proposal> adds = new ArrayList<>();
        KeyPackageBundle last = null;
        for (int i = 1; i < Limits.MAX_LEAVES; i++) {
            LeafKeys keys = LeafKeys.generate(PRIMITIVES, suite, random);
            last = KeyPackageBundle.create(PRIMITIVES, keys, credential, Lifetime.around(NOW, 3600), random);
            adds.add(new Proposal.Add(last.keyPackage()));
        }
        assertThat(last).isNotNull();
        // With the tree inside, every newcomer's secrets are sealed over all of it: seconds instead of one.
        PendingCommit commit = alone.commit(CommitPlan.of(adds).withTreeBesideWelcome(), random, NOW);
        Bytes welcome = TestGroups.welcomeOf(commit).encode();
        Bytes tree = commit.next().ratchetTree();
        assertThat(welcome.length() + tree.length()).isBetween(Limits.MESSAGE_BYTES / 4, Limits.MESSAGE_BYTES);
        assertThat(commit.commitBytes().length()).isBetween(Limits.MESSAGE_BYTES / 4, Limits.MESSAGE_BYTES);
        GroupRules rules = GroupRules.closed(TestGroups.EVERYBODY);
        MlsGroup joined = MlsGroup.join(PRIMITIVES, (Welcome) MlsMessage.decode(welcome), last, rules, tree, NOW);
        assertThat(joined.members()).hasSize(Limits.MAX_LEAVES);
        Bytes renewal = joined.commit(List.of(), random, NOW).commitBytes();
        assertThat(commit.next().process(renewal, NOW)).isInstanceOf(Processed.NewEpoch.class);
    }

    @Test
    void aPathIsMadeWhereTheProposalsNeedOneWhateverThePlanSays() throws MlsException {
        CommitPlan plan = CommitPlan.of(List.of(new Proposal.GroupContextExtensions(List.of())))
                .withPathOnlyWhereNeeded();
        PendingCommit commit = members.get(0).commit(plan, random, NOW);
        TestGroups.follow(members, 0, commit);
        assertAgreement();
    }

    @Test
    void aReferenceToNoProposalOfThisEpochIsAFaultOfTheCaller() {
        CommitPlan plan = CommitPlan.of(List.of()).withReferences(List.of(NONCE));
        assertThatThrownBy(() -> members.get(0).commit(plan, random, NOW)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aResumptionPskOfThisGroupIsKeptForAsManyEpochsAsTheRulesSay() throws MlsException {
        long first = members.get(0).epoch();
        for (int i = 0; i < 2; i++) {
            TestGroups.follow(members, i, members.get(i).commit(List.of(), random, NOW));
        }
        for (long epoch : List.of(first + 2, first + 1, first)) {
            Proposal psk = new Proposal.PreSharedKey(new PreSharedKeyId.Resumption(
                    PreSharedKeyId.USAGE_APPLICATION, members.get(0).groupId(), epoch, NONCE));
            members.get(3).commit(List.of(psk), random, NOW).discard();
        }
        Proposal forgotten = new Proposal.PreSharedKey(new PreSharedKeyId.Resumption(
                PreSharedKeyId.USAGE_APPLICATION, members.get(0).groupId(), first - 1, NONCE));
        TestGroups.assertRejected(Rejection.UNKNOWN_PSK, () -> members.get(3).commit(List.of(forgotten), random, NOW));
        Proposal psk = new Proposal.PreSharedKey(new PreSharedKeyId.Resumption(
                PreSharedKeyId.USAGE_APPLICATION, members.get(0).groupId(), first, NONCE));
        CommitPlan plan = CommitPlan.of(List.of(psk)).withPathOnlyWhereNeeded();
        TestGroups.follow(members, 3, members.get(3).commit(plan, random, NOW));
        assertAgreement();
    }

    @Test
    void aResumptionPskOfOneGroupOpensTheWelcomeOfAnother() throws MlsException {
        Secret psk = members.get(0).resumptionPsk();
        PreSharedKeyId id = new PreSharedKeyId.Resumption(
                PreSharedKeyId.USAGE_APPLICATION,
                members.get(0).groupId(),
                members.get(0).epoch(),
                NONCE);
        GroupRules rules =
                TestGroups.rules(any -> any.equals(id) ? psk : null, EnumSet.noneOf(GroupRules.Permission.class));
        List<MlsGroup> pair = TestGroups.groupOf(2, 0, rules, List.of(), random);
        KeyPackageBundle eve = TestGroups.bundle("eve", random);
        PendingCommit commit = pair.get(0)
                .commit(List.of(new Proposal.PreSharedKey(id), new Proposal.Add(eve.keyPackage())), random, NOW);
        TestGroups.follow(pair, 0, commit);
        assertThat(MlsGroup.join(PRIMITIVES, TestGroups.welcomeOf(commit), eve, rules, null, NOW)
                        .epochAuthenticator())
                .isEqualTo(pair.get(1).epochAuthenticator());
    }
}
