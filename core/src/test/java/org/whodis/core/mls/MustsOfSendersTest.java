package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.PRIMITIVES;
import static org.whodis.core.mls.TestGroups.SUITE;
import static org.whodis.core.mls.TestGroups.seeded;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** What RFC 9420 demands of those who make messages and cannot be seen by whoever refuses messages. */
class MustsOfSendersTest {
    private final RandomBytes random = seeded(new Random(7));

    @Test
    @DisplayName("the sender of a message MUST generate a fresh random four-byte \"reuse guard\" value (6.3.1)")
    void aFreshReuseGuardIsDrawnForEveryMessage() throws MlsException {
        Bytes data = Bytes.utf8("the same data under the same generation");
        Bytes first = protectedBy(data, count -> new byte[count]);
        Bytes again = protectedBy(data, count -> new byte[count]);
        Bytes guarded = protectedBy(data, seeded(new Random(1)));
        assertThat(again).as("all else is the same").isEqualTo(first);
        assertThat(guarded).as("the guard alone makes another nonce").isNotEqualTo(first);
        int tagged = 64;
        assertThat(guarded.slice(guarded.length() - tagged, guarded.length()))
                .isNotEqualTo(first.slice(first.length() - tagged, first.length()));
    }

    @Test
    @DisplayName("Each key/nonce pair MUST NOT be used to encrypt more than one message (9.1): by those who send")
    void noKeyAndNonceSealTwoMessages() throws MlsException {
        Set<String> used = new HashSet<>();
        List<String> twice = new ArrayList<>();
        Primitives watched = TestGroups.observed(PRIMITIVES, (method, given) -> {
            if (method.equals("aeadSeal")) {
                String pair = Bytes.of(((Secret) given[1]).expose()).hex() + " " + ((Bytes) given[2]).hex();
                if (!used.add(pair)) {
                    twice.add(pair);
                }
            }
        });
        // A reuse guard that is always the same: the ratchets alone have to see to it.
        RandomBytes seeded = seeded(new Random(5));
        RandomBytes random = count -> count == 4 ? new byte[4] : seeded.next(count);
        LeafKeys keys = LeafKeys.generate(watched, SUITE, random);
        MlsGroup alice = MlsGroup.create(
                watched,
                Bytes.utf8("group"),
                keys,
                Credential.basic(Bytes.utf8("alice")),
                Lifetime.around(NOW, 3600),
                TestGroups.OPEN_RULES,
                List.of(),
                random);
        KeyPackageBundle bundle = TestGroups.bundle("bob", random);
        PendingCommit added = alice.commit(List.of(new Proposal.Add(bundle.keyPackage())), random, NOW);
        MlsGroup bob = MlsGroup.join(watched, TestGroups.welcomeOf(added), bundle, TestGroups.OPEN_RULES, null, NOW);
        List<MlsGroup> pair = new ArrayList<>(List.of(added.next(), bob));
        for (int epoch = 0; epoch < 4; epoch++) {
            for (MlsGroup member : pair) {
                for (int i = 0; i < 50; i++) {
                    member.protect(Bytes.utf8("the same"), Bytes.EMPTY, random);
                }
            }
            // Each is a handshake under the next generation, also those that nobody follows.
            for (int i = 0; i < 5; i++) {
                pair.get(epoch % 2).commit(List.of(), random, NOW).discard();
            }
            TestGroups.follow(pair, epoch % 2, pair.get(epoch % 2).commit(List.of(), random, NOW));
        }
        assertThat(used).hasSizeGreaterThan(400);
        assertThat(twice).isEmpty();
    }

    @Test
    @DisplayName("the psk_nonce MUST be set to a fresh random value of length KDF.Nh (8.4)")
    void aFreshNonceOfTheRightLengthIsDrawnForEachInjectionOfAPreSharedKey() {
        Set<Bytes> nonces = new HashSet<>();
        for (CipherSuite suite : CipherSuite.values()) {
            for (int i = 0; i < 20; i++) {
                for (PreSharedKeyId id : List.of(
                        PreSharedKeyId.external(Bytes.utf8("psk"), suite, random),
                        PreSharedKeyId.resumption(Bytes.utf8("group"), 3, suite, random))) {
                    assertThat(id.nonce().length()).isEqualTo(suite.secretLength());
                    assertThat(nonces.add(id.nonce())).isTrue();
                }
            }
        }
        Bytes drawn = Bytes.of(seeded(new Random(9)).next(SUITE.secretLength()));
        assertThat(PreSharedKeyId.external(Bytes.utf8("psk"), SUITE, seeded(new Random(9)))
                        .nonce())
                .as("all of it from the random source")
                .isEqualTo(drawn);
    }

    /** By the same member in the same state; the receiver opens it, whatever the guard is. */
    private static Bytes protectedBy(Bytes data, RandomBytes guard) throws MlsException {
        List<MlsGroup> pair = TestGroups.pair(seeded(new Random(3)));
        Bytes message = pair.get(0).protect(data, Bytes.EMPTY, guard);
        assertThat(pair.get(1).process(message, NOW)).isEqualTo(new Processed.ApplicationData(0, data, Bytes.EMPTY));
        return message;
    }

