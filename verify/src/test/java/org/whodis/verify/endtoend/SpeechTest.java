package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.Pcm;

/** The measure by which the tests of calls tell that a person was heard. */
class SpeechTest {
    private static final int RATE = AudioFrame.SAMPLE_RATE;

    @Test
    void anotherPersonsSpeechIsNotAlike() {
        assertThat(Speech.likeness(Speech.ofAda(), Speech.ofBob())).isLessThan(0.75);
        assertThat(Speech.likeness(Speech.ofBob(), Speech.ofAda())).isLessThan(0.75);
    }

    @Test
    void noiseAndSilenceAreNotAlike() {
        Random random = new Random(1);
        short[] noise = new short[4 * RATE];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) random.nextInt(-8_000, 8_000);
        }
        assertThat(Speech.likeness(Speech.ofAda(), Pcm.ofShorts(RATE, noise))).isLessThan(0.5);
        assertThat(Speech.likeness(Speech.ofAda(), Pcm.ofShorts(RATE, new short[4 * RATE])))
                .isZero();
    }

    @Test
    void speechWithAGapInItIsAlike() {
        float[] spoken = Speech.ofAda().toFloats();
        short[] heard = new short[6 * RATE];
        copy(spoken, RATE, heard, RATE / 2, 5 * RATE / 2);
        copy(spoken, 7 * RATE / 2, heard, 4 * RATE, 3 * RATE / 2);
        assertThat(Speech.likeness(Speech.ofAda(), Pcm.ofShorts(RATE, heard))).isGreaterThan(0.99);
    }

    private static void copy(float[] from, int at, short[] to, int into, int length) {
        float[] part = Arrays.copyOfRange(from, at, at + length);
        for (int i = 0; i < length; i++) {
            to[into + i] = (short) Math.round(part[i] * Short.MAX_VALUE);
        }
    }
}
