package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;
import org.whodis.web.vectors.VectorRunner;

/**
 * The core gives the same answers on the JVM, on both of its implementations of the primitives, and in each browser: to our own
 * golden vectors, line by line, and to published ones. After a change of the protocol that is meant, {@code golden-vectors.txt}
 * takes the answers that the failure shows.
 */
class GoldenVectorsTest {
    private static final Map<BrowserKind, Browser> BROWSERS = new EnumMap<>(BrowserKind.class);
    private static SiteServer server;
    private static Site site;
    private static List<String> questions;
    private static List<String> answers;

    @BeforeAll
    static void read() throws IOException {
        questions = new ArrayList<>();
        answers = new ArrayList<>();
        try (InputStream in = GoldenVectorsTest.class.getResourceAsStream("golden-vectors.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isEmpty() && line.charAt(0) != '#') {
                    int equals = line.indexOf(" = ");
                    questions.add(line.substring(0, equals));
                    answers.add(line.substring(equals + 3));
                }
            }
        }
        assertThat(questions).hasSizeGreaterThan(200);
        site = Site.load();
        server = new SiteServer(site);
    }

    @AfterAll
    static void close() {
        BROWSERS.values().forEach(Browser::close);
        server.close();
    }

    /** One for all tests: to start one takes longer than any of them. */
    private static Browser browser(BrowserKind kind) throws Exception {
        Browser browser = BROWSERS.get(kind);
        if (browser == null) {
            browser = kind.launch();
            BROWSERS.put(kind, browser);
        }
        browser.open(server.url());
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
    void thePageItselfFindsTheBrowserAble(BrowserKind kind) throws Exception {
        JsonNode able = browser(kind)
                .run(
                        """
                        const verdict = document.getElementById("verdict");
                        for (let tries = 0; verdict.dataset.able === undefined && tries < 600; tries++) {
                          await new Promise((done) => setTimeout(done, 100));
                        }
                        return { able: verdict.dataset.able, checks: document.getElementById("checks").innerHTML };
                        """);
        assertThat(able.get("able").asText()).as(able.toString()).isEqualTo("true");
    }

    private static List<String> ask(Browser browser, List<String> questions) throws Exception {
        String core = site.files().stream()
                .map(SiteFile::path)
                .filter(path -> path.matches("/assets/core-[0-9a-f]+\\.js"))
                .findFirst()
                .orElseThrow();
        String text = new ObjectMapper().writeValueAsString(String.join("\n", questions));
        JsonNode answers =
                browser.run("const { startCore } = await import(" + new ObjectMapper().writeValueAsString(core)
                        + "); return (await startCore()).runVectors(" + text + ");");
        return List.of(answers.asText().split("\n"));
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
