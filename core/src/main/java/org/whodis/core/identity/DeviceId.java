package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** A device: the {@code KeyHash} of its public key (protocol section 1); 32 bytes. */
public record DeviceId(Bytes value) implements Comparable<DeviceId> {
    public static final int LENGTH = LabelledHash.LENGTH;

    public DeviceId {
        Check.length(value, LENGTH, "DeviceId");
    }

    public static DeviceId read(WireReader in) throws DecodeException {
        return new DeviceId(in.fixed(LENGTH));
    }

    @Override
    public int compareTo(DeviceId that) {
        return value.compareTo(that.value);
    }

    /** The first eight bytes in hexadecimal: for logs and tests, never for a screen. */
    @Override
    public String toString() {
        return "device " + value.slice(0, 8).hex();
    }
}
