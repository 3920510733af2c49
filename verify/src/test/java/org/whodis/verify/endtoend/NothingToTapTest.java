package org.whodis.verify.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.app.measure.Statistics;
import org.whodis.app.wire.PacketKind;
import org.whodis.app.wire.WirePacket;
import org.whodis.app.wire.WireTap;
import org.whodis.core.call.CallView;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioFrame;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;

/**
 * A capture of speech and a capture of silence cannot be told apart: not by the sizes of the packets, not by their number,
 * not by their times.
 *
 * <p>In one call the two phones take turns at being muted, second by second, so that in every second one wire carries
 * speech and the other silence on the same machine under the same load. Sizes have to be equal. Times are compared by
 * Kolmogorov and Smirnov's statistic between all gaps in speech and all gaps in silence; how great it may become by chance
 * is found by exchanging the two wires in each second at random 999 times, which presumes nothing about how delays follow
 * upon each other. The level is 0.001: one false alarm in a thousand runs. The same tests have to find out streams that do
 * depend on speech.
 */
@Timeout(120)
final class NothingToTapTest {
    private static final int SECONDS = 12;
    private static final int EXCHANGES = 999;
    private static final double LEVEL = 0.001;

    /** After a phone was muted or unmuted, packets of the old kind may still be on their way. */
    private static final long SETTLE_NANOS = 100_000_000L;

    @TempDir
    Path folder;

    /** What two wires carried in one second: milliseconds between the packets, and their sizes. */
    private record Second(
            double[] speechGaps, double[] silenceGaps, List<Integer> speechSizes, List<Integer> silenceSizes) {}

    @Test
    void aCaptureOfSpeechAndOneOfSilenceCannotBeToldApart() throws Exception {
        List<Second> seconds = capture();
        assertThat(seconds).hasSize(SECONDS);

        assertThat(seconds.stream().flatMap(s -> s.speechSizes().stream()).distinct())
                .hasSize(1);
        assertThat(seconds.stream().flatMap(s -> s.silenceSizes().stream()).distinct())
                .isEqualTo(seconds.stream()
                        .flatMap(s -> s.speechSizes().stream())
                        .distinct()
                        .toList());

        long inSpeech = seconds.stream().mapToLong(s -> s.speechSizes().size()).sum();
        long inSilence =
                seconds.stream().mapToLong(s -> s.silenceSizes().size()).sum();
        // Of a beat of 50 a second, each edge of a second may count a packet more or less on either wire.
        assertThat(Math.abs(inSpeech - inSilence)).as("packets").isLessThanOrEqualTo(2L * SECONDS);

        double p = byExchange(seconds, 1);
        System.out.println("speech against silence: " + inSpeech + " and " + inSilence + " packets, D = "
                + statistic(seconds, new boolean[SECONDS]) + ", p = " + p);
        assertThat(p).as("the times of packets tell speech from silence").isGreaterThan(LEVEL);

        // The same seconds, if silence were sent half as often.
        List<Second> saving =
                seconds.stream().map(NothingToTapTest::savingInSilence).toList();
        assertThat(byExchange(saving, 2))
                .as("a stream that saves packets in silence")
                .isLessThanOrEqualTo(LEVEL);
    }

    @Test
    void theSizesOfAVariableRateStreamDoTellSpeechFromSilence() throws Exception {
        long[] speech = sizesAtVariableRate(Speech.ofAda().toShorts());
        long[] silence = sizesAtVariableRate(new short[Speech.ofAda().length()]);
        assertThat(Statistics.chiSquareTwoSample(speech, silence).p()).isLessThan(1e-6);
        assertThat(Statistics.chiSquareTwoSample(speech, speech).p()).isEqualTo(1);
    }

    private List<Second> capture() throws Exception {
        Map<String, WireTap> taps = new ConcurrentHashMap<>();
        AdvertisedRelay tapped = (device, relay) -> {
            WireTap tap = taps.computeIfAbsent(device, id -> started(relay));
            return new AdvertisedRelay.HostPort("127.0.0.1", tap.address().getPort());
        };
        try (Office office = Office.start(
                        OfficeConfig.onLoopback(folder.resolve("office")).withAdvertisedRelay(tapped));
                TestPhone ada = TestPhone.enrol(office, folder.resolve("ada"), "Ada", Speech.ofAda());
                TestPhone bob = TestPhone.enrol(office, folder.resolve("bob"), "Bob", Speech.ofBob())) {
            CallId call = ada.call("Bob");
            bob.phone.answer(bob.awaitRinging());
            ada.awaitState(call, CallView.State.CONNECTED);
            bob.awaitState(call, CallView.State.CONNECTED);
            ada.awaitOpened(call, 50);
            bob.awaitOpened(call, 50);
            WireTap tapAda = taps.get(device(ada));
            WireTap tapBob = taps.get(device(bob));
            List<Long> begins = new ArrayList<>();
            for (int i = 0; i < SECONDS; i++) {
                ada.phone.mute(call, i % 2 == 1);
                bob.phone.mute(call, i % 2 == 0);
                begins.add(epochNanos());
                TimeUnit.SECONDS.sleep(1);
            }
            List<Second> seconds = new ArrayList<>();
            for (int i = 0; i < SECONDS; i++) {
                List<WirePacket> fromAda = sent(tapAda, begins.get(i));
                List<WirePacket> fromBob = sent(tapBob, begins.get(i));
                List<WirePacket> speech = i % 2 == 0 ? fromAda : fromBob;
                List<WirePacket> silence = i % 2 == 0 ? fromBob : fromAda;
                seconds.add(new Second(gaps(speech), gaps(silence), sizes(speech), sizes(silence)));
            }
            ada.phone.hangUp(call);
            return seconds;
        } finally {
            taps.values().forEach(WireTap::close);
        }
    }

