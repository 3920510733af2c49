package org.whodis.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.DAY;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.IdentityException.Reason;
import org.whodis.core.identity.People.Person;
import org.whodis.core.wire.Bytes;

/** The checks of {@link UnverifiedChain#verify}, by their numbers, and those of descriptors and links. */
class ChainTest {
    private final People people = new People(20261122);
    private final Person anna =
            people.person("Anna", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY).addDevice(1, NOW - 8 * DAY);

    @Test
    void aChainOfThreeDevicesIsVerified() {
        VerifiedChain chain = anna.chain();
        assertThat(chain.principal()).isEqualTo(PrincipalId.of(PRIMITIVES, anna.genesis.genesis()));
        assertThat(chain.devices())
                .extracting(ChainDevice::id)
                .containsExactly(anna.device(0), anna.device(1), anna.device(2));
        assertThat(chain.devices().get(0).addedBy()).isNull();
        assertThat(chain.devices().get(2).addedBy()).isEqualTo(anna.device(1));
        assertThat(chain.devices().get(0).head()).isEqualTo(chain.principal().value());
        assertThat(chain.devices().get(1).head())
                .isEqualTo(LabelledHash.of(
                        PRIMITIVES,
                        "Whodis 1 Chain head",
                        chain.principal().value(),
                        anna.statements.get(0).statement()));
        assertThat(chain.contains(chain.devices().get(1).head())).isTrue();
        assertThat(chain.contains(chain.head())).isTrue();
        assertThat(chain.contains(Bytes.of(new byte[32]))).isFalse();
    }

    @Test
    void aChainThatWasSeenIsGivenUpForOneThatExtendsItAlone() throws IdentityException {
        UnverifiedChain whole = anna.wire();
        anna.statements.removeLast();
        UnverifiedChain older = anna.wire();
        UnverifiedChain forked = anna.addDevice(0, NOW - 7 * DAY).wire();
        VerifiedChain seen = older.verifyAfter(null, PRIMITIVES, people.offices());
        assertThat(seen.wire()).isEqualTo(older);
        assertThat(older.verifyAfter(seen, PRIMITIVES, people.offices())).isSameAs(seen);
        VerifiedChain grown = whole.verifyAfter(seen, PRIMITIVES, people.offices());
        assertThat(grown.wire()).isEqualTo(whole);
        assertThat(older.verifyAfter(grown, PRIMITIVES, people.offices())).isSameAs(grown);
        assertThat(forked.verifyAfter(grown, PRIMITIVES, people.offices())).isSameAs(grown);
    }

    @Test
    void check1AGenesisThatIsMalformedIsRefused() {
        Bytes cut = anna.genesis.genesis().slice(0, anna.genesis.genesis().length() - 1);
        refuse(
                new SignedGenesis(cut, anna.genesis.byDevice(), anna.genesis.byOffice()),
                List.of(),
                Reason.MALFORMED_GENESIS);
    }

