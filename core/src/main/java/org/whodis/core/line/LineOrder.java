package org.whodis.core.line;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DisplayText;

/**
 * A line to be made.
 *
 * @param note whom it is for, in one's own words; sealed to one's devices and the desk's
 * @param holder to whom it is bound at once; null: open, and whoever redeems it has to be approved
 */
public record LineOrder(
        String note, LineTerms terms, @Nullable LineHolder holder) {
    public LineOrder {
        if (!isNote(note)) {
            throw new IllegalArgumentException("a note that cannot be shown");
        }
    }

    /** Whether {@code text} can be a note: up to 256 bytes that a screen can show. */
    public static boolean isNote(String text) {
        return DisplayText.isValid(text, 0, LineIssue.MAX_NOTE);
    }

    /** Open, for whoever redeems it and is approved. */
    public static LineOrder open(String note) {
        return new LineOrder(note, LineTerms.STANDARD, null);
    }
}
