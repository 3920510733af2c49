package org.whodis.core.trunk;

import org.whodis.core.identity.Check;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * A request about the trunk of one call.
 *
 * <pre>
 *   enum { open(1), close(2) } TrunkMessageType;                              uint8
 *   struct {
 *       uint16 version = 1;
 *       TrunkMessageType type;
 *       opaque call_id[16];
 *       opaque opening[16];               random, names this opening of the trunk
 *       select (type) {
 *           case open:  TrunkPlace opener;      answered by a TrunkPlace, that of the other office
 *           case close: struct {};              answered by nothing
 *       };
 *   } TrunkMessage;
 * </pre>
 */
public sealed interface TrunkMessage extends Encodable {
    int OPENING_LENGTH = 16;

    CallId callId();

    Bytes opening();

    /** Opens the trunk, or opens it anew under other keys. */
    record Open(CallId callId, Bytes opening, TrunkPlace opener) implements TrunkMessage {
        public Open {
            Check.length(opening, OPENING_LENGTH, "opening");
        }

        @Override
        public void write(WireWriter out) {
            out.uint16(Check.VERSION).uint8(1).fixed(callId.value()).fixed(opening);
            opener.write(out);
        }
    }

    /** The call is over at the sender, and with it this opening of its trunk. */
    record Close(CallId callId, Bytes opening) implements TrunkMessage {
        public Close {
            Check.length(opening, OPENING_LENGTH, "opening");
        }

        @Override
        public void write(WireWriter out) {
            out.uint16(Check.VERSION).uint8(2).fixed(callId.value()).fixed(opening);
        }
    }

    static TrunkMessage read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        int type = in.uint8();
        CallId call = CallId.read(in);
        Bytes opening = in.fixed(OPENING_LENGTH);
        return switch (type) {
            case 1 -> new Open(call, opening, TrunkPlace.read(in));
            case 2 -> new Close(call, opening);
            default -> throw new DecodeException("TrunkMessageType " + type);
        };
    }

    static TrunkMessage decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, TrunkMessage::read);
    }
}
