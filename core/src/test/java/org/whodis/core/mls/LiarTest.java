package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.mls.TestGroups.NOW;
import static org.whodis.core.mls.TestGroups.assertRejected;
import static org.whodis.core.mls.TestGroups.flipped;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * A member that lies, in every field of every structure that a member signs or encrypts for others: as committer, as
 * proposer, as newcomer, and as the one who writes the Welcome. Each lie is told alone, in a message that is right but for it,
 * and is refused for what it is.
 */
class LiarTest {
    private static final List<CipherSuite> SUITES = List.of(
            CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519,
            CipherSuite.MLS_128_MLKEM768X25519_AES256GCM_SHA384_ED25519);

    private static final int UNKNOWN_TYPE = 0xF777;

    /** Every record with the fields of a structure that a lie can be in. */
    private static final List<Class<?>> STRUCTURES = List.of(
            FramedContent.class,
            FramedContentAuthData.class,
            GroupContext.class,
            Commit.class,
            UpdatePath.class,
            UpdatePath.PathNode.class,
            HpkeCiphertext.class,
            LeafNode.class,
            Credential.class,
            Capabilities.class,
            LeafNodeSource.KeyPackage.class,
            LeafNodeSource.Commit.class,
            Lifetime.class,
            KeyPackage.class,
            Extension.class,
            RequiredCapabilities.class,
            Proposal.Add.class,
            Proposal.Update.class,
            Proposal.Remove.class,
            Proposal.PreSharedKey.class,
            Proposal.ReInit.class,
            Proposal.ExternalInit.class,
            Proposal.GroupContextExtensions.class,
            PreSharedKeyId.External.class,
            PreSharedKeyId.Resumption.class,
            GroupSecrets.class,
            ParentNode.class);

    /** A GroupInfo is no record; its fields. */
    private static final List<String> GROUP_INFO =
            List.of("groupContext", "extensions", "confirmationTag", "signer", "signature");

    /** Fields that no lie is possible in, and why. */
    private static final Set<String> NO_LIES = Set.of(
            // Refused whatever they hold: reinitialisation and external initialisation have no place in a member's
            // Commit.
            "ReInit.groupId",
            "ReInit.version",
            "ReInit.cipherSuite",
            "ReInit.extensions",
            "ExternalInit.kemOutput",
            // An opaque value that the application gives a meaning; an unknown one is an unknown key.
            "External.id",
            "Resumption.groupId",
            "Resumption.epoch");

    @FunctionalInterface
    private interface Attack {
        void run(Scene scene) throws MlsException;
    }

    /** @param fields in which the lie is, as {@code Record.component} */
    private record Lie(String fields, String sentence, Rejection expected, Attack attack) {}

    @TestFactory
    Stream<DynamicTest> everyLieIsRefusedForWhatItIs() throws MlsException {
        List<DynamicTest> tests = new ArrayList<>();
        for (CipherSuite suite : SUITES) {
            Scene scene = new Scene(suite);
            for (Lie lie : lies()) {
                tests.add(DynamicTest.dynamicTest(
                        lie.fields + ": " + lie.sentence + " is " + lie.expected + ", " + suite, () -> {
                            List<Bytes> before = scene.state();
                            assertRejected(lie.expected, () -> lie.attack.run(scene));
                            assertThat(scene.state()).isEqualTo(before);
                        }));
            }
            tests.add(DynamicTest.dynamicTest(
                    "after all of it the truth is still believed, " + suite, scene::expectTheTruthIsBelieved));
        }
        return tests.stream();
    }

    @Test
    void thereIsALieInEveryField() {
        Set<String> lied = new TreeSet<>(NO_LIES);
        for (Lie lie : lies()) {
            lied.addAll(List.of(lie.fields.split(", ")));
        }
        Set<String> fields = new TreeSet<>();
        for (Class<?> structure : STRUCTURES) {
            for (RecordComponent component : structure.getRecordComponents()) {
                fields.add(structure.getSimpleName() + "." + component.getName());
            }
        }
        for (String field : GROUP_INFO) {
            fields.add("GroupInfo." + field);
        }
        assertThat(lied).containsAll(fields);
    }

    // ---- the lies

    private static List<Lie> lies() {
        List<Lie> out = new ArrayList<>();
        out.addAll(inTheFraming());
        out.addAll(inTheConfirmation());
        out.addAll(inThePath());
        out.addAll(inTheLeafOfAPath());
        out.addAll(inProposals());
        out.addAll(inUpdates());
        out.addAll(inKeyPackages());
        out.addAll(inWelcomes());
        out.addAll(inTheTreeOfAWelcome());
        return out;
    }

    private static List<Lie> inTheFraming() {
        List<Lie> out = new ArrayList<>();
        for (int format : List.of(Codepoints.WIRE_PRIVATE_MESSAGE, Codepoints.WIRE_PUBLIC_MESSAGE)) {
            String how = format == Codepoints.WIRE_PRIVATE_MESSAGE ? " in a PrivateMessage" : " in a PublicMessage";
            Consumer<Liar> base = liar -> liar.wireFormat = format;
            Rejection badSignature = Rejection.BAD_CONTENT_SIGNATURE;
            signedLie(
                    out, "FramedContent.groupId", how, base, c -> with(c, Bytes.utf8("other"), c.epoch(), c.sender()));
            signedLie(out, "FramedContent.epoch", how, base, c -> with(c, c.groupId(), c.epoch() + 1, c.sender()));
            signedLie(
                    out, "FramedContent.sender", how, base, c -> with(c, c.groupId(), c.epoch(), new Sender.Member(2)));
            signedLie(
                    out,
                    "FramedContent.authenticatedData",
                    how,
                    base,
                    c -> new FramedContent(c.groupId(), c.epoch(), c.sender(), Bytes.utf8("other"), c.body()));
            signedLie(
                    out,
                    "FramedContent.body",
                    how,
                    base,
                    c -> new FramedContent(
                            c.groupId(),
                            c.epoch(),
                            c.sender(),
                            c.authenticatedData(),
                            new FramedContent.Body.OfProposal(new Proposal.Remove(3))));
            out.add(proposal(
                    "FramedContentAuthData.signature", "wire_format signed as another" + how, badSignature, liar -> {
                        base.accept(liar);
                        liar.signedWireFormat = 3 - format;
                    }));
            out.add(proposal("FramedContentAuthData.signature", "a signature by another" + how, badSignature, liar -> {
                base.accept(liar);
                liar.signingSeed = Secret.owning(new byte[32]);
            }));
            for (Bytes other : List.of(Bytes.EMPTY, Bytes.of(new byte[64]), Bytes.of(new byte[65]))) {
                out.add(proposal(
                        "FramedContentAuthData.signature",
                        "a signature of " + other.length() + " zeros" + how,
                        badSignature,
                        liar -> {
                            base.accept(liar);
                            liar.signature = any -> other;
                        }));
            }
            contextLies((field, lie) -> out.add(proposal(field, "another one signed with" + how, badSignature, liar -> {
                base.accept(liar);
                liar.signedContext = lie;
            })));
            out.add(proposal("FramedContent.groupId", "sent and signed as another" + how, Rejection.WRONG_GROUP, l -> {
                base.accept(l);
                saysAndSigns(l, c -> with(c, Bytes.utf8("other"), c.epoch(), c.sender()));
            }));
            for (long difference : List.of(-1L, 1L, 1L << 63)) {
                out.add(proposal("FramedContent.epoch", "off by " + difference + how, Rejection.WRONG_EPOCH, liar -> {
                    base.accept(liar);
                    saysAndSigns(liar, c -> with(c, c.groupId(), c.epoch() + difference, c.sender()));
                }));
            }
        }
        Consumer<Liar> open = liar -> liar.wireFormat = Codepoints.WIRE_PUBLIC_MESSAGE;
        sender(out, "a blank leaf", new Sender.Member(5), Rejection.UNKNOWN_SENDER);
        sender(out, "a leaf outside of the tree", new Sender.Member(0xffff_ffffL), Rejection.UNKNOWN_SENDER);
        sender(out, "another member", new Sender.Member(2), Rejection.BAD_CONTENT_SIGNATURE);
        sender(out, "the receiver", new Sender.Member(1), Rejection.OWN_MESSAGE);
        out.add(proposal(
                "FramedContent.sender",
                "sender data that names another",
                Rejection.BAD_CONTENT_SIGNATURE,
                l -> l.senderDataLeaf = 2));
        out.add(proposal(
                "FramedContent.sender",
                "sender data that names a blank leaf",
                Rejection.UNKNOWN_SENDER,
                l -> l.senderDataLeaf = 5));
        for (Bytes tag : List.of(Bytes.EMPTY, Bytes.of(new byte[32]), Bytes.of(new byte[48]))) {
            out.add(proposal(
                    "FramedContentAuthData.signature",
                    "a membership tag of " + tag.length() + " zeros",
                    Rejection.BAD_MEMBERSHIP_TAG,
                    liar -> {
                        open.accept(liar);
                        liar.membershipTag = any -> tag;
                    }));
        }
        out.add(new Lie(
                "FramedContent.body", "application data that is sent as a proposal", Rejection.MALFORMED, scene -> {
                    Liar liar = scene.liar();
                    liar.sentContent = c -> new FramedContent(
                            c.groupId(),
                            c.epoch(),
                            c.sender(),
                            c.authenticatedData(),
                            new FramedContent.Body.OfProposal(new Proposal.Remove(3)));
                    liar.plaintext = bytes -> Bytes.concat(Bytes.fromHex("02aaaa"), bytes);
                    scene.tell(liar.says(Bytes.utf8("hello")));
                }));
        out.add(new Lie("FramedContent.body", "application data in the clear", app(), scene -> {
            Liar liar = scene.liar();
            open.accept(liar);
            scene.tell(liar.says(Bytes.utf8("hello")));
        }));
        out.add(new Lie("FramedContent.body", "a byte of padding that is not zero", Rejection.NONZERO_PADDING, s -> {
            Liar liar = s.liar();
            liar.plaintext = bytes -> flipped(bytes, 8 * (bytes.length() - 3));
            s.tell(liar.says(Bytes.utf8("hello")));
        }));
        return out;
    }

