package org.whodis.media.audio;

/** The one shape of audio inside a phone: 48 kHz, mono, signed 16 bits, in frames of 20 ms. */
public final class AudioFrame {
    /** Samples per second; the RTP clock rate of Opus too (RFC 7587 section 4.1). */
    public static final int SAMPLE_RATE = 48_000;

    /** Samples in one frame: 20 ms, the packet time of every call. */
    public static final int SAMPLES = 960;

    public static final long DURATION_NANOS = 20_000_000L;

    private AudioFrame() {}

    /** Demands a frame of {@link #SAMPLES} samples; anything else is a fault of the caller. */
    public static void requireLength(short[] frame) {
        if (frame.length != SAMPLES) {
            throw new IllegalArgumentException("a frame has " + SAMPLES + " samples, not " + frame.length);
        }
    }
}
