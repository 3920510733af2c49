package org.whodis.core.wire;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Writes the TLS presentation language (RFC 8446 section 3): big-endian integers, fixed arrays, and the variable-length
 * vectors of RFC 9420 section 2.1.2, whose length is a QUIC-style variable-length integer:
 *
 * <pre>
 *   prefix 00  1 byte   0 .. 63
 *   prefix 01  2 bytes  64 .. 16383
 *   prefix 10  4 bytes  16384 .. 1073741823
 * </pre>
 *
 * <p>A value out of range is a fault of the caller: {@link IllegalArgumentException}.
 */
public final class WireWriter {
    private byte[] buffer = new byte[64];
    private int length;

    /** {@code uint8}. */
    public WireWriter uint8(int value) {
        require(value >= 0 && value <= 0xff, "uint8", value);
        grow(1);
        buffer[length++] = (byte) value;
        return this;
    }

    /** {@code uint16}. */
    public WireWriter uint16(int value) {
        require(value >= 0 && value <= 0xffff, "uint16", value);
        return bigEndian(value, 2);
    }

    /** {@code uint32}. */
    public WireWriter uint32(long value) {
        require(value >= 0 && value <= 0xffff_ffffL, "uint32", value);
        return bigEndian(value, 4);
    }

    /** {@code uint64}; the whole range, as the bits of {@code value}. */
    public WireWriter uint64(long value) {
        return bigEndian(value, 8);
    }

    /** {@code opaque x[value.length]}: a fixed-length array, no length in front. */
    public WireWriter fixed(Bytes value) {
        grow(value.length());
        value.copyTo(buffer, length);
        length += value.length();
        return this;
    }

    /** As {@link #fixed(Bytes)}. */
    public WireWriter fixed(byte[] value) {
        grow(value.length);
        System.arraycopy(value, 0, buffer, length, value.length);
        length += value.length;
        return this;
    }

    /** {@code opaque x<V>}. */
    public WireWriter vector(Bytes value) {
        varint(value.length());
        return fixed(value);
    }

    /** As {@link #vector(Bytes)}. */
    public WireWriter vector(byte[] value) {
        varint(value.length);
        return fixed(value);
    }

    /** A text as {@code opaque x<V>} in UTF-8. */
    public WireWriter text(String value) {
        return vector(Bytes.utf8(value));
    }

    /** {@code T x<V>}: the items one after another, with the number of <em>bytes</em> in front. */
    public <T> WireWriter list(List<T> items, BiConsumer<WireWriter, T> item) {
        WireWriter inner = new WireWriter();
        for (T each : items) {
            item.accept(inner, each);
        }
        return vector(inner.toByteArray());
    }

    /** {@code optional<T>}: {@code uint8 present}, then the value if there is one (RFC 9420 section 2.1.1). */
    public <T> WireWriter optional(@org.jspecify.annotations.Nullable T value, BiConsumer<WireWriter, T> item) {
        if (value == null) {
            return uint8(0);
        }
        uint8(1);
        item.accept(this, value);
        return this;
    }

    /** The variable-length integer of RFC 9420 section 2.1.2, always in its shortest form. */
    public WireWriter varint(int value) {
        require(value >= 0 && value <= WireReader.MAX_VARINT, "variable-length integer", value);
        if (value < 1 << 6) {
            return bigEndian(value, 1);
        }
        return value < 1 << 14 ? bigEndian(value | 0x4000, 2) : bigEndian(value | 0x8000_0000L, 4);
    }

    public int length() {
        return length;
    }

    public byte[] toByteArray() {
        byte[] out = new byte[length];
        System.arraycopy(buffer, 0, out, 0, length);
        return out;
    }

    public Bytes toBytes() {
        return Bytes.of(buffer, 0, length);
    }

    private WireWriter bigEndian(long value, int size) {
        grow(size);
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    private void grow(int more) {
        int needed = Math.addExact(length, more);
        if (needed > buffer.length) {
            byte[] larger = new byte[Math.max(needed, 2 * buffer.length)];
            System.arraycopy(buffer, 0, larger, 0, length);
            buffer = larger;
        }
    }

    private static void require(boolean condition, String type, long value) {
        if (!condition) {
            throw new IllegalArgumentException(value + " does not fit a " + type);
        }
    }
}