    private static Rejection app() {
        return Rejection.APPLICATION_DATA_IN_PUBLIC_MESSAGE;
    }

    private static FramedContent with(FramedContent c, Bytes groupId, long epoch, Sender sender) {
        return new FramedContent(groupId, epoch, sender, c.authenticatedData(), c.body());
    }

    private static void saysAndSigns(Liar liar, UnaryOperator<FramedContent> lie) {
        liar.signedContent = lie;
        liar.sentContent = lie;
    }

    private static void sender(List<Lie> out, String who, Sender sender, Rejection expected) {
        out.add(proposal("FramedContent.sender", "said and signed as " + who, expected, liar -> {
            liar.wireFormat = Codepoints.WIRE_PUBLIC_MESSAGE;
            saysAndSigns(liar, c -> with(c, c.groupId(), c.epoch(), sender));
        }));
    }

    private static void signedLie(
            List<Lie> out, String field, String how, Consumer<Liar> base, UnaryOperator<FramedContent> lie) {
        out.add(proposal(field, "signed as another than sent" + how, Rejection.BAD_CONTENT_SIGNATURE, liar -> {
            base.accept(liar);
            liar.signedContent = lie;
        }));
    }

    private interface ContextLie {
        void tell(String field, UnaryOperator<GroupContext> lie);
    }

    private static void contextLies(ContextLie told) {
        told.tell(
                "GroupContext.cipherSuite",
                c -> new GroupContext(
                        3, c.groupId(), c.epoch(), c.treeHash(), c.confirmedTranscriptHash(), c.extensions()));
        told.tell(
                "GroupContext.groupId",
                c -> new GroupContext(
                        c.cipherSuite(),
                        Bytes.utf8("other"),
                        c.epoch(),
                        c.treeHash(),
                        c.confirmedTranscriptHash(),
                        c.extensions()));
        told.tell(
                "GroupContext.epoch",
                c -> new GroupContext(
                        c.cipherSuite(),
                        c.groupId(),
                        c.epoch() + 1,
                        c.treeHash(),
                        c.confirmedTranscriptHash(),
                        c.extensions()));
        told.tell("GroupContext.treeHash", c -> c.withTreeHash(flipped(c.treeHash(), 3)));
        told.tell(
                "GroupContext.confirmedTranscriptHash",
                c -> c.withConfirmedTranscriptHash(flipped(c.confirmedTranscriptHash(), 3)));
        told.tell(
                "GroupContext.extensions",
                c -> new GroupContext(
                        c.cipherSuite(),
                        c.groupId(),
                        c.epoch(),
                        c.treeHash(),
                        c.confirmedTranscriptHash(),
                        List.of(new Extension(Codepoints.EXTENSION_APPLICATION_ID, Bytes.utf8("other")))));
    }

    private static Lie proposal(String fields, String sentence, Rejection expected, Consumer<Liar> lie) {
        return new Lie(fields, sentence, expected, scene -> {
            Liar liar = scene.liar();
            lie.accept(liar);
            scene.tell(liar.proposes(new Proposal.Remove(2)));
        });
    }

    private static Lie commit(String fields, String sentence, Rejection expected, Consumer<Liar> lie) {
        return new Lie(fields, sentence, expected, scene -> {
            Liar liar = scene.liar();
            lie.accept(liar);
            scene.tell(liar.commits().message());
        });
    }

    private static List<Lie> inTheConfirmation() {
        List<Lie> out = new ArrayList<>();
        Rejection bad = Rejection.BAD_CONFIRMATION_TAG;
        String tag = "FramedContentAuthData.confirmationTag";
        out.add(commit(tag, "a flipped bit", bad, liar -> liar.confirmationTag = t -> flipped(t, 7)));
        out.add(commit(tag, "nothing", bad, liar -> liar.confirmationTag = t -> Bytes.EMPTY));
        out.add(commit(
                tag, "all but the last byte", bad, liar -> liar.confirmationTag = t -> t.slice(0, t.length() - 1)));
        out.add(commit(
                tag, "one byte more", bad, l -> l.confirmationTag = t -> Bytes.concat(t, Bytes.of(new byte[1]))));
        out.add(new Lie(tag, "the tag of the epoch before", bad, scene -> {
            Liar liar = scene.liar();
            liar.confirmationTag = t -> scene.bob.state().confirmationTag;
            scene.tell(liar.commits().message());
        }));
        contextLies((field, lie) ->
                out.add(commit(field, "another one in the next epoch", bad, liar -> liar.nextContext = lie)));
        out.add(commit(
                "GroupContext.confirmedTranscriptHash",
                "a history that leaves out the epochs before",
                bad,
                liar -> liar.interimTranscriptHash = hash -> Bytes.EMPTY));
        out.add(commit(
                "GroupContext.confirmedTranscriptHash",
                "a history that leaves out this Commit",
                bad,
                liar -> liar.confirmedTranscriptHash = hash -> flipped(hash, 0)));
        out.add(commit(
                "UpdatePath.nodes",
                "a commit secret that is not that of the path",
                bad,
                liar -> liar.commitSecret = secret -> Secret.owning(new byte[secret.length()])));
        out.add(commit(
                "Commit.proposals",
                "an init secret that is not that of the epoch",
                bad,
                liar -> liar.initSecret = secret -> Secret.owning(new byte[secret.length()])));
        out.add(psk(
                "PreSharedKey.psk",
                "a pre-shared key that is named and not injected",
                bad,
                liar -> liar.psks = list -> list.subList(0, 1)));
        out.add(psk(
                "PreSharedKey.psk",
                "pre-shared keys injected in another order",
                bad,
                liar -> liar.psks = list -> List.of(list.get(1), list.get(0))));
        out.add(psk(
                "PreSharedKey.psk",
                "another key under the name",
                bad,
                liar -> liar.psks = list ->
                        List.of(list.get(0), new EpochSecrets.Psk(list.get(1).id(), Secret.owning(new byte[32])))));
        out.add(psk(
                "External.nonce",
                "another nonce than the one that is hashed",
                bad,
                liar -> liar.psks = list -> List.of(
                        list.get(0),
                        new EpochSecrets.Psk(
                                new PreSharedKeyId.External(
                                        Bytes.utf8("psk two"),
                                        Bytes.of(
                                                new byte
                                                        [list.get(1)
                                                                .id()
                                                                .nonce()
                                                                .length()])),
                                list.get(1).secret()))));
        return out;
    }

    private static Lie psk(String fields, String sentence, Rejection expected, Consumer<Liar> lie) {
        return new Lie(fields, sentence, expected, scene -> {
            Liar liar = scene.liar();
            lie.accept(liar);
            scene.tell(liar.commits(
                            new Proposal.PreSharedKey(scene.external("psk one")),
                            new Proposal.PreSharedKey(scene.external("psk two")))
                    .message());
        });
    }

