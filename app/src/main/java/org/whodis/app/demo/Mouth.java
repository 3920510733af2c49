package org.whodis.app.demo;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.whodis.media.audio.AudioFrame;
import org.whodis.media.audio.AudioSource;
import org.whodis.media.audio.Pcm;

/** What one person says: silence until they are told to begin, then a recording, then silence again. Keeps all of it. */
final class Mouth implements AudioSource {
    private static final long NOT_YET = Long.MAX_VALUE;

    private final short[] speech;
    private final Track track = new Track();
    private final AtomicLong beginNanos = new AtomicLong(NOT_YET);

    /** Read and written by the phone's media thread only. */
    private int position;

    Mouth(Pcm speech) {
        this.speech = speech.resampledTo(AudioFrame.SAMPLE_RATE).toShorts();
    }

    /** Begin at this time of {@link System#nanoTime}. */
    void beginAt(long nanos) {
        beginNanos.set(nanos);
    }

    Track track() {
        return track;
    }

    @Override
    public boolean read(short[] frame) {
        long now = System.nanoTime();
        Arrays.fill(frame, (short) 0);
        long begin = beginNanos.get();
        if (begin != NOT_YET && now - begin >= 0) {
            int count = Math.min(frame.length, speech.length - position);
            System.arraycopy(speech, position, frame, 0, count);
            position += count;
        }
        // A microphone hands a frame over when its last sample has been spoken.
        track.add(frame, now - AudioFrame.DURATION_NANOS);
        return true;
    }
}
