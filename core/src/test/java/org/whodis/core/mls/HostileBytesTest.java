package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.mls.TestGroups.NOW;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** Changed bytes are refused with the typed error, and the group that refused them goes on. */
class HostileBytesTest {
    private static final long SEED = 20261122;

    private final Random dice = new Random(SEED);
    private final RandomBytes random = TestGroups.seeded(new Random(16));
    private final List<MlsGroup> members = TestGroups.groupOf(3, 1, TestGroups.OPEN_RULES, List.of(), random);
    private final MlsGroup alice = members.get(0);
    private final MlsGroup bob = members.get(1);

    HostileBytesTest() throws MlsException {}

    /** A few bits flipped, a stretch cut out, doubled or overwritten; never the same bytes. */
    private Bytes mutated(Bytes original) {
        byte[] bytes = original.toArray();
        int at = dice.nextInt(bytes.length);
        Bytes changed = switch (dice.nextInt(4)) {
            case 0 -> TestGroups.flipped(original, dice.nextInt(8 * bytes.length));
            case 1 ->
                Bytes.concat(
                        original.slice(0, at),
                        original.slice(Math.min(bytes.length, at + 1 + dice.nextInt(8)), bytes.length));
            case 2 -> Bytes.concat(original.slice(0, at), original.slice(at / 2, bytes.length));
            default -> {
                bytes[at] = (byte) (dice.nextBoolean() ? 0xff : dice.nextInt(256));
                yield Bytes.of(bytes);
            }
        };
        return changed.equals(original) ? TestGroups.flipped(original, 8 * at) : changed;
    }

    @Test
    void mutationsOfAnApplicationMessageAreRefusedAndTheMessageStillOpens() throws MlsException {
        Bytes message = alice.protect(Bytes.utf8("hello"), Bytes.utf8("aad"), random);
        for (int i = 0; i < 300; i++) {
            Bytes changed = mutated(message);
            assertThatThrownBy(() -> bob.process(changed, NOW))
                    .as("seed " + SEED + ", " + changed.hex())
                    .isInstanceOf(MlsException.class);
        }
        assertThat(bob.process(message, NOW))
                .isEqualTo(new Processed.ApplicationData(0, Bytes.utf8("hello"), Bytes.utf8("aad")));
    }

    @Test
    void mutationsOfACommitAreRefusedAndTheCommitIsStillFollowed() throws MlsException {
        KeyPackageBundle dave = TestGroups.bundle("dave", random);
        PendingCommit commit = alice.commit(List.of(new Proposal.Add(dave.keyPackage())), random, NOW);
        for (int i = 0; i < 300; i++) {
            Bytes changed = mutated(commit.commitBytes());
            assertThatThrownBy(() -> bob.process(changed, NOW))
                    .as("seed " + SEED + ", " + changed.hex())
                    .isInstanceOf(MlsException.class);
        }
        Processed.NewEpoch next = (Processed.NewEpoch) bob.process(commit.commitBytes(), NOW);
        assertThat(next.group().epochAuthenticator()).isEqualTo(commit.next().epochAuthenticator());
    }

    @Test
    void mutationsOfAWelcomeAreRefusedAndTheWelcomeIsStillGood() throws MlsException {
        KeyPackageBundle dave = TestGroups.bundle("dave", random);
        PendingCommit commit = alice.commit(List.of(new Proposal.Add(dave.keyPackage())), random, NOW);
        Bytes welcome = TestGroups.welcomeOf(commit).toBytes();
        for (int i = 0; i < 300; i++) {
            Bytes changed = mutated(welcome);
            assertThatThrownBy(() -> join(changed, dave))
                    .as("seed " + SEED + ", " + changed.hex())
                    .isInstanceOf(MlsException.class);
        }
        assertThat(join(welcome, dave).epochAuthenticator())
                .isEqualTo(commit.next().epochAuthenticator());
    }

    private static MlsGroup join(Bytes welcome, KeyPackageBundle bundle) throws MlsException {
        return MlsGroup.join(TestGroups.PRIMITIVES, Welcome.decode(welcome), bundle, TestGroups.EVERYBODY, NOW);
    }