    private static List<Lie> inThePath() {
        List<Lie> out = new ArrayList<>();
        Rejection shape = Rejection.PATH_SHAPE;
        Rejection undecryptable = Rejection.PATH_SECRET_UNDECRYPTABLE;
        String nodes = "UpdatePath.nodes";
        out.add(commit(
                "Commit.path", "no path where there is no proposal", Rejection.PATH_MISSING, l -> l.withPath = false));
        out.add(new Lie("Commit.path", "no path where somebody is removed", Rejection.PATH_MISSING, scene -> {
            Liar liar = scene.liar();
            liar.withPath = false;
            scene.tell(liar.commits(new Proposal.Remove(2)).message());
        }));
        out.add(commit(nodes, "no nodes", shape, liar -> liar.nodes = list -> List.of()));
        out.add(commit(nodes, "one node too few", shape, liar -> liar.nodes = list -> list.subList(0, 2)));
        out.add(new Lie(nodes, "one node too many", shape, scene -> {
            Liar liar = scene.liar();
            liar.nodes = list -> List.of(
                    list.get(0),
                    list.get(1),
                    list.get(2),
                    new UpdatePath.PathNode(scene.otherKey(), list.get(2).encryptedPathSecret()));
            scene.tell(liar.commits().message());
        }));
        out.add(commit(
                nodes,
                "nodes in another order",
                Rejection.PATH_PARENT_HASH,
                liar -> liar.nodes = list -> List.of(list.get(1), list.get(0), list.get(2))));
        String sealed = "PathNode.encryptedPathSecret";
        out.add(commit(sealed, "no ciphertext", shape, liar -> liar.nodes = list -> at(list, 0, c -> List.of())));
        out.add(commit(
                sealed,
                "a ciphertext too many",
                shape,
                liar -> liar.nodes = list -> at(list, 0, c -> List.of(c.get(0), c.get(0)))));
        out.add(new Lie(sealed, "ciphertexts of a node that is split, in another order", undecryptable, scene -> {
            Liar liar = scene.liar();
            liar.nodes = list -> at(list, 1, c -> List.of(c.get(1), c.get(0)));
            scene.tellCarol(liar);
        }));
        for (String field : List.of("kemOutput", "ciphertext")) {
            for (UnaryOperator<Bytes> change : List.<UnaryOperator<Bytes>>of(
                    bytes -> flipped(bytes, 9), bytes -> Bytes.EMPTY, bytes -> bytes.slice(1, bytes.length()))) {
                out.add(commit(
                        "HpkeCiphertext." + field,
                        "not what was encrypted",
                        undecryptable,
                        liar -> liar.nodes = list -> at(
                                list,
                                0,
                                c -> List.of(
                                        field.equals("kemOutput")
                                                ? new HpkeCiphertext(
                                                        change.apply(c.get(0).kemOutput()),
                                                        c.get(0).ciphertext())
                                                : new HpkeCiphertext(
                                                        c.get(0).kemOutput(),
                                                        change.apply(c.get(0).ciphertext()))))));
            }
        }
        contextLies((field, lie) -> out.add(
                commit(field, "path secrets encrypted for another", undecryptable, liar -> liar.encryptContext = lie)));
        out.add(commit(sealed, "encrypted under another label", undecryptable, liar -> liar.encryptLabel = "Welcome"));
        out.add(commit(
                sealed,
                "a secret of one byte less",
                undecryptable,
                liar -> liar.pathSecret = (step, to, secret) -> secret.slice(1, secret.length() - 1)));
        out.add(commit(
                sealed,
                "a secret of one byte more",
                undecryptable,
                liar -> liar.pathSecret = (step, to, secret) -> Secret.owning(new byte[secret.length() + 1])));
        out.add(commit(
                sealed,
                "no secret at all",
                undecryptable,
                liar -> liar.pathSecret = (step, to, secret) -> Secret.owning(new byte[0])));
        Rejection mismatch = Rejection.PATH_KEY_MISMATCH;
        out.add(commit(
                sealed,
                "another secret",
                mismatch,
                liar -> liar.pathSecret = (step, to, secret) -> Secret.owning(new byte[secret.length()])));
        out.add(new Lie(sealed, "another secret for one of two members", mismatch, scene -> {
            Liar liar = scene.liar();
            liar.pathSecret =
                    (step, to, secret) -> to == 0 && step == 1 ? Secret.owning(new byte[secret.length()]) : secret;
            scene.tellCarol(liar);
        }));
        String key = "PathNode.encryptionKey";
        for (int i = 0; i < 3; i++) {
            int node = i;
            out.add(new Lie(key, "the key of node " + i + " is not that of its secret", mismatch, scene -> {
                Liar liar = scene.liar();
                liar.publicKeys = keys -> replaced(keys, node, scene.otherKey());
                scene.tell(liar.commits().message());
            }));
            out.add(new Lie(
                    key, "the key of node " + i + " is in the tree already", Rejection.PATH_KEY_NOT_FRESH, scene -> {
                        Liar liar = scene.liar();
                        liar.publicKeys =
                                keys -> replaced(keys, node, scene.leaf(2).encryptionKey());
                        scene.tell(liar.commits().message());
                    }));
            out.add(new Lie(key, "node " + i + " hashed with another key", Rejection.PATH_PARENT_HASH, scene -> {
                Liar liar = scene.liar();
                liar.nodes = list -> replaced(
                        list,
                        node,
                        new UpdatePath.PathNode(scene.otherKey(), list.get(node).encryptedPathSecret()));
                scene.tell(liar.commits().message());
            }));
        }
        out.add(commit(
                key,
                "one key for two nodes",
                Rejection.PATH_KEY_NOT_FRESH,
                liar -> liar.publicKeys = keys -> replaced(keys, 1, keys.get(0))));
        return out;
    }

    private static <T> List<T> replaced(List<T> list, int index, T value) {
        List<T> out = new ArrayList<>(list);
        out.set(index, value);
        return out;
    }

    private static List<UpdatePath.PathNode> at(
            List<UpdatePath.PathNode> nodes, int index, UnaryOperator<List<HpkeCiphertext>> change) {
        UpdatePath.PathNode node = nodes.get(index);
        return replaced(
                nodes, index, new UpdatePath.PathNode(node.encryptionKey(), change.apply(node.encryptedPathSecret())));
    }

    /** The lies in a leaf that are the same wherever it appears. */
    private static List<Lie> inAnyLeaf(LeafTeller teller) {
        List<Lie> out = new ArrayList<>();
        Rejection missing = Rejection.CAPABILITY_MISSING;
        out.add(teller.tell(
                "LeafNode.signatureKey",
                "the key of another member",
                Rejection.BAD_LEAF_SIGNATURE,
                (s, l) -> new LeafNode(
                        l.encryptionKey(),
                        s.leaf(1).signatureKey(),
                        l.credential(),
                        l.capabilities(),
                        l.source(),
                        l.extensions(),
                        l.signature())));
        out.add(teller.tell(
                "LeafNode.signatureKey",
                "no key",
                Rejection.BAD_LEAF_SIGNATURE,
                (s, l) -> new LeafNode(
                        l.encryptionKey(),
                        Bytes.EMPTY,
                        l.credential(),
                        l.capabilities(),
                        l.source(),
                        l.extensions(),
                        l.signature())));
        out.add(teller.tell(
                "LeafNode.credential, Credential.type",
                "a type that the leaf does not support",
                missing,
                (s, l) ->
                        withCredential(l, new Credential(Codepoints.CREDENTIAL_X509, Bytes.EMPTY), l.capabilities())));
        out.add(teller.tell(
                "Credential.type",
                "a type that the others do not support",
                Rejection.CREDENTIAL_TYPE_UNSUPPORTED,
                (s, l) -> withCredential(
                        l,
                        new Credential(UNKNOWN_TYPE, Bytes.EMPTY),
                        with(
                                l.capabilities(),
                                c -> new Capabilities(
                                        c.versions(),
                                        c.cipherSuites(),
                                        c.extensions(),
                                        c.proposals(),
                                        List.of(Codepoints.CREDENTIAL_BASIC, UNKNOWN_TYPE))))));
        out.add(teller.tell(
                "LeafNode.credential, Credential.content",
                "another person",
                Rejection.CREDENTIAL_REFUSED,
                (s, l) -> withCredential(l, Credential.basic(Bytes.utf8("an impostor")), l.capabilities())));
        capabilities(
                out,
                teller,
                "versions",
                missing,
                c -> new Capabilities(List.of(2), c.cipherSuites(), c.extensions(), c.proposals(), c.credentials()));
        capabilities(
                out,
                teller,
                "cipherSuites",
                missing,
                c -> new Capabilities(c.versions(), List.of(7), c.extensions(), c.proposals(), c.credentials()));
        capabilities(
                out,
                teller,
                "credentials",
                missing,
                c -> new Capabilities(
                        c.versions(),
                        c.cipherSuites(),
                        c.extensions(),
                        c.proposals(),
                        List.of(Codepoints.CREDENTIAL_X509)));
        out.add(teller.tell(
                "LeafNode.extensions, Extension.type, Capabilities.extensions",
                "one that is not listed",
                missing,
                (s, l) -> withExtensions(l, List.of(new Extension(UNKNOWN_TYPE, Bytes.EMPTY)))));
        Extension id = new Extension(Codepoints.EXTENSION_APPLICATION_ID, Bytes.utf8("id"));
        out.add(teller.tell(
                "LeafNode.extensions",
                "one type twice",
                Rejection.DUPLICATE_EXTENSION,
                (s, l) -> withExtensions(l, List.of(id, id))));
        return out;
    }

