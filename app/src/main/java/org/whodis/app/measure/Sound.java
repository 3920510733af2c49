package org.whodis.app.measure;

/** Figures of one or two signals: level, where one lies in the other, and how far apart their waveforms are. */
public final class Sound {
    /** Where {@code heard} fits {@code spoken} best: heard[n + lag] belongs to spoken[n]. */
    public record Alignment(int lag, double correlation) {}

    /** A piece that correlates less with what was spoken may be noise. */
    private static final double RECOGNISED = 0.5;

    private Sound() {}

    /** The root mean square in dB relative to a full-scale square wave; -120 for silence. */
    public static double levelDb(double[] signal) {
        return decibels(Math.sqrt(power(signal, 0, signal.length)));
    }

    /** The largest magnitude in dB relative to full scale; -120 for silence. */
    public static double peakDb(double[] signal) {
        double peak = 0;
        for (double sample : signal) {
            peak = Math.max(peak, Math.abs(sample));
        }
        return decibels(peak);
    }

    /**
     * The lag between {@code minLag} and {@code maxLag} at which the cross-correlation is greatest, with the normalised
     * correlation there (1: the same wave, 0: unrelated).
     */
    public static Alignment align(double[] spoken, double[] heard, int minLag, int maxLag) {
        if (minLag > maxLag) {
            throw new IllegalArgumentException("lags from " + minLag + " to " + maxLag);
        }
        double[] products = crossCorrelation(spoken, heard);
        int size = products.length;
        double best = Double.NEGATIVE_INFINITY;
        int lag = minLag;
        for (int candidate = minLag; candidate <= maxLag; candidate++) {
            if (candidate <= -spoken.length || candidate >= heard.length) {
                continue;
            }
            double value = products[Math.floorMod(candidate, size)];
            if (value > best) {
                best = value;
                lag = candidate;
            }
        }
        return new Alignment(lag, normalised(spoken, heard, lag));
    }

    /** What {@link #alignPiecewise} gives: the heard signal laid under the spoken one, and each piece's lag. */
    public static final class Laid {
        private final double[] heard;
        private final double[] lags;

        private Laid(double[] heard, double[] lags) {
            this.heard = heard;
            this.lags = lags;
        }

        /** As long as the spoken signal. */
        public double[] heard() {
            return heard.clone();
        }

        /** In samples, of the pieces that could be found by themselves. */
        public double[] lags() {
            return lags.clone();
        }
    }

    /**
     * Lays {@code heard} under {@code spoken} piece by piece, because a jitter buffer may move the sound by a frame in the
     * middle of a call, which an ear does not notice. Pieces without speech, or that are not recognised, get the lag of
     * the whole.
     *
     * @param whole where the whole fits best
     * @param around how far a piece may lie from the whole, in samples
     */
    public static Laid alignPiecewise(double[] spoken, double[] heard, Alignment whole, int piece, int around) {
        double[] laid = new double[spoken.length];
        double[] lags = new double[(spoken.length + piece - 1) / piece];
        int found = 0;
        for (int from = 0; from < spoken.length; from += piece) {
            int length = Math.min(piece, spoken.length - from);
            double[] part = java.util.Arrays.copyOfRange(spoken, from, from + length);
            double[] there = shifted(heard, from + whole.lag() - around, length + 2 * around);
            Alignment local = align(part, there, 0, 2 * around);
            boolean recognised = local.correlation() > RECOGNISED;
            int lag = whole.lag() + (recognised ? local.lag() - around : 0);
            if (recognised) {
                lags[found++] = lag;
            }
            System.arraycopy(shifted(heard, from + lag, length), 0, laid, from, length);
        }
        return new Laid(laid, java.util.Arrays.copyOf(lags, found));
    }

    /** {@code signal} moved by {@code lag}: result[n] = signal[n + lag], zeros where there is none. */
    public static double[] shifted(double[] signal, int lag, int length) {
        double[] out = new double[length];
        for (int i = Math.max(0, -lag); i < length && i + lag < signal.length; i++) {
            out[i] = signal[i + lag];
        }
        return out;
    }

    /**
     * The scale-invariant signal-to-distortion ratio in dB (J. Le Roux, S. Wisdom, H. Erdogan, J. R. Hershey, "SDR –
     * half-baked or well done?", ICASSP 2019). Strict about phase, so a codec that keeps every word may score low.
     */
    public static double scaleInvariantSdrDb(double[] spoken, double[] heard) {
        double product = 0;
        double energy = 0;
        int length = Math.min(spoken.length, heard.length);
        for (int i = 0; i < length; i++) {
            product += spoken[i] * heard[i];
            energy += spoken[i] * spoken[i];
        }
        double scale = energy == 0 ? 0 : product / energy;
        double target = 0;
        double distortion = 0;
        for (int i = 0; i < length; i++) {
            double wanted = scale * spoken[i];
            target += wanted * wanted;
            distortion += (heard[i] - wanted) * (heard[i] - wanted);
        }
        return Math.clamp(10 * Math.log10((target + 1e-30) / (distortion + 1e-30)), -120, 120);
    }

    private static double[] crossCorrelation(double[] spoken, double[] heard) {
        Fft fft = Fft.atLeast(spoken.length + heard.length);
        double[] a = java.util.Arrays.copyOf(spoken, fft.size());
        double[] aImaginary = new double[fft.size()];
        double[] b = java.util.Arrays.copyOf(heard, fft.size());
        double[] bImaginary = new double[fft.size()];
        fft.forward(a, aImaginary);
        fft.forward(b, bImaginary);
        for (int i = 0; i < fft.size(); i++) {
            double real = a[i] * b[i] + aImaginary[i] * bImaginary[i];
            double imaginary = a[i] * bImaginary[i] - aImaginary[i] * b[i];
            a[i] = real;
            aImaginary[i] = imaginary;
        }
        fft.inverse(a, aImaginary);
        return a;
    }

    private static double normalised(double[] spoken, double[] heard, int lag) {
        double product = 0;
        double spokenEnergy = 0;
        double heardEnergy = 0;
        for (int i = Math.max(0, -lag); i < spoken.length && i + lag < heard.length; i++) {
            product += spoken[i] * heard[i + lag];
            spokenEnergy += spoken[i] * spoken[i];
            heardEnergy += heard[i + lag] * heard[i + lag];
        }
        return spokenEnergy == 0 || heardEnergy == 0 ? 0 : product / Math.sqrt(spokenEnergy * heardEnergy);
    }

    private static double power(double[] signal, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += signal[i] * signal[i];
        }
        return to > from ? sum / (to - from) : 0;
    }

    private static double decibels(double magnitude) {
        return Math.max(-120, 20 * Math.log10(magnitude + 1e-12));
    }

    /**
     * Which frames of {@code frameLength} samples hold speech: within 30 dB of the loudest, between the 40 dB of {@link
     * Stoi}, which let the noise of a room pass, and the quiet consonants.
     */
    public static boolean[] framesWithSpeech(double[] signal, int frameLength) {
        boolean[] speech = new boolean[signal.length / frameLength];
        double loudest = 0;
        double[] powers = new double[speech.length];
        for (int i = 0; i < speech.length; i++) {
            powers[i] = power(signal, i * frameLength, (i + 1) * frameLength);
            loudest = Math.max(loudest, powers[i]);
        }
        for (int i = 0; i < speech.length; i++) {
            speech[i] = loudest > 0 && powers[i] > loudest * 1e-3;
        }
        return speech;
    }
}
