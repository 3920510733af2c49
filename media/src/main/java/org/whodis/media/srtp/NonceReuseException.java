package org.whodis.media.srtp;

/**
 * Sealing this packet would use, or might use, a nonce for a second time, which would give away both plaintexts and the
 * authentication key. The packet must not be sent.
 */
public final class NonceReuseException extends Exception {
    private static final long serialVersionUID = 1L;

    NonceReuseException(String message) {
        super(message, null, false, false);
    }
}