    private static void capabilities(
            List<Lie> out, LeafTeller teller, String field, Rejection expected, UnaryOperator<Capabilities> lie) {
        out.add(teller.tell(
                "LeafNode.capabilities, Capabilities." + field,
                "without what the group has",
                expected,
                (s, l) -> withCredential(l, l.credential(), lie.apply(l.capabilities()))));
    }

    private static Capabilities with(Capabilities capabilities, UnaryOperator<Capabilities> lie) {
        return lie.apply(capabilities);
    }

    private interface LeafLie {
        LeafNode tell(Scene scene, LeafNode honest);
    }

    private interface LeafTeller {
        Lie tell(String fields, String sentence, Rejection expected, LeafLie lie);
    }

    private static LeafNode withCredential(LeafNode l, Credential credential, Capabilities capabilities) {
        return new LeafNode(
                l.encryptionKey(),
                l.signatureKey(),
                credential,
                capabilities,
                l.source(),
                l.extensions(),
                l.signature());
    }

    private static LeafNode withExtensions(LeafNode l, List<Extension> extensions) {
        return new LeafNode(
                l.encryptionKey(),
                l.signatureKey(),
                l.credential(),
                l.capabilities(),
                l.source(),
                extensions,
                l.signature());
    }

    private static LeafNode withSource(LeafNode l, LeafNodeSource source) {
        return new LeafNode(
                l.encryptionKey(),
                l.signatureKey(),
                l.credential(),
                l.capabilities(),
                source,
                l.extensions(),
                l.signature());
    }

    private static LeafNode withKey(LeafNode l, Bytes encryptionKey) {
        return new LeafNode(
                encryptionKey,
                l.signatureKey(),
                l.credential(),
                l.capabilities(),
                l.source(),
                l.extensions(),
                l.signature());
    }

    private static List<Lie> inTheLeafOfAPath() {
        LeafTeller teller = (fields, sentence, expected, lie) ->
                new Lie("UpdatePath.leafNode, " + fields, "in a path, " + sentence, expected, scene -> {
                    Liar liar = scene.liar();
                    liar.leaf = leaf -> lie.tell(scene, leaf);
                    scene.tell(liar.commits().message());
                });
        List<Lie> out = inAnyLeaf(teller);
        Rejection badLeaf = Rejection.BAD_LEAF_SIGNATURE;
        out.add(teller.tell(
                "LeafNode.encryptionKey",
                "the key of before",
                Rejection.ENCRYPTION_KEY_NOT_FRESH,
                (s, l) -> withKey(l, s.leaf(0).encryptionKey())));
        out.add(teller.tell(
                "LeafNode.encryptionKey",
                "the key of another member",
                Rejection.PATH_KEY_NOT_FRESH,
                (s, l) -> withKey(l, s.leaf(3).encryptionKey())));
        Rejection source = Rejection.WRONG_LEAF_NODE_SOURCE;
        out.add(teller.tell("LeafNode.source", "update", source, (s, l) -> withSource(l, new LeafNodeSource.Update())));
        out.add(teller.tell(
                "LeafNode.source, KeyPackage.lifetime",
                "key_package",
                source,
                (s, l) -> withSource(l, new LeafNodeSource.KeyPackage(Lifetime.around(NOW, 3600)))));
        out.add(commit(
                "Commit.parentHash",
                "a flipped bit",
                Rejection.PATH_PARENT_HASH,
                liar -> liar.parentHash = hash -> flipped(hash, 1)));
        out.add(commit(
                "Commit.parentHash", "nothing", Rejection.PATH_PARENT_HASH, l -> l.parentHash = h -> Bytes.EMPTY));
        out.add(commit(
                "LeafNode.signature", "a flipped bit", badLeaf, liar -> liar.leafSignature = s -> flipped(s, 1)));
        out.add(commit("LeafNode.signature", "nothing", badLeaf, liar -> liar.leafSignature = s -> Bytes.EMPTY));
        out.add(commit("LeafNode.signature", "for another group", badLeaf, l -> l.leafGroupId = Bytes.utf8("other")));
        out.add(commit("LeafNode.signature", "for another leaf", badLeaf, liar -> liar.leafIndex = 3));
        out.add(commit("LeafNode.signature", "by another key", badLeaf, l -> l.leafSeed = Secret.owning(new byte[32])));
        out.add(new Lie(
                "LeafNode.signatureKey",
                "in a path, the key of a member who lends it",
                Rejection.DUPLICATE_SIGNATURE_KEY,
                scene -> {
                    Liar liar = scene.liar();
                    liar.leafSeed = scene.members.get(3).signatureSeed();
                    liar.leaf = l -> new LeafNode(
                            l.encryptionKey(),
                            scene.leaf(3).signatureKey(),
                            l.credential(),
                            l.capabilities(),
                            l.source(),
                            l.extensions(),
                            l.signature());
                    scene.tell(liar.commits().message());
                }));
        return out;
    }

    private static List<Lie> inProposals() {
        List<Lie> out = new ArrayList<>();
        list(out, "Remove.removed", "the committer", Rejection.COMMITTER_REMOVED, s -> new Proposal.Remove(0));
        for (long nobody : List.of(5L, 8L, 511L, 0x8000_0000L, 0xffff_ffffL)) {
            list(
                    out,
                    "Remove.removed",
                    "nobody at " + nobody,
                    Rejection.REMOVED_LEAF_BLANK,
                    s -> new Proposal.Remove(nobody));
        }
        list(
                out,
                "Commit.proposals",
                "one member removed twice",
                Rejection.DUPLICATE_LEAF_PROPOSAL,
                s -> new Proposal.Remove(2),
                s -> new Proposal.Remove(2));
        list(
                out,
                "Commit.proposals",
                "an Update of the committer's own",
                Rejection.UPDATE_BY_COMMITTER,
                s -> new Proposal.Update(s.updateOf(0, l -> l, 0)));
        list(
                out,
                "Commit.proposals",
                "an ExternalInit",
                Rejection.EXTERNAL_INIT_IN_MEMBER_COMMIT,
                s -> new Proposal.ExternalInit(Bytes.of(new byte[32])));
        list(
                out,
                "Commit.proposals",
                "a ReInit",
                Rejection.REINIT_UNSUPPORTED,
                s -> new Proposal.ReInit(Bytes.utf8("new"), 1, 1, List.of()));
        out.add(new Lie(
                "Commit.proposals",
                "a reference to nothing",
                Rejection.UNKNOWN_PROPOSAL,
                s -> s.tell(s.liar().commitsWithoutPath(new ProposalOrRef.ByReference(Bytes.of(new byte[32]))))));
        Rejection twice = Rejection.DUPLICATE_GROUP_CONTEXT_EXTENSIONS;
        list(
                out,
                "Commit.proposals",
                "the context's extensions twice",
                twice,
                s -> new Proposal.GroupContextExtensions(List.of()),
                s -> new Proposal.GroupContextExtensions(List.of()));
        list(
                out,
                "PreSharedKey.psk",
                "one key twice",
                Rejection.DUPLICATE_PSK,
                s -> new Proposal.PreSharedKey(s.external("psk one")),
                s -> new Proposal.PreSharedKey(s.external("psk one")));
        list(
                out,
                "PreSharedKey.psk",
                "a key that nobody has",
                Rejection.UNKNOWN_PSK,
                s -> new Proposal.PreSharedKey(s.external("psk three")));
        for (int off : List.of(-1, 1, 16)) {
            list(
                    out,
                    "External.nonce",
                    "a length off by " + off,
                    Rejection.INVALID_PSK,
                    s -> new Proposal.PreSharedKey(new PreSharedKeyId.External(Bytes.utf8("psk one"), s.nonce(off))));
            list(
                    out,
                    "Resumption.nonce",
                    "a length off by " + off,
                    Rejection.INVALID_PSK,
                    s -> new Proposal.PreSharedKey(
                            new PreSharedKeyId.Resumption(1, Bytes.utf8("group"), 1, s.nonce(off))));
        }
        for (int usage : List.of(PreSharedKeyId.USAGE_REINIT, PreSharedKeyId.USAGE_BRANCH)) {
            list(
                    out,
                    "Resumption.usage",
                    "reserved usage " + usage,
                    Rejection.INVALID_PSK,
                    s -> new Proposal.PreSharedKey(
                            new PreSharedKeyId.Resumption(usage, Bytes.utf8("group"), 1, s.nonce(0))));
        }
        list(
                out,
                "PreSharedKey.psk",
                "an epoch that was never",
                Rejection.UNKNOWN_PSK,
                s -> new Proposal.PreSharedKey(
                        new PreSharedKeyId.Resumption(1, Bytes.utf8("group"), 1L << 62, s.nonce(0))));
        String context = "GroupContextExtensions.extensions";
        contextExtensions(
                out,
                context,
                "one that nobody supports",
                Rejection.CAPABILITY_MISSING,
                List.of(new Extension(UNKNOWN_TYPE, Bytes.EMPTY)));
        Extension required = new RequiredCapabilities(List.of(), List.of(), List.of()).toExtension();
        contextExtensions(out, context, "one type twice", Rejection.DUPLICATE_EXTENSION, List.of(required, required));
        Rejection notCapable = Rejection.REQUIRED_CAPABILITY_MISSING;
        contextExtensions(
                out,
                "RequiredCapabilities.extensionTypes",
                "one that members lack",
                notCapable,
                List.of(new RequiredCapabilities(List.of(UNKNOWN_TYPE), List.of(), List.of()).toExtension()));
        contextExtensions(
                out,
                "RequiredCapabilities.proposalTypes, Capabilities.proposals",
                "one that members lack",
                notCapable,
                List.of(new RequiredCapabilities(List.of(), List.of(UNKNOWN_TYPE), List.of()).toExtension()));
        contextExtensions(
                out,
                "RequiredCapabilities.credentialTypes",
                "one that members lack",
                notCapable,
                List.of(new RequiredCapabilities(List.of(), List.of(), List.of(UNKNOWN_TYPE)).toExtension()));
        contextExtensions(
                out,
                "Extension.data",
                "required_capabilities that do not decode",
                Rejection.MALFORMED,
                List.of(new Extension(Codepoints.EXTENSION_REQUIRED_CAPABILITIES, Bytes.fromHex("05"))));
        return out;
    }