    @Test
    @DisplayName("the default proposal and extension types MUST NOT be listed in capabilities (7.2)")
    void defaultTypesAreNotListed() {
        Capabilities own =
                TestGroups.bundle("anna", random).keyPackage().leafNode().capabilities();
        assertThat(own.proposals()).doesNotContain(1, 2, 3, 4, 5, 6, 7);
        assertThat(own.extensions()).doesNotContain(1, 2, 3, 4, 5);
        assertThat(own.versions()).containsExactly(Codepoints.MLS10);
        assertThat(own.cipherSuites()).contains(SUITE.value());
        assertThat(own.credentials()).contains(Codepoints.CREDENTIAL_BASIC);
    }

    @Test
    @DisplayName("GREASE values MUST only appear in the fields listed (13.5)")
    void greaseStandsInCapabilitiesAndNowhereElse() {
        for (int i = 0; i < 50; i++) {
            KeyPackage made = TestGroups.bundle("anna", random).keyPackage();
            Capabilities own = made.leafNode().capabilities();
            for (List<Integer> field :
                    List.of(own.cipherSuites(), own.extensions(), own.proposals(), own.credentials())) {
                assertThat(field).anyMatch(Codepoints::isGrease);
            }
            assertThat(own.versions()).noneMatch(Codepoints::isGrease);
            assertThat(Codepoints.isGrease(made.cipherSuite())).isFalse();
            assertThat(Codepoints.isGrease(made.leafNode().credential().type())).isFalse();
        }
    }

    @Test
    @DisplayName("a client processing a KeyPackage object MUST ignore all unrecognized values in capabilities and all"
            + " unknown extensions (7.2, 10, 13.4, 13.5)")
    void unknownCapabilitiesAndExtensionsOfANewcomerAreIgnored() throws MlsException {
        List<Integer> unknown = List.of(0x7A7A, 0xF123, 0x0A0A);
        Secret seed = Secret.owning(random.next(32));
        Bytes key = CRYPTO.generateKeyPair(random).publicKey();
        LeafNodeSource source = new LeafNodeSource.KeyPackage(Lifetime.around(NOW, 3600));
        Capabilities capabilities = new Capabilities(
                List.of(Codepoints.MLS10, 0xF123),
                List.of(SUITE.value(), 0xF123, 0x0A0A),
                unknown,
                unknown,
                List.of(Codepoints.CREDENTIAL_BASIC, 0xF123, 0x0A0A));
        List<Extension> leafExtensions = List.of(new Extension(0xF123, Bytes.utf8("of the leaf")));
        LeafNode leaf = new LeafNode(
                        key,
                        CRYPTO.signaturePublicKey(seed),
                        Credential.basic(Bytes.utf8("dora")),
                        capabilities,
                        source,
                        leafExtensions,
                        Bytes.EMPTY)
                .resigned(CRYPTO, seed, key, source, Bytes.EMPTY, 0);
        KeyPackage keyPackage = new KeyPackage(
                        SUITE.value(),
                        CRYPTO.generateKeyPair(random).publicKey(),
                        leaf,
                        List.of(new Extension(0xF123, Bytes.utf8("of the key package"))),
                        Bytes.EMPTY)
                .signed(CRYPTO, seed);
        List<MlsGroup> pair = TestGroups.pair(random);
        PendingCommit commit = pair.get(0).commit(List.of(new Proposal.Add(keyPackage)), random, NOW);
        Processed processed = pair.get(1).process(commit.commitBytes(), NOW);
        assertThat(processed).isInstanceOf(Processed.NewEpoch.class);
        assertThat(((Processed.NewEpoch) processed).group().epochAuthenticator())
                .isEqualTo(commit.next().epochAuthenticator());
    }

    @Test
    @DisplayName("The entries in the unmerged_leaves vector MUST be sorted in increasing order (7.1)")
    void unmergedLeavesThatAreNotInIncreasingOrderAreMalformed() throws DecodeException {
        assertThat(parent(1, 3).unmergedLeaves()).containsExactly(1, 3);
        for (int[] leaves : new int[][] {{3, 1}, {1, 1}, {0, 2, 1}}) {
            assertThatThrownBy(() -> parent(leaves)).isInstanceOf(DecodeException.class);
        }
        assertThat(parent(1, 3).withUnmergedLeaf(2).unmergedLeaves()).containsExactly(1, 2, 3);
    }

    private static ParentNode parent(int... unmergedLeaves) throws DecodeException {
        WireWriter list = new WireWriter();
        for (int leaf : unmergedLeaves) {
            list.uint32(leaf);
        }
        Bytes encoded = new WireWriter()
                .vector(Bytes.of(new byte[32]))
                .vector(Bytes.EMPTY)
                .vector(list.toBytes())
                .toBytes();
        return WireReader.decode(encoded, ParentNode::read);
    }

    @Test
    @DisplayName("The value for init_key MUST be unique among the set of KeyPackages created by this client (10)")
    void everyKeyPackageHasKeysOfItsOwn() {
        KeyPackage one = TestGroups.bundle("anna", random).keyPackage();
        KeyPackage other = TestGroups.bundle("anna", random).keyPackage();
        assertThat(List.of(
                        one.initKey(),
                        one.leafNode().encryptionKey(),
                        other.initKey(),
                        other.leafNode().encryptionKey()))
                .doesNotHaveDuplicates();
        assertThat(one.leafNode().signatureKey()).isNotEqualTo(other.leafNode().signatureKey());
        assertThat(PRIMITIVES.x25519PublicKey(Secret.owning(new byte[32])).length())
                .isEqualTo(one.initKey().length());
    }
}
