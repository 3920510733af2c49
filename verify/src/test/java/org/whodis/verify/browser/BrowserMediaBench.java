package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;
import org.whodis.verify.endtoend.Speech;

/** {@code ./whodis bench BrowserMedia}: what media cost in a browser, printed and not judged. */
@Tag("campaign")
class BrowserMediaBench {
    /** How long the heap is looked at; {@code -Dsoak=3600} for an hour. */
    private static final int SOAK_SECONDS = Integer.getInteger("soak", 120);

    private static final int CALLS = 20;

    @TempDir
    Path folder;

    private final RandomBytes random = count -> {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    };

    private MediaOffice office() throws Exception {
        return new MediaOffice(
                folder.resolve("office"), random, Map.of("ada.wav", Speech.ofAda(), "bob.wav", Speech.ofBob()));
    }

    @ParameterizedTest
    @EnumSource
    void aFrame(BrowserKind kind) throws Exception {
        try (MediaOffice office = office();
                Browser browser = kind.launch();
                InputStream in = BrowserMediaBench.class.getResourceAsStream("transform-cost.js")) {
            browser.open("https://" + office.domain() + MediaOffice.TALKING);
            JsonNode cost = browser.run(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("CORE", '"' + TalkingPage.asset("core") + '"'));
            System.out.printf(
                    Locale.ROOT,
                    "%s: to seal a frame %.4f ms (best batch %.4f), to open one %.4f ms (best %.4f), warm%n",
                    kind,
                    cost.at("/seal/median").asDouble(),
                    cost.at("/seal/best").asDouble(),
                    cost.at("/open/median").asDouble(),
                    cost.at("/open/best").asDouble());
        }
    }

    /** From the office's answer and the keys to the first frame that was opened, at whoever of the two is later. */
    @Test
    void theFirstFrame() throws Exception {
        try (MediaOffice office = office();
                Browser chromium = BrowserKind.CHROMIUM.launch();
                Browser other = BrowserKind.CHROMIUM.launch()) {
            List<Double> all = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                String call = office.newCall();
                Bytes key = office.key();
                TalkingPage a = new TalkingPage(chromium, office, call, "a");
                TalkingPage b = new TalkingPage(other, office, call, "b");
                a.start(false, null);
                b.start(false, null);
                InetSocketAddress relay = office.relayAddress();
                // The caller's connection is there since it rang, as the phones' are; the callee answers now.
                a.join(relay);
                a.epoch(0, 1, key);
                b.prepare(relay);
                b.epoch(1, 1, key);
                all.add(b.placeAndAwaitFirst());
                a.close();
                b.close();
            }
            all.sort(null);
            System.out.printf(
                    Locale.ROOT,
                    "first frame of the other side after the office's answer: median %.0f ms, p90 %.0f ms, most %.0f ms of %d%n",
                    all.get(all.size() / 2),
                    all.get(all.size() * 9 / 10),
                    all.getLast(),
                    all.size());
        }
    }

    @Test
    void theHeap() throws Exception {
        try (MediaOffice office = office();
                Browser chromium = BrowserKind.CHROMIUM.launch()) {
            String call = office.newCall();
            Bytes key = office.key();
            TalkingPage page = new TalkingPage(chromium, office, call, "a");
            page.start(false, null);
            try (JavaTalker java = new JavaTalker(office, call, "java", random, Speech.ofBob())) {
                java.join();
                page.join();
                java.epoch(0, 1, key);
                page.epoch(1, 1, key);
                page.awaitOpened(500);
                List<double[]> samples = new ArrayList<>();
                long from = System.nanoTime();
                for (int i = 0; i < SOAK_SECONDS / 5; i++) {
                    Thread.sleep(5_000);
                    double bytes = page.run("return (await performance.measureUserAgentSpecificMemory()).bytes")
                            .asDouble();
                    samples.add(new double[] {(System.nanoTime() - from) / 1e9, bytes});
                }
                System.out.printf(
                        Locale.ROOT,
                        "heap of page and worker (Chromium): %.2f MB at first, %.2f MB after %d s, slope %.2f MB an hour%n",
                        samples.getFirst()[1] / 1e6,
                        samples.getLast()[1] / 1e6,
                        SOAK_SECONDS,
                        slope(samples) * 3600 / 1e6);
            }
            page.close();
        }
    }

    /** Of the straight line with the least squares, in bytes a second. */
    private static double slope(List<double[]> samples) {
        double meanX = samples.stream().mapToDouble(s -> s[0]).average().orElseThrow();
        double meanY = samples.stream().mapToDouble(s -> s[1]).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        for (double[] sample : samples) {
            xy += (sample[0] - meanX) * (sample[1] - meanY);
            xx += (sample[0] - meanX) * (sample[0] - meanX);
        }
        return xy / xx;
    }
}