    @Test
    void mutationsOfAKeyPackageAreNotAdded() throws MlsException {
        Bytes keyPackage = TestGroups.bundle("dave", random).keyPackage().toBytes();
        for (int i = 0; i < 300; i++) {
            Bytes changed = mutated(keyPackage);
            assertThatThrownBy(() -> alice.commit(List.of(new Proposal.Add(KeyPackage.decode(changed))), random, NOW))
                    .as("seed " + SEED + ", " + changed.hex())
                    .isInstanceOf(MlsException.class);
        }
        assertThatCode(() -> alice.commit(List.of(new Proposal.Add(KeyPackage.decode(keyPackage))), random, NOW))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("A member that signs and encrypts any Commit it likes gets a typed refusal")
    void mutationsBelowTheSignatureAreRefused() throws MlsException {
        Bytes commit = commitBytes(
                alice,
                List.of(new Proposal.Add(TestGroups.bundle("dave", random).keyPackage()), new Proposal.Remove(2)));
        int decoded = 0;
        for (int i = 0; i < 600; i++) {
            Bytes changed = mutated(commit);
            Commit read;
            try {
                read = WireReader.decode(changed, Commit::read);
            } catch (DecodeException e) {
                continue;
            }
            decoded++;
            Bytes message = TestGroups.insiderCommit(alice, read);
            assertThatThrownBy(() -> bob.process(message, NOW))
                    .as("seed " + SEED + ", " + changed.hex())
                    .isInstanceOf(MlsException.class);
        }
        assertThat(decoded).isGreaterThan(100);
        assertThat(bob.process(alice.commit(List.of(), random, NOW).commitBytes(), NOW))
                .isInstanceOf(Processed.NewEpoch.class);
    }

    private static Bytes commitBytes(MlsGroup member, List<Proposal> proposals) throws MlsException {
        UpdatePath path =
                TestGroups.honestPath(member, TestGroups.seeded(new Random(3))).updatePath();
        WireWriter out = new WireWriter();
        List<ProposalOrRef> byValue = proposals.stream()
                .map(proposal -> (ProposalOrRef) new ProposalOrRef.ByValue(proposal))
                .toList();
        new Commit(byValue, path).write(out);
        return out.toBytes();
    }

    @Test
    void whateverDecodesEncodesToTheSameBytes() throws MlsException {
        KeyPackageBundle dave = TestGroups.bundle("dave", random);
        PendingCommit commit = alice.commit(List.of(new Proposal.Add(dave.keyPackage())), random, NOW);
        List<Bytes> seeds = List.of(
                commit.commitBytes(),
                TestGroups.welcomeOf(commit).encode(),
                dave.keyPackage().encode(),
                PublicMessage.protect(
                                TestGroups.CRYPTO,
                                alice.state().secrets.membership,
                                TestGroups.insiderSigns(
                                        alice,
                                        Codepoints.WIRE_PUBLIC_MESSAGE,
                                        new FramedContent.Body.OfProposal(new Proposal.Add(dave.keyPackage()))),
                                alice.state().context)
                        .encode());
        int decoded = 0;
        for (int i = 0; i < 4000; i++) {
            Bytes changed = mutated(seeds.get(i % seeds.size()));
            try {
                assertThat(MlsMessage.decode(changed).encode())
                        .as("seed " + SEED)
                        .isEqualTo(changed);
                decoded++;
            } catch (MlsException e) {
                assertThat(e.rejection()).isEqualTo(Rejection.MALFORMED);
            }
        }
        assertThat(decoded).isGreaterThan(500);
    }

    @Test
    void aTreeThatDecodesIsAcceptedOrRefusedByItsChecks() throws MlsException {
        Bytes tree = alice.state().tree.encode();
        int decoded = 0;
        for (int i = 0; i < 2000; i++) {
            Bytes changed = mutated(tree);
            try {
                RatchetTree read = RatchetTree.decode(TestGroups.CRYPTO, changed);
                decoded++;
                assertThat(read.encode()).as("seed " + SEED).isEqualTo(changed);
                assertThat(read.treeHash()).isNotEqualTo(alice.treeHash());
                read.requireUnmergedLeaves();
                read.requireParentHashes();
                new Validation(TestGroups.CRYPTO, TestGroups.OPEN_RULES).requireConsistent(read, List.of());
            } catch (MlsException refused) {
                assertThat(refused.rejection()).isNotNull();
            }
        }
        assertThat(decoded).isGreaterThan(200);
    }

    @Test
    void groupSecretsDecodeOrAreMalformed() {
        WireWriter out = new WireWriter();
        new GroupSecrets(
                        TestGroups.CRYPTO.zero(),
                        TestGroups.CRYPTO.zero(),
                        List.of(
                                new PreSharedKeyId.External(Bytes.utf8("id"), Bytes.of(new byte[32])),
                                new PreSharedKeyId.Resumption(1, Bytes.utf8("group"), 3, Bytes.of(new byte[32]))))
                .write(out);
        for (int i = 0; i < 2000; i++) {
            Bytes changed = mutated(out.toBytes());
            WireWriter again = new WireWriter();
            try {
                WireReader.decode(changed, GroupSecrets::read).write(again);
            } catch (DecodeException refused) {
                continue;
            }
            assertThat(again.toBytes()).as("seed " + SEED).isEqualTo(changed);
        }
    }

    @Test
    void everyStructureCutAtAnyLengthIsMalformed() throws MlsException {
        KeyPackageBundle dave = TestGroups.bundle("dave", random);
        PendingCommit commit = alice.commit(List.of(new Proposal.Add(dave.keyPackage())), random, NOW);
        for (Bytes message : List.of(
                commit.commitBytes(),
                TestGroups.welcomeOf(commit).encode(),
                dave.keyPackage().encode())) {
            for (int length = 0; length < message.length(); length++) {
                Bytes cut = message.slice(0, length);
                TestGroups.assertRejected(Rejection.MALFORMED, () -> MlsMessage.decode(cut));
            }
        }
    }

    @Test
    void aLengthThatPromisesMoreThanThereIsAllocatesNothing() {
        // A PrivateMessage whose group_id claims 2^30 - 1 bytes.
        Bytes message = Bytes.fromHex("00010002bfffffff");
        TestGroups.assertRejected(Rejection.MALFORMED, () -> MlsMessage.decode(message));
    }
}
