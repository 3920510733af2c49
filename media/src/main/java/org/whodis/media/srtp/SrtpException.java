package org.whodis.media.srtp;

/** An SRTP or SRTCP packet is refused. Carries no stack trace, because an attacker chooses how often it is thrown. */
public final class SrtpException extends Exception {
    private static final long serialVersionUID = 1L;

    public enum Reason {
        MALFORMED,
        /** No stream of this SSRC is open. */
        UNKNOWN_SSRC,
        /** Seen before, or older than the replay window. */
        REPLAYED,
        BAD_TAG
    }

    private final Reason reason;

    public SrtpException(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
