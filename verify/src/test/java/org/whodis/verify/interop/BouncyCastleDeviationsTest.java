package org.whodis.verify.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.Rejection;
import org.whodis.core.wire.Bytes;
import org.whodis.verify.interop.Peer.Committed;
import org.whodis.verify.interop.Peer.Received;
import org.whodis.verify.interop.Peer.Step;

/**
 * Where bcmls 1.84 does something else than RFC 9420 says. Each test asserts the deviation, so that a version without it is
 * noticed; docs/mls-interop.md lists them.
 */
class BouncyCastleDeviationsTest {
    private static final CipherSuite SUITE = CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519;
    private final RandomBytes random = MixedGroupsTest.seeded(new Random(5));

    private OurPeer ours(String name) {
        return new OurPeer(name, new BcPrimitives(), SUITE, random);
    }

    private BouncyCastlePeer theirs(String name) throws Exception {
        return new BouncyCastlePeer(name, SUITE, random);
    }

    @Test
    void theRemovedMemberIsToldOfAnInvalidProposalList() throws Exception {
        OurPeer alice = ours("alice");
        BouncyCastlePeer bob = theirs("bob");
        Histories.group(alice, bob);
        Committed removal = alice.commit(List.of(new Step.Remove(1)), false, true);
        assertThatThrownBy(() -> bob.group().handle(removal.message().toArray(), null))
                .hasMessage("Invalid proposal list");
    }

    @Test
    void aWelcomeWithoutPathSecretLeavesAMemberWithKeysThatNobodyElseHas() throws Exception {
        OurPeer alice = ours("alice");
        OurPeer bob = ours("bob");
        OurPeer carol = ours("carol");
        OurPeer dave = ours("dave");
        OurPeer erin = ours("erin");
        Histories.group(alice, bob, carol, dave, erin);
        Histories.follow(alice.commit(List.of(new Step.Remove(1)), false, true), carol, dave, erin);
        BouncyCastlePeer bert = theirs("bert");
        OurPeer[] others = {carol, dave, erin};
        Committed addition = alice.addWithoutPath(bert.keyPackage());
        Histories.follow(addition, others);
        bert.join(Histories.welcome(addition));
        Committed renewal = erin.commit(List.of(), false, true);
        Histories.follow(renewal, alice, carol, dave);
        assertThatThrownBy(() -> bert.receive(renewal.message()))
                .isInstanceOf(Exception.class)
                .isNotInstanceOf(MlsException.class);
    }

    @Test
    void aTreeWhoseLeftHalfIsBlankIsRefused() throws Exception {
        OurPeer alice = ours("alice");
        OurPeer bob = ours("bob");
        OurPeer carol = ours("carol");
        BouncyCastlePeer dave = theirs("dave");
        Histories.group(alice, bob, carol, dave);
        Committed removal = carol.commit(List.of(new Step.Remove(0), new Step.Remove(1)), false, true);
        assertThatThrownBy(() -> dave.receive(removal.message())).isInstanceOf(Exception.class);
    }

    @Test
    void theLastMemberCannotCommitUnlessItIsTheFirstLeaf() throws Exception {
        OurPeer alice = ours("alice");
        BouncyCastlePeer bob = theirs("bob");
        Histories.group(alice, bob);
        assertThatThrownBy(() -> bob.commit(List.of(new Step.Remove(0)), false, true))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aRatchetIsMovedAsFarAsAMessageSays() throws Exception {
        OurPeer alice = ours("alice");
        BouncyCastlePeer bob = theirs("bob");
        OurPeer carol = ours("carol");
        Histories.group(alice, bob, carol);
        Bytes last = Bytes.EMPTY;
        for (int i = 0; i < 1100; i++) {
            last = alice.protect(Bytes.utf8("hello"), Bytes.EMPTY);
        }
        Bytes far = last;
        assertThat(bob.receive(far)).isEqualTo(new Received.Data(Bytes.utf8("hello")));
        assertThatThrownBy(() -> carol.receive(far))
                .isInstanceOfSatisfying(
                        MlsException.class, e -> assertThat(e.rejection()).isEqualTo(Rejection.GENERATION_TOO_FAR));
    }

    @Test
    void aProposalToRemoveItIsRefused() throws Exception {
        OurPeer alice = ours("alice");
        BouncyCastlePeer bob = theirs("bob");
        Histories.group(alice, bob);
        Bytes proposal = alice.propose(new Step.Remove(1), false);
        assertThatThrownBy(() -> bob.receive(proposal)).hasMessage("Invalid proposal");
    }
}
