package org.whodis.app.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SpeechInTimingTest {
    private static final int GAPS = 800;

    @Test
    void aConstantStreamTellsNothingHoweverTheMachineStutters() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            assertThat(SpeechInTiming.of(gaps(random, false, speech(random)), speech(new Random(seed + 99)))
                            .told())
                    .as("seed " + seed)
                    .isFalse();
        }
    }

    @Test
    void spellsOfDelayAtTheBeginningAreNotTakenForSpeech() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            double[] gaps = gaps(random, false, new boolean[GAPS]);
            for (int i = 0; i < 150; i++) {
                gaps[i] += 4 * random.nextGaussian();
            }
            boolean[] first = new boolean[GAPS];
            java.util.Arrays.fill(first, 20, 350, true);
            assertThat(SpeechInTiming.of(gaps, first).told()).as("seed " + seed).isFalse();
        }
    }

    @Test
    void aStreamThatPausesWithTheSpeechIsFoundOut() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            boolean[] speech = speech(random);
            SpeechInTiming.Result result = SpeechInTiming.of(gaps(random, true, speech), speech);
            assertThat(result.told()).as("seed " + seed + ": " + result).isTrue();
        }
    }

    @Test
    void tooLittleSpeechProvesNothing() {
        boolean[] speech = new boolean[GAPS];
        speech[4] = true;
        SpeechInTiming.Result result = SpeechInTiming.of(new double[GAPS], speech);
        assertThat(result.told()).isFalse();
        assertThat(result.p()).isEqualTo(1);
        assertThat(result.inSpeech()).isEqualTo(1);
    }

    /** Words and pauses of a quarter to one and a half seconds. */
    private static boolean[] speech(Random random) {
        boolean[] speech = new boolean[GAPS];
        boolean on = false;
        for (int i = 0; i < GAPS; on = !on) {
            int length = 12 + random.nextInt(60);
            for (int j = 0; j < length && i < GAPS; j++) {
                speech[i++] = on;
            }
        }
        return speech;
    }

    private static double[] gaps(Random random, boolean leaking, boolean[] speech) {
        double[] gaps = new double[GAPS];
        for (int i = 0; i < GAPS; i++) {
            gaps[i] = 20 + 0.3 * random.nextGaussian();
            if (leaking && !speech[i]) {
                gaps[i] += 1.5 * Math.abs(random.nextGaussian());
            }
        }
        return gaps;
    }
}
