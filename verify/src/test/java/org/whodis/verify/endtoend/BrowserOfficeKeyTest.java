package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.web.phone.PhoneInput;
import org.whodis.web.phone.Problem;

/** What a browser's phone makes of another key of its office, on the JVM with real offices. */
@Timeout(300)
class BrowserOfficeKeyTest {
    @TempDir
    Path folder;

    private final JvmBrowser.Disk disk = new JvmBrowser.Disk();
    private Office office;
    private JvmBrowser ada;
    private Path recovery;

    @BeforeEach
    void start() throws Exception {
        recovery = folder.resolve("recovery.key");
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")).withRecoveryKey(recovery));
        ada = new JvmBrowser(office, disk);
        ada.begin(office.invite("Ada", "", Duration.ofMinutes(5)).link());
        office.confirm(String.join(" ", ada.words()));
        ada.awaitOnline();
    }

    @AfterEach
    void stop() {
        ada.close();
        office.close();
    }

    private static JsonNode alarm(JvmBrowser browser, String kind) throws Exception {
        return browser.await(now -> now.at("/officeAlarm/kind").asText().equals(kind))
                .get("officeAlarm");
    }

    private static Problem compare(JvmBrowser browser, JsonNode alarm, boolean match) throws Exception {
        Bytes key = Bytes.fromHex(alarm.get("key").asText());
        return browser.deed(deed -> new PhoneInput.CompareOffice(deed, key, match))
                .problem();
    }

    @Test
    void aKeyToWhichTheRecoveryKeyAgreedIsFollowedAlsoByAPageThatIsOpenedLater() throws Exception {
        office.rotateKey(recovery, null);
        try (JvmBrowser cleo = JvmBrowser.enrol(office, "Cleo")) {
            // She is known only to who has a session under the new key, and her chain begins under it.
            ada.person("Cleo");
            cleo.person("Ada");
        }
        assertThat(ada.snapshot().has("officeAlarm")).isFalse();
        ada.close();
        office.rotateKey(recovery, null);
        ada = new JvmBrowser(office, disk);
        ada.awaitOnline();
        assertThat(ada.snapshot().has("officeAlarm")).isFalse();
        String link = TestJson.read(ada.deed(PhoneInput.OpenLink::new).answer())
                .get("link")
                .asText();
        try (JvmBrowser further = new JvmBrowser(office, new JvmBrowser.Disk())) {
            further.begin(link);
            ada.await(now -> now.has("linkRequest"));
            ada.deed(deed -> new PhoneInput.Vouch(deed, true));
            further.awaitOnline();
            assertThat(further.snapshot().at("/me/name").asText())
                    .as("whose chain begins under a key of long ago")
                    .isEqualTo("Ada");
        }
    }

    @Test
    void withoutTheRecoveryKeyThePageRaisesAnAlarmAndBelievesTheKeyOnceItWasCompared() throws Exception {
        office.rotateKey(null, folder.resolve("next-recovery.key"));
        JsonNode alarm = alarm(ada, "held");
        assertThat(TestJson.texts(alarm.get("words"))).isEqualTo(office.keys().words());
        assertThat(alarm.get("until").asLong()).isGreaterThan(System.currentTimeMillis() + 86_400_000);
        ada.await(now -> now.at("/connection/problem").asText().equals("office-key-held"));
        assertThat(compare(ada, alarm, false)).isNull();
        ada.await(now -> now.at("/officeAlarm/differs").asBoolean());
        assertThat(compare(ada, alarm, true))
                .as("who has said no does not say yes by a slip")
                .isEqualTo(Problem.NOT_NOW);
        ada.close();
        ada = new JvmBrowser(office, disk);
        assertThat(compare(ada, alarm(ada, "held"), true)).isNull();
        ada.await(now ->
                !now.has("officeAlarm") && now.at("/connection/kind").asText().equals("online"));
        ada.close();
        ada = new JvmBrowser(office, disk);
        ada.awaitOnline();
        assertThat(ada.snapshot().has("officeAlarm")).isFalse();
    }

    @Test
    void anOfficeOfAnotherKeyIsNotSpokenToUnlessItWasCompared() throws Exception {
        String domain = office.domain();
        ada.close();
        try (Office other =
                Office.start(OfficeConfig.onLoopback(folder.resolve("other")).withDomain(domain))) {
            try (JvmBrowser misled = new JvmBrowser(other, disk)) {
                JsonNode alarm = alarm(misled, "unknown");
                assertThat(alarm.has("until")).isFalse();
                assertThat(TestJson.texts(alarm.get("words")))
                        .isEqualTo(other.keys().words())
                        .isNotEqualTo(office.keys().words());
                misled.await(now -> now.at("/connection/problem").asText().equals("not-the-office"));
                assertThat(misled.deed(deed -> new PhoneInput.CompareOffice(
                                        deed, Bytes.fromHex(office.keys().officeKey()), true))
                                .problem())
                        .as("the key that counts is not what is shown")
                        .isNull();
                alarm(misled, "unknown");
                assertThat(compare(misled, alarm, false)).isNull();
                misled.await(now -> now.at("/officeAlarm/differs").asBoolean());
            }
        }
        ada = new JvmBrowser(office, disk);
        ada.await(now ->
                !now.has("officeAlarm") && now.at("/connection/kind").asText().equals("online"));
    }
}
