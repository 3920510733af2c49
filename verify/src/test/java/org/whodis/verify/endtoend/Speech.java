package org.whodis.verify.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavException;
import org.whodis.media.audio.WavFile;

/** The recorded human speech that the project ships, and how like it something that was heard is. */
public final class Speech {
    /** Compared at 8 kHz, which keeps the search for the delay fast. */
    private static final int RATE = 8_000;

    private static final int FRAME = RATE / 100;

    /** Two seconds. */
    private static final int WINDOW = 200;

    /** What is as like as this is the same speech: of another person's, two seconds reach 0.70. */
    public static final double ALIKE = 0.8;

    private Speech() {}

    public static Pcm ofAda() {
        return read("sense-and-sensibility.wav");
    }

    public static Pcm ofBob() {
        return read("go-forward.wav");
    }

    /**
     * The largest normalised cross-correlation of the 10 ms energies of two seconds that were heard and two seconds that were
     * spoken, 1 for the same speech at some delay. {@code spoken} is said over and over; {@code heard} may begin anywhere in
     * it. Energies survive a speech codec, waveforms do not.
     *
     * <p>The best two seconds and not all of them: a machine that stops for a moment leaves a gap, and what comes after it is
     * at another delay.
     */
    public static double likeness(Pcm spoken, Pcm heard) {
        double[] said = energies(spoken);
        double[] got = energies(heard);
        int from = 0;
        while (from < got.length && got[from] < 1e-3) {
            from++;
        }
        if (got.length - from < WINDOW / 4) {
            return 0;
        }
        int length = Math.min(WINDOW, got.length - from);
        double best = 0;
        for (int start = from; start + length <= got.length; start += WINDOW / 8) {
            for (int shift = 0; shift < said.length; shift++) {
                best = Math.max(best, correlation(said, shift, got, start, length));
            }
        }
        return best;
    }

    private static double correlation(double[] said, int shift, double[] got, int from, int length) {
        double meanSaid = 0;
        double meanGot = 0;
        for (int i = 0; i < length; i++) {
            meanSaid += said[(shift + i) % said.length] / length;
            meanGot += got[from + i] / length;
        }
        double both = 0;
        double saidOnly = 0;
        double gotOnly = 0;
        for (int i = 0; i < length; i++) {
            double x = said[(shift + i) % said.length] - meanSaid;
            double y = got[from + i] - meanGot;
            both += x * y;
            saidOnly += x * x;
            gotOnly += y * y;
        }
        return both / Math.sqrt(saidOnly * gotOnly + 1e-12);
    }

    private static double[] energies(Pcm sound) {
        float[] samples = sound.resampledTo(RATE).toFloats();
        double[] out = new double[samples.length / FRAME];
        for (int i = 0; i < out.length; i++) {
            double sum = 0;
            for (int s = 0; s < FRAME; s++) {
                sum += samples[i * FRAME + s] * samples[i * FRAME + s];
            }
            out[i] = Math.sqrt(sum / FRAME);
        }
        return out;
    }

    private static Pcm read(String name) {
        try (InputStream in = Speech.class.getResourceAsStream("/org/whodis/app/speech/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the project ships no " + name);
            }
            return WavFile.read(in).resampledTo(AudioFrame.SAMPLE_RATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (WavException e) {
            throw new IllegalStateException(e);
        }
    }
}
