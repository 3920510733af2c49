package org.whodis.core.federation;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The versions of protocol section 8 that an office speaks; stands in its {@link OfficeGreeting}.
 *
 * <pre>
 *   uint16 lowest_version; uint16 highest_version;
 * </pre>
 */
public record VersionRange(int lowest, int highest) implements Encodable {
    /** What this program speaks. A release keeps the versions of the one before it. */
    public static final VersionRange CURRENT = new VersionRange(1, 1);

    public VersionRange {
        Check.require(lowest >= 1 && lowest <= highest && highest <= 0xffff, "versions " + lowest + " to " + highest);
    }

    /** The highest version of both, or 0 if they have none in common. */
    public int common(VersionRange other) {
        int version = Math.min(highest, other.highest);
        return version >= lowest && version >= other.lowest ? version : 0;
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(lowest).uint16(highest);
    }

    public static VersionRange read(WireReader in) throws DecodeException {
        int lowest = in.uint16();
        int highest = in.uint16();
        if (lowest < 1 || lowest > highest) {
            throw new DecodeException("versions " + lowest + " to " + highest);
        }
        return new VersionRange(lowest, highest);
    }
}
