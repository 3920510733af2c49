package org.whodis.app.measure;

import java.util.Arrays;

/** Distributions of numbers and of bytes, and tests of whether two of them are the same. */
public final class Statistics {
    /** Order statistics of a sample. */
    public record Summary(int count, double mean, double deviation, double min, double median, double p99, double max) {
        public static final Summary EMPTY = new Summary(0, 0, 0, 0, 0, 0, 0);
    }

    /** A two-sample test: its statistic and the chance of one at least as great if both samples had one source. */
    public record TwoSample(double statistic, double p, int countA, int countB) {}

    private Statistics() {}

    public static Summary summary(double[] values) {
        if (values.length == 0) {
            return Summary.EMPTY;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).sum() / sorted.length;
        double squares = 0;
        for (double value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        return new Summary(
                sorted.length,
                mean,
                sorted.length < 2 ? 0 : Math.sqrt(squares / (sorted.length - 1)),
                sorted[0],
                quantile(sorted, 0.5),
                quantile(sorted, 0.99),
                sorted[sorted.length - 1]);
    }

    /** The quantile of sorted values, interpolated between neighbours (Hyndman and Fan's type 7). */
    public static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** Shannon's entropy in bits per byte of the distribution counted. */
    public static double entropyBits(long[] counts) {
        long total = Arrays.stream(counts).sum();
        double bits = 0;
        for (long count : counts) {
            if (count > 0) {
                double share = (double) count / total;
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }

    /**
     * What entropy {@code samples} random bytes show on average, which is less than 8 bits because a sample never holds
     * all values equally often: the mean over the binomial distribution of each value's count.
     */
    public static double expectedEntropyBits(long samples) {
        if (samples == 0) {
            return 0;
        }
        // Each value occurs Binomial(n, 1/256) times; the probabilities follow from one another. The terms far from the
        // mean are smaller than a double can hold.
        double share = 1.0 / 256;
        double mean = samples * share;
        long last = Math.min(samples, (long) (mean + 40 * Math.sqrt(mean) + 40));
        double logOfNone = samples * Math.log1p(-share);
        double logOdds = Math.log(share / (1 - share));
        double logProbability = logOfNone;
        double sum = 0;
        for (long k = 1; k <= last; k++) {
            logProbability += Math.log((double) (samples - k + 1) / k) + logOdds;
            sum += Math.exp(logProbability) * k * Math.log((double) k);
        }
        return (Math.log((double) samples) - 256 * sum / samples) / Math.log(2);
    }

    /** Pearson's chi-square of byte counts against equal shares; 255 degrees of freedom. */
    public static double chiSquareOfBytes(long[] counts) {
        double expected = Arrays.stream(counts).sum() / (double) counts.length;
        double sum = 0;
        for (long count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    /** The chance that a chi-square variable of {@code degrees} degrees of freedom exceeds {@code value}. */
    public static double chiSquareTail(double value, int degrees) {
        return value <= 0 ? 1 : upperGamma(degrees / 2.0, value / 2);
    }

    /**
     * The two-sample test of Kolmogorov and Smirnov with its asymptotic p (Smirnov 1948, with Stephens' correction). Ties
     * make it conservative: p is then too large, never too small.
     */
    public static TwoSample kolmogorovSmirnov(double[] first, double[] second) {
        if (first.length == 0 || second.length == 0) {
            throw new IllegalArgumentException("a sample without values");
        }
        double[] a = first.clone();
        double[] b = second.clone();
        Arrays.sort(a);
        Arrays.sort(b);
        double greatest = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            double value = Math.min(a[i], b[j]);
            while (i < a.length && a[i] == value) {
                i++;
            }
            while (j < b.length && b[j] == value) {
                j++;
            }
            greatest = Math.max(greatest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        double n = Math.sqrt((double) a.length * b.length / (a.length + b.length));
        return new TwoSample(greatest, kolmogorovTail((n + 0.12 + 0.11 / n) * greatest), a.length, b.length);
    }

    /** Q(lambda) = 2 sum over j of (-1)^(j-1) exp(-2 j² lambda²). */
    private static double kolmogorovTail(double lambda) {
        // Below this the alternating series converges too slowly, and Q is 1 to twelve digits.
        if (lambda < 0.2) {
            return 1;
        }
        double sum = 0;
        for (int j = 1; j <= 100; j++) {
            double term = Math.exp(-2.0 * j * j * lambda * lambda);
            sum += (j & 1) == 1 ? term : -term;
            if (term < 1e-16) {
                break;
            }
        }
        return Math.clamp(2 * sum, 0, 1);
    }

    /** Pearson's chi-square test of homogeneity of two histograms over the same bins; bins empty in both are left out. */
    public static TwoSample chiSquareTwoSample(long[] first, long[] second) {
        long a = Arrays.stream(first).sum();
        long b = Arrays.stream(second).sum();
        if (first.length != second.length || a == 0 || b == 0) {
            throw new IllegalArgumentException("histograms that cannot be compared");
        }
        double sum = 0;
        int used = 0;
        for (int i = 0; i < first.length; i++) {
            double both = first[i] + second[i];
            if (both > 0) {
                used++;
                double expectedA = both * a / (a + b);
                double expectedB = both * b / (a + b);
                sum += (first[i] - expectedA) * (first[i] - expectedA) / expectedA;
                sum += (second[i] - expectedB) * (second[i] - expectedB) / expectedB;
            }
        }
        return new TwoSample(sum, used < 2 ? 1 : chiSquareTail(sum, used - 1), (int) a, (int) b);
    }

    /** The regularised upper incomplete gamma function Q(s, x): series below s + 1, Lentz's continued fraction above. */
    private static double upperGamma(double s, double x) {
        double front = Math.exp(s * Math.log(x) - x - logGamma(s));
        if (x < s + 1) {
            double term = 1 / s;
            double sum = term;
            for (int n = 1; n < 10_000 && term > sum * 1e-16; n++) {
                term *= x / (s + n);
                sum += term;
            }
            return Math.clamp(1 - front * sum, 0, 1);
        }
        double b = x + 1 - s;
        double c = 1e300;
        double d = 1 / b;
        double h = d;
        for (int n = 1; n < 10_000; n++) {
            double an = -n * (n - s);
            b += 2;
            d = 1 / nonZero(an * d + b);
            c = nonZero(b + an / c);
            double delta = d * c;
            h *= delta;
            if (Math.abs(delta - 1) < 1e-15) {
                break;
            }
        }
        return Math.clamp(front * h, 0, 1);
    }

    private static double nonZero(double value) {
        return Math.abs(value) < 1e-300 ? 1e-300 : value;
    }

    /** Lanczos' approximation with g = 7 and nine terms. */
    private static double logGamma(double x) {
        double[] terms = {
            0.9999999999998099,
            676.5203681218851,
            -1259.1392167224028,
            771.3234287776531,
            -176.6150291621406,
            12.507343278686905,
            -0.13857109526572012,
            9.984369578019572e-6,
            1.5056327351493116e-7
        };
        double sum = terms[0];
        for (int i = 1; i < terms.length; i++) {
            sum += terms[i] / (x - 1 + i);
        }
        double t = x - 1 + 7.5;
        return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
    }
}
