package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/**
 * Names and titles as screens show them. Characters that do not show, or that turn the order of the others round, are
 * refused on the wire, so that no name can look like another or break out of its line: controls, the bidirectional
 * formatting characters, zero-width spaces and joiners of words, line and paragraph separators, surrogates without a
 * partner, and a space at either end. (Zero-width joiners and non-joiners stay: some scripts need them.)
 */
public final class DisplayText {
    private DisplayText() {}

    /** Whether {@code text} may be shown as a name or title of {@code least} to {@code most} bytes of UTF-8. */
    public static boolean isValid(String text, int least, int most) {
        int length = Bytes.utf8(text).length();
        if (length < least || length > most) {
            return false;
        }
        int character = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(character)) {
            character = text.codePointAt(at);
            boolean edge = at == 0 || at + Character.charCount(character) == text.length();
            if (isHidden(character) || edge && isSpace(character)) {
                return false;
            }
        }
        return true;
    }

    static void require(String text, int least, int most, String what) {
        Check.require(isValid(text, least, most), what + " that cannot be shown, or of a wrong length");
    }

    /** Reads {@code opaque x<V>} that {@link #isValid}. */
    public static String read(WireReader in, int least, int most) throws DecodeException {
        String text = in.text(most);
        if (!isValid(text, least, most)) {
            throw new DecodeException("a name or title that cannot be shown");
        }
        return text;
    }

    private static boolean isHidden(int c) {
        return c < 0x20
                || c >= 0x7f && c <= 0x9f
                || c == 0x00ad
                || c == 0x061c
                || c >= 0x200b && c <= 0x200f && c != 0x200c && c != 0x200d
                || c >= 0x2028 && c <= 0x202e
                || c >= 0x2060 && c <= 0x206f
                || c >= 0xd800 && c <= 0xdfff
                || c == 0xfeff
                || c >= 0xfff9 && c <= 0xfffb
                || c >= 0xe0000 && c <= 0xe0fff;
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == 0x00a0 || c >= 0x2000 && c <= 0x200a || c == 0x202f || c == 0x205f || c == 0x3000;
    }
}
