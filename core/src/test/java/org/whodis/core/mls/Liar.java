package org.whodis.core.mls;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * A member that makes every message by itself and can put something else in the place of each field: what is said, what is
 * signed, what is hashed, what is encrypted. Whatever it does not lie about is right, and what comes after a lie is computed
 * from the lie, so that one check alone can find it. Without a lie its messages are those of an honest member.
 */
final class Liar {
    final MlsGroup group;
    private final GroupState state;
    private final MlsCrypto crypto;
    private final RandomBytes random;

    Liar(MlsGroup group, RandomBytes random) {
        this.group = group;
        this.state = group.state();
        this.crypto = state.crypto;
        this.random = random;
    }

    // ---- framing

    /** How messages are sent. */
    int wireFormat = Codepoints.WIRE_PRIVATE_MESSAGE;
    /** What the signature says of it; 0 for the truth. */
    int signedWireFormat;
    /** What is signed in the place of the content. */
    UnaryOperator<FramedContent> signedContent = content -> content;
    /** The context that is signed with it. */
    UnaryOperator<GroupContext> signedContext = context -> context;
    /** What is sent. */
    UnaryOperator<FramedContent> sentContent = content -> content;

    UnaryOperator<Bytes> signature = bytes -> bytes;
    UnaryOperator<Bytes> membershipTag = bytes -> bytes;
    /** The leaf that the encrypted sender data names, and whose ratchet the key comes from. */
    int senderDataLeaf = -1;

    @Nullable
    Secret signingSeed;

    /** The bytes of a PrivateMessageContent. */
    UnaryOperator<Bytes> plaintext = bytes -> bytes;

    // ---- path

    UnaryOperator<LeafNode> leaf = any -> any;

    @Nullable
    Bytes leafGroupId;

    int leafIndex = -1;
    UnaryOperator<Bytes> leafSignature = bytes -> bytes;

    @Nullable
    Secret leafSeed;

    UnaryOperator<Bytes> parentHash = bytes -> bytes;
    /** The public keys of the path, from the leaf up. */
    UnaryOperator<List<Bytes>> publicKeys = keys -> keys;
    /** The context that path secrets are encrypted for. */
    UnaryOperator<GroupContext> encryptContext = context -> context;

    String encryptLabel = "UpdatePathNode";

    /** What is encrypted to the {@code recipient}-th node of a resolution. */
    interface PathSecretLie {
        Secret secret(int step, int recipient, Secret honest);
    }

    PathSecretLie pathSecret = (step, recipient, honest) -> honest;
    UnaryOperator<List<UpdatePath.PathNode>> nodes = any -> any;
    boolean withPath = true;

    // ---- key schedule

    UnaryOperator<Secret> commitSecret = secret -> secret;
    UnaryOperator<Secret> initSecret = secret -> secret;
    UnaryOperator<List<EpochSecrets.Psk>> psks = list -> list;
    UnaryOperator<Bytes> interimTranscriptHash = bytes -> bytes;
    UnaryOperator<Bytes> confirmedTranscriptHash = bytes -> bytes;
    UnaryOperator<GroupContext> nextContext = context -> context;
    UnaryOperator<Bytes> confirmationTag = bytes -> bytes;

    // ---- Welcome

    UnaryOperator<GroupSecrets> groupSecrets = secrets -> secrets;
    UnaryOperator<GroupContext> welcomeContext = context -> context;
    UnaryOperator<List<Extension>> groupInfoExtensions = extensions -> extensions;
    UnaryOperator<Bytes> welcomeTag = bytes -> bytes;
    UnaryOperator<RatchetTree> welcomeTree = tree -> tree;
    int welcomeSigner = -1;

    @Nullable
    Secret welcomeSeed;

    UnaryOperator<Bytes> groupInfoSignature = bytes -> bytes;

    // ---- messages

    Bytes says(Bytes data) {
        return sends(new FramedContent.Body.OfApplication(data));
    }

    Bytes proposes(Proposal proposal) {
        return sends(new FramedContent.Body.OfProposal(proposal));
    }

    private Bytes sends(FramedContent.Body body) {
        return sends(sign(body));
    }

