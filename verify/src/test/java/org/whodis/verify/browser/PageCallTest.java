package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;

/**
 * What two people do, by the screens alone, on the page of a real office: each joins by an invitation, one calls, the other
 * answers, they compare the words, one hangs up, and from then on it is shown that they have compared.
 */
class PageCallTest {
    /** For what has to come: a machine that does much else at the same time is slow. */
    private static final int PATIENCE_SECONDS = 120;

    /** What the page did that its policy forbids, or that nobody caught. */
    private static final String WATCH = """
            globalThis.misdeeds = [];
            addEventListener("securitypolicyviolation", (event) =>
              misdeeds.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
            addEventListener("error", (event) => misdeeds.push(`error: ${event.message}`));
            addEventListener("unhandledrejection", (event) => misdeeds.push(`rejected: ${event.reason?.stack}`));
            localStorage.setItem("whodis.language", "en");
            globalThis.microphones = [];
            const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (constraints) => {
              const stream = await ask(constraints);
              microphones.push(...stream.getTracks());
              return stream;
            };
            """;

    @TempDir
    Path folder;

    @Test
    void twoPeopleJoinCallCompareAndHangUp() throws Exception {
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
                Chromium ada = Chromium.launch();
                Chromium grace = Chromium.launch()) {
            join(ada, office, "Ada Lovelace", "Analyst");
            join(grace, office, "Grace Hopper", "Rear Admiral");

            // A finger that is already on its way when the call comes up.
            ada.evaluate("""
                    new MutationObserver((_, observer) => {
                      const answer = document.querySelector(".incoming .answer");
                      if (answer !== null) {
                        observer.disconnect();
                        answer.click();
                        globalThis.tapped = true;
                      }
                    }).observe(document.body, { childList: true, subtree: true });
                    """);
            press(grace, "[aria-label='Call Ada Lovelace']");
            await(ada, ".incoming");
            assertThat(ada.evaluate("tapped")).isEqualTo("true");
            assertThat(ada.evaluate("microphones.length")).isEqualTo("0");
            assertThat(text(ada, ".incoming .name")).isEqualTo("Grace Hopper");
            assertThat(text(ada, ".incoming .standing"))
                    .contains("Rear Admiral")
                    .contains(office.domain());
            assertThat(text(ada, ".incoming .known-title")).isEqualTo("Vouched for by their office");
            press(ada, ".incoming .answer[aria-disabled=false]");

            await(ada, ".words .good");
            await(grace, ".words .good");
            assertThat(text(ada, ".word-list")).isEqualTo(text(grace, ".word-list"));
            assertThat(text(ada, ".word-list").split("\\s+")).hasSizeGreaterThanOrEqualTo(4);
            press(ada, ".words .good");
            await(ada, ".words.matched");
            press(grace, ".words .good");
            await(grace, ".words.matched");
            press(ada, ".controls .bad");
            await(ada, ".ended");
            await(grace, ".ended");
            assertThat(text(grace, ".ended .lead")).contains("Ada Lovelace hung up.");

            press(grace, "[data-focus=close]");
            await(grace, ".people .seal.compared");
            assertThat(text(grace, ".people .known")).isEqualTo("Compared in person");

            // The office hears of no call any more, and this one is over before it has begun.
            grace.evaluate("WebSocket.prototype.send = () => {}; ''");
            press(grace, "[aria-label='Call Ada Lovelace']");
            press(grace, ".controls .bad");
            await(grace, ".ended");
            assertThat(states(ada)).isEqualTo("ended");
            assertThat(states(grace)).isEqualTo("ended ended");
            for (Chromium each : new Chromium[] {ada, grace}) {
                assertThat(each.run("return misdeeds")).isEmpty();
            }
        }
    }

    static void join(Chromium browser, Office office, String name, String title) throws Exception {
        browser.call("Page.addScriptToEvaluateOnNewDocument", Chromium.object().put("source", WATCH));
        browser.open(office.invite(name, title, Duration.ofHours(1)).link());
        await(browser, ".invited");
        assertThat(text(browser, ".invited")).contains(name).contains(title).contains(office.domain());
        press(browser, "form button.primary");
        await(browser, ".word-list");
        office.confirm(text(browser, ".word-list").replaceAll("\\s+", " "));
        await(browser, "[data-focus=nav-people]");
    }

    /** What has become of each microphone that the page was given. */
    private static String states(Chromium browser) throws Exception {
        return browser.evaluate("microphones.map((track) => track.readyState).join(' ')");
    }

    private static void press(Chromium browser, String selector) throws Exception {
        await(browser, selector + ":not(:disabled)");
        browser.evaluate("document.querySelector(\"" + selector + "\").click(); ''");
    }

    private static void await(Chromium browser, String selector) throws Exception {
        JsonNode found = browser.run(
                """
                const until = Date.now() + SECONDS * 1000;
                while (document.querySelector("SELECTOR") === null && Date.now() < until) {
                  await new Promise((done) => setTimeout(done, 50));
                }
                return document.querySelector("SELECTOR") === null ? document.body.innerText + JSON.stringify(misdeeds) : "there";
                """.replace("SECONDS", Integer.toString(PATIENCE_SECONDS)).replace("SELECTOR", selector));
        assertThat(found.asText()).as(selector).isEqualTo("there");
    }

    private static String text(Chromium browser, String selector) throws Exception {
        return browser.evaluate("document.querySelector(\"" + selector + "\").innerText.trim()");
    }
}
