package org.whodis.app.measure;

import java.util.Arrays;

/**
 * The short-time objective intelligibility measure: how well the words of {@code spoken} can still be understood in
 * {@code heard}.
 *
 * <p>C. H. Taal, R. C. Hendriks, R. Heusdens and J. Jensen, "An Algorithm for Intelligibility Prediction of
 * Time-Frequency Weighted Noisy Speech", IEEE Transactions on Audio, Speech, and Language Processing 19(7), 2011,
 * section II; the numbers of equations below are those of that paper. The result is at most 1 (nothing was lost) and near
 * 0 for unrelated sounds; in the paper's listening tests, values above about 0.75 went with practically every word being
 * understood.
 */
public final class Stoi {
    /** The rate the measure is defined at; the caller resamples. */
    public static final int SAMPLE_RATE = 10_000;

    /** The citation to print beside a value. */
    public static final String CITATION = "STOI: C. H. Taal, R. C. Hendriks, R. Heusdens, J. Jensen, \"An Algorithm for"
            + " Intelligibility Prediction of Time-Frequency Weighted Noisy Speech\","
            + " IEEE Trans. Audio, Speech, Lang. Process. 19(7), 2011";

    private static final int FRAME = 256;
    private static final int HOP = FRAME / 2;
    private static final int TRANSFORM = 512;
    private static final int BANDS = 15;
    private static final double LOWEST_CENTRE_HZ = 150;

    /** N of equation (3): 30 frames are 384 ms. */
    private static final int SEGMENT = 30;

    /** Beta of equation (3), the lower bound of the signal-to-distortion ratio in dB. */
    private static final double LOWER_SDR_BOUND_DB = -15;

    /** Frames of speech this far below the loudest are silence and take no part. */
    private static final double DYNAMIC_RANGE_DB = 40;

    private static final double TINY = Math.ulp(1.0);

    private Stoi() {}

    /**
     * The measure for two signals of one length at {@link #SAMPLE_RATE}, aligned to each other.
     *
     * @throws IllegalArgumentException if the lengths differ, or if less than 384 ms of speech remain without the silence
     */
    public static double of(double[] spoken, double[] heard) {
        if (spoken.length != heard.length) {
            throw new IllegalArgumentException("signals of " + spoken.length + " and " + heard.length + " samples");
        }
        boolean[] speech = framesWithSpeech(spoken);
        double[][] x = bands(join(spoken, speech));
        double[][] y = bands(join(heard, speech));
        int frames = x.length;
        if (frames < SEGMENT) {
            throw new IllegalArgumentException("less than 384 ms of speech to compare");
        }
        double sum = 0;
        for (int end = SEGMENT; end <= frames; end++) {
            for (int band = 0; band < BANDS; band++) {
                sum += intermediate(envelope(x, band, end), envelope(y, band, end));
            }
        }
        // Equation (6): the mean over all bands and segments.
        return sum / ((double) BANDS * (frames - SEGMENT + 1));
    }

    /** Equations (3) to (5): the correlation of the clean envelope with the scaled and clipped degraded one. */
    private static double intermediate(double[] x, double[] y) {
        double scale = norm(x) / (norm(y) + TINY);
        double ceiling = 1 + Math.pow(10, -LOWER_SDR_BOUND_DB / 20);
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.min(scale * y[i], ceiling * x[i]);
        }
        removeMean(x);
        removeMean(y);
        double product = 0;
        for (int i = 0; i < x.length; i++) {
            product += x[i] * y[i];
        }
        return product / ((norm(x) + TINY) * (norm(y) + TINY));
    }

    private static boolean[] framesWithSpeech(double[] x) {
        int count = x.length < FRAME ? 0 : (x.length - FRAME) / HOP + 1;
        double[] energies = new double[count];
        double loudest = Double.NEGATIVE_INFINITY;
        for (int frame = 0; frame < count; frame++) {
            double sum = 0;
            for (int i = 0; i < FRAME; i++) {
                double sample = WINDOW[i] * x[frame * HOP + i];
                sum += sample * sample;
            }
            energies[frame] = 20 * Math.log10(Math.sqrt(sum) + TINY);
            loudest = Math.max(loudest, energies[frame]);
        }
        boolean[] speech = new boolean[count];
        for (int frame = 0; frame < count; frame++) {
            speech[frame] = energies[frame] > loudest - DYNAMIC_RANGE_DB;
        }
        return speech;
    }

    /** Overlaps and adds the windowed frames that are kept. */
    private static double[] join(double[] signal, boolean[] kept) {
        int count = 0;
        for (boolean keep : kept) {
            count += keep ? 1 : 0;
        }
        double[] joined = new double[count == 0 ? 0 : (count - 1) * HOP + FRAME];
        int at = 0;
        for (int frame = 0; frame < kept.length; frame++) {
            if (kept[frame]) {
                for (int i = 0; i < FRAME; i++) {
                    joined[at + i] += WINDOW[i] * signal[frame * HOP + i];
                }
                at += HOP;
            }
        }
        return joined;
    }

    /** Equation (1): for every frame the norm of the spectrum in each third-octave band. */
    private static double[][] bands(double[] signal) {
        // As in the authors' program a last frame that ends exactly with the signal is left out.
        int count = signal.length <= FRAME ? 0 : (signal.length - FRAME - 1) / HOP + 1;
        double[][] bands = new double[count][BANDS];
        Fft fft = new Fft(TRANSFORM);
        double[] real = new double[TRANSFORM];
        double[] imaginary = new double[TRANSFORM];
        for (int frame = 0; frame < count; frame++) {
            Arrays.fill(real, 0);
            Arrays.fill(imaginary, 0);
            for (int i = 0; i < FRAME; i++) {
                real[i] = WINDOW[i] * signal[frame * HOP + i];
            }
            fft.forward(real, imaginary);
            for (int band = 0; band < BANDS; band++) {
                double power = 0;
                for (int bin = EDGES[band][0]; bin < EDGES[band][1]; bin++) {
                    power += real[bin] * real[bin] + imaginary[bin] * imaginary[bin];
                }
                bands[frame][band] = Math.sqrt(power);
            }
        }
        return bands;
    }

    private static double[] envelope(double[][] bands, int band, int end) {
        double[] envelope = new double[SEGMENT];
        for (int i = 0; i < SEGMENT; i++) {
            envelope[i] = bands[end - SEGMENT + i][band];
        }
        return envelope;
    }

    private static double norm(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    private static void removeMean(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        for (int i = 0; i < values.length; i++) {
            values[i] -= mean;
        }
    }

    /** Hann's window without its zeros at the ends. */
    private static final double[] WINDOW = new double[FRAME];

    /** For each band its first bin and the bin after its last: the bins nearest to the band's edges. */
    private static final int[][] EDGES = new int[BANDS][2];

    static {
        for (int i = 0; i < FRAME; i++) {
            WINDOW[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 1) / (FRAME + 1));
        }
        for (int band = 0; band < BANDS; band++) {
            EDGES[band][0] = nearestBin(LOWEST_CENTRE_HZ * Math.pow(2, (2 * band - 1) / 6.0));
            EDGES[band][1] = nearestBin(LOWEST_CENTRE_HZ * Math.pow(2, (2 * band + 1) / 6.0));
        }
    }

    private static int nearestBin(double hertz) {
        return (int) Math.round(hertz * TRANSFORM / SAMPLE_RATE);
    }
}
