package org.whodis.media.opus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.TestSpeech;
import org.whodis.media.audio.AudioFrame;

class OpusTest {
    private static final long SEED = 6_716;

    /** Sounds that an encoder with a variable rate or DTX would give different sizes. */
    enum Sound {
        SPEECH,
        SILENCE,
        NOISE,
        CLIPPING,
        SQUARE_WAVE,
        CONSTANT,
        CLICKS,
        SPEECH_MUTED_NOW_AND_THEN;

        short[] samples() {
            short[] out = Arrays.copyOf(TestSpeech.GO_FORWARD.samples(), 3 * 48_000);
            Random random = new Random(SEED);
            for (int i = 0; i < out.length; i++) {
                out[i] = switch (this) {
                    case SPEECH -> out[i];
                    case SILENCE -> 0;
                    case NOISE -> (short) random.nextInt(-32_768, 32_768);
                    case CLIPPING -> (short) Math.clamp(50L * out[i], -32_768, 32_767);
                    case SQUARE_WAVE -> i / 50 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
                    case CONSTANT -> Short.MIN_VALUE;
                    case CLICKS -> i % 9_600 == 0 ? Short.MAX_VALUE : 0;
                    case SPEECH_MUTED_NOW_AND_THEN -> i / 20_000 % 2 == 0 ? out[i] : 0;
                };
            }
            return out;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFrameOfEverySoundHasEightyBytesAndDecodes(Sound sound) throws OpusException {
        OpusEncoder encoder = new OpusEncoder();
        OpusDecoder decoder = new OpusDecoder();
        for (short[] frame : frames(sound.samples())) {
            byte[] packet = encoder.encode(frame);
            assertThat(packet).hasSize(80).hasSize(OpusEncoder.PACKET_LENGTH);
            assertThat(packet[0] & 7).as("one frame, one channel").isZero();
            assertThat(OpusPacket.samples(packet)).isEqualTo(AudioFrame.SAMPLES);
            assertThat(decoder.decode(packet)).hasSize(AudioFrame.SAMPLES);
        }
        assertThat(encoder.faults()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void speechComesOutAsTheSameSpeech(TestSpeech speech) throws OpusException {
        short[] said = speech.samples();
        OpusEncoder encoder = new OpusEncoder();
        OpusDecoder decoder = new OpusDecoder();
        short[] heard = new short[said.length + 2_000];
        int at = 0;
        for (short[] frame : frames(said)) {
            System.arraycopy(decoder.decode(encoder.encode(frame)), 0, heard, at, frame.length);
            at += frame.length;
        }
        double best = 0;
        int delay = 0;
        for (int lag = 0; lag < 500; lag++) {
            double correlation = correlation(said, heard, lag);
            if (correlation > best) {
                best = correlation;
                delay = lag;
            }
        }
        System.out.println(speech + ": correlation " + best + " at a delay of " + delay + " samples");
        assertThat(best).isGreaterThan(0.8);
        assertThat(delay).as("2.5 ms").isBetween(100, 140);
        assertThat(level(heard) / level(said)).isBetween(0.8, 1.2);
    }

    @Test
    void silenceComesOutAsSilence() throws OpusException {
        OpusEncoder encoder = new OpusEncoder();
        OpusDecoder decoder = new OpusDecoder();
        for (int i = 0; i < 100; i++) {
            assertThat(level(decoder.decode(encoder.encode(new short[960])))).isLessThan(2);
        }
    }

    @Test
    void aLostFrameIsBridgedAndTheVoiceGoesOn() throws OpusException {
        OpusEncoder encoder = new OpusEncoder();
        OpusDecoder losing = new OpusDecoder();
        OpusDecoder whole = new OpusDecoder();
        double bridged = 0;
        double missing = 0;
        int n = 0;
        for (short[] frame : frames(TestSpeech.SENSE_AND_SENSIBILITY.samples())) {
            byte[] packet = encoder.encode(frame);
            short[] right = whole.decode(packet);
            if (n++ % 20 == 19 && level(right) > 500) {
                bridged += level(losing.conceal());
                missing += level(right);
            } else {
                short[] heard = losing.decode(packet);
                if (n % 20 == 19 && level(right) > 500) {
                    assertThat(level(heard) / level(right))
                            .as("19 frames after a loss")
                            .isBetween(0.7, 1.4);
                }
            }
        }
        assertThat(bridged / missing).isBetween(0.5, 1.3);
    }

    @Test
    void concealmentFadesToBackgroundNoiseWithinASecond() throws OpusException {
        OpusEncoder encoder = new OpusEncoder();
        OpusDecoder decoder = new OpusDecoder();
        double voice = 0;
        for (short[] frame : frames(TestSpeech.GO_FORWARD.samples()).subList(50, 80)) {
            voice = Math.max(voice, level(decoder.decode(encoder.encode(frame))));
        }
        short[] last = new short[960];
        for (int i = 0; i < 50; i++) {
            last = decoder.conceal();
        }
        assertThat(level(last)).isLessThan(voice / 20);
    }

    @Test
    void concealmentBeforeTheFirstPacketIsSilence() {
        assertThat(level(new OpusDecoder().conceal())).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0,480", "3,2880", "11,2880", "12,480", "13,960", "15,960", "16,120", "19,960", "31,960", "28,120", "1,960",
        "2,1920", "10,1920"
    })
    void theConfigurationsOfTable2OfRfc6716HaveTheirFrameSizes(int config, int samples) throws OpusException {
        assertThat(OpusPacket.samples(new byte[] {(byte) (config << 3)})).isEqualTo(samples);
        assertThat(OpusPacket.samples(new byte[] {(byte) (config << 3 | 1)})).isEqualTo(2 * samples);
        assertThat(OpusPacket.samples(new byte[] {(byte) (config << 3 | 3), 5})).isEqualTo(5 * samples);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 12, 16, 30})
    void packetsThatAreNotTwentyMillisecondsAreRefused(int config) {
        byte[] packet = new byte[80];
        packet[0] = (byte) (config << 3);
        assertThatThrownBy(() -> new OpusDecoder().decode(packet)).isInstanceOf(OpusException.class);
    }

    @Test
    void emptyOverlongAndFramelessPacketsAreRefused() {
        OpusDecoder decoder = new OpusDecoder();
        byte[] frameless = {(byte) (15 << 3 | 3), 0};
        for (byte[] packet : List.of(new byte[0], new byte[1_277], frameless, new byte[] {3})) {
            assertThatThrownBy(() -> decoder.decode(packet)).isInstanceOf(OpusException.class);
        }
    }

    @Test
    void hostilePacketsBecomeAFrameOrATypedExceptionAndTheDecoderGoesOn() throws OpusException {
        Random random = new Random(SEED);
        List<byte[]> genuine = new ArrayList<>();
        OpusEncoder encoder = new OpusEncoder();
        for (short[] frame : frames(TestSpeech.GO_FORWARD.samples())) {
            genuine.add(encoder.encode(frame));
        }
        OpusDecoder decoder = new OpusDecoder();
        int refused = 0;
        for (int round = 0; round < 2_500; round++) {
            byte[] packet = hostile(random, genuine.get(random.nextInt(genuine.size())));
            try {
                assertThat(decoder.decode(packet)).hasSize(960);
                if (random.nextInt(10) == 0) {
                    assertThat(decoder.conceal()).hasSize(960);
                }
            } catch (OpusException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + SEED + ", round " + round + ": " + Arrays.toString(packet), e);
            }
        }
        System.out.println("seed " + SEED + ": " + refused + " of 2500 hostile packets refused");
        assertThat(refused).isBetween(300, 2_300);
        OpusDecoder untouched = new OpusDecoder();
        double difference = 0;
        for (byte[] packet : genuine) {
            difference = level(decoder.decode(packet)) - level(untouched.decode(packet));
        }
        assertThat(Math.abs(difference)).as("the voice is back").isLessThan(100);
    }

