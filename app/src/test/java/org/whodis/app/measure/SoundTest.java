package org.whodis.app.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SoundTest {
    private static final double[] SPEECH = TestSignals.doubles(TestSignals.speech("go-forward.wav"));

    @Test
    void theTransformAgreesWithItsDefinition() {
        int size = 64;
        double[] real = TestSignals.noise(size, 3);
        double[] imaginary = TestSignals.noise(size, 4);
        double[] expectedReal = new double[size];
        double[] expectedImaginary = new double[size];
        for (int k = 0; k < size; k++) {
            for (int n = 0; n < size; n++) {
                double angle = -2 * Math.PI * k * n / size;
                expectedReal[k] += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle);
                expectedImaginary[k] += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle);
            }
        }
        double[] r = real.clone();
        double[] m = imaginary.clone();
        new Fft(size).forward(r, m);
        assertThat(r).containsExactly(expectedReal, within(1e-10));
        assertThat(m).containsExactly(expectedImaginary, within(1e-10));
        new Fft(size).inverse(r, m);
        assertThat(r).containsExactly(real, within(1e-12));
        assertThat(m).containsExactly(imaginary, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {-4000, -1, 0, 1, 777, 16_000})
    void aDelayIsFoundToTheSample(int delay) {
        double[] heard = TestSignals.withNoise(
                Sound.shifted(SPEECH, -delay, SPEECH.length + 20_000),
                TestSignals.noise(SPEECH.length + 20_000, 2),
                10);
        Sound.Alignment alignment = Sound.align(SPEECH, heard, -5_000, 20_000);
        assertThat(alignment.lag()).isEqualTo(delay);
        assertThat(alignment.correlation()).isGreaterThan(0.9);
    }

    @Test
    void aSoundThatJumpsByAFrameInTheMiddleIsLaidBackPieceByPiece() {
        double[] heard = Sound.shifted(SPEECH, -1_000, SPEECH.length + 5_000);
        System.arraycopy(Sound.shifted(SPEECH, -1_320, heard.length), 80_000, heard, 80_000, heard.length - 80_000);
        Sound.Alignment whole = Sound.align(SPEECH, heard, 0, 5_000);
        Sound.Laid laid = Sound.alignPiecewise(SPEECH, heard, whole, 8_000, 2_000);
        assertThat(Statistics.summary(laid.lags()).min()).isEqualTo(1_000);
        assertThat(Statistics.summary(laid.lags()).max()).isEqualTo(1_320);
        double straight = Stoi.of(SPEECH, Sound.shifted(heard, whole.lag(), SPEECH.length));
        assertThat(Stoi.of(SPEECH, laid.heard())).isGreaterThan(0.98).isGreaterThan(straight + 0.02);
    }

    @Test
    void unrelatedSoundsAreNotRecognisedPieceByPieceEither() {
        double[] noise = TestSignals.noise(SPEECH.length, 8);
        Sound.Alignment whole = Sound.align(SPEECH, noise, 0, 5_000);
        Sound.Laid laid = Sound.alignPiecewise(SPEECH, noise, whole, 8_000, 2_000);
        assertThat(laid.lags()).isEmpty();
        assertThat(Stoi.of(SPEECH, laid.heard())).isLessThan(0.45);
    }

    @Test
    void unrelatedSoundsCorrelateLittle() {
        Sound.Alignment alignment = Sound.align(SPEECH, TestSignals.noise(SPEECH.length, 2), -5_000, 5_000);
        assertThat(Math.abs(alignment.correlation())).isLessThan(0.05);
    }

    @Test
    void shiftingUndoesADelay() {
        double[] late = Sound.shifted(SPEECH, -300, SPEECH.length + 300);
        assertThat(Sound.shifted(late, 300, SPEECH.length)).isEqualTo(SPEECH);
    }

    @Test
    void levelsAreThoseOfTheDefinition() {
        double[] sine = new double[48_000];
        for (int i = 0; i < sine.length; i++) {
            sine[i] = 0.5 * Math.sin(2 * Math.PI * 1000 * i / 48_000);
        }
        assertThat(Sound.levelDb(sine)).isCloseTo(-9.031, within(0.001));
        assertThat(Sound.peakDb(sine)).isCloseTo(-6.021, within(0.001));
        assertThat(Sound.levelDb(new double[10])).isEqualTo(-120);
    }

    @Test
    void theDistortionRatioIsThatOfTheNoisePutInAndBlindToLoudness() {
        double[] noise = TestSignals.noise(SPEECH.length, 5);
        for (double snr : new double[] {30, 10, 0}) {
            double[] noisy = TestSignals.withNoise(SPEECH, noise, snr);
            assertThat(Sound.scaleInvariantSdrDb(SPEECH, noisy)).isCloseTo(snr, within(0.3));
            double[] quiet = Arrays.stream(noisy).map(x -> x * 0.1).toArray();
            assertThat(Sound.scaleInvariantSdrDb(SPEECH, quiet)).isCloseTo(snr, within(0.3));
        }
        assertThat(Sound.scaleInvariantSdrDb(SPEECH, SPEECH)).isEqualTo(120);
    }

    @Test
    void framesOfSpeechAreToldFromPauses() {
        double[] signal = new double[3 * 960];
        System.arraycopy(TestSignals.noise(960, 1), 0, signal, 960, 960);
        assertThat(Sound.framesWithSpeech(signal, 960)).containsExactly(false, true, false);
        assertThat(Sound.framesWithSpeech(new double[960], 960)).containsExactly(false);
    }

    @Test
    void aToneStandsInItsRowOfTheSpectrogram() {
        double[] sine = new double[48_000];
        for (int i = 0; i < sine.length; i++) {
            sine[i] = Math.sin(2 * Math.PI * 4000 * i / 48_000);
        }
        float[][] picture = Spectrogram.of(sine, 48_000, 10, 100, 8000, -80);
        int brightest = 0;
        for (int row = 0; row < 100; row++) {
            brightest = picture[5][row] > picture[5][brightest] ? row : brightest;
        }
        double mel = 2595 * Math.log10(1 + 4000 / 700.0) / (2595 * Math.log10(1 + 8000 / 700.0));
        assertThat(brightest).isCloseTo((int) (100 - 100 * mel), within(1));
        assertThat(picture[5][brightest]).isGreaterThan(0.95f);
        assertThat(picture[5][99]).isLessThan(0.2f);
    }
}