    /** A Commit and the Welcome for whoever it adds. */
    record Committed(Bytes message, @Nullable Welcome welcome, GroupState next) {}

    Committed commits(Proposal... proposals) throws MlsException {
        return commitsAny(byValue(proposals));
    }

    /** Any list of proposals without a path, and a confirmation tag of zeros. */
    Bytes commitsWithoutPath(ProposalOrRef... proposals) {
        return sends(sign(new FramedContent.Body.OfCommit(new Commit(List.of(proposals), null)))
                .withConfirmationTag(Bytes.of(new byte[crypto.secretLength()])));
    }

    static ProposalOrRef[] byValue(Proposal... proposals) {
        return Stream.of(proposals).map(ProposalOrRef.ByValue::new).toArray(ProposalOrRef[]::new);
    }

    /** Proposals that can be applied, by value or out of those that the liar has received. */
    Committed commitsAny(ProposalOrRef... proposals) throws MlsException {
        List<ProposalList.Sent> sent = new ArrayList<>();
        for (ProposalOrRef each : proposals) {
            sent.add(
                    switch (each) {
                        case ProposalOrRef.ByValue(Proposal proposal) ->
                            ProposalList.Sent.byMember(state.ownLeaf, proposal);
                        case ProposalOrRef.ByReference(Bytes reference) ->
                            Objects.requireNonNull(state.storedProposals.get(reference));
                    });
        }
        ProposalList.Applied applied = ProposalList.ofMember(state.ownLeaf, sent)
                .apply(state.publicGroup(), state.preSharedKeys(), TestGroups.NOW);
        RatchetTree tree = applied.tree();
        PathKeys keys = state.keys.copy();
        keys.dropOutdated(state.tree, tree);
        Path path = withPath ? path(tree, applied, keys) : null;

        AuthenticatedContent signed = sign(
                new FramedContent.Body.OfCommit(new Commit(List.of(proposals), path == null ? null : path.updatePath)));
        GroupContext provisional = state.context.provisional(tree.treeHash(), applied.extensions());
        Bytes confirmed = confirmedTranscriptHash.apply(
                TranscriptHash.confirmed(crypto, interimTranscriptHash.apply(state.interimTranscriptHash), signed));
        GroupContext context = nextContext.apply(provisional.withConfirmedTranscriptHash(confirmed));
        Secret joiner = EpochSecrets.joinerSecret(
                crypto,
                initSecret.apply(state.secrets.init),
                commitSecret.apply(path == null ? crypto.zero() : path.secrets.commitSecret()),
                context);
        List<EpochSecrets.Psk> injected = psks.apply(applied.psks());
        Secret member = EpochSecrets.memberSecret(crypto, joiner, EpochSecrets.pskSecret(crypto, injected));
        Secret welcomeSecret = EpochSecrets.welcomeSecret(crypto, member);
        GroupState next = state.next(context, tree, keys, member);
        Welcome welcome = applied.addedLeaves().isEmpty() ? null : welcome(next, applied, path, joiner, welcomeSecret);
        return new Committed(
                sends(signed.withConfirmationTag(confirmationTag.apply(next.confirmationTag))), welcome, next);
    }

    private record Path(UpdatePath updatePath, List<RatchetTree.PathStep> steps, PathSecrets secrets) {}

