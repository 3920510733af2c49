package org.whodis.core.mls;

import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** {@code welcome_key} and {@code welcome_nonce} (RFC 9420 section 12.4.3.1), for one encryption. */
record WelcomeKey(Secret key, Bytes nonce) {
    static WelcomeKey of(MlsCrypto crypto, Secret welcomeSecret) {
        Secret nonce = crypto.expand(
                welcomeSecret, "nonce", Bytes.EMPTY, crypto.suite().aead().nonceLength());
        Secret key = crypto.expand(
                welcomeSecret, "key", Bytes.EMPTY, crypto.suite().aead().keyLength());
        return new WelcomeKey(key, Bytes.of(nonce.expose()));
    }
}