    private static String device(TestPhone phone) throws Exception {
        return phone.phone.ownChain().devices().getFirst().id().value().hex();
    }

    private static WireTap started(InetSocketAddress relay) {
        try {
            return WireTap.start("test", relay, WireTap.Meddling.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /** The SRTP packets that the phone sent in the second from {@code begin}, without its beginning. */
    private static List<WirePacket> sent(WireTap tap, long begin) {
        return tap.packets().stream()
                .filter(p -> p.kind() == PacketKind.SRTP && p.destination().equals(tap.address()))
                .filter(p -> p.nanos() >= begin + SETTLE_NANOS && p.nanos() < begin + 1_000_000_000L)
                .toList();
    }

    private static double[] gaps(List<WirePacket> packets) {
        double[] gaps = new double[packets.size() - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (packets.get(i + 1).nanos() - packets.get(i).nanos()) / 1e6;
        }
        return gaps;
    }

    private static List<Integer> sizes(List<WirePacket> packets) {
        return packets.stream().map(WirePacket::length).toList();
    }

    private static Second savingInSilence(Second second) {
        double[] longer = second.silenceGaps().clone();
        for (int i = 0; i < longer.length; i++) {
            longer[i] *= 2;
        }
        return new Second(second.speechGaps(), longer, second.speechSizes(), second.silenceSizes());
    }

    /** The share of random exchanges under which the two differ at least as much as they do in truth. */
    private static double byExchange(List<Second> seconds, long seed) {
        double truth = statistic(seconds, new boolean[seconds.size()]);
        Random random = new Random(seed);
        int asGood = 0;
        for (int i = 0; i < EXCHANGES; i++) {
            boolean[] exchanged = new boolean[seconds.size()];
            for (int s = 0; s < exchanged.length; s++) {
                exchanged[s] = random.nextBoolean();
            }
            asGood += statistic(seconds, exchanged) >= truth && !uniform(exchanged) ? 1 : 0;
        }
        return (1.0 + asGood) / (1 + EXCHANGES);
    }

    /** Exchanging nothing, or everything, is the truth over again. */
    private static boolean uniform(boolean[] exchanged) {
        for (boolean each : exchanged) {
            if (each != exchanged[0]) {
                return false;
            }
        }
        return true;
    }

    private static double statistic(List<Second> seconds, boolean[] exchanged) {
        List<double[]> first = new ArrayList<>();
        List<double[]> second = new ArrayList<>();
        for (int s = 0; s < exchanged.length; s++) {
            first.add(
                    exchanged[s] ? seconds.get(s).silenceGaps() : seconds.get(s).speechGaps());
            second.add(
                    exchanged[s] ? seconds.get(s).speechGaps() : seconds.get(s).silenceGaps());
        }
        return Statistics.kolmogorovSmirnov(joined(first), joined(second)).statistic();
    }

    private static double[] joined(List<double[]> parts) {
        return parts.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
    }

    /** How many packets of each size an Opus encoder makes of {@code samples} that may choose its rate itself. */
    private static long[] sizesAtVariableRate(short[] samples) throws Exception {
        OpusEncoder encoder = new OpusEncoder(AudioFrame.SAMPLE_RATE, 1, OpusApplication.OPUS_APPLICATION_VOIP);
        encoder.setBitrate(32_000);
        encoder.setUseVBR(true);
        encoder.setComplexity(1);
        long[] counts = new long[64];
        byte[] packet = new byte[1275];
        for (int at = 0; at + AudioFrame.SAMPLES <= samples.length; at += AudioFrame.SAMPLES) {
            int length = encoder.encode(samples, at, AudioFrame.SAMPLES, packet, 0, packet.length);
            counts[length / 20]++;
        }
        return counts;
    }
}
