package org.whodis.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.whodis.core.call.Cast.ANNA;
import static org.whodis.core.call.Cast.BERT;
import static org.whodis.core.call.Cast.CARL;
import static org.whodis.core.call.Cast.OTHER_ANNA;
import static org.whodis.core.call.TestPrimitives.SHARED;
import static org.whodis.core.identity.People.NOW;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.message.Admission;
import org.whodis.core.message.CallCredential;
import org.whodis.core.message.CallCredential.Role;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallWelcome;
import org.whodis.core.message.SignedAdmission;
import org.whodis.core.message.SignedCallCredential;
import org.whodis.core.mls.Breaks;
import org.whodis.core.mls.Codepoints;
import org.whodis.core.mls.CommitPlan;
import org.whodis.core.mls.CommitPolicy;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.CredentialValidator;
import org.whodis.core.mls.Extension;
import org.whodis.core.mls.GroupRules;
import org.whodis.core.mls.HandshakeFormat;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.LeafNode;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.Processed;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Rejection;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The rules of protocol section 5.1, each with a Commit that breaks it. Anna's device is hostile: it checks nothing of what it
 * sends. Bert's keeps the rules.
 */
public class CallAuthorityTest {
    private static final CredentialValidator EVERYBODY = (leaf, occasion) -> {};
    private static final CallId CALL = new CallId(Bytes.of(new byte[16]));
    private static final Bytes OFFER = Bytes.of(new byte[32]);
    private static final CallParties PARTIES = new CallParties(
            ANNA.chain().principal(),
            BERT.chain().principal(),
            Map.of(
                    ANNA.chain().principal(), ANNA.chain(),
                    BERT.chain().principal(), BERT.chain(),
                    CARL.chain().principal(), CARL.chain()));
    private static final GroupRules STRICT = GroupRules.ofCall(
            new CallLeaves(SHARED, CALL, OFFER, PARTIES, () -> NOW),
            new CallAuthority(SHARED, CALL, OFFER, PARTIES),
            CallWelcome.MAX_WELCOME);

    private final RandomBytes random = People.random(14);
    private MlsGroup anna;
    private MlsGroup bert;

    CallAuthorityTest() throws MlsException {
        MlsGroup alone = create(ANNA, GroupRules.closed(EVERYBODY));
        KeyPackageBundle answered = bundle(BERT, 0, Role.PRINCIPAL, List.of());
        PendingCommit added = alone.commit(add(answered), random, NOW / 1000);
        anna = added.next();
        bert = join(added, answered, STRICT);
    }

    // ---- what is followed

    @Test
    void anInterpreterComesInWithAnAdmissionFromEachSide() throws MlsException {
        for (Role role : List.of(Role.INTERPRETER, Role.NOTE_TAKER, Role.ADVISER, Role.LISTENER)) {
            KeyPackageBundle carl = bundle(CARL, 0, role, bothAdmit(CARL, 0, role));
            PendingCommit commit = bert.commit(add(carl), random, NOW / 1000);
            assertThat(((Processed.NewEpoch) anna.process(commit.commitBytes(), NOW / 1000))
                            .group()
                            .epochAuthenticator())
                    .isEqualTo(commit.next().epochAuthenticator());
            MlsGroup joined = join(commit, carl, STRICT);
            assertThat(joined.epochAuthenticator()).isEqualTo(commit.next().epochAuthenticator());
            assertThat(CallAuthority.credentialOf(joined.members().get(2).leaf())
                            .role())
                    .isEqualTo(role);
        }
    }

    /** The rules are those of the call's beginning, the clock is not. */
    @Test
    void aLeafIsAsOldAsTheClockSaysWhenItComes() throws MlsException {
        long[] now = {NOW};
        CallLeaves leaves = new CallLeaves(SHARED, CALL, OFFER, PARTIES, () -> now[0]);
        KeyPackage carl = bundle(CARL, 0, Role.ADVISER, List.of()).keyPackage();
        CredentialValidator.Added added = new CredentialValidator.Added(carl);
        leaves.validate(carl.leafNode(), added);
        now[0] = NOW - 2 * Limits.CLOCK_SKEW;
        assertRejected(Rejection.CREDENTIAL_REFUSED, () -> leaves.validate(carl.leafNode(), added));
        now[0] = NOW + Limits.LEAF_LIFETIME + Limits.CLOCK_SKEW;
        leaves.validate(carl.leafNode(), added);
        now[0]++;
        assertRejected(Rejection.CREDENTIAL_REFUSED, () -> leaves.validate(carl.leafNode(), added));
    }

