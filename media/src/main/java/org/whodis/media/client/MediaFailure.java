package org.whodis.media.client;

/** Why a {@link MediaClient} never connected. */
public enum MediaFailure {
    /** The relay answered no check in time: wrong address or credentials, or the network lets no UDP through. */
    RELAY_UNREACHABLE,
    /** The relay answered that it wants the controlling role, which a lite agent never does. */
    ROLE_CONFLICT,
    /** Checks were answered, but DTLS was not finished in time. */
    HANDSHAKE_TIMEOUT,
    /** Whoever answered showed another certificate than the one that signalling announced. */
    WRONG_CERTIFICATE,
    /** Whoever answered refused our certificate, AEAD_AES_256_GCM, or something else that we insist on. */
    HANDSHAKE_REFUSED
}
