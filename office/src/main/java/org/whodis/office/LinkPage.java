package org.whodis.office;

import org.whodis.core.wire.Bytes;
import org.whodis.office.http.HttpAnswer;

/**
 * What a browser shows that follows the link of a line: the link leads to the office of whoever gave it, and the phone of whoever
 * was given it is at an office of their own. The link's secret stands behind the {@code #}, which a browser keeps to itself; the page has
 * no script that could read it.
 */
final class LinkPage {
    static final HttpAnswer LINE = new HttpAnswer(
            200,
            HttpAnswer.HTML,
            Bytes.utf8(
                    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                            + "<meta name=\"viewport\" content=\"width=device-width\"><title>Whodis: a line</title>"
                            + "<style>body{font:1.1rem/1.6 system-ui;max-width:34rem;margin:15vh auto;padding:0 1rem}"
                            + "code{background:#8882;padding:.2em .4em}</style>"
                            + "<h1>A line</h1><p>Somebody gave you a line to call them by. It is for you alone. Open Whodis at <em>your</em>"
                            + " office, choose <b>Lines</b>, then <b>I was given a line</b>, and paste the whole address of this page there."
                            + " It is yours once they have said yes.</p>"
                            + "<p>With the Java phone: <code>whodis line redeem 'THE WHOLE LINK'</code></p>"
                            + "<div lang=\"fr\"><h1>Une ligne</h1><p>Quelqu’un vous a donné une ligne pour l’appeler. Elle n’est que pour vous."
                            + " Ouvrez Whodis à <em>votre</em> bureau, choisissez <b>Lignes</b>, puis <b>On m’a donné une ligne</b>, et collez-y"
                            + " l’adresse entière de cette page. Elle est à vous dès que cette personne a donné son accord.</p></div></html>\n"));

    private LinkPage() {}
}
