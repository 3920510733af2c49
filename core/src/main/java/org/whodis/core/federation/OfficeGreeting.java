package org.whodis.core.federation;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * How each of two offices begins (protocol section 8).
 *
 * <pre>
 *   struct {
 *       uint16 lowest_version; uint16 highest_version;
 *       opaque addressed&lt;V&gt;;              the domain that was dialled; empty from the one that was
 *       SignedOfficeDescriptor descriptor;
 *       opaque challenge[32];             random
 *       opaque extensions&lt;V&gt;;             skipped by a version that does not know them, and signed all the same
 *   } OfficeGreeting;
 * </pre>
 *
 * @param addressed as it came; empty from the office that was dialled
 */
public record OfficeGreeting(
        VersionRange versions, String addressed, SignedOfficeDescriptor descriptor, Bytes challenge, Bytes extensions)
        implements Encodable {
    public static final int CHALLENGE_LENGTH = 32;

    /** Room for what later versions have to say before they are agreed on. */
    static final int MAX_EXTENSIONS = 1024;

    public static final int MAX_LENGTH = 4
            + (2 + OfficeDomain.MAX_LENGTH)
            + SignedOfficeDescriptor.MAX_LENGTH
            + CHALLENGE_LENGTH
            + (2 + MAX_EXTENSIONS);

    public OfficeGreeting {
        Check.require(addressed.length() <= OfficeDomain.MAX_LENGTH, "a domain too long");
        Check.length(challenge, CHALLENGE_LENGTH, "challenge");
        Check.require(extensions.length() <= MAX_EXTENSIONS, "extensions too long");
    }

    @Override
    public void write(WireWriter out) {
        versions.write(out);
        out.text(addressed);
        descriptor.write(out);
        out.fixed(challenge).vector(extensions);
    }

    public static OfficeGreeting read(WireReader in) throws DecodeException {
        return new OfficeGreeting(
                VersionRange.read(in),
                in.text(OfficeDomain.MAX_LENGTH),
                SignedOfficeDescriptor.read(in),
                in.fixed(CHALLENGE_LENGTH),
                in.vector(MAX_EXTENSIONS));
    }

    public static OfficeGreeting decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, OfficeGreeting::read);
    }
}
