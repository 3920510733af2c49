package org.whodis.web.classlib.org.bouncycastle.util;

/**
 * Takes the place of Bouncy Castle's class, which formats a line's end by {@code String.format} when it is first used, and
 * thereby brings the formats of all languages into a page. The core uses what is here; more would fail the build.
 */
public final class Strings {
    private Strings() {}

    /** Of characters up to U+00FF. */
    public static byte[] toByteArray(String text) {
        byte[] out = new byte[text.length()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) text.charAt(i);
        }
        return out;
    }

    /** Of characters up to U+00FF. */
    public static String fromByteArray(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length);
        for (byte each : bytes) {
            out.append((char) (each & 0xff));
        }
        return out.toString();
    }
}
