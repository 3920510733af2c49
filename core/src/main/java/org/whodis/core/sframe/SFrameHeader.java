package org.whodis.core.sframe;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The SFrame header (RFC 9605 section 4.3), 1 to 17 bytes:
 *
 * <pre>
 *    0 1 2 3 4 5 6 7
 *   +-+-+-+-+-+-+-+-+---------------+---------------+
 *   |X|  K  |Y|  C  | KID (K+1) if X| CTR (C+1) if Y|
 *   +-+-+-+-+-+-+-+-+---------------+---------------+
 * </pre>
 *
 * <p>A value of 0 to 7 stands in K or C itself, with X or Y zero. "Otherwise, the value MUST be encoded with the minimum
 * number of bytes required": anything longer is refused, so that a pair of values has one encoding.
 *
 * @param kid key id, 64 bits unsigned
 * @param ctr counter, 64 bits unsigned
 */
public record SFrameHeader(long kid, long ctr) {
    public static final int MAX_LENGTH = 17;

    private static final int EXTENDED = 8;
    private static final int SHORT_LIMIT = 8;

    /** The encoded length in bytes. */
    public int length() {
        return 1 + extraLength(kid) + extraLength(ctr);
    }

    public Bytes encode() {
        WireWriter out = new WireWriter();
        out.uint8(field(kid) << 4 | field(ctr));
        append(out, kid);
        append(out, ctr);
        return out.toBytes();
    }

    /** Reads a header from the front of an SFrame ciphertext and leaves {@code in} behind it. */
    public static SFrameHeader read(WireReader in) throws DecodeException {
        int config = in.uint8();
        long kid = value(in, config >> 4);
        long ctr = value(in, config & 15);
        return new SFrameHeader(kid, ctr);
    }

    private static long value(WireReader in, int field) throws DecodeException {
        if ((field & EXTENDED) == 0) {
            return field;
        }
        int length = (field & 7) + 1;
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | in.uint8();
        }
        if (extraLength(value) != length) {
            throw new DecodeException("an SFrame header value not in its shortest form");
        }
        return value;
    }

    private static int field(long value) {
        int extra = extraLength(value);
        return extra == 0 ? (int) value : EXTENDED | extra - 1;
    }

    private static void append(WireWriter out, long value) {
        for (int i = extraLength(value) - 1; i >= 0; i--) {
            out.uint8((int) (value >>> 8 * i) & 0xff);
        }
    }

    /** The bytes that a value takes behind the config byte: none below 8. */
    private static int extraLength(long value) {
        if (value >= 0 && value < SHORT_LIMIT) {
            return 0;
        }
        int length = 1;
        while (length < 8 && value >>> 8 * length != 0) {
            length++;
        }
        return length;
    }
}
