package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireReader;

/** The derivations of RFC 9420 sections 5, 8 and 9 against the working group's vectors. */
class KeyScheduleVectorsTest {
    @TestFactory
    List<DynamicTest> cryptoBasics() throws IOException {
        return Vectors.tests("crypto-basics", (crypto, vector) -> {
            JsonNode refHash = vector.get("ref_hash");
            assertThat(crypto.refHash(refHash.get("label").asText(), Vectors.hex(refHash, "value")))
                    .isEqualTo(Vectors.hex(refHash, "out"));
            JsonNode expand = vector.get("expand_with_label");
            assertThat(crypto.expand(
                            Vectors.secret(expand, "secret"),
                            expand.get("label").asText(),
                            Vectors.hex(expand, "context"),
                            expand.get("length").asInt()))
                    .isEqualTo(Vectors.secret(expand, "out"));
            JsonNode derive = vector.get("derive_secret");
            assertThat(crypto.derive(
                            Vectors.secret(derive, "secret"),
                            derive.get("label").asText()))
                    .isEqualTo(Vectors.secret(derive, "out"));
            JsonNode tree = vector.get("derive_tree_secret");
            assertThat(crypto.deriveTree(
                            Vectors.secret(tree, "secret"),
                            tree.get("label").asText(),
                            tree.get("generation").asLong(),
                            tree.get("length").asInt()))
                    .isEqualTo(Vectors.secret(tree, "out"));
            JsonNode sign = vector.get("sign_with_label");
            String label = sign.get("label").asText();
            Bytes content = Vectors.hex(sign, "content");
            Bytes own = crypto.sign(Vectors.secret(sign, "priv"), label, content);
            if (crypto.suite().signature() == SignatureScheme.ED25519) {
                assertThat(own).isEqualTo(Vectors.hex(sign, "signature"));
            }
            // ECDSA of the published signature has a random nonce, ours a deterministic one.
            assertThat(crypto.verify(Vectors.hex(sign, "pub"), label, content, own))
                    .isTrue();
            assertThat(crypto.verify(Vectors.hex(sign, "pub"), label, content, Vectors.hex(sign, "signature")))
                    .isTrue();
            assertThat(crypto.verify(Vectors.hex(sign, "pub"), label + "x", content, Vectors.hex(sign, "signature")))
                    .isFalse();
            encryption(crypto, vector.get("encrypt_with_label"));
        });
    }

    private static void encryption(MlsCrypto crypto, JsonNode vector) throws Exception {
        String label = vector.get("label").asText();
        Bytes context = Vectors.hex(vector, "context");
        Secret plaintext = Vectors.secret(vector, "plaintext");
        HpkeCiphertext published =
                new HpkeCiphertext(Vectors.hex(vector, "kem_output"), Vectors.hex(vector, "ciphertext"));
        assertThat(crypto.decrypt(Vectors.secret(vector, "priv"), label, context, published))
                .isEqualTo(plaintext);
        HpkeCiphertext own =
                crypto.encrypt(Vectors.hex(vector, "pub"), label, context, plaintext, TestGroups.seeded(new Random(1)));
        assertThat(crypto.decrypt(Vectors.secret(vector, "priv"), label, context, own))
                .isEqualTo(plaintext);
    }

    @TestFactory
    List<DynamicTest> secretTree() throws IOException {
        return Vectors.tests("secret-tree", (crypto, vector) -> {
            JsonNode senderData = vector.get("sender_data");
            PrivateMessage.SenderDataKey key = PrivateMessage.SenderDataKey.of(
                    crypto, Vectors.secret(senderData, "sender_data_secret"), Vectors.hex(senderData, "ciphertext"));
            assertThat(key.key()).isEqualTo(Vectors.secret(senderData, "key"));
            assertThat(Bytes.of(key.nonce().expose())).isEqualTo(Vectors.hex(senderData, "nonce"));

            int leafCount = vector.get("leaves").size();
            SecretTree tree = new SecretTree(crypto, Vectors.secret(vector, "encryption_secret"), leafCount);
            for (int leaf = 0; leaf < leafCount; leaf++) {
                for (JsonNode generation : vector.get("leaves").get(leaf)) {
                    check(tree, leaf, FramedContent.TYPE_COMMIT, "handshake", generation);
                    check(tree, leaf, FramedContent.TYPE_APPLICATION, "application", generation);
                }
            }
        });
    }

    private static void check(SecretTree tree, int leaf, int contentType, String name, JsonNode vector)
            throws MlsException {
        SecretTree.Ratchet.Found found =
                tree.ratchet(leaf, contentType).find(vector.get("generation").asLong());
        assertThat(found.key().key()).isEqualTo(Vectors.secret(vector, name + "_key"));
        assertThat(Bytes.of(found.key().nonce().expose())).isEqualTo(Vectors.hex(vector, name + "_nonce"));
        found.consume();
    }

