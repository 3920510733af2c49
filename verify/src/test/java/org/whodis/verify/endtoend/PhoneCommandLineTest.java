package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.media.audio.WavFile;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;

/** {@code whodis phone} in processes of its own, without a terminal, as a script would run it. */
@Timeout(300)
class PhoneCommandLineTest {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int NO_OFFICE = 3;
    private static final int NO_CONVERSATION = 4;
    private static final int KEYSTORE = 5;
    private static final int ALARM = 6;

    @TempDir
    static Path folder;

    private static Office office;

    @BeforeAll
    static void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        Files.writeString(folder.resolve("passphrase"), "correct horse battery staple\n");
        Files.writeString(folder.resolve("wrong"), "correct horse\n");
        Files.write(folder.resolve("ada.wav"), WavFile.write(Speech.ofAda()));
        Files.write(folder.resolve("bob.wav"), WavFile.write(Speech.ofBob()));
        enrol(
                "ada",
                "Ada Lovelace",
                "--passphrase-file",
                folder.resolve("passphrase").toString());
        enrol("bob", "Bób Bóbson", "--no-passphrase");
    }

    @AfterAll
    static void stop() {
        office.close();
    }

    @Test
    void twoScriptsTalkToEachOtherAndRecordWhatTheyHear() throws Exception {
        Running answering = phone(
                "bob",
                "answer",
                "--auto",
                "--calls",
                "1",
                "--wav-in",
                wav("bob.wav"),
                "--wav-out",
                wav("bob-heard.wav"));
        answering.awaitLine("Reachable as Bób Bóbson");
        // Without accents and by its beginning alone.
        Running calling = phone(
                "ada",
                "call",
                "bobs",
                "--seconds",
                "4",
                "--wav-in",
                wav("ada.wav"),
                "--wav-out",
                wav("ada-heard.wav"),
                "--passphrase-file",
                folder.resolve("passphrase").toString());
        assertThat(calling.exit()).as(calling.said()).isEqualTo(OK);
        assertThat(answering.exit()).as(answering.said()).isEqualTo(OK);
        assertThat(calling.said())
                .contains("vouched for by their office only")
                .contains("Words to compare: ")
                .contains("You hung up.");
        assertThat(answering.said()).contains("They hung up.").contains(words(calling.said()));
        assertThat(Speech.likeness(Speech.ofAda(), heard("bob-heard.wav"))).isGreaterThan(0.8);
        assertThat(Speech.likeness(Speech.ofBob(), heard("ada-heard.wav"))).isGreaterThan(0.8);
    }

    @Test
    void contactsAreShownWithHowTheyAreKnown() throws Exception {
        Running contacts = phone("bob", "contacts");
        assertThat(contacts.exit()).isEqualTo(OK);
        assertThat(contacts.said()).contains("Ada Lovelace").contains("vouched for by their office only");
    }

    @Test
    void devicesNeedNoOffice() throws Exception {
        Running devices = phone("bob", "devices");
        assertThat(devices.exit()).isEqualTo(OK);
        assertThat(devices.said()).contains("java phone").contains("the first one");
    }

    @Test
    void theOfficesKeyIsComparedByTheWordsOfItsOperator() throws Exception {
        Running wrong = phone("bob", "office", "compare", "--yes-words", "twelve words that nobody has read");
        assertThat(wrong.exit()).isEqualTo(ALARM);
        assertThat(wrong.said()).contains("The words differ");
        String words = String.join(" ", office.keys().words());
        Running right = phone("bob", "office", "compare", "--yes-words", words);
        assertThat(right.exit()).as(right.said()).isEqualTo(OK);
        assertThat(right.said()).contains("The key of " + office.domain() + " is compared");
    }

    @Test
    void aNameThatNobodyHasListsThoseThereAre() throws Exception {
        Running call = phone("bob", "call", "Charles", "--no-microphone", "--no-loudspeaker");
        assertThat(call.exit()).isEqualTo(FAILED);
        assertThat(call.said())
                .contains("Nobody at your office, and nobody whose line you hold, is called \"Charles\"")
                .contains("Ada Lovelace");
    }

    @Test
    void aCallToSomebodyWhoIsAwayEndsWhenTheCallerGivesUp() throws Exception {
        Running call = phone("bob", "call", "Ada", "--no-microphone", "--no-loudspeaker");
        call.awaitLine("No phone of theirs is online");
        call.interrupt();
        call.exit();
        assertThat(call.said()).doesNotContain("Exception");
    }

    @Test
    void aWrongPassphraseIsNotDamageAndNotASecondPhone() throws Exception {
        Running contacts = phone(
                "ada", "contacts", "--passphrase-file", folder.resolve("wrong").toString());
        assertThat(contacts.exit()).isEqualTo(KEYSTORE);
        assertThat(contacts.said()).contains("not the passphrase");
        Running none = phone("ada", "contacts");
        assertThat(none.exit()).isEqualTo(KEYSTORE);
        assertThat(none.said()).contains("--passphrase-file");
    }

    @Test
    void aFolderWithoutAPhoneSaysHowToGetOne() throws Exception {
        Running contacts = phone("nobody", "contacts");
        assertThat(contacts.exit()).isEqualTo(KEYSTORE);
        assertThat(contacts.said()).contains("whodis phone enrol");
    }

    @Test
    void aRecordingThatIsNoneIsRefusedBeforeAnybodysPhoneRings() throws Exception {
        Running call = phone(
                "bob", "call", "Ada", "--wav-in", folder.resolve("passphrase").toString());
        assertThat(call.exit()).isEqualTo(FAILED);
        assertThat(call.said()).contains("passphrase").contains("WAV");
    }

    @Test
    void withoutASoundCardTheOptionsThatHelpAreNamed() throws Exception {
        Running call = phone("bob", "call", "Ada");
        assertThat(call.exit()).isIn(FAILED, NO_CONVERSATION);
        if (call.said().contains("microphone")) {
            assertThat(call.said()).contains("--wav-in");
        }
    }

    @Test
    void everyCommandHasHelpAndABadOneIsAUsageError() throws Exception {
        for (String command : List.of("enrol", "contacts", "call", "answer", "devices")) {
            Running help = phone("bob", command, "--help");
            assertThat(help.exit()).isEqualTo(OK);
            assertThat(help.said()).contains("Usage: whodis phone " + command);
        }
        assertThat(phone("bob", "calll").exit()).isEqualTo(USAGE);
    }

    @Test
    void anOfficeThatIsAwayIsSaidWithinSeconds() throws Exception {
        try (Office other = Office.start(OfficeConfig.onLoopback(folder.resolve("other")))) {
            Running enrol = new Running(
                    "cleo",
                    "enrol",
                    other.invite("Cleo", "", Duration.ofMinutes(5)).link(),
                    "--no-passphrase");
            confirm(other);
            assertThat(enrol.exit()).as(enrol.said()).isEqualTo(OK);
        }
        Running contacts = phone("cleo", "contacts");
        assertThat(contacts.exit()).isEqualTo(NO_OFFICE);
        assertThat(contacts.said()).contains("office");
    }

    private static void enrol(String home, String name, String... protection) throws Exception {
        String link = office.invite(name, "", Duration.ofMinutes(5)).link();
        List<String> arguments = new ArrayList<>(List.of("enrol", link));
        arguments.addAll(List.of(protection));
        Running enrol = phone(home, arguments.toArray(String[]::new));
        enrol.awaitLine("Read these words");
        confirm(office);
        assertThat(enrol.exit()).as(enrol.said()).isEqualTo(OK);
        assertThat(enrol.said()).contains("Read these words").contains("This phone belongs to " + name);
    }

    private static void confirm(Office at) throws Exception {
        List<String> words = TestPhone.until(() -> at.pendingEnrolments().isEmpty()
                ? null
                : at.pendingEnrolments().getFirst().words());
        at.confirm(String.join(" ", words));
    }

    private static Running phone(String home, String... arguments) throws IOException {
        return new Running(home, arguments);
    }

    private static String words(String said) {
        return said.lines()
                .filter(line -> line.startsWith("Words to compare: "))
                .findFirst()
                .orElseThrow()
                .substring("Words to compare: ".length())
                .strip();
    }

    private static String wav(String name) {
        return folder.resolve(name).toString();
    }

    private static org.whodis.media.audio.Pcm heard(String name) throws Exception {
        return WavFile.read(Files.readAllBytes(folder.resolve(name)));
    }

    /** A command that runs. */
    private static final class Running {
        private static int count;

        private final Process process;
        private final Path output;

        Running(String home, String... arguments) throws IOException {
            output = folder.resolve("output-" + count++);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dstdout.encoding=UTF-8",
                    "-Dstderr.encoding=UTF-8",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.whodis.app.Whodis",
                    "phone"));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(
                            Files.createTempFile(folder, "stdin", "").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment()
                    .put("WHODIS_PHONE_HOME", folder.resolve("phone-" + home).toString());
            process = builder.start();
        }

        String said() throws IOException {
            return Files.readString(output, StandardCharsets.UTF_8);
        }

        void awaitLine(String part) throws Exception {
            boolean found =
                    TestPhone.until(() -> said().contains(part) || !process.isAlive() ? said().contains(part) : null);
            assertThat(found).as(said()).isTrue();
        }

        /** As Ctrl-C does, but for the signal's name. */
        void interrupt() {
            process.destroy();
        }

        int exit() throws InterruptedException {
            try {
                assertThat(process.waitFor(90, TimeUnit.SECONDS))
                        .as("still running")
                        .isTrue();
                return process.exitValue();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
