package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every screen in every state can be used by everybody: axe-core finds nothing wrong, nothing needs a mouse, nothing is wider
 * than its window. All of it runs under the policy that offices serve.
 */
class ComponentsTest {
    /** What axe-core says against the page, one string each, and whether it is too wide. */
    private static final String AXE = """
            const only = RULES;
            const result = await axe.run(document, { ...only, resultTypes: ["violations"] });
            const tooWide = Math.max(...[document.documentElement, ...document.querySelectorAll(".incoming, .differ, .over")]
              .map((each) => each.scrollWidth)) - innerWidth;
            return [
              ...(tooWide > 0 ? [`wider than its window by ${tooWide}`] : []),
              ...result.violations.map((each) =>
                `${each.impact} ${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`),
            ];
            """;

    private static final String THEME_AND_WIDTH = "{ runOnly: ['color-contrast', 'target-size'] }";

    private static Components components;
    private static Keyboard keyboard;

    @BeforeAll
    static void open() throws Exception {
        components = Components.open();
        keyboard = new Keyboard(components.chromium());
    }

    @AfterAll
    static void close() {
        if (components != null) {
            components.close();
        }
    }

    @Test
    void axeFindsNothingWrongOnAnyScreenInBothThemesAndWidths() throws Exception {
        List<String> scenes = components.scenes();
        assertThat(scenes).hasSizeGreaterThan(50);
        List<String> wrong = new ArrayList<>();
        String axe = axe();
        // Colours differ by theme and layout by width; all else is the same on all four.
        Components.Look first = Components.Look.all().getFirst();
        Components.Look last = Components.Look.all().getLast();
        for (String scene : scenes) {
            components.look(new Components.Look(Components.Look.NARROW, false));
            components.show(scene);
            // Once for a scene, in a world of its own: the page's policy lets no page make a function out of text.
            components.chromium().evaluate(axe + "; 'there'");
            for (Components.Look look : Components.Look.all()) {
                components.look(look);
                for (JsonNode each : components
                        .chromium()
                        .run(
                                look.equals(first) || look.equals(last)
                                        ? AXE.replace("RULES", "{}")
                                        : AXE.replace("RULES", THEME_AND_WIDTH))) {
                    wrong.add(scene + " " + look + ": " + each.asText());
                }
            }
            components.misdeeds().forEach(misdeed -> wrong.add(scene + ": " + misdeed));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void axeWouldFindWhatIsWrong() throws Exception {
        components.show("people");
        components.chromium().evaluate(axe() + "; 'there'");
        JsonNode found = components.chromium().run("""
                document.querySelector("#search").labels[0].remove();
                document.querySelector("#search").removeAttribute("placeholder");
                return (await axe.run(document)).violations.map((each) => each.id);
                """);
        assertThat(found).extracting(JsonNode::asText).contains("label");
    }

    @Test
    void frenchFitsWhereAPageEnlargedFourTimesLeavesRoomFor320Pixels() throws Exception {
        // WCAG 1.4.10; French is the longer of the two languages.
        components.look(new Components.Look(320, false));
        components.speak("fr");
        List<String> wrong = new ArrayList<>();
        try {
            for (String scene : components.scenes()) {
                components.show(scene);
                JsonNode found = components.chromium().run("""
                        const wide = document.documentElement.scrollWidth - innerWidth;
                        const holes = document.body.innerText.match(/\\{[a-z]+\\}/);
                        // At a blank before one of these a line may break.
                        const blanks = document.body.innerText.match(/.* [:;?!»]|« .*/);
                        return [wide > 0 ? `too wide by ${wide}` : "", (holes ?? blanks ?? [""])[0],
                          document.documentElement.lang];
                        """);
                assertThat(found.get(2).asText()).isEqualTo("fr");
                if (!found.get(0).asText().isEmpty() || !found.get(1).asText().isEmpty()) {
                    wrong.add(scene + ": " + found);
                }
            }
        } finally {
            components.speak("en");
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aPersonWithAKeyboardJoinsCallsComparesAndHangsUp() throws Exception {
        components.look(new Components.Look(Components.Look.WIDE, false));
        components.show("join-none");
        keyboard.tabTo("Invitation link");
        keyboard.type("https://finance.example/join#1.abc");
        keyboard.press("Enter");
        await("title", "Join Whodis");
        keyboard.tabTo("Make my keys");
        keyboard.press("Enter");
        await("title", "Read these words aloud");
        assertThat(text(".word-list")).contains("harbour");
        // The operator confirms.
        components.chromium().run("fixture.become({ stage: 'ready', people: fixtures.READY.people })");
        await("title", "People");

        keyboard.tabTo("Call Ingrid Solbakken");
        keyboard.press("Enter");
        await("title", "Ingrid Solbakken");
        assertThat(text(".call-state")).isEqualTo("Calling…");
        components
                .chromium()
                .run("fixture.changeCall('call-01', fixtures.call(fixtures.PEOPLE.compared, 'connected'))");
        assertThat(text(".call-state")).isEqualTo("Sound: clear");
        keyboard.tabTo("They match");
        keyboard.press("Enter");
        assertThat(text(".words.matched")).contains("Words compared: they match");
        keyboard.tabTo("Mute");
        keyboard.press(" ");
        assertThat(text(".muted-note")).contains("muted");
        keyboard.tabTo("Hang up");
        keyboard.press("Enter");
        await("title", "The call has ended");
        keyboard.tabTo("Close");
        keyboard.press("Enter");
        // Back to where the person was.
        assertThat(keyboard.focused()).isEqualTo("Call Ingrid Solbakken");
        assertThat(components.misdeeds()).isEmpty();
    }

    @Test
    void aPersonWithAKeyboardMakesALineAndIsToldOfASlip() throws Exception {
        components.look(new Components.Look(Components.Look.WIDE, false));
        components.show("lines");
        keyboard.tabTo("New line");
        keyboard.press("Enter");
        await("note", "");
        keyboard.type("Grace, of the Navy");
        keyboard.press("Enter");
        await("hand-over", "Hand this line over");
        assertThat(text(".hand-over .word-list")).contains("zebra");
        keyboard.tabTo("Done");
        keyboard.press("Enter");
        await("title", "Lines");
        keyboard.tabTo("I was given a line");
        keyboard.press("Enter");
        await("address", "");
        keyboard.type("finance.example zebar");
        keyboard.tabTo("Redeem");
        keyboard.press("Enter");
        components.chromium().run("""
                for (let tries = 0; tries < 600 && document.querySelector(".field-error")?.innerText === ""; tries++) {
                  await new Promise((done) => setTimeout(done, 50));
                }
                """);
        assertThat(text(".field-error")).contains("Word 13").contains("zebar").contains("zebra");
        assertThat(text(".sheet-in h2")).as("the form stays as it was").isEqualTo("I was given a line");
        assertThat(keyboard.focused()).isEqualTo("The link, or the office and its thirteen words");
        assertThat(components.misdeeds()).isEmpty();
    }

    @Test
    void hoursComeBackAsTheyWereSetWhereverTheyAreReadAndTheNightIsOneSpan() throws Exception {
        components.look(new Components.Look(Components.Look.WIDE, false));
        for (String zone : List.of("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Niue")) {
            zone(zone);
            components.show("lines");
            JsonNode wrong = components.chromium().run("""
                    const wrong = [];
                    for (const days of [[0], [6], [0, 6], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6], [2, 4]]) {
                      for (const [from, until] of [[480, 1080], [1320, 420], [0, 0], [480, 480], [1439, 0], [0, 1439], [1, 0]]) {
                        const set = { days, from, until };
                        const signed = hours.weekly(set);
                        const back = hours.dayHours(signed);
                        const fits = signed.spans.every((each, i) => 0 <= each.from && each.from < each.until && each.until <= 10080 &&
                          (i === 0 || signed.spans[i - 1].until <= each.from));
                        // All of a week has no beginning.
                        const all = days.length === 7 && from === until ? { days, from: 0, until: 0 } : set;
                        if (!fits || JSON.stringify(back && { days: back.days, from: back.from, until: back.until }) !== JSON.stringify(all)) {
                          wrong.push({ set, signed, back: back ?? "nothing" });
                        }
                      }
                    }
                    return wrong;
                    """);
            assertThat(wrong).as(zone).isEmpty();
        }
        zone("");
        components.show("lines");
        assertThat(
                        components
                                .chromium()
                                .evaluate(
                                        "hours.hoursText({ offset: -new Date().getTimezoneOffset() + 60, spans:"
                                                + " [{ from: 0, until: 60 }, { from: 1500, until: 1560 }, { from: 1600, until: 2900 }] })"))
                .as("set an hour ahead of here, and another at each end")
                .isEqualTo("Tue 00:00–01:00, Tue 01:40–23:20, Sun 23:00–24:00");
    }

    /** Empty for the machine's own. */
    private static void zone(String name) throws Exception {
        components
                .chromium()
                .call("Emulation.setTimezoneOverride", Chromium.object().put("timezoneId", name));
    }

    @Test
    void quietHoursWithoutADayAreNotSaved() throws Exception {
        components.look(new Components.Look(Components.Look.WIDE, false));
        components.show("lines-times");
        components.chromium().run("""
                fixture.lines.quiet = () => { throw new Error("saved"); };
                document.querySelectorAll(".days input:checked").forEach((day) => day.click());
                """);
        keyboard.tabTo("Save");
        keyboard.press("Enter");
        assertThat(text(".field-error")).contains("at least one day");
        assertThat(components.misdeeds()).isEmpty();
    }

    @Test
    void aKeyPressedWhileACallComesInAnswersNothing() throws Exception {
        components.look(new Components.Look(Components.Look.WIDE, false));
        components.show("people");
        keyboard.tabTo("Search by name, title or office");
        components
                .chromium()
                .run(
                        "fixture.become({ calls: [fixtures.call(fixtures.PEOPLE.vouched, 'ringing', { outgoing: false })] })");
        assertThat(keyboard.focused()).startsWith("Tomás Ferreira de Almeida");
        keyboard.press("Enter");
        keyboard.press(" ");
        assertThat(callState()).isEqualTo("ringing");
        // From the name the next stop is the answer; what lies behind cannot be reached.
        keyboard.press("Tab");
        assertThat(keyboard.focused()).isEqualTo("Answer");
        keyboard.tabTo("Decline");
        keyboard.press("Enter");
        assertThat(components.chromium().evaluate("document.querySelector('.incoming') === null ? 'gone' : 'there'"))
                .isEqualTo("gone");
    }

    @Test
    void aCallIsSentToTheDeskOnlyWhereThereIsOneAndThatItHasItIsSaid() throws Exception {
        components.look(new Components.Look(Components.Look.WIDE, false));
        components.show("incoming-no-desk");
        assertThat(components.chromium().evaluate("document.querySelector('.incoming').innerText"))
                .contains("Decline")
                .doesNotContain("desk");
        components.show("incoming-nobody-at-desk");
        assertThat(components.chromium().evaluate("document.querySelector('.incoming').innerText"))
                .contains("Nobody sits at your office’s desk", "It goes on ringing", "Answer");
        keyboard.tabTo("Send to my desk");
        keyboard.press("Enter");
        assertThat(components.chromium().run("""
                                for (const end = Date.now() + 60_000; Date.now() < end;) {
                                  if (document.body.innerText.includes("Your desk has the call of")) {
                                    return document.querySelector(".incoming") === null ? "gone" : "there";
                                  }
                                  await new Promise((resolve) => setTimeout(resolve, 20));
                                }
                                return "not said";""").asText()).isEqualTo("gone");
        assertThat(components.misdeeds()).isEmpty();
    }

    @Test
    void whenTheWordsDifferNothingElseIsOnTheScreen() throws Exception {
        components.look(new Components.Look(Components.Look.WIDE, false));
        components.show("call");
        keyboard.tabTo("They do not match");
        keyboard.press("Enter");
        await("title", "The words did not match");
        assertThat(components.chromium().evaluate("""
                (() => { const over = document.querySelector(".differ").getBoundingClientRect();
                  return `${over.width >= innerWidth} ${over.height >= innerHeight} ` +
                    document.elementFromPoint(40, 120).closest(".differ, nav").className })()""")).isEqualTo("true true differ");
        keyboard.tabTo("I have understood");
        keyboard.press("Enter");
        await("title", "People");
    }

    @Test
    void whoJoinsAndWhoLeavesIsSaid() throws Exception {
        components.show("call");
        components.chromium().run("""
                const one = fixture.snapshot().calls[0];
                globalThis.before = one.roster;
                fixture.changeCall(one.id, { roster: [...one.roster, fixtures.member(fixtures.PEOPLE.interpreter)] });
                """);
        assertThat(text(".happened")).isEqualTo("Léa Marchetti has joined the call");
        components.chromium().run("fixture.changeCall(fixture.snapshot().calls[0].id, { roster: before })");
        assertThat(text(".happened")).isEqualTo("Léa Marchetti has left the call");
    }

    /** The focus is on the screen's title, which says so; what the page does by itself it does in no time. */
    private static void await(String key, String expected) throws Exception {
        assertThat(components
                        .chromium()
                        .run("""
                for (let tries = 0; tries < 600; tries++) {
                  const focused = document.activeElement;
                  if (focused?.getAttribute("data-focus") === KEY && focused.innerText.trim() === WANTED) {
                    return WANTED;
                  }
                  await new Promise((done) => setTimeout(done, 50));
                }
                return document.activeElement?.outerHTML;
                """.replace("KEY", '"' + key + '"').replace("WANTED", '"' + expected + '"'))
                        .asText())
                .isEqualTo(expected);
    }

    private static String callState() throws Exception {
        return components.chromium().evaluate("fixture.snapshot().calls[0].state");
    }

    private static String text(String selector) throws Exception {
        return components.chromium().evaluate("document.querySelector('" + selector + "')?.innerText.trim() ?? 'none'");
    }

    private static String axe() throws Exception {
        try (InputStream in = ComponentsTest.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
