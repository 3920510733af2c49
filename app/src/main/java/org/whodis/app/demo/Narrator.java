package org.whodis.app.demo;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** Tells on the terminal what happens, in plain words: a short heading on the left, sentences on the right. */
final class Narrator {
    private static final int HEADING = 12;
    private static final int WIDTH = 100;

    private final PrintWriter out;
    private final boolean terminal =
            Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);

    Narrator(PrintWriter out) {
        this.out = out;
    }

    void title(String text) {
        out.println();
        out.println("  " + text);
        out.println();
        out.flush();
    }

    void tell(String heading, String text) {
        StringBuilder line = new StringBuilder();
        String left = heading;
        for (String word : visible(text).split(" ")) {
            if (!line.isEmpty() && line.length() + word.length() + 1 > WIDTH - HEADING) {
                print(left, line);
                left = "";
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        print(left, line);
        out.flush();
    }

    /** A line to be copied: never wrapped. */
    void verbatim(String text) {
        out.println("    " + text);
        out.flush();
    }

    void blank() {
        out.println();
        out.flush();
    }

    /** Shows how far something is, where there is a terminal to show it on. */
    void progress(String heading, double done) {
        if (terminal) {
            int full = (int) (40 * Math.clamp(done, 0, 1));
            out.print("\r  " + padded(heading) + "━".repeat(full) + "─".repeat(40 - full));
            out.flush();
        }
    }

    void progressDone() {
        if (terminal) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }

    private void print(String heading, CharSequence line) {
        out.println("  " + padded(heading) + line);
    }

    private static String padded(String heading) {
        return heading + " ".repeat(Math.max(1, HEADING - heading.length()));
    }

    /** What people typed may hold anything; a terminal obeys control characters. */
    private static String visible(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            out.appendCodePoint(type == Character.CONTROL || type == Character.FORMAT ? '␣' : c);
        });
        return out.toString();
    }
}
