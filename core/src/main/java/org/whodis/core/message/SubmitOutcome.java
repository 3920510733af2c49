package org.whodis.core.message;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/** What the office did with a submitted envelope: the body of its response, {@code uint8 outcome} (protocol section 4). */
public enum SubmitOutcome implements Encodable {
    ACCEPTED(0),
    UNKNOWN_RECIPIENT(1),
    /** Accepted and kept until its deadline, but no device of the recipient is there now. */
    OFFLINE(2),
    EXPIRED(3),
    /** The id was applied before; as good as accepted. */
    DUPLICATE(4),
    NOT_ALLOWED(5),
    /** Another device's answer was first. */
    ANSWERED_ELSEWHERE(6),
    TOO_MANY(7);

    private final int code;

    SubmitOutcome(int code) {
        this.code = code;
    }

    @Override
    public void write(WireWriter out) {
        out.uint8(code);
    }

    public static SubmitOutcome decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, in -> {
            int code = in.uint8();
            for (SubmitOutcome outcome : values()) {
                if (outcome.code == code) {
                    return outcome;
                }
            }
            throw new DecodeException("outcome " + code);
        });
    }
}
