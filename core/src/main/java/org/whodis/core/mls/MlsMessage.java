package org.whodis.core.mls;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What is sent (RFC 9420 section 6).
 *
 * <pre>
 *   struct {
 *       ProtocolVersion version = mls10;
 *       WireFormat wire_format;
 *       select (MLSMessage.wire_format) {
 *           case mls_public_message:  PublicMessage public_message;
 *           case mls_private_message: PrivateMessage private_message;
 *           case mls_welcome:         Welcome welcome;
 *           case mls_group_info:      GroupInfo group_info;
 *           case mls_key_package:     KeyPackage key_package;
 *       };
 *   } MLSMessage;
 * </pre>
 */
public sealed interface MlsMessage permits PublicMessage, PrivateMessage, Welcome, GroupInfo, KeyPackage {
    /** The structure alone, without {@code version} and {@code wire_format}. */
    void write(WireWriter out);

    /** The bytes of the MLSMessage. */
    default Bytes encode() {
        WireWriter out = new WireWriter();
        out.uint16(Codepoints.MLS10).uint16(wireFormat());
        write(out);
        return out.toBytes();
    }

    default int wireFormat() {
        return switch (this) {
            case PublicMessage _ -> Codepoints.WIRE_PUBLIC_MESSAGE;
            case PrivateMessage _ -> Codepoints.WIRE_PRIVATE_MESSAGE;
            case Welcome _ -> Codepoints.WIRE_WELCOME;
            case GroupInfo _ -> Codepoints.WIRE_GROUP_INFO;
            case KeyPackage _ -> Codepoints.WIRE_KEY_PACKAGE;
        };
    }

    /**
     * Reads an MLSMessage of at most 8 MiB that fills {@code message} exactly.
     *
     * @throws MlsException {@link Rejection#MALFORMED}
     */
    static MlsMessage decode(Bytes message) throws MlsException {
        return Wire.decode(message, MlsMessage::read);
    }

    private static MlsMessage read(WireReader in) throws DecodeException {
        Wire.version(in);
        int wireFormat = in.uint16();
        return switch (wireFormat) {
            case Codepoints.WIRE_PUBLIC_MESSAGE -> PublicMessage.read(in);
            case Codepoints.WIRE_PRIVATE_MESSAGE -> PrivateMessage.read(in);
            case Codepoints.WIRE_WELCOME -> Welcome.read(in);
            case Codepoints.WIRE_GROUP_INFO -> GroupInfo.read(in);
            case Codepoints.WIRE_KEY_PACKAGE -> KeyPackage.read(in);
            default -> throw new DecodeException("wire_format " + wireFormat);
        };
    }
}
