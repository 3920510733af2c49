package org.whodis.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;
import picocli.CommandLine;

/** The demonstration itself: real office, phones, relay, sound and taps, on the loopback interface. */
final class DemoTest {
    /** What a machine that is busy with other things may break by itself: they are about time. */
    private static final Set<String> ABOUT_TIME =
            Set.of("complete", "delay", "one-beat", "heard-a", "heard-b", "no-rhythm");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path folder;

    private record Outcome(int exit, String said, String complained) {}

    @Test
    void aCallIsMadeAndReportedAndNothingIsLeft() throws Exception {
        Set<Path> before = temporaryFolders();
        Outcome outcome = demo("--headless", "--seconds", "5", "--out", folder.toString());
        assertThat(outcome.complained()).isEmpty();
        JsonNode report = MAPPER.readTree(Files.readString(folder.resolve("report.json")));
        Path schema = Path.of(System.getProperty("whodis.root"), "docs/report.schema.json");
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(Files.readString(schema))
                        .validate(report))
                .isEmpty();
        assertThat(broken(report)).isSubsetOf(ABOUT_TIME);
        assertThat(outcome.exit())
                .as("exit code for " + broken(report))
                .isEqualTo(broken(report).isEmpty() ? 0 : 1);
        assertThat(report.at("/held").asBoolean()).isEqualTo(outcome.exit() == 0);
        assertThat(report.at("/promises")).hasSize(25);
        assertThat(report.at("/a/officeKey").asText())
                .isNotEqualTo(report.at("/b/officeKey").asText());
        assertThat(report.at("/line/leak/rangSomewhere").asInt()).isZero();
        assertThat(report.at("/line/leak/incidentNote").asText()).contains("Marit Solheim");

        assertThat(outcome.said()).contains("Marit Solheim calls Tomás Arrieta").contains("report.html");
        assertThat(outcome.said()).contains(text(report.at("/words/a")));
        assertThat(report.at("/words/a")).isEqualTo(report.at("/words/b"));
        assertThat(text(report.at("/a/shown"))).contains("Marit Solheim").contains("vouched for by their office only");
        assertThat(report.at("/protection/tlsGroup").asText()).isEqualTo("X25519MLKEM768");
        String page = Files.readString(folder.resolve("report.html"));
        assertThat(page)
                .contains(report.at("/words/a/0").asText())
                .contains(report.at("/words/a/3").asText());
        Pcm heard = WavFile.read(Files.readAllBytes(folder.resolve("b-heard.wav")));
        assertThat(heard.sampleRate()).isEqualTo(48_000);
        assertThat(heard.seconds()).isGreaterThanOrEqualTo(5);
        assertThat(temporaryFolders()).as("folders left behind").isEqualTo(before);
    }

    @Test
    void packetsThatAreChangedOnTheWayAreDroppedNoticedAndSetTheExitStatus() throws Exception {
        Outcome outcome = demo("--headless", "--seconds", "4", "--tamper", "30", "--out", folder.toString());
        JsonNode report = MAPPER.readTree(Files.readString(folder.resolve("report.json")));
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(broken(report)).contains("untouched", "complete");
        assertThat(report.at("/held").asBoolean()).isFalse();
        assertThat(outcome.said()).contains("NOT HELD").contains("untouched");
        assertThat(Files.readString(folder.resolve("report.html"))).contains("Not every promise was kept.");
        assertThat(report.at("/aToB/packetsRejected").asLong()
                        + report.at("/bToA/packetsRejected").asLong())
                .isPositive();
    }

    @Test
    void aFileThatIsNoSoundIsRefusedWithAReason() throws Exception {
        Path text =
                Files.writeString(folder.resolve("speech.txt"), "hello, this is not a recording at all, I am afraid");
        Outcome outcome = demo("--headless", "--speech-a", text.toString());
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.complained()).contains("speech.txt").contains("RIFF").contains("Accepted are PCM WAV files");
        assertThat(outcome.complained()).doesNotContain("Exception");
    }

    @Test
    void soundInAnotherEncodingIsRefusedWithAReason() throws Exception {
        byte[] wav = WavFile.write(Pcm.ofShorts(16_000, new short[1600]));
        wav[20] = 6; // A-law
        Path file = Files.write(folder.resolve("alaw.wav"), wav);
        Outcome outcome = demo("--headless", "--speech-b", file.toString());
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.complained()).contains("alaw.wav").contains("not PCM");
    }

    @Test
    void aMissingFileAndAFolderAreRefusedWithAReason() {
        assertThat(demo("--speech-a", folder.resolve("nothing.wav").toString()).complained())
                .contains("nothing.wav: there is no such file");
        assertThat(demo("--speech-a", folder.toString()).exit()).isEqualTo(1);
        assertThat(demo("--speech-a", folder.toString()).complained()).contains("cannot be read");
    }

    @Test
    void aWrongCommandLineIsExplained() {
        Outcome seconds = demo("--seconds", "3");
        assertThat(seconds.exit()).isEqualTo(2);
        assertThat(seconds.complained()).contains("--seconds is 3; it can be 4 to 120");
        assertThat(demo("--seconds", "soon").exit()).isEqualTo(2);
        assertThat(demo("--tamper", "101").exit()).isEqualTo(2);
        Outcome unknown = demo("--headles");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.complained()).contains("--headless");
    }

    @Test
    void theRefusalsOfTheRelayAreReadFromItsMetrics() {
        String metrics = """
                whodis_relay_dropped_total{reason="bad_tag"} 3
                whodis_relay_dropped_total{reason="unknown_source"} 9
                whodis_relay_dropped_total{reason="replayed"} 1
                """;
        assertThat(Demo.rejected(metrics)).isEqualTo(4);
        assertThat(Demo.rejected("whodis_sessions 2\n")).isNull();
    }

    private static Outcome demo(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine command =
                org.whodis.app.Commands.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(errors));
        List<String> all = new ArrayList<>(List.of("demo"));
        all.addAll(List.of(arguments));
        int exit = command.execute(all.toArray(String[]::new));
        return new Outcome(exit, out.toString(), errors.toString());
    }

    private static Set<String> broken(JsonNode report) {
        Set<String> broken = new TreeSet<>();
        for (JsonNode promise : report.at("/promises")) {
            if (!promise.get("held").asBoolean()) {
                broken.add(promise.get("id").asText());
            }
        }
        return broken;
    }

    private static String text(JsonNode list) {
        return String.join(
                " ",
                StreamSupport.stream(list.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }

    private static Set<Path> temporaryFolders() throws Exception {
        Set<Path> folders = new TreeSet<>();
        try (var files = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "whodis-demo-*")) {
            files.forEach(folders::add);
        }
        return folders;
    }
}
