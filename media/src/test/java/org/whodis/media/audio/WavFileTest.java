package org.whodis.media.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.TestSpeech;
import org.whodis.media.audio.WavException.Reason;

class WavFileTest {
    private static final byte[] PCM_GUID = {
        1, 0, 0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xaa, 0, 0x38, (byte) 0x9b, 0x71
    };

    @ParameterizedTest
    @CsvSource({
        "8000,8,1",
        "8000,16,1",
        "11025,8,2",
        "16000,16,1",
        "22050,24,2",
        "32000,16,2",
        "44100,16,2",
        "44100,24,1",
        "48000,24,2",
        "48000,16,1"
    })
    void whatTheJdkWritesIsReadToTheLastBit(int rate, int bits, int channels) throws Exception {
        long seed = 31L * rate + bits;
        byte[] samples = new byte[999 * channels * bits / 8];
        new Random(seed).nextBytes(samples);
        AudioFormat format = new AudioFormat(
                bits == 8 ? AudioFormat.Encoding.PCM_UNSIGNED : AudioFormat.Encoding.PCM_SIGNED,
                rate,
                bits,
                channels,
                channels * bits / 8,
                rate,
                false);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        AudioSystem.write(
                new AudioInputStream(new ByteArrayInputStream(samples), format, 999), AudioFileFormat.Type.WAVE, file);

        Pcm read = WavFile.read(new ByteArrayInputStream(file.toByteArray()));

        assertThat(read.sampleRate()).isEqualTo(rate);
        assertThat(read.length()).isEqualTo(999);
        for (int i = 0; i < 999; i++) {
            double expected = 0;
            for (int channel = 0; channel < channels; channel++) {
                expected += sample(samples, (i * channels + channel) * bits / 8, bits) / channels;
            }
            assertThat((double) read.sample(i))
                    .as("seed %s, sample %s", seed, i)
                    .isCloseTo(expected, within(1e-7));
        }
    }

