package org.whodis.office;

import org.whodis.core.wire.Bytes;
import org.whodis.office.http.HttpAnswer;

/**
 * What a browser shows that follows one of our links. The link's secret stands behind the {@code #}, which a browser keeps
 * to itself; the page has no script that could read it.
 */
final class LinkPage {
    private static final String FOUR_WORDS = "and read the four words that it shows to the person who sent you this.";

    static final HttpAnswer JOIN = page(
            "An invitation",
            "Do not forward it: it works once, for you. On your own computer type",
            "whodis phone enrol 'THE WHOLE LINK'",
            FOUR_WORDS);

    static final HttpAnswer LINK = page(
            "A further device",
            "On the device that you want to add type, within ten minutes,",
            "whodis phone enrol 'THE WHOLE LINK'",
            FOUR_WORDS);

    static final HttpAnswer LINE = page(
            "A line",
            "Somebody gave you a line to call them by. It is for you alone. On your phone type",
            "whodis line redeem 'THE WHOLE LINK'",
            "and it is yours once they have said yes.");

    private LinkPage() {}

    private static HttpAnswer page(String title, String text, String command, String then) {
        return new HttpAnswer(
                200,
                HttpAnswer.HTML,
                Bytes.utf8("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width\"><title>Whodis: " + title + "</title>"
                        + "<style>body{font:1.1rem/1.6 system-ui;max-width:34rem;margin:15vh auto;padding:0 1rem}"
                        + "code{background:#8882;padding:.2em .4em}</style>"
                        + "<h1>" + title + "</h1><p>" + text + "</p><p><code>" + command + "</code></p>"
                        + "<p>" + then + "</p></html>\n"));
    }
}
