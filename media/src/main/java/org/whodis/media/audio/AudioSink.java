package org.whodis.media.audio;

/** Where a phone puts what it hears: a loudspeaker, or a recording. Called once every 20 ms. */
@FunctionalInterface
public interface AudioSink {
    /** Takes {@code frame} ({@link AudioFrame#SAMPLES} samples); the caller may reuse the array afterwards. */
    void write(short[] frame);
}
