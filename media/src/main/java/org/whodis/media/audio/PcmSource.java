package org.whodis.media.audio;

/** Plays a recording as an {@link AudioSource}, once or over and over. Owned by one thread. */
public final class PcmSource implements AudioSource {
    private final short[] samples;
    private final boolean repeat;
    private int position;

    private PcmSource(Pcm speech, boolean repeat) {
        this.samples = speech.resampledTo(AudioFrame.SAMPLE_RATE).toShorts();
        if (samples.length == 0) {
            throw new IllegalArgumentException("a recording without samples");
        }
        this.repeat = repeat;
    }

    /** The recording, then silence. */
    public static PcmSource once(Pcm speech) {
        return new PcmSource(speech, false);
    }

    /** The recording without end; it starts again in the middle of a frame if it ends there. */
    public static PcmSource repeating(Pcm speech) {
        return new PcmSource(speech, true);
    }

    @Override
    public boolean read(short[] frame) {
        AudioFrame.requireLength(frame);
        int filled = 0;
        while (filled < frame.length && position < samples.length) {
            int count = Math.min(frame.length - filled, samples.length - position);
            System.arraycopy(samples, position, frame, filled, count);
            filled += count;
            position += count;
            if (repeat && position == samples.length) {
                position = 0;
            }
        }
        java.util.Arrays.fill(frame, filled, frame.length, (short) 0);
        return filled > 0;
    }
}
