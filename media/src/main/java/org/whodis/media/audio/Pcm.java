package org.whodis.media.audio;

/**
 * A piece of mono sound: immutable samples of nominally -1.0 to just below 1.0, at one rate.
 *
 * <p>One unit of a 16-bit sample is 1/32768.
 */
public final class Pcm {
    private static final float SHORT_SCALE = 32_768f;

    private final int sampleRate;
    private final float[] samples;

    private Pcm(int sampleRate, float[] owned) {
        if (sampleRate <= 0) {
            throw new IllegalArgumentException("a sample rate of " + sampleRate);
        }
        this.sampleRate = sampleRate;
        this.samples = owned;
    }

    /** Copies {@code samples}. */
    public static Pcm ofFloats(int sampleRate, float[] samples) {
        return new Pcm(sampleRate, samples.clone());
    }

    /** 16-bit samples. */
    public static Pcm ofShorts(int sampleRate, short[] samples) {
        float[] scaled = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            scaled[i] = samples[i] / SHORT_SCALE;
        }
        return new Pcm(sampleRate, scaled);
    }

    /** Takes {@code samples} over without a copy. */
    static Pcm owning(int sampleRate, float[] samples) {
        return new Pcm(sampleRate, samples);
    }

    public int sampleRate() {
        return sampleRate;
    }

    /** The number of samples. */
    public int length() {
        return samples.length;
    }

    public float sample(int index) {
        return samples[index];
    }

    public double seconds() {
        return (double) samples.length / sampleRate;
    }

    /** A copy of the samples. */
    public float[] toFloats() {
        return samples.clone();
    }

    /** The samples rounded to 16 bits; what is out of range is clipped. */
    public short[] toShorts() {
        short[] out = new short[samples.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = toShort(samples[i]);
        }
        return out;
    }

    /** The samples from {@code from} (inclusive) to {@code to} (exclusive). */
    public Pcm slice(int from, int to) {
        float[] part = new float[to - from];
        System.arraycopy(samples, from, part, 0, part.length);
        return new Pcm(sampleRate, part);
    }

    /** The same sound at another rate; see {@link Resampler}. */
    public Pcm resampledTo(int rate) {
        return rate == sampleRate ? this : new Pcm(rate, Resampler.resample(samples, sampleRate, rate));
    }

    /** Rounds one sample to 16 bits, clipping what is out of range. */
    public static short toShort(float sample) {
        int rounded = Math.round(sample * SHORT_SCALE);
        return (short) Math.clamp(rounded, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    @Override
    public String toString() {
        return "Pcm[" + samples.length + " samples at " + sampleRate + " Hz]";
    }
}
