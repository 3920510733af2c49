package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;

/**
 * What a device says about its person's chain (protocol section 2). All statements begin alike:
 *
 * <pre>
 *   enum { add_device(2), revoke_device(3) } StatementType;      uint8; others are refused in version 1
 *
 *   uint16 version = 1;
 *   StatementType type;
 *   opaque principal[32];
 *   opaque previous_head[32];
 * </pre>
 */
public sealed interface Statement extends Encodable permits AddDevice, RevokeDevice {
    PrincipalId principal();

    /** The head that the statement follows. */
    Bytes previousHead();

    /** By the clock of the device that signs, in milliseconds since 1970. */
    long createdAt();

    static Statement decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Statement::read);
    }

    private static Statement read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        int type = in.uint8();
        return switch (type) {
            case AddDevice.TYPE -> AddDevice.readAfterType(in);
            case RevokeDevice.TYPE -> RevokeDevice.readAfterType(in);
            default -> throw new DecodeException("StatementType " + type);
        };
    }
}
