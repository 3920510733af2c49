package org.whodis.relay;

/** Why the relay refused something that came from the network. None of these removes a member. */
public enum RelayDrop {
    /** Longer than {@link org.whodis.media.Datagram#MAX_RECEIVED}, or of no kind that RFC 7983 names. */
    NOT_MEDIA,
    /** STUN that is malformed or no binding request. */
    STUN_MALFORMED,
    /** STUN that names no member or is not authenticated by that member's password. Not answered. */
    STUN_UNAUTHENTICATED,
    /** An authentic request that was seen before, from another address. Not answered. */
    STUN_REPLAYED,
    /** An authentic request from an address at which another member's media lives. Not answered. */
    STUN_ADDRESS_TAKEN,
    /** DTLS, SRTP or SRTCP from an address that no member has validated. Not answered. */
    UNKNOWN_SOURCE,
    /** DTLS that does not fit a handshake: none to begin, too many at once, too many failed, too much of it. */
    DTLS,
    /** SRTP or SRTCP before there are keys. */
    TOO_EARLY,
    /** An RTP or RTCP packet that is malformed or has what we do not accept: extension, padding, CSRC. */
    MALFORMED,
    /** Of another SSRC than the member's own. */
    WRONG_SSRC,
    /** Seen before, or too old to tell. */
    REPLAYED,
    /** The authentication tag is wrong. */
    BAD_TAG,
    /** A member or a trunk leg sends more than its rate allows. */
    TOO_FAST,
    /** An authentic packet that cannot be sealed for a receiver without using a nonce twice, or is older than its stream. */
    NOT_FORWARDED,
    /** A datagram of ours that the system did not take. */
    NOT_SENT
}
