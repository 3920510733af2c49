package org.whodis.core.mls;

import org.whodis.core.crypto.P256;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** The signature algorithms of the cipher suites (RFC 9420 sections 5.1.2 and 17.1). Private keys have 32 bytes. */
enum SignatureScheme {
    /** Public keys of 32 bytes, signatures of 64. */
    ED25519,
    /** Public keys are uncompressed points, signatures DER. */
    ECDSA_SECP256R1_SHA256;

    private static final int PRIVATE_KEY_LENGTH = 32;

    Secret generatePrivateKey(RandomBytes random) {
        return switch (this) {
            case ED25519 -> MlsCrypto.random(random, PRIVATE_KEY_LENGTH);
            case ECDSA_SECP256R1_SHA256 -> {
                Secret candidate = MlsCrypto.random(random, PRIVATE_KEY_LENGTH);
                while (!P256.isPrivateKey(candidate)) {
                    candidate.erase();
                    candidate = MlsCrypto.random(random, PRIVATE_KEY_LENGTH);
                }
                yield candidate;
            }
        };
    }

    Bytes publicKey(Primitives primitives, Secret privateKey) {
        return switch (this) {
            case ED25519 -> primitives.ed25519PublicKey(privateKey);
            case ECDSA_SECP256R1_SHA256 -> primitives.p256PublicKey(privateKey);
        };
    }

    Bytes sign(Primitives primitives, Secret privateKey, Bytes content) {
        return switch (this) {
            case ED25519 -> primitives.ed25519Sign(privateKey, content);
            case ECDSA_SECP256R1_SHA256 -> primitives.ecdsaP256Sign(privateKey, content);
        };
    }

    boolean verify(Primitives primitives, Bytes publicKey, Bytes content, Bytes signature) {
        return switch (this) {
            case ED25519 -> primitives.ed25519Verify(publicKey, content, signature);
            case ECDSA_SECP256R1_SHA256 -> primitives.ecdsaP256Verify(publicKey, content, signature);
        };
    }
}
