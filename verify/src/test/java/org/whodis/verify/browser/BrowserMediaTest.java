package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.wire.Bytes;
import org.whodis.media.audio.Pcm;
import org.whodis.verify.endtoend.MeddlingForwarder;
import org.whodis.verify.endtoend.Speech;

/** Speech between real browsers, and between a browser and the Java phone's media, over an office's relay. */
class BrowserMediaTest {
    private static final Map<BrowserKind, Browser> BROWSERS = new EnumMap<>(BrowserKind.class);
    private static final Pcm ADA = Speech.ofAda();
    private static final Pcm BOB = Speech.ofBob();

    @TempDir
    static Path folder;

    private static MediaOffice office;
    private static RandomBytes random;

    @BeforeAll
    static void start() throws Exception {
        SecureRandom secure = new SecureRandom();
        random = count -> {
            byte[] bytes = new byte[count];
            secure.nextBytes(bytes);
            return bytes;
        };
        office = new MediaOffice(folder.resolve("office"), random, Map.of("ada.wav", ADA, "bob.wav", BOB));
    }

    @AfterAll
    static void close() {
        BROWSERS.values().forEach(Browser::close);
        office.close();
    }

    private static Browser browser(BrowserKind kind) throws Exception {
        Browser browser = BROWSERS.get(kind);
        if (browser == null) {
            browser = kind.launch();
            BROWSERS.put(kind, browser);
        }
        return browser;
    }

    /** Firefox does not pair with an address of the loopback itself, so that here it always goes by TURN. */
    private static boolean byTurnOnly(BrowserKind kind) {
        return kind == BrowserKind.FIREFOX;
    }

    private static TalkingPage page(BrowserKind kind, String call, String recording) throws Exception {
        TalkingPage page = new TalkingPage(browser(kind), office, call, kind.name());
        page.start(byTurnOnly(kind), recording);
        return page;
    }

    private interface Ear {
        Pcm listen() throws Exception;
    }

    /** A machine that is busy with other things stutters, and then more has to be heard before two seconds of it are good. */
    private static void assertHears(Pcm spoken, Ear ear) throws Exception {
        double best = 0;
        for (int i = 0; i < 12 && best <= Speech.ALIKE; i++) {
            best = Math.max(best, Speech.likeness(spoken, ear.listen()));
        }
        assertThat(best).isGreaterThan(Speech.ALIKE);
    }

    private static void assertHears(Pcm spoken, TalkingPage page) throws Exception {
        assertHears(spoken, () -> page.record(Duration.ofSeconds(3)));
    }

    private static void assertHears(Pcm spoken, JavaTalker java) throws Exception {
        assertHears(spoken, () -> {
            int from = java.heard().length();
            java.awaitOpened(150);
            Pcm heard = java.heard();
            return heard.slice(from, heard.length());
        });
    }

    /** A call between a page and the Java phone's media, with keys. */
    private record Pair(TalkingPage page, JavaTalker java) implements AutoCloseable {
        static Pair of(BrowserKind kind, InetSocketAddress pagesRelay, String recording) throws Exception {
            String call = office.newCall();
            Bytes key = office.key();
            TalkingPage page = BrowserMediaTest.page(kind, call, recording);
            JavaTalker java = new JavaTalker(office, call, "java", random, BOB);
            java.join();
            MediaJoin join = page.join(pagesRelay);
            // What the office is told of a browser, and nothing of where it is.
            assertThat(join.toString()).doesNotContain("candidate");
            java.epoch(0, 1, key);
            page.epoch(1, 1, key);
            return new Pair(page, java);
        }

        void awaitTalking() throws Exception {
            page.awaitOpened(50);
            java.awaitOpened(50);
        }

