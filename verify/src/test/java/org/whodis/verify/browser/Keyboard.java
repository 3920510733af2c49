package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Real key strokes, and what has the focus. */
final class Keyboard {
    /** More stops than any screen has. */
    private static final int MOST_STOPS = 80;

    private static final Map<String, Integer> CODES = Map.of("Tab", 9, "Enter", 13, "Escape", 27, " ", 32);
    private static final Map<String, String> TEXTS = Map.of("Enter", "\r", " ", " ");

    /** As a screen reader would say it, roughly: enough to tell stops apart. */
    private static final String FOCUSED = """
            (() => {
              const element = document.activeElement;
              return (element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "").trim();
            })()""";

    private final Chromium chromium;

    Keyboard(Chromium chromium) {
        this.chromium = chromium;
    }

    void press(String key) throws Exception {
        for (String type : List.of("keyDown", "keyUp")) {
            var stroke = Chromium.object()
                    .put("type", type)
                    .put("key", key)
                    .put("code", key.equals(" ") ? "Space" : key)
                    .put("windowsVirtualKeyCode", CODES.get(key));
            if (type.equals("keyDown") && TEXTS.containsKey(key)) {
                stroke.put("text", TEXTS.get(key));
            }
            chromium.call("Input.dispatchKeyEvent", stroke);
        }
    }

    void type(String text) throws Exception {
        chromium.call("Input.insertText", Chromium.object().put("text", text));
    }

    String focused() throws Exception {
        return chromium.evaluate(FOCUSED);
    }

    /** Goes from stop to stop until {@code name} has the focus, which is visible. */
    void tabTo(String name) throws Exception {
        List<String> stops = new ArrayList<>();
        for (int i = 0; i < MOST_STOPS; i++) {
            press("Tab");
            String stop = focused();
            stops.add(stop);
            if (stop.equals(name)) {
                assertThat(chromium.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                        .as("a stop that can be seen: %s", name)
                        .isNotEqualTo("none");
                return;
            }
        }
        throw new AssertionError("no stop " + name + " among " + stops);
    }
}
