package org.whodis.media.audio;

import java.util.Arrays;

/**
 * Records what it is given, up to a bound that its owner sets; what comes after the bound is counted and dropped, because
 * a call that goes on for hours must not fill the memory of the phone. Owned by one thread.
 */
public final class PcmSink implements AudioSink {
    private final int limit;
    private short[] samples = new short[AudioFrame.SAMPLES * 50];
    private int length;
    private long droppedFrames;

    /** Keeps at most {@code limitFrames} frames of 20 ms. */
    public PcmSink(int limitFrames) {
        if (limitFrames <= 0) {
            throw new IllegalArgumentException("room for " + limitFrames + " frames");
        }
        this.limit = Math.multiplyExact(limitFrames, AudioFrame.SAMPLES);
    }

    @Override
    public void write(short[] frame) {
        AudioFrame.requireLength(frame);
        if (length + frame.length > limit) {
            droppedFrames++;
            return;
        }
        if (length + frame.length > samples.length) {
            samples = Arrays.copyOf(samples, (int) Math.min(limit, 2L * samples.length));
        }
        System.arraycopy(frame, 0, samples, length, frame.length);
        length += frame.length;
    }

    /** What was recorded so far, at 48 kHz. */
    public Pcm recorded() {
        return Pcm.ofShorts(AudioFrame.SAMPLE_RATE, Arrays.copyOf(samples, length));
    }

    /** Frames that came after the bound. */
    public long droppedFrames() {
        return droppedFrames;
    }
}
