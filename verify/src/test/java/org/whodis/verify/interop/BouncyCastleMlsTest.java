package org.whodis.verify.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.mls.TreeKEM.LeafIndex;
import org.bouncycastle.mls.TreeKEM.LifeTime;
import org.bouncycastle.mls.codec.MLSInputStream;
import org.bouncycastle.mls.codec.MLSMessage;
import org.bouncycastle.mls.codec.MLSOutputStream;
import org.bouncycastle.mls.crypto.MlsCipherSuite;
import org.bouncycastle.mls.protocol.Group;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.GroupRules;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.MlsMessage;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.PreSharedKeys;
import org.whodis.core.mls.Processed;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;

/**
 * Groups shared with Bouncy Castle's MLS. They stay at three members, because that library goes wrong in larger trees: it
 * plants keys of an empty path secret and takes the root to be in every filtered direct path.
 */
class BouncyCastleMlsTest {
    private static final Primitives PRIMITIVES = new JdkPrimitives();

    /** Any lifetime, as an unsigned number: Bouncy Castle's leaves are valid for ever. */
    private static final long ANY_LIFETIME = -1;

    private static final GroupRules RULES =
            new GroupRules((leaf, occasion) -> {}, PreSharedKeys.NONE, 0, ANY_LIFETIME, Set.of());

    /** Bouncy Castle reads the clock when it checks lifetimes. */
    private final long now = System.currentTimeMillis() / 1000;

