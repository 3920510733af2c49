package org.whodis.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;

final class ReportTest {
    private static final String HOSTILE = "<script>alert(1)</script>\" onload='x' & \u202egnp.exe";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void whatIsWrittenFitsTheSchema() throws Exception {
        JsonNode report = MAPPER.readTree(ReportFiles.json(SampleReport.facts("Marit Solheim", true)));
        assertThat(schema().validate(report)).isEmpty();
    }

    @Test
    void theSchemaRefusesMissingSurplusAndWrongFields() throws Exception {
        JsonNode good = MAPPER.readTree(ReportFiles.json(SampleReport.facts("Marit Solheim", true)));
        for (Iterator<String> names = good.fieldNames(); names.hasNext(); ) {
            ObjectNode without = good.deepCopy();
            String name = names.next();
            without.remove(name);
            assertThat(schema().validate(without)).as("without " + name).isNotEmpty();
        }
        ObjectNode more = good.deepCopy();
        more.put("surplus", 1);
        assertThat(schema().validate(more)).isNotEmpty();
        ObjectNode nested = good.deepCopy();
        ((ObjectNode) nested.at("/wire/flows/0/randomness")).put("entropy", 8.5);
        assertThat(schema().validate(nested)).isNotEmpty();
        ObjectNode text = good.deepCopy();
        ((ObjectNode) text.get("words")).put("equal", "yes");
        assertThat(schema().validate(text)).isNotEmpty();
    }

    @Test
    void whatPeopleTypedIsOnlyEverText() {
        String page = ReportPage.render(SampleReport.facts(HOSTILE, true), SampleReport.media());
        assertThat(page).doesNotContain("<script").doesNotContain("onload='x'").doesNotContain("\u202e");
        assertThat(page).contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; \u2423gnp.exe");
    }

    @Test
    void theTextOfANameIsWhatABrowserShows() {
        String escaped = Html.text("a<b>&\"'\u0000\n\u200b\u2066é漢😀");
        assertThat(escaped).isEqualTo("a&lt;b&gt;&amp;&quot;&#39;\u2423\u2423\u2423\u2423é漢😀");
    }

    @Test
    void thePageNeedsNothingButItself() {
        String page = ReportPage.render(SampleReport.facts("Marit Solheim", true), SampleReport.media());
        assertThat(page).contains("default-src 'none'");
        Matcher references = Pattern.compile("(?:src|href|action|data|poster)=\"([^\"]{0,80})")
                .matcher(page);
        int count = 0;
        while (references.find()) {
            count++;
            assertThat(references.group(1)).matches("data:(image/png|audio/wav);base64,.*|[a-z-]+\\.(json|wav|pcap)");
        }
        assertThat(count).isGreaterThan(10);
        assertThat(page)
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain("url(")
                .doesNotContain("@import");
    }

