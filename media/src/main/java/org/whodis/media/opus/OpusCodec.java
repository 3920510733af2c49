package org.whodis.media.opus;

import org.whodis.media.audio.AudioFrame;

/** What concerns encoder and decoder together. */
public final class OpusCodec {
    /** Enough for the JIT compiler to have met every path of the codec; 4 s of sound. */
    private static final int WARM_UP_FRAMES = 200;

    private OpusCodec() {}

    /**
     * Encodes, decodes and conceals a few seconds of synthetic voice. Cold, the first frames take many times their 20 ms,
     * which the other side would hear as a gap; a phone calls this once, before its first call, on a thread of its own.
     */
    public static void warmUp() {
        OpusEncoder encoder = new OpusEncoder();
        OpusDecoder decoder = new OpusDecoder();
        short[] frame = new short[AudioFrame.SAMPLES];
        int noise = 1;
        for (int n = 0; n < WARM_UP_FRAMES; n++) {
            for (int i = 0; i < frame.length; i++) {
                noise = noise * 1_103_515_245 + 12_345;
                // Voiced for half a second, unvoiced for half a second: a 120 Hz saw-tooth, and noise.
                frame[i] = (short) (n % 50 < 25 ? (i + n * AudioFrame.SAMPLES) % 400 * 40 - 8_000 : noise >> 19);
            }
            byte[] packet = encoder.encode(frame);
            try {
                decoder.decode(packet);
            } catch (OpusException e) {
                throw new IllegalStateException("the codec does not decode what it encoded", e);
            }
            if (n % 10 == 9) {
                decoder.conceal();
            }
        }
    }
}
