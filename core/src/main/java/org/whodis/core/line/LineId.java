package org.whodis.core.line;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** A line: the {@code KeyHash} of its public key, 32 bytes; all that an office needs to recognise it. */
public record LineId(Bytes value) implements Comparable<LineId> {
    public static final int LENGTH = 32;

    public LineId {
        Check.length(value, LENGTH, "line_id");
    }

    public static LineId read(WireReader in) throws DecodeException {
        return new LineId(in.fixed(LENGTH));
    }

    @Override
    public int compareTo(LineId that) {
        return value.compareTo(that.value);
    }

    /** The first four bytes in hexadecimal, as commands show and take them. */
    public String shortForm() {
        return value.slice(0, 4).hex();
    }

    @Override
    public String toString() {
        return "line " + shortForm();
    }
}
