package org.whodis.app.measure;

import java.util.Arrays;

/** Loudness over time and pitch, as a picture's worth of numbers. */
public final class Spectrogram {
    private static final int TRANSFORM = 1024;

    private Spectrogram() {}

    /**
     * One value of 0..1 for each column (time) and row (row 0 is the highest pitch): 0 at {@code floorDb} or below, 1 at
     * 0 dB or above, of full-scale power in a transform of 1024 points. Pitch runs from 0 to {@code topHz} on a scale
     * that gives low pitch more room, as hearing does (mel).
     */
    public static float[][] of(double[] signal, int sampleRate, int columns, int rows, double topHz, double floorDb) {
        float[][] picture = new float[columns][rows];
        Fft fft = new Fft(TRANSFORM);
        double[] real = new double[TRANSFORM];
        double[] imaginary = new double[TRANSFORM];
        for (int column = 0; column < columns; column++) {
            int centre = (int) ((column + 0.5) * signal.length / columns);
            Arrays.fill(imaginary, 0);
            for (int i = 0; i < TRANSFORM; i++) {
                int at = centre - TRANSFORM / 2 + i;
                double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / TRANSFORM);
                real[i] = at < 0 || at >= signal.length ? 0 : signal[at] * window;
            }
            fft.forward(real, imaginary);
            for (int row = 0; row < rows; row++) {
                double low = hertz((double) (rows - row - 1) / rows, topHz);
                double high = hertz((double) (rows - row) / rows, topHz);
                picture[column][row] =
                        (float) Math.clamp(1 - bandDb(real, imaginary, low, high, sampleRate) / floorDb, 0, 1);
            }
        }
        return picture;
    }

    private static double bandDb(double[] real, double[] imaginary, double low, double high, int sampleRate) {
        int first = (int) Math.floor(low * TRANSFORM / sampleRate);
        int last = Math.max(first, (int) Math.ceil(high * TRANSFORM / sampleRate) - 1);
        double greatest = 0;
        for (int bin = first; bin <= Math.min(last, TRANSFORM / 2); bin++) {
            greatest = Math.max(greatest, real[bin] * real[bin] + imaginary[bin] * imaginary[bin]);
        }
        // A full-scale sine under this window has the magnitude TRANSFORM / 4.
        double magnitude = Math.sqrt(greatest) / (TRANSFORM / 4.0);
        return 20 * Math.log10(magnitude + 1e-12);
    }

    private static double hertz(double share, double topHz) {
        double topMel = 2595 * Math.log10(1 + topHz / 700);
        return 700 * (Math.pow(10, share * topMel / 2595) - 1);
    }
}