    private Path path(RatchetTree tree, ProposalList.Applied applied, PathKeys keys) throws MlsException {
        List<RatchetTree.PathStep> steps = tree.filteredDirectPath(state.ownLeaf);
        tree.blankDirectPath(state.ownLeaf);
        KeyPair leafKeys = crypto.generateKeyPair(random);
        PathSecrets secrets = PathSecrets.of(crypto, MlsCrypto.random(random, crypto.secretLength()), steps.size());
        List<Bytes> said = publicKeys.apply(secrets.publicKeys());
        Bytes hash = parentHash.apply(tree.setPath(steps, said));
        LeafNode before = tree.member(state.ownLeaf);
        LeafNode unsigned = leaf.apply(new LeafNode(
                leafKeys.publicKey(),
                before.signatureKey(),
                before.credential(),
                before.capabilities(),
                new LeafNodeSource.Commit(hash),
                before.extensions(),
                Bytes.EMPTY));
        LeafNode signed = unsigned.resigned(
                crypto,
                leafSeed == null ? state.signatureSeed : leafSeed,
                unsigned.encryptionKey(),
                unsigned.source(),
                leafGroupId == null ? state.context.groupId() : leafGroupId,
                leafIndex < 0 ? state.ownLeaf : leafIndex);
        signed = signed.withSignature(leafSignature.apply(signed.signature()));
        tree.setLeaf(state.ownLeaf, signed);
        Bytes context = encryptContext
                .apply(state.context.provisional(tree.treeHash(), applied.extensions()))
                .toBytes();
        List<UpdatePath.PathNode> out = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            List<Integer> resolution = tree.resolution(steps.get(i).copathChild(), applied.addedLeaves());
            List<HpkeCiphertext> ciphertexts = new ArrayList<>();
            for (int j = 0; j < resolution.size(); j++) {
                ciphertexts.add(crypto.encrypt(
                        keyAt(tree, resolution.get(j)),
                        encryptLabel,
                        context,
                        pathSecret.secret(i, j, secrets.pathSecret(i)),
                        random));
            }
            out.add(new UpdatePath.PathNode(said.get(i), ciphertexts));
        }
        keys.put(TreeMath.nodeOf(state.ownLeaf), leafKeys.privateKey());
        secrets.moveKeysTo(keys, steps);
        return new Path(new UpdatePath(signed, nodes.apply(out)), steps, secrets);
    }

    private static Bytes keyAt(RatchetTree tree, int node) {
        Node present = tree.node(node);
        if (present == null) {
            throw new AssertionError("blank node " + node + " in a resolution");
        }
        return present.encryptionKey();
    }

    private Welcome welcome(
            GroupState next,
            ProposalList.Applied applied,
            @Nullable Path path,
            Secret joinerSecret,
            Secret welcomeSecret)
            throws MlsException {
        RatchetTree tree = welcomeTree.apply(next.tree.copy());
        List<Extension> extensions =
                groupInfoExtensions.apply(List.of(new Extension(Codepoints.EXTENSION_RATCHET_TREE, tree.encode())));
        GroupInfo info = GroupInfo.sign(
                crypto,
                welcomeSeed == null ? state.signatureSeed : welcomeSeed,
                welcomeContext.apply(next.context),
                extensions,
                welcomeTag.apply(next.confirmationTag),
                welcomeSigner < 0 ? state.ownLeaf : welcomeSigner);
        WireWriter encoded = new WireWriter();
        info.write(encoded);
        Bytes signedInfo = replaceSignature(encoded.toBytes());
        WelcomeKey key = WelcomeKey.of(crypto, welcomeSecret);
        Bytes sealedInfo = crypto.seal(key.key(), key.nonce(), Bytes.EMPTY, signedInfo);
        List<PreSharedKeyId> ids =
                applied.psks().stream().map(EpochSecrets.Psk::id).toList();
        List<Welcome.EncryptedSecrets> secrets = new ArrayList<>();
        for (int i = 0; i < applied.addedLeaves().size(); i++) {
            KeyPackage keyPackage = applied.addedKeyPackages().get(i);
            GroupSecrets said = groupSecrets.apply(new GroupSecrets(
                    joinerSecret, pathSecretFor(applied.addedLeaves().get(i), path), ids));
            WireWriter out = new WireWriter();
            said.write(out);
            secrets.add(new Welcome.EncryptedSecrets(
                    keyPackage.reference(crypto),
                    crypto.encrypt(
                            keyPackage.initKey(),
                            Welcome.LABEL,
                            sealedInfo,
                            Secret.owning(out.toByteArray()),
                            random)));
        }
        return new Welcome(crypto.suite().value(), secrets, sealedInfo);
    }

    /** The signature of a GroupInfo is its last field: 64 bytes after a length of two. */
    private Bytes replaceSignature(Bytes info) {
        int start = info.length() - 64;
        return Bytes.concat(info.slice(0, start), groupInfoSignature.apply(info.slice(start, info.length())));
    }

    private static @Nullable Secret pathSecretFor(int newLeaf, @Nullable Path path) {
        if (path == null) {
            return null;
        }
        for (int i = 0; i < path.steps.size(); i++) {
            if (TreeMath.isInSubtree(TreeMath.nodeOf(newLeaf), path.steps.get(i).copathChild())) {
                return path.secrets.pathSecret(i);
            }
        }
        throw new AssertionError("no common ancestor with leaf " + newLeaf);
    }

    private AuthenticatedContent sign(FramedContent.Body body) {
        FramedContent honest = new FramedContent(
                state.context.groupId(),
                state.context.epoch(),
                new Sender.Member(state.ownLeaf),
                Bytes.utf8("authenticated"),
                body);
        Bytes signed = AuthenticatedContent.sign(
                        crypto,
                        signingSeed == null ? state.signatureSeed : signingSeed,
                        signedWireFormat == 0 ? wireFormat : signedWireFormat,
                        signedContent.apply(honest),
                        signedContext.apply(state.context))
                .auth()
                .signature();
        return new AuthenticatedContent(
                wireFormat, sentContent.apply(honest), new FramedContentAuthData(signature.apply(signed), null));
    }

    private Bytes sends(AuthenticatedContent signed) {
        if (wireFormat == Codepoints.WIRE_PUBLIC_MESSAGE) {
            Bytes tag = crypto.mac(state.secrets.membership, signed.toBeMaced(state.context));
            return TestGroups.publicMessage(signed, membershipTag.apply(tag));
        }
        WireWriter content = new WireWriter();
        signed.content().body().write(content);
        signed.auth().write(content);
        Bytes padded = plaintext.apply(content.fixed(new byte[16]).toBytes());
        return PrivateMessage.seal(
                        crypto,
                        state.secrets.senderData,
                        state.secretTree,
                        senderDataLeaf < 0 ? state.ownLeaf : senderDataLeaf,
                        signed.content(),
                        padded,
                        random)
                .encode();
    }

    // ---- a group to lie in

    /** Takes whatever a group may take, under an application's credentials and keys. */
    static GroupRules rules(CredentialValidator credentials, PreSharedKeys preSharedKeys) {
        return new GroupRules(credentials, preSharedKeys, 2, 7 * 86400L, EnumSet.allOf(GroupRules.Permission.class));
    }

    /** Members 0, 1, … of one suite, who have all committed {@code commits} times. */
    static List<MlsGroup> group(
            Primitives primitives,
            CipherSuite suite,
            int size,
            int commits,
            GroupRules rules,
            List<Extension> extensions,
            RandomBytes random)
            throws MlsException {
        List<MlsGroup> members = new ArrayList<>();
        members.add(MlsGroup.create(
                primitives,
                Bytes.utf8("group"),
                LeafKeys.generate(primitives, suite, random),
                Credential.basic(Bytes.utf8("member 0")),
                Lifetime.around(TestGroups.NOW, 3600),
                rules,
                extensions,
                random));
        List<Proposal> adds = new ArrayList<>();
        List<KeyPackageBundle> bundles = new ArrayList<>();
        for (int i = 1; i < size; i++) {
            KeyPackageBundle bundle = bundle(primitives, suite, "member " + i, random);
            bundles.add(bundle);
            adds.add(new Proposal.Add(bundle.keyPackage()));
        }
        PendingCommit added = members.get(0).commit(adds, random, TestGroups.NOW);
        members.set(0, added.next());
        for (KeyPackageBundle bundle : bundles) {
            members.add(MlsGroup.join(primitives, TestGroups.welcomeOf(added), bundle, rules, null, TestGroups.NOW));
        }
        for (int i = 0; i < commits * size; i++) {
            TestGroups.follow(members, i % size, members.get(i % size).commit(List.of(), random, TestGroups.NOW));
        }
        return members;
    }

    static KeyPackageBundle bundle(Primitives primitives, CipherSuite suite, String name, RandomBytes random) {
        return KeyPackageBundle.create(
                primitives,
                LeafKeys.generate(primitives, suite, random),
                Credential.basic(Bytes.utf8(name)),
                Lifetime.around(TestGroups.NOW, 3600),
                random);
    }
}
