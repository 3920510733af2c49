package org.whodis.core.line;

import java.util.List;

/**
 * A line that was just made, to be handed over.
 *
 * @param link a secret: whoever has it can redeem the line
 * @param words the same, to be read aloud behind {@code office}
 */
public record NewLine(LineId id, String link, String office, List<String> words) {
    public NewLine {
        words = List.copyOf(words);
    }

    /** Domain and words, as they are read aloud. */
    public String spoken() {
        return office + " " + String.join(" ", words);
    }

    /** Without the secret: it must not get into a log. */
    @Override
    public String toString() {
        return "NewLine[" + id + "]";
    }
}
