package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.mls.TestGroups.CRYPTO;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.assertRejected;
import static org.whodis.core.mls.TestGroups.flipped;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.mls.TestGroups.KeyPackageForge;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * Welcomes that fail one check (RFC 9420 section 12.4.3.1). They are made by a member who knows every secret, so that all
 * but the one thing is right.
 */
class JoinRejectionTest {
    private static final int SIGNER = 0;

    private final RandomBytes random = TestGroups.seeded(new Random(15));
    private final List<MlsGroup> members = TestGroups.groupOf(4, 1, TestGroups.OPEN_RULES, List.of(), random);
    private final KeyPackageBundle eve = TestGroups.bundle("eve", random);
    private final Forge forge = new Forge();

    JoinRejectionTest() throws MlsException {}

    /** A Welcome for {@link #eve} into a group with any tree and context. */
    private final class Forge {
        RatchetTree tree = members.get(0).state().tree.copy();
        int suite = TestGroups.SUITE.value();
        int welcomeSuite = TestGroups.SUITE.value();
        List<Extension> contextExtensions = List.of();
        List<Extension> unknownInfoExtensions = List.of();

        @Nullable
        Bytes treeHash;

        @Nullable
        Bytes encodedTree;

        List<PreSharedKeyId> psks = List.of();
        boolean withTree = true;
        boolean breakTag;
        boolean breakSecrets;
        boolean breakGroupInfo;
        long signer = SIGNER;
        Secret signerSeed = members.get(0).signatureSeed();
        Secret joinerSecret = MlsCrypto.random(random, 32);

        @Nullable
        Secret pathSecret;

        Bytes reference = eve.keyPackage().reference(CRYPTO);

        Forge() throws MlsException {
            tree.add(eve.keyPackage().leafNode());
        }

        Welcome build() throws MlsException {
            Bytes hash = treeHash == null ? tree.treeHash() : treeHash;
            GroupContext context =
                    new GroupContext(suite, Bytes.utf8("group"), 7, hash, Bytes.of(new byte[32]), contextExtensions);
            Secret member = EpochSecrets.memberSecret(CRYPTO, joinerSecret, CRYPTO.zero());
            EpochSecrets secrets = EpochSecrets.of(CRYPTO, EpochSecrets.epochSecret(CRYPTO, member, context));
            Bytes tag = secrets.confirmationTag(CRYPTO, context.confirmedTranscriptHash());
            Bytes encoded = encodedTree == null ? tree.encode() : encodedTree;
            GroupInfo groupInfo = GroupInfo.sign(
                    CRYPTO, signerSeed, context, infoExtensions(encoded), breakTag ? flipped(tag, 5) : tag, (int)
                            signer);
            WireWriter info = new WireWriter();
            groupInfo.write(info);
            WelcomeKey key = WelcomeKey.of(CRYPTO, EpochSecrets.welcomeSecret(CRYPTO, member));
            Bytes sealedInfo = CRYPTO.seal(key.key(), key.nonce(), Bytes.EMPTY, info.toBytes());
            if (breakGroupInfo) {
                sealedInfo = flipped(sealedInfo, 7);
            }
            WireWriter groupSecrets = new WireWriter();
            new GroupSecrets(joinerSecret, pathSecret, psks).write(groupSecrets);
            HpkeCiphertext sealed = CRYPTO.encrypt(
                    eve.keyPackage().initKey(),
                    Welcome.LABEL,
                    sealedInfo,
                    Secret.owning(groupSecrets.toByteArray()),
                    random);
            if (breakSecrets) {
                sealed = new HpkeCiphertext(sealed.kemOutput(), flipped(sealed.ciphertext(), 3));
            }
            return new Welcome(welcomeSuite, List.of(new Welcome.EncryptedSecrets(reference, sealed)), sealedInfo);
        }
    }

    private List<Extension> infoExtensions(Bytes encodedTree) {
        List<Extension> extensions = new ArrayList<>(forge.unknownInfoExtensions);
        if (forge.withTree) {
            extensions.add(new Extension(Codepoints.EXTENSION_RATCHET_TREE, encodedTree));
        }
        return extensions;
    }

    private MlsGroup join() throws MlsException {
        return MlsGroup.join(TestGroups.PRIMITIVES, forge.build(), eve, TestGroups.OPEN_RULES, null, NOW);
    }

    private void assertRefused(Rejection expected) {
        assertRejected(expected, this::join);
    }

    @Test
    void theUnchangedForgeryIsJoined() throws MlsException {
        assertThat(join().members()).hasSize(5);
    }

    @Test
    @Breaks(Rejection.NOT_FOR_US)
    void aWelcomeForAnotherKeyPackageOrOfAnotherSuiteIsRefused() {
        forge.reference = Bytes.of(new byte[32]);
        assertRefused(Rejection.NOT_FOR_US);
        forge.reference = eve.keyPackage().reference(CRYPTO);
        forge.welcomeSuite = 3;
        assertRefused(Rejection.NOT_FOR_US);
    }

