package org.whodis.office;

import org.whodis.core.wire.Bytes;
import org.whodis.office.http.HttpAnswer;

/**
 * What a browser shows that follows the link of a line, which the page cannot take yet. The link's secret stands behind the {@code #}, which a browser keeps
 * to itself; the page has no script that could read it.
 */
final class LinkPage {
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
