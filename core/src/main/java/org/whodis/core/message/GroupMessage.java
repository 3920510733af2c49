package org.whodis.core.message;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What the members of a call say to each other inside the group: the application data of an MLS PrivateMessage, so that
 * it is known to come from a member (protocol section 5).
 *
 * <pre>
 *   enum { connected(1), hangup(2) } GroupMessageType;                        uint8
 *   enum { ended(1), words_differ(2), failed(3) } HangupReason;               uint8
 *   struct { GroupMessageType type; select (type) { case hangup: HangupReason reason; }; } GroupMessage;
 * </pre>
 */
public sealed interface GroupMessage extends Encodable {
    /** The most that application data of a call can have. */
    int MAX_LENGTH = 2;

    /** The callee has joined. */
    record Connected() implements GroupMessage {
        @Override
        public void write(WireWriter out) {
            out.uint8(1);
        }
    }

    /** Whoever says this has left. */
    record Hangup(HangupReason reason) implements GroupMessage {
        @Override
        public void write(WireWriter out) {
            out.uint8(2).uint8(reason.code);
        }
    }

    enum HangupReason {
        /** A person hung up. */
        ENDED(1),
        /** The comparison words were not the same: somebody is in between. */
        WORDS_DIFFER(2),
        /** The device cannot go on. */
        FAILED(3);

        private final int code;

        HangupReason(int code) {
            this.code = code;
        }

        private static HangupReason read(WireReader in) throws DecodeException {
            int code = in.uint8();
            for (HangupReason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            throw new DecodeException("HangupReason " + code);
        }
    }

    static GroupMessage read(WireReader in) throws DecodeException {
        int type = in.uint8();
        return switch (type) {
            case 1 -> new Connected();
            case 2 -> new Hangup(HangupReason.read(in));
            default -> throw new DecodeException("GroupMessageType " + type);
        };
    }

    static GroupMessage decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, GroupMessage::read);
    }
}
