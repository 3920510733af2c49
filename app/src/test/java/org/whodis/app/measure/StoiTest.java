package org.whodis.app.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whodis.media.audio.Pcm;

/**
 * STOI against its properties and against pystoi (github.com/mpariente/pystoi, which is tested against the authors' own
 * Matlab program): the reference values were made with it from the shipped recordings and the noise of {@link
 * TestSignals#noise} with seed 1.
 */
final class StoiTest {
    private static final double[] SPEECH = TestSignals.doubles(TestSignals.speech("sense-and-sensibility.wav"));
    private static final double[] OTHER = TestSignals.doubles(TestSignals.speech("go-forward.wav"));

    @ParameterizedTest
    @CsvSource({
        "20, 0.860504899, 0.762704010",
        "10, 0.737796378, 0.631673779",
        "5, 0.653947261, 0.557790216",
        "0, 0.565602195, 0.479972663",
        "-5, 0.481454074, 0.403845774",
        "-10, 0.406779408, 0.335103362"
    })
    void noiseGivesTheValuesOfTheReferenceProgram(double snrDb, double speech, double other) {
        assertThat(Stoi.of(SPEECH, noisy(SPEECH, snrDb))).isCloseTo(speech, within(1e-8));
        assertThat(Stoi.of(OTHER, noisy(OTHER, snrDb))).isCloseTo(other, within(1e-8));
    }

    @Test
    void clippingHolesAndUnrelatedSoundsGiveTheValuesOfTheReferenceProgram() {
        double[] clipped = SPEECH.clone();
        double[] holes = SPEECH.clone();
        for (int i = 0; i < SPEECH.length; i++) {
            clipped[i] = Math.clamp(clipped[i], -0.05, 0.05);
            holes[i] = i % 4000 < 1000 ? 0 : holes[i];
        }
        assertThat(Stoi.of(SPEECH, clipped)).isCloseTo(0.809808787, within(1e-8));
        assertThat(Stoi.of(SPEECH, holes)).isCloseTo(0.697431237, within(1e-8));
        assertThat(Stoi.of(SPEECH, TestSignals.noise(SPEECH.length, 1))).isCloseTo(0.297342762, within(1e-8));
    }

    @ParameterizedTest
    @CsvSource({"20, 0.956892", "10, 0.879385", "0, 0.720508", "-10, 0.534215"})
    void afterResamplingItStaysWithinAHundredthOfTheReferenceProgram(double snrDb, double reference) {
        double[] noisy = noisy(SPEECH, snrDb);
        assertThat(Stoi.of(resampled(SPEECH), resampled(noisy))).isCloseTo(reference, within(0.01));
    }

    @Test
    void whatWasNotChangedScoresOne() {
        assertThat(Stoi.of(SPEECH, SPEECH)).isCloseTo(1, within(1e-12));
    }

    @Test
    void loudnessDoesNotMatter() {
        double[] quiet = SPEECH.clone();
        for (int i = 0; i < quiet.length; i++) {
            quiet[i] *= 0.01;
        }
        assertThat(Stoi.of(SPEECH, quiet)).isCloseTo(1, within(1e-9));
    }

    @Test
    void anotherPersonsSpeechScoresLow() {
        int length = Math.min(SPEECH.length, OTHER.length);
        assertThat(Stoi.of(java.util.Arrays.copyOf(SPEECH, length), java.util.Arrays.copyOf(OTHER, length)))
                .isLessThan(0.4);
    }

    @Test
    void silencePutInBetweenChangesLittle() {
        double[] spoken = new double[SPEECH.length + 50_000];
        double[] heard = spoken.clone();
        System.arraycopy(SPEECH, 0, spoken, 25_000, SPEECH.length);
        System.arraycopy(noisy(SPEECH, 5), 0, heard, 25_000, SPEECH.length);
        assertThat(Stoi.of(spoken, heard)).isCloseTo(Stoi.of(SPEECH, noisy(SPEECH, 5)), within(0.02));
    }

    @Test
    void silenceAndDifferentLengthsAreRefused() {
        assertThatThrownBy(() -> Stoi.of(new double[100], new double[100])).hasMessageContaining("384 ms");
        assertThatThrownBy(() -> Stoi.of(new double[100], new double[101])).hasMessageContaining("100 and 101");
    }

    private static double[] noisy(double[] signal, double snrDb) {
        return TestSignals.withNoise(signal, TestSignals.noise(signal.length, 1), snrDb);
    }

    private static double[] resampled(double[] signal) {
        float[] samples = new float[signal.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) signal[i];
        }
        return TestSignals.doubles(Pcm.ofFloats(16_000, samples).resampledTo(Stoi.SAMPLE_RATE));
    }
}
