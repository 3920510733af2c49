package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** A call: 16 random bytes, chosen by the caller; also the {@code group_id} of its MLS group. */
public record CallId(Bytes value) {
    public static final int LENGTH = 16;

    public CallId {
        Check.length(value, LENGTH, "call_id");
    }

    public static CallId read(WireReader in) throws DecodeException {
        return new CallId(in.fixed(LENGTH));
    }

    @Override
    public String toString() {
        return "call " + value.slice(0, 4).hex();
    }
}
