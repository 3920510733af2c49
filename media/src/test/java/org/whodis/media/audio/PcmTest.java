package org.whodis.media.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.whodis.media.TestSpeech;

class PcmTest {
    @Test
    void samplesRoundAndClipInsteadOfWrapping() {
        float[] samples = {0f, 1f, -1f, 2f, -2f, 0.5f / 32_768, Float.NaN};
        assertThat(Pcm.ofFloats(48_000, samples).toShorts())
                .containsExactly(
                        0, Short.MAX_VALUE, Short.MIN_VALUE, Short.MAX_VALUE, Short.MIN_VALUE, (short) 1, (short) 0);
    }

    @Test
    void aSourcePlaysItsRecordingOnceAndThenSilence() {
        PcmSource source = PcmSource.once(Pcm.ofShorts(48_000, filled(1_500)));
        short[] frame = new short[960];
        assertThat(source.read(frame)).isTrue();
        assertThat(frame[959]).isEqualTo((short) 7);
        assertThat(source.read(frame)).isTrue();
        assertThat(frame[539]).isEqualTo((short) 7);
        assertThat(frame[540]).isZero();
        assertThat(source.read(frame)).isFalse();
        assertThat(frame).containsOnly((short) 0);
    }

    @Test
    void aRepeatingSourceHasNoGapEvenIfTheRecordingIsShorterThanAFrame() {
        PcmSource source = PcmSource.repeating(Pcm.ofShorts(48_000, filled(7)));
        short[] frame = new short[960];
        for (int i = 0; i < 10; i++) {
            assertThat(source.read(frame)).isTrue();
            assertThat(frame).containsOnly((short) 7);
        }
    }

    @Test
    void whatASourceGivesIsWhatASinkRecords() {
        Pcm speech = TestSpeech.GO_FORWARD.pcm();
        PcmSource source = PcmSource.once(speech);
        PcmSink sink = new PcmSink(1_000);
        short[] frame = new short[960];
        while (source.read(frame)) {
            sink.write(frame);
        }
        short[] expected = speech.resampledTo(48_000).toShorts();
        assertThat(java.util.Arrays.copyOf(sink.recorded().toShorts(), expected.length))
                .isEqualTo(expected);
    }

    @Test
    void aSinkDropsAndCountsWhatComesAfterItsBound() {
        PcmSink sink = new PcmSink(70);
        for (int i = 0; i < 100; i++) {
            sink.write(new short[960]);
        }
        assertThat(sink.recorded().length()).isEqualTo(70 * 960);
        assertThat(sink.droppedFrames()).isEqualTo(30);
    }

    @Test
    void framesOfAnotherLengthAreAFault() {
        assertThatThrownBy(() -> new PcmSink(1).write(new short[959])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PcmSource.once(Pcm.ofShorts(48_000, filled(1))).read(new short[961]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static short[] filled(int length) {
        short[] out = new short[length];
        java.util.Arrays.fill(out, (short) 7);
        return out;
    }
}
