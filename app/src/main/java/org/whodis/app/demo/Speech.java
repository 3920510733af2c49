package org.whodis.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.whodis.app.Whodis;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavException;
import org.whodis.media.audio.WavFile;

/** A recording and the name that the report gives it. */
record Speech(String name, Pcm sound) {
    /** Reads {@code file}, or the recording {@code shipped} where there is none. */
    static Speech read(@Nullable Path file, String shipped) throws DemoException {
        return file == null ? shipped(shipped) : own(file);
    }

    private static Speech own(Path file) throws DemoException {
        try (InputStream in = Files.newInputStream(file)) {
            Pcm sound = WavFile.read(in);
            if (sound.length() == 0) {
                throw new DemoException(file + ": there is no sound in this file.");
            }
            return new Speech(String.valueOf(file.getFileName()), sound);
        } catch (WavException e) {
            throw new DemoException(file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new DemoException(file + ": there is no such file.", e);
        } catch (IOException e) {
            throw new DemoException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Speech shipped(String name) {
        try (InputStream in = Objects.requireNonNull(Whodis.class.getResourceAsStream("speech/" + name))) {
            return new Speech(name, WavFile.read(in));
        } catch (IOException | WavException e) {
            throw new IllegalStateException("the recording " + name + " of this program is damaged", e);
        }
    }
}
