package org.whodis.core.mls;

import org.whodis.core.crypto.Erasable;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** {@code welcome_key} and {@code welcome_nonce} (RFC 9420 section 12.4.3.1), for one encryption. */
record WelcomeKey(Secret key, Secret nonce) implements Erasable {
    static WelcomeKey of(MlsCrypto crypto, Secret welcomeSecret) {
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            Secret nonce = made.add(crypto.expand(
                    welcomeSecret, "nonce", Bytes.EMPTY, crypto.suite().aead().nonceLength()));
            Secret key = made.add(crypto.expand(
                    welcomeSecret, "key", Bytes.EMPTY, crypto.suite().aead().keyLength()));
            made.keepAll();
            return new WelcomeKey(key, nonce);
        }
    }

    @Override
    public void erase() {
        key.erase();
        nonce.erase();
    }
}
