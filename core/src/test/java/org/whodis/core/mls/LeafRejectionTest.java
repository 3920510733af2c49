package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.assertRejected;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.mls.TestGroups.KeyPackageForge;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * Leaves and key packages that fail one check (RFC 9420 sections 7.3 and 10.1), in an Add that another member commits; and
 * the same key packages when we are to add them ourselves.
 */
class LeafRejectionTest {
    private final RandomBytes random = TestGroups.seeded(new Random(12));
    private final List<MlsGroup> members = TestGroups.pair(random);
    private final MlsGroup alice = members.get(0);
    private final MlsGroup bob = members.get(1);
    private final KeyPackageForge forge = new KeyPackageForge(random);

    LeafRejectionTest() throws MlsException {}

    private void assertNobodyAdds(Rejection expected) {
        assertRejected(expected, () -> bob.process(TestGroups.insiderCommit(alice, List.of(forge.toAdd()), null), NOW));
        assertRejected(expected, () -> bob.commit(List.of(forge.toAdd()), random, NOW));
    }

    @Test
    void theUnchangedForgeryIsAccepted() throws MlsException {
        assertThat(bob.commit(List.of(forge.toAdd()), random, NOW).welcome()).isNotNull();
        assertRejected(
                Rejection.BAD_CONFIRMATION_TAG,
                () -> bob.process(TestGroups.insiderCommit(alice, List.of(forge.toAdd()), null), NOW));
    }

    @Test
    @Breaks(Rejection.BAD_LEAF_SIGNATURE)
    void verifyThatTheSignatureOnTheLeafNodeIsValid() {
        forge.breakLeafSignature = true;
        assertNobodyAdds(Rejection.BAD_LEAF_SIGNATURE);
    }

    @Test
    @Breaks(Rejection.WRONG_LEAF_NODE_SOURCE)
    void theLeafNodeSourceInAKeyPackageMustBeKeyPackage() {
        for (LeafNodeSource source :
                List.of(new LeafNodeSource.Update(), new LeafNodeSource.Commit(Bytes.of(new byte[32])))) {
            forge.source = source;
            assertNobodyAdds(Rejection.WRONG_LEAF_NODE_SOURCE);
        }
    }

    @Test
    @Breaks(Rejection.LIFETIME_NOT_CURRENT)
    void aLeafOutsideItsLifetimeIsRefused() {
        forge.source = new LeafNodeSource.KeyPackage(new Lifetime(NOW - 100, NOW - 1));
        assertNobodyAdds(Rejection.LIFETIME_NOT_CURRENT);
        forge.source = new LeafNodeSource.KeyPackage(new Lifetime(NOW + 1, NOW + 100));
        assertNobodyAdds(Rejection.LIFETIME_NOT_CURRENT);
    }

    @Test
    @Breaks(Rejection.LIFETIME_TOO_LONG)
    void aLeafThatLivesTooLongIsRefused() {
        forge.source = new LeafNodeSource.KeyPackage(new Lifetime(NOW, NOW + 8 * 86400));
        assertNobodyAdds(Rejection.LIFETIME_TOO_LONG);
        forge.source = new LeafNodeSource.KeyPackage(new Lifetime(0, -1));
        assertNobodyAdds(Rejection.LIFETIME_TOO_LONG);
        forge.source = new LeafNodeSource.KeyPackage(new Lifetime(NOW + 1, NOW));
        assertNobodyAdds(Rejection.LIFETIME_TOO_LONG);
    }

    @Test
    @Breaks(Rejection.CAPABILITY_MISSING)
    void theCapabilitiesCoverTheVersionTheSuiteTheCredentialAndTheExtensions() {
        forge.versions = List.of(2);
        assertNobodyAdds(Rejection.CAPABILITY_MISSING);
        forge.versions = List.of(Codepoints.MLS10);
        forge.suites = List.of(7);
        assertNobodyAdds(Rejection.CAPABILITY_MISSING);
        forge.suites = List.of(TestGroups.SUITE.value());
        forge.credentials = List.of(Codepoints.CREDENTIAL_X509);
        assertNobodyAdds(Rejection.CAPABILITY_MISSING);
        forge.credentials = List.of(Codepoints.CREDENTIAL_BASIC);
        forge.leafExtensions = List.of(new Extension(0xF123, Bytes.EMPTY));
        assertNobodyAdds(Rejection.CAPABILITY_MISSING);
        forge.leafExtensions = List.of();
        forge.extensions = List.of(new Extension(0xF123, Bytes.EMPTY));
        assertNobodyAdds(Rejection.CAPABILITY_MISSING);
    }

