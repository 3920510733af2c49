package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.whodis.core.mls.TestGroups.NOW;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.mls.MutationFields.Grammar;
import org.whodis.core.mls.MutationFields.Mutation;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * Every kind of valid message, changed in 1,000 different ways: on its way, by whoever carries it, and (the kinds "within")
 * under the encryption, by a member that leaves the signatures as they are. None is accepted, every refusal is typed, and the
 * group is as before: the message itself is still taken afterwards.
 *
 * <p>Two changes mean nothing and are left out, with a test of their own that shows what they do: more or fewer zeros of
 * padding within a PrivateMessage, and entries of a Welcome that are for somebody else.
 */
class MutationTest {
    private static final int MUTATIONS = 1000;
    private static final long SEED = Long.getLong("whodis.mutation.seed", 20261122);

    private static final List<Mutation> MUTATION_KINDS = List.of(Mutation.values());

    private static final List<CipherSuite> SUITES = List.of(
            CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519,
            CipherSuite.MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519);

    enum Kind {
        KEY_PACKAGE,
        WELCOME,
        GROUP_INFO_WITHIN_A_WELCOME,
        TREE_BESIDE_A_WELCOME,
        PUBLIC_PROPOSAL,
        PUBLIC_COMMIT,
        PUBLIC_APPLICATION_DATA,
        EXTERNAL_COMMIT,
        GROUP_INFO_FOR_AN_EXTERNAL_COMMIT,
        PRIVATE_APPLICATION_DATA,
        PRIVATE_PROPOSAL,
        PRIVATE_COMMIT,
        WITHIN_PRIVATE_APPLICATION_DATA,
        WITHIN_A_PRIVATE_PROPOSAL,
        WITHIN_A_PRIVATE_COMMIT
    }

    static Stream<Arguments> everyKindOfEverySuite() {
        return SUITES.stream().flatMap(suite -> Stream.of(Kind.values()).map(kind -> Arguments.of(suite, kind)));
    }

    @ParameterizedTest(name = "{1}, {0}")
    @MethodSource("everyKindOfEverySuite")
    void noChangedMessageIsAcceptedAndTheMessageItselfStillIs(CipherSuite suite, Kind kind) throws MlsException {
        Scene scene = new Scene(suite);
        Target target = scene.target(kind);
        List<Object> before = scene.snapshot();
        Random dice = new Random(SEED ^ 31L * kind.name().hashCode() ^ suite.value());
        Map<Mutation, Integer> counts = new EnumMap<>(Mutation.class);
        Map<Rejection, Integer> refusals = new EnumMap<>(Rejection.class);
        Set<Bytes> tried = new HashSet<>();
        for (int i = 0; tried.size() < MUTATIONS; i++) {
            assertThat(i).as("changes that change something").isLessThan(10 * MUTATIONS);
            Mutation mutation = MUTATION_KINDS.get(i % MUTATION_KINDS.size());
            Bytes changed = MutationFields.mutate(mutation, target.valid(), target.donor(), target.grammar(), dice);
            if (target.means(changed, target.valid()) || target.means(changed, target.donor()) || !tried.add(changed)) {
                continue;
            }
            counts.merge(mutation, 1, Integer::sum);
            Rejection refusal = refusalOf(target, changed, mutation);
            refusals.merge(refusal, 1, Integer::sum);
        }
        assertThat(counts).as("every kind of change was tried").hasSize(MUTATION_KINDS.size());
        assertThat(refusals).as("not only the decoder refuses").hasSizeGreaterThan(1);
        assertThat(scene.snapshot()).isEqualTo(before);
        target.expectAccepted();
    }

    private static Rejection refusalOf(Target target, Bytes changed, Mutation mutation) {
        String what = "-Dwhodis.mutation.seed=" + SEED + ", " + mutation + ": " + changed.hex();
        try {
            target.feed(changed);
        } catch (MlsException refused) {
            return refused.rejection();
        } catch (RuntimeException fault) {
            throw new AssertionError("not a typed rejection; " + what, fault);
        }
        throw new AssertionError("accepted; " + what);
    }