    @Test
    void thePageIsWellFormed() throws Exception {
        String page = ReportPage.render(SampleReport.facts(HOSTILE, false), SampleReport.media());
        // HTML's void elements closed, its doctype and entity-free text: what is left has to be XML.
        String xml = page.replaceFirst("<!doctype html>", "")
                .replaceAll("<(meta|img|br)([^>]*)>", "<$1$2/>")
                .replace("<audio controls ", "<audio controls=\"\" ");
        javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new org.xml.sax.InputSource(new StringReader(xml)));
    }

    @Test
    void everyPictureHasWordsForThoseWhoDoNotSeeIt() {
        String page = ReportPage.render(SampleReport.facts("Marit Solheim", true), SampleReport.media());
        assertThat(Pattern.compile("<img (?![^>]*alt=\"[^\"]{20,})")
                        .matcher(page)
                        .find())
                .isFalse();
        assertThat(Pattern.compile("<svg (?![^>]*aria-label=\"[^\"]{20,})")
                        .matcher(page)
                        .find())
                .isFalse();
        assertThat(Pattern.compile("<audio (?![^>]*aria-label=\"[^\"]{5,})")
                        .matcher(page)
                        .find())
                .isFalse();
        assertThat(page).contains("<html lang=\"en\">");
        assertThat(Pattern.compile("<h1").matcher(page).results().count()).isEqualTo(1);
    }

    @Test
    void aBrokenPromiseIsSaidFirst() {
        String page = ReportPage.render(SampleReport.facts("Marit Solheim", false), SampleReport.media());
        assertThat(page).contains("Not every promise was kept.").contains("1 of 4 promises did not hold: What Marit");
        assertThat(page).doesNotContain("Nobody else heard");
        assertThat(page).contains("not held");
    }

    @Test
    void picturesAreReadByAnotherDecoder() throws Exception {
        byte[] pixels = new byte[30 * 20];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i % 3);
        }
        byte[] png = Png.indexed(30, 20, pixels, new int[] {0x102030, 0xff0000, 0x00ff7f});
        var image = ImageIO.read(new java.io.ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(30);
        assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0x102030);
        assertThat(image.getRGB(1, 0) & 0xffffff).isEqualTo(0xff0000);
        assertThat(image.getRGB(29, 19) & 0xffffff)
                .isEqualTo(List.of(0x102030, 0xff0000, 0x00ff7f).get(599 % 3));
    }

    @Test
    void thePictureOfTheWireHoldsTheBytesThatPassed() throws Exception {
        CallMedia media = SampleReport.media();
        var sent = media.sentBy(true);
        var image = ImageIO.read(new java.io.ByteArrayInputStream(Pictures.bytes(sent, 220)));
        assertThat(image.getWidth()).isEqualTo(sent.size());
        assertThat(image.getHeight()).isEqualTo(220);
        int darkest = image.getRGB(0, 8) & 0xffffff;
        assertThat(sent.getFirst().unsignedByte(8)).isZero();
        assertThat(image.getRGB(5, 9) & 0xffffff).isEqualTo(darkest);
    }

    @Test
    void theFilesOfAReportAreAllThere(@TempDir Path folder) throws Exception {
        ReportFiles.write(folder.resolve("out"), SampleReport.facts("Marit Solheim", true), SampleReport.media());
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "report.html",
                            "report.json",
                            "wire.pcap",
                            "a-said.wav",
                            "b-said.wav",
                            "a-heard.wav",
                            "b-heard.wav");
        }
        Pcm heard = WavFile.read(Files.readAllBytes(folder.resolve("out/a-heard.wav")));
        assertThat(heard.sampleRate()).isEqualTo(48_000);
        assertThat(heard.seconds()).isEqualTo(16.0);
    }

    @Test
    void theSoundInThePageIsTheSoundThatWasHeard() throws Exception {
        CallMedia media = SampleReport.media();
        String page = ReportPage.render(SampleReport.facts("Marit Solheim", true), media);
        Matcher players = Pattern.compile("aria-label=\"([^\"]+)\" src=\"data:audio/wav;base64,([^\"]+)\"")
                .matcher(page);
        Map<String, Pcm> sounds = new java.util.LinkedHashMap<>();
        while (players.find()) {
            sounds.putIfAbsent(
                    players.group(1), WavFile.read(Base64.getDecoder().decode(players.group(2))));
        }
        assertThat(sounds.keySet())
                .contains("Marit Solheim said", "Tomás Arrieta heard", "Tomás Arrieta said", "Marit Solheim heard");
        Pcm heard = sounds.get("Tomás Arrieta heard");
        assertThat(heard.seconds()).isEqualTo(16.0);
        float[] expected =
                Pcm.ofFloats(48_000, floats(media.bHeard())).resampledTo(16_000).toFloats();
        for (int i = 0; i < expected.length; i += 101) {
            assertThat((double) heard.sample(i)).isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-4));
        }
    }

    private static float[] floats(double[] samples) {
        float[] floats = new float[samples.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) samples[i];
        }
        return floats;
    }

    private static JsonSchema schema() throws Exception {
        Path file = Path.of(System.getProperty("whodis.root"), "docs/report.schema.json");
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(Files.readString(file));
    }
}
