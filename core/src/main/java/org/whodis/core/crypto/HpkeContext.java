package org.whodis.core.crypto;

import java.util.Arrays;
import org.whodis.core.wire.Bytes;

/** The encryption context of RFC 9180 section 5.2 and 5.3, shared by {@link HpkeSender} and {@link HpkeReceiver}. */
final class HpkeContext implements Erasable {
    private final Primitives primitives;
    private final HpkeSuite suite;
    private final LabeledKdf kdf;
    private final Secret key;
    private final Secret baseNonce;
    private final Secret exporterSecret;
    private long sequence;

    HpkeContext(
            Primitives primitives,
            HpkeSuite suite,
            LabeledKdf kdf,
            Secret key,
            Secret baseNonce,
            Secret exporterSecret) {
        this.primitives = primitives;
        this.suite = suite;
        this.kdf = kdf;
        this.key = key;
        this.baseNonce = baseNonce;
        this.exporterSecret = exporterSecret;
    }

    Bytes seal(Bytes aad, Bytes plaintext) {
        Bytes ciphertext = primitives.aeadSeal(suite.aead(), key, computeNonce(), aad, plaintext);
        incrementSequence();
        return ciphertext;
    }

    /** The sequence number moves on only when the message opened: a forgery cannot put the two sides out of step. */
    Bytes open(Bytes aad, Bytes ciphertext) throws CryptoException {
        Bytes plaintext = primitives.aeadOpen(suite.aead(), key, computeNonce(), aad, ciphertext);
        incrementSequence();
        return plaintext;
    }

    Secret export(Bytes exporterContext, int length) {
        return suite.kdf().isOneStage()
                ? kdf.derive(exporterSecret, "sec", exporterContext, length)
                : kdf.expand(exporterSecret, "sec", exporterContext, length);
    }

    @Override
    public void erase() {
        key.erase();
        baseNonce.erase();
        exporterSecret.erase();
    }

    /** {@code base_nonce XOR I2OSP(seq, Nn)}; the sequence number has 63 bits here and never uses more. */
    private Bytes computeNonce() {
        byte[] nonce = baseNonce.expose();
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[nonce.length - 1 - i] ^= (byte) (sequence >>> 8 * i);
        }
        Bytes out = Bytes.of(nonce);
        Arrays.fill(nonce, (byte) 0);
        return out;
    }

    /** {@code IncrementSeq}: "If a value would overflow, the implementation MUST raise an error" at {@code 2^63 - 1}. */
    private void incrementSequence() {
        sequence = Math.addExact(sequence, 1);
    }
}
