package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * The key schedule (RFC 9420 section 8).
 *
 * <pre>
 *   init_secret[n-1], commit_secret  -> joiner_secret[n]   {@link #joinerSecret}
 *   joiner_secret[n], psk_secret     -> member secret      {@link #memberSecret}   (not named in the RFC)
 *   member secret                    -> welcome_secret     {@link #welcomeSecret}
 *   member secret, GroupContext[n]   -> epoch_secret       {@link #epochSecret}
 *   epoch_secret                     -> everything below   {@link #of}
 * </pre>
 */
final class EpochSecrets implements Erasable {
    final Secret senderData;
    final Secret exporter;
    final Secret external;
    final Secret confirmation;
    final Secret membership;
    final Secret resumption;
    final Secret init;
    final Bytes epochAuthenticator;

    private EpochSecrets(MlsCrypto crypto, Secret epochSecret, EraseUnlessKept made) {
        senderData = made.add(crypto.derive(epochSecret, "sender data"));
        exporter = made.add(crypto.derive(epochSecret, "exporter"));
        external = made.add(crypto.derive(epochSecret, "external"));
        confirmation = made.add(crypto.derive(epochSecret, "confirm"));
        membership = made.add(crypto.derive(epochSecret, "membership"));
        resumption = made.add(crypto.derive(epochSecret, "resumption"));
        init = made.add(crypto.derive(epochSecret, "init"));
        try (Secret authenticator = crypto.derive(epochSecret, "authentication")) {
            epochAuthenticator = Bytes.of(authenticator.expose());
        }
    }

    static EpochSecrets of(MlsCrypto crypto, Secret epochSecret) {
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            EpochSecrets secrets = new EpochSecrets(crypto, epochSecret, made);
            made.keepAll();
            return secrets;
        }
    }

    /** The root of the {@link SecretTree}. */
    static Secret encryptionSecret(MlsCrypto crypto, Secret epochSecret) {
        return crypto.derive(epochSecret, "encryption");
    }

    static Secret joinerSecret(MlsCrypto crypto, Secret initSecret, Secret commitSecret, GroupContext context) {
        try (Secret extracted = crypto.extract(initSecret, commitSecret)) {
            return crypto.expand(extracted, "joiner", context.toBytes(), crypto.secretLength());
        }
    }

    static Secret memberSecret(MlsCrypto crypto, Secret joinerSecret, Secret pskSecret) {
        return crypto.extract(joinerSecret, pskSecret);
    }

    /** As {@link #memberSecret(MlsCrypto, Secret, Secret)}, from the pre-shared keys themselves. */
    static Secret memberSecret(MlsCrypto crypto, Secret joinerSecret, List<Psk> psks) {
        try (Secret pskSecret = pskSecret(crypto, psks)) {
            return memberSecret(crypto, joinerSecret, pskSecret);
        }
    }

    static Secret welcomeSecret(MlsCrypto crypto, Secret memberSecret) {
        return crypto.derive(memberSecret, "welcome");
    }

    static Secret epochSecret(MlsCrypto crypto, Secret memberSecret, GroupContext context) {
        return crypto.expand(memberSecret, "epoch", context.toBytes(), crypto.secretLength());
    }

    /** One pre-shared key with its name. */
    record Psk(PreSharedKeyId id, Secret secret) {}

    /** {@code psk_secret} (section 8.4); {@code Nh} zeros without any. */
    static Secret pskSecret(MlsCrypto crypto, List<Psk> psks) {
        Secret result = crypto.zero();
        for (int i = 0; i < psks.size(); i++) {
            Psk psk = psks.get(i);
            WireWriter label = new WireWriter();
            psk.id().write(label);
            label.uint16(i).uint16(psks.size());
            try (Secret before = result;
                    Secret noSalt = crypto.zero();
                    Secret extracted = crypto.extract(noSalt, psk.secret());
                    Secret input = crypto.expand(extracted, "derived psk", label.toBytes(), crypto.secretLength())) {
                result = crypto.extract(input, before);
            }
        }
        return result;
    }

    /** {@code external_priv, external_pub = KEM.DeriveKeyPair(external_secret)} (section 8.3). */
    KeyPair externalKeyPair(MlsCrypto crypto) {
        return crypto.deriveKeyPair(external);
    }

    /** {@code MLS-Exporter} (section 8.5). */
    Secret export(MlsCrypto crypto, String label, Bytes context, int length) {
        try (Secret derived = crypto.derive(exporter, label)) {
            return crypto.expand(derived, "exported", crypto.hash(context), length);
        }
    }

    Bytes confirmationTag(MlsCrypto crypto, Bytes confirmedTranscriptHash) {
        return crypto.mac(confirmation, confirmedTranscriptHash);
    }

    /** What only sending and the next Commit need. */
    void eraseAllButSenderData() {
        exporter.erase();
        external.erase();
        confirmation.erase();
        membership.erase();
        resumption.erase();
        init.erase();
    }

    @Override
    public void erase() {
        eraseAllButSenderData();
        senderData.erase();
    }
}
