package org.whodis.media.client;

/** Why a {@link MediaClient} refused something that came from the network. None of these ends a call. */
public enum MediaDrop {
    /** It came from another address than the relay's. */
    WRONG_SOURCE,
    /** Longer than {@link org.whodis.media.Datagram#MAX_RECEIVED}, or of no kind that RFC 7983 names. */
    NOT_MEDIA,
    /** STUN that is malformed, unauthenticated or answers no check of ours. */
    STUN,
    /** DTLS before the path is validated, or more of it than the handshake can take. */
    DTLS,
    /** SRTP or SRTCP before there are keys. */
    TOO_EARLY,
    /** An RTP or RTCP packet that is malformed or has what we do not accept: extension, padding, CSRC. */
    MALFORMED,
    /** Of no expected peer. */
    UNKNOWN_SSRC,
    /** Seen before, or too old to tell. */
    REPLAYED,
    /** The authentication tag is wrong. */
    BAD_TAG
}
