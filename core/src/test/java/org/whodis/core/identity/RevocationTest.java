package org.whodis.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.DAY;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.IdentityException.Reason;
import org.whodis.core.identity.People.Person;
import org.whodis.core.line.LineException;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** Devices that are taken out of a chain. */
class RevocationTest {
    private final People people = new People(20261123);

    /** Three devices: 0 is the first, 1 was added by 0, 2 by 1. */
    private final Person anna =
            people.person("Anna", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY).addDevice(1, NOW - 8 * DAY);

    @Test
    void aDeviceThatWasRevokedDoesNotStandInTheChainAndTheHeadsGoOn() {
        Bytes before = anna.chain().head();
        anna.revoke(0, 1, NOW);
        VerifiedChain chain = anna.chain();
        assertThat(chain.devices()).extracting(ChainDevice::id).containsExactly(anna.device(0), anna.device(2));
        assertThat(chain.device(anna.device(1))).isNull();
        assertThat(chain.isRevoked(anna.device(1))).isTrue();
        assertThat(chain.isRevoked(anna.device(0))).isFalse();
        assertThat(chain.everDevice(anna.device(1))).isNotNull();
        assertThat(chain.everDevice(anna.device(0))).isEqualTo(chain.device(anna.device(0)));
        assertThat(chain.revoked())
                .singleElement()
                .satisfies(gone -> assertThat(gone.device().id()).isEqualTo(anna.device(1)))
                .satisfies(gone -> assertThat(gone.by()).isEqualTo(anna.device(0)))
                .satisfies(gone -> assertThat(gone.at()).isEqualTo(NOW));
        assertThat(chain.contains(before)).isTrue();
        assertThat(chain.head())
                .isEqualTo(LabelledHash.of(
                        PRIMITIVES,
                        "Whodis 1 Chain head",
                        before,
                        anna.statements.getLast().statement()));
        assertThat(chain.lengthAt(chain.head())).isEqualTo(4);
        assertThat(chain.device(anna.device(2)))
                .as("for which a device vouched that was revoked later: it was in the chain then")
                .isNotNull();
    }

    @Test
    void headsAreOnePerStatementWhateverItSays() throws IdentityException {
        anna.revoke(0, 1, NOW).addDevice(2, NOW).revoke(3, 0, NOW + 1).addDevice(3, NOW + 2);
        VerifiedChain whole = anna.chain();
        List<SignedStatement> statements = List.copyOf(anna.statements);
        VerifiedChain before = null;
        for (int length = 0; length <= statements.size(); length++) {
            UnverifiedChain cut = new UnverifiedChain(anna.genesis, statements.subList(0, length));
            VerifiedChain chain = cut.verify(PRIMITIVES, people.offices());
            assertThat(whole.contains(chain.head())).isTrue();
            assertThat(whole.lengthAt(chain.head())).isEqualTo(length + 1);
            assertThat(cut.verifyAfter(whole, PRIMITIVES, people.offices()))
                    .as("a chain that was seen is not given up for one in which the device still stands")
                    .isSameAs(whole);
            if (before != null) {
                assertThat(cut.verifyAfter(before, PRIMITIVES, people.offices()))
                        .isEqualTo(chain);
            }
            before = chain;
        }
        assertThat(whole.devices())
                .extracting(ChainDevice::id)
                .containsExactly(anna.device(2), anna.device(3), anna.device(4));
    }

    @Test
    @DisplayName("A statement is signed by a device that stands in the chain before it, and was not revoked")
    void aDeviceThatWasRevokedSignsNothing() {
        Bytes before = anna.chain().head();
        anna.revoke(0, 1, NOW);
        refuse(anna.signed(new RevokeDevice(principal(), head(), anna.device(0), NOW), 1), Reason.SIGNER_REVOKED);
        refuse(anna.signed(new RevokeDevice(principal(), head(), anna.device(2), NOW), 1), Reason.SIGNER_REVOKED);
        refuse(anna.signed(added(HybridKeyPair.generate(PRIMITIVES, people.random()), NOW), 1), Reason.SIGNER_REVOKED);
        refuse(
                anna.signed(new RevokeDevice(principal(), before, anna.device(0), NOW - 1), 1),
                Reason.STATEMENT_NAMES_ANOTHER_HEAD);
    }

