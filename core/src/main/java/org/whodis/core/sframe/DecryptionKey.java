package org.whodis.core.sframe;

import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** A key to decrypt with (RFC 9605 section 4.4.4). It guards against forgery, not against replay. */
public final class DecryptionKey {
    private final KeyMaterial material;

    /** {@code baseKey} stays the caller's, who erases it. */
    public DecryptionKey(Primitives primitives, CipherSuite suite, long kid, Secret baseKey) {
        this.material = new KeyMaterial(primitives, suite, kid, baseKey);
    }

    /**
     * The plaintext of a whole SFrame ciphertext.
     *
     * @throws DecodeException if the header is malformed
     * @throws CryptoException if the header names another key, or the tag does not match
     */
    public Bytes decrypt(Bytes metadata, Bytes ciphertext) throws DecodeException, CryptoException {
        WireReader in = new WireReader(ciphertext);
        SFrameHeader header = SFrameHeader.read(in);
        if (header.kid() != material.kid()) {
            throw new CryptoException("the header names another key");
        }
        Bytes aad = Bytes.concat(in.since(0), metadata);
        return material.decrypt(header.ctr(), aad, in.rest());
    }

    public void erase() {
        material.erase();
    }
}
