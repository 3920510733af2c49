package org.whodis.core.crypto;

/**
 * A key, ciphertext or encapsulation that came from outside was refused by a primitive: an authentication tag that does
 * not match, a public key that is not on the curve or fails the modulus check, an all-zero Diffie-Hellman result.
 */
public final class CryptoException extends Exception {
    private static final long serialVersionUID = 1L;

    public CryptoException(String message) {
        super(message);
    }
}
