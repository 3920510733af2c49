package org.whodis.core.identity;

import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * {@code H(label, x, y)} of the protocol: {@code SHA-256(label<V> || x<V> || y<V>)}. Every part has its length in front, so
 * no two different lists of parts hash the same bytes.
 */
public final class LabelledHash {
    /** Bytes of every hash that the protocol writes as {@code H(…)}. */
    public static final int LENGTH = 32;

    private LabelledHash() {}

    public static Bytes of(Primitives primitives, String label, Bytes... parts) {
        WireWriter out = new WireWriter();
        out.text(label);
        for (Bytes part : parts) {
            out.vector(part);
        }
        return primitives.hash(HashAlgorithm.SHA256, out.toBytes());
    }
}
