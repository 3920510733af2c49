package org.whodis.media.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.media.TestSpeech;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.PcmSink;
import org.whodis.media.opus.OpusEncoder;

/** Recorded speech through Opus, a network in virtual time and the receiver. */
class SpeechReceiverTest {
    private static final long MS = 1_000_000L;
    private static final long SEED = 48;

    private static final List<byte[]> PACKETS = encoded(TestSpeech.GO_FORWARD.samples());

    private final SpeechReceiver receiver = new SpeechReceiver();
    private final PcmSink heard = new PcmSink(1_000);

    @Test
    void onASteadyNetworkMouthToEarIsUnderSixtyMillisecondsBesidesThePath() {
        play(0, 0, 30 * MS);
        short[] said = TestSpeech.GO_FORWARD.samples();
        int delay = delay(said, heard.recorded().toShorts());
        System.out.println(
                "from mouth to ear " + (delay / 48.0 + 7) + " ms beside a path of 30 ms; " + receiver.statistics());
        // The player began 7 ms after the path. Codec 2.5 ms, buffer 20 to 40 ms; the 20 ms of packetising are on the
        // sender's side of this clock.
        assertThat(delay).isBetween(0, 60 * 48);
        assertThat(receiver.statistics().lost()).isZero();
        assertThat(receiver.undecodable()).isZero();
    }

    @Test
    void withATenthOfThePacketsLostTheSpeechIsStillThere() {
        play(0.1, 10 * MS, 30 * MS);
        short[] recorded = heard.recorded().toShorts();
        assertThat(receiver.statistics().lost()).isGreaterThan(20);
        assertThat(correlation(
                        TestSpeech.GO_FORWARD.samples(), recorded, delay(TestSpeech.GO_FORWARD.samples(), recorded)))
                .isGreaterThan(0.6);
    }

    @Test
    void afterAnOutageNothingButSilenceIsPlayedUntilTheVoiceIsBack() {
        for (int n = 0; n < 100; n++) {
            receiver.receive(n, PACKETS.get(n), n * AudioFrame.DURATION_NANOS);
            receiver.next(n * AudioFrame.DURATION_NANOS + 5 * MS);
        }
        for (int n = 100; n < 150; n++) {
            short[] frame = receiver.next(n * AudioFrame.DURATION_NANOS + 5 * MS);
            if (n > 115) {
                assertThat(frame).containsOnly((short) 0);
            }
        }
    }

    @Test
    void framesThatAreNotOpusAreConcealedAndCounted() {
        Random random = new Random(SEED);
        for (int n = 0; n < 200; n++) {
            byte[] packet = PACKETS.get(n);
            if (n % 10 == 5) {
                packet = new byte[random.nextInt(80)];
            }
            receiver.receive(n, packet, n * AudioFrame.DURATION_NANOS);
            assertThat(receiver.next(n * AudioFrame.DURATION_NANOS + 5 * MS)).hasSize(960);
        }
        assertThat(receiver.undecodable()).isBetween(15L, 20L);
    }

    @Test
    void countersBeyondThirtyTwoBitsAreOneTimeline() {
        long start = (1L << 32) - 100;
        for (int n = 0; n < 200; n++) {
            receiver.receive(start + n, PACKETS.get(n), n * AudioFrame.DURATION_NANOS);
            receiver.next(n * AudioFrame.DURATION_NANOS + 5 * MS);
        }
        assertThat(receiver.statistics().restarts()).isZero();
        assertThat(receiver.statistics().lost()).isZero();
    }

    private void play(double loss, long jitter, long path) {
        Random random = new Random(SEED);
        List<long[]> arrivals = new ArrayList<>();
        for (int n = 0; n < PACKETS.size(); n++) {
            if (random.nextDouble() >= loss) {
                arrivals.add(
                        new long[] {n * AudioFrame.DURATION_NANOS + path + (long) (random.nextDouble() * jitter), n});
            }
        }
        arrivals.sort((a, b) -> Long.compare(a[0], b[0]));
        int at = 0;
        for (int tick = 0; tick < PACKETS.size(); tick++) {
            long now = path + tick * AudioFrame.DURATION_NANOS + 7 * MS;
            while (at < arrivals.size() && arrivals.get(at)[0] <= now) {
                long[] arrival = arrivals.get(at++);
                receiver.receive(arrival[1], PACKETS.get((int) arrival[1]), arrival[0]);
            }
            heard.write(receiver.next(now));
        }
    }

    /** How many samples later than it was said the speech was heard, by the highest correlation. */
    private static int delay(short[] said, short[] heard) {
        int best = 0;
        double highest = 0;
        for (int lag = 0; lag < 9_600; lag += 8) {
            double correlation = correlation(said, heard, lag);
            if (correlation > highest) {
                highest = correlation;
                best = lag;
            }
        }
        return best;
    }

    private static double correlation(short[] said, short[] heard, int lag) {
        double product = 0;
        double a = 1;
        double b = 1;
        for (int i = 48_000; i < 288_000; i += 5) {
            product += said[i] * (double) heard[i + lag];
            a += said[i] * (double) said[i];
            b += heard[i + lag] * (double) heard[i + lag];
        }
        return product / Math.sqrt(a * b);
    }

    private static List<byte[]> encoded(short[] samples) {
        OpusEncoder encoder = new OpusEncoder();
        List<byte[]> out = new ArrayList<>();
        for (int at = 0; at + 960 <= samples.length; at += 960) {
            out.add(encoder.encode(Arrays.copyOfRange(samples, at, at + 960)));
        }
        return out;
    }
}