    // ---- the two changes that mean nothing

    @Test
    void morePaddingMeansTheSameMessage() throws MlsException {
        Scene scene = new Scene(SUITES.get(0));
        for (int zeros : List.of(0, 1, 500)) {
            Liar alice = scene.alice();
            alice.plaintext = bytes -> Bytes.concat(withoutPadding(bytes), Bytes.of(new byte[zeros]));
            assertThat(scene.bob.process(alice.says(Bytes.utf8("hello!")), NOW))
                    .isEqualTo(new Processed.ApplicationData(0, Bytes.utf8("hello!"), Bytes.utf8("authenticated")));
        }
    }

    @Test
    void theEntriesOfAWelcomeThatAreForOthersDoNotMatter() throws MlsException {
        Scene scene = new Scene(SUITES.get(0));
        Bytes welcome = scene.welcomeOf(scene.dave).encode();
        MutationFields.Field whole = MutationFields.parse(MutationFields.message(MutationFields.WELCOME), welcome);
        MutationFields.Field entries = whole.all().stream()
                .filter(each -> each.name.equals("secrets"))
                .findFirst()
                .orElseThrow();
        entries.parts.add(entries.parts.get(0).copy());
        Bytes withTwo = whole.encode();
        assertThat(scene.join(withTwo, scene.dave, null).epochAuthenticator())
                .isEqualTo(scene.join(welcome, scene.dave, null).epochAuthenticator());
    }

    // ---- order