    @Test
    void framesOfAnotherLengthAreAFault() {
        assertThatThrownBy(() -> new OpusEncoder().encode(new short[961])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void warmingUpEndsAndLeavesNothingBehind() {
        OpusCodec.warmUp();
        assertThat(level(new OpusDecoder().conceal())).isZero();
    }

    private static byte[] hostile(Random random, byte[] genuine) {
        byte[] packet = genuine.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                packet = new byte[random.nextInt(300)];
                random.nextBytes(packet);
            }
            case 1 -> packet = Arrays.copyOf(packet, random.nextInt(1_300));
            case 2 -> packet[0] = (byte) random.nextInt();
            default -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    packet[random.nextInt(packet.length)] = (byte) random.nextInt();
                }
            }
        }
        return packet;
    }

    private static List<short[]> frames(short[] samples) {
        List<short[]> out = new ArrayList<>();
        for (int at = 0; at + 960 <= samples.length; at += 960) {
            out.add(Arrays.copyOfRange(samples, at, at + 960));
        }
        return out;
    }

    private static double correlation(short[] said, short[] heard, int lag) {
        double product = 0;
        double a = 0;
        double b = 0;
        for (int i = 0; i < said.length - 1_000; i += 3) {
            product += said[i] * (double) heard[i + lag];
            a += said[i] * (double) said[i];
            b += heard[i + lag] * (double) heard[i + lag];
        }
        return product / Math.sqrt(a * b);
    }

    private static double level(short[] samples) {
        double sum = 0;
        for (short sample : samples) {
            sum += sample * (double) sample;
        }
        return Math.sqrt(sum / samples.length);
    }
}
