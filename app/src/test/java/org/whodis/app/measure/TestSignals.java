package org.whodis.app.measure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.whodis.app.Whodis;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavException;
import org.whodis.media.audio.WavFile;

/** Recorded speech and noise that another program can make again bit for bit. */
public final class TestSignals {
    private TestSignals() {}

    public static Pcm speech(String name) {
        try (InputStream in = Objects.requireNonNull(Whodis.class.getResourceAsStream("speech/" + name))) {
            return WavFile.read(in);
        } catch (IOException | WavException e) {
            throw new AssertionError(e);
        }
    }

    public static double[] doubles(Pcm sound) {
        double[] out = new double[sound.length()];
        for (int i = 0; i < out.length; i++) {
            out[i] = sound.sample(i);
        }
        return out;
    }

    /** Uniform noise in -1..1 of Knuth's MMIX generator. */
    public static double[] noise(int length, long seed) {
        double[] out = new double[length];
        long state = seed;
        for (int i = 0; i < length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            out[i] = (state >>> 11) / (double) (1L << 53) * 2 - 1;
        }
        return out;
    }

    public static double[] withNoise(double[] signal, double[] noise, double snrDb) {
        double gain = Math.sqrt(power(signal) / power(noise) / Math.pow(10, snrDb / 10));
        double[] out = new double[signal.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = signal[i] + gain * noise[i];
        }
        return out;
    }

    static double power(double[] signal) {
        double sum = 0;
        for (double sample : signal) {
            sum += sample * sample;
        }
        return sum / signal.length;
    }
}
