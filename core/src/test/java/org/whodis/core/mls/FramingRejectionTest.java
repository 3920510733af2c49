package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.assertRejected;
import static org.whodis.core.mls.TestGroups.flipped;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** Messages that fail one check of their framing (RFC 9420 section 6). */
class FramingRejectionTest {
    private final RandomBytes random = TestGroups.seeded(new Random(11));
    private final List<MlsGroup> members = TestGroups.groupOf(3, 0, TestGroups.OPEN_RULES, List.of(), random);
    private final MlsGroup alice = members.get(0);
    private final MlsGroup bob = members.get(1);

    FramingRejectionTest() throws MlsException {}

    private Bytes hello() {
        return alice.protect(Bytes.utf8("hello"), Bytes.EMPTY, random);
    }

    private static Processed hello(int leaf) {
        return new Processed.ApplicationData(leaf, Bytes.utf8("hello"), Bytes.EMPTY);
    }

    private AuthenticatedContent signedHello(int wireFormat) {
        return TestGroups.insiderSigns(alice, wireFormat, new FramedContent.Body.OfApplication(Bytes.utf8("hello")));
    }

    @Test
    @Breaks(Rejection.MALFORMED)
    void messagesCutAtAnyLengthAreRefused() throws MlsException {
        Bytes message = hello();
        for (int length = 0; length < message.length(); length++) {
            Bytes cut = message.slice(0, length);
            assertRejected(Rejection.MALFORMED, () -> bob.process(cut, NOW));
        }
        assertThat(bob.process(message, NOW)).isEqualTo(hello(0));
    }

    @Test
    @Breaks(Rejection.WRONG_GROUP)
    void messagesOfAnotherGroupAreRefused() throws MlsException {
        PrivateMessage message = (PrivateMessage) MlsMessage.decode(hello());
        PrivateMessage moved = new PrivateMessage(
                Bytes.utf8("another"),
                message.epoch(),
                message.contentType(),
                message.authenticatedData(),
                message.encryptedSenderData(),
                message.ciphertext());
        assertRejected(Rejection.WRONG_GROUP, () -> bob.process(moved, NOW));
    }

    @Test
    @Breaks(Rejection.WRONG_EPOCH)
    void messagesOfAnotherEpochAreRefused() throws MlsException {
        PendingCommit commit = alice.commit(List.of(), random, NOW);
        Bytes early = commit.next().protect(Bytes.utf8("early"), Bytes.EMPTY, random);
        assertRejected(Rejection.WRONG_EPOCH, () -> bob.process(early, NOW));
    }

    @Test
    void aRetiredEpochStillOpensLateMessagesAndRefusesCommits() throws MlsException {
        Bytes late = hello();
        Bytes commit = alice.commit(List.of(), random, NOW).commitBytes();
        bob.retire();
        assertRejected(Rejection.WRONG_EPOCH, () -> bob.process(commit, NOW));
        assertThat(bob.process(late, NOW)).isEqualTo(hello(0));
        bob.erase();
        Bytes later = hello();
        assertRejected(Rejection.WRONG_EPOCH, () -> bob.process(later, NOW));
    }

    @Test
    @Breaks(Rejection.UNKNOWN_SENDER)
    void messagesUnderABlankLeafAreRefused() {
        GroupState state = alice.state();
        PrivateMessage message = PrivateMessage.protect(
                CRYPTO,
                state.secrets.senderData,
                state.secretTree,
                3,
                signedHello(Codepoints.WIRE_PRIVATE_MESSAGE),
                random);
        assertRejected(Rejection.UNKNOWN_SENDER, () -> bob.process(message, NOW));
    }

    @Test
    @Breaks(Rejection.APPLICATION_DATA_IN_PUBLIC_MESSAGE)
    void applicationDataInTheClearIsRefused() {
        AuthenticatedContent signed = signedHello(Codepoints.WIRE_PUBLIC_MESSAGE);
        Bytes tag = CRYPTO.mac(alice.state().secrets.membership, signed.toBeMaced(alice.state().context));
        Bytes message = TestGroups.publicMessage(signed, tag);
        assertRejected(Rejection.APPLICATION_DATA_IN_PUBLIC_MESSAGE, () -> bob.process(message, NOW));
    }

