package org.whodis.core.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.federation.Offices.MALLORY;
import static org.whodis.core.federation.Offices.OTTAWA;
import static org.whodis.core.federation.Offices.PARIS;
import static org.whodis.core.federation.Offices.PRIMITIVES;
import static org.whodis.core.federation.Offices.RANDOM;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.whodis.core.wire.Bytes;

class PeerHandshakeTest {
    @Test
    void bothLearnWhoTheOtherIs() throws Exception {
        PeerHandshake.Acceptor ottawa = acceptor(OTTAWA.self());
        PeerHandshake.Dialler paris = dialler(PARIS.self());
        assertThat(paris.greeted(ottawa.greeting()).domain()).isEqualTo(OTTAWA.domain);
        PeerIdentity atOttawa = ottawa.opened(paris.opening(ottawa.greeting(), RANDOM));
        assertThat(atOttawa).isEqualTo(PARIS.identity());
        assertThat(paris.proved(ottawa.proof(RANDOM))).isEqualTo(OTTAWA.identity());
    }

    @Test
    void theHighestCommonVersionIsTaken() throws Exception {
        PeerHandshake.Acceptor ottawa = acceptor(OTTAWA.self(OTTAWA.domain, OTTAWA.spki, new VersionRange(1, 3)));
        PeerHandshake.Dialler paris = dialler(PARIS.self(PARIS.domain, PARIS.spki, new VersionRange(2, 5)));
        paris.greeted(ottawa.greeting());
        assertThat(ottawa.opened(paris.opening(ottawa.greeting(), RANDOM)).version())
                .isEqualTo(3);
        assertThat(paris.proved(ottawa.proof(RANDOM)).version()).isEqualTo(3);
    }

    @Test
    void withoutACommonVersionThereIsNoSession() {
        PeerHandshake.Acceptor ottawa = acceptor(OTTAWA.self(OTTAWA.domain, OTTAWA.spki, new VersionRange(3, 4)));
        refused(PeerRefusal.NO_COMMON_VERSION, () -> dialler(PARIS.self()).greeted(ottawa.greeting()));
    }

    @Test
    void aVersionThatWasTakenOutOnTheWayIsMissed() throws Exception {
        PeerHandshake.Self newer = OTTAWA.self(OTTAWA.domain, OTTAWA.spki, new VersionRange(1, 2));
        PeerHandshake.Acceptor ottawa = acceptor(newer);
        OfficeGreeting said = OfficeGreeting.decode(ottawa.greeting().greeting());
        OfficeGreeting less = new OfficeGreeting(
                new VersionRange(1, 1), said.addressed(), said.descriptor(), said.challenge(), said.extensions());
        PeerFrame.Greeting changed = new PeerFrame.Greeting(less.encode());
        PeerHandshake.Dialler paris = dialler(PARIS.self(PARIS.domain, PARIS.spki, new VersionRange(1, 2)));
        paris.greeted(changed);
        PeerFrame.Opening opening = paris.opening(changed, RANDOM);
        refused(PeerRefusal.BAD_PROOF, () -> ottawa.opened(opening));
        // And with a proof of the true greetings the other side finds out.
        PeerHandshake.Dialler honest = dialler(PARIS.self(PARIS.domain, PARIS.spki, new VersionRange(1, 2)));
        honest.greeted(ottawa.greeting());
        ottawa.opened(honest.opening(ottawa.greeting(), RANDOM));
        PeerFrame.Proof proof = ottawa.proof(RANDOM);
        refused(PeerRefusal.BAD_PROOF, () -> paris.proved(proof));
    }

    @Test
    void whoeverPassesAGreetingOnShowsAnotherTlsKey() {
        PeerHandshake.Dialler paris = new PeerHandshake.Dialler(PRIMITIVES, PARIS.self(), OTTAWA.domain, MALLORY.spki);
        refused(
                PeerRefusal.BAD_DESCRIPTOR,
                () -> paris.greeted(acceptor(OTTAWA.self()).greeting()));
    }

    @Test
    void aProofOfOneConnectionIsNoneOfAnother() throws Exception {
        PeerHandshake.Acceptor first = acceptor(OTTAWA.self());
        PeerHandshake.Dialler paris = dialler(PARIS.self());
        paris.greeted(first.greeting());
        PeerFrame.Opening opening = paris.opening(first.greeting(), RANDOM);
        first.opened(opening);
        PeerFrame.Proof proof = first.proof(RANDOM);
        PeerHandshake.Acceptor second = acceptor(OTTAWA.self());
        refused(PeerRefusal.BAD_PROOF, () -> second.opened(opening));
        PeerHandshake.Dialler again = dialler(PARIS.self());
        again.greeted(second.greeting());
        again.opening(second.greeting(), RANDOM);
        refused(PeerRefusal.BAD_PROOF, () -> again.proved(proof));
    }

