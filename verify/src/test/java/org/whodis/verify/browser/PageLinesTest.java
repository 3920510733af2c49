package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines through the screens as an office serves them: given in one browser, redeemed in another, approved, and called by. */
class PageLinesTest {
    @TempDir
    Path folder;

    @Test
    void aLineIsGivenInOnePageRedeemedInAnotherApprovedAndCalledBy() throws Exception {
        try (OfficeStage stage = new OfficeStage(folder);
                PageUser ada = stage.newcomer(BrowserKind.CHROMIUM).join("Ada Lovelace", "Analyst");
                PageUser grace = stage.newcomer(BrowserKind.CHROMIUM).join("Grace Hopper", "Rear Admiral")) {
            ada.press("Lines");
            ada.press("New line");
            ada.type("Whom is it for?", "Grace, of the Navy");
            ada.press("Make the line");
            ada.until("document.querySelector('.hand-over .qr')");
            String spoken = stage.office.domain() + " " + ada.words();

            grace.press("Lines");
            grace.press("I was given a line");
            // A slip of the finger is found in the page.
            grace.type("The link, or the office and its thirteen words", spoken + "q");
            grace.press("Redeem");
            grace.awaitText("Nothing was sent", "word 13");
            grace.type("The link, or the office and its thirteen words", spoken);
            grace.press("Redeem");
            grace.awaitText("Waits for their yes");

            ada.press("Done");
            ada.awaitText("Grace Hopper has redeemed this line", "You made it for: Grace, of the Navy");
            ada.press("Yes, let it ring");
            ada.awaitText("In force");

            grace.awaitText("It rings");
            grace.press("Call Ada Lovelace");
            ada.awaitText("Grace Hopper is calling you");
            ada.press("Answer");
            grace.awaitText("Who is in this call");
            assertThat(grace.words()).isEqualTo(ada.words());
            grace.press("Hang up");
            ada.awaitText("Grace Hopper hung up.");
            ada.assertNoMisdeeds();
            grace.assertNoMisdeeds();
        }
    }
}