    @Test
    void whoLostItsStateIsRemovedAndAddedAgainInOneCommit() throws MlsException {
        KeyPackageBundle again = bundle(ANNA, 0, Role.PRINCIPAL, bothAdmit(ANNA, 0, Role.PRINCIPAL));
        List<Proposal> proposals = List.of(new Proposal.Remove(0), new Proposal.Add(again.keyPackage()));
        PendingCommit commit = bert.commit(proposals, random, NOW / 1000);
        MlsGroup back = join(commit, again, STRICT);
        assertThat(back.epochAuthenticator()).isEqualTo(commit.next().epochAuthenticator());
        assertThat(anna.process(commit.commitBytes(), NOW / 1000)).isInstanceOf(Processed.RemovedFromGroup.class);
    }

    @Test
    void eitherSideRemovesWhoeverItNoLongerWants() throws MlsException {
        KeyPackageBundle carl = bundle(CARL, 0, Role.ADVISER, bothAdmit(CARL, 0, Role.ADVISER));
        PendingCommit added = anna.commit(add(carl), random, NOW / 1000);
        bert = follow(bert, added);
        PendingCommit removed = added.next().commit(List.of(new Proposal.Remove(2)), random, NOW / 1000);
        assertThat(follow(bert, removed).members()).hasSize(2);
    }

    // ---- what is not

    @Test
    @Breaks(Rejection.COMMITTER_NOT_PRINCIPAL)
    void onlyDevicesOfThePrincipalsCommit() throws MlsException {
        KeyPackageBundle carl = bundle(CARL, 0, Role.INTERPRETER, bothAdmit(CARL, 0, Role.INTERPRETER));
        PendingCommit added = anna.commit(add(carl), random, NOW / 1000);
        bert = follow(bert, added);
        PendingCommit byCarl = join(added, carl, GroupRules.closed(EVERYBODY)).commit(List.of(), random, NOW / 1000);
        assertRefused(Rejection.COMMITTER_NOT_PRINCIPAL, byCarl);
        MlsGroup honestCarl = join(added, carl, STRICT);
        assertRejected(Rejection.COMMITTER_NOT_PRINCIPAL, () -> honestCarl.commit(List.of(), random, NOW / 1000));
    }

    @Test
    @Breaks(Rejection.CALL_PATH_MISSING)
    void everyCommitOfACallHasAPath() throws MlsException {
        KeyPackageBundle carl = bundle(CARL, 0, Role.ADVISER, bothAdmit(CARL, 0, Role.ADVISER));
        CommitPlan plan = CommitPlan.of(add(carl)).withPathOnlyWhereNeeded();
        assertRefused(Rejection.CALL_PATH_MISSING, anna.commit(plan, random, NOW / 1000));
    }

    @Test
    @Breaks(Rejection.CALL_PROPOSAL_TYPE)
    void aCommitOfACallAddsAndRemovesAndDoesNothingElse() throws MlsException {
        Proposal extensions = new Proposal.GroupContextExtensions(List.of());
        assertRefused(Rejection.CALL_PROPOSAL_TYPE, anna.commit(List.of(extensions), random, NOW / 1000));
    }

