package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.sframe.MediaFrame;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;
import org.whodis.web.vectors.VectorRunner;

/**
 * The page as an office serves it, in real browsers. Its core gives the same answers there as on the JVM, on both of the
 * JVM's implementations of the primitives: to our own golden vectors, line by line, and to published ones. After a change of
 * the protocol that is meant, {@code golden-vectors.txt} takes the answers that the failure shows.
 */
class PageInBrowsersTest {
    private static final long SEALED_LENGTH = MediaFrame.SEALED_LENGTH;

    private static final Map<BrowserKind, Browser> BROWSERS = new EnumMap<>(BrowserKind.class);

    @TempDir
    static Path folder;

    private static Office office;
    private static List<String> questions;
    private static List<String> answers;

    @BeforeAll
    static void read() throws Exception {
        questions = new ArrayList<>();
        answers = new ArrayList<>();
        try (InputStream in = PageInBrowsersTest.class.getResourceAsStream("golden-vectors.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isEmpty() && line.charAt(0) != '#') {
                    int equals = line.indexOf(" = ");
                    questions.add(line.substring(0, equals));
                    answers.add(line.substring(equals + 3));
                }
            }
        }
        assertThat(questions).hasSizeGreaterThan(200);
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
    }

    @AfterAll
    static void close() {
        BROWSERS.values().forEach(Browser::close);
        office.close();
    }

    /** One for all tests: to start one takes longer than any of them. */
    private static Browser browser(BrowserKind kind) throws Exception {
        Browser browser = BROWSERS.get(kind);
        if (browser == null) {
            browser = kind.launch();
            BROWSERS.put(kind, browser);
        }
        browser.open(office.httpsUri() + "/");
        return browser;
    }

    @Test
    void theJvmWithBouncyCastleGivesTheGoldenAnswers() {
        compare(List.of(new VectorRunner(new BcPrimitives())
                .run(String.join("\n", questions))
                .split("\n")));
    }

    @Test
    void theJvmWithItsOwnProvidersGivesTheGoldenAnswers() {
        compare(List.of(new VectorRunner(new JvmPrimitives())
                .run(String.join("\n", questions))
                .split("\n")));
    }

    @ParameterizedTest
    @EnumSource
    void aBrowserGivesTheGoldenAnswersUnderThePagesOwnPolicy(BrowserKind kind) throws Exception {
        compare(ask(browser(kind), questions));
    }

    @ParameterizedTest
    @EnumSource
    void aBrowserGivesThePublishedAnswers(BrowserKind kind) throws Exception {
        PublishedQuestions published = PublishedQuestions.read();
        Assumptions.assumeTrue(
                !published.questions().isEmpty(),
                "no published vectors here: they are at github.com/sframe-wg/sframe, "
                        + "github.com/dconnolly/draft-connolly-cfrg-xwing-kem and github.com/C2SP/wycheproof");
        assertThat(published.questions()).hasSizeGreaterThan(1000);
        assertThat(ask(browser(kind), published.questions())).isEqualTo(published.answers());
    }

    @ParameterizedTest
    @EnumSource
    void thePageItselfStartsAndAsksForAnInvitation(BrowserKind kind) throws Exception {
        JsonNode title = browser(kind).run("""
                        for (let tries = 0; tries < 600; tries++) {
                          const title = document.querySelector("h1")?.innerText;
                          if (document.querySelector("#link") !== null) {
                            return title;
                          }
                          await new Promise((done) => setTimeout(done, 100));
                        }
                        return document.body.innerText;
                        """);
        assertThat(title.asText()).isIn("You need an invitation", "Il vous faut une invitation");
    }

    @ParameterizedTest
    @EnumSource
    void speechIsSealedInTheBrowserBeforeItLeavesAndNothingLeavesUnsealed(BrowserKind kind) throws Exception {
        String script;
        try (InputStream in = PageInBrowsersTest.class.getResourceAsStream("sealed-media.js")) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        JsonNode call = browser(kind).run(script.replace("MEDIA", asset("media")));
        String all = call.toString();
        assertThat(call.get("isolated").asBoolean()).isTrue();
        assertThat(call.get("alarms")).as(all).isEmpty();
        // Before the keys: frames came from the microphone, and not one went out.
        assertThat(call.at("/beforeKeys/a/sealed").asInt()).as(all).isZero();
        assertThat(call.at("/beforeKeys/b/opened").asInt()).as(all).isZero();
        assertThat(call.at("/beforeKeys/b/rejected")).as(all).isEmpty();
        // With them: all that came was opened, and every frame had the one length.
        assertThat(call.at("/warm/b/rejected")).as(all).isEmpty();
        assertThat(call.at("/warm/b/opened").asInt()).as(all).isGreaterThanOrEqualTo(250);
        assertThat(call.get("bytes").asLong() % SEALED_LENGTH).as(all).isZero();
        assertThat(call.get("bytes").asLong())
                .as(all)
                .isBetween(
                        SEALED_LENGTH * 250L,
                        SEALED_LENGTH * call.at("/otherKey/opened").asLong() + 20 * SEALED_LENGTH);
        assertThat(call.at("/otherKey/rejected/NOT_AUTHENTIC").asInt()).as(all).isGreaterThanOrEqualTo(20);
        // After the end: silence.
        assertThat(call.get("later").get("rejected"))
                .as(all)
                .isEqualTo(call.get("afterEnd").get("rejected"));
        System.out.printf(
                "%s: %.3f ms to seal a frame, %.3f ms to open one, warm%n",
                kind, call.get("sealMillis").asDouble(), call.get("openMillis").asDouble());
    }

    @ParameterizedTest
    @EnumSource
    void aTabThatWasTakenOverFromPutsNothingBackHoweverLateItWakes(BrowserKind kind) throws Exception {
        JsonNode kept = browser(kind).run("""
                        // The page's own phone reads once, when it starts.
                        for (let tries = 0; tries < 600 && document.querySelector("#link") === null; tries++) {
                          await new Promise((done) => setTimeout(done, 100));
                        }
                        const { Store } = await import(STORE);
                        const outcome = (written) => written.then(() => "written", () => "refused");
                        const sleeping = await Store.open();
                        const before = (await sleeping.read()).length;
                        await sleeping.write(Uint8Array.of(1));
                        await sleeping.write(Uint8Array.of(2));
                        const next = await Store.open();
                        const found = Array.from(await next.read());
                        await next.write(Uint8Array.of(3));
                        const late = [await outcome(sleeping.write(Uint8Array.of(4))), await outcome(sleeping.erase())];
                        const last = await Store.open();
                        const stayed = Array.from(await last.read());
                        await last.erase();
                        return { before, found, late, stayed, erased: (await last.read()).length };
                        """.replace("STORE", asset("store")));
        assertThat(kept)
                .hasToString("{\"before\":0,\"found\":[2],\"late\":[\"refused\",\"refused\"],"
                        + "\"stayed\":[3],\"erased\":0}");
    }

    @ParameterizedTest
    @EnumSource
    void aMicrophoneThatIsGivenAfterTheCallHasEndedIsLetGo(BrowserKind kind) throws Exception {
        JsonNode states = browser(kind).run("""
                        const { CallMedia, openMicrophone } = await import(MEDIA);
                        const nothing = () => {};
                        const media = await CallMedia.start(
                          { callId: new Uint8Array(16), microphone: await openMicrophone(), office: location.host },
                          { heard: nothing, lost: nothing, quality: nothing, problem: nothing, commitMissing: nothing },
                        );
                        const tracks = [];
                        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
                        let allow;
                        const allowed = new Promise((done) => (allow = done));
                        navigator.mediaDevices.getUserMedia = async () => {
                          await allowed;
                          const stream = await ask({ audio: true });
                          tracks.push(...stream.getTracks());
                          return stream;
                        };
                        await media.offer();
                        const changed = media.useMicrophone("another");
                        media.close();
                        allow();
                        await changed.catch(nothing);
                        return tracks.map((track) => track.readyState);
                        """.replace("MEDIA", asset("call-media")));
        assertThat(states).hasToString("[\"ended\"]");
    }

    private static List<String> ask(Browser browser, List<String> questions) throws Exception {
        String text = new ObjectMapper().writeValueAsString(String.join("\n", questions));
        JsonNode given = browser.run("const { startCore } = await import(" + asset("core")
                + "); return (await startCore()).runVectors(" + text + ");");
        return List.of(given.asText().split("\n"));
    }

    /** The served name of a script, quoted. */
    private static String asset(String name) {
        return Site.load().files().stream()
                .map(SiteFile::path)
                .filter(path -> path.matches("/assets/" + name + "-[0-9a-f]{20}\\.js"))
                .map(path -> '"' + path + '"')
                .findFirst()
                .orElseThrow();
    }

    private static void compare(List<String> given) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            String answer = i < given.size() ? given.get(i) : "nothing";
            if (!answer.equals(answers.get(i))) {
                wrong.add(questions.get(i) + " = " + answer);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(given).hasSameSizeAs(questions);
    }
}