    @Test
    @DisplayName("A statement that names another device than the one whose key signed it is refused")
    void nobodySignsInTheNameOfAnotherDevice() {
        SignedStatement byTwo = anna.signed(new RevokeDevice(principal(), head(), anna.device(1), NOW), 2);
        refuse(
                new SignedStatement(byTwo.statement(), anna.device(0), byTwo.bySigner()),
                Reason.STATEMENT_NOT_SIGNED_BY_ITS_SIGNER);
    }

    @Test
    void aDeviceOfSomebodyElseRevokesNobody() {
        Person bert = people.person("Bert", NOW - 10 * DAY);
        refuse(bert.signed(new RevokeDevice(principal(), head(), anna.device(1), NOW), 0), Reason.SIGNER_NOT_IN_CHAIN);
        refuse(
                bert.signed(
                        new RevokeDevice(bert.chain().principal(), bert.chain().head(), anna.device(1), NOW), 0),
                Reason.STATEMENT_OF_ANOTHER_PRINCIPAL);
    }

    @Test
    @DisplayName("The device that it revokes stands in the chain before it")
    void aDeviceThatDoesNotStandInTheChainIsNotRevoked() {
        Person bert = people.person("Bert", NOW - 10 * DAY);
        refuse(
                anna.signed(new RevokeDevice(principal(), head(), bert.device(0), NOW), 0),
                Reason.REVOKED_DEVICE_NOT_IN_CHAIN);
        anna.revoke(0, 1, NOW);
        refuse(anna.signed(new RevokeDevice(principal(), head(), anna.device(1), NOW), 0), Reason.DEVICE_REVOKED_TWICE);
    }