    private static void contextExtensions(
            List<Lie> out, String fields, String sentence, Rejection expected, List<Extension> extensions) {
        out.add(new Lie(
                fields,
                "in the GroupContext, " + sentence,
                expected,
                scene -> scene.tell(scene.liar()
                        .commits(new Proposal.GroupContextExtensions(extensions))
                        .message())));
    }

    private interface ProposalLie {
        Proposal tell(Scene scene);
    }

    private static void list(
            List<Lie> out, String fields, String sentence, Rejection expected, ProposalLie... proposals) {
        out.add(new Lie(fields, sentence, expected, scene -> {
            Proposal[] made = Stream.of(proposals).map(each -> each.tell(scene)).toArray(Proposal[]::new);
            scene.tell(scene.liar().commitsWithoutPath(Liar.byValue(made)));
        }));
    }

    /** Proposed by Dave (leaf 3), and committed by Alice, who is in league with him. */
    private static List<Lie> inUpdates() {
        LeafTeller teller = (fields, sentence, expected, lie) -> new Lie(
                "Update.leafNode, " + fields,
                "in an Update, " + sentence,
                expected,
                scene -> scene.tellUpdate(scene.updateOf(3, leaf -> lie.tell(scene, leaf), 3)));
        List<Lie> out = inAnyLeaf(teller);
        Rejection source = Rejection.WRONG_LEAF_NODE_SOURCE;
        out.add(teller.tell(
                "LeafNode.source", "commit", source, (s, l) -> withSource(l, new LeafNodeSource.Commit(Bytes.EMPTY))));
        out.add(teller.tell(
                "LeafNode.source",
                "key_package",
                source,
                (s, l) -> withSource(l, new LeafNodeSource.KeyPackage(Lifetime.around(NOW, 3600)))));
        out.add(teller.tell(
                "LeafNode.encryptionKey",
                "the key of before",
                Rejection.ENCRYPTION_KEY_NOT_FRESH,
                (s, l) -> withKey(l, s.leaf(3).encryptionKey())));
        out.add(teller.tell(
                "LeafNode.encryptionKey",
                "the key of another",
                Rejection.DUPLICATE_ENCRYPTION_KEY,
                (s, l) -> withKey(l, s.leaf(2).encryptionKey())));
        out.add(new Lie(
                "Update.leafNode",
                "signed for another leaf",
                Rejection.BAD_LEAF_SIGNATURE,
                s -> s.tellUpdate(s.updateOf(3, l -> l, 4))));
        out.add(new Lie(
                "Update.leafNode",
                "the leaf of another member",
                Rejection.BAD_LEAF_SIGNATURE,
                s -> s.tellUpdate(s.updateOf(4, l -> l, 4))));
        out.add(new Lie("Commit.proposals", "an Update and a Remove of one leaf", duplicateLeaf(), scene -> {
            ProposalOrRef update = scene.proposedUpdate(scene.updateOf(3, l -> l, 3));
            scene.forget(scene.liar().commitsWithoutPath(update, new ProposalOrRef.ByValue(new Proposal.Remove(3))));
        }));
        out.add(new Lie("Commit.proposals", "two Updates of one leaf", duplicateLeaf(), scene -> {
            ProposalOrRef first = scene.proposedUpdate(scene.updateOf(3, l -> l, 3));
            ProposalOrRef second = scene.proposedUpdate(scene.updateOf(3, l -> l, 3));
            scene.forget(scene.liar().commitsWithoutPath(first, second));
        }));
        return out;
    }

    private static Rejection duplicateLeaf() {
        return Rejection.DUPLICATE_LEAF_PROPOSAL;
    }

    private static List<Lie> inKeyPackages() {
        LeafTeller teller = (fields, sentence, expected, lie) -> new Lie(
                "Add.keyPackage, KeyPackage.leafNode, " + fields,
                "in a KeyPackage, " + sentence,
                expected,
                scene -> scene.tellAdd(scene.keyPackage(leaf -> lie.tell(scene, leaf), k -> k)));
        List<Lie> out = inAnyLeaf(teller);
        Rejection source = Rejection.WRONG_LEAF_NODE_SOURCE;
        out.add(teller.tell("LeafNode.source", "update", source, (s, l) -> withSource(l, new LeafNodeSource.Update())));
        out.add(teller.tell(
                "LeafNode.source", "commit", source, (s, l) -> withSource(l, new LeafNodeSource.Commit(Bytes.EMPTY))));
        out.add(teller.tell(
                "LeafNode.encryptionKey",
                "the key of another",
                Rejection.DUPLICATE_ENCRYPTION_KEY,
                (s, l) -> withKey(l, s.leaf(2).encryptionKey())));
        lifetime(out, teller, "notAfter", "over", Rejection.LIFETIME_NOT_CURRENT, new Lifetime(NOW - 10, NOW - 1));
        lifetime(out, teller, "notBefore", "not yet", Rejection.LIFETIME_NOT_CURRENT, new Lifetime(NOW + 1, NOW + 9));
        lifetime(out, teller, "notAfter", "for ever", Rejection.LIFETIME_TOO_LONG, new Lifetime(0, -1));
        lifetime(out, teller, "notBefore", "backwards", Rejection.LIFETIME_TOO_LONG, new Lifetime(NOW + 1, NOW));
        keyPackage(
                out,
                "cipherSuite",
                "another suite",
                Rejection.WRONG_KEY_PACKAGE_SUITE,
                (s, k) -> new KeyPackage(3, k.initKey(), k.leafNode(), k.extensions(), k.signature()));
        keyPackage(
                out,
                "initKey",
                "the key of the leaf",
                Rejection.INIT_KEY_IS_ENCRYPTION_KEY,
                (s, k) -> new KeyPackage(
                        k.cipherSuite(), k.leafNode().encryptionKey(), k.leafNode(), k.extensions(), k.signature()));
        keyPackage(
                out,
                "extensions",
                "one that is not listed",
                Rejection.CAPABILITY_MISSING,
                (s, k) -> new KeyPackage(
                        k.cipherSuite(),
                        k.initKey(),
                        k.leafNode(),
                        List.of(new Extension(UNKNOWN_TYPE, Bytes.EMPTY)),
                        k.signature()));
        out.add(new Lie("KeyPackage.signature", "a flipped bit", Rejection.BAD_KEY_PACKAGE_SIGNATURE, scene -> {
            KeyPackage k = scene.keyPackage(l -> l, any -> any);
            scene.tellAdd(new KeyPackage(
                    k.cipherSuite(), k.initKey(), k.leafNode(), k.extensions(), flipped(k.signature(), 3)));
        }));
        out.add(new Lie(
                "KeyPackage.leafNode", "a leaf with a flipped signature", Rejection.BAD_LEAF_SIGNATURE, scene -> {
                    KeyPackage k = scene.keyPackage(l -> l, any -> any);
                    scene.tellAdd(new KeyPackage(
                            k.cipherSuite(),
                            k.initKey(),
                            k.leafNode().withSignature(flipped(k.leafNode().signature(), 3)),
                            k.extensions(),
                            k.signature()));
                }));
        out.add(new Lie("Add.keyPackage", "a member who is there already", Rejection.DUPLICATE_SIGNATURE_KEY, scene -> {
            LeafKeys keys = scene.keysOf(3);
            scene.tellAdd(KeyPackageBundle.create(
                            scene.primitives,
                            keys,
                            Credential.basic(Bytes.utf8("member 3")),
                            Lifetime.around(NOW, 3600),
                            scene.random)
                    .keyPackage());
        }));
        out.add(new Lie("Add.keyPackage", "one newcomer twice", Rejection.DUPLICATE_INIT_KEY, scene -> {
            Proposal add = new Proposal.Add(scene.keyPackage(l -> l, k -> k));
            scene.tell(scene.liar().commitsWithoutPath(Liar.byValue(add, add)));
        }));
        return out;
    }

