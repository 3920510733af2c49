package org.whodis.app.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reference values are SciPy 1.17's. */
final class StatisticsTest {
    @ParameterizedTest
    @CsvSource({
        "255, 255, 0.48822252177",
        "310.457, 255, 0.010000402187",
        "200, 255, 0.995425444542",
        "400, 255, 1.66000252441e-08",
        "3.84145882069412, 1, 0.05",
        "0.5, 3, 0.918891411655"
    })
    void theTailOfChiSquareIsSciPys(double value, int degrees, double p) {
        assertThat(Statistics.chiSquareTail(value, degrees)).isCloseTo(p, within(p * 1e-9));
    }

    @Test
    void theTwoSampleTestIsSciPys() {
        double[] first = TestSignals.noise(200, 7);
        double[] second =
                Arrays.stream(TestSignals.noise(150, 9)).map(x -> x + 0.1).toArray();
        Statistics.TwoSample test = Statistics.kolmogorovSmirnov(first, second);
        assertThat(test.statistic()).isCloseTo(0.10666666666666658, within(1e-12));
        // SciPy's asymptotic p, 0.2626, is without Stephens' correction for small samples.
        assertThat(test.p()).isCloseTo(0.2626, within(0.02));
    }

    @Test
    void theTestOfHomogeneityIsSciPys() {
        Statistics.TwoSample test =
                Statistics.chiSquareTwoSample(new long[] {10, 20, 30, 0, 0}, new long[] {15, 15, 45, 1, 0});
        assertThat(test.statistic()).isCloseTo(3.885714285714285, within(1e-12));
        assertThat(test.p()).isCloseTo(0.2740723069287173, within(1e-9));
    }

    @Test
    void samplesOfOneSourceAreRejectedAboutAsOftenAsTheLevelSays() {
        int rejected = 0;
        int rounds = 400;
        for (int round = 0; round < rounds; round++) {
            double[] a = TestSignals.noise(300, 2L * round + 1);
            double[] b = TestSignals.noise(300, 7_777_777L * round + 2);
            rejected += Statistics.kolmogorovSmirnov(a, b).p() < 0.05 ? 1 : 0;
        }
        // Twenty expected; the binomial's 99.99 % range.
        assertThat(rejected).isBetween(5, 40);
    }

    @Test
    void differentSourcesAreToldApart() {
        Random random = new Random(1);
        double[] even = random.doubles(500, 19.5, 20.5).toArray();
        double[] bursts = random.doubles(500, 15, 25).toArray();
        assertThat(Statistics.kolmogorovSmirnov(even, bursts).p()).isLessThan(1e-6);
    }

    @Test
    void equalValuesEverywhereAreNotADifference() {
        double[] same = new double[100];
        Statistics.TwoSample test = Statistics.kolmogorovSmirnov(same, same);
        assertThat(test.statistic()).isZero();
        assertThat(test.p()).isEqualTo(1);
    }

    @Test
    void entropyOfKnownDistributions() {
        long[] even = new long[256];
        Arrays.fill(even, 3);
        assertThat(Statistics.entropyBits(even)).isCloseTo(8, within(1e-12));
        long[] one = new long[256];
        one[65] = 100;
        assertThat(Statistics.entropyBits(one)).isZero();
        assertThat(Statistics.chiSquareOfBytes(even)).isZero();
        assertThat(Statistics.chiSquareTail(Statistics.chiSquareOfBytes(one), 255))
                .isLessThan(1e-300);
    }

    @Test
    void theEntropyOfFewRandomBytesIsTheOneExpected() {
        Random random = new Random(5);
        for (int samples : new int[] {500, 2_000, 100_000}) {
            long[] counts = new long[256];
            random.ints(samples, 0, 256).forEach(value -> counts[value]++);
            assertThat(Statistics.entropyBits(counts)).isCloseTo(Statistics.expectedEntropyBits(samples), within(0.06));
        }
    }

    @Test
    void summariesOfKnownSamples() {
        Statistics.Summary summary = Statistics.summary(new double[] {4, 1, 3, 2});
        assertThat(summary.mean()).isEqualTo(2.5);
        assertThat(summary.median()).isEqualTo(2.5);
        assertThat(summary.deviation()).isCloseTo(1.2909944, within(1e-6));
        assertThat(summary.min()).isEqualTo(1);
        assertThat(summary.max()).isEqualTo(4);
        assertThat(Statistics.summary(new double[0]).count()).isZero();
    }
}
