package org.whodis.app.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.whodis.app.wire.Pcap;
import org.whodis.app.wire.WirePacket;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;

/** The files of a report in one folder. */
public final class ReportFiles {
    public static final String PAGE = "report.html";
    public static final String JSON = "report.json";
    public static final String CAPTURE = "wire.pcap";

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReportFiles() {}

    /** What lies beside the page, to be listed in it. */
    public static List<Facts.FileNote> notes() {
        return List.of(
                new Facts.FileNote(JSON, "The same facts for programs; docs/report.schema.json describes it."),
                new Facts.FileNote("a-heard.wav", "What A heard: what came out of A's loudspeaker, 48 kHz."),
                new Facts.FileNote("b-heard.wav", "What B heard."),
                new Facts.FileNote("a-said.wav", "What went into A's microphone in the same time."),
                new Facts.FileNote("b-said.wav", "What went into B's microphone."),
                new Facts.FileNote(
                        CAPTURE,
                        "Every packet that passed the taps: on both phones' lines and between the offices; Wireshark opens it."));
    }

    /** Writes everything into {@code folder}, which is made if it is not there; the page is written last. */
    public static void write(Path folder, Facts facts, CallMedia media) throws IOException {
        Files.createDirectories(folder);
        wav(folder.resolve("a-said.wav"), media.aSpoke());
        wav(folder.resolve("b-said.wav"), media.bSpoke());
        wav(folder.resolve("a-heard.wav"), media.aHeard());
        wav(folder.resolve("b-heard.wav"), media.bHeard());
        List<WirePacket> packets = Stream.of(media.tap(true), media.tap(false), media.trunk())
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(WirePacket::nanos))
                .toList();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(CAPTURE)))) {
            Pcap.write(packets, out);
        }
        Files.writeString(folder.resolve(JSON), json(facts));
        Files.writeString(folder.resolve(PAGE), ReportPage.render(facts, media));
    }

    static String json(Facts facts) {
        try {
            return MAPPER.writeValueAsString(facts) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void wav(Path file, double[] samples) throws IOException {
        float[] floats = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            floats[i] = (float) samples[i];
        }
        Files.write(file, WavFile.write(Pcm.ofFloats(CallMedia.SAMPLE_RATE, floats)));
    }
}
