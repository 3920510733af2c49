package org.whodis.core.federation;

/** Why a connection between offices was refused. For logs, counters and the operator; the other side is told nothing. */
public enum PeerRefusal {
    /** A frame that has not its form, or comes at the wrong time. */
    MALFORMED,
    /** The key exchange of the TLS connection is not X25519MLKEM768. */
    NOT_POST_QUANTUM,
    /** The greeting's descriptor is not of the domain that was dialled. */
    ANOTHER_DOMAIN,
    /** The other side wants to talk to another office than this one. */
    NOT_ADDRESSED,
    /** An office does not talk to itself. */
    OWN_DOMAIN,
    /** The descriptor is not signed by the key in it, or names another TLS key than the connection showed. */
    BAD_DESCRIPTOR,
    NO_COMMON_VERSION,
    /** The proof does not verify: the other side has not the key, or one of the greetings was changed on the way. */
    BAD_PROOF,
    /** Another key than the one that this request or the office's record names. */
    ANOTHER_KEY,
    /** A new key that is held back until its time or the operator's comparison. */
    KEY_HELD,
    /** A key that this office has left for another: somebody plays what is old, or has stolen it. */
    KEY_LEFT,
    /** The operator's list does not admit this office. */
    DENIED,
    /** What the domain's own descriptor says is not what this connection says. */
    NOT_WHO_THE_DOMAIN_SAYS,
    /** The domain leads to an address that offices here do not connect to. */
    ADDRESS_NOT_ALLOWED,
    /** No connection, or it ended before the other side had proved itself. */
    UNREACHABLE,
    /** Too many offices, or too many attempts. */
    TOO_MANY,
    /** As many offices are on record as there is room for, and none of them may be forgotten for a newcomer. */
    REGISTER_FULL
}
