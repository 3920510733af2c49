package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.wire.Bytes;
import org.whodis.media.audio.Pcm;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;

/** A browser in whose page one side of a call talks, by the page's own {@code call-media.js}. */
final class TalkingPage {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Browser browser;
    private final MediaOffice office;
    private final String call;
    private final String device;
    private @Nullable InetSocketAddress lastRelay;
    private int lossesSeen;

    /** Loads the page anew. */
    TalkingPage(Browser browser, MediaOffice office, String call, String device) throws Exception {
        this(browser, office, call, device, MediaOffice.TALKING);
    }

    TalkingPage(Browser browser, MediaOffice office, String call, String device, String page) throws Exception {
        this.browser = browser;
        this.office = office;
        this.call = call;
        this.device = device;
        browser.open("https://" + office.domain() + page);
        browser.run(script("recorded.js")
                + script("talking-page.js").replace("CALL_MEDIA", '"' + asset("call-media") + '"'));
    }

    /** A script of the tests. */
    static String script(String name) {
        try (InputStream in = TalkingPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The served name of a script. */
    static String asset(String name) {
        return Site.load().files().stream()
                .map(SiteFile::path)
                .filter(path -> path.matches("/assets/" + name + "-[0-9a-f]{20}\\.js"))
                .findFirst()
                .orElseThrow();
    }

    /** @param recording the path of what is said, or null for what the browser's microphone says */
    void start(boolean byTurnOnly, @Nullable String recording) throws Exception {
        run("await talking.start(%s, %s, %s)"
                .formatted(
                        quoted(call),
                        quoted(byTurnOnly ? "relay" : "all"),
                        recording == null ? "null" : quoted(recording)));
    }

    /** Asks for a place, and takes it. */
    MediaJoin join() throws Exception {
        return join(office.relayAddress());
    }

    /** Asks for a place, and takes it, the relay being told to be elsewhere. */
    MediaJoin join(InetSocketAddress at) throws Exception {
        lastRelay = at;
        lossesSeen = told().get("lost").size();
        MediaJoin join = prepare(at);
        run("await talking.place(place)");
        return join;
    }

    /** Asks for a place, and has the page hold it. */
    MediaJoin prepare(InetSocketAddress at) throws Exception {
        JsonNode offer = run("return await talking.offer()");
        MediaJoin join = new MediaJoin(
                new CallId(Bytes.fromHex(call)),
                offer.get("iceUfrag").asText(),
                offer.get("icePwd").asText(),
                Bytes.fromHex(offer.get("dtlsFingerprint").asText()),
                offer.get("ssrc").asLong());
        MediaJoined place = office.join(call, device, join, at);
        ObjectNode told = DebugSocket.JSON
                .createObjectNode()
                .put("host", place.host())
                .put("port", place.port())
                .put("iceUfrag", place.iceUfrag())
                .put("icePwd", place.icePwd())
                .put("dtlsFingerprint", place.dtlsFingerprint().hex());
        told.putObject("turn")
                .put("username", place.turn().username())
                .put("password", place.turn().password())
                .put("peerAddress", place.turn().peerAddress().hex());
        run("globalThis.place = " + told);
        return join;
    }

    /** Takes the place that {@link #prepare} got, and gives the milliseconds until a frame was opened. */
    double placeAndAwaitFirst() throws Exception {
        return run("return await talking.placeAndAwaitFirst(place)").asDouble();
    }

    void epoch(int ownLeaf, int number, Bytes key) throws Exception {
        run("talking.epoch(%d, %d, %s)".formatted(ownLeaf, number, quoted(key.hex())));
    }

    void mute(boolean muted) throws Exception {
        run("talking.mute(" + muted + ")");
    }

    JsonNode told() throws Exception {
        return run("return await talking.told()");
    }

    /** Which way packets go, as soon as one has been chosen. */
    JsonNode awaitWay() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode way = run("return await talking.way()");
        while (!way.hasNonNull("local")) {
            assertThat(System.nanoTime() - deadline).as(way.toString()).isNegative();
            Thread.sleep(100);
            way = run("return await talking.way()");
        }
        return way;
    }

    /**
     * Asks until it is told what fits; meanwhile asks for another place when the page has lost its own, as the phone does. A
     * machine that stops for some seconds is enough for that.
     */
    JsonNode awaitTold(Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode told = told();
        while (!wanted.test(told)) {
            assertThat(System.nanoTime() - deadline).as(told.toString()).isNegative();
            Thread.sleep(100);
            InetSocketAddress relay = lastRelay;
            if (relay != null && told.get("lost").size() > lossesSeen) {
                join(relay);
            }
            told = told();
        }
        return told;
    }

    /** Waits until so many more frames were opened than have been. */
    JsonNode awaitOpened(int more) throws Exception {
        int before = told().at("/counts/opened").asInt();
        return awaitTold(told -> told.at("/counts/opened").asInt() >= before + more);
    }

    /** What is heard from now on. */
    Pcm record(Duration length) throws Exception {
        return pcm(run("return await talking.record(" + length.toMillis() + ")").asText());
    }

    /** What recorded.js gave. */
    static Pcm pcm(String base64) {
        byte[] raw = Base64.getDecoder().decode(base64);
        short[] samples = new short[raw.length / 2];
        ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return Pcm.ofShorts(48_000, samples);
    }

    /** What becomes of asking for a microphone, or for one of this id. */
    String microphoneProblem(@Nullable String id) throws Exception {
        return run("return await talking.microphoneProblem(" + (id == null ? "" : quoted(id)) + ")")
                .asText();
    }

    void close() throws IOException {
        try {
            run("talking.close()");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IOException("the page does not end its call", e);
        }
    }

    JsonNode run(String body) throws Exception {
        return browser.run(body);
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
