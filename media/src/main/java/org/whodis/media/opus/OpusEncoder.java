package org.whodis.media.opus;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusSignal;
import org.whodis.media.audio.AudioFrame;

/**
 * Encodes speech at a hard constant rate: every frame of 20 ms becomes {@link #PACKET_LENGTH} bytes, whether somebody
 * speaks, shouts or is silent. The rate is a promise to the people who speak, because packets whose size follows the
 * speech give the words away; so there is no DTX and no variable rate, and whatever the codec does, a packet of this size
 * comes out.
 *
 * <p>Owned by one thread.
 */
public final class OpusEncoder {
    /** Bits per second: full-band speech. */
    public static final int BIT_RATE = 32_000;

    /** 32 kbit/s over 20 ms. */
    public static final int PACKET_LENGTH = BIT_RATE / 50 / 8;

    /**
     * Of 0 to 10: what looks into one frame, and nothing that leans on the frames before, since there each lost packet
     * damages the next ones too. {@code docs/adr/0010-opus-by-celt-alone.md} has the measurements.
     */
    static final int COMPLEXITY = 3;

    private final io.github.jaredmdobson.concentus.OpusEncoder codec;
    private final byte[] packet = new byte[PACKET_LENGTH];
    private long faults;

    public OpusEncoder() {
        try {
            codec = new io.github.jaredmdobson.concentus.OpusEncoder(
                    AudioFrame.SAMPLE_RATE, 1, OpusApplication.OPUS_APPLICATION_RESTRICTED_LOWDELAY);
        } catch (io.github.jaredmdobson.concentus.OpusException e) {
            throw new IllegalStateException("Concentus refuses 48 kHz mono", e);
        }
        codec.setBitrate(BIT_RATE);
        codec.setUseVBR(false);
        codec.setUseDTX(false);
        codec.setSignalType(OpusSignal.OPUS_SIGNAL_VOICE);
        codec.setComplexity(COMPLEXITY);
    }

    /** Encodes {@link AudioFrame#SAMPLES} samples into {@link #PACKET_LENGTH} bytes. */
    public byte[] encode(short[] frame) {
        AudioFrame.requireLength(frame);
        if (!tryEncode(frame)) {
            faults++;
            codec.resetState();
            // A fresh codec encodes silence on every machine; the frame is lost, the cadence is not.
            if (!tryEncode(new short[AudioFrame.SAMPLES])) {
                throw new IllegalStateException("Concentus does not encode silence");
            }
        }
        return packet.clone();
    }

    /** How often the codec failed on a frame and silence went out in its place. */
    public long faults() {
        return faults;
    }

    /** The delay of the codec itself, in samples: what it has to see of the future, and its filters. */
    public int lookaheadSamples() {
        return codec.getLookahead();
    }

    private boolean tryEncode(short[] frame) {
        try {
            return codec.encode(frame, 0, AudioFrame.SAMPLES, packet, 0, PACKET_LENGTH) == PACKET_LENGTH;
        } catch (io.github.jaredmdobson.concentus.OpusException | RuntimeException | AssertionError e) {
            return false;
        }
    }
}