    @Test
    void aCallRefusesPublicMessagesProposalsOutsideCommitsAndExternalCommits() throws MlsException {
        CommitPlan inTheClear = CommitPlan.of(List.of()).withFormat(HandshakeFormat.PUBLIC_MESSAGE);
        assertRefused(Rejection.PUBLIC_MESSAGE, anna.commit(inTheClear, random, NOW / 1000));
        PendingCommit external = MlsGroup.joinExternally(
                SHARED,
                anna.groupInfo(true),
                null,
                LeafKeys.generate(SHARED, VerifiedOffer.SUITE, random),
                anna.members().get(0).leaf().credential(),
                GroupRules.closed(EVERYBODY),
                List.of(),
                random,
                NOW / 1000);
        assertRefused(Rejection.PUBLIC_MESSAGE, external);
        Bytes alone = anna.proposeUpdate(HandshakeFormat.PRIVATE_MESSAGE, random, NOW / 1000)
                .bytes();
        assertRejected(Rejection.STANDALONE_PROPOSAL, () -> bert.process(alone, NOW / 1000));
    }

    @Test
    @Breaks(Rejection.FIRST_COMMIT_OF_CALL)
    void theFirstCommitAddsWhoAnsweredAndNobodyElse() throws MlsException {
        MlsGroup alone = create(ANNA, STRICT);
        KeyPackageBundle answered = bundle(BERT, 0, Role.PRINCIPAL, List.of());
        KeyPackageBundle carl = bundle(CARL, 0, Role.ADVISER, List.of());
        KeyPackageBundle ownSecond = bundle(ANNA, 1, Role.PRINCIPAL, List.of());
        List<Proposal> both = new ArrayList<>(add(answered));
        both.addAll(add(carl));
        for (List<Proposal> proposals : List.of(List.<Proposal>of(), both, add(carl), add(ownSecond))) {
            assertRejected(Rejection.FIRST_COMMIT_OF_CALL, () -> alone.commit(proposals, random, NOW / 1000));
        }
        alone.commit(add(answered), random, NOW / 1000).discard();
    }

    @Test
    @Breaks(Rejection.DEVICE_ALREADY_IN_CALL)
    void noDeviceIsInACallTwice() throws MlsException {
        KeyPackageBundle ghost = bundle(BERT, 0, Role.PRINCIPAL, bothAdmit(BERT, 0, Role.PRINCIPAL));
        assertRefused(Rejection.DEVICE_ALREADY_IN_CALL, anna.commit(add(ghost), random, NOW / 1000));
        KeyPackageBundle first = bundle(CARL, 0, Role.ADVISER, bothAdmit(CARL, 0, Role.ADVISER));
        KeyPackageBundle second = bundle(CARL, 0, Role.ADVISER, bothAdmit(CARL, 0, Role.ADVISER));
        List<Proposal> twice = List.of(new Proposal.Add(first.keyPackage()), new Proposal.Add(second.keyPackage()));
        assertRefused(Rejection.DEVICE_ALREADY_IN_CALL, anna.commit(twice, random, NOW / 1000));
    }

    @Test
    void whoeverJoinsRefusesATreeInWhichADeviceIsTwice() throws MlsException {
        MlsGroup careless = create(ANNA, GroupRules.closed(EVERYBODY));
        KeyPackageBundle carl = bundle(CARL, 0, Role.ADVISER, bothAdmit(CARL, 0, Role.ADVISER));
        List<Proposal> proposals = new ArrayList<>(add(bundle(BERT, 0, Role.PRINCIPAL, List.of())));
        proposals.addAll(add(carl));
        PendingCommit good = careless.commit(proposals, random, NOW / 1000);
        assertThat(join(good, carl, STRICT).members()).hasSize(3);
        proposals.addAll(add(bundle(BERT, 0, Role.PRINCIPAL, List.of())));
        PendingCommit ghost = careless.commit(proposals, random, NOW / 1000);
        assertRejected(Rejection.DEVICE_ALREADY_IN_CALL, () -> join(ghost, carl, STRICT));
        // The second leaf of one's own device is no better.
        PendingCommit twin = careless.commit(
                List.of(
                        new Proposal.Add(carl.keyPackage()),
                        new Proposal.Add(
                                bundle(CARL, 0, Role.ADVISER, List.of()).keyPackage())),
                random,
                NOW / 1000);
        assertRejected(Rejection.DEVICE_ALREADY_IN_CALL, () -> join(twin, carl, STRICT));
    }