    @Test
    void aProofIsNotReflectedToWhoMadeIt() throws Exception {
        PeerHandshake.Acceptor ottawa = acceptor(OTTAWA.self());
        PeerHandshake.Dialler paris = dialler(PARIS.self());
        paris.greeted(ottawa.greeting());
        PeerFrame.Opening opening = paris.opening(ottawa.greeting(), RANDOM);
        ottawa.opened(opening);
        refused(PeerRefusal.BAD_PROOF, () -> paris.proved(new PeerFrame.Proof(opening.byOffice())));
        // Sent back to itself, with the greeting of the office that it is addressed to.
        refused(
                PeerRefusal.NOT_ADDRESSED,
                () -> new PeerHandshake.Acceptor(PRIMITIVES, RANDOM, PARIS.self(), PARIS.spki).opened(opening));
    }

    @Test
    void anOpeningForOneOfficeIsNoneForAnother() throws Exception {
        PeerHandshake.Acceptor mallory = acceptor(MALLORY.self(MALLORY.domain, OTTAWA.spki, VersionRange.CURRENT));
        PeerHandshake.Dialler paris = new PeerHandshake.Dialler(PRIMITIVES, PARIS.self(), MALLORY.domain, OTTAWA.spki);
        paris.greeted(mallory.greeting());
        PeerFrame.Opening opening = paris.opening(mallory.greeting(), RANDOM);
        refused(PeerRefusal.NOT_ADDRESSED, () -> acceptor(OTTAWA.self()).opened(opening));
    }

    @Test
    void anotherDomainThanTheOneThatWasDialledIsRefused() {
        PeerHandshake.Acceptor mallory = acceptor(MALLORY.self(MALLORY.domain, OTTAWA.spki, VersionRange.CURRENT));
        refused(PeerRefusal.ANOTHER_DOMAIN, () -> dialler(PARIS.self()).greeted(mallory.greeting()));
    }

    @Test
    void anOfficeThatClaimsToBeTheOtherItselfIsRefused() throws Exception {
        PeerHandshake.Acceptor ottawa = acceptor(OTTAWA.self());
        PeerHandshake.Dialler mirror = dialler(MALLORY.self(OTTAWA.domain, MALLORY.spki, VersionRange.CURRENT));
        mirror.greeted(ottawa.greeting());
        refused(PeerRefusal.OWN_DOMAIN, () -> ottawa.opened(mirror.opening(ottawa.greeting(), RANDOM)));
    }

    @Test
    void aDescriptorOfSomebodyElsesKeyProvesNothing() throws Exception {
        PeerHandshake.Acceptor ottawa = acceptor(OTTAWA.self());
        PeerHandshake.Self stolen =
                new PeerHandshake.Self(PARIS.domain, MALLORY.key, PARIS.self().descriptor(), VersionRange.CURRENT);
        PeerHandshake.Dialler mallory = dialler(stolen);
        mallory.greeted(ottawa.greeting());
        refused(PeerRefusal.BAD_PROOF, () -> ottawa.opened(mallory.opening(ottawa.greeting(), RANDOM)));
    }

    private static PeerHandshake.Acceptor acceptor(PeerHandshake.Self self) {
        return new PeerHandshake.Acceptor(PRIMITIVES, RANDOM, self, OTTAWA.spki);
    }

    /** Dials Ottawa, and sees Ottawa's TLS key. */
    private static PeerHandshake.Dialler dialler(PeerHandshake.Self self) {
        return new PeerHandshake.Dialler(PRIMITIVES, self, OTTAWA.domain, OTTAWA.spki);
    }

    private static void refused(PeerRefusal why, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        PeerException.class, e -> assertThat(e.refusal()).isEqualTo(why));
    }

    @Test
    void wordsAreTheSameOnBothSidesAndChangeWithEitherKey() {
        var ours = OfficeWords.of(PRIMITIVES, PARIS.domain, PARIS.keyHash, OTTAWA.domain, OTTAWA.keyHash);
        assertThat(ours).hasSize(12);
        assertThat(OfficeWords.of(PRIMITIVES, OTTAWA.domain, OTTAWA.keyHash, PARIS.domain, PARIS.keyHash))
                .isEqualTo(ours);
        assertThat(OfficeWords.of(PRIMITIVES, PARIS.domain, MALLORY.keyHash, OTTAWA.domain, OTTAWA.keyHash))
                .isNotEqualTo(ours);
        assertThat(OfficeWords.of(PRIMITIVES, PARIS.domain, Bytes.of(new byte[32]), OTTAWA.domain, OTTAWA.keyHash))
                .isNotEqualTo(ours);
    }
}