    @Test
    @Breaks(Rejection.UNDECRYPTABLE)
    void aChangedCiphertextIsRefusedAndTheRealOneStillOpens() throws MlsException {
        Bytes message = hello();
        Bytes changed = flipped(message, 8 * (message.length() - 1));
        assertRejected(Rejection.UNDECRYPTABLE, () -> bob.process(changed, NOW));
        assertThat(bob.process(message, NOW)).isEqualTo(hello(0));
    }

    @Test
    @Breaks(Rejection.BAD_MEMBERSHIP_TAG)
    void aPublicMessageWithAWrongMembershipTagIsRefused() {
        AuthenticatedContent signed = TestGroups.insiderSigns(
                alice, Codepoints.WIRE_PUBLIC_MESSAGE, new FramedContent.Body.OfProposal(new Proposal.Remove(2)));
        Bytes tag = CRYPTO.mac(alice.state().secrets.membership, signed.toBeMaced(alice.state().context));
        Bytes message = TestGroups.publicMessage(signed, flipped(tag, 3));
        assertRejected(Rejection.BAD_MEMBERSHIP_TAG, () -> bob.process(message, NOW));
    }

    @Test
    @Breaks(Rejection.BAD_CONTENT_SIGNATURE)
    void aMemberCannotSpeakUnderAnothersLeaf() {
        // Alice knows every key of the epoch, Bob's ratchet included, but not the key that Bob signs with.
        GroupState state = alice.state();
        FramedContent claimed = new FramedContent(
                state.context.groupId(),
                state.context.epoch(),
                new Sender.Member(1),
                Bytes.EMPTY,
                new FramedContent.Body.OfApplication(Bytes.utf8("I am Bob")));
        AuthenticatedContent signed = AuthenticatedContent.sign(
                CRYPTO, state.signatureSeed, Codepoints.WIRE_PRIVATE_MESSAGE, claimed, state.context);
        PrivateMessage message =
                PrivateMessage.protect(CRYPTO, state.secrets.senderData, state.secretTree, 1, signed, random);
        assertRejected(Rejection.BAD_CONTENT_SIGNATURE, () -> members.get(2).process(message, NOW));
    }

    @Test
    @Breaks(Rejection.NONZERO_PADDING)
    void aReceiverMustVerifyThatThereAreNoNonZeroBytesInThePadding() {
        AuthenticatedContent signed = signedHello(Codepoints.WIRE_PRIVATE_MESSAGE);
        WireWriter plaintext = new WireWriter();
        signed.content().body().write(plaintext);
        signed.auth().write(plaintext);
        plaintext.uint8(0).uint8(1).uint8(0);
        GroupState state = alice.state();
        PrivateMessage message = PrivateMessage.seal(
                CRYPTO, state.secrets.senderData, state.secretTree, 0, signed.content(), plaintext.toBytes(), random);
        assertRejected(Rejection.NONZERO_PADDING, () -> bob.process(message, NOW));
    }

    @Test
    @Breaks(Rejection.GENERATION_CONSUMED)
    void aReplayedMessageIsRefused() throws MlsException {
        Bytes message = hello();
        bob.process(message, NOW);
        assertRejected(Rejection.GENERATION_CONSUMED, () -> bob.process(message, NOW));
    }

    @Test
    void messagesOutOfOrderOpenOnceEach() throws MlsException {
        Bytes first = hello();
        Bytes second = hello();
        Bytes third = hello();
        assertThat(bob.process(third, NOW)).isEqualTo(hello(0));
        assertThat(bob.process(first, NOW)).isEqualTo(hello(0));
        assertThat(bob.process(second, NOW)).isEqualTo(hello(0));
        assertRejected(Rejection.GENERATION_CONSUMED, () -> bob.process(first, NOW));
    }

