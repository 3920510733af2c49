package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/** What the tests of this package share: groups of members, and what a hostile insider or stranger can make. */
final class TestGroups {
    static final long NOW = 1_800_000_000;
    static final Primitives PRIMITIVES = new BcPrimitives();
    static final CipherSuite SUITE = CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519;
    static final MlsCrypto CRYPTO = new MlsCrypto(PRIMITIVES, SUITE);
    static final CredentialValidator EVERYBODY = (leaf, occasion) -> {};

    /** Takes whatever a group may take. */
    static final GroupRules OPEN_RULES = rules(PreSharedKeys.NONE, EnumSet.allOf(GroupRules.Permission.class));

    private TestGroups() {}

    /** Every leaf is welcome, and the resumption PSKs of two epochs are kept. */
    static GroupRules rules(PreSharedKeys preSharedKeys, Set<GroupRules.Permission> permissions) {
        return new GroupRules(EVERYBODY, preSharedKeys, 2, 7 * 86400L, permissions);
    }

    /** The same primitives, of whose calls somebody is told: the method and what it was given. */
    static Primitives observed(Primitives primitives, BiConsumer<String, Object[]> observer) {
        return (Primitives) Proxy.newProxyInstance(
                Primitives.class.getClassLoader(), new Class<?>[] {Primitives.class}, (proxy, method, given) -> {
                    observer.accept(method.getName(), given);
                    try {
                        return method.invoke(primitives, given);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    static List<Primitives> allPrimitives() {
        return List.of(new JdkPrimitives(), new BcPrimitives());
    }

    /** A random source that a seed repeats. */
    static RandomBytes seeded(Random random) {
        return count -> {
            byte[] out = new byte[count];
            random.nextBytes(out);
            return out;
        };
    }

    static void assertRejected(Rejection expected, ThrowingCallable action) {
        MlsException rejected = catchThrowableOfType(MlsException.class, action);
        assertThat(rejected)
                .as("nothing was refused where %s was due", expected)
                .isNotNull();
        assertThat(rejected.rejection()).as(rejected.getMessage()).isEqualTo(expected);
    }

    /** {@code size} members of one group, by leaf index; every member has committed {@code commits} times. */
    static List<MlsGroup> groupOf(
            int size, int commits, GroupRules rules, List<Extension> extensions, RandomBytes random)
            throws MlsException {
        List<MlsGroup> members = new ArrayList<>();
        members.add(MlsGroup.create(
                PRIMITIVES,
                Bytes.utf8("group"),
                LeafKeys.generate(PRIMITIVES, SUITE, random),
                Credential.basic(Bytes.utf8("member 0")),
                Lifetime.around(NOW, 3600),
                rules,
                extensions,
                random));
        List<Proposal> adds = new ArrayList<>();
        List<KeyPackageBundle> bundles = new ArrayList<>();
        for (int i = 1; i < size; i++) {
            KeyPackageBundle bundle = bundle("member " + i, random);
            bundles.add(bundle);
            adds.add(new Proposal.Add(bundle.keyPackage()));
        }
        PendingCommit added = members.get(0).commit(adds, random, NOW);
        members.set(0, added.next());
        for (KeyPackageBundle bundle : bundles) {
            members.add(MlsGroup.join(PRIMITIVES, welcomeOf(added), bundle, rules, null, NOW));
        }
        for (int i = 0; i < commits * size; i++) {
            follow(members, i % size, members.get(i % size).commit(List.of(), random, NOW));
        }
        return members;
    }

    /** Two members under the most permissive rules. */
    static List<MlsGroup> pair(RandomBytes random) throws MlsException {
        return groupOf(2, 0, OPEN_RULES, List.of(), random);
    }

    /** Moves everybody to the epoch of {@code commit}. */
    static void follow(List<MlsGroup> members, int committer, PendingCommit commit) throws MlsException {
        for (int i = 0; i < members.size(); i++) {
            MlsGroup next = i == committer
                    ? commit.next()
                    : ((Processed.NewEpoch) members.get(i).process(commit.commitBytes(), NOW)).group();
            members.get(i).erase();
            members.set(i, next);
        }
    }

    static Welcome welcomeOf(PendingCommit commit) {
        Welcome welcome = commit.welcome();
        if (welcome == null) {
            throw new AssertionError("nobody was added");
        }
        return welcome;
    }

    static KeyPackageBundle bundle(String name, RandomBytes random) {
        return KeyPackageBundle.create(
                PRIMITIVES,
                LeafKeys.generate(PRIMITIVES, SUITE, random),
                Credential.basic(Bytes.utf8(name)),
                Lifetime.around(NOW, 3600),
                random);
    }

    /** A key package of which every field can be wrong, signed as it is. */
    static final class KeyPackageForge {
        int suite = SUITE.value();
        Secret seed;
        KeyPair encryption;
        Bytes initKey;
        Credential credential = Credential.basic(Bytes.utf8("forged"));
        List<Integer> versions = List.of(Codepoints.MLS10);
        List<Integer> suites = List.of(SUITE.value());
        List<Integer> credentials = List.of(Codepoints.CREDENTIAL_BASIC);
        List<Integer> capableOfExtensions = List.of();
        LeafNodeSource source = new LeafNodeSource.KeyPackage(Lifetime.around(NOW, 3600));
        List<Extension> leafExtensions = List.of();
        List<Extension> extensions = List.of();
        boolean breakLeafSignature;
        boolean breakSignature;

        KeyPackageForge(RandomBytes random) {
            seed = Secret.owning(random.next(32));
            encryption = CRYPTO.generateKeyPair(random);
            initKey = CRYPTO.generateKeyPair(random).publicKey();
        }

        KeyPackage build() {
            Capabilities capabilities = new Capabilities(versions, suites, capableOfExtensions, List.of(), credentials);
            LeafNode leaf = new LeafNode(
                            encryption.publicKey(),
                            CRYPTO.signaturePublicKey(seed),
                            credential,
                            capabilities,
                            source,
                            leafExtensions,
                            Bytes.EMPTY)
                    .resigned(CRYPTO, seed, encryption.publicKey(), source, Bytes.EMPTY, 0);
            if (breakLeafSignature) {
                leaf = leaf.withSignature(flipped(leaf.signature(), 0));
            }
            KeyPackage signed = new KeyPackage(suite, initKey, leaf, extensions, Bytes.EMPTY).signed(CRYPTO, seed);
            return breakSignature
                    ? new KeyPackage(suite, initKey, leaf, extensions, flipped(signed.signature(), 0))
                    : signed;
        }

        Proposal toAdd() {
            return new Proposal.Add(build());
        }
    }

    static Bytes flipped(Bytes bytes, int bit) {
        byte[] out = bytes.toArray();
        out[bit / 8] ^= (byte) (1 << bit % 8);
        return Bytes.of(out);
    }

    // ---- what a hostile member can send

    /** A Commit that {@code member} signs and encrypts whatever is in it; the confirmation tag is junk. */
    static Bytes insiderCommit(MlsGroup member, List<Proposal> proposals, @Nullable UpdatePath path) {
        List<ProposalOrRef> byValue = new ArrayList<>();
        for (Proposal proposal : proposals) {
            byValue.add(new ProposalOrRef.ByValue(proposal));
        }
        return insiderCommit(member, new Commit(byValue, path));
    }

    static Bytes insiderCommit(MlsGroup member, Commit commit) {
        AuthenticatedContent signed = insiderSigns(
                        member, Codepoints.WIRE_PRIVATE_MESSAGE, new FramedContent.Body.OfCommit(commit))
                .withConfirmationTag(Bytes.of(new byte[32]));
        return insiderSends(member, signed);
    }

    static AuthenticatedContent insiderSigns(MlsGroup member, int wireFormat, FramedContent.Body body) {
        GroupState state = member.state();
        FramedContent content = new FramedContent(
                state.context.groupId(), state.context.epoch(), new Sender.Member(state.ownLeaf), Bytes.EMPTY, body);
        return AuthenticatedContent.sign(CRYPTO, state.signatureSeed, wireFormat, content, state.context);
    }

    static Bytes insiderSends(MlsGroup member, AuthenticatedContent signed) {
        GroupState state = member.state();
        return PrivateMessage.protect(
                        CRYPTO,
                        state.secrets.senderData,
                        state.secretTree,
                        state.ownLeaf,
                        signed,
                        seeded(new Random(1)))
                .encode();
    }

    static Bytes insiderProposes(MlsGroup member, Proposal proposal) {
        return insiderSends(
                member,
                insiderSigns(member, Codepoints.WIRE_PRIVATE_MESSAGE, new FramedContent.Body.OfProposal(proposal)));
    }

    /** A correct path of {@code member} without proposals. */
    static TreeKem.NewPath honestPath(MlsGroup member, RandomBytes random) throws MlsException {
        GroupState state = member.state();
        return TreeKem.create(
                CRYPTO,
                state.tree.copy(),
                state.ownLeaf,
                state.context.groupId(),
                state.signatureSeed,
                state.keys.copy(),
                List.of(),
                hash -> state.context.provisional(hash, state.context.extensions()),
                random);
    }

    /** The bytes of a PublicMessage, with whatever is in it. */
    static Bytes publicMessage(AuthenticatedContent signed, Bytes membershipTag) {
        WireWriter out = new WireWriter().uint16(Codepoints.MLS10).uint16(Codepoints.WIRE_PUBLIC_MESSAGE);
        signed.content().write(out);
        signed.auth().write(out);
        return out.vector(membershipTag).toBytes();
    }
}
