package org.whodis.core.identity;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The statement that adds a device to a chain (protocol section 2).
 *
 * <pre>
 *   enum { add_device(2) } StatementType;      uint8; others are refused in version 1
 *
 *   struct {
 *       uint16 version = 1;
 *       StatementType type;
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
        implements Encodable {
    public static final String POSSESSION = "Whodis 1 Device possession";
    public static final int LENGTH =
            2 + 1 + PrincipalId.LENGTH + LabelledHash.LENGTH + HybridPublicKey.LENGTH + 1 + 8 + HybridSignature.LENGTH;

    private static final int TYPE = 2;

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

    public static AddDevice read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        int type = in.uint8();
        if (type != TYPE) {
            throw new DecodeException("StatementType " + type);
        }
        return new AddDevice(
                PrincipalId.read(in),
                in.fixed(LabelledHash.LENGTH),
                HybridPublicKey.read(in),
                DeviceKind.read(in),
                Check.readTime(in),
                HybridSignature.read(in));
    }

    public static AddDevice decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, AddDevice::read);
    }
}
