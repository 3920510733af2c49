package org.whodis.core.wire;

import java.nio.charset.StandardCharsets;

/**
 * An immutable string of bytes with value equality, for identifiers, hashes, public keys and ciphertexts.
 *
 * <p>Records hold this type instead of {@code byte[]}, whose equality is by reference. Secrets never live here: they are
 * {@link org.whodis.core.crypto.Secret}.
 */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final String HEX = "0123456789abcdef";

    private final byte[] value;

    private Bytes(byte[] owned) {
        this.value = owned;
    }

    /** Copies {@code value}. */
    public static Bytes of(byte[] value) {
        return new Bytes(value.clone());
    }

    /**
     * Copies {@code length} bytes of {@code value} from {@code offset}.
     *
     * @throws IllegalArgumentException if that is not a range of {@code value}
     */
    public static Bytes of(byte[] value, int offset, int length) {
        // Explicit, because in the browser a negative array size is a trap that nothing catches.
        if (offset < 0 || length < 0 || length > value.length - offset) {
            throw new IllegalArgumentException(
                    "no range of " + length + " bytes from " + offset + " in " + value.length + " bytes");
        }
        byte[] copy = new byte[length];
        System.arraycopy(value, offset, copy, 0, length);
        return new Bytes(copy);
    }

    /** The UTF-8 encoding of {@code text}. */
    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads lower- or upper-case hexadecimal digits.
     *
     * @throws IllegalArgumentException if {@code hex} has an odd length or another character
     */
    public static Bytes fromHex(String hex) {
        if (hex.length() % 2 != 0) {
            throw new IllegalArgumentException("an odd number of hexadecimal digits: " + hex.length());
        }
        byte[] out = new byte[hex.length() / 2];
        for (int i = 0; i < out.length; i++) {
            int high = digit(hex.charAt(2 * i));
            int low = digit(hex.charAt(2 * i + 1));
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException("not a hexadecimal digit at " + 2 * i);
            }
            out[i] = (byte) (high << 4 | low);
        }
        return new Bytes(out);
    }

    /** ASCII only: {@link Character#digit} takes the digits of every script. */
    private static int digit(char c) {
        return c >= '0' && c <= '9'
                ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    /** Joins {@code parts} in order. */
    public static Bytes concat(Bytes... parts) {
        int length = 0;
        for (Bytes part : parts) {
            length = Math.addExact(length, part.value.length);
        }
        byte[] out = new byte[length];
        int at = 0;
        for (Bytes part : parts) {
            System.arraycopy(part.value, 0, out, at, part.value.length);
            at += part.value.length;
        }
        return new Bytes(out);
    }

    public int length() {
        return value.length;
    }

    public boolean isEmpty() {
        return value.length == 0;
    }

    public byte get(int index) {
        return value[index];
    }

    /** A copy that the caller may change. */
    public byte[] toArray() {
        return value.clone();
    }

    /**
     * The bytes from {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @throws IllegalArgumentException if that is not a range of these bytes
     */
    public Bytes slice(int from, int to) {
        return of(value, from, to - from);
    }

    public void copyTo(byte[] target, int offset) {
        System.arraycopy(value, 0, target, offset, value.length);
    }

    public String hex() {
        StringBuilder out = new StringBuilder(2 * value.length);
        for (byte b : value) {
            out.append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
        }
        return out.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && java.util.Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(value);
    }

    /** Lexicographic order of unsigned bytes; a prefix comes first. */
    @Override
    public int compareTo(Bytes that) {
        int shorter = Math.min(value.length, that.value.length);
        for (int i = 0; i < shorter; i++) {
            int order = (value[i] & 0xff) - (that.value[i] & 0xff);
            if (order != 0) {
                return order;
            }
        }
        return value.length - that.value.length;
    }

    /** Hexadecimal, shortened past 16 bytes: for logs and test failures. */
    @Override
    public String toString() {
        return value.length <= 16 ? hex() : slice(0, 16).hex() + "… (" + value.length + " bytes)";
    }
}
