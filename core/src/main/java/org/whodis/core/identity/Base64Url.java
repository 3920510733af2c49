package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** Base64 with the URL and filename safe alphabet, without padding (RFC 4648 section 5), in its one canonical form. */
final class Base64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private Base64Url() {}

    static String encode(Bytes value) {
        StringBuilder out = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (int i = 0; i < value.length(); i++) {
            bits = (bits << 8 | value.get(i) & 0xff) & 0xffff;
            held += 8;
            while (held >= 6) {
                held -= 6;
                out.append(ALPHABET.charAt(bits >> held & 63));
            }
        }
        if (held > 0) {
            out.append(ALPHABET.charAt(bits << 6 - held & 63));
        }
        return out.toString();
    }

    /** Refuses other characters, and bits after the last byte that are not zero. */
    static Bytes decode(String text) throws DecodeException {
        byte[] out = new byte[text.length() * 6 / 8];
        int at = 0;
        int bits = 0;
        int held = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = ALPHABET.indexOf(text.charAt(i));
            if (value < 0) {
                throw new DecodeException("not base64url");
            }
            bits = (bits << 6 | value) & 0xffff;
            held += 6;
            if (held >= 8) {
                held -= 8;
                out[at++] = (byte) (bits >> held);
            }
        }
        if (held >= 6 || (bits & (1 << held) - 1) != 0) {
            throw new DecodeException("base64url that does not end where it should");
        }
        return Bytes.of(out);
    }
}
