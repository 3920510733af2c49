package org.whodis.app.demo;

import java.util.Arrays;
import org.whodis.media.audio.AudioFrame;

/**
 * Frames of 20 ms in the order in which a phone took or gave them, each with its time on the clock of {@link
 * System#nanoTime}. One thread adds; a copy may be taken by any.
 */
final class Track {
    /** An hour of sound; what comes after is counted and not kept. */
    private static final int MAX_FRAMES = 180_000;

    private static final double NANOS_PER_SAMPLE = 1e9 / AudioFrame.SAMPLE_RATE;

    private short[] samples = new short[AudioFrame.SAMPLES * 500];
    private long[] times = new long[500];
    private int frames;

    synchronized void add(short[] frame, long nanos) {
        if (frames == MAX_FRAMES) {
            return;
        }
        if (frames == times.length) {
            times = Arrays.copyOf(times, 2 * frames);
            samples = Arrays.copyOf(samples, 2 * samples.length);
        }
        System.arraycopy(frame, 0, samples, frames * AudioFrame.SAMPLES, AudioFrame.SAMPLES);
        times[frames++] = nanos;
    }

    synchronized int frames() {
        return frames;
    }

    synchronized short[] samples() {
        return Arrays.copyOf(samples, frames * AudioFrame.SAMPLES);
    }

    /**
     * The time of the first sample. Each frame's time tells it with the thread's own delays on top, so the median over all
     * frames is taken.
     */
    synchronized long startNanos() {
        if (frames == 0) {
            throw new IllegalStateException("an empty track has no beginning");
        }
        long[] starts = new long[frames];
        for (int i = 0; i < frames; i++) {
            starts[i] = times[i] - i * AudioFrame.DURATION_NANOS;
        }
        Arrays.sort(starts);
        return starts[frames / 2];
    }

    /** The sound from {@code fromNanos} on, {@code length} samples in -1..1, with silence where the track has nothing. */
    synchronized double[] from(long fromNanos, int length) {
        double[] out = new double[length];
        if (frames == 0) {
            return out;
        }
        long skip = Math.round((fromNanos - startNanos()) / NANOS_PER_SAMPLE);
        for (int i = 0; i < length; i++) {
            long at = skip + i;
            if (at >= 0 && at < (long) frames * AudioFrame.SAMPLES) {
                out[i] = samples[(int) at] / 32_768.0;
            }
        }
        return out;
    }
}
