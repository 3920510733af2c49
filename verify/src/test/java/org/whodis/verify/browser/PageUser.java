package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.whodis.media.audio.Pcm;
import org.whodis.office.Office;
import org.whodis.verify.endtoend.Speech;

/**
 * Somebody at the page of an office, who reads what is on the screen and presses what is there by its name. Whatever has to
 * come is waited for; nothing here asks the page's program.
 */
final class PageUser implements AutoCloseable {
    /** For what has to come: a machine that does much else at the same time is slow. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int LISTENINGS = 12;

    /** The recordings of speech are five times as loud and more, in any three seconds. */
    private static final double AUDIBLE = 0.02;

    private final Tab tab;
    private final Office office;

    /** @param tab one that has loaded nothing yet */
    PageUser(Tab tab, Office office) throws Exception {
        this.tab = tab;
        this.office = office;
        tab.eachPageBegins(TalkingPage.script("recorded.js") + TalkingPage.script("page-user.js"));
    }

    /** Opens an invitation, has it confirmed by whoever runs the office, and comes to the list of people. */
    PageUser join(String name, String title) throws Exception {
        open(invitation(name, title));
        press("Make my keys");
        return confirm();
    }

    String invitation(String name, String title) throws Exception {
        return office.invite(name, title, Duration.ofHours(1)).link();
    }

    /** Reads the words to whoever runs the office, who confirms. */
    PageUser confirm() throws Exception {
        office.confirm(words());
        return awaitOnline();
    }

    /** The sections are there, and the office. */
    PageUser awaitOnline() throws Exception {
        until("document.querySelector('.connection.online')");
        return this;
    }

    void open(String link) throws Exception {
        tab.open(link);
    }

    /** Comes to the page without an invitation. */
    void visit() throws Exception {
        open("https://" + office.domain() + "/");
    }

    void reload() throws Exception {
        tab.reload();
    }

    /** Presses what has this name, once it can be pressed: of several the first. */
    void press(String name) throws Exception {
        until("user.press(" + quoted(name) + ")");
    }

    void type(String label, String text) throws Exception {
        until("user.type(" + quoted(label) + ", " + quoted(text) + ")");
    }

    /** Waits until all of these can be read on the screen. */
    void awaitText(String... parts) throws Exception {
        for (String part : parts) {
            until("user.reads(" + quoted(part) + ")");
        }
    }

    void awaitNoText(String part) throws Exception {
        until("!user.reads(" + quoted(part) + ")");
    }

    boolean reads(String part) throws Exception {
        return tab.run("return user.reads(" + quoted(part) + ")").asBoolean();
    }

    /** Waits until this was said by a live region, if only for a moment. */
    void awaitSaid(String part) throws Exception {
        until("user.said(" + quoted(part) + ")");
    }

    /** From now on whoever asks for a microphone here is refused it in the browser's way, by this DOMException. */
    void microphoneFails(String name) throws Exception {
        run("user.refusal = " + quoted(name));
    }

    void microphoneWorks() throws Exception {
        run("user.refusal = undefined");
    }

    /** What has become of each microphone that the page was given. */
    List<String> microphones() throws Exception {
        List<String> states = new ArrayList<>();
        run("return user.microphones.map((track) => track.readyState)").forEach(state -> states.add(state.asText()));
        return states;
    }

    /** Waits until all that this page knows so far is stored. */
    void awaitStored() throws Exception {
        until("user.hasStored()");
    }

    /** Words that are to be compared, one space between two. */
    String words() throws Exception {
        return until("document.querySelector('.word-list')?.innerText.trim()")
                .asText()
                .replaceAll("\\s+", " ");
    }

    /** Waits until an expression in the page gives something that is not nothing, and gives it. */
    JsonNode until(String expression) throws Exception {
        JsonNode found = tab.run(
                """
                for (const end = Date.now() + PATIENCE;;) {
                  const value = EXPRESSION;
                  if (value) {
                    return { value };
                  }
                  if (Date.now() > end) {
                    return { screen: document.body.innerText, said: user.all(), misdeeds };
                  }
                  await new Promise((done) => setTimeout(done, 50));
                }
                """.replace("PATIENCE", Long.toString(PATIENCE.toMillis())).replace("EXPRESSION", expression));
        assertThat(found.has("value")).as("%s in %s", expression, found).isTrue();
        return found.get("value");
    }

    JsonNode run(String body) throws Exception {
        return tab.run(body);
    }

    /** What comes out of the loudspeaker is {@code spoken}: a machine that is busy stutters, and more has to be heard then. */
    void assertHears(Pcm spoken) throws Exception {
        double best = 0;
        for (int i = 0; i < LISTENINGS && best <= Speech.ALIKE; i++) {
            best = Math.max(best, Speech.likeness(spoken, listen()));
        }
        assertThat(best).isGreaterThan(Speech.ALIKE);
    }

    /** Waits until three seconds of what comes out of the loudspeaker have any speech, or none. */
    void awaitSound(boolean wanted) throws Exception {
        double loudest;
        Instant end = Instant.now().plus(PATIENCE);
        do {
            Pcm heard = listen();
            loudest = 0;
            for (int i = 0; i < heard.length(); i++) {
                loudest = Math.max(loudest, Math.abs(heard.sample(i)));
            }
        } while (loudest > AUDIBLE != wanted && Instant.now().isBefore(end));
        assertThat(loudest > AUDIBLE).as("the loudest is %s", loudest).isEqualTo(wanted);
    }

    /** Three seconds of what comes out of the loudspeaker. */
    Pcm listen() throws Exception {
        until("user.hasSound()");
        return TalkingPage.pcm(tab.run("return await user.listen(3000)").asText());
    }

    /** Nothing went wrong in the page that is loaded, and its policy forbade nothing. */
    void assertNoMisdeeds() throws Exception {
        assertThat(tab.run("return misdeeds")).isEmpty();
    }

    Tab tab() {
        return tab;
    }

    @Override
    public void close() {
        tab.close();
    }

    private static String quoted(String text) {
        try {
            return DebugSocket.JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
