package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What is said of a call that has no group yet (protocol section 5), signed by a device of whoever says it.
 *
 * <pre>
 *   enum { ringing(1), declined(2), busy(3), cancelled(4) } NoticeType;       uint8
 *   struct { uint16 version = 1; opaque call_id[16]; opaque offer_hash[32]; NoticeType type; uint64 at; } Notice;
 *                                         label "Whodis 1 Notice"
 * </pre>
 */
public record Notice(CallId callId, Bytes offerHash, Type type, long at) implements Encodable {
    public static final String LABEL = "Whodis 1 Notice";
    static final int LENGTH = 2 + CallId.LENGTH + LabelledHash.LENGTH + 1 + 8;

    /** The first three are the callee's to say, the last is the caller's. */
    public enum Type {
        RINGING(1),
        DECLINED(2),
        BUSY(3),
        CANCELLED(4);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        private static Type read(WireReader in) throws DecodeException {
            int code = in.uint8();
            for (Type type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new DecodeException("NoticeType " + code);
        }
    }

    public Notice {
        Check.length(offerHash, LabelledHash.LENGTH, "offer_hash");
        Check.time(at, "at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint16(Check.VERSION)
                .fixed(callId.value())
                .fixed(offerHash)
                .uint8(type.code)
                .uint64(at);
    }

    public static Notice read(WireReader in) throws DecodeException {
        Check.readVersion(in);
        return new Notice(CallId.read(in), in.fixed(LabelledHash.LENGTH), Type.read(in), Check.readTime(in));
    }

    public static Notice decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Notice::read);
    }
}
