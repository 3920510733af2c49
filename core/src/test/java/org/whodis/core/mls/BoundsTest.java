package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.assertRejected;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** The last value that is taken and the first that is not. */
class BoundsTest {
    private final RandomBytes random = TestGroups.seeded(new Random(31));

    @Test
    @DisplayName(
            "Clients MUST [...] verify that the current time is between not_before and not_after (RFC 9420 section 7.2),"
                    + " which both belong to it")
    void aLifetimeBeginsAndEndsWithItsSeconds() {
        Lifetime lifetime = new Lifetime(100, 200);
        assertThat(List.of(lifetime.covers(99), lifetime.covers(100), lifetime.covers(200), lifetime.covers(201)))
                .containsExactly(false, true, true, false);
        Lifetime beyondSigned = new Lifetime(Long.MAX_VALUE, Long.MIN_VALUE + 1);
        assertThat(List.of(
                        beyondSigned.covers(Long.MAX_VALUE - 1),
                        beyondSigned.covers(Long.MIN_VALUE),
                        beyondSigned.covers(Long.MIN_VALUE + 2)))
                .containsExactly(false, true, false);
    }

    @Test
    @DisplayName(
            "Applications MUST define a maximum total lifetime that is acceptable for a LeafNode (RFC 9420 section 7.2)")
    void aLifetimeMayBeAsLongAsTheLongest() {
        Lifetime lifetime = new Lifetime(100, 200);
        assertThat(List.of(lifetime.spansAtMost(99), lifetime.spansAtMost(100))).containsExactly(false, true);
        assertThat(new Lifetime(100, 100).spansAtMost(0)).isTrue();
        assertThat(new Lifetime(101, 100).spansAtMost(-1))
                .as("ends before it begins")
                .isFalse();
    }

    @Test
    void unmergedLeavesAreInIncreasingOrderAndLeavesOfATree() throws DecodeException {
        assertThat(parentWith(0, 1, Limits.MAX_LEAVES - 1).unmergedLeaves()).hasSize(3);
        for (long[] leaves : new long[][] {{1, 1}, {2, 1}, {Limits.MAX_LEAVES}, {0xFFFFFFFFL}}) {
            assertThatThrownBy(() -> parentWith(leaves)).isInstanceOf(DecodeException.class);
        }
    }

    private static ParentNode parentWith(long... leaves) throws DecodeException {
        WireWriter list = new WireWriter();
        for (long leaf : leaves) {
            list.uint32(leaf);
        }
        Bytes node = new WireWriter()
                .vector(Bytes.of(new byte[32]))
                .vector(Bytes.EMPTY)
                .vector(list.toBytes())
                .toBytes();
        return WireReader.decode(node, ParentNode::read);
    }

    @Test
    void asManyProposalsAreStoredAsMayBeAndNoMore() throws MlsException {
        StoredProposals byNumber = new StoredProposals();
        Proposal small = new Proposal.Remove(1);
        for (int i = 0; i < Limits.STORED_PROPOSALS; i++) {
            byNumber.put(reference(i), ProposalList.Sent.byMember(0, small));
        }
        assertRejected(
                Rejection.TOO_MANY_PROPOSALS, () -> byNumber.put(reference(-1), ProposalList.Sent.byMember(0, small)));
        byNumber.put(reference(0), ProposalList.Sent.byMember(0, small));
        int besideContent = ofContent(100_000).length() - 100_000;
        int most = Limits.STORED_PROPOSAL_BYTES - besideContent;
        new StoredProposals().put(reference(0), ProposalList.Sent.byMember(0, ofContent(most)));
        assertRejected(
                Rejection.TOO_MANY_PROPOSALS,
                () -> new StoredProposals().put(reference(0), ProposalList.Sent.byMember(0, ofContent(most + 1))));
        StoredProposals both = new StoredProposals();
        both.put(reference(0), ProposalList.Sent.byMember(0, small));
        assertRejected(
                Rejection.TOO_MANY_PROPOSALS,
                () -> both.put(reference(1), ProposalList.Sent.byMember(0, ofContent(most))));
    }

    private static Bytes reference(int number) {
        return new WireWriter().uint32(number & 0xFFFFFFFFL).toBytes();
    }

    private static Proposal ofContent(int content) {
        return new Proposal.GroupContextExtensions(List.of(new Extension(0xF000, Bytes.of(new byte[content]))));
    }

    @Test
    void aCommitIsSentThatIsAsLongAsAMessageMayBe() throws MlsException {
        MlsGroup any = TestGroups.groupOf(1, 0, sending(Limits.MESSAGE_BYTES), List.of(), random)
                .getFirst();
        int length = any.commit(List.of(), random, NOW).commitBytes().length();
        MlsGroup just =
                TestGroups.groupOf(1, 0, sending(length), List.of(), random).getFirst();
        assertThat(just.commit(List.of(), random, NOW).commitBytes().length()).isEqualTo(length);
        // To be the first member is a Commit too, of the same length.
        assertRejected(
                Rejection.MESSAGE_TOO_LARGE, () -> TestGroups.groupOf(1, 0, sending(length - 1), List.of(), random));
    }

    private static GroupRules sending(int bytes) {
        return new GroupRules(
                TestGroups.EVERYBODY,
                PreSharedKeys.NONE,
                2,
                7 * 86400L,
                bytes,
                CommitPolicy.ANY,
                EnumSet.noneOf(GroupRules.Permission.class));
    }

    @Test
    void theTypesThatEveryClientKnowsAreTheFirstSeven() {
        assertThat(List.of(0, 1, 7, 8).stream().map(Codepoints::isDefaultProposal))
                .containsExactly(false, true, true, false);
    }
}
