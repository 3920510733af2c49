package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines through the screens as an office serves them: given in one browser, redeemed in another, approved, called by, tried by a third and withdrawn. */
class PageLinesTest {
    private static final String ADDRESS = "The link, or the office and its thirteen words";

    /** Everything that is in the page and its address, what fields contain included. */
    private static final String ALL_THERE_IS = """
            return [document.documentElement.outerHTML, location.href, document.title, JSON.stringify(history.state),
              JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
              ...[...document.querySelectorAll("input, textarea")].map((field) => field.value)].join("\\n");
            """;

    @TempDir
    Path folder;

    @Test
    void aLineIsGivenRedeemedApprovedAndCalledByAndWhoeverElseTriesItRingsNobodyAndIsShown() throws Exception {
        try (OfficeStage stage = new OfficeStage(folder);
                PageUser ada = stage.newcomer(BrowserKind.CHROMIUM).join("Ada Lovelace", "Analyst");
                PageUser grace = stage.newcomer(BrowserKind.CHROMIUM).join("Grace Hopper", "Rear Admiral");
                PageUser mata = stage.newcomer(BrowserKind.CHROMIUM).join("Mata Hari", "Dancer")) {
            String link = give(ada, "Grace, of the Navy");
            String spoken = stage.office.domain() + " " + ada.words();
            ada.press("Done");
            assertThat(ada.run(ALL_THERE_IS).asText())
                    .as("the secret of a line goes with the screen that shows it")
                    .contains("Grace, of the Navy")
                    .doesNotContain(link.substring(link.indexOf('#') + 3))
                    .doesNotContain(spoken.substring(spoken.length() - 20));

            grace.press("Lines");
            redeem(grace, spoken + "q");
            // A slip of the finger is found in the page, and which word it is.
            grace.awaitText("Nothing was sent", "Word 13");
            grace.press("Français");
            grace.awaitText("Le mot 13");
            grace.press("English");
            grace.type(ADDRESS, spoken);
            grace.press("Redeem");
            grace.awaitText("Waits for their yes", "The line is redeemed. It rings once they have said yes.");
            assertThat(grace.run(ALL_THERE_IS).asText()).doesNotContain(spoken.substring(spoken.length() - 20));

            ada.awaitText("Grace Hopper has redeemed this line", "You made it for: Grace, of the Navy");
            ada.press("Yes, let it ring");
            ada.awaitText("In force");
            grace.until("document.querySelector('.line.rings')");
            grace.press("Call Ada Lovelace");
            ada.awaitText("Grace Hopper is calling you");
            ada.press("Answer");
            grace.awaitText("Who is in this call");
            assertThat(grace.words()).isEqualTo(ada.words());
            grace.press("Hang up");
            ada.awaitText("Grace Hopper hung up.");
            ada.press("Close");
            grace.press("Close");

            mata.press("Lines");
            redeem(mata, link);
            mata.awaitText("There is no such line for you");
            ada.awaitText(
                    "Somebody else tried this line",
                    "Nobody’s phone rang",
                    "the copy that you gave for: Grace, of the Navy",
                    "tried to redeem a line that somebody else had redeemed",
                    "Mata Hari",
                    "of " + stage.office.domain() + ", proved",
                    "Over the office " + stage.office.domain());
            ada.press("Withdraw the line for Grace, of the Navy");
            ada.awaitText("It rings for nobody any more, and no other line changes");
            ada.press("Withdraw it");
            ada.awaitText("Withdrawn, and watched");
            ada.press("Seen: the tries of the line for Grace, of the Navy");
            ada.awaitNoText("Nobody’s phone rang");
            grace.awaitText("Gone: their office knows it no more");
            // What came back with it is another line, and still good.
            ada.until("document.querySelector('.line.rings') && !document.querySelector('.line.waits, .line.gone')");

            for (PageUser each : new PageUser[] {ada, grace, mata}) {
                each.assertNoMisdeeds();
            }
        }
    }

    /** Makes an open line and comes to where it is handed over. */
    private static String give(PageUser user, String note) throws Exception {
        user.press("Lines");
        user.awaitText("You have given no line yet.");
        user.press("New line");
        user.type("Whom is it for?", note);
        user.press("Make the line");
        user.until("document.querySelector('.hand-over .qr')");
        return user.until("document.querySelector('#line-link').value").asText();
    }

    private static void redeem(PageUser user, String address) throws Exception {
        user.press("I was given a line");
        user.type(ADDRESS, address);
        user.press("Redeem");
    }
}
