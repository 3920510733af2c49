package org.whodis.app.measure;

/** The discrete Fourier transform of a power-of-two length (Cooley and Tukey 1965, radix 2, in place). */
final class Fft {
    private final int size;
    private final double[] cosines;
    private final double[] sines;

    Fft(int size) {
        if (size < 2 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("a transform of " + size + " points");
        }
        this.size = size;
        cosines = new double[size / 2];
        sines = new double[size / 2];
        for (int i = 0; i < size / 2; i++) {
            cosines[i] = Math.cos(2 * Math.PI * i / size);
            sines[i] = Math.sin(2 * Math.PI * i / size);
        }
    }

    /** The smallest size that holds {@code length} points. */
    static Fft atLeast(int length) {
        return new Fft(Math.max(2, Integer.highestOneBit(Math.max(1, length - 1)) << 1));
    }

    int size() {
        return size;
    }

    /** Replaces the points by their transform: X[k] = sum over n of x[n] exp(-2 pi i k n / size). */
    void forward(double[] real, double[] imaginary) {
        reverseBits(real, imaginary);
        for (int half = 1; half < size; half <<= 1) {
            int stride = size / (2 * half);
            for (int block = 0; block < size; block += 2 * half) {
                for (int i = 0; i < half; i++) {
                    double c = cosines[i * stride];
                    double s = -sines[i * stride];
                    int even = block + i;
                    int odd = even + half;
                    double r = real[odd] * c - imaginary[odd] * s;
                    double m = real[odd] * s + imaginary[odd] * c;
                    real[odd] = real[even] - r;
                    imaginary[odd] = imaginary[even] - m;
                    real[even] += r;
                    imaginary[even] += m;
                }
            }
        }
    }

    /** The inverse of {@link #forward}, divided by the size. */
    void inverse(double[] real, double[] imaginary) {
        forward(imaginary, real);
        for (int i = 0; i < size; i++) {
            real[i] /= size;
            imaginary[i] /= size;
        }
    }

    private void reverseBits(double[] real, double[] imaginary) {
        for (int i = 1, j = 0; i < size; i++) {
            int bit = size >> 1;
            for (; (j & bit) != 0; bit >>= 1) {
                j ^= bit;
            }
            j |= bit;
            if (i < j) {
                double r = real[i];
                real[i] = real[j];
                real[j] = r;
                double m = imaginary[i];
                imaginary[i] = imaginary[j];
                imaginary[j] = m;
            }
        }
    }
}