    private static void lifetime(
            List<Lie> out, LeafTeller teller, String field, String sentence, Rejection expected, Lifetime lifetime) {
        out.add(teller.tell(
                "KeyPackage.lifetime, Lifetime." + field,
                sentence,
                expected,
                (s, l) -> withSource(l, new LeafNodeSource.KeyPackage(lifetime))));
    }

    private interface KeyPackageLie {
        KeyPackage tell(Scene scene, KeyPackage honest);
    }

    private static void keyPackage(
            List<Lie> out, String field, String sentence, Rejection expected, KeyPackageLie lie) {
        out.add(new Lie(
                "KeyPackage." + field,
                sentence,
                expected,
                scene -> scene.tellAdd(scene.keyPackage(leaf -> leaf, k -> lie.tell(scene, k)))));
    }

    private static List<Lie> inWelcomes() {
        List<Lie> out = new ArrayList<>();
        String secrets = "GroupSecrets.";
        Rejection badInfo = Rejection.BAD_GROUP_INFO;
        Rejection badSecrets = Rejection.BAD_GROUP_SECRETS;
        secrets(
                out,
                "joinerSecret",
                "another",
                badInfo,
                (s, g) -> new GroupSecrets(zeros(g.joinerSecret().length()), g.pathSecret(), g.psks()));
        secrets(
                out,
                "joinerSecret",
                "a byte less",
                badSecrets,
                (s, g) -> new GroupSecrets(zeros(g.joinerSecret().length() - 1), g.pathSecret(), g.psks()));
        secrets(
                out,
                "pathSecret",
                "another",
                Rejection.PATH_KEY_MISMATCH,
                (s, g) -> new GroupSecrets(
                        g.joinerSecret(), zeros(g.joinerSecret().length()), g.psks()));
        secrets(
                out,
                "pathSecret",
                "a byte less",
                badSecrets,
                (s, g) -> new GroupSecrets(
                        g.joinerSecret(), zeros(g.joinerSecret().length() - 1), g.psks()));
        secrets(
                out,
                "psks",
                "one that was not injected",
                badInfo,
                (s, g) -> new GroupSecrets(g.joinerSecret(), g.pathSecret(), List.of(s.external("psk one"))));
        secrets(
                out,
                "psks",
                "one that nobody has",
                Rejection.UNKNOWN_PSK,
                (s, g) -> new GroupSecrets(g.joinerSecret(), g.pathSecret(), List.of(s.external("psk three"))));
        secrets(
                out,
                "psks",
                "one twice",
                Rejection.DUPLICATE_PSK,
                (s, g) -> new GroupSecrets(
                        g.joinerSecret(), g.pathSecret(), List.of(s.external("psk one"), s.external("psk one"))));
        secrets(
                out,
                "psks",
                "a nonce of another length",
                Rejection.INVALID_PSK,
                (s, g) -> new GroupSecrets(
                        g.joinerSecret(),
                        g.pathSecret(),
                        List.of(new PreSharedKeyId.External(Bytes.utf8("psk one"), s.nonce(1)))));
        for (int usage : List.of(PreSharedKeyId.USAGE_REINIT, PreSharedKeyId.USAGE_BRANCH)) {
            secrets(
                    out,
                    "psks",
                    "reserved usage " + usage,
                    Rejection.REINIT_OR_BRANCH_UNSUPPORTED,
                    (s, g) -> new GroupSecrets(
                            g.joinerSecret(),
                            g.pathSecret(),
                            List.of(new PreSharedKeyId.Resumption(usage, Bytes.utf8("group"), 1, s.nonce(0)))));
        }
        out.add(new Lie(secrets + "psks", "without one that was injected", badInfo, scene -> {
            Liar liar = scene.liar();
            liar.groupSecrets = g -> new GroupSecrets(g.joinerSecret(), g.pathSecret(), List.of());
            scene.welcome(liar, new Proposal.PreSharedKey(scene.external("psk one")));
        }));
        out.add(new Lie(secrets + "psks", "in another order", badInfo, scene -> {
            Liar liar = scene.liar();
            liar.groupSecrets = g -> new GroupSecrets(
                    g.joinerSecret(),
                    g.pathSecret(),
                    List.of(g.psks().get(1), g.psks().get(0)));
            scene.welcome(
                    liar,
                    new Proposal.PreSharedKey(scene.external("psk one")),
                    new Proposal.PreSharedKey(scene.external("psk two")));
        }));

        String info = "GroupInfo.";
        contextLies((field, lie) -> out.add(welcome(
                info + "groupContext, " + field, "another one", wrongContext(field), l -> l.welcomeContext = lie)));
        Rejection badTag = Rejection.BAD_CONFIRMATION_TAG;
        out.add(welcome(info + "confirmationTag", "a flipped bit", badTag, l -> l.welcomeTag = t -> flipped(t, 3)));
        out.add(welcome(info + "confirmationTag", "nothing", badTag, liar -> liar.welcomeTag = t -> Bytes.EMPTY));
        Rejection badSignature = Rejection.BAD_GROUP_INFO_SIGNATURE;
        out.add(welcome(info + "signer", "another member", badSignature, liar -> liar.welcomeSigner = 2));
        out.add(welcome(info + "signer", "a blank leaf", badSignature, liar -> liar.welcomeSigner = 7));
        out.add(welcome(info + "signer", "the newcomer", badSignature, liar -> liar.welcomeSigner = 5));
        out.add(welcome(
                info + "signature", "a flipped bit", badSignature, l -> l.groupInfoSignature = s -> flipped(s, 3)));
        out.add(new Lie(
                info + "signer", "a member in league, whose path it is not", Rejection.PATH_KEY_MISMATCH, scene -> {
                    Liar liar = scene.liar();
                    liar.welcomeSigner = 4;
                    liar.welcomeSeed = scene.members.get(4).signatureSeed();
                    scene.welcome(liar);
                }));
        out.add(welcome(
                info + "extensions", "no tree", Rejection.TREE_MISSING, l -> l.groupInfoExtensions = e -> List.of()));
        out.add(welcome(
                info + "extensions",
                "two trees",
                Rejection.DUPLICATE_EXTENSION,
                liar -> liar.groupInfoExtensions = e -> List.of(e.get(0), e.get(0))));
        out.add(welcome(
                info + "extensions",
                "no tree in the tree",
                Rejection.MALFORMED,
                liar -> liar.groupInfoExtensions =
                        e -> List.of(new Extension(Codepoints.EXTENSION_RATCHET_TREE, Bytes.EMPTY))));
        context(
                out,
                "one that we do not support",
                Rejection.UNSUPPORTED_GROUP_EXTENSION,
                List.of(new Extension(UNKNOWN_TYPE, Bytes.EMPTY)));
        Extension required = new RequiredCapabilities(List.of(), List.of(), List.of()).toExtension();
        context(out, "one type twice", Rejection.DUPLICATE_EXTENSION, List.of(required, required));
        context(
                out,
                "what members lack",
                Rejection.REQUIRED_CAPABILITY_MISSING,
                List.of(new RequiredCapabilities(List.of(), List.of(UNKNOWN_TYPE), List.of()).toExtension()));
        return out;
    }

