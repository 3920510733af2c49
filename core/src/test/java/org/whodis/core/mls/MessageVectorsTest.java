package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** Structures and framing of RFC 9420 sections 6, 10 and 12 against the working group's vectors. */
class MessageVectorsTest {
    private static final int SENDER = 1;

    @Test
    void everyStructureDecodesAndEncodesToTheSameBytes() throws Exception {
        MlsCrypto crypto = new MlsCrypto(new JdkPrimitives(), CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519);
        int checked = 0;
        for (JsonNode vector : Vectors.file("messages")) {
            for (String field : List.of(
                    "mls_welcome",
                    "mls_group_info",
                    "mls_key_package",
                    "public_message_application",
                    "public_message_proposal",
                    "public_message_commit",
                    "private_message")) {
                Bytes message = Vectors.hex(vector, field);
                assertThat(MlsMessage.decode(message).encode()).as(field).isEqualTo(message);
            }
            Bytes tree = Vectors.hex(vector, "ratchet_tree");
            assertThat(RatchetTree.decode(crypto, tree).encode()).isEqualTo(tree);
            roundTrip(vector, "group_secrets", GroupSecrets::read, (w, v) -> v.write(w));
            roundTrip(vector, "commit", Commit::read, (w, v) -> v.write(w));
            int type = 1;
            for (String name : List.of(
                    "add",
                    "update",
                    "remove",
                    "pre_shared_key",
                    "re_init",
                    "external_init",
                    "group_context_extensions")) {
                Bytes body = Vectors.hex(vector, name + "_proposal");
                Bytes proposal = new WireWriter().uint16(type++).fixed(body).toBytes();
                WireWriter out = new WireWriter();
                WireReader.decode(proposal, Proposal::read).write(out);
                assertThat(out.toBytes()).as(name).isEqualTo(proposal);
            }
            checked++;
        }
        assertThat(checked).isEqualTo(300);
    }

    private static <T> void roundTrip(
            JsonNode vector, String field, WireReader.Item<T> read, BiConsumer<WireWriter, T> write) throws Exception {
        Bytes bytes = Vectors.hex(vector, field);
        WireWriter out = new WireWriter();
        write.accept(out, WireReader.decode(bytes, read));
        assertThat(out.toBytes()).as(field).isEqualTo(bytes);
    }

    @Test
    void vectorHeadersDecode() throws Exception {
        for (JsonNode vector : Vectors.file("deserialization")) {
            assertThat(WireReader.decode(Vectors.hex(vector, "vlbytes_header"), WireReader::varint))
                    .isEqualTo(vector.get("length").asInt());
        }
    }

    @TestFactory
    List<DynamicTest> messageProtection() throws IOException {
        return Vectors.tests("message-protection", (crypto, vector) -> {
            Fixture fixture = new Fixture(crypto, vector);
            FramedContent.Body proposal = new FramedContent.Body.OfProposal(
                    WireReader.decode(Vectors.hex(vector, "proposal"), Proposal::read));
            FramedContent.Body commit =
                    new FramedContent.Body.OfCommit(WireReader.decode(Vectors.hex(vector, "commit"), Commit::read));
            FramedContent.Body application = new FramedContent.Body.OfApplication(Vectors.hex(vector, "application"));

            assertThat(fixture.openPublic("proposal_pub")).isEqualTo(proposal);
            assertThat(fixture.openPublic("commit_pub")).isEqualTo(commit);
            assertThat(fixture.openPrivate("proposal_priv")).isEqualTo(proposal);
            assertThat(fixture.openPrivate("commit_priv")).isEqualTo(commit);
            assertThat(fixture.openPrivate("application_priv")).isEqualTo(application);

            for (FramedContent.Body body : List.of(proposal, commit, application)) {
                assertThat(fixture.sealAndOpenPrivate(body)).isEqualTo(body);
            }
            for (FramedContent.Body body : List.of(proposal, commit)) {
                assertThat(fixture.sealAndOpenPublic(body)).isEqualTo(body);
            }
            assertThatThrownBy(() -> fixture.sealAndOpenPublic(application)).isInstanceOf(IllegalStateException.class);
        });
    }

