package org.whodis.media.audio;

/** A WAV file is refused. The message says what was found and what would have been accepted. */
public final class WavException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a file is refused. */
    public enum Reason {
        NOT_A_WAV_FILE,
        TRUNCATED,
        TOO_LARGE,
        NO_FORMAT,
        MALFORMED_FORMAT,
        UNSUPPORTED_ENCODING,
        UNSUPPORTED_CHANNELS,
        UNSUPPORTED_SAMPLE_RATE,
        UNSUPPORTED_SAMPLE_SIZE,
        NO_DATA
    }

    private final Reason reason;

    WavException(Reason reason, String found) {
        super(found + ". Accepted are " + WavFile.ACCEPTED + ".");
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