    /** What is found first where a GroupContext is not the one that the secrets were derived with. */
    private static Rejection wrongContext(String field) {
        return switch (field) {
            case "GroupContext.cipherSuite" -> Rejection.WRONG_GROUP_SUITE;
            case "GroupContext.treeHash" -> Rejection.BAD_TREE_HASH;
            // Leaves are signed for their group.
            case "GroupContext.groupId" -> Rejection.BAD_LEAF_SIGNATURE;
            default -> Rejection.BAD_CONFIRMATION_TAG;
        };
    }

    private static void context(List<Lie> out, String sentence, Rejection expected, List<Extension> extensions) {
        out.add(welcome(
                "GroupContext.extensions",
                sentence,
                expected,
                liar -> liar.welcomeContext = c -> new GroupContext(
                        c.cipherSuite(),
                        c.groupId(),
                        c.epoch(),
                        c.treeHash(),
                        c.confirmedTranscriptHash(),
                        extensions)));
    }

    private static Secret zeros(int length) {
        return Secret.owning(new byte[length]);
    }

    private interface SecretsLie {
        GroupSecrets tell(Scene scene, GroupSecrets honest);
    }

    private static void secrets(List<Lie> out, String field, String sentence, Rejection expected, SecretsLie lie) {
        out.add(new Lie("GroupSecrets." + field, sentence, expected, scene -> {
            Liar liar = scene.liar();
            liar.groupSecrets = honest -> lie.tell(scene, honest);
            scene.welcome(liar);
        }));
    }

    private static Lie welcome(String fields, String sentence, Rejection expected, Consumer<Liar> lie) {
        return new Lie(fields, "in a Welcome, " + sentence, expected, scene -> {
            Liar liar = scene.liar();
            lie.accept(liar);
            scene.welcome(liar);
        });
    }

    private interface TreeLie {
        void tell(Scene scene, RatchetTree tree);
    }

    /** The tree hash of the GroupContext is that of the tree with the lie. */
    private static void tree(List<Lie> out, String fields, String sentence, Rejection expected, TreeLie lie) {
        out.add(new Lie(fields, "in a joined tree, " + sentence, expected, scene -> {
            Liar liar = scene.liar();
            Bytes[] hash = new Bytes[1];
            liar.welcomeTree = tree -> {
                lie.tell(scene, tree);
                hash[0] = tree.treeHash();
                return tree;
            };
            liar.welcomeContext = c -> c.withTreeHash(hash[0]);
            scene.welcome(liar);
        }));
    }

    private static List<Lie> inTheTreeOfAWelcome() {
        List<Lie> out = new ArrayList<>();
        Rejection parentHash = Rejection.BAD_PARENT_HASH;
        // Nodes 1, 3 and 7 are those of Alice's path; the newcomer is leaf 5.
        for (int node : List.of(1, 3, 7)) {
            tree(
                    out,
                    "ParentNode.encryptionKey",
                    "another key of node " + node,
                    parentHash,
                    (s, t) -> t.setParentNode(
                            node, new ParentNode(s.otherKey(), parent(t, node).parentHash(), List.of())));
        }
        tree(
                out,
                "ParentNode.parentHash",
                "another hash",
                parentHash,
                (s, t) -> t.setParentNode(3, new ParentNode(parent(t, 3).encryptionKey(), Bytes.EMPTY, List.of())));
        for (int leaf : List.of(6, 7, 511)) {
            tree(
                    out,
                    "ParentNode.unmergedLeaves",
                    "blank leaf " + leaf,
                    Rejection.BAD_UNMERGED_LEAVES,
                    (s, t) -> t.setParentNode(7, parent(t, 7).withUnmergedLeaf(leaf)));
        }
        tree(
                out,
                "ParentNode.unmergedLeaves",
                "a leaf that is not below",
                Rejection.BAD_UNMERGED_LEAVES,
                (s, t) -> t.setParentNode(1, parent(t, 1).withUnmergedLeaf(3)));
        tree(
                out,
                "ParentNode.unmergedLeaves",
                "a leaf that a node between has merged",
                Rejection.BAD_UNMERGED_LEAVES,
                (s, t) -> t.setParentNode(7, parent(t, 7).withUnmergedLeaf(1)));
        tree(out, "ParentNode.unmergedLeaves", "a leaf that had merged", parentHash, (s, t) -> {
            t.setParentNode(3, parent(t, 3).withUnmergedLeaf(1));
            t.setParentNode(1, parent(t, 1).withUnmergedLeaf(1));
        });
        tree(
                out,
                "LeafNode.signature",
                "a leaf in the place of another",
                Rejection.DUPLICATE_SIGNATURE_KEY,
                (s, t) -> withoutPath(t).setLeaf(6, t.member(4)));
        tree(out, "LeafNode.signature", "two leaves exchanged", Rejection.BAD_LEAF_SIGNATURE, (s, t) -> {
            LeafNode two = t.member(2);
            t.setLeaf(2, t.member(4));
            t.setLeaf(4, two);
            t.blankDirectPath(2);
            t.blankDirectPath(4);
        });
        tree(out, "LeafNode.signature", "not our leaf", Rejection.OWN_LEAF_MISSING, (s, t) -> {
            KeyPackage other = s.keyPackage(l -> l, k -> k);
            withoutPath(t).setLeaf(5, other.leafNode());
        });
        tree(
                out,
                "LeafNode.encryptionKey",
                "a key of two nodes",
                Rejection.DUPLICATE_ENCRYPTION_KEY,
                (s, t) -> withoutPath(t)
                        .setLeaf(
                                6,
                                s.keyPackage(l -> withKey(l, t.member(2).encryptionKey()), k -> k)
                                        .leafNode()));
        tree(
                out,
                "Lifetime.notAfter",
                "a leaf whose time is over",
                Rejection.LIFETIME_NOT_CURRENT,
                (s, t) -> withoutPath(t)
                        .setLeaf(
                                6,
                                s.keyPackage(
                                                l -> withSource(l, new LeafNodeSource.KeyPackage(new Lifetime(1, 2))),
                                                k -> k)
                                        .leafNode()));
        tree(
                out,
                "Credential.content",
                "an impostor",
                Rejection.CREDENTIAL_REFUSED,
                (s, t) -> withoutPath(t)
                        .setLeaf(
                                6,
                                s.keyPackage(
                                                l -> withCredential(
                                                        l,
                                                        Credential.basic(Bytes.utf8("an impostor")),
                                                        l.capabilities()),
                                                k -> k)
                                        .leafNode()));
        return out;
    }

    /** The nodes of Alice's path hold the hash of everything beside it. */
    private static RatchetTree withoutPath(RatchetTree tree) {
        tree.blankDirectPath(0);
        return tree;
    }

    private static ParentNode parent(RatchetTree tree, int node) {
        return Objects.requireNonNull(tree.parentNode(node));
    }

    // ---- what no single receiver can see

    @Test
    void aMemberWhoseKeyIsOfNoUseCanStillBeRemoved() throws MlsException {
        for (CipherSuite suite : SUITES) {
            Scene scene = new Scene(suite);
            Liar liar = scene.liar();
            liar.leaf = leaf -> withKey(leaf, Bytes.of(new byte[31]));
            Bytes commit = liar.commits().message();
            MlsGroup bob = ((Processed.NewEpoch) scene.bob.process(commit, NOW)).group();
            MlsGroup carol = ((Processed.NewEpoch) scene.members.get(2).process(commit, NOW)).group();
            assertRejected(Rejection.BAD_PUBLIC_KEY, () -> bob.commit(List.of(), scene.random, NOW));
            PendingCommit removal = bob.commit(List.of(new Proposal.Remove(0)), scene.random, NOW);
            assertThat(((Processed.NewEpoch) carol.process(removal.commitBytes(), NOW))
                            .group()
                            .epochAuthenticator())
                    .isEqualTo(removal.next().epochAuthenticator());
        }
    }

    @Test
    void aLieToOneMemberIsFoundByThatMemberAndByWhoeverHearsItsAuthenticator() throws MlsException {
        Scene scene = new Scene(SUITES.get(0));
        Liar liar = scene.liar();
        // Node 3 covers Carol and Dave; Bob has no way to see what they were sent.
        liar.pathSecret = (step, to, secret) -> step == 1 ? zeros(secret.length()) : secret;
        Bytes commit = liar.commits().message();
        MlsGroup bob = ((Processed.NewEpoch) scene.bob.process(commit, NOW)).group();
        MlsGroup carol = scene.members.get(2);
        assertRejected(Rejection.PATH_KEY_MISMATCH, () -> carol.process(commit, NOW));
        assertThat(bob.epochAuthenticator()).isNotEqualTo(carol.epochAuthenticator());
    }

