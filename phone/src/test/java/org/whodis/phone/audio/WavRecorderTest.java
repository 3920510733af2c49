package org.whodis.phone.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;

class WavRecorderTest {
    @TempDir
    Path folder;

    @Test
    void whatWasHeardIsInTheFileSampleForSample() throws Exception {
        Path file = folder.resolve("heard.wav");
        short[] all = new short[7 * AudioFrame.SAMPLES];
        try (WavRecorder recorder = WavRecorder.create(file)) {
            for (int f = 0; f < 7; f++) {
                short[] frame = new short[AudioFrame.SAMPLES];
                for (int i = 0; i < frame.length; i++) {
                    frame[i] = (short) (f * 1000 + i - 3000);
                    all[f * AudioFrame.SAMPLES + i] = frame[i];
                }
                recorder.write(frame);
                // The caller may use its array again.
                java.util.Arrays.fill(frame, (short) 99);
            }
        }
        Pcm heard = WavFile.read(Files.readAllBytes(file));
        assertThat(heard.sampleRate()).isEqualTo(AudioFrame.SAMPLE_RATE);
        assertThat(heard.toShorts()).isEqualTo(all);
    }

    @Test
    void theFileCanBeReadWhileTheCallGoesOnSoThatAKilledPhoneLeavesIt() throws Exception {
        Path file = folder.resolve("heard.wav");
        try (WavRecorder recorder = WavRecorder.create(file)) {
            for (int f = 0; f < 120; f++) {
                recorder.write(new short[AudioFrame.SAMPLES]);
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            // 44 bytes of header: until the first update of the sizes the file counts as empty, which WavFile refuses
            while (sizeInHeader(file) < 100 * 2 * AudioFrame.SAMPLES && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertThat(WavFile.read(Files.readAllBytes(file)).length()).isEqualTo(100 * AudioFrame.SAMPLES);
        }
        assertThat(WavFile.read(Files.readAllBytes(file)).length()).isEqualTo(120 * AudioFrame.SAMPLES);
    }

    @Test
    void aFileThatCannotBeWrittenIsSaidAtOnce() {
        assertThatThrownBy(() ->
                        WavRecorder.create(folder.resolve("no such folder").resolve("heard.wav")))
                .isInstanceOf(AudioUnavailableException.class)
                .hasMessageContaining("--wav-out");
    }

    @Test
    void closingTwiceIsFineAndWritingAfterwardsIsIgnored() throws Exception {
        WavRecorder recorder = WavRecorder.create(folder.resolve("heard.wav"));
        recorder.close();
        recorder.close();
        recorder.write(new short[AudioFrame.SAMPLES]);
        assertThat(recorder.fault()).isNull();
    }

    /** The length of the data chunk as the header says it, in bytes. */
    private static int sizeInHeader(Path file) throws Exception {
        return java.nio.ByteBuffer.wrap(Files.readAllBytes(file))
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(40);
    }
}
