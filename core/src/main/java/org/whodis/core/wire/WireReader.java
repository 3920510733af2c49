package org.whodis.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link WireWriter} writes, strictly and bounded: no length is believed before it was compared with the bytes
 * that are there and with the caller's limit, nothing may be left over at {@link #end()}, and a variable-length integer
 * that is longer than it has to be is refused ("When decoding, values using more bits than necessary MUST be treated as
 * malformed", RFC 9420 section 2.1.2).
 *
 * <p>Every fault of the input is a {@link DecodeException}.
 */
public final class WireReader {
    /** The largest length that the four-byte form carries: 2^30 - 1. */
    static final int MAX_VARINT = (1 << 30) - 1;

    private final byte[] input;
    private final int end;
    private int position;

    public WireReader(byte[] input) {
        this(input, 0, input.length);
    }

    public WireReader(Bytes input) {
        this(input.toArray());
    }

    private WireReader(byte[] input, int position, int end) {
        this.input = input;
        this.position = position;
        this.end = end;
    }

    /** One item of a list, an optional or a nested structure. */
    @FunctionalInterface
    public interface Item<T> {
        T read(WireReader in) throws DecodeException;
    }

    /** Reads one {@code T} that has to fill {@code input} exactly. */
    public static <T> T decode(Bytes input, Item<T> item) throws DecodeException {
        WireReader in = new WireReader(input);
        T value = item.read(in);
        in.end();
        return value;
    }

    /** {@code uint8}. */
    public int uint8() throws DecodeException {
        return (int) bigEndian(1);
    }

    /** {@code uint16}. */
    public int uint16() throws DecodeException {
        return (int) bigEndian(2);
    }

    /** {@code uint32}. */
    public long uint32() throws DecodeException {
        return bigEndian(4);
    }

    /** {@code uint64}, as its bits. */
    public long uint64() throws DecodeException {
        return bigEndian(8);
    }

    /** {@code opaque x[length]}. */
    public Bytes fixed(int length) throws DecodeException {
        need(length);
        Bytes out = Bytes.of(input, position, length);
        position += length;
        return out;
    }

    /** {@code opaque x<V>} of at most {@code limit} bytes. */
    public Bytes vector(int limit) throws DecodeException {
        return fixed(boundedLength(limit));
    }

    /** {@code opaque x<V>} of at most {@code limit} bytes that has to be well-formed UTF-8. */
    public String text(int limit) throws DecodeException {
        Bytes raw = vector(limit);
        String text = new String(raw.toArray(), StandardCharsets.UTF_8);
        // The decoder puts U+FFFD where the bytes are malformed, so such input does not survive the round trip.
        if (!Bytes.utf8(text).equals(raw)) {
            throw new DecodeException("malformed UTF-8");
        }
        return text;
    }

    /** {@code T x<V>}: at most {@code maxItems} items in at most {@code maxBytes} bytes. */
    public <T> List<T> list(int maxBytes, int maxItems, Item<T> item) throws DecodeException {
        WireReader inner = sub(boundedLength(maxBytes));
        List<T> out = new ArrayList<>();
        while (inner.remaining() > 0) {
            if (out.size() == maxItems) {
                throw new DecodeException("more than " + maxItems + " items");
            }
            int before = inner.position;
            out.add(item.read(inner));
            if (inner.position == before) {
                throw new DecodeException("an item of no bytes");
            }
        }
        return out;
    }

    /** {@code optional<T>} (RFC 9420 section 2.1.1). */
    public <T> @Nullable T optional(Item<T> item) throws DecodeException {
        return switch (uint8()) {
            case 0 -> null;
            case 1 -> item.read(this);
            default -> throw new DecodeException("presence octet is neither 0 nor 1");
        };
    }

    /** The variable-length integer of RFC 9420 section 2.1.2. */
    public int varint() throws DecodeException {
        int first = uint8();
        int prefix = first >> 6;
        if (prefix == 3) {
            throw new DecodeException("variable-length integer with prefix 11");
        }
        long value = first & 0x3f;
        if (prefix > 0) {
            int more = (1 << prefix) - 1;
            value = value << (8 * more) | bigEndian(more);
        }
        long smallest = prefix == 0 ? 0 : prefix == 1 ? 1 << 6 : 1 << 14;
        if (value < smallest) {
            throw new DecodeException("variable-length integer not in its shortest form");
        }
        return (int) value;
    }

    /** How many bytes are left. */
    public int remaining() {
        return end - position;
    }

    /** All bytes that are left. */
    public Bytes rest() {
        Bytes out = Bytes.of(input, position, remaining());
        position = end;
        return out;
    }

    /** A mark of the present place, for {@link #since}: for structures whose bytes are signed as they came. */
    public int position() {
        return position;
    }

    /** The bytes from {@code from}, an earlier {@link #position()}, to the present one. */
    public Bytes since(int from) {
        return Bytes.of(input, from, position - from);
    }

    /** Demands that nothing is left. */
    public void end() throws DecodeException {
        if (position != end) {
            throw new DecodeException(remaining() + " bytes left over");
        }
    }

    private int boundedLength(int limit) throws DecodeException {
        int length = varint();
        if (length > limit) {
            throw new DecodeException("a vector of " + length + " bytes where at most " + limit + " are allowed");
        }
        return length;
    }

    private WireReader sub(int length) throws DecodeException {
        need(length);
        WireReader inner = new WireReader(input, position, position + length);
        position += length;
        return inner;
    }

    private long bigEndian(int size) throws DecodeException {
        need(size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | input[position++] & 0xff;
        }
        return value;
    }

    private void need(int count) throws DecodeException {
        if (count < 0 || count > remaining()) {
            throw new DecodeException("truncated: " + count + " bytes needed, " + remaining() + " left");
        }
    }
}
