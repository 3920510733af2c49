package org.whodis.media.dtls;

/** Why a handshake came to nothing. */
public enum DtlsFailure {
    /** The peer showed another certificate than the one that was expected, or none. */
    WRONG_CERTIFICATE,
    /** The peer sent a fatal alert. Alerts of a handshake are not authenticated: anybody may have sent it. */
    REFUSED_BY_PEER,
    /** The peer does not offer what we insist on, or broke the protocol. */
    PROTOCOL,
    /** It took too long. */
    TIMEOUT,
    /** {@link DtlsSession#close} was called. */
    CLOSED
}