    @Test
    void onlyTheLatestSkippedKeysAreKept() throws MlsException {
        Bytes first = hello();
        Bytes second = hello();
        for (int i = 0; i < Limits.SKIPPED_KEYS - 1; i++) {
            hello();
        }
        assertThat(bob.process(hello(), NOW)).isEqualTo(hello(0));
        assertRejected(Rejection.GENERATION_CONSUMED, () -> bob.process(first, NOW));
        assertThat(bob.process(second, NOW)).isEqualTo(hello(0));
    }

    @Test
    @Breaks(Rejection.GENERATION_TOO_FAR)
    void aMessageThatMovesTheRatchetTooFarIsRefused() throws MlsException {
        Bytes first = hello();
        for (int i = 0; i < Limits.RATCHET_STEPS - 1; i++) {
            alice.state().secretTree.ratchet(0, FramedContent.TYPE_APPLICATION).advance();
        }
        Bytes tooFar = hello();
        assertRejected(Rejection.GENERATION_TOO_FAR, () -> bob.process(tooFar, NOW));
        assertThat(bob.process(first, NOW)).isEqualTo(hello(0));
        assertThat(bob.process(tooFar, NOW)).isEqualTo(hello(0));
    }

    @Test
    void aSpoiltMessageFarAheadCostsItsWayOnceAndThenNextToNothing() throws MlsException {
        AtomicInteger steps = new AtomicInteger();
        MlsCrypto counting = new MlsCrypto(
                TestGroups.observed(
                        TestGroups.PRIMITIVES, (method, given) -> steps.addAndGet(method.equals("hkdfExpand") ? 1 : 0)),
                TestGroups.SUITE);
        Secret first = Secret.owning(new byte[32]);
        SecretTree.Ratchet ratchet = new SecretTree.Ratchet(counting, first.copy());
        SecretTree.Ratchet sender = new SecretTree.Ratchet(CRYPTO, first.copy());
        long far = Limits.RATCHET_STEPS - 1;
        steps.set(0);
        ratchet.find(far).drop();
        assertThat(steps.get()).isEqualTo(Limits.RATCHET_STEPS + 1);
        // Whatever generation is named now.
        for (long generation = 0; generation <= far; generation += 7) {
            steps.set(0);
            ratchet.find(generation).drop();
            assertThat(steps.get()).as("generation %s", generation).isLessThanOrEqualTo(Limits.RATCHET_STRIDE + 1);
        }
        assertThat(ratchet.kept()).hasSize(Limits.RATCHET_STEPS / Limits.RATCHET_STRIDE);
        // The keys are those of the sender all the same, in whatever order they are used, and what was passed is
        // forgotten.
        List<Bytes> sent = new ArrayList<>();
        for (long i = 0; i <= far; i++) {
            SecretTree.MessageKey key = sender.advance();
            sent.add(Bytes.of(key.key().expose()));
        }
        for (long generation : new long[] {0, 1, 40, 3, 95, 96, 97, 128, 500, 499, 436, far}) {
            SecretTree.Ratchet.Found found = ratchet.find(generation);
            assertThat(Bytes.of(found.key().key().expose())).isEqualTo(sent.get((int) generation));
            found.consume();
            assertThat(ratchet.kept()).isSorted().doesNotHaveDuplicates();
            assertThat(ratchet.kept().getFirst())
                    .as("what leads to generation %s", generation)
                    .isGreaterThan(generation == 3 || generation == 499 || generation == 436 ? 0 : generation);
            assertRejected(Rejection.GENERATION_CONSUMED, () -> ratchet.find(generation));
        }
        assertThat(ratchet.kept()).containsExactly(far + 1);
        ratchet.erase();
    }

