package org.whodis.app.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Shows a page to a person who sits before a desktop. */
final class Desktop {
    private Desktop() {}

    /** Opens {@code page} in the browser if there is a desktop; nothing happens where there is none. */
    static void open(Path page) {
        open(page.toString());
    }

    /** As {@link #open(Path)}, for the address of a page. */
    static void open(String page) {
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
        if (!mac && System.getenv("DISPLAY") == null && System.getenv("WAYLAND_DISPLAY") == null) {
            return;
        }
        if (System.getenv("CI") != null) {
            return;
        }
        try {
            new ProcessBuilder(mac ? "open" : "xdg-open", page)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // No such program: the path was printed.
        }
    }
}