    @Test
    void check2AnOfficeThatTheVerifierDoesNotKnowVouchesForNobody() {
        assertThatThrownBy(() -> anna.wire().verify(PRIMITIVES, (domain, key) -> null))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_OFFICE));
        HybridKeyPair other = HybridKeyPair.generate(PRIMITIVES, people.random());
        assertThatThrownBy(() -> anna.wire().verify(PRIMITIVES, (domain, key) -> other.publicKey()))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_OFFICE));
        OfficeKeys elsewhere = OfficeKeys.only(
                PRIMITIVES, new OfficeDomain("other.example"), people.office().publicKey());
        assertThatThrownBy(() -> anna.wire().verify(PRIMITIVES, elsewhere))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_OFFICE));
    }

    @Test
    void check3AGenesisThatItsDeviceDidNotSignIsRefused() {
        SignedGenesis g = anna.genesis;
        refuse(
                new SignedGenesis(g.genesis(), g.byOffice(), g.byOffice()),
                List.of(),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_DEVICE);
        refuse(
                new SignedGenesis(g.genesis(), halfForged(g.byDevice(), true), g.byOffice()),
                List.of(),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_DEVICE);
        refuse(
                new SignedGenesis(g.genesis(), halfForged(g.byDevice(), false), g.byOffice()),
                List.of(),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_DEVICE);
    }

    @Test
    void check4AGenesisThatItsOfficeDidNotSignIsRefused() {
        SignedGenesis g = anna.genesis;
        refuse(
                new SignedGenesis(g.genesis(), g.byDevice(), g.byDevice()),
                List.of(),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_OFFICE);
        refuse(
                new SignedGenesis(g.genesis(), g.byDevice(), halfForged(g.byOffice(), false)),
                List.of(),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_OFFICE);
        HybridSignature underTheOtherLabel =
                people.office().sign(PRIMITIVES, SignedGenesis.BY_DEVICE, g.genesis(), people.random());
        refuse(
                new SignedGenesis(g.genesis(), g.byDevice(), underTheOtherLabel),
                List.of(),
                Reason.GENESIS_NOT_SIGNED_BY_ITS_OFFICE);
    }

    @Test
    void check5AStatementThatIsMalformedIsRefused() {
        SignedStatement s = anna.statements.getFirst();
        Bytes unknownType = Bytes.concat(
                s.statement().slice(0, 2),
                Bytes.fromHex("04"),
                s.statement().slice(3, s.statement().length()));
        refuseStatement(new SignedStatement(unknownType, s.signer(), s.bySigner()), Reason.MALFORMED_STATEMENT);
    }

    @Test
    void check6AStatementOfAnotherPrincipalIsRefused() {
        Person bert = people.person("Bert", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY);
        refuseStatement(bert.statements.getFirst(), Reason.STATEMENT_OF_ANOTHER_PRINCIPAL);
    }

    @Test
    void check7AStatementThatNamesAnotherHeadIsRefused() {
        refuseStatement(anna.statements.get(1), Reason.STATEMENT_NAMES_ANOTHER_HEAD);
        refuse(
                anna.genesis,
                List.of(anna.statements.get(0), anna.statements.get(0)),
                Reason.STATEMENT_NAMES_ANOTHER_HEAD);
        refuse(
                anna.genesis,
                List.of(anna.statements.get(1), anna.statements.get(0)),
                Reason.STATEMENT_NAMES_ANOTHER_HEAD);
    }

    @Test
    void check8ASignerThatDoesNotStandInTheChainBeforeTheStatementIsRefused() {
        SignedStatement s = anna.statements.getFirst();
        refuseStatement(new SignedStatement(s.statement(), anna.device(2), s.bySigner()), Reason.SIGNER_NOT_IN_CHAIN);
        HybridSignature byItself =
                anna.keys.get(1).sign(PRIMITIVES, SignedStatement.BY_SIGNER, s.statement(), people.random());
        refuseStatement(new SignedStatement(s.statement(), anna.device(1), byItself), Reason.SIGNER_NOT_IN_CHAIN);
    }

    @Test
    void check9AStatementThatItsSignerDidNotSignIsRefused() {
        SignedStatement s = anna.statements.getFirst();
        HybridSignature byAnother =
                anna.keys.get(1).sign(PRIMITIVES, SignedStatement.BY_SIGNER, s.statement(), people.random());
        refuseStatement(
                new SignedStatement(s.statement(), s.signer(), byAnother), Reason.STATEMENT_NOT_SIGNED_BY_ITS_SIGNER);
        refuseStatement(
                new SignedStatement(s.statement(), s.signer(), halfForged(s.bySigner(), true)),
                Reason.STATEMENT_NOT_SIGNED_BY_ITS_SIGNER);
        refuseStatement(
                new SignedStatement(s.statement(), s.signer(), halfForged(s.bySigner(), false)),
                Reason.STATEMENT_NOT_SIGNED_BY_ITS_SIGNER);
    }

    @Test
    void check10ADeviceIsAddedOnce() {
        refuseStatement(statement(anna.keys.get(0), anna.keys.get(0), NOW), Reason.DEVICE_ADDED_TWICE);
    }

    @Test
    void check11ADeviceThatDoesNotProveItsKeyIsNotAdded() {
        HybridKeyPair added = HybridKeyPair.generate(PRIMITIVES, people.random());
        refuseStatement(statement(added, anna.keys.get(0), NOW), Reason.NO_PROOF_OF_POSSESSION);
    }

    @Test
    void check12TimesDoNotRunBackwards() {
        HybridKeyPair added = HybridKeyPair.generate(PRIMITIVES, people.random());
        refuseStatement(statement(added, added, NOW - 11 * DAY), Reason.TIMES_RUN_BACKWARDS);
    }

    @Test
    void moreStatementsThanFitAreRefused() {
        assertThatThrownBy(() -> new UnverifiedChain(
                        anna.genesis, java.util.Collections.nCopies(17, anna.statements.getFirst())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOfficeDescriptorIsBelievedForItsOwnTlsKeyOnly() throws IdentityException {
        Bytes tls = People.bytes(people.random(), 32);
        Bytes descriptor = new OfficeDescriptor(
                        People.DOMAIN, people.office().publicKey(), OfficeDescriptor.NO_RECOVERY_KEY, tls, NOW)
                .encode();
        SignedOfficeDescriptor signed = new SignedOfficeDescriptor(
                descriptor,
                people.office().sign(PRIMITIVES, SignedOfficeDescriptor.BY_OFFICE, descriptor, people.random()));
        assertThat(signed.verify(PRIMITIVES, People.DOMAIN, people.officeKey(), tls)
                        .tlsSpkiSha256())
                .isEqualTo(tls);

        Bytes other = Bytes.of(new byte[32]);
        refuse(signed, People.DOMAIN, people.officeKey(), other, Reason.ANOTHER_TLS_KEY);
        refuse(signed, People.DOMAIN, other, tls, Reason.ANOTHER_OFFICE_KEY);
        refuse(signed, new OfficeDomain("other.example"), people.officeKey(), tls, Reason.ANOTHER_DOMAIN);
        refuse(
                new SignedOfficeDescriptor(descriptor, halfForged(signed.byOffice(), true)),
                People.DOMAIN,
                people.officeKey(),
                tls,
                Reason.DESCRIPTOR_NOT_SIGNED_BY_THE_OFFICE);
        refuse(
                new SignedOfficeDescriptor(descriptor.slice(1, descriptor.length()), signed.byOffice()),
                People.DOMAIN,
                people.officeKey(),
                tls,
                Reason.MALFORMED_DESCRIPTOR);
    }

    @Test
    void aLinkRequestIsBelievedForItsOwnLinkOnly() throws IdentityException {
        DeviceLink link = new DeviceLink(
                People.DOMAIN,
                Secret.owning(people.random().next(16)),
                people.officeKey(),
                anna.chain().principal());
        HybridKeyPair added = HybridKeyPair.generate(PRIMITIVES, people.random());
        LinkRequest request = LinkRequest.create(PRIMITIVES, people.random(), link, added, DeviceKind.BROWSER);
        request.verify(PRIMITIVES, link);
        assertThat(request.words(PRIMITIVES))
                .as("44 bits could be searched, since nothing commits to them")
                .hasSize(6);

        DeviceLink another = new DeviceLink(
                People.DOMAIN, Secret.owning(people.random().next(16)), people.officeKey(), link.principal());
        refuse(request, another, Reason.ANOTHER_LINK);
        HybridKeyPair intruder = HybridKeyPair.generate(PRIMITIVES, people.random());
        refuse(
                new LinkRequest(
                        request.linkId(),
                        request.principal(),
                        intruder.publicKey(),
                        request.deviceKind(),
                        request.possession(),
                        request.mac()),
                link,
                Reason.WRONG_MAC);
        LinkRequest thirdParty = LinkRequest.create(PRIMITIVES, people.random(), another, added, DeviceKind.BROWSER);
        refuse(
                new LinkRequest(
                        request.linkId(),
                        thirdParty.principal(),
                        thirdParty.deviceKey(),
                        thirdParty.deviceKind(),
                        thirdParty.possession(),
                        thirdParty.mac()),
                link,
                Reason.WRONG_MAC);
    }

    @Test
    void bothSidesOfAnEnrolmentComputeTheSameWords() {
        Bytes genesis = anna.genesis.genesis();
        Bytes deviceNonce = People.bytes(people.random(), 32);
        Bytes officeNonce = People.bytes(people.random(), 32);
        assertThat(Enrolment.words(PRIMITIVES, genesis, deviceNonce, officeNonce))
                .hasSize(4)
                .isEqualTo(Enrolment.words(PRIMITIVES, genesis, deviceNonce, officeNonce))
                .isNotEqualTo(Enrolment.words(PRIMITIVES, genesis, officeNonce, deviceNonce));
        assertThat(Enrolment.commitment(PRIMITIVES, genesis, deviceNonce))
                .isNotEqualTo(Enrolment.commitment(PRIMITIVES, genesis, officeNonce));
    }

    /** A statement that adds {@code added} after the genesis; the possession is signed by {@code possessor}. */
    private SignedStatement statement(HybridKeyPair added, HybridKeyPair possessor, long createdAt) {
        PrincipalId principal = anna.chain().principal();
        Bytes possession = AddDevice.possessionStatement(PRIMITIVES, principal, added.publicKey(), DeviceKind.BROWSER);
        Bytes encoded = new AddDevice(
                        principal,
                        principal.value(),
                        added.publicKey(),
                        DeviceKind.BROWSER,
                        createdAt,
                        possessor.sign(PRIMITIVES, AddDevice.POSSESSION, possession, people.random()))
                .encode();
        return new SignedStatement(
                encoded,
                anna.device(0),
                anna.keys.getFirst().sign(PRIMITIVES, SignedStatement.BY_SIGNER, encoded, people.random()));
    }

    /** A signature of which only one half holds. */
    private static HybridSignature halfForged(HybridSignature real, boolean classical) {
        Bytes forged = classical ? flip(real.ed25519()) : flip(real.mlDsa65());
        return classical ? new HybridSignature(forged, real.mlDsa65()) : new HybridSignature(real.ed25519(), forged);
    }

    private static Bytes flip(Bytes value) {
        byte[] changed = value.toArray();
        changed[0] ^= 1;
        return Bytes.of(changed);
    }

    private void refuseStatement(SignedStatement first, Reason reason) {
        refuse(anna.genesis, List.of(first), reason);
    }

    private void refuse(SignedGenesis genesis, List<SignedStatement> statements, Reason reason) {
        assertThatThrownBy(() -> new UnverifiedChain(genesis, statements).verify(PRIMITIVES, people.offices()))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void refuse(
            SignedOfficeDescriptor signed, OfficeDomain domain, Bytes key, Bytes tls, Reason reason) {
        assertThatThrownBy(() -> signed.verify(PRIMITIVES, domain, key, tls))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void refuse(LinkRequest request, DeviceLink link, Reason reason) {
        assertThatThrownBy(() -> request.verify(PRIMITIVES, link))
                .isInstanceOfSatisfying(
                        IdentityException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
