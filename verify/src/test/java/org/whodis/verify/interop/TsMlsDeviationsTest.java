package org.whodis.verify.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.Rejection;
import org.whodis.core.wire.Bytes;
import org.whodis.verify.interop.Peer.Committed;
import org.whodis.verify.interop.Peer.Step;

/**
 * Where ts-mls 1.6.4 does something else than RFC 9420 says. Each test asserts the deviation, so that a version without it is
 * noticed; docs/mls-interop.md lists them.
 */
class TsMlsDeviationsTest {
    private static final CipherSuite SUITE = CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519;
    private static TsMls library;

    private final RandomBytes random = MixedGroupsTest.seeded(new Random(6));

    @BeforeAll
    static void start() throws Exception {
        library = TsMls.start();
    }

    @AfterAll
    static void end() throws Exception {
        if (library != null) {
            library.close();
        }
    }

    private OurPeer ours(String name) {
        return new OurPeer(name, new BcPrimitives(), SUITE, random);
    }

    private static TsMls.TsMlsPeer theirs(String name) throws Exception {
        return library.member(name, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");
    }

    private static void assertTheyRefuse(String why, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOf(TsMls.TsMlsException.class).hasMessageContaining(why);
    }

    @Test
    void aCommitThatReplacesTheContextsExtensionsHasNoPath() throws Exception {
        OurPeer alice = ours("alice");
        Peer bob = theirs("bob");
        Histories.group(alice, bob);
        Committed commit = bob.commit(List.of(new Step.NoExtensions()), false, true);
        assertThatThrownBy(() -> alice.receive(commit.message()))
                .isInstanceOfSatisfying(
                        MlsException.class, e -> assertThat(e.rejection()).isEqualTo(Rejection.PATH_MISSING));
    }

    @Test
    void theGeneralFunctionForgetsThePreSharedKeysOfPrivateMessages() throws Exception {
        OurPeer alice = ours("alice");
        TsMls.TsMlsPeer bob = theirs("bob");
        Histories.group(alice, bob);
        Bytes id = Bytes.utf8("psk");
        for (Peer peer : List.of(alice, bob)) {
            peer.learn(id, Bytes.of(new byte[32]));
        }
        bob.useGeneralFunction();
        Committed commit = alice.commit(List.of(new Step.Inject(id, Bytes.of(new byte[32]))), false, true);
        assertTheyRefuse("Could not find pskId", () -> bob.receive(commit.message()));
    }

    @Test
    void theExternalPublicKeyOfAGroupInfoLacksItsLength() throws Exception {
        OurPeer alice = ours("alice");
        Peer bob = theirs("bob");
        Histories.group(alice, bob);
        // extension_type external_pub(4), then extension_data of 32 bytes, where HPKEPublicKey with its length has 33.
        assertThat(bob.groupInfo().hex()).contains("000420").doesNotContain("00042120");
        assertThat(alice.groupInfo().hex()).contains("00042120");
    }

    @Test
    void aTreeIsRefusedWhereUnmergedLeavesOfNodesAboveEachOtherDiffer() throws Exception {
        OurPeer alice = ours("alice");
        OurPeer bob = ours("bob");
        OurPeer carol = ours("carol");
        OurPeer dave = ours("dave");
        OurPeer erin = ours("erin");
        Histories.group(alice, bob, carol, dave, erin);
        Histories.follow(alice.commit(List.of(new Step.Remove(1)), false, true), carol, dave, erin);
        Peer newcomer = theirs("newcomer");
        Committed addition = erin.commit(List.of(new Step.Add(newcomer.keyPackage())), false, true);
        Histories.follow(addition, alice, carol, dave);
        assertTheyRefuse("unmerged_leaves", () -> newcomer.join(Histories.welcome(addition)));
    }

    @Test
    void aPathThatDoesNotReachTheRootGivesAnotherCommitSecret() throws Exception {
        OurPeer alice = ours("alice");
        OurPeer bob = ours("bob");
        OurPeer carol = ours("carol");
        Peer dave = theirs("dave");
        Histories.group(alice, bob, carol, dave);
        Committed removal = carol.commit(List.of(new Step.Remove(0), new Step.Remove(1)), false, true);
        assertTheyRefuse("", () -> dave.receive(removal.message()));
    }
}
