package org.whodis.phone.audio;

import org.whodis.core.message.CallId;
import org.whodis.media.audio.AudioSink;
import org.whodis.media.audio.AudioSource;

/**
 * What a phone speaks and hears with. Asked once per call, when the call's media begins; a source or sink that is {@link
 * AutoCloseable} is closed when the call ends.
 */
public interface AudioDevices {
    AudioSource openSource(CallId call) throws AudioUnavailableException;

    AudioSink openSink(CallId call) throws AudioUnavailableException;
}