    @Test
    void repeatedAndReorderedMessagesAreTakenOnceOrRefused() throws MlsException {
        for (CipherSuite suite : SUITES) {
            Scene scene = new Scene(suite);
            List<Bytes> sent = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                sent.add(scene.members.get(2 * (i % 2)).protect(Bytes.utf8("m" + i), Bytes.EMPTY, scene.random));
            }
            Random dice = new Random(SEED);
            List<Integer> schedule = new ArrayList<>();
            for (int i = 0; i < 3 * sent.size(); i++) {
                schedule.add(i % sent.size());
            }
            Collections.shuffle(schedule, dice);
            Set<Integer> taken = new HashSet<>();
            for (int index : schedule) {
                if (taken.add(index)) {
                    assertThat(scene.bob.process(sent.get(index), NOW))
                            .isEqualTo(new Processed.ApplicationData(
                                    2 * (index % 2), Bytes.utf8("m" + index), Bytes.EMPTY));
                } else {
                    TestGroups.assertRejected(
                            Rejection.GENERATION_CONSUMED, () -> scene.bob.process(sent.get(index), NOW));
                }
            }
        }
    }

    @Test
    void handshakesOfAnotherEpochAreRefusedWhetherTheyComeTwiceOrTooEarly() throws MlsException {
        for (CipherSuite suite : SUITES) {
            Scene scene = new Scene(suite);
            MlsGroup alice = scene.members.get(0);
            PendingCommit first = alice.commit(List.of(), scene.random, NOW);
            PendingCommit second = first.next().commit(List.of(), scene.random, NOW);
            TestGroups.assertRejected(Rejection.WRONG_EPOCH, () -> scene.bob.process(second.commitBytes(), NOW));
            MlsGroup bob = ((Processed.NewEpoch) scene.bob.process(first.commitBytes(), NOW)).group();
            TestGroups.assertRejected(Rejection.WRONG_EPOCH, () -> bob.process(first.commitBytes(), NOW));
            TestGroups.assertRejected(Rejection.GENERATION_CONSUMED, () -> scene.bob.process(first.commitBytes(), NOW));
            assertThat(bob.process(second.commitBytes(), NOW)).isInstanceOf(Processed.NewEpoch.class);
        }
    }

    @Test
    void aPublicProposalThatComesTwiceIsStoredOnce() throws MlsException {
        Scene scene = new Scene(SUITES.get(0));
        Liar alice = scene.alice();
        alice.wireFormat = Codepoints.WIRE_PUBLIC_MESSAGE;
        Bytes proposal = alice.proposes(new Proposal.Remove(2));
        Processed once = scene.bob.process(proposal, NOW);
        assertThat(scene.bob.process(proposal, NOW)).isEqualTo(once);
        assertThat(scene.bob.state().storedProposals.all()).hasSize(1);
    }

    // ---- what is changed, and who takes it

    /** A valid message, another of its kind to take fields from, and what takes it. */
    private record Target(
            Bytes valid, Bytes donor, Grammar grammar, Feed feed, Accepted accepted, BiPredicate<Bytes, Bytes> same) {
        void feed(Bytes changed) throws MlsException {
            feed.take(changed);
        }

        /** Whether {@code changed} says what {@code valid} says. */
        boolean means(Bytes changed, Bytes original) {
            return same.test(changed, original);
        }

        void expectAccepted() {
            assertThatCode(accepted::check).doesNotThrowAnyException();
        }
    }

    private interface Feed {
        void take(Bytes changed) throws MlsException;
    }

    private interface Accepted {
        void check() throws MlsException;
    }

    private static Bytes withoutPadding(Bytes bytes) {
        int end = bytes.length();
        while (end > 0 && bytes.get(end - 1) == 0) {
            end--;
        }
        return bytes.slice(0, end);
    }

    /** Alice, Bob and Carol, who have all committed once, and Dave and Erin, who are to join. Bob is who is attacked. */
    private static final class Scene {
        private final Primitives primitives;
        private final CipherSuite suite;
        private final RandomBytes random;
        private final List<MlsGroup> members;
        private final MlsGroup bob;
        private final KeyPackageBundle dave;
        private final KeyPackageBundle erin;

        Scene(CipherSuite suite) throws MlsException {
            this.suite = suite;
            primitives = new BcPrimitives();
            random = TestGroups.seeded(new Random(SEED));
            members = Liar.group(primitives, suite, 3, 1, TestGroups.OPEN_RULES, List.of(), random);
            bob = members.get(1);
            dave = Liar.bundle(primitives, suite, "dave", random);
            erin = Liar.bundle(primitives, suite, "erin", random);
        }

        Liar alice() {
            return new Liar(members.get(0), random);
        }

        /** Everything that Bob holds, but for the ratchets; those show in what he still opens. */
        List<Object> snapshot() {
            GroupState state = bob.state();
            List<Object> out = new ArrayList<>();
            out.add(state.context);
            out.add(state.tree.encode());
            out.add(state.interimTranscriptHash);
            out.add(bob.epochAuthenticator());
            out.add(bob.export("snapshot", Bytes.EMPTY, 32));
            out.add(List.copyOf(state.storedProposals.all().keySet()));
            for (int node = 0; node < state.tree.nodeCount(); node++) {
                Secret key = state.keys.get(node);
                out.add(key == null ? "none" : PathKeys.copyOf(key));
            }
            return out;
        }

        Welcome welcomeOf(KeyPackageBundle newcomer) throws MlsException {
            return TestGroups.welcomeOf(
                    members.get(0).commit(List.of(new Proposal.Add(newcomer.keyPackage())), random, NOW));
        }

        MlsGroup join(Bytes message, KeyPackageBundle bundle, @Nullable Bytes tree) throws MlsException {
            if (!(MlsMessage.decode(message) instanceof Welcome welcome)) {
                throw new MlsException(Rejection.UNEXPECTED_WIRE_FORMAT, "no Welcome");
            }
            return MlsGroup.join(primitives, welcome, bundle, TestGroups.OPEN_RULES, tree, NOW);
        }

        void process(Bytes message) throws MlsException {
            bob.process(message, NOW);
        }

        Target target(Kind kind) throws MlsException {
            return switch (kind) {
                case KEY_PACKAGE -> keyPackage();
                case WELCOME -> welcome();
                case GROUP_INFO_WITHIN_A_WELCOME -> groupInfo();
                case TREE_BESIDE_A_WELCOME -> tree();
                case PUBLIC_PROPOSAL -> framed(Codepoints.WIRE_PUBLIC_MESSAGE, FramedContent.TYPE_PROPOSAL);
                case PUBLIC_COMMIT -> framed(Codepoints.WIRE_PUBLIC_MESSAGE, FramedContent.TYPE_COMMIT);
                case PUBLIC_APPLICATION_DATA -> illegalApplicationData();
                case EXTERNAL_COMMIT -> externalCommit();
                case GROUP_INFO_FOR_AN_EXTERNAL_COMMIT -> groupInfoForExternalCommit();
                case PRIVATE_APPLICATION_DATA ->
                    framed(Codepoints.WIRE_PRIVATE_MESSAGE, FramedContent.TYPE_APPLICATION);
                case PRIVATE_PROPOSAL -> framed(Codepoints.WIRE_PRIVATE_MESSAGE, FramedContent.TYPE_PROPOSAL);
                case PRIVATE_COMMIT -> framed(Codepoints.WIRE_PRIVATE_MESSAGE, FramedContent.TYPE_COMMIT);
                case WITHIN_PRIVATE_APPLICATION_DATA -> within(FramedContent.TYPE_APPLICATION);
                case WITHIN_A_PRIVATE_PROPOSAL -> within(FramedContent.TYPE_PROPOSAL);
                case WITHIN_A_PRIVATE_COMMIT -> within(FramedContent.TYPE_COMMIT);
            };
        }

        private Target keyPackage() {
            Bytes valid = dave.keyPackage().encode();
            Feed add = changed -> {
                if (!(MlsMessage.decode(changed) instanceof KeyPackage keyPackage)) {
                    throw new MlsException(Rejection.UNEXPECTED_WIRE_FORMAT, "no KeyPackage");
                }
                bob.commit(List.of(new Proposal.Add(keyPackage)), random, NOW);
            };
            return new Target(
                    valid,
                    erin.keyPackage().encode(),
                    MutationFields.message(MutationFields.KEY_PACKAGE),
                    add,
                    () -> add.take(valid),
                    Bytes::equals);
        }

        private Target welcome() throws MlsException {
            PendingCommit commit = members.get(0).commit(List.of(new Proposal.Add(dave.keyPackage())), random, NOW);
            Bytes valid = TestGroups.welcomeOf(commit).encode();
            Bytes epoch = commit.next().epochAuthenticator();
            Grammar grammar = MutationFields.message(MutationFields.WELCOME);
            return new Target(
                    valid,
                    welcomeOf(erin).encode(),
                    grammar,
                    changed -> join(changed, dave, null),
                    () -> assertThat(join(valid, dave, null).epochAuthenticator())
                            .isEqualTo(epoch),
                    this::saysTheSameToDave);
        }

        /** Whether two Welcomes differ in entries for others alone. */
        private boolean saysTheSameToDave(Bytes changed, Bytes original) {
            try {
                if (!(MlsMessage.decode(changed) instanceof Welcome after)
                        || !(MlsMessage.decode(original) instanceof Welcome before)) {
                    return false;
                }
                Bytes reference = dave.keyPackage().reference(new MlsCrypto(primitives, suite));
                return after.cipherSuite() == before.cipherSuite()
                        && after.encryptedGroupInfo().equals(before.encryptedGroupInfo())
                        && Objects.equals(after.secretsFor(reference), before.secretsFor(reference));
            } catch (MlsException e) {
                return false;
            }
        }

        private PendingCommit joinExternally(GroupInfo groupInfo, String name) throws MlsException {
            return MlsGroup.joinExternally(
                    primitives,
                    groupInfo,
                    null,
                    LeafKeys.generate(primitives, suite, random),
                    Credential.basic(Bytes.utf8(name)),
                    TestGroups.OPEN_RULES,
                    List.of(),
                    random,
                    NOW);
        }

        private Target externalCommit() throws MlsException {
            GroupInfo groupInfo = members.get(0).groupInfo(true);
            Bytes valid = joinExternally(groupInfo, "dave").commitBytes();
            return new Target(
                    valid,
                    joinExternally(groupInfo, "erin").commitBytes(),
                    MutationFields.message(MutationFields.EXTERNAL_COMMIT),
                    this::process,
                    () -> process(valid),
                    Bytes::equals);
        }

        private Target groupInfoForExternalCommit() throws MlsException {
            Bytes valid = members.get(0).groupInfo(true).encode();
            Feed feed = changed -> {
                if (!(MlsMessage.decode(changed) instanceof GroupInfo groupInfo)) {
                    throw new MlsException(Rejection.UNEXPECTED_WIRE_FORMAT, "no GroupInfo");
                }
                joinExternally(groupInfo, "dave");
            };
            return new Target(
                    valid,
                    members.get(2).groupInfo(true).encode(),
                    MutationFields.message(MutationFields.GROUP_INFO),
                    feed,
                    () -> feed.take(valid),
                    Bytes::equals);
        }

        private Target groupInfo() throws MlsException {
            Opened forDave = new Opened(dave);
            return new Target(
                    forDave.groupInfo,
                    new Opened(erin).groupInfo,
                    MutationFields.GROUP_INFO,
                    changed -> join(forDave.sealedAgain(changed), dave, null),
                    () -> join(forDave.sealedAgain(forDave.groupInfo), dave, null),
                    Bytes::equals);
        }

        /** What is in a Welcome, to be encrypted again by a member that knows the joiner secret and changes the GroupInfo. */
        private final class Opened {
            private final KeyPackageBundle newcomer;
            private final MlsCrypto crypto = new MlsCrypto(primitives, suite);
            private final Bytes groupInfo;
            private final Secret secrets;
            private final WelcomeKey key;

            Opened(KeyPackageBundle newcomer) throws MlsException {
                this.newcomer = newcomer;
                Welcome welcome = welcomeOf(newcomer);
                WelcomeReceiver receiver = new WelcomeReceiver(crypto, TestGroups.OPEN_RULES, newcomer);
                GroupSecrets opened = receiver.openGroupSecrets(welcome);
                Secret member = EpochSecrets.memberSecret(crypto, opened.joinerSecret(), crypto.zero());
                WireWriter info = new WireWriter();
                receiver.openGroupInfo(welcome, member).write(info);
                groupInfo = info.toBytes();
                WireWriter encoded = new WireWriter();
                opened.write(encoded);
                secrets = Secret.owning(encoded.toByteArray());
                key = WelcomeKey.of(crypto, EpochSecrets.welcomeSecret(crypto, member));
            }

            Bytes sealedAgain(Bytes changed) throws MlsException {
                Bytes sealedInfo = crypto.seal(key.key(), key.nonce(), Bytes.EMPTY, changed);
                HpkeCiphertext sealed =
                        crypto.encrypt(newcomer.keyPackage().initKey(), Welcome.LABEL, sealedInfo, secrets, random);
                Bytes reference = newcomer.keyPackage().reference(crypto);
                return new Welcome(suite.value(), List.of(new Welcome.EncryptedSecrets(reference, sealed)), sealedInfo)
                        .encode();
            }
        }

        private Target tree() throws MlsException {
            Liar alice = alice();
            alice.groupInfoExtensions = extensions -> List.of();
            Liar.Committed committed = alice.commits(new Proposal.Add(dave.keyPackage()));
            Liar.Committed other = alice.commits(new Proposal.Add(erin.keyPackage()));
            Welcome welcome = committed.welcome();
            assertThat(welcome).isNotNull();
            Bytes valid = committed.next().tree.encode();
            return new Target(
                    valid,
                    other.next().tree.encode(),
                    MutationFields.RATCHET_TREE,
                    changed -> MlsGroup.join(primitives, welcome, dave, TestGroups.OPEN_RULES, changed, NOW),
                    () -> MlsGroup.join(primitives, welcome, dave, TestGroups.OPEN_RULES, valid, NOW),
                    Bytes::equals);
        }

        private Bytes send(Liar sender, int contentType, KeyPackageBundle newcomer) throws MlsException {
            return switch (contentType) {
                case FramedContent.TYPE_APPLICATION -> sender.says(Bytes.utf8("hello, " + newcomer.hashCode()));
                case FramedContent.TYPE_PROPOSAL -> sender.proposes(new Proposal.Add(newcomer.keyPackage()));
                default ->
                    sender.commits(new Proposal.Add(newcomer.keyPackage()), new Proposal.Remove(2))
                            .message();
            };
        }

        private Target framed(int wireFormat, int contentType) throws MlsException {
            Liar alice = alice();
            alice.wireFormat = wireFormat;
            Bytes valid = send(alice, contentType, dave);
            Bytes donor = send(alice, contentType, erin);
            Grammar body = wireFormat == Codepoints.WIRE_PUBLIC_MESSAGE
                    ? MutationFields.PUBLIC_MESSAGE
                    : MutationFields.PRIVATE_MESSAGE;
            return new Target(
                    valid, donor, MutationFields.message(body), this::process, () -> process(valid), Bytes::equals);
        }

        /** Refused as it is, and then the same member is heard in a PrivateMessage. */
        private Target illegalApplicationData() throws MlsException {
            Target public_ = framed(Codepoints.WIRE_PUBLIC_MESSAGE, FramedContent.TYPE_APPLICATION);
            return new Target(
                    public_.valid,
                    public_.donor,
                    public_.grammar,
                    this::process,
                    () -> {
                        TestGroups.assertRejected(
                                Rejection.APPLICATION_DATA_IN_PUBLIC_MESSAGE, () -> process(public_.valid));
                        process(alice().says(Bytes.utf8("hello")));
                    },
                    Bytes::equals);
        }

        /** What a member changes under the encryption, without signing it anew. */
        private Target within(int contentType) throws MlsException {
            Bytes[] captured = new Bytes[2];
            for (int i = 0; i < 2; i++) {
                int which = i;
                Liar alice = alice();
                alice.plaintext = bytes -> captured[which] = bytes.slice(0, bytes.length() - 16);
                send(alice, contentType, i == 0 ? dave : erin);
            }
            GroupState state = members.get(0).state();
            Feed feed = changed -> {
                // The framing of the original, around any content.
                PrivateMessage sealed = PrivateMessage.seal(
                        state.crypto,
                        state.secrets.senderData,
                        state.secretTree,
                        0,
                        new FramedContent(
                                state.context.groupId(),
                                state.context.epoch(),
                                new Sender.Member(0),
                                Bytes.utf8("authenticated"),
                                bodyOfType(contentType)),
                        changed,
                        random);
                bob.process(sealed, NOW);
            };
            return new Target(
                    captured[0],
                    captured[1],
                    MutationFields.privateContent(contentType),
                    feed,
                    () -> feed.take(captured[0]),
                    (one, other) -> withoutPadding(one).equals(withoutPadding(other)));
        }

        private static FramedContent.Body bodyOfType(int contentType) {
            return switch (contentType) {
                case FramedContent.TYPE_APPLICATION -> new FramedContent.Body.OfApplication(Bytes.EMPTY);
                case FramedContent.TYPE_PROPOSAL -> new FramedContent.Body.OfProposal(new Proposal.Remove(0));
                default -> new FramedContent.Body.OfCommit(new Commit(List.of(), null));
            };
        }
    }
}
