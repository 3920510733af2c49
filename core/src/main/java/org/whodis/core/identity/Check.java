package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** What the structures of the protocol have in common: versions, lengths, times. */
public final class Check {
    /** The one version of every structure that carries one. */
    public static final int VERSION = 1;

    /**
     * 9999-12-31T23:59:59.999Z in milliseconds since 1970. A time past it is refused, so that sums and differences of times
     * never overflow.
     */
    public static final long LAST_TIME = 253_402_300_799_999L;

    private Check() {}

    /** A fault of ours if {@code value} has another length. */
    public static void length(Bytes value, int length, String what) {
        require(value.length() == length, what + " of " + value.length() + " bytes");
    }

    /** A fault of ours if {@code time} does not fit the wire. */
    public static void time(long time, String what) {
        require(time >= 0 && time <= LAST_TIME, what + " at " + time);
    }

    /** A fault of ours if {@code condition} does not hold. */
    public static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Reads {@code uint16 version}, which has to be 1. */
    public static void readVersion(WireReader in) throws DecodeException {
        int version = in.uint16();
        if (version != VERSION) {
            throw new DecodeException("version " + version);
        }
    }

    /**
     * A time that takes the place of {@code earlier}: the next one, or {@link #LAST_TIME} itself once more, so that whoever has
     * dated something as late as can be has not said the last word on it.
     */
    public static long timeAfter(long earlier) {
        return Math.min(earlier + 1, LAST_TIME);
    }

    /** Reads a time: {@code uint64} milliseconds since 1970, not past {@link #LAST_TIME}. */
    public static long readTime(WireReader in) throws DecodeException {
        long time = in.uint64();
        if (time < 0 || time > LAST_TIME) {
            throw new DecodeException("a time past the year 9999");
        }
        return time;
    }

    /** Reads {@code opaque x<V>} of {@code least} to {@code most} bytes. */
    public static Bytes readVector(WireReader in, int least, int most) throws DecodeException {
        Bytes value = in.vector(most);
        if (value.length() < least) {
            throw new DecodeException("a vector of " + value.length() + " bytes where " + least + " are needed");
        }
        return value;
    }
}
