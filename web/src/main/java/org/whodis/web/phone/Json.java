package org.whodis.web.phone;

import java.util.ArrayList;
import java.util.List;

/** Writes JSON (RFC 8259). Texts from outside cannot leave their quotes. */
final class Json {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder();
    private final List<Character> open = new ArrayList<>();
    private boolean needsComma;

    Json object() {
        return begin('{', '}');
    }

    Json array() {
        return begin('[', ']');
    }

    private Json begin(char first, char last) {
        comma();
        out.append(first);
        open.add(last);
        needsComma = false;
        return this;
    }

    /** Ends what was begun last. */
    Json end() {
        out.append((char) open.remove(open.size() - 1));
        needsComma = true;
        return this;
    }

    Json name(String name) {
        comma();
        quoted(name);
        out.append(':');
        needsComma = false;
        return this;
    }

    Json field(String name, String value) {
        name(name);
        quoted(value);
        needsComma = true;
        return this;
    }

    Json field(String name, long value) {
        name(name);
        out.append(value);
        needsComma = true;
        return this;
    }

    Json field(String name, boolean value) {
        name(name);
        out.append(value);
        needsComma = true;
        return this;
    }

    Json strings(List<String> values) {
        array();
        for (String value : values) {
            comma();
            quoted(value);
            needsComma = true;
        }
        return end();
    }

    Json value(String value) {
        comma();
        quoted(value);
        needsComma = true;
        return this;
    }

    private void comma() {
        if (needsComma) {
            out.append(',');
        }
    }

    private void quoted(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
