package org.whodis.core.message;

import org.whodis.core.identity.Check;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * An envelope that the office hands to a device, again and again until the device has acknowledged its sequence number
 * (protocol section 4).
 *
 * <pre>
 *   enum { live(0), missed(1) } DeliveryKind;                                 uint8
 *   struct { uint64 sequence; DeliveryKind kind; uint64 received_at; Envelope envelope; } Delivery;
 * </pre>
 *
 * @param sequence counts up for each device, from 1
 * @param receivedAt when the office had it, by the office's clock
 */
public record Delivery(long sequence, Kind kind, long receivedAt, Envelope envelope) implements Encodable {
    public static final int MAX_LENGTH = 8 + 1 + 8 + Envelope.MAX_LENGTH;

    /** Why the envelope is delivered. */
    public enum Kind {
        /** In the course of a call. */
        LIVE(0),
        /** An offer that became a missed call: to be shown, never to be rung. */
        MISSED(1);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind read(WireReader in) throws DecodeException {
            return switch (in.uint8()) {
                case 0 -> LIVE;
                case 1 -> MISSED;
                default -> throw new DecodeException("an unknown kind of delivery");
            };
        }
    }

    public Delivery {
        Check.require(sequence >= 0, "sequence " + sequence);
        Check.time(receivedAt, "received_at");
    }

    @Override
    public void write(WireWriter out) {
        out.uint64(sequence).uint8(kind.code).uint64(receivedAt);
        envelope.write(out);
    }

    public static Delivery read(WireReader in) throws DecodeException {
        return new Delivery(readSequence(in), Kind.read(in), Check.readTime(in), Envelope.read(in));
    }

    public static Delivery decode(Bytes encoded) throws DecodeException {
        return WireReader.decode(encoded, Delivery::read);
    }

    static long readSequence(WireReader in) throws DecodeException {
        long sequence = in.uint64();
        if (sequence < 0) {
            throw new DecodeException("a sequence number past 2^63");
        }
        return sequence;
    }
}
