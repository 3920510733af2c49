package org.whodis.verify.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.phone.PendingEnrolment;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneConfig;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.keystore.Keystore;
import org.whodis.phone.keystore.Protection;

/**
 * {@code ./whodis bench PageStart}: from opening the page until there is a list in which people can be called, in Chromium
 * with the processor throttled to a quarter, by an office on the loopback. Cold: nothing is in the cache; warm: as on the next
 * visit.
 */
@Tag("campaign")
class PageStartBench {
    private static final int PEOPLE = 20;
    private static final int ROUNDS = 9;
    private static final int THROTTLE = 4;

    private static final String LISTED = """
            for (let tries = 0; tries < 2400; tries++) {
              if (document.querySelector(".people .call") !== null) {
                return globalThis.listedAt;
              }
              await new Promise((done) => setTimeout(done, 50));
            }
            throw new Error(document.body.innerText);
            """;

    @TempDir
    Path folder;

    @Test
    void fromOpeningThePageToAListOfPeople() throws Exception {
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
                Chromium chromium = Chromium.launch()) {
            for (int i = 0; i < PEOPLE; i++) {
                enrol(office, "Person " + i);
            }
            chromium.call(
                    "Page.addScriptToEvaluateOnNewDocument", Chromium.object().put("source", """
                    new MutationObserver(() => {
                      if (globalThis.listedAt === undefined && document.querySelector(".people .call") !== null) {
                        globalThis.listedAt = performance.now();
                      }
                    }).observe(document, { childList: true, subtree: true });
                    """));
            new PageUser(chromium.first(), office).join("Ada Lovelace", "Analyst");
            chromium.run(LISTED);
            chromium.call("Network.enable", Chromium.object());
            chromium.call("Emulation.setCPUThrottlingRate", Chromium.object().put("rate", THROTTLE));
            report("cold", measure(chromium, office, true));
            report("warm", measure(chromium, office, false));
        }
    }

    private static List<Double> measure(Chromium chromium, Office office, boolean cold) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            if (cold) {
                chromium.call("Network.clearBrowserCache", Chromium.object());
                chromium.run("for (const name of await caches.keys()) { await caches.delete(name); }");
            }
            chromium.open(office.httpsUri() + "/");
            millis.add(chromium.run(LISTED).asDouble());
        }
        return millis.stream().sorted().toList();
    }

    private static void report(String name, List<Double> millis) {
        assertThat(millis).hasSize(ROUNDS);
        System.out.printf(
                "%s: %.0f ms median (%.0f to %.0f) until %d people can be called, processor throttled %d times%n",
                name, millis.get(ROUNDS / 2), millis.getFirst(), millis.getLast(), PEOPLE, THROTTLE);
    }

    private void enrol(Office office, String name) throws Exception {
        PhoneConfig config = PhoneConfig.standard(AudioDevices.SILENT);
        Keystore keystore = Keystore.create(
                folder.resolve(name),
                new Protection.KeyFile(),
                Phone.newState(config.primitives(), config.random()),
                config.primitives(),
                config.random());
        try (Phone phone = Phone.open(config, keystore, _ -> {})) {
            PendingEnrolment pending = phone.enrol(
                    office.invite(name, "Somebody", Duration.ofMinutes(5)).link());
            office.confirm(String.join(" ", pending.words()));
            assertThat(pending.confirmed().get(1, TimeUnit.MINUTES)).isNotNull();
        }
    }
}
