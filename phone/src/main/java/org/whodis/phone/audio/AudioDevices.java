package org.whodis.phone.audio;

import java.util.Arrays;
import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;

/**
 * What a phone speaks and hears with. Asked once per call, when the call's media begins; a source or sink that is {@link
 * AutoCloseable} is closed when the call ends.
 */
public interface AudioDevices {
    /** Says nothing and hears nothing: for a phone that looks things up and makes no calls, which needs no warming up. */
    AudioDevices SILENT = new AudioDevices() {
        @Override
        public AudioSource openSource(CallId call) {
            return frame -> {
                Arrays.fill(frame, (short) 0);
                return true;
            };
        }

        @Override
        public AudioSink openSink(CallId call) {
            return frame -> {};
        }
    };

    AudioSource openSource(CallId call) throws AudioUnavailableException;

    AudioSink openSink(CallId call) throws AudioUnavailableException;
}
