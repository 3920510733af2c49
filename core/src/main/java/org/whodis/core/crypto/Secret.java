package org.whodis.core.crypto;

import org.whodis.core.wire.Bytes;

/**
 * The one type for secret bytes: keys, seeds, shared secrets, passphrases.
 *
 * <p>{@code toString} is redacted, equality takes constant time, {@link #erase()} overwrites the bytes, and whoever needs
 * them says so by {@link #expose()}, which is easy to search for. Not a record: a record would print and compare them.
 */
public final class Secret implements Erasable {
    private final byte[] value;
    private boolean erased;

    private Secret(byte[] owned) {
        this.value = owned;
    }

    /** Copies {@code value}; the caller erases its own copy. */
    public static Secret copyOf(byte[] value) {
        return new Secret(value.clone());
    }

    /** Takes {@code value} over without a copy; the caller forgets it. */
    public static Secret owning(byte[] value) {
        return new Secret(value);
    }

    /** The parts one after another, as a new secret; the parts stay alive. */
    public static Secret concat(Secret... parts) {
        int length = 0;
        for (Secret part : parts) {
            part.requireAlive();
            length = Math.addExact(length, part.value.length);
        }
        byte[] out = new byte[length];
        int at = 0;
        for (Secret part : parts) {
            System.arraycopy(part.value, 0, out, at, part.value.length);
            at += part.value.length;
        }
        return new Secret(out);
    }

    /** The bytes of {@code value}, which was public until now, as one part of a secret. */
    public static Secret copyOf(Bytes value) {
        return new Secret(value.toArray());
    }

    public int length() {
        return value.length;
    }

    /**
     * A copy of the bytes, which the caller erases when it is done.
     *
     * @throws IllegalStateException after {@link #erase()}
     */
    public byte[] expose() {
        requireAlive();
        return value.clone();
    }

    /**
     * The bytes from {@code from} (inclusive) to {@code to} (exclusive) as a secret of their own.
     *
     * @throws IllegalArgumentException if that is not a range of this secret
     */
    public Secret slice(int from, int to) {
        requireAlive();
        if (from < 0 || to < from || to > value.length) {
            throw new IllegalArgumentException("no range " + from + " to " + to + " in " + value.length + " bytes");
        }
        byte[] part = new byte[to - from];
        System.arraycopy(value, from, part, 0, part.length);
        return new Secret(part);
    }

    /** The same bytes in a secret of their own. */
    public Secret copy() {
        return slice(0, value.length);
    }

    /** Overwrites the bytes with zeros; further use is a fault. */
    @Override
    public void erase() {
        java.util.Arrays.fill(value, (byte) 0);
        erased = true;
    }

    public boolean isErased() {
        return erased;
    }

    /** Compares two strings of bytes in a time that depends on their lengths only. */
    public static boolean constantTimeEquals(byte[] a, byte[] b) {
        if (a.length != b.length) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < a.length; i++) {
            difference |= a[i] ^ b[i];
        }
        return difference == 0;
    }

    /** As {@link #constantTimeEquals(byte[], byte[])}. */
    public static boolean constantTimeEquals(Bytes a, Bytes b) {
        return constantTimeEquals(a.toArray(), b.toArray());
    }

    /** An erased secret equals only itself: else a key that was forgotten would match one of all zeros. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Secret that && !erased && !that.erased && constantTimeEquals(value, that.value);
    }

    /** The same for all secrets of one length, so that a hash table tells nothing about them. */
    @Override
    public int hashCode() {
        return value.length;
    }

    @Override
    public String toString() {
        return "Secret[" + value.length + " bytes]";
    }

    private void requireAlive() {
        if (erased) {
            throw new IllegalStateException("this secret was erased");
        }
    }
}