    @Test
    @Breaks(Rejection.MESSAGE_TOO_LARGE)
    void aWelcomeThatNoMessageCanCarryIsNotMadeAndSaysSo() throws MlsException {
        GroupRules rules = GroupRules.ofCall(EVERYBODY, CommitPolicy.ANY, CallWelcome.MAX_WELCOME);
        List<MlsGroup> members = new ArrayList<>(List.of(create(ANNA, rules)));
        StringBuilder told = new StringBuilder("Welcomes, once all before have committed:");
        // Everybody commits, so that the tree has every parent node it can have, whose keys take room in a Welcome too.
        while (members.size() < 7) {
            KeyPackageBundle next = bundle(CARL, 0, Role.LISTENER, List.of());
            PendingCommit added = members.get(0).commit(add(next), random, NOW / 1000);
            Bytes welcome = Objects.requireNonNull(added.welcome()).encode();
            told.append(" ").append(members.size() + 1).append(": ").append(welcome.length());
            MlsGroup joined = join(added, next, rules);
            followAll(members, 0, added);
            members.add(joined);
            for (int i = 0; i < members.size(); i++) {
                followAll(members, i, members.get(i).commit(List.of(), random, NOW / 1000));
            }
        }
        System.out.println(told);
        MlsGroup ofSeven = members.get(0);
        KeyPackageBundle eighth = bundle(CARL, 0, Role.LISTENER, List.of());
        Bytes before = ofSeven.epochAuthenticator();
        assertRejected(Rejection.MESSAGE_TOO_LARGE, () -> ofSeven.commit(add(eighth), random, NOW / 1000));
        assertThat(ofSeven.epochAuthenticator()).isEqualTo(before);
        // With the tree beside it the Welcome is small.
        PendingCommit beside = ofSeven.commit(CommitPlan.of(add(eighth)).withTreeBesideWelcome(), random, NOW / 1000);
        Welcome welcome = Objects.requireNonNull(beside.welcome());
        assertThat(welcome.encode().length()).isLessThan(4_096);
        MlsGroup joined =
                MlsGroup.join(SHARED, welcome, eighth, rules, beside.next().ratchetTree(), NOW / 1000);
        assertThat(joined.epochAuthenticator()).isEqualTo(beside.next().epochAuthenticator());
    }

    private static void followAll(List<MlsGroup> members, int committer, PendingCommit commit) throws MlsException {
        for (int i = 0; i < members.size(); i++) {
            members.set(i, i == committer ? commit.next() : follow(members.get(i), commit));
        }
    }

    @Test
    @Breaks(Rejection.ROLE_NOT_HELD)
    void nobodyButTheTwoIsPrincipalAndTheyAreNothingElse() throws MlsException {
        KeyPackageBundle carl = bundle(CARL, 0, Role.PRINCIPAL, bothAdmit(CARL, 0, Role.PRINCIPAL));
        assertRefused(Rejection.ROLE_NOT_HELD, anna.commit(add(carl), random, NOW / 1000));
        KeyPackageBundle second = bundle(BERT, 1, Role.LISTENER, bothAdmit(BERT, 1, Role.LISTENER));
        assertRefused(Rejection.ROLE_NOT_HELD, anna.commit(add(second), random, NOW / 1000));
    }

    @Test
    void somebodyWithoutAChainInTheCallIsNotAdded() throws MlsException {
        KeyPackageBundle stranger = bundle(OTHER_ANNA, 0, Role.ADVISER, bothAdmit(OTHER_ANNA, 0, Role.ADVISER));
        assertRefused(Rejection.CREDENTIAL_REFUSED, anna.commit(add(stranger), random, NOW / 1000));
    }

    @Test
    @Breaks(Rejection.ADMISSION_MISSING)
    void anAddCarriesOneAdmissionFromEachSide() throws MlsException {
        SignedAdmission byAnna = admit(new Admitting(), ANNA, 0);
        SignedAdmission byBert = admit(new Admitting(), BERT, 0);
        SignedAdmission byCarl = admit(new Admitting(), CARL, 0);
        for (List<SignedAdmission> admissions : List.of(
                List.<SignedAdmission>of(),
                List.of(byAnna),
                List.of(byBert),
                List.of(byAnna, byAnna),
                List.of(byAnna, byCarl))) {
            assertRefused(Rejection.ADMISSION_MISSING, addCarl(admissions));
        }
    }

