package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** An envelope: 16 random bytes; the office applies an id once and a device drops one that it has seen. */
public record EnvelopeId(Bytes value) {
    public static final int LENGTH = 16;

    public EnvelopeId {
        Check.length(value, LENGTH, "id");
    }

    public static EnvelopeId read(WireReader in) throws DecodeException {
        return new EnvelopeId(in.fixed(LENGTH));
    }

    @Override
    public String toString() {
        return "envelope " + value.slice(0, 4).hex();
    }
}
