package org.whodis.core.identity;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The statement that adds a device to a chain (protocol section 2).
 *
 * <pre>
 *   struct {
 *       uint16 version = 1;
 *       StatementType type = add_device;
 *       opaque principal[32];
 *       opaque previous_head[32];
 *       HybridPublicKey new_device_key;
 *       DeviceKind new_device_kind;
 *       uint64 created_at;
 *       HybridSignature possession;       by the new device, label "Whodis 1 Device possession",
 *                                         over principal[32] || KeyHash(new_device_key) || kind
 *   } AddDevice;
 * </pre>
 */
public record AddDevice(
        PrincipalId principal,
        Bytes previousHead,
        HybridPublicKey newDeviceKey,
        DeviceKind newDeviceKind,
        long createdAt,
        HybridSignature possession)
        implements Statement {
    public static final String POSSESSION = "Whodis 1 Device possession";
    public static final int LENGTH =
            2 + 1 + PrincipalId.LENGTH + LabelledHash.LENGTH + HybridPublicKey.LENGTH + 1 + 8 + HybridSignature.LENGTH;

    static final int TYPE = 2;

    public AddDevice {
        Check.length(previousHead, LabelledHash.LENGTH, "previous_head");
        Check.time(createdAt, "created_at");
    }

    /** What the new device signs to show that it holds the key and wants to be this person's. */
    public static Bytes possessionStatement(
            Primitives primitives, PrincipalId principal, HybridPublicKey newDeviceKey, DeviceKind newDeviceKind) {
        WireWriter out = new WireWriter();
        out.fixed(principal.value()).fixed(newDeviceKey.keyHash(primitives));
        newDeviceKind.write(out);
        return out.toBytes();
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION).uint8(TYPE).fixed(principal.value()).fixed(previousHead);
        newDeviceKey.write(out);
        newDeviceKind.write(out);
        out.uint64(createdAt);
        possession.write(out);
    }

    static AddDevice readAfterType(WireReader in) throws DecodeException {
        return new AddDevice(
                PrincipalId.read(in),
                in.fixed(LabelledHash.LENGTH),
                HybridPublicKey.read(in),
                DeviceKind.read(in),
                Check.readTime(in),
                HybridSignature.read(in));
    }

    public static AddDevice decode(Bytes encoded) throws DecodeException {
        if (Statement.decode(encoded) instanceof AddDevice added) {
            return added;
        }
        throw new DecodeException("another StatementType");
    }
}
