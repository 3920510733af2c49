package org.whodis.web.classlib.java.util;

import java.util.Locale;

/**
 * In the place of {@code java.util.Formatter}. Libraries format numbers into the messages of failures, which nobody reads in a
 * browser; the real one brings numbers in all languages, currencies and calendars with it, a fifth of the whole module. The core
 * formats nothing.
 */
public final class Formatter {
    private final StringBuilder out = new StringBuilder();

    public Formatter() {}

    @SuppressWarnings("unused") // as the class that it stands for has it
    public Formatter(Locale locale) {}

    /** Leaves the holes in the text. */
    @SuppressWarnings("unused") // as above
    public Formatter format(String format, Object... arguments) {
        out.append(format);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
