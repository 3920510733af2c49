package org.whodis.app.demo;

import org.whodis.media.audio.AudioSink;

/** What one person hears; keeps all of it. */
final class Ear implements AudioSink {
    private final Track track = new Track();

    Track track() {
        return track;
    }

    @Override
    public void write(short[] frame) {
        track.add(frame, System.nanoTime());
    }
}
