package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * RFC 9420 section 7.6.
 *
 * <pre>
 *   struct { opaque kem_output&lt;V&gt;; opaque ciphertext&lt;V&gt;; } HPKECiphertext;
 * </pre>
 */
record HpkeCiphertext(Bytes kemOutput, Bytes ciphertext) {
    void write(WireWriter out) {
        out.vector(kemOutput).vector(ciphertext);
    }

    static HpkeCiphertext read(WireReader in) throws DecodeException {
        return new HpkeCiphertext(Wire.key(in), in.vector(Limits.MESSAGE_BYTES));
    }
}
