package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/**
 * Names and titles as screens show them. Characters that do not show, or that turn the order of the others round, are
 * refused on the wire, so that no name hides anything or breaks out of its line: controls, the bidirectional formatting
 * characters, everything that Unicode calls default-ignorable, blanks other than single spaces between words, line and
 * paragraph separators, surrogates without a partner, and a space at either end.
 *
 * <p>Joiners and variation selectors stay where they show: zero-width joiners and non-joiners between characters of the
 * scripts that are written with them, or of emoji; the selectors behind emoji and other symbols.
 *
 * <p>Letters of two scripts that look alike, and composed and decomposed forms of one, are not told apart here.
 */
public final class DisplayText {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;
    private static final int TEXT_STYLE = 0xfe0e;
    private static final int EMOJI_STYLE = 0xfe0f;

    private DisplayText() {}

    /** Whether {@code text} may be shown as a name or title of {@code least} to {@code most} bytes of UTF-8. */
    public static boolean isValid(String text, int least, int most) {
        int length = Bytes.utf8(text).length();
        if (length < least || length > most) {
            return false;
        }
        int before = ' ';
        int character = ' ';
        for (int at = 0; at < text.length(); at += Character.charCount(character)) {
            before = character;
            character = text.codePointAt(at);
            int end = at + Character.charCount(character);
            int after = end < text.length() ? text.codePointAt(end) : ' ';
            if (isHidden(character) || !isInPlace(before, character, after)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a space, joiner or selector stands where it shows; others may stand anywhere. Beyond the ends are spaces. */
    private static boolean isInPlace(int before, int character, int after) {
        return switch (character) {
            case ' ' -> before != ' ' && after != ' ';
            case ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER -> isJoined(before) && isJoined(after);
            case TEXT_STYLE, EMOJI_STYLE -> isSymbol(before);
            default -> true;
        };
    }

    /** Arabic to Myanmar, Khmer and Mongolian, emoji. */
    private static boolean isJoined(int c) {
        return c >= 0x0590 && c <= 0x109f || c >= 0x1780 && c <= 0x18af || c == EMOJI_STYLE || isSymbol(c);
    }

    private static boolean isSymbol(int c) {
        return c >= 0x2190 && c <= 0x2bff || c >= 0x1f000 && c <= 0x1faff;
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
                || c >= 0xd800 && c <= 0xdfff
                || isBlank(c)
                || isIgnorable(c) && c != TEXT_STYLE && c != EMOJI_STYLE;
    }

    /** What looks like a space and is none; one that does not break is no exception, since it looks the same. */
    private static boolean isBlank(int c) {
        return c == 0x00a0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200a
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x2800
                || c == 0x3000;
    }

    /** {@code Default_Ignorable_Code_Point} of Unicode 17 without the two joiners, and interlinear annotation. */
    private static boolean isIgnorable(int c) {
        return c == 0x00ad
                || c == 0x034f
                || c == 0x061c
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || c >= 0x180b && c <= 0x180f
                || c == 0x200b
                || c == 0x200e
                || c == 0x200f
                || c >= 0x202a && c <= 0x202e
                || c >= 0x2060 && c <= 0x206f
                || c == 0x3164
                || c >= 0xfe00 && c <= 0xfe0f
                || c == 0xfeff
                || c == 0xffa0
                || c >= 0xfff0 && c <= 0xfffb
                || c >= 0x1bca0 && c <= 0x1bca3
                || c >= 0x1d173 && c <= 0x1d17a
                || c >= 0xe0000 && c <= 0xe0fff;
    }
}