    @Test
    @DisplayName("The last device that stands in the chain is not revoked, by itself or anybody")
    void theLastDeviceStays() {
        anna.revoke(0, 1, NOW).revoke(2, 0, NOW);
        refuse(anna.signed(new RevokeDevice(principal(), head(), anna.device(2), NOW), 2), Reason.LAST_DEVICE_REVOKED);
        assertThatThrownBy(() -> RevokeDevice.sign(
                        PRIMITIVES,
                        people.random(),
                        people.offices(),
                        anna.chain(),
                        anna.device(2),
                        anna.keys.get(2),
                        NOW))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LAST_DEVICE_REVOKED));
    }

    @Test
    void aDeviceMayRevokeItselfAsLongAsAnotherIsLeft() {
        anna.revoke(1, 1, NOW);
        assertThat(anna.chain().device(anna.device(1))).isNull();
        assertThat(anna.chain().revoked().getFirst().by()).isEqualTo(anna.device(1));
    }

    @Test
    @DisplayName("A device that was revoked is never added again")
    void aRevokedKeyNeverComesBack() {
        anna.revoke(0, 1, NOW);
        refuse(anna.signed(added(anna.keys.get(1), NOW), 0), Reason.DEVICE_ADDED_TWICE);
    }

    @Test
    @DisplayName("Times do not run backwards")
    void timesDoNotRunBackwards() {
        refuse(
                anna.signed(new RevokeDevice(principal(), head(), anna.device(1), NOW - 8 * DAY - 1), 0),
                Reason.TIMES_RUN_BACKWARDS);
        anna.revoke(0, 1, NOW);
        refuse(
                anna.signed(added(HybridKeyPair.generate(PRIMITIVES, people.random()), NOW - 1), 0),
                Reason.TIMES_RUN_BACKWARDS);
        assertThat(anna.revoke(0, 2, NOW - DAY).chain().lastStatementAt())
                .as("a clock that is behind does not keep a person from taking a device out")
                .isEqualTo(NOW);
    }

    @Test
    void twoDevicesThatRevokeEachOtherMakeTwoChainsOfWhichAVerifierKeepsTheFirst() throws IdentityException {
        SignedStatement zeroOut = anna.signed(new RevokeDevice(principal(), head(), anna.device(0), NOW), 1);
        SignedStatement oneOut = anna.signed(new RevokeDevice(principal(), head(), anna.device(1), NOW), 0);
        UnverifiedChain first = anna.wire().with(zeroOut);
        UnverifiedChain second = anna.wire().with(oneOut);
        assertThat(first).isNotNull();
        assertThat(second).isNotNull();
        VerifiedChain known = first.verifyAfter(anna.chain(), PRIMITIVES, people.offices());
        assertThat(known.isRevoked(anna.device(0))).isTrue();
        assertThat(second.verifyAfter(known, PRIMITIVES, people.offices())).isSameAs(known);
        refuse(List.of(zeroOut, oneOut), Reason.STATEMENT_NAMES_ANOTHER_HEAD);
    }

    @Test
    void aDeviceForksNothingAfterItWasRevoked() throws IdentityException {
        List<SignedStatement> before = List.copyOf(anna.statements);
        Bytes head = head();
        anna.revoke(0, 1, NOW);
        VerifiedChain known = anna.chain();
        SignedStatement back = anna.signed(new RevokeDevice(principal(), head, anna.device(0), NOW), 1);
        List<SignedStatement> forked = new ArrayList<>(before);
        forked.add(back);
        UnverifiedChain fork = new UnverifiedChain(anna.genesis, forked);
        assertThat(fork.verify(PRIMITIVES, people.offices()).isRevoked(anna.device(0)))
                .as("who has seen nothing else cannot tell")
                .isTrue();
        assertThat(fork.verifyAfter(known, PRIMITIVES, people.offices())).isSameAs(known);
    }

    @Test
    void whatWasKeptGoesOnCountingAndWhatIsNewDoesNot() throws LineException {
        SignedByDevice kept = SignedByDevice.sign(
                PRIMITIVES, people.random(), anna.keys.get(1), "Whodis 1 Test", out -> out.uint8(7));
        kept.verify(PRIMITIVES, "Whodis 1 Test", anna.chain());
        anna.revoke(0, 1, NOW);
        kept.verifyKept(PRIMITIVES, "Whodis 1 Test", anna.chain());
        assertThatThrownBy(() -> kept.verify(PRIMITIVES, "Whodis 1 Test", anna.chain()))
                .isInstanceOf(LineException.class);
        assertThatThrownBy(() -> kept.verifyKept(PRIMITIVES, "Whodis 1 Another", anna.chain()))
                .isInstanceOf(LineException.class);
        Person bert = people.person("Bert", NOW);
        assertThatThrownBy(() -> kept.verifyKept(PRIMITIVES, "Whodis 1 Test", bert.chain()))
                .isInstanceOf(LineException.class);
    }

    @Test
    void aRevocationIsReadToItsLastByteAndRefusedAtEveryOtherLength() throws DecodeException {
        anna.revoke(0, 1, NOW);
        Bytes encoded = anna.statements.getLast().statement();
        assertThat(encoded.length()).isEqualTo(RevokeDevice.LENGTH);
        assertThat(Statement.decode(encoded).encode()).isEqualTo(encoded);
        assertThat(RevokeDevice.decode(encoded).device()).isEqualTo(anna.device(1));
        assertThatThrownBy(() -> AddDevice.decode(encoded)).isInstanceOf(DecodeException.class);
        assertThatThrownBy(() -> RevokeDevice.decode(anna.statements.getFirst().statement()))
                .isInstanceOf(DecodeException.class);
        for (int length = 0; length < encoded.length(); length++) {
            Bytes cut = encoded.slice(0, length);
            assertThatThrownBy(() -> Statement.decode(cut)).isInstanceOf(DecodeException.class);
        }
        Bytes longer = Bytes.concat(encoded, Bytes.of(new byte[1]));
        assertThatThrownBy(() -> Statement.decode(longer)).isInstanceOf(DecodeException.class);
    }

    @Test
    void anyByteOfARevocationThatIsAnotherIsRefused() {
        long seed = 20261123;
        Random random = new Random(seed);
        anna.revoke(0, 1, NOW);
        SignedStatement real = anna.statements.removeLast();
        for (int round = 0; round < 40; round++) {
            byte[] changed = real.statement().toArray();
            int at = random.nextInt(changed.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            UnverifiedChain chain =
                    anna.wire().with(new SignedStatement(Bytes.of(changed), real.signer(), real.bySigner()));
            assertThat(chain).isNotNull();
            assertThatThrownBy(() -> chain.verify(PRIMITIVES, people.offices()))
                    .as("seed %d, round %d, byte %d", seed, round, at)
                    .isInstanceOf(IdentityException.class);
        }
    }

    @Test
    void aChainHasRoomForAsMuchAsFitsTheMessagesThatCarryIt() throws Exception {
        SignedStatement added = anna.statements.getFirst();
        SignedStatement revoked = anna.revoke(0, 1, NOW).statements.getLast();
        assertThat(added.encode().length())
                .isEqualTo(SignedStatement.MAX_LENGTH)
                .isEqualTo(added.length());
        assertThat(revoked.encode().length())
                .isEqualTo(SignedStatement.REVOCATION_LENGTH)
                .isEqualTo(revoked.length());
        UnverifiedChain chain = new UnverifiedChain(anna.genesis, List.of());
        UnverifiedChain fullest = chain;
        for (int i = 0; i < 16; i++) {
            fullest = fullest.with(added);
            assertThat(fullest).isNotNull();
        }
        assertThat(fullest.encode().length()).isLessThanOrEqualTo(UnverifiedChain.MAX_LENGTH);
        assertThat(fullest.with(revoked)).isNull();
        assertThat(UnverifiedChain.decode(fullest.encode())).isEqualTo(fullest);
        UnverifiedChain most = chain;
        for (int i = 0; i < 32; i++) {
            most = most.with(revoked);
            assertThat(most).isNotNull();
        }
        assertThat(most.with(revoked)).isNull();
        assertThat(UnverifiedChain.decode(most.encode())).isEqualTo(most);
    }

    @Test
    void statementsOfAnyLengthThatFitTheWireAreRead() throws Exception {
        SignedStatement tiny = new SignedStatement(
                Bytes.of(new byte[63]),
                anna.device(0),
                anna.statements.getFirst().bySigner());
        assertThat(tiny.encode().length()).isEqualTo(tiny.length());
        SignedStatement small = new SignedStatement(Bytes.of(new byte[64]), tiny.signer(), tiny.bySigner());
        assertThat(small.encode().length()).isEqualTo(small.length());
        SignedStatement empty = new SignedStatement(Bytes.EMPTY, tiny.signer(), tiny.bySigner());
        assertThat(empty.encode().length()).isEqualTo(empty.length());
    }

    private AddDevice added(HybridKeyPair key, long at) {
        DeviceLink link =
                new DeviceLink(People.DOMAIN, Secret.owning(people.random().next(16)), people.officeKey(), principal());
        LinkRequest request = LinkRequest.create(PRIMITIVES, people.random(), link, key, DeviceKind.BROWSER);
        return new AddDevice(principal(), head(), key.publicKey(), DeviceKind.BROWSER, at, request.possession());
    }

    private PrincipalId principal() {
        return anna.chain().principal();
    }

    private Bytes head() {
        return anna.chain().head();
    }

    private void refuse(SignedStatement next, Reason reason) {
        refuse(List.of(next), reason);
    }

    /** After the chain as it is. */
    private void refuse(List<SignedStatement> next, Reason reason) {
        List<SignedStatement> statements = new ArrayList<>(anna.statements);
        statements.addAll(next);
        assertThatThrownBy(() -> new UnverifiedChain(anna.genesis, statements).verify(PRIMITIVES, people.offices()))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