    @Test
    @Breaks(Rejection.BAD_GROUP_SECRETS)
    void groupSecretsThatDoNotDecryptOrHaveAnotherLengthAreRefused() {
        forge.breakSecrets = true;
        assertRefused(Rejection.BAD_GROUP_SECRETS);
        forge.breakSecrets = false;
        forge.pathSecret = Secret.owning(new byte[31]);
        assertRefused(Rejection.BAD_GROUP_SECRETS);
        forge.pathSecret = null;
        forge.joinerSecret = Secret.owning(new byte[31]);
        assertRefused(Rejection.BAD_GROUP_SECRETS);
    }

    @Test
    @Breaks(Rejection.BAD_GROUP_INFO)
    void aGroupInfoThatDoesNotDecryptIsRefused() {
        forge.breakGroupInfo = true;
        assertRefused(Rejection.BAD_GROUP_INFO);
    }

    @Test
    @Breaks(Rejection.BAD_GROUP_INFO_SIGNATURE)
    void theGroupInfoIsSignedByAMemberThatIsInTheTree() {
        forge.signerSeed = members.get(1).signatureSeed();
        assertRefused(Rejection.BAD_GROUP_INFO_SIGNATURE);
        forge.signerSeed = members.get(0).signatureSeed();
        forge.signer = 6;
        assertRefused(Rejection.BAD_GROUP_INFO_SIGNATURE);
        forge.signer = 900;
        assertRefused(Rejection.BAD_GROUP_INFO_SIGNATURE);
    }

    @Test
    @Breaks(Rejection.TREE_MISSING)
    void withoutATreeThereIsNoJoiningButTheTreeMayComeByItself() throws MlsException {
        forge.withTree = false;
        assertRefused(Rejection.TREE_MISSING);
        assertThat(MlsGroup.join(
                                TestGroups.PRIMITIVES,
                                forge.build(),
                                eve,
                                TestGroups.OPEN_RULES,
                                forge.tree.encode(),
                                NOW)
                        .members())
                .hasSize(5);
    }

    @Test
    @Breaks(Rejection.BAD_TREE_SHAPE)
    void aTreeThatEndsInBlanksOrHasTheWrongKindsOfNodesIsRefused() {
        WireWriter blank = new WireWriter();
        forge.tree.member(0).writeTyped(blank.uint8(1));
        forge.encodedTree = new WireWriter().vector(blank.uint8(0).toBytes()).toBytes();
        assertRefused(Rejection.BAD_TREE_SHAPE);
        forge.encodedTree = new WireWriter().vector(Bytes.EMPTY).toBytes();
        assertRefused(Rejection.BAD_TREE_SHAPE);
        WireWriter leafAsParent = new WireWriter();
        forge.tree.member(0).writeTyped(leafAsParent.uint8(1));
        forge.tree.member(1).writeTyped(leafAsParent.uint8(1));
        forge.encodedTree = new WireWriter().vector(leafAsParent.toBytes()).toBytes();
        assertRefused(Rejection.BAD_TREE_SHAPE);
        WireWriter notTruncated = new WireWriter();
        forge.tree.member(0).writeTyped(notTruncated.uint8(1));
        new ParentNode(Bytes.utf8("key"), Bytes.EMPTY, List.of()).writeTyped(notTruncated.uint8(1));
        forge.encodedTree = new WireWriter().vector(notTruncated.toBytes()).toBytes();
        assertRefused(Rejection.BAD_TREE_SHAPE);
    }

    @Test
    @Breaks(Rejection.BAD_TREE_HASH)
    void verifyThatTheTreeHashOfTheRatchetTreeMatchesTheTreeHashField() {
        forge.treeHash = flipped(forge.tree.treeHash(), 1);
        assertRefused(Rejection.BAD_TREE_HASH);
    }

    @Test
    @Breaks(Rejection.BAD_PARENT_HASH)
    void forEachNonEmptyParentNodeVerifyThatItIsParentHashValid() {
        ParentNode root = forge.tree.parentNode(3);
        assertThat(root).isNotNull();
        forge.tree.setParentNode(
                3,
                new ParentNode(CRYPTO.generateKeyPair(random).publicKey(), root.parentHash(), root.unmergedLeaves()));
        assertRefused(Rejection.BAD_PARENT_HASH);
    }

    @Test
    void aParentNodeThatNobodyBelowCommittedToIsRefused() throws MlsException {
        // A member that puts a key of its own above leaves that it is not below would read what is sent to them.
        forge.tree = members.get(0).state().tree.copy();
        forge.tree.blankDirectPath(2);
        forge.tree.setParentNode(
                5, new ParentNode(CRYPTO.generateKeyPair(random).publicKey(), Bytes.EMPTY, List.of()));
        forge.tree.add(eve.keyPackage().leafNode());
        assertRefused(Rejection.BAD_PARENT_HASH);
    }