    @Test
    @Breaks(Rejection.REQUIRED_CAPABILITY_MISSING)
    void whatTheGroupRequiresMustBeListedInTheCapabilities() throws MlsException {
        RequiredCapabilities required =
                new RequiredCapabilities(List.of(1), List.of(2), List.of(Codepoints.CREDENTIAL_BASIC));
        List<MlsGroup> strict =
                TestGroups.groupOf(2, 0, TestGroups.OPEN_RULES, List.of(required.toExtension()), random);
        Extension more = new RequiredCapabilities(List.of(), List.of(0xF777), List.of()).toExtension();
        Proposal tighten = new Proposal.GroupContextExtensions(List.of(more));
        TreeKem.NewPath path = TestGroups.honestPath(strict.get(0), random);
        Bytes commit = TestGroups.insiderCommit(strict.get(0), List.of(tighten), path.updatePath());
        assertRejected(
                Rejection.REQUIRED_CAPABILITY_MISSING, () -> strict.get(1).process(commit, NOW));
        assertRejected(
                Rejection.REQUIRED_CAPABILITY_MISSING, () -> strict.get(1).commit(List.of(tighten), random, NOW));
    }

    @Test
    @DisplayName("The new extensions MUST be used when evaluating other proposals in this list (12.3)")
    void whatACommitMakesTheGroupRequireIsRequiredOfWhomItAdds() throws MlsException {
        int supported = 0xF0AA;
        List<MlsGroup> able = new ArrayList<>(members);
        for (String name : List.of("carol", "dave")) {
            KeyPackageBundle bundle = KeyPackageBundle.create(
                    TestGroups.PRIMITIVES,
                    LeafKeys.generate(TestGroups.PRIMITIVES, TestGroups.SUITE, random),
                    Credential.basic(Bytes.utf8(name)),
                    Lifetime.around(NOW, 3600),
                    List.of(new Extension(supported, Bytes.EMPTY)),
                    random);
            PendingCommit added = able.get(1).commit(List.of(new Proposal.Add(bundle.keyPackage())), random, NOW);
            MlsGroup joined = MlsGroup.join(
                    TestGroups.PRIMITIVES, TestGroups.welcomeOf(added), bundle, TestGroups.OPEN_RULES, null, NOW);
            TestGroups.follow(able, 1, added);
            able.add(joined);
        }
        MlsGroup carol = able.get(2);
        PendingCommit alone = carol.commit(List.of(new Proposal.Remove(0), new Proposal.Remove(1)), random, NOW);
        MlsGroup dave = ((Processed.NewEpoch) able.get(3).process(alone.commitBytes(), NOW)).group();
        Proposal require = new Proposal.GroupContextExtensions(
                List.of(new RequiredCapabilities(List.of(supported), List.of(), List.of()).toExtension()));
        List<Proposal> list = List.of(forge.toAdd(), require);
        assertRejected(Rejection.REQUIRED_CAPABILITY_MISSING, () -> dave.process(careless(alone.next(), list), NOW));
        assertRejected(Rejection.REQUIRED_CAPABILITY_MISSING, () -> dave.commit(list, random, NOW));
        // The same Commit, but for what the newcomer supports, passes all checks up to its junk of a confirmation tag.
        forge.capableOfExtensions = List.of(supported);
        List<Proposal> fitting = List.of(forge.toAdd(), require);
        assertRejected(Rejection.BAD_CONFIRMATION_TAG, () -> dave.process(careless(alone.next(), fitting), NOW));
        // And the other way round: what is not required any more is not required of whom the same Commit adds.
        PendingCommit strict = alone.next().commit(List.of(require), random, NOW);
        MlsGroup strictDave = ((Processed.NewEpoch) dave.process(strict.commitBytes(), NOW)).group();
        forge.capableOfExtensions = List.of();
        assertRejected(
                Rejection.REQUIRED_CAPABILITY_MISSING, () -> strictDave.commit(List.of(forge.toAdd()), random, NOW));
        strictDave
                .commit(List.of(forge.toAdd(), new Proposal.GroupContextExtensions(List.of())), random, NOW)
                .discard();
    }

    /** A Commit by somebody who applies the proposals and does not look at what comes of it. */
    private Bytes careless(MlsGroup committer, List<Proposal> list) throws MlsException {
        GroupState state = committer.state();
        List<ProposalList.Sent> sent = new ArrayList<>();
        for (Proposal each : list) {
            sent.add(ProposalList.Sent.byMember(state.ownLeaf, each));
        }
        ProposalList.Applied applied =
                ProposalList.ofMember(state.ownLeaf, sent).apply(state.publicGroup(), PreSharedKeys.NONE, NOW);
        TreeKem.NewPath path = TreeKem.create(
                TestGroups.CRYPTO,
                applied.tree(),
                state.ownLeaf,
                state.context.groupId(),
                state.signatureSeed,
                state.keys.copy(),
                applied.addedLeaves(),
                hash -> state.context.provisional(hash, applied.extensions()),
                random);
        return TestGroups.insiderCommit(committer, list, path.updatePath());
    }

