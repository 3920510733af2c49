package org.whodis.media.audio;

/**
 * Changes the sample rate by a rational factor {@code L / M}: a windowed-sinc low-pass filter in polyphase form, the
 * method of Smith, "Digital Audio Resampling", with one exact set of coefficients per phase instead of interpolated ones.
 *
 * <p>Output sample {@code n} stands at the input time {@code n * M / L}, so there is no delay between input and output
 * apart from {@link #LOOKAHEAD} input samples (at the lower rate) that the filter has to see first. The filter is flat to
 * 0.43 of the lower rate and stops from 0.5 of it on, 80 dB down; the tests measure both.
 *
 * <p>Streaming: {@link #process} gives what can be computed so far, {@link #finish} the rest. Owned by one thread.
 */
public final class Resampler {
    /** Rates that occur: telephone speech to the rate of Opus. */
    public static final int MIN_RATE = 8_000;

    public static final int MAX_RATE = 48_000;

    /** Zero crossings of the sinc on each side, in samples of the lower rate. */
    static final int LOOKAHEAD = 48;

    /** Kaiser's beta for 90 dB of stop-band attenuation: 0.1102 * (90 - 8.7). */
    private static final double KAISER_BETA = 8.96;

    /**
     * Where the filter is 6 dB down, as a part of the lower rate. The transition of a Kaiser window of 2 * 48 samples and
     * 90 dB is 0.0595 of the rate wide, so that the stop band begins at 0.5.
     */
    private static final double CUTOFF = 0.47;

    private final int up;
    private final int down;
    private final int halfTaps;

    /** {@code up} phases of {@code 2 * halfTaps} coefficients; at most 96 * 48,000 in all, for rates without a common factor. */
    private final float[] coefficients;

    private float[] window;
    private int windowLength;
    private long windowStart;
    private long nextOutput;

    public Resampler(int fromRate, int toRate) {
        requireRate(fromRate);
        requireRate(toRate);
        int common = gcd(fromRate, toRate);
        this.up = toRate / common;
        this.down = fromRate / common;
        double scale = Math.min(1.0, (double) toRate / fromRate);
        this.halfTaps = (int) Math.ceil(LOOKAHEAD / scale);
        this.coefficients = coefficients(up, halfTaps, scale);
        this.window = new float[4 * halfTaps];
        // The sound before the first sample is silence.
        this.windowLength = halfTaps;
        this.windowStart = -halfTaps;
    }

    /** All of {@code input} at another rate: {@code ceil(input.length * toRate / fromRate)} samples, aligned with the input. */
    public static float[] resample(float[] input, int fromRate, int toRate) {
        if (fromRate == toRate) {
            return input.clone();
        }
        Resampler resampler = new Resampler(fromRate, toRate);
        float[] head = resampler.process(input);
        float[] tail = resampler.finish();
        float[] out = new float[head.length + tail.length];
        System.arraycopy(head, 0, out, 0, head.length);
        System.arraycopy(tail, 0, out, head.length, tail.length);
        return out;
    }

    /** Takes the next input samples and gives all output samples that can be computed by now. */
    public float[] process(float[] input) {
        append(input);
        long inputEnd = windowStart + windowLength;
        return produce(outputsBefore(inputEnd - halfTaps));
    }

    /** The output samples that remain after the last input; silence follows. The resampler is used up afterwards. */
    public float[] finish() {
        long inputEnd = windowStart + windowLength;
        append(new float[halfTaps]);
        return produce(outputsBefore(inputEnd));
    }

    /** How many output samples stand before the input time {@code inputEnd}: the least n with n * down >= inputEnd * up. */
    private long outputsBefore(long inputEnd) {
        return inputEnd <= 0 ? 0 : (inputEnd * up + down - 1) / down;
    }

    private float[] produce(long outputEnd) {
        int count = (int) Math.max(0, outputEnd - nextOutput);
        float[] out = new float[count];
        int taps = 2 * halfTaps;
        for (int i = 0; i < count; i++, nextOutput++) {
            long position = nextOutput * down;
            int phase = (int) (position % up);
            // The filter spans (centre - halfTaps, centre + halfTaps] around the input sample at or before the output.
            int first = (int) (position / up - halfTaps + 1 - windowStart);
            int row = phase * taps;
            float sum = 0;
            for (int k = 0; k < taps; k++) {
                sum += coefficients[row + k] * window[first + k];
            }
            out[i] = sum;
        }
        discardUsed();
        return out;
    }

    private void append(float[] input) {
        if (windowLength + input.length > window.length) {
            float[] larger = new float[Math.max(2 * window.length, windowLength + input.length)];
            System.arraycopy(window, 0, larger, 0, windowLength);
            window = larger;
        }
        System.arraycopy(input, 0, window, windowLength, input.length);
        windowLength += input.length;
    }

    private void discardUsed() {
        long needed = nextOutput * down / up - halfTaps + 1;
        int unused = Math.clamp(needed - windowStart, 0, windowLength);
        System.arraycopy(window, unused, window, 0, windowLength - unused);
        windowLength -= unused;
        windowStart += unused;
    }

    private static float[] coefficients(int up, int halfTaps, double scale) {
        int taps = 2 * halfTaps;
        float[] out = new float[up * taps];
        double[] phaseTaps = new double[taps];
        double windowScale = 1 / besselI0(KAISER_BETA);
        for (int phase = 0; phase < up; phase++) {
            double sum = 0;
            for (int k = 0; k < taps; k++) {
                double distance = k - halfTaps + 1 - (double) phase / up;
                phaseTaps[k] = sinc(2 * CUTOFF * scale * distance) * kaiser(distance / halfTaps) * windowScale;
                sum += phaseTaps[k];
            }
            // Each phase passes a constant unchanged, else a constant would come out as a tone.
            for (int k = 0; k < taps; k++) {
                out[phase * taps + k] = (float) (phaseTaps[k] / sum);
            }
        }
        return out;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static double kaiser(double x) {
        return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x));
    }

    /** The modified Bessel function of the first kind and order zero, by its power series. */
    private static double besselI0(double x) {
        double quarter = x * x / 4;
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-12; k++) {
            term *= quarter / ((double) k * k);
            sum += term;
        }
        return sum;
    }

    private static void requireRate(int rate) {
        if (rate < MIN_RATE || rate > MAX_RATE) {
            throw new IllegalArgumentException(
                    "a rate of " + rate + " Hz; " + MIN_RATE + " to " + MAX_RATE + " are possible");
        }
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
