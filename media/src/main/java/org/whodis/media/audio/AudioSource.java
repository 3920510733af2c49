package org.whodis.media.audio;

/** What a phone says: a microphone, or a recording. The caller sets the pace, one frame every 20 ms. */
@FunctionalInterface
public interface AudioSource {
    /**
     * Fills {@code frame} ({@link AudioFrame#SAMPLES} samples).
     *
     * @return whether there was anything left; if not, the frame was filled with silence, and packets go on all the same
     */
    boolean read(short[] frame);
}
