package org.whodis.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavException;
import org.whodis.media.audio.WavFile;

/** The recorded human speech that the project ships, for tests; {@code SOURCES.md} beside it says whose it is. */
public enum TestSpeech {
    SENSE_AND_SENSIBILITY("sense-and-sensibility.wav"),
    GO_FORWARD("go-forward.wav");

    private final String name;

    TestSpeech(String name) {
        this.name = name;
    }

    public byte[] file() {
        Path root = Path.of(System.getProperty("whodis.root", ".."));
        try {
            return Files.readAllBytes(
                    root.resolve("app/src/main/resources/org/whodis/app/speech").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 16 kHz, about 10 s. */
    public Pcm pcm() {
        try {
            return WavFile.read(file());
        } catch (WavException e) {
            throw new AssertionError(e);
        }
    }

    /** 48 kHz, 16 bits. */
    public short[] samples() {
        return pcm().resampledTo(48_000).toShorts();
    }
}