        @Override
        public void close() throws IOException {
            java.close();
            page.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrowserAndTheJavaPhoneHearEachOther(BrowserKind kind) throws Exception {
        try (Pair pair = Pair.of(kind, office.relayAddress(), "/ada.wav")) {
            pair.awaitTalking();
            assertHears(BOB, pair.page());
            assertHears(ADA, pair.java());
            JsonNode told = pair.page().awaitTold(now -> now.get("heard").asInt() > 0);
            assertThat(told.at("/counts/rejected")).as(told.toString()).isEmpty();
            assertThat(pair.java().report().framesRefused()).isEmpty();
        }
    }

    @Test
    void chromiumAndFirefoxHearEachOther() throws Exception {
        String call = office.newCall();
        Bytes key = office.key();
        TalkingPage ada = page(BrowserKind.CHROMIUM, call, "/ada.wav");
        TalkingPage bob = page(BrowserKind.FIREFOX, call, "/bob.wav");
        ada.join();
        bob.join();
        ada.epoch(0, 1, key);
        bob.epoch(1, 1, key);
        ada.awaitOpened(50);
        bob.awaitOpened(50);
        assertHears(BOB, ada);
        assertHears(ADA, bob);
        ada.close();
        bob.close();
    }

    @ParameterizedTest
    @EnumSource
    void whereUdpIsBlockedTheCallGoesByTurnOverTls(BrowserKind kind) throws Exception {
        try (Pair pair = Pair.of(kind, office.nowhere(), "/ada.wav")) {
            pair.awaitTalking();
            JsonNode way = pair.page().awaitWay();
            assertThat(way.get("local").asText()).as(way.toString()).isEqualTo("relay");
            assertThat(way.get("protocol").asText()).as(way.toString()).isEqualTo("tls");
            assertThat(office.turnAllocations()).isPositive();
            assertHears(ADA, pair.java());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMutedBrowserIsSilentAndItsPacketsGoOn(BrowserKind kind) throws Exception {
        try (Pair pair = Pair.of(kind, office.relayAddress(), "/ada.wav")) {
            pair.awaitTalking();
            pair.page().mute(true);
            awaitHeard(pair.java(), lastSecond -> loudest(lastSecond) < 0.01);
            pair.java().awaitOpened(50);
            pair.page().mute(false);
            awaitHeard(pair.java(), lastSecond -> loudest(lastSecond) > 0.05);
        }
    }

    /** Waits for such a second of sound. */
    private static void awaitHeard(JavaTalker java, Predicate<Pcm> wanted) throws Exception {
        for (int i = 0; i < 60; i++) {
            java.awaitOpened(50);
            Pcm heard = java.heard();
            if (wanted.test(heard.slice(Math.max(0, heard.length() - 48_000), heard.length()))) {
                return;
            }
        }
        throw new AssertionError("there was no such second in a minute");
    }

    private static double loudest(Pcm sound) {
        double loudest = 0;
        for (int i = 0; i < sound.length(); i++) {
            loudest = Math.max(loudest, Math.abs(sound.sample(i)));
        }
        return loudest;
    }

    @ParameterizedTest
    @EnumSource
    void framesThatTheRelayAddsOrChangesAreRefusedAndTheCallGoesOn(BrowserKind kind) throws Exception {
        String call = office.newCall();
        Bytes key = office.key();
        TalkingPage page = page(kind, call, "/ada.wav");
        try (JavaTalker java = new JavaTalker(office, call, "java", random, BOB);
                JavaTalker forger = new JavaTalker(office, call, "forger", random, BOB)) {
            java.join();
            page.join();
            java.epoch(0, 1, key);
            page.epoch(1, 1, key);
            page.awaitOpened(50);
            // In the room, as only the relay could be, under the name of the same leaf, without the call's keys.
            forger.join();
            forger.epoch(0, 1, office.key());
            // Some as replayed, whose counters the true ones have used before, and later ones as not authentic.
            JsonNode told = page.awaitTold(now -> now.at("/counts/rejected")
                            .valueStream()
                            .mapToInt(JsonNode::asInt)
                            .sum()
                    >= 50);
            assertThat(told.get("problems")).as(told.toString()).isEmpty();
            page.awaitOpened(50);
            java.awaitOpened(50);
        } finally {
            page.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherPlaceIsFoundWhenTheRelayWasReplaced(BrowserKind kind) throws Exception {
        try (Pair pair = Pair.of(kind, office.relayAddress(), "/ada.wav")) {
            pair.awaitTalking();
            office.restartRelay();
            pair.page().awaitTold(told -> !told.get("lost").isEmpty());
            pair.page().join();
            pair.awaitTalking();
            // The counter of frames went on: had it begun anew, the Java phone would have taken them for replayed.
            assertThat(pair.java().report().framesRefused()).isEmpty();
        }
    }

    @Test
    void afterALossOfTheNetworkTheCallGoesOn() throws Exception {
        try (MeddlingForwarder network = new MeddlingForwarder(office.relayAddress());
                Pair pair = Pair.of(
                        BrowserKind.CHROMIUM,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), network.port()),
                        "/ada.wav")) {
            pair.awaitTalking();
            network.cut(true);
            pair.page().awaitTold(told -> !told.get("lost").isEmpty());
            assertThat(pair.page().told().get("qualities").toString()).contains("nothing-heard");
            network.cut(false);
            pair.page().join(new InetSocketAddress(InetAddress.getLoopbackAddress(), network.port()));
            pair.awaitTalking();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMicrophoneThatIsNotThereIsSaidInOneWord(BrowserKind kind) throws Exception {
        TalkingPage page = new TalkingPage(browser(kind), office, office.newCall(), kind.name());
        assertThat(page.microphoneProblem(null)).isEqualTo("none");
        assertThat(page.microphoneProblem("no such microphone")).isEqualTo("no-microphone");
    }

    @Test
    void aMicrophoneThatIsDeniedIsSaidInOneWord() throws Exception {
        // Firefox asks nobody here and knows no such policy for a page itself.
        TalkingPage page = new TalkingPage(
                browser(BrowserKind.CHROMIUM), office, office.newCall(), "denied", MediaOffice.WITHOUT_MICROPHONE);
        assertThat(page.microphoneProblem(null)).isEqualTo("microphone-denied");
    }
}
