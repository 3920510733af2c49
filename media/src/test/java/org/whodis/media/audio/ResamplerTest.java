package org.whodis.media.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whodis.media.TestSpeech;

class ResamplerTest {
    @ParameterizedTest
    @CsvSource({
        "8000,48000",
        "11025,48000",
        "16000,48000",
        "22050,48000",
        "32000,48000",
        "44100,48000",
        "47999,48000",
        "48000,8000",
        "48000,11025",
        "48000,16000",
        "48000,44100",
        "48000,47999"
    })
    void tonesUpTo43PercentOfTheLowerRatePassUnchangedAndInPlace(int from, int to) {
        int lower = Math.min(from, to);
        for (double part : new double[] {0.001, 0.05, 0.2, 0.35, 0.43}) {
            double frequency = part * lower;
            float[] out = Resampler.resample(tone(frequency, from, from), from, to);
            assertThat(out).hasSize(to);
            double error = 0;
            // The ends, where the tone begins and ends at once, are no tone.
            for (int i = to / 10; i < to - to / 10; i++) {
                double difference = out[i] - 0.5 * Math.sin(2 * Math.PI * frequency * i / to);
                error += difference * difference;
            }
            double decibels = 10 * Math.log10(error / (0.8 * to) / 0.125);
            assertThat(decibels).as("%s Hz, %s to %s", frequency, from, to).isLessThan(-65);
        }
    }

    @ParameterizedTest
    @CsvSource({"48000,8000", "48000,16000", "48000,11025", "44100,32000"})
    void tonesAboveHalfTheNewRateAreStoppedInsteadOfFoldedBack(int from, int to) {
        for (double frequency = 0.5 * to; frequency < from / 2.0; frequency += from / 40.0) {
            double level = level(Resampler.resample(tone(frequency, from, from), from, to));
            assertThat(level).as("%s Hz, %s to %s", frequency, from, to).isLessThan(-70);
        }
    }

    @ParameterizedTest
    @CsvSource({"8000,48000", "16000,48000", "11025,48000"})
    void imagesOfAToneAboveHalfTheOldRateDoNotAppear(int from, int to) {
        double frequency = 0.4 * from;
        float[] out = Resampler.resample(tone(frequency, from, from), from, to);
        for (int image = 1; image * from - frequency < to / 2.0; image++) {
            assertThat(goertzel(out, image * from - frequency, to)).isLessThan(-80);
            if (image * from + frequency < to / 2.0) {
                assertThat(goertzel(out, image * from + frequency, to)).isLessThan(-80);
            }
        }
        assertThat(goertzel(out, frequency, to)).isCloseTo(20 * Math.log10(0.5), within(0.05));
    }

    @Test
    void aConstantStaysTheSameConstant() {
        float[] constant = new float[5_000];
        Arrays.fill(constant, 0.25f);
        float[] out = Resampler.resample(constant, 44_100, 48_000);
        for (int i = 200; i < out.length - 200; i++) {
            assertThat(out[i]).isCloseTo(0.25f, within(1e-5f));
        }
    }

    @ParameterizedTest
    @CsvSource({"16000,48000", "44100,48000", "48000,11025", "8000,47999"})
    void inPiecesOfAnySizeItGivesTheSameAsInOne(int from, int to) {
        long seed = 31L * from + to;
        Random random = new Random(seed);
        float[] input = new float[7_000];
        for (int i = 0; i < input.length; i++) {
            input[i] = random.nextFloat() - 0.5f;
        }
        float[] whole = Resampler.resample(input, from, to);
        Resampler resampler = new Resampler(from, to);
        float[] pieces = new float[0];
        for (int at = 0; at < input.length; ) {
            int length = Math.min(input.length - at, random.nextInt(700));
            pieces = concat(pieces, resampler.process(Arrays.copyOfRange(input, at, at + length)));
            at += length;
        }
        pieces = concat(pieces, resampler.finish());
        assertThat(pieces).as("seed %s", seed).isEqualTo(whole);
        assertThat(whole).hasSize((int) Math.ceil(7_000.0 * to / from));
    }

    @Test
    void anHourOfStreamingKeepsTheCountExact() {
        Resampler resampler = new Resampler(44_100, 48_000);
        long out = 0;
        for (int i = 0; i < 360; i++) {
            out += resampler.process(new float[44_100]).length;
        }
        assertThat(out + resampler.finish().length).isEqualTo(360L * 48_000);
    }

    @Test
    void speechSurvivesTheWayTo48KilohertzAndBack() {
        Pcm speech = TestSpeech.SENSE_AND_SENSIBILITY.pcm();
        Pcm back = speech.resampledTo(48_000).resampledTo(16_000);
        assertThat(back.length()).isEqualTo(speech.length());
        double signal = 0;
        double error = 0;
        for (int i = 0; i < speech.length(); i++) {
            signal += speech.sample(i) * speech.sample(i);
            error += Math.pow(speech.sample(i) - back.sample(i), 2);
        }
        System.out.println("speech there and back: " + 10 * Math.log10(signal / error) + " dB");
        // What is lost lies above 0.43 of the rate, 6.9 kHz.
        assertThat(10 * Math.log10(signal / error)).isGreaterThan(40);
    }

    @Test
    void emptyInputGivesEmptyOutput() {
        assertThat(Resampler.resample(new float[0], 16_000, 48_000)).isEmpty();
        assertThat(Resampler.resample(new float[] {1}, 16_000, 48_000)).hasSize(3);
    }

    @Test
    void otherRatesAreAFault() {
        for (int rate : new int[] {-1, 0, 7_999, 48_001}) {
            assertThatThrownBy(() -> new Resampler(rate, 48_000)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Resampler(48_000, rate)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static float[] tone(double frequency, int rate, int length) {
        float[] out = new float[length];
        for (int i = 0; i < length; i++) {
            out[i] = (float) (0.5 * Math.sin(2 * Math.PI * frequency * i / rate));
        }
        return out;
    }

    /** The level of the middle of {@code samples} in dB of full scale. */
    private static double level(float[] samples) {
        double sum = 0;
        int from = samples.length / 10;
        for (int i = from; i < samples.length - from; i++) {
            sum += samples[i] * samples[i];
        }
        return 10 * Math.log10(2 * sum / (samples.length - 2 * from) + 1e-20);
    }

    /** The amplitude of one frequency in dB of full scale, under a Hann window. */
    private static double goertzel(float[] samples, double frequency, int rate) {
        double re = 0;
        double im = 0;
        double weights = 0;
        for (int i = 0; i < samples.length; i++) {
            double weight = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / samples.length);
            re += weight * samples[i] * Math.cos(2 * Math.PI * frequency * i / rate);
            im += weight * samples[i] * Math.sin(2 * Math.PI * frequency * i / rate);
            weights += weight;
        }
        return 20 * Math.log10(2 * Math.hypot(re, im) / weights + 1e-20);
    }

    private static float[] concat(float[] a, float[] b) {
        float[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }
}
