package org.whodis.phone.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.PcmSource;
import org.whodis.media.audio.WavException;
import org.whodis.media.audio.WavFile;
import org.whodis.phone.audio.AudioDevices;
import org.whodis.phone.audio.AudioUnavailableException;
import org.whodis.phone.audio.Loudspeaker;
import org.whodis.phone.audio.Microphone;
import org.whodis.phone.audio.SoundDevices;
import org.whodis.phone.audio.WavRecorder;
import picocli.CommandLine.Option;

/** What to speak and hear with: microphone and loudspeaker, or WAV files, or nothing. */
final class AudioOptions {
    @Option(
            names = "--wav-in",
            paramLabel = "FILE",
            description = "Say what is in FILE (PCM WAV) instead of the microphone.")
    private @Nullable Path wavIn;

    @Option(names = "--once", description = "With --wav-in: say it once, then be silent, instead of over and over.")
    private boolean once;

    @Option(
            names = "--wav-out",
            paramLabel = "FILE",
            description = "Record what is heard to FILE (WAV) instead of the loudspeaker.")
    private @Nullable Path wavOut;

    @Option(names = "--microphone", paramLabel = "NAME", description = "The microphone whose name contains NAME.")
    private @Nullable String microphone;

    @Option(names = "--loudspeaker", paramLabel = "NAME", description = "The loudspeaker whose name contains NAME.")
    private @Nullable String loudspeaker;

    @Option(names = "--no-microphone", description = "Be silent.")
    private boolean noMicrophone;

    @Option(names = "--no-loudspeaker", description = "Hear nothing.")
    private boolean noLoudspeaker;

    @Option(names = "--seconds", paramLabel = "N", description = "Hang up N seconds after the call has come about.")
    private int seconds;

    int seconds() {
        return seconds;
    }

    /**
     * Reads the files and looks for the devices now, so that whatever is missing is said before anybody's phone rings.
     *
     * @throws CliException that says what to do instead
     */
    AudioDevices devices() throws CliException {
        Pcm speech = wavIn == null ? null : readWav(wavIn);
        if (speech == null && !noMicrophone && SoundDevices.microphones().isEmpty()) {
            throw new CliException(
                    ExitStatus.FAILED,
                    "This machine has no microphone that Java can use. Say a recording with --wav-in FILE, or nothing with --no-microphone.");
        }
        if (wavOut == null && !noLoudspeaker && SoundDevices.loudspeakers().isEmpty()) {
            throw new CliException(
                    ExitStatus.FAILED,
                    "This machine has no loudspeaker that Java can use. Record with --wav-out FILE, or hear nothing with --no-loudspeaker.");
        }
        return new Chosen(speech);
    }

    private static Pcm readWav(Path file) throws CliException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return WavFile.read(in);
        } catch (WavException e) {
            throw new CliException(ExitStatus.FAILED, file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new CliException(ExitStatus.FAILED, "The recording cannot be read: " + e + ".");
        }
    }

    private final class Chosen implements AudioDevices {
        private final @Nullable Pcm speech;
        private final Set<Path> recorded = new HashSet<>();

        Chosen(@Nullable Pcm speech) {
            this.speech = speech;
        }

        @Override
        public AudioSource openSource(CallId call) throws AudioUnavailableException {
            if (speech != null) {
                return once ? PcmSource.once(speech) : PcmSource.repeating(speech);
            }
            if (noMicrophone) {
                return frame -> {
                    Arrays.fill(frame, (short) 0);
                    return true;
                };
            }
            return Microphone.open(microphone);
        }

        @Override
        public AudioSink openSink(CallId call) throws AudioUnavailableException {
            if (wavOut != null) {
                return WavRecorder.create(unused(wavOut));
            }
            return noLoudspeaker ? frame -> {} : Loudspeaker.open(loudspeaker);
        }

        /** A second call in one run must not write over the first one's recording. */
        private synchronized Path unused(Path wanted) {
            Path file = wanted;
            for (int n = 2; !recorded.add(file); n++) {
                String name = wanted.getFileName().toString();
                int dot = name.lastIndexOf('.');
                String numbered = dot < 0 ? name + "-" + n : name.substring(0, dot) + "-" + n + name.substring(dot);
                file = wanted.resolveSibling(numbered);
            }
            return file;
        }
    }
}