    @Test
    void theLiarWhoDoesNotLieIsBelieved() throws MlsException {
        for (CipherSuite suite : SUITES) {
            for (int format : List.of(Codepoints.WIRE_PRIVATE_MESSAGE, Codepoints.WIRE_PUBLIC_MESSAGE)) {
                Scene scene = new Scene(suite);
                Liar liar = scene.liar();
                liar.wireFormat = format;
                Liar.Committed committed = liar.commits(
                        new Proposal.Add(scene.zoe.keyPackage()),
                        new Proposal.Remove(2),
                        new Proposal.PreSharedKey(scene.external("psk one")));
                Bytes expected = committed.next().secrets.epochAuthenticator;
                assertThat(((Processed.NewEpoch) scene.bob.process(committed.message(), NOW))
                                .group()
                                .epochAuthenticator())
                        .isEqualTo(expected);
                assertThat(MlsGroup.join(
                                        scene.primitives,
                                        Objects.requireNonNull(committed.welcome()),
                                        scene.zoe,
                                        scene.rules,
                                        null,
                                        NOW)
                                .epochAuthenticator())
                        .isEqualTo(expected);
            }
        }
    }

    // ---- the group that is lied to

    /** Five members who have all committed once: 0 lies, 1 is lied to; Zoe is to join. */
    private static final class Scene {
        final Primitives primitives = new BcPrimitives();
        final RandomBytes random = TestGroups.seeded(new Random(77));
        final CipherSuite suite;
        final MlsCrypto crypto;
        final GroupRules rules = rules();
        final List<MlsGroup> members;
        final MlsGroup bob;
        final KeyPackageBundle zoe;

        Scene(CipherSuite suite) throws MlsException {
            this.suite = suite;
            crypto = new MlsCrypto(primitives, suite);
            members = Liar.group(primitives, suite, 5, 1, rules, List.of(), random);
            bob = members.get(1);
            zoe = Liar.bundle(primitives, suite, "zoe", random);
        }

        private static GroupRules rules() {
            CredentialValidator validator = (leaf, occasion) -> {
                if (leaf.credential().content().equals(Bytes.utf8("an impostor"))) {
                    throw new MlsException(Rejection.CREDENTIAL_REFUSED, "an impostor");
                }
            };
            PreSharedKeys keys = id -> id instanceof PreSharedKeyId.External(Bytes name, Bytes _)
                            && (name.equals(Bytes.utf8("psk one")) || name.equals(Bytes.utf8("psk two")))
                    ? Secret.copyOf(name)
                    : null;
            return Liar.rules(validator, keys);
        }

        Liar liar() {
            return new Liar(members.get(0), random);
        }

        void tell(Bytes message) throws MlsException {
            bob.process(message, NOW);
        }

        /** Dave updates his leaf first, which blanks the node above him and Carol; then Carol hears the lie. */
        void tellCarol(Liar template) throws MlsException {
            Scene fresh = new Scene(suite);
            Bytes update = new Liar(fresh.members.get(3), fresh.random)
                    .proposes(new Proposal.Update(fresh.updateOf(3, l -> l, 3)));
            Bytes reference = null;
            for (int i : List.of(0, 2)) {
                reference = ((Processed.StoredProposal) fresh.members.get(i).process(update, NOW)).reference();
            }
            Liar liar = fresh.liar();
            liar.nodes = template.nodes;
            liar.pathSecret = template.pathSecret;
            Bytes message = liar.commitsAny(new ProposalOrRef.ByReference(Objects.requireNonNull(reference)))
                    .message();
            fresh.members.get(2).process(message, NOW);
        }

        void tellAdd(KeyPackage keyPackage) throws MlsException {
            tell(liar().commitsWithoutPath(Liar.byValue(new Proposal.Add(keyPackage))));
        }

        /** Dave proposes it, Bob and Alice hear it, Alice commits it. */
        void tellUpdate(LeafNode leaf) throws MlsException {
            ProposalOrRef reference = proposedUpdate(leaf);
            try {
                // What only the tree as a whole shows is looked at after the path.
                Liar liar = liar();
                Bytes message;
                try {
                    message = liar.commitsAny(reference).message();
                } catch (MlsException notApplicable) {
                    message = liar.commitsWithoutPath(reference);
                }
                tell(message);
            } finally {
                forgetProposals();
            }
        }

        ProposalOrRef proposedUpdate(LeafNode leaf) throws MlsException {
            Bytes proposal = new Liar(members.get(3), random).proposes(new Proposal.Update(leaf));
            Bytes reference = ((Processed.StoredProposal) bob.process(proposal, NOW)).reference();
            members.get(0).process(proposal, NOW);
            return new ProposalOrRef.ByReference(reference);
        }

        void forget(Bytes message) throws MlsException {
            try {
                tell(message);
            } finally {
                forgetProposals();
            }
        }

        private void forgetProposals() {
            members.get(0).state().storedProposals.erase();
            bob.state().storedProposals.erase();
        }

        void welcome(Liar liar, Proposal... more) throws MlsException {
            List<Proposal> proposals = new ArrayList<>(List.of(more));
            proposals.add(new Proposal.Add(zoe.keyPackage()));
            Welcome welcome = liar.commits(proposals.toArray(Proposal[]::new)).welcome();
            MlsGroup.join(primitives, Objects.requireNonNull(welcome), zoe, rules, null, NOW);
        }

        LeafNode leaf(int leafIndex) {
            return members.get(0).state().tree.member(leafIndex);
        }

        Bytes otherKey() {
            return crypto.generateKeyPair(random).publicKey();
        }

        PreSharedKeyId external(String name) {
            return new PreSharedKeyId.External(Bytes.utf8(name), nonce(0));
        }

        Bytes nonce(int off) {
            byte[] out = new byte[crypto.secretLength() + off];
            Arrays.fill(out, (byte) 7);
            return Bytes.of(out);
        }

        /** An Update of {@code member}, with a lie, signed for {@code leafIndex}. */
        LeafNode updateOf(int member, UnaryOperator<LeafNode> lie, int leafIndex) {
            LeafNode leaf = lie.apply(withSource(withKey(leaf(member), otherKey()), new LeafNodeSource.Update()));
            return leaf.resigned(
                    crypto,
                    members.get(member).signatureSeed(),
                    leaf.encryptionKey(),
                    leaf.source(),
                    Bytes.utf8("group"),
                    leafIndex);
        }

        /** A KeyPackage with a lie in its leaf or in the rest, signed as it is. */
        KeyPackage keyPackage(UnaryOperator<LeafNode> leafLie, UnaryOperator<KeyPackage> lie) {
            LeafKeys keys = LeafKeys.generate(primitives, suite, random);
            LeafNode leaf = leafLie.apply(keys.toLeafNode(
                    crypto, Credential.basic(Bytes.utf8("newcomer")), Lifetime.around(NOW, 3600), random));
            LeafNode signed = leaf.resigned(
                    crypto, keys.signatureSeed(), leaf.encryptionKey(), leaf.source(), Bytes.utf8("group"), 5);
            return lie.apply(new KeyPackage(suite.value(), keys.initKey(), signed, List.of(), Bytes.EMPTY))
                    .signed(crypto, keys.signatureSeed());
        }

        /** Fresh keys under the signature key that a member has in the group. */
        LeafKeys keysOf(int member) {
            Secret seed = members.get(member).signatureSeed();
            return LeafKeys.of(
                    suite,
                    crypto.generateKeyPair(random),
                    crypto.generateKeyPair(random),
                    new KeyPair(crypto.signaturePublicKey(seed), seed));
        }

        /** What Bob has, and what a lie may not change. */
        List<Bytes> state() {
            GroupState state = bob.state();
            return List.of(
                    state.context.toBytes(),
                    state.tree.encode(),
                    state.interimTranscriptHash,
                    bob.epochAuthenticator(),
                    Bytes.utf8(String.valueOf(state.storedProposals.all().size())));
        }

        void expectTheTruthIsBelieved() throws MlsException {
            Liar honest = liar();
            assertThat(bob.process(honest.says(Bytes.utf8("the truth")), NOW))
                    .isEqualTo(new Processed.ApplicationData(0, Bytes.utf8("the truth"), Bytes.utf8("authenticated")));
            Liar.Committed committed = honest.commits(new Proposal.Add(zoe.keyPackage()));
            assertThat(((Processed.NewEpoch) bob.process(committed.message(), NOW))
                            .group()
                            .epochAuthenticator())
                    .isEqualTo(committed.next().secrets.epochAuthenticator);
            MlsGroup joined =
                    MlsGroup.join(primitives, Objects.requireNonNull(committed.welcome()), zoe, rules, null, NOW);
            assertThat(joined.epochAuthenticator()).isEqualTo(committed.next().secrets.epochAuthenticator);
        }
    }
}
