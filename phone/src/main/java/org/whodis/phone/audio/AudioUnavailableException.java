package org.whodis.phone.audio;

/** There is no such microphone, loudspeaker or file; the message says what to do instead. */
public final class AudioUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public AudioUnavailableException(String message) {
        super(message);
    }
}