    @TestFactory
    List<DynamicTest> keySchedule() throws IOException {
        return Vectors.tests("key-schedule", (crypto, vector) -> {
            Secret init = Vectors.secret(vector, "initial_init_secret");
            long epoch = 0;
            for (JsonNode each : vector.get("epochs")) {
                GroupContext context = new GroupContext(
                        crypto.suite().value(),
                        Vectors.hex(vector, "group_id"),
                        epoch++,
                        Vectors.hex(each, "tree_hash"),
                        Vectors.hex(each, "confirmed_transcript_hash"),
                        List.of());
                assertThat(context.toBytes()).isEqualTo(Vectors.hex(each, "group_context"));
                init = checkEpoch(crypto, init, context, each).init;
            }
        });
    }

    private static EpochSecrets checkEpoch(MlsCrypto crypto, Secret init, GroupContext context, JsonNode vector) {
        Secret joiner = EpochSecrets.joinerSecret(crypto, init, Vectors.secret(vector, "commit_secret"), context);
        assertThat(joiner).isEqualTo(Vectors.secret(vector, "joiner_secret"));
        Secret member = EpochSecrets.memberSecret(crypto, joiner, Vectors.secret(vector, "psk_secret"));
        assertThat(EpochSecrets.welcomeSecret(crypto, member)).isEqualTo(Vectors.secret(vector, "welcome_secret"));
        Secret epochSecret = EpochSecrets.epochSecret(crypto, member, context);
        EpochSecrets secrets = EpochSecrets.of(crypto, epochSecret);
        assertThat(secrets.init).isEqualTo(Vectors.secret(vector, "init_secret"));
        assertThat(secrets.senderData).isEqualTo(Vectors.secret(vector, "sender_data_secret"));
        assertThat(EpochSecrets.encryptionSecret(crypto, epochSecret))
                .isEqualTo(Vectors.secret(vector, "encryption_secret"));
        assertThat(secrets.exporter).isEqualTo(Vectors.secret(vector, "exporter_secret"));
        assertThat(secrets.epochAuthenticator).isEqualTo(Vectors.hex(vector, "epoch_authenticator"));
        assertThat(secrets.external).isEqualTo(Vectors.secret(vector, "external_secret"));
        assertThat(secrets.confirmation).isEqualTo(Vectors.secret(vector, "confirmation_key"));
        assertThat(secrets.membership).isEqualTo(Vectors.secret(vector, "membership_key"));
        assertThat(secrets.resumption).isEqualTo(Vectors.secret(vector, "resumption_psk"));
        assertThat(crypto.deriveKeyPair(secrets.external).publicKey()).isEqualTo(Vectors.hex(vector, "external_pub"));
        JsonNode exporter = vector.get("exporter");
        assertThat(secrets.export(
                        crypto,
                        exporter.get("label").asText(),
                        Vectors.hex(exporter, "context"),
                        exporter.get("length").asInt()))
                .isEqualTo(Vectors.secret(exporter, "secret"));
        return secrets;
    }

    @TestFactory
    List<DynamicTest> pskSecret() throws IOException {
        return Vectors.tests("psk_secret", (crypto, vector) -> {
            List<EpochSecrets.Psk> psks = new ArrayList<>();
            for (JsonNode each : vector.get("psks")) {
                psks.add(new EpochSecrets.Psk(
                        new PreSharedKeyId.External(Vectors.hex(each, "psk_id"), Vectors.hex(each, "psk_nonce")),
                        Vectors.secret(each, "psk")));
            }
            assertThat(EpochSecrets.pskSecret(crypto, psks)).isEqualTo(Vectors.secret(vector, "psk_secret"));
        });
    }

    @TestFactory
    List<DynamicTest> transcriptHashes() throws IOException {
        return Vectors.tests("transcript-hashes", (crypto, vector) -> {
            AuthenticatedContent commit =
                    WireReader.decode(Vectors.hex(vector, "authenticated_content"), AuthenticatedContent::read);
            assertThat(commit.toBytes()).isEqualTo(Vectors.hex(vector, "authenticated_content"));
            Bytes confirmed =
                    TranscriptHash.confirmed(crypto, Vectors.hex(vector, "interim_transcript_hash_before"), commit);
            assertThat(confirmed).isEqualTo(Vectors.hex(vector, "confirmed_transcript_hash_after"));
            assertThat(TranscriptHash.interim(crypto, confirmed, commit.confirmationTag()))
                    .isEqualTo(Vectors.hex(vector, "interim_transcript_hash_after"));
            assertThat(crypto.verifyMac(
                            Vectors.secret(vector, "confirmation_key"), confirmed, commit.confirmationTag()))
                    .isTrue();
        });
    }
}