    /** A group of two of which only what protects messages is known. */
    private static final class Fixture {
        private final MlsCrypto crypto;
        private final JsonNode vector;
        private final GroupContext context;
        private final RatchetTree tree;

        Fixture(MlsCrypto crypto, JsonNode vector) throws MlsException {
            this.crypto = crypto;
            this.vector = vector;
            context = new GroupContext(
                    crypto.suite().value(),
                    Vectors.hex(vector, "group_id"),
                    vector.get("epoch").asLong(),
                    Vectors.hex(vector, "tree_hash"),
                    Vectors.hex(vector, "confirmed_transcript_hash"),
                    List.of());
            tree = RatchetTree.ofCreator(crypto, leaf());
            tree.add(leaf());
        }

        private LeafNode leaf() {
            return new LeafNode(
                    Bytes.EMPTY,
                    Vectors.hex(vector, "signature_pub"),
                    Credential.basic(Bytes.EMPTY),
                    new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of()),
                    new LeafNodeSource.Update(),
                    List.of(),
                    Bytes.EMPTY);
        }

        private SecretTree secretTree() {
            return new SecretTree(crypto, Vectors.secret(vector, "encryption_secret"), 2);
        }

        FramedContent.Body openPublic(String field) throws MlsException {
            return openPublic((PublicMessage) MlsMessage.decode(Vectors.hex(vector, field)));
        }

        private FramedContent.Body openPublic(PublicMessage message) throws MlsException {
            return verified(message.unprotect(crypto, Vectors.secret(vector, "membership_key"), context));
        }

        FramedContent.Body openPrivate(String field) throws MlsException {
            return openPrivate((PrivateMessage) MlsMessage.decode(Vectors.hex(vector, field)));
        }

        private FramedContent.Body openPrivate(PrivateMessage message) throws MlsException {
            return verified(
                    message.unprotect(crypto, Vectors.secret(vector, "sender_data_secret"), secretTree(), tree, 0));
        }

        private FramedContent.Body verified(AuthenticatedContent content) {
            assertThat(content.content().sender()).isEqualTo(new Sender.Member(SENDER));
            assertThat(content.hasValidSignature(crypto, Vectors.hex(vector, "signature_pub"), context))
                    .isTrue();
            return content.content().body();
        }

        private AuthenticatedContent sign(int wireFormat, FramedContent.Body body) {
            FramedContent content = new FramedContent(
                    context.groupId(), context.epoch(), new Sender.Member(SENDER), Bytes.utf8("aad"), body);
            AuthenticatedContent signed = AuthenticatedContent.sign(
                    crypto, Vectors.secret(vector, "signature_priv"), wireFormat, content, context);
            return body instanceof FramedContent.Body.OfCommit
                    ? signed.withConfirmationTag(crypto.mac(crypto.zero(), Bytes.EMPTY))
                    : signed;
        }

        FramedContent.Body sealAndOpenPrivate(FramedContent.Body body) throws MlsException {
            Secret senderDataSecret = Vectors.secret(vector, "sender_data_secret");
            return openPrivate(PrivateMessage.protect(
                    crypto,
                    senderDataSecret,
                    secretTree(),
                    SENDER,
                    sign(Codepoints.WIRE_PRIVATE_MESSAGE, body),
                    TestGroups.seeded(new Random(2))));
        }

        FramedContent.Body sealAndOpenPublic(FramedContent.Body body) throws MlsException {
            return openPublic(PublicMessage.protect(
                    crypto,
                    Vectors.secret(vector, "membership_key"),
                    sign(Codepoints.WIRE_PUBLIC_MESSAGE, body),
                    context));
        }
    }
}
