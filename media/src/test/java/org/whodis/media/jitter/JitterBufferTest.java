package org.whodis.media.jitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.media.jitter.NetworkTrace.MS;
import static org.whodis.media.jitter.NetworkTrace.concealed;
import static org.whodis.media.jitter.NetworkTrace.delayed;
import static org.whodis.media.jitter.NetworkTrace.lossy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.media.jitter.NetworkTrace.Tick;

class JitterBufferTest {
    private static final long SEED = 20_261_122L;

    private final NetworkTrace trace = new NetworkTrace(SEED);

    @AfterEach
    void whateverHappenedTheWordsKeptTheirOrder() {
        System.out.println("seed " + trace.seed + " " + trace.buffer.statistics());
        List<Integer> played = trace.played();
        for (int i = 1; i < played.size(); i++) {
            assertThat(played.get(i))
                    .as("frame after %s, seed %s", played.get(i - 1), trace.seed)
                    .isGreaterThan(played.get(i - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 9, 10, 11, 15, 19})
    void aSteadyNetworkGets20To40MillisecondsAndLosesNothing(long phase) {
        trace.playerPhase = phase * MS;
        trace.run(60);
        assertThat(trace.addedDelays(trace.ticks, 30 * MS)).allMatch(delay -> delay >= 20 * MS && delay <= 40 * MS);
        assertThat(concealed(trace.from(0.1))).isZero();
        assertThat(trace.played().getFirst()).isZero();
    }

    @Test
    void threeMillisecondsOfSchedulingNoiseDoNotDisturbASteadyNetwork() {
        trace.network = delayed(2 * MS, 3 * MS);
        trace.run(60);
        assertThat(trace.addedDelays(trace.ticks, 2 * MS)).allMatch(delay -> delay >= 15 * MS && delay <= 45 * MS);
        assertThat(concealed(trace.from(0.1))).isZero();
    }

    @Test
    void thirtyMillisecondsOfJitterAreBridgedWithLittleMoreThanThemselves() {
        trace.network = delayed(50 * MS, 30 * MS);
        trace.run(60);
        List<Tick> settled = trace.from(3);
        assertThat(concealed(settled)).isLessThan(0.01);
        assertThat(trace.addedDelays(settled, 50 * MS)).allMatch(delay -> delay <= 60 * MS);
    }

    @Test
    void jitterThatBeginsInTheMiddleIsFollowedWithinSecondsAndForgottenAfterwards() {
        trace.network = (n, sent, random) ->
                List.of(sent + 30 * MS + (n >= 500 && n < 1_500 ? (long) (random.nextDouble() * 80 * MS) : 0));
        trace.run(60);
        assertThat(concealed(trace.ticks.subList(600, 1_500))).isLessThan(0.02);
        assertThat(trace.addedDelays(trace.ticks.subList(600, 1_500), 30 * MS)).allMatch(delay -> delay <= 110 * MS);
        assertThat(trace.addedDelays(trace.from(50), 30 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @Test
    void fivePercentOfLossCostFivePercentAndNoDelay() {
        trace.network = lossy(0.05, delayed(30 * MS, 3 * MS));
        trace.run(120);
        assertThat(concealed(trace.from(1))).isBetween(0.03, 0.065);
        assertThat(trace.addedDelays(trace.from(1), 30 * MS)).allMatch(delay -> delay <= 45 * MS);
        assertThat(trace.buffer.statistics().late()).isZero();
    }

    @Test
    void twentyPercentOfLossCostTwentyPercentAndNoDelay() {
        trace.network = lossy(0.2, delayed(30 * MS, 10 * MS));
        trace.run(120);
        assertThat(concealed(trace.from(1))).isBetween(0.17, 0.23);
        assertThat(trace.addedDelays(trace.from(1), 30 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @Test
    void burstsOfLossCostWhatTheyLost() {
        boolean[] bad = {false};
        int[] lost = {0};
        trace.network = (n, sent, random) -> {
            // A Gilbert channel: bursts of five packets on average, a sixth of the time.
            bad[0] = bad[0] ? random.nextDouble() >= 0.2 : random.nextDouble() < 0.04;
            lost[0] += bad[0] ? 1 : 0;
            return bad[0] ? List.of() : List.of(sent + 30 * MS);
        };
        trace.run(120);
        JitterStatistics statistics = trace.buffer.statistics();
        assertThat(statistics.late()).isZero();
        assertThat(statistics.stretched() + statistics.merged()).isZero();
        assertThat((long) trace.played().size()).isEqualTo(statistics.received() - statistics.bufferedFrames());
        assertThat(statistics.received()).isBetween(6_000L - lost[0] - 3, 6_000L - lost[0]);
        assertThat(trace.addedDelays(trace.ticks, 30 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @Test
    void anOutageOfTwoSecondsIsSilenceAndThenTheVoiceIsBackAtOnceWithoutDelay() {
        trace.network = (n, sent, random) -> n >= 500 && n < 600 ? List.of() : List.of(sent + 30 * MS);
        trace.run(30);
        assertThat(trace.ticks.subList(540, 600)).allMatch(tick -> tick.what().equals("wait"));
        assertThat(trace.ticks.subList(505, 512)).allMatch(tick -> tick.what().equals("conceal"));
        assertThat(concealed(trace.from(12.1))).isZero();
        assertThat(trace.addedDelays(trace.from(12.1), 30 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @Test
    void aStallOfTwoSecondsWhosePacketsComeInOneBurstIsSkippedNotPlayedLate() {
        trace.network =
                (n, sent, random) -> List.of(n >= 500 && n < 600 ? trace.sentAt(600) + 30 * MS + n : sent + 30 * MS);
        trace.run(30);
        assertThat(concealed(trace.from(12.2))).isZero();
        assertThat(trace.addedDelays(trace.from(14), 30 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-200, 200})
    void anHourOfClockDriftIsCorrectedOneFrameAtATime(double ppm) {
        trace.senderPpm = ppm;
        trace.network = delayed(30 * MS, 5 * MS);
        trace.quiet = true;
        trace.run(3_600);
        JitterStatistics statistics = trace.buffer.statistics();
        // 200 ppm of an hour are 720 ms: 36 frames, less what the dead band takes up.
        assertThat(ppm < 0 ? statistics.merged() : statistics.stretched()).isBetween(33L, 38L);
        assertThat(ppm < 0 ? statistics.stretched() : statistics.merged()).isLessThanOrEqualTo(2L);
        assertThat(statistics.lost() + statistics.late()).isZero();
        assertThat(trace.addedDelays(trace.from(1), 30 * MS)).allMatch(delay -> delay >= 10 * MS && delay <= 52 * MS);
    }

    @Test
    void driftIsCorrectedInSpeechTooWhenThereIsNoQuiet() {
        trace.senderPpm = -200;
        trace.run(600);
        assertThat(trace.buffer.statistics().merged()).isBetween(5L, 7L);
        assertThat(trace.addedDelays(trace.from(1), 30 * MS)).allMatch(delay -> delay <= 50 * MS);
    }

    @Test
    void aPathThatBecomesHalfASecondLongerIsFollowedWithinASecond() {
        trace.network = (n, sent, random) -> List.of(sent + (n < 500 ? 30 : 530) * MS);
        trace.run(30);
        assertThat(concealed(trace.from(11.5))).isZero();
        assertThat(trace.addedDelays(trace.from(11.5), 530 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @Test
    void aPathThatBecomesAHundredMillisecondsLongerIsFollowedWithinASecond() {
        trace.network = (n, sent, random) -> List.of(sent + (n < 500 ? 30 : 130) * MS);
        trace.run(60);
        assertThat(concealed(trace.from(11)))
                .as("one frame when the old base has aged")
                .isLessThan(0.0005);
        assertThat(trace.addedDelays(trace.from(40), 130 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @Test
    void aPathThatBecomesShorterIsFollowedByMergingAndNothingIsLost() {
        trace.network = (n, sent, random) -> List.of(sent + (n < 500 ? 180 : 30) * MS);
        trace.run(30);
        assertThat(trace.buffer.statistics().merged()).isBetween(6L, 8L);
        assertThat(trace.buffer.statistics().lost()).isZero();
        assertThat(trace.addedDelays(trace.from(14), 30 * MS)).allMatch(delay -> delay <= 50 * MS);
    }

    @Test
    void reorderedPacketsComeOutInOrderWithinTheDelay() {
        trace.network = (n, sent, random) -> List.of(sent + (n % 7 == 3 ? 55 : 30) * MS);
        trace.run(60);
        assertThat(concealed(trace.from(2))).isZero();
    }

    @Test
    void duplicatesAreDroppedAndDoNotCountAsLateNorRaiseTheDelay() {
        trace.network = (n, sent, random) -> List.of(sent + 30 * MS, sent + 31 * MS, sent + 150 * MS);
        trace.run(30);
        assertThat(trace.buffer.statistics().duplicates()).isBetween(2_980L, 3_000L);
        assertThat(trace.buffer.statistics().late()).isZero();
        assertThat(trace.addedDelays(trace.ticks, 30 * MS)).allMatch(delay -> delay <= 45 * MS);
    }

    @Test
    void sequenceNumbersAndTimestampsWrapWithoutAGap() {
        // 65500 + 3000 and -30000 + 960 * 3000 both pass their end in every trace of this class; here for longer.
        trace.firstTimestamp = Integer.MAX_VALUE - 100;
        trace.run(2_000);
        assertThat(concealed(trace.from(0.1))).isZero();
        assertThat(trace.buffer.statistics().restarts()).isZero();
    }

    @Test
    void aSenderThatStartsAgainIsHeardAgainFromItsFirstFrame() {
        trace.restartAt = 700;
        trace.run(30);
        assertThat(trace.buffer.statistics().restarts()).isEqualTo(1);
        assertThat(trace.played()).contains(699, 700, 701);
        assertThat(concealed(trace.from(0.1))).isLessThan(0.003);
    }

    @Test
    void onePacketWithForgedNumbersChangesNothing() {
        trace.run(2);
        long now = 100 * NetworkTrace.FRAME;
        for (int i = 0; i < 1_000; i++) {
            assertThat(trace.buffer.put(trace.random.nextInt(), trace.random.nextInt(), new byte[80], now))
                    .isIn(JitterBuffer.Put.HELD, JitterBuffer.Put.REFUSED);
        }
        assertThat(trace.buffer.statistics().restarts()).isZero();
    }

    @Test
    void apacketFarAheadOfItsTimeIsNotBelieved() {
        trace.run(2);
        int ahead = 10_000;
        JitterBuffer.Put put = trace.buffer.put(
                trace.firstSequence + ahead & 0xffff, trace.firstTimestamp + 960 * ahead, new byte[80], 2_030 * MS);
        assertThat(put).isEqualTo(JitterBuffer.Put.HELD);
    }

    @Test
    void aPlayerThatStoodStillGetsTheNewestSpeechAndABoundedBuffer() {
        for (int n = 0; n < 10_000; n++) {
            trace.buffer.put(n, 960 * n, NetworkTrace.payload(n), n * NetworkTrace.FRAME);
            assertThat(trace.buffer.statistics().bufferedFrames()).isLessThanOrEqualTo(JitterBuffer.CAPACITY);
        }
        long now = 9_999 * NetworkTrace.FRAME + MS;
        Playout first = trace.buffer.take(now, false);
        assertThat(first).isInstanceOf(Playout.Frame.class);
        assertThat(NetworkTrace.frame(((Playout.Frame) first).payload())).isBetween(9_997, 9_999);
        assertThat(trace.buffer.statistics().discarded()).isGreaterThan(9_900);
    }

    @Test
    void aPayloadNoOpusPacketCanHaveIsRefused() {
        assertThat(trace.buffer.put(0, 0, new byte[JitterBuffer.MAX_PAYLOAD + 1], 0))
                .isEqualTo(JitterBuffer.Put.REFUSED);
        assertThat(trace.buffer.take(100 * MS, false)).isInstanceOf(Playout.Wait.class);
    }

    @Test
    void nothingThatIsPutInAnyOrderBreaksTheBuffer() {
        Random random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            JitterBuffer buffer = new JitterBuffer();
            long now = random.nextLong() >> 8;
            int sequence = random.nextInt(65_536);
            for (int i = 0; i < 500; i++) {
                now += random.nextInt(4) == 0 ? random.nextInt(2_000) * MS : random.nextInt(40) * MS;
                int jump = random.nextInt(10) == 0 ? random.nextInt(65_536) : random.nextInt(5) - 1;
                sequence = sequence + jump & 0xffff;
                buffer.put(sequence, random.nextInt(20) == 0 ? random.nextInt() : 960 * sequence, new byte[1], now);
                if (random.nextBoolean()) {
                    buffer.take(now, random.nextBoolean());
                }
                JitterStatistics statistics = buffer.statistics();
                assertThat(statistics.bufferedFrames()).as("seed %s", SEED).isBetween(0, JitterBuffer.CAPACITY);
                assertThat(statistics.targetDelayNanos())
                        .isBetween(JitterBuffer.MIN_DELAY_NANOS, JitterBuffer.MAX_DELAY_NANOS);
            }
        }
    }

    @Test
    void theSameTraceGivesTheSameTicks() {
        List<List<Tick>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            NetworkTrace one = new NetworkTrace(SEED);
            one.network = lossy(0.1, delayed(40 * MS, 60 * MS));
            runs.add(one.run(60).ticks);
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
    }
}
