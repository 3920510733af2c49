package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** Whole groups of other implementations, joined by Welcome and followed from Commit to Commit. */
class PassiveClientVectorsTest {
    /** July 2023 and July 2024, when the leaves of these sets were valid; the sets do not say. */
    private static final long WELCOME_TIME = 1_690_000_000;

    private static final long COMMIT_TIME = 1_720_000_000;

    /** Unsigned: the leaf of the passive client is valid for ever. */
    private static final long ANY_LIFETIME = -1;

    @TestFactory
    List<DynamicTest> welcome() throws IOException {
        return Vectors.tests("welcome", (crypto, vector) -> {
            KeyPackage keyPackage = (KeyPackage) MlsMessage.decode(Vectors.hex(vector, "key_package"));
            Welcome welcome = (Welcome) MlsMessage.decode(Vectors.hex(vector, "welcome"));
            KeyPair init = new KeyPair(keyPackage.initKey(), Vectors.secret(vector, "init_priv"));
            KeyPackageBundle bundle = new KeyPackageBundle(keyPackage, LeafKeys.of(crypto.suite(), init, init, init));
            WelcomeReceiver receiver = new WelcomeReceiver(crypto, rules(vector), bundle);
            GroupSecrets secrets = receiver.openGroupSecrets(welcome);
            Secret member = EpochSecrets.memberSecret(crypto, secrets.joinerSecret(), crypto.zero());
            GroupInfo groupInfo = receiver.openGroupInfo(welcome, member);
            assertThat(groupInfo.hasValidSignature(crypto, Vectors.hex(vector, "signer_pub")))
                    .isTrue();
            EpochSecrets epoch =
                    EpochSecrets.of(crypto, EpochSecrets.epochSecret(crypto, member, groupInfo.groupContext()));
            assertThat(epoch.confirmationTag(crypto, groupInfo.groupContext().confirmedTranscriptHash()))
                    .isEqualTo(groupInfo.confirmationTag());
        });
    }

    @TestFactory
    List<DynamicTest> passiveClientWelcome() throws IOException {
        return Vectors.tests("passive-client-welcome", (crypto, vector) -> follow(crypto, vector, WELCOME_TIME));
    }

    @TestFactory
    List<DynamicTest> passiveClientHandlingCommit() throws IOException {
        return Vectors.tests("passive-client-handling-commit", (crypto, vector) -> follow(crypto, vector, COMMIT_TIME));
    }

    private static void follow(MlsCrypto crypto, JsonNode vector, long now) throws MlsException {
        Primitives primitives = crypto.primitives();
        KeyPackage keyPackage = (KeyPackage) MlsMessage.decode(Vectors.hex(vector, "key_package"));
        LeafNode leaf = keyPackage.leafNode();
        Secret init = Vectors.secret(vector, "init_priv");
        Secret encryption = Vectors.secret(vector, "encryption_priv");
        Secret signature = Vectors.secret(vector, "signature_priv");
        assertThat(crypto.hpkePublicKey(init)).isEqualTo(keyPackage.initKey());
        assertThat(crypto.hpkePublicKey(encryption)).isEqualTo(leaf.encryptionKey());
        assertThat(crypto.signaturePublicKey(signature)).isEqualTo(leaf.signatureKey());
        KeyPackageBundle bundle = new KeyPackageBundle(
                keyPackage,
                LeafKeys.of(
                        crypto.suite(),
                        new KeyPair(keyPackage.initKey(), init),
                        new KeyPair(leaf.encryptionKey(), encryption),
                        new KeyPair(leaf.signatureKey(), signature)));
        JsonNode tree = vector.get("ratchet_tree");
        MlsGroup group = MlsGroup.join(
                primitives,
                (Welcome) MlsMessage.decode(Vectors.hex(vector, "welcome")),
                bundle,
                rules(vector),
                tree == null || tree.isNull() ? null : Bytes.fromHex(tree.asText()),
                now);
        assertThat(group.epochAuthenticator()).isEqualTo(Vectors.hex(vector, "initial_epoch_authenticator"));
        for (JsonNode epoch : vector.get("epochs")) {
            for (JsonNode proposal : epoch.get("proposals")) {
                assertThat(group.process(Bytes.fromHex(proposal.asText()), now))
                        .isInstanceOf(Processed.StoredProposal.class);
            }
            Processed.NewEpoch next = (Processed.NewEpoch) group.process(Vectors.hex(epoch, "commit"), now);
            group = next.group();
            assertThat(group.epochAuthenticator()).isEqualTo(Vectors.hex(epoch, "epoch_authenticator"));
        }
    }

    private static GroupRules rules(JsonNode vector) {
        Map<Bytes, Secret> psks = new HashMap<>();
        JsonNode external = vector.get("external_psks");
        if (external != null) {
            for (JsonNode each : external) {
                psks.put(Vectors.hex(each, "psk_id"), Vectors.secret(each, "psk"));
            }
        }
        PreSharedKeys find = id -> id instanceof PreSharedKeyId.External(Bytes name, Bytes _) ? psks.get(name) : null;
        return new GroupRules(
                (leaf, occasion) -> {}, find, 8, ANY_LIFETIME, EnumSet.allOf(GroupRules.Permission.class));
    }
}
