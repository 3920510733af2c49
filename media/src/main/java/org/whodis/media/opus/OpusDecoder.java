package org.whodis.media.opus;

import org.whodis.media.audio.AudioFrame;

/**
 * Decodes one sender's packets into frames of 20 ms, and makes up what was lost (packet-loss concealment).
 *
 * <p>Takes hostile bytes: any packet either becomes a frame or an {@link OpusException}, after which the decoder is as
 * good as new. One decoder per sender, owned by one thread.
 */
public final class OpusDecoder {
    private final io.github.jaredmdobson.concentus.OpusDecoder codec;

    public OpusDecoder() {
        try {
            codec = new io.github.jaredmdobson.concentus.OpusDecoder(AudioFrame.SAMPLE_RATE, 1);
        } catch (io.github.jaredmdobson.concentus.OpusException e) {
            throw new IllegalStateException("Concentus refuses 48 kHz mono", e);
        }
    }

    /**
     * Decodes {@code packet} into {@link AudioFrame#SAMPLES} samples; two channels are mixed down.
     *
     * @throws OpusException if the packet is not well-formed Opus of 20 ms
     */
    public short[] decode(byte[] packet) throws OpusException {
        int samples = OpusPacket.samples(packet);
        if (samples != AudioFrame.SAMPLES) {
            throw new OpusException("a packet of " + samples + " samples; a call has " + AudioFrame.SAMPLES);
        }
        return run(packet);
    }

    /**
     * The frame to play where a packet is missing. It goes on with what was heard last and fades to silence over a few
     * calls.
     */
    public short[] conceal() {
        try {
            return run(null);
        } catch (OpusException e) {
            // The state that a hostile packet left behind is gone by now; silence is the honest concealment.
            return new short[AudioFrame.SAMPLES];
        }
    }

    /** Forgets what was heard: the sender has started again. */
    public void reset() {
        codec.resetState();
    }

    private short[] run(byte @org.jspecify.annotations.Nullable [] packet) throws OpusException {
        short[] frame = new short[AudioFrame.SAMPLES];
        int length = packet == null ? 0 : packet.length;
        int decoded;
        try {
            decoded = codec.decode(packet, 0, length, frame, 0, AudioFrame.SAMPLES, false);
        } catch (io.github.jaredmdobson.concentus.OpusException | RuntimeException | AssertionError e) {
            // Concentus meets broken packets with its own exception, an index out of bounds or a failed assertion.
            codec.resetState();
            throw new OpusException("not decodable: " + e, e);
        }
        if (decoded != AudioFrame.SAMPLES) {
            codec.resetState();
            throw new OpusException("decoded to " + decoded + " samples instead of " + AudioFrame.SAMPLES);
        }
        return frame;
    }
}