    private final RandomBytes random = seeded(new Random(1984));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519",
                "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519"
            })
    void aGroupOfOursTakesThemIn(CipherSuite suite) throws Exception {
        Theirs bob = new Theirs(suite, "bob");
        MlsGroup alice = MlsGroup.create(
                PRIMITIVES,
                Bytes.utf8("shared"),
                LeafKeys.generate(PRIMITIVES, suite, random),
                Credential.basic(Bytes.utf8("alice")),
                Lifetime.around(now, 3600),
                RULES,
                List.of(),
                random);
        PendingCommit added = alice.commit(List.of(new Proposal.Add(bob.keyPackage())), random, now);
        alice = added.next();
        bob.join(welcomeOf(added));
        assertAgreement(List.of(alice), List.of(bob));
        talk(alice, bob);

        alice = next(alice, bob.commit(List.of()));
        assertAgreement(List.of(alice), List.of(bob));

        PendingCommit renewed = alice.commit(List.of(), random, now);
        bob.follow(renewed.commitBytes());
        alice = renewed.next();
        assertAgreement(List.of(alice), List.of(bob));

        KeyPackageBundle carolKeys = bundle(suite, "carol");
        Bytes commit = bob.commit(List.of(bob.addOf(carolKeys.keyPackage())));
        alice = next(alice, commit);
        MlsGroup carol = MlsGroup.join(PRIMITIVES, bob.lastWelcome(), carolKeys, RULES, null, now);
        assertAgreement(List.of(alice, carol), List.of(bob));
        talk(carol, bob);

        PendingCommit removal = carol.commit(List.of(new Proposal.Remove(0)), random, now);
        bob.follow(removal.commitBytes());
        assertThat(alice.process(removal.commitBytes(), now)).isInstanceOf(Processed.RemovedFromGroup.class);
        carol = removal.next();
        assertAgreement(List.of(carol), List.of(bob));
        talk(carol, bob);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519",
                "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519"
            })
    void aGroupOfTheirsTakesUsIn(CipherSuite suite) throws Exception {
        Theirs bob = new Theirs(suite, "bob");
        bob.create(Bytes.utf8("theirs"));
        KeyPackageBundle aliceKeys = bundle(suite, "alice");
        KeyPackageBundle carolKeys = bundle(suite, "carol");
        bob.commit(List.of(bob.addOf(aliceKeys.keyPackage()), bob.addOf(carolKeys.keyPackage())));
        MlsGroup alice = MlsGroup.join(PRIMITIVES, bob.lastWelcome(), aliceKeys, RULES, null, now);
        MlsGroup carol = MlsGroup.join(PRIMITIVES, bob.lastWelcome(), carolKeys, RULES, null, now);
        assertAgreement(List.of(alice, carol), List.of(bob));
        talk(alice, bob);

        PendingCommit renewed = carol.commit(List.of(), random, now);
        bob.follow(renewed.commitBytes());
        alice = next(alice, renewed.commitBytes());
        carol = renewed.next();
        assertAgreement(List.of(alice, carol), List.of(bob));

        Bytes removal = bob.commit(List.of(bob.removeOf(carol.ownLeaf())));
        alice = next(alice, removal);
        assertThat(carol.process(removal, now)).isInstanceOf(Processed.RemovedFromGroup.class);
        assertAgreement(List.of(alice), List.of(bob));
        talk(alice, bob);
    }

    private KeyPackageBundle bundle(CipherSuite suite, String name) {
        LeafKeys keys = LeafKeys.generate(PRIMITIVES, suite, random);
        return KeyPackageBundle.create(
                PRIMITIVES, keys, Credential.basic(Bytes.utf8(name)), Lifetime.around(now, 3600), random);
    }

    private MlsGroup next(MlsGroup group, Bytes commit) throws MlsException {
        return ((Processed.NewEpoch) group.process(commit, now)).group();
    }

    private static Bytes welcomeOf(PendingCommit commit) {
        Welcome welcome = commit.welcome();
        assertThat(welcome).isNotNull();
        return welcome.encode();
    }

    private static void assertAgreement(List<MlsGroup> ours, List<Theirs> theirs) throws Exception {
        List<Bytes> authenticators = new ArrayList<>();
        List<Bytes> exports = new ArrayList<>();
        for (MlsGroup group : ours) {
            authenticators.add(group.epochAuthenticator());
            exports.add(
                    Bytes.of(group.export("interop", Bytes.utf8("context"), 40).expose()));
        }
        for (Theirs member : theirs) {
            authenticators.add(Bytes.of(member.group.getEpochAuthenticator()));
            exports.add(Bytes.of(member.group
                    .getKeySchedule()
                    .MLSExporter("interop", Bytes.utf8("context").toArray(), 40)));
        }
        assertThat(authenticators).containsOnly(authenticators.get(0));
        assertThat(exports).containsOnly(exports.get(0));
    }

    private void talk(MlsGroup ours, Theirs theirs) throws Exception {
        Bytes toThem = ours.protect(Bytes.utf8("to them"), Bytes.utf8("aad"), random);
        byte[][] opened = theirs.group.unprotect(decode(toThem));
        assertThat(Bytes.of(opened[0])).isEqualTo(Bytes.utf8("aad"));
        assertThat(Bytes.of(opened[1])).isEqualTo(Bytes.utf8("to them"));
        MLSMessage toUs = theirs.group.protect(
                Bytes.utf8("aad").toArray(), Bytes.utf8("to us").toArray(), 7);
        assertThat(ours.process(Bytes.of(MLSOutputStream.encode(toUs)), now))
                .isEqualTo(new Processed.ApplicationData(
                        theirs.group.getIndex().value(), Bytes.utf8("to us"), Bytes.utf8("aad")));
    }

    private static MLSMessage decode(Bytes message) throws Exception {
        return (MLSMessage) MLSInputStream.decode(message.toArray(), MLSMessage.class);
    }

    private static RandomBytes seeded(Random random) {
        return count -> {
            byte[] out = new byte[count];
            random.nextBytes(out);
            return out;
        };
    }

    /** A member that runs on Bouncy Castle; its randomness is its own. */
    private final class Theirs {
        private final MlsCipherSuite suite;
        private final AsymmetricCipherKeyPair init;
        private final AsymmetricCipherKeyPair encryption;
        private final byte[] signaturePrivate;
        private final org.bouncycastle.mls.TreeKEM.LeafNode leaf;
        private final org.bouncycastle.mls.codec.KeyPackage keyPackage;
        private Group group = new Group();
        private org.bouncycastle.mls.codec.Welcome welcome;

        Theirs(CipherSuite ours, String name) throws Exception {
            suite = MlsCipherSuite.getSuite((short) ours.value());
            init = suite.getHPKE().generatePrivateKey();
            encryption = suite.getHPKE().generatePrivateKey();
            AsymmetricCipherKeyPair signature = suite.generateSignatureKeyPair();
            signaturePrivate = suite.serializeSignaturePrivateKey(signature.getPrivate());
            leaf = new org.bouncycastle.mls.TreeKEM.LeafNode(
                    suite,
                    suite.getHPKE().serializePublicKey(encryption.getPublic()),
                    suite.serializeSignaturePublicKey(signature.getPublic()),
                    org.bouncycastle.mls.codec.Credential.forBasic(
                            Bytes.utf8(name).toArray()),
                    new org.bouncycastle.mls.codec.Capabilities(),
                    new LifeTime(),
                    new ArrayList<>(),
                    signaturePrivate);
            keyPackage = new org.bouncycastle.mls.codec.KeyPackage(
                    suite,
                    suite.getHPKE().serializePublicKey(init.getPublic()),
                    leaf,
                    new ArrayList<>(),
                    signaturePrivate);
        }

        KeyPackage keyPackage() throws Exception {
            return KeyPackage.decode(Bytes.of(MLSOutputStream.encode(keyPackage)));
        }

        org.bouncycastle.mls.codec.Proposal addOf(KeyPackage ours) throws Exception {
            return org.bouncycastle.mls.codec.Proposal.add(decode(ours.encode()).keyPackage);
        }

        org.bouncycastle.mls.codec.Proposal removeOf(int leafIndex) {
            return org.bouncycastle.mls.codec.Proposal.remove(new LeafIndex(leafIndex));
        }

        void create(Bytes groupId) throws Exception {
            group = new Group(groupId.toArray(), suite, encryption, signaturePrivate, leaf, new ArrayList<>());
        }

        void join(Bytes message) throws Exception {
            group = new Group(
                    suite.getHPKE().serializePrivateKey(init.getPrivate()),
                    encryption,
                    signaturePrivate,
                    keyPackage,
                    decode(message).welcome,
                    null,
                    new HashMap<>(),
                    new HashMap<>());
        }

        void follow(Bytes commit) throws Exception {
            group = group.handle(commit.toArray(), null);
        }

        Bytes commit(List<org.bouncycastle.mls.codec.Proposal> proposals) throws Exception {
            Group.GroupWithMessage committed = group.commit(
                    new org.bouncycastle.mls.crypto.Secret(random.next(32)),
                    new Group.CommitOptions(new ArrayList<>(proposals), true, true, new Group.LeafNodeOptions()),
                    new Group.MessageOptions(true, new byte[0], 0),
                    new Group.CommitParameters(Group.NORMAL_COMMIT_PARAMS));
            group = committed.group;
            welcome = committed.message.welcome;
            return Bytes.of(MLSOutputStream.encode(committed.message));
        }

        Welcome lastWelcome() throws Exception {
            MLSMessage message = new MLSMessage(org.bouncycastle.mls.codec.WireFormat.mls_welcome);
            message.welcome = welcome;
            return (Welcome) MlsMessage.decode(Bytes.of(MLSOutputStream.encode(message)));
        }
    }
}
