package org.whodis.verify.bench;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.github.jaredmdobson.concentus.OpusSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.whodis.app.measure.Sound;
import org.whodis.app.measure.Stoi;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavException;
import org.whodis.media.audio.WavFile;

/**
 * What the settings of Opus cost and how well speech survives them: for each complexity, and for the hybrid mode that Opus
 * chooses by itself as for CELT alone, the time per frame of 20 ms, and STOI against the recording without loss and with 5
 * and 20 % of the packets lost at random and concealed. The arguments are WAV files.
 */
public final class OpusBench {
    private static final int FRAME = 960;
    private static final int PACKET = 80;
    private static final int ROUNDS = 2;
    private static final long SEED = 1;

    private OpusBench() {}

    public static void main(String[] args) throws IOException, WavException, OpusException {
        for (String file : args) {
            Pcm speech = WavFile.read(Files.readAllBytes(Path.of(file)));
            for (int round = 1; round <= ROUNDS; round++) {
                for (int complexity : new int[] {0, 3, 4, 5, 7, 9, 10}) {
                    for (OpusApplication application : new OpusApplication[] {
                        OpusApplication.OPUS_APPLICATION_VOIP, OpusApplication.OPUS_APPLICATION_RESTRICTED_LOWDELAY
                    }) {
                        measure(Path.of(file).getFileName() + " round " + round, speech, complexity, application);
                    }
                }
            }
        }
    }

    private static void measure(String name, Pcm speech, int complexity, OpusApplication application)
            throws OpusException {
        OpusEncoder encoder = new OpusEncoder(48_000, 1, application);
        encoder.setBitrate(32_000);
        encoder.setUseVBR(false);
        encoder.setSignalType(OpusSignal.OPUS_SIGNAL_VOICE);
        encoder.setComplexity(complexity);
        short[] said = speech.resampledTo(48_000).toShorts();
        List<byte[]> packets = new ArrayList<>();
        long start = System.nanoTime();
        for (int at = 0; at + FRAME <= said.length; at += FRAME) {
            byte[] packet = new byte[PACKET];
            encoder.encode(said, at, FRAME, packet, 0, PACKET);
            packets.add(packet);
        }
        long encoded = System.nanoTime();
        double clean = stoi(said, decode(packets, 0));
        long decoded = System.nanoTime();
        System.out.println(String.format(
                Locale.ROOT,
                "%s complexity %2d %-34s encode %.3f ms decode and STOI %.3f ms; STOI %.4f, 5 %% lost %.4f, 20 %% lost %.4f",
                name,
                complexity,
                application,
                (encoded - start) / 1e6 / packets.size(),
                (decoded - encoded) / 1e6 / packets.size(),
                clean,
                stoi(said, decode(packets, 0.05)),
                stoi(said, decode(packets, 0.2))));
    }

    private static short[] decode(List<byte[]> packets, double loss) throws OpusException {
        Random random = new Random(SEED);
        OpusDecoder decoder = new OpusDecoder(48_000, 1);
        short[] heard = new short[packets.size() * FRAME];
        for (int n = 0; n < packets.size(); n++) {
            boolean lost = random.nextDouble() < loss;
            decoder.decode(lost ? null : packets.get(n), 0, lost ? 0 : PACKET, heard, n * FRAME, FRAME, false);
        }
        return heard;
    }

    private static double stoi(short[] said, short[] heard) {
        double[] reference = at10Kilohertz(said);
        double[] received = at10Kilohertz(heard);
        Sound.Alignment alignment = Sound.align(reference, received, 0, 200);
        return Stoi.of(reference, Sound.shifted(received, alignment.lag(), reference.length));
    }

    private static double[] at10Kilohertz(short[] samples) {
        float[] resampled =
                Pcm.ofShorts(48_000, samples).resampledTo(Stoi.SAMPLE_RATE).toFloats();
        double[] out = new double[resampled.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = resampled[i];
        }
        return out;
    }
}