    @Test
    void whatIsWrittenIsReadByUsAndByTheJdk() throws Exception {
        short[] samples = {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE, 12_345};
        byte[] file = WavFile.write(Pcm.ofShorts(16_000, samples));
        assertThat(WavFile.read(file).toShorts()).isEqualTo(samples);
        AudioInputStream jdk = AudioSystem.getAudioInputStream(new ByteArrayInputStream(file));
        assertThat(jdk.getFormat().getSampleRate()).isEqualTo(16_000);
        assertThat(jdk.getFrameLength()).isEqualTo(samples.length);
        ByteBuffer data = ByteBuffer.wrap(jdk.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (short sample : samples) {
            assertThat(data.getShort()).isEqualTo(sample);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSpeechThatIsShippedIsTenSecondsLong(TestSpeech speech) {
        Pcm pcm = speech.pcm();
        assertThat(pcm.sampleRate()).isEqualTo(16_000);
        assertThat(pcm.seconds()).isBetween(9.5, 10.5);
    }

    @Test
    void extensibleFormatsAndChunksOfOddLengthAnywhereAreRead() throws WavException {
        byte[] file = riff(
                chunk("LIST", new byte[7]),
                chunk("fmt ", extensible(2, 48_000, 24, 20, PCM_GUID)),
                chunk("fact", new byte[4]),
                chunk("junk", new byte[1]),
                chunk("data", new byte[] {0, 0, 0x40, 0, 0, 0x40}),
                chunk("LIST", new byte[3]));
        assertThat(WavFile.read(file).toFloats()).containsExactly(0.5f);
    }

    @Test
    void aPadByteMayBeMissingAtTheEndAndBytesAfterTheEndDoNotCount() throws WavException {
        byte[] eight = format(1, 1, 8_000, 1, 8);
        byte[] file = riff(chunk("fmt ", eight), chunk("data", new byte[] {0, (byte) 255, (byte) 128}));
        byte[] unpadded = java.util.Arrays.copyOf(file, file.length - 1);
        assertThat(WavFile.read(unpadded).toFloats()).containsExactly(-1f, 127 / 128f, 0f);
        byte[] longer = java.util.Arrays.copyOf(file, file.length + 100);
        assertThat(WavFile.read(longer).length()).isEqualTo(3);
    }

    @Test
    void floatingPointIsRefusedByName() {
        refused(Reason.UNSUPPORTED_ENCODING, "floating point", wav(format(3, 1, 48_000, 4, 32)));
        byte[] floatGuid = PCM_GUID.clone();
        floatGuid[0] = 3;
        refused(Reason.UNSUPPORTED_ENCODING, "floating point", wav(extensible(1, 48_000, 32, 32, floatGuid)));
    }

    @ParameterizedTest
    @CsvSource({"6,A-law", "7,mu-law", "2,ADPCM", "17,IMA ADPCM", "85,MP3", "49,GSM 6.10", "999,encoding 999"})
    void compressedSamplesAreRefusedByName(int tag, String name) {
        refused(Reason.UNSUPPORTED_ENCODING, name, wav(format(tag, 1, 8_000, 1, 8)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7_999, 48_001, 96_000, 192_000, -1})
    void otherSampleRatesAreRefused(int rate) {
        refused(Reason.UNSUPPORTED_SAMPLE_RATE, (rate & 0xffff_ffffL) + " samples", wav(format(1, 1, rate, 2, 16)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 12, 20, 32, 64, 65_535})
    void otherSampleSizesAreRefused(int bits) {
        refused(Reason.UNSUPPORTED_SAMPLE_SIZE, bits + " bits", wav(format(1, 1, 8_000, bits / 8, bits)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6, 65_535})
    void otherNumbersOfChannelsAreRefused(int channels) {
        refused(Reason.UNSUPPORTED_CHANNELS, channels + " channels", wav(format(1, channels, 8_000, 2, 16)));
    }

    @Test
    void formatsThatContradictThemselvesAreRefused() {
        refused(Reason.MALFORMED_FORMAT, "instead of 2", wav(format(1, 1, 8_000, 4, 16)));
        refused(Reason.MALFORMED_FORMAT, "only 14 bytes", wav(new byte[14]));
        refused(Reason.MALFORMED_FORMAT, "valid bits", wav(extensible(1, 8_000, 16, 24, PCM_GUID)));
        refused(Reason.MALFORMED_FORMAT, "too short", wav(format(0xfffe, 1, 8_000, 2, 16)));
        byte[] privateGuid = PCM_GUID.clone();
        privateGuid[15] = 0;
        refused(Reason.UNSUPPORTED_ENCODING, "private", wav(extensible(1, 8_000, 16, 16, privateGuid)));
    }

    @Test
    void filesWithoutSoundAreRefused() {
        byte[] format = format(1, 1, 8_000, 2, 16);
        refused(Reason.NO_DATA, "empty", riff(chunk("fmt ", format), chunk("data", new byte[0])));
        refused(Reason.NO_DATA, "no data", riff(chunk("fmt ", format)));
        refused(Reason.NO_FORMAT, "no format", riff(chunk("data", new byte[2]), chunk("fmt ", format)));
        refused(Reason.TRUNCATED, "middle", riff(chunk("fmt ", format), chunk("data", new byte[3])));
    }

    @Test
    void whatIsNoWavFileIsRefused() {
        refused(Reason.NOT_A_WAV_FILE, "only 0 bytes", new byte[0]);
        refused(Reason.NOT_A_WAV_FILE, "ID3", "ID3\4 and so on, an MP3".getBytes(StandardCharsets.US_ASCII));
        refused(Reason.NOT_A_WAV_FILE, "RIFX", "RIFX\0\0\0\0WAVEfmt ".getBytes(StandardCharsets.US_ASCII));
        refused(Reason.NOT_A_WAV_FILE, "AVI", "RIFF\0\0\0\0AVI LIST".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void sizesThatTheFileDoesNotHaveAreRefusedWithoutBeingAllocated() {
        byte[] file = wav(format(1, 1, 8_000, 2, 16));
        for (int size : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20}) {
            byte[] dataSize = file.clone();
            ByteBuffer.wrap(dataSize).order(ByteOrder.LITTLE_ENDIAN).putInt(40, size);
            refused(Reason.TRUNCATED, "\"data\" says", dataSize);
            byte[] riffSize = file.clone();
            ByteBuffer.wrap(riffSize).order(ByteOrder.LITTLE_ENDIAN).putInt(4, size);
            refused(Reason.TRUNCATED, "The file says", riffSize);
        }
    }

    @Test
    void aFileCutAnywhereIsRefused() throws WavException {
        byte[] file = riff(
                chunk("LIST", new byte[6]), chunk("fmt ", format(1, 2, 44_100, 4, 16)), chunk("data", new byte[40]));
        WavFile.read(file);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(file, length);
            assertThatThrownBy(() -> WavFile.read(cut)).as("cut to %s", length).isInstanceOf(WavException.class);
        }
    }

    @Test
    void mutatedFilesAreReadOrRefusedAndNothingElse() {
        long seed = 20_261_122L;
        Random random = new Random(seed);
        byte[] file = riff(
                chunk("LIST", new byte[5]),
                chunk("fmt ", extensible(2, 48_000, 24, 24, PCM_GUID)),
                chunk("data", new byte[60]));
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] mutated = java.util.Arrays.copyOf(file, file.length - random.nextInt(3) * random.nextInt(20));
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(WavFile.read(mutated).length()).isPositive();
                read++;
            } catch (WavException e) {
                assertThat(e.reason()).isNotNull();
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertThat(read).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(1_000);
    }

    private static void refused(Reason reason, String found, byte[] file) {
        assertThatThrownBy(() -> WavFile.read(file))
                .isInstanceOfSatisfying(
                        WavException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(found)
                .hasMessageContaining("Accepted are PCM WAV files of 8000 to 48000 Hz");
    }

    private static byte[] wav(byte[] format) {
        return riff(chunk("fmt ", format), chunk("data", new byte[24]));
    }

    private static byte[] format(int tag, int channels, int rate, int blockAlign, int bits) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) tag)
                .putShort((short) channels)
                .putInt(rate)
                .putInt(rate * blockAlign)
                .putShort((short) blockAlign)
                .putShort((short) bits)
                .array();
    }

    private static byte[] extensible(int channels, int rate, int bits, int validBits, byte[] guid) {
        return ByteBuffer.allocate(40)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(format(0xfffe, channels, rate, channels * bits / 8, bits))
                .putShort((short) 22)
                .putShort((short) validBits)
                .putInt(3)
                .put(guid)
                .array();
    }

    private static byte[] chunk(String id, byte[] body) {
        return ByteBuffer.allocate(8 + body.length + body.length % 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(id.getBytes(StandardCharsets.US_ASCII))
                .putInt(body.length)
                .put(body)
                .array();
    }

    private static byte[] riff(byte[]... chunks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            int length = 4;
            for (byte[] chunk : chunks) {
                length += chunk.length;
            }
            out.write(ByteBuffer.allocate(12)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                    .putInt(length)
                    .put("WAVE".getBytes(StandardCharsets.US_ASCII))
                    .array());
            for (byte[] chunk : chunks) {
                out.write(chunk);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static double sample(byte[] data, int at, int bits) {
        return switch (bits) {
            case 8 -> ((data[at] & 0xff) - 128) / 128.0;
            case 16 -> (short) (data[at] & 0xff | data[at + 1] << 8) / 32_768.0;
            default -> (data[at] & 0xff | (data[at + 1] & 0xff) << 8 | data[at + 2] << 16) / 8_388_608.0;
        };
    }
}