    @Test
    @DisplayName(
            "it MUST verify that the version field of the KeyPackage has the same value as that of the MLSMessage (10)")
    void aKeyPackageOfAnotherVersionThanItsMessageIsRefusedThoughItsSignatureHolds() throws MlsException {
        assertThat(MlsMessage.decode(messageOfVersion(1))).isEqualTo(forge.build());
        for (int version : new int[] {0, 2, 0x0100, 0xFFFF}) {
            Bytes message = messageOfVersion(version);
            assertRejected(Rejection.MALFORMED, () -> MlsMessage.decode(message));
            assertRejected(Rejection.MALFORMED, () -> KeyPackage.decode(message.slice(4, message.length())));
        }
    }

    /** An MLSMessage of version mls10 with a KeyPackage of another version, signed as it is. */
    private Bytes messageOfVersion(int version) {
        KeyPackage keyPackage = forge.build();
        WireWriter signature = new WireWriter().vector(keyPackage.signature());
        Bytes whole = keyPackage.toBytes();
        Bytes signed = Bytes.concat(
                new WireWriter().uint16(version).toBytes(),
                whole.slice(2, whole.length() - signature.toBytes().length()));
        return Bytes.concat(
                new WireWriter()
                        .uint16(Codepoints.MLS10)
                        .uint16(keyPackage.wireFormat())
                        .toBytes(),
                signed,
                new WireWriter()
                        .vector(TestGroups.CRYPTO.sign(forge.seed, "KeyPackageTBS", signed))
                        .toBytes());
    }

    @Test
    @Breaks(Rejection.CREDENTIAL_TYPE_UNSUPPORTED)
    void theCredentialTypeIsSupportedByAllMembersOfTheGroup() {
        forge.credential = new Credential(Codepoints.CREDENTIAL_X509, Bytes.EMPTY);
        forge.credentials = List.of(Codepoints.CREDENTIAL_X509, Codepoints.CREDENTIAL_BASIC);
        assertNobodyAdds(Rejection.CREDENTIAL_TYPE_UNSUPPORTED);
    }

    @Test
    @Breaks(Rejection.DUPLICATE_SIGNATURE_KEY)
    void theSignatureKeyIsUniqueAmongTheMembers() {
        forge.seed = alice.signatureSeed();
        assertNobodyAdds(Rejection.DUPLICATE_SIGNATURE_KEY);
    }

    @Test
    @Breaks(Rejection.DUPLICATE_ENCRYPTION_KEY)
    void theEncryptionKeyIsUniqueAmongTheMembers() {
        KeyPackageForge twin = new KeyPackageForge(random);
        twin.encryption = forge.encryption;
        List<Proposal> twins = List.of(forge.toAdd(), twin.toAdd());
        assertRejected(
                Rejection.DUPLICATE_ENCRYPTION_KEY,
                () -> bob.process(TestGroups.insiderCommit(alice, twins, null), NOW));
        assertRejected(Rejection.DUPLICATE_ENCRYPTION_KEY, () -> bob.commit(twins, random, NOW));
    }

    @Test
    @Breaks(Rejection.CREDENTIAL_REFUSED)
    void theApplicationIsAskedAboutEveryLeafThatIsAddedOrReplacedOrJoined() throws MlsException {
        CredentialValidator noMallory = (leaf, occasion) -> {
            if (leaf.credential().content().equals(Bytes.utf8("mallory"))) {
                throw new MlsException(Rejection.CREDENTIAL_REFUSED, String.valueOf(occasion));
            }
        };
        List<MlsGroup> careful = TestGroups.groupOf(2, 0, GroupRules.closed(noMallory), List.of(), random);
        KeyPackageBundle mallory = TestGroups.bundle("mallory", random);
        Proposal add = new Proposal.Add(mallory.keyPackage());
        Bytes commit = TestGroups.insiderCommit(careful.get(0), List.of(add), null);
        assertRejected(Rejection.CREDENTIAL_REFUSED, () -> careful.get(1).process(commit, NOW));
        assertRejected(Rejection.CREDENTIAL_REFUSED, () -> careful.get(1).commit(List.of(add), random, NOW));

        TreeKem.NewPath path = TestGroups.honestPath(careful.get(0), random);
        LeafNode honest = path.updatePath().leafNode();
        LeafNode renamed = new LeafNode(
                        honest.encryptionKey(),
                        honest.signatureKey(),
                        Credential.basic(Bytes.utf8("mallory")),
                        honest.capabilities(),
                        honest.source(),
                        honest.extensions(),
                        Bytes.EMPTY)
                .resigned(
                        CRYPTO,
                        careful.get(0).signatureSeed(),
                        honest.encryptionKey(),
                        honest.source(),
                        careful.get(0).groupId(),
                        0);
        Bytes replaced = TestGroups.insiderCommit(
                careful.get(0),
                List.of(),
                new UpdatePath(renamed, path.updatePath().nodes()));
        assertRejected(Rejection.CREDENTIAL_REFUSED, () -> careful.get(1).process(replaced, NOW));

        KeyPackageBundle carol = TestGroups.bundle("carol", random);
        PendingCommit both = alice.commit(List.of(add, new Proposal.Add(carol.keyPackage())), random, NOW);
        assertRejected(
                Rejection.CREDENTIAL_REFUSED,
                () -> MlsGroup.join(TestGroups.PRIMITIVES, TestGroups.welcomeOf(both), carol, noMallory, NOW));
    }