    @Test
    @Breaks(Rejection.BAD_UNMERGED_LEAVES)
    void unmergedLeavesAreMembersBelowAndListedInEveryNodeBetween() {
        ParentNode node = forge.tree.parentNode(1);
        assertThat(node).isNotNull();
        for (int leaf : List.of(2, 5, 500)) {
            forge.tree.setParentNode(1, node.withUnmergedLeaf(leaf));
            assertRefused(Rejection.BAD_UNMERGED_LEAVES);
        }
        forge.tree.setParentNode(1, node);
        ParentNode root = forge.tree.parentNode(3);
        assertThat(root).isNotNull();
        forge.tree.setParentNode(3, root.withUnmergedLeaf(1));
        assertRefused(Rejection.BAD_UNMERGED_LEAVES);
    }

    @Test
    @Breaks(Rejection.OWN_LEAF_MISSING)
    void aGroupWithoutOurLeafIsNotJoined() {
        forge.tree = members.get(0).state().tree.copy();
        assertRefused(Rejection.OWN_LEAF_MISSING);
    }

    @Test
    @Breaks(Rejection.WRONG_GROUP_SUITE)
    void theSuiteOfTheGroupIsThatOfTheKeyPackage() {
        forge.suite = 3;
        assertRefused(Rejection.WRONG_GROUP_SUITE);
    }

    @Test
    @Breaks(Rejection.UNSUPPORTED_GROUP_EXTENSION)
    void aClientJoiningAGroupMustVerifyThatItSupportsEveryExtension() {
        int grease = eve.keyPackage().leafNode().capabilities().extensions().get(0);
        for (int type : List.of(0xF123, grease)) {
            forge.contextExtensions = List.of(new Extension(type, Bytes.EMPTY));
            assertRefused(Rejection.UNSUPPORTED_GROUP_EXTENSION);
        }
    }

    @Test
    @DisplayName("unknown extensions in GroupInfo.extensions MUST be ignored (12.4.3)")
    void unknownExtensionsOfTheGroupInfoAreIgnored() throws MlsException {
        forge.unknownInfoExtensions =
                List.of(new Extension(0x0A0A, Bytes.EMPTY), new Extension(0xF123, Bytes.utf8("?")));
        assertThat(join().epoch()).isEqualTo(7);
    }

    @Test
    @Breaks(Rejection.REINIT_OR_BRANCH_UNSUPPORTED)
    void aWelcomeThatReinitialisesOrBranchesIsRefusedAsThat() {
        for (int usage : List.of(PreSharedKeyId.USAGE_REINIT, PreSharedKeyId.USAGE_BRANCH)) {
            Bytes nonce = Bytes.of(new byte[32]);
            forge.psks = List.of(new PreSharedKeyId.Resumption(usage, Bytes.utf8("old"), 3, nonce));
            assertRefused(Rejection.REINIT_OR_BRANCH_UNSUPPORTED);
        }
    }

    @Test
    void theConfirmationTagOfTheGroupInfoIsVerified() {
        forge.breakTag = true;
        assertRefused(Rejection.BAD_CONFIRMATION_TAG);
    }

    @Test
    void aPathSecretThatDoesNotFitTheTreeIsRefused() {
        forge.pathSecret = Secret.owning(new byte[32]);
        assertRefused(Rejection.PATH_KEY_MISMATCH);
    }

    @Test
    void everyLeafOfTheTreeIsValidated() throws MlsException {
        KeyPackageForge bad = new KeyPackageForge(random);
        bad.breakLeafSignature = true;
        assertAddedLeafIsRefused(Rejection.BAD_LEAF_SIGNATURE, bad);
        bad.breakLeafSignature = false;
        bad.source = new LeafNodeSource.KeyPackage(new Lifetime(1, 2));
        assertAddedLeafIsRefused(Rejection.LIFETIME_NOT_CURRENT, bad);
        bad.source = new LeafNodeSource.KeyPackage(Lifetime.around(NOW, 3600));
        bad.suites = List.of(7);
        assertAddedLeafIsRefused(Rejection.CAPABILITY_MISSING, bad);
        bad.suites = List.of(TestGroups.SUITE.value());
        bad.seed = members.get(2).signatureSeed();
        assertAddedLeafIsRefused(Rejection.DUPLICATE_SIGNATURE_KEY, bad);
        forge.contextExtensions =
                List.of(new RequiredCapabilities(List.of(), List.of(0xF777), List.of()).toExtension());
        assertRefused(Rejection.REQUIRED_CAPABILITY_MISSING);
    }

    private void assertAddedLeafIsRefused(Rejection expected, KeyPackageForge bad) throws MlsException {
        RatchetTree before = forge.tree.copy();
        forge.tree.add(bad.build().leafNode());
        assertRefused(expected);
        forge.tree = before;
    }
}
