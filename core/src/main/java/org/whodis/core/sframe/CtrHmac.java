package org.whodis.core.sframe;

import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * AES in counter mode with HMAC as an AEAD (RFC 9605 section 4.5.1):
 *
 * <pre>
 *   sframe_key = enc_key[Nka] || auth_key[Nh]
 *   tag        = HMAC(auth_key, len64(aad) || len64(ct) || len64(Nt) || nonce || aad || ct)[0..Nt)
 *   ciphertext = AES-CTR(enc_key, nonce || 00000000, plaintext) || tag
 * </pre>
 */
final class CtrHmac {
    private final Primitives primitives;
    private final HashAlgorithm hash;
    private final int tagLength;
    private final Secret encKey;
    private final Secret authKey;

    CtrHmac(Primitives primitives, CipherSuite suite, Secret key) {
        this.primitives = primitives;
        this.hash = suite.hash();
        this.tagLength = suite.nt();
        this.encKey = key.slice(0, suite.nka());
        this.authKey = key.slice(suite.nka(), suite.nk());
    }

    Bytes encrypt(Bytes nonce, Bytes aad, Bytes plaintext) {
        Bytes ciphertext = primitives.aesCtr(encKey, initialCounter(nonce), plaintext);
        return Bytes.concat(ciphertext, tag(nonce, aad, ciphertext));
    }

    Bytes decrypt(Bytes nonce, Bytes aad, Bytes input) throws CryptoException {
        int length = input.length() - tagLength;
        if (length < 0) {
            throw new CryptoException("shorter than its tag");
        }
        Bytes ciphertext = input.slice(0, length);
        if (!Secret.constantTimeEquals(tag(nonce, aad, ciphertext), input.slice(length, input.length()))) {
            throw new CryptoException("the tag does not match");
        }
        return primitives.aesCtr(encKey, initialCounter(nonce), ciphertext);
    }

    void erase() {
        encKey.erase();
        authKey.erase();
    }

    private Bytes tag(Bytes nonce, Bytes aad, Bytes ciphertext) {
        Bytes authenticated = new WireWriter()
                .uint64(aad.length())
                .uint64(ciphertext.length())
                .uint64(tagLength)
                .fixed(nonce)
                .fixed(aad)
                .fixed(ciphertext)
                .toBytes();
        return primitives.hmac(hash, authKey, authenticated).slice(0, tagLength);
    }

    private static Bytes initialCounter(Bytes nonce) {
        return Bytes.concat(nonce, Bytes.of(new byte[4]));
    }
}
