package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallCredential.Role;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * One side of a call wants somebody in it (protocol section 5.1): this person on this device, in this role, added by a Commit
 * of this one epoch.
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       opaque call_id[16]; opaque offer_hash[32];
 *       uint64 epoch;                                        whose Commit adds the party; no other
 *       opaque side[32]; opaque side_device[32];             the principal of the call who admits, and the device that signs
 *       opaque principal[32]; opaque head[32]; opaque device[32];
 *       Role role;
 *       uint64 expires_at;
 *   } Admission;                                             label "Whodis 1 Admission"
 * </pre>
 */
public record Admission(
        CallId callId,
        Bytes offerHash,
        long epoch,
        PrincipalId side,
        DeviceId sideDevice,
        PrincipalId principal,
        Bytes head,
        DeviceId device,
        Role role,
        long expiresAt)
        implements Encodable {
    public static final String LABEL = "Whodis 1 Admission";

    static final int LENGTH = 2
            + CallId.LENGTH
            + LabelledHash.LENGTH
            + 8
            + 2 * PrincipalId.LENGTH
            + LabelledHash.LENGTH
            + 2 * DeviceId.LENGTH
            + 1
            + 8;

    public Admission {
        Check.length(offerHash, LabelledHash.LENGTH, "offer_hash");
        Check.length(head, LabelledHash.LENGTH, "head");
        Check.time(expiresAt, "expires_at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).fixed(callId.value()).fixed(offerHash).uint64(epoch);
        out.fixed(side.value()).fixed(sideDevice.value());
        out.fixed(principal.value()).fixed(head).fixed(device.value());
        out.uint8(role.code()).uint64(expiresAt);
    }

    public static Admission read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new Admission(
                CallId.read(in),
                in.fixed(LabelledHash.LENGTH),
                in.uint64(),
                PrincipalId.read(in),
                DeviceId.read(in),
                PrincipalId.read(in),
                in.fixed(LabelledHash.LENGTH),
                DeviceId.read(in),
                Role.read(in),
                Check.readTime(in));
    }

    public static Admission decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Admission::read);
    }
}
