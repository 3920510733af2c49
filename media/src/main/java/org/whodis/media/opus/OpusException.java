package org.whodis.media.opus;

/** A packet that came from outside is not the Opus that a call carries. */
public final class OpusException extends Exception {
    private static final long serialVersionUID = 1L;

    OpusException(String message) {
        super(message);
    }

    OpusException(String message, Throwable cause) {
        super(message, cause);
    }
}