    @Test
    @Breaks(Rejection.DUPLICATE_EXTENSION)
    void aListOfExtensionsMustNotHaveMoreThanOneOfAnyGivenType() {
        List<Extension> twice = List.of(new Extension(1, Bytes.EMPTY), new Extension(1, Bytes.EMPTY));
        forge.leafExtensions = twice;
        assertNobodyAdds(Rejection.DUPLICATE_EXTENSION);
        forge.leafExtensions = List.of();
        forge.extensions = twice;
        assertNobodyAdds(Rejection.DUPLICATE_EXTENSION);
    }

    @Test
    @Breaks(Rejection.BAD_KEY_PACKAGE_SIGNATURE)
    void verifyThatTheSignatureOnTheKeyPackageIsValid() {
        forge.breakSignature = true;
        assertNobodyAdds(Rejection.BAD_KEY_PACKAGE_SIGNATURE);
    }

    @Test
    @Breaks(Rejection.WRONG_KEY_PACKAGE_SUITE)
    void aKeyPackageOfAnotherSuiteIsRefused() {
        forge.suite = 3;
        assertNobodyAdds(Rejection.WRONG_KEY_PACKAGE_SUITE);
    }

    @Test
    @Breaks(Rejection.INIT_KEY_IS_ENCRYPTION_KEY)
    void theInitKeyIsDifferentFromTheEncryptionKey() {
        forge.initKey = forge.encryption.publicKey();
        assertNobodyAdds(Rejection.INIT_KEY_IS_ENCRYPTION_KEY);
    }

    @Test
    @Breaks(Rejection.ENCRYPTION_KEY_NOT_FRESH)
    void anUpdateMustBringADifferentEncryptionKey() throws MlsException {
        List<MlsGroup> three = TestGroups.groupOf(3, 0, TestGroups.OPEN_RULES, List.of(), random);
        LeafNode kept = three.get(0).state().tree.member(0);
        LeafNode inPath = kept.resigned(
                CRYPTO,
                three.get(0).signatureSeed(),
                kept.encryptionKey(),
                new LeafNodeSource.Commit(Bytes.EMPTY),
                three.get(0).groupId(),
                0);
        UpdatePath path = new UpdatePath(
                inPath, TestGroups.honestPath(three.get(0), random).updatePath().nodes());
        Bytes commit = TestGroups.insiderCommit(three.get(0), List.of(), path);
        assertRejected(Rejection.ENCRYPTION_KEY_NOT_FRESH, () -> three.get(1).process(commit, NOW));

        LeafNode ofOne = three.get(1).state().tree.member(1);
        LeafNode update = ofOne.resigned(
                CRYPTO,
                three.get(1).signatureSeed(),
                ofOne.encryptionKey(),
                new LeafNodeSource.Update(),
                three.get(1).groupId(),
                1);
        Bytes proposal = TestGroups.insiderProposes(three.get(1), new Proposal.Update(update));
        assertRejected(Rejection.ENCRYPTION_KEY_NOT_FRESH, () -> three.get(2).process(proposal, NOW));
    }

    @Test
    @Breaks(Rejection.BAD_PUBLIC_KEY)
    void aKeyThatNobodyCanEncryptToIsNotAdded() {
        forge.initKey = Bytes.of(new byte[32]);
        assertRejected(Rejection.BAD_PUBLIC_KEY, () -> bob.commit(List.of(forge.toAdd()), random, NOW));
        forge.initKey = Bytes.of(new byte[31]);
        assertRejected(Rejection.BAD_PUBLIC_KEY, () -> bob.commit(List.of(forge.toAdd()), random, NOW));
    }
}