    @Test
    @Breaks(Rejection.ADMISSION_FOR_ANOTHER)
    void anAdmissionIsForThisCallOfferEpochPersonHeadDeviceAndRole() throws MlsException {
        List<Admitting> wrong = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            wrong.add(new Admitting());
        }
        wrong.get(0).call = new CallId(Bytes.of(random.next(16)));
        wrong.get(1).offer = Bytes.of(random.next(32));
        wrong.get(2).epoch = 2;
        wrong.get(3).person = OTHER_ANNA;
        wrong.get(4).head = Bytes.of(random.next(32));
        wrong.get(5).device = OTHER_ANNA;
        wrong.get(6).role = Role.LISTENER;
        for (Admitting each : wrong) {
            List<SignedAdmission> admissions = List.of(admit(new Admitting(), ANNA, 0), admit(each, BERT, 0));
            assertRefused(Rejection.ADMISSION_FOR_ANOTHER, addCarl(admissions));
        }
    }

    @Test
    void anAdmissionThatWasUsedAdmitsNobodyAfterARemoval() throws MlsException {
        List<SignedAdmission> admissions = bothAdmit(CARL, 0, Role.ADVISER);
        PendingCommit added = addCarl(admissions);
        bert = follow(bert, added);
        PendingCommit removed = added.next().commit(List.of(new Proposal.Remove(2)), random, NOW / 1000);
        bert = follow(bert, removed);
        KeyPackageBundle again = bundle(CARL, 0, Role.ADVISER, admissions);
        assertRefused(Rejection.ADMISSION_FOR_ANOTHER, removed.next().commit(add(again), random, NOW / 1000));
    }

    @Test
    @Breaks(Rejection.ADMISSION_EXPIRED)
    void anAdmissionThatExpiredOrLastsTooLongAdmitsNobody() throws MlsException {
        for (long expiresAt :
                List.of(NOW - Limits.CLOCK_SKEW - 1, NOW + Limits.ADMISSION_LIFETIME + Limits.CLOCK_SKEW + 1)) {
            Admitting admitting = new Admitting();
            admitting.expiresAt = expiresAt;
            List<SignedAdmission> admissions = List.of(admit(admitting, ANNA, 0), admit(new Admitting(), BERT, 0));
            assertRefused(Rejection.ADMISSION_EXPIRED, addCarl(admissions));
        }
    }

    @Test
    @Breaks(Rejection.ADMISSION_NOT_SIGNED)
    void anAdmissionIsSignedByADeviceOfItsSide() throws MlsException {
        SignedAdmission byAnna = admit(new Admitting(), ANNA, 0);
        SignedAdmission good = admit(new Admitting(), BERT, 0);
        Admitting signedByAnother = new Admitting();
        signedByAnother.signer = ANNA.keys.get(0);
        Admitting strangersDevice = new Admitting();
        strangersDevice.sideDevice = OTHER_ANNA;
        strangersDevice.signer = OTHER_ANNA.keys.get(0);
        for (SignedAdmission bad : List.of(
                admit(signedByAnother, BERT, 0),
                admit(strangersDevice, BERT, 0),
                new SignedAdmission(good.admission(), byAnna.byDevice()))) {
            assertRefused(Rejection.ADMISSION_NOT_SIGNED, addCarl(List.of(byAnna, bad)));
        }
        // Any device of theirs will do.
        assertThat(follow(bert, addCarl(List.of(byAnna, admit(new Admitting(), BERT, 1))))
                        .members())
                .hasSize(3);
    }

    @Test
    void admissionsThatDoNotDecodeAreMalformed() throws MlsException {
        Extension junk = new Extension(Codepoints.EXTENSION_WHODIS_ADMISSIONS, Bytes.of(new byte[] {1, 2}));
        KeyPackageBundle carl = bundleWith(CARL, 0, Role.ADVISER, junk);
        assertRefused(Rejection.MALFORMED, anna.commit(add(carl), random, NOW / 1000));
        SignedAdmission empty =
                new SignedAdmission(Bytes.EMPTY, admit(new Admitting(), ANNA, 0).byDevice());
        assertRefused(Rejection.MALFORMED, addCarl(List.of(empty)));
    }

    @Test
    void bothHalvesOfTheDevicesSignatureOverACredentialHaveToHold() throws MlsException, DecodeException {
        KeyPackageBundle good = bundle(CARL, 0, Role.ADVISER, bothAdmit(CARL, 0, Role.ADVISER));
        LeafNode leaf = good.keyPackage().leafNode();
        SignedCallCredential signed =
                SignedCallCredential.decode(leaf.credential().content());
        HybridSignature ours = signed.byDevice();
        HybridSignature another = CARL.keys.get(0).sign(SHARED, "another label", signed.credential(), random);
        CredentialValidator leaves = STRICT.credentials();
        leaves.validate(leaf, new CredentialValidator.Added(good.keyPackage()));
        for (HybridSignature half : List.of(
                new HybridSignature(another.ed25519(), ours.mlDsa65()),
                new HybridSignature(ours.ed25519(), another.mlDsa65()))) {
            LeafNode forged = withCredential(leaf, new SignedCallCredential(signed.credential(), half).encode());
            assertRejected(
                    Rejection.CREDENTIAL_REFUSED,
                    () -> leaves.validate(forged, new CredentialValidator.Added(good.keyPackage())));
            assertRejected(
                    Rejection.CREDENTIAL_REFUSED,
                    () -> leaves.validate(forged, new CredentialValidator.InJoinedTree(2)));
        }
        LeafNode junk = withCredential(leaf, Bytes.utf8("junk"));
        assertRejected(
                Rejection.CREDENTIAL_REFUSED, () -> leaves.validate(junk, new CredentialValidator.InJoinedTree(2)));
    }

    @Test
    void aLeafKeepsItsCredentialAndSignatureKeyAndNobodyJoinsByThemselves() throws MlsException {
        LeafNode before = anna.members().get(0).leaf();
        LeafNode other = bundle(ANNA, 0, Role.PRINCIPAL, List.of()).keyPackage().leafNode();
        CredentialValidator leaves = STRICT.credentials();
        leaves.validate(before, new CredentialValidator.Replaced(0, before));
        assertRejected(
                Rejection.CREDENTIAL_REFUSED,
                () -> leaves.validate(other, new CredentialValidator.Replaced(0, before)));
        LeafNode otherKey = new LeafNode(
                before.encryptionKey(),
                other.signatureKey(),
                before.credential(),
                before.capabilities(),
                before.source(),
                before.extensions(),
                before.signature());
        assertRejected(
                Rejection.CREDENTIAL_REFUSED,
                () -> leaves.validate(otherKey, new CredentialValidator.Replaced(0, before)));
        assertRejected(
                Rejection.CREDENTIAL_REFUSED,
                () -> leaves.validate(other, new CredentialValidator.JoinedExternally(2, null)));
    }

    private static LeafNode withCredential(LeafNode leaf, Bytes content) {
        return new LeafNode(
                leaf.encryptionKey(),
                leaf.signatureKey(),
                new Credential(CallCredential.CREDENTIAL_TYPE, content),
                leaf.capabilities(),
                leaf.source(),
                leaf.extensions(),
                leaf.signature());
    }

    // ---- what they say

    private void assertRefused(Rejection expected, PendingCommit commit) {
        assertRejected(expected, () -> bert.process(commit.commitBytes(), NOW / 1000));
    }

    private static void assertRejected(Rejection expected, ThrowingCallable action) {
        MlsException rejected = catchThrowableOfType(MlsException.class, action);
        assertThat(rejected)
                .as("nothing was refused where %s was due", expected)
                .isNotNull();
        assertThat(rejected.rejection()).as(rejected.getMessage()).isEqualTo(expected);
    }

    private static MlsGroup follow(MlsGroup group, PendingCommit commit) throws MlsException {
        return ((Processed.NewEpoch) group.process(commit.commitBytes(), NOW / 1000)).group();
    }

    private static List<Proposal> add(KeyPackageBundle bundle) {
        return List.of(new Proposal.Add(bundle.keyPackage()));
    }

    private PendingCommit addCarl(List<SignedAdmission> admissions) throws MlsException {
        return anna.commit(add(bundle(CARL, 0, Role.ADVISER, admissions)), random, NOW / 1000);
    }

    private List<SignedAdmission> bothAdmit(Person person, int device, Role role) {
        List<SignedAdmission> out = new ArrayList<>();
        for (Person side : List.of(ANNA, BERT)) {
            Admitting admitting = new Admitting();
            admitting.person = person;
            admitting.device = person;
            admitting.deviceIndex = device;
            admitting.role = role;
            out.add(admit(admitting, side, 0));
        }
        return out;
    }

    /** What an admission says: Carl as adviser in epoch 1, unless it is changed. */
    private static final class Admitting {
        CallId call = CALL;
        Bytes offer = OFFER;
        long epoch = 1;
        Person person = CARL;
        Person device = CARL;
        int deviceIndex;
        Role role = Role.ADVISER;
        long expiresAt = NOW + Limits.ADMISSION_LIFETIME;

        @Nullable
        Bytes head;

        @Nullable
        Person sideDevice;

        @Nullable
        HybridKeyPair signer;
    }

    private SignedAdmission admit(Admitting what, Person side, int sideDevice) {
        Bytes encoded = new Admission(
                        what.call,
                        what.offer,
                        what.epoch,
                        side.chain().principal(),
                        (what.sideDevice == null ? side : what.sideDevice).device(sideDevice),
                        what.person.chain().principal(),
                        what.head == null ? what.person.chain().head() : what.head,
                        what.device.device(what.deviceIndex),
                        what.role,
                        what.expiresAt)
                .encode();
        HybridKeyPair signer = what.signer == null ? side.keys.get(sideDevice) : what.signer;
        return new SignedAdmission(encoded, signer.sign(SHARED, Admission.LABEL, encoded, random));
    }

    private MlsGroup create(Person creator, GroupRules rules) {
        LeafKeys keys = LeafKeys.generate(SHARED, VerifiedOffer.SUITE, random);
        return MlsGroup.create(
                SHARED,
                CALL.value(),
                keys,
                credential(creator, 0, Role.PRINCIPAL, keys, Bytes.EMPTY),
                Lifetime.around(NOW / 1000, 3600),
                rules,
                List.of(),
                random);
    }

    private KeyPackageBundle bundle(Person person, int device, Role role, List<SignedAdmission> admissions) {
        Extension extension =
                new Extension(Codepoints.EXTENSION_WHODIS_ADMISSIONS, SignedAdmission.encodeList(admissions));
        return bundleWith(person, device, role, extension);
    }

    private KeyPackageBundle bundleWith(Person person, int device, Role role, Extension extension) {
        LeafKeys keys = LeafKeys.generate(SHARED, VerifiedOffer.SUITE, random);
        return KeyPackageBundle.create(
                SHARED,
                keys,
                credential(person, device, role, keys, keys.initKey()),
                Lifetime.around(NOW / 1000, 3600),
                List.of(extension),
                random);
    }

    private Credential credential(Person person, int device, Role role, LeafKeys keys, Bytes initKey) {
        Bytes says = new CallCredential(
                        CALL,
                        OFFER,
                        person.chain().principal(),
                        person.chain().head(),
                        person.device(device),
                        keys.signatureKey(),
                        keys.encryptionKey(),
                        initKey,
                        role,
                        NOW + Limits.LEAF_LIFETIME)
                .encode();
        HybridKeyPair key = person.keys.get(device);
        return new Credential(
                CallCredential.CREDENTIAL_TYPE,
                new SignedCallCredential(says, key.sign(SHARED, CallCredential.LABEL, says, random)).encode());
    }

    private static MlsGroup join(PendingCommit commit, KeyPackageBundle bundle, GroupRules rules) throws MlsException {
        Welcome welcome = commit.welcome();
        if (welcome == null) {
            throw new AssertionError("nobody was added");
        }
        return MlsGroup.join(SHARED, welcome, bundle, rules, null, NOW / 1000);
    }
}
