package org.whodis.core.identity;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** A person: the hash of the genesis of their chain, {@code H("Whodis 1 Genesis", genesis)}; 32 bytes. */
public record PrincipalId(Bytes value) implements Comparable<PrincipalId> {
    public static final int LENGTH = LabelledHash.LENGTH;

    public PrincipalId {
        Check.length(value, LENGTH, "PrincipalId");
    }

    /** The person whose chain begins with the encoded {@code genesis}. */
    public static PrincipalId of(Primitives primitives, Bytes genesis) {
        return new PrincipalId(LabelledHash.of(primitives, "Whodis 1 Genesis", genesis));
    }

    public static PrincipalId read(WireReader in) throws DecodeException {
        return new PrincipalId(in.fixed(LENGTH));
    }

    @Override
    public int compareTo(PrincipalId that) {
        return value.compareTo(that.value);
    }

    /** The first eight bytes in hexadecimal: for logs and tests, never for a screen. */
    @Override
    public String toString() {
        return "principal " + value.slice(0, 8).hex();
    }
}