    @Test
    void whatTheOfficeSpoilsOfMessagesThatItHoldsBackIsRefusedAtTheSamePrice() throws MlsException {
        AtomicInteger steps = new AtomicInteger();
        Primitives counting = TestGroups.observed(
                TestGroups.PRIMITIVES, (method, given) -> steps.addAndGet(method.equals("hkdfExpand") ? 1 : 0));
        KeyPackageBundle dora = TestGroups.bundle("dora", random);
        PendingCommit added = alice.commit(List.of(new Proposal.Add(dora.keyPackage())), random, NOW);
        MlsGroup joined = MlsGroup.join(counting, TestGroups.welcomeOf(added), dora, TestGroups.OPEN_RULES, null, NOW);
        Bytes last = Bytes.EMPTY;
        for (int i = 0; i < 600; i++) {
            last = added.next().protect(Bytes.utf8("hello"), Bytes.EMPTY, random);
        }
        Bytes spoilt = flipped(last, 8 * last.length() - 1);
        assertRejected(Rejection.UNDECRYPTABLE, () -> joined.process(spoilt, NOW));
        for (int i = 0; i < 5; i++) {
            steps.set(0);
            assertRejected(Rejection.UNDECRYPTABLE, () -> joined.process(spoilt, NOW));
            // Two more for the sender data, two for the key and nonce.
            assertThat(steps.get()).isLessThanOrEqualTo(Limits.RATCHET_STRIDE + 4);
        }
        assertThat(joined.process(last, NOW)).isEqualTo(hello(0));
    }

    @Test
    @Breaks(Rejection.OWN_MESSAGE)
    void ourOwnMessageComingBackIsRefused() {
        Bytes message = hello();
        assertRejected(Rejection.OWN_MESSAGE, () -> alice.process(message, NOW));
    }

    @Test
    @Breaks(Rejection.UNEXPECTED_WIRE_FORMAT)
    void aKeyPackageIsNoMessageToAMember() {
        KeyPackage keyPackage = TestGroups.bundle("carol", random).keyPackage();
        assertRejected(Rejection.UNEXPECTED_WIRE_FORMAT, () -> bob.process(keyPackage, NOW));
    }

    @Test
    void aHandshakeInTheClearIsFollowedWhereTheRulesSaySo() throws MlsException {
        AuthenticatedContent signed = TestGroups.insiderSigns(
                alice, Codepoints.WIRE_PUBLIC_MESSAGE, new FramedContent.Body.OfProposal(new Proposal.Remove(2)));
        PublicMessage message =
                PublicMessage.protect(CRYPTO, alice.state().secrets.membership, signed, alice.state().context);
        assertThat(bob.process(message.encode(), NOW)).isInstanceOf(Processed.StoredProposal.class);
    }

    @Test
    @Breaks(Rejection.PUBLIC_MESSAGE)
    void aCallTakesNoHandshakeInTheClear() throws MlsException {
        List<MlsGroup> call = TestGroups.groupOf(2, 0, GroupRules.closed(TestGroups.EVERYBODY), List.of(), random);
        GroupState state = call.get(0).state();
        AuthenticatedContent signed = TestGroups.insiderSigns(
                call.get(0), Codepoints.WIRE_PUBLIC_MESSAGE, new FramedContent.Body.OfProposal(new Proposal.Remove(1)));
        PublicMessage message = PublicMessage.protect(CRYPTO, state.secrets.membership, signed, state.context);
        assertRejected(Rejection.PUBLIC_MESSAGE, () -> call.get(1).process(message, NOW));
    }

    @Test
    @Breaks(Rejection.STANDALONE_PROPOSAL)
    void aCallTakesNoProposalOutsideACommit() throws MlsException {
        List<MlsGroup> call = TestGroups.groupOf(2, 0, GroupRules.closed(TestGroups.EVERYBODY), List.of(), random);
        Bytes proposal = TestGroups.insiderProposes(call.get(0), new Proposal.Remove(1));
        assertRejected(Rejection.STANDALONE_PROPOSAL, () -> call.get(1).process(proposal, NOW));
    }

    @Test
    void whatIsSentHidesItsLengthUpToABlock() {
        int one = alice.protect(Bytes.utf8("y"), Bytes.EMPTY, random).length();
        int more = alice.protect(Bytes.utf8("no, and that is final"), Bytes.EMPTY, random)
                .length();
        assertThat(more).isEqualTo(one);
    }
}
