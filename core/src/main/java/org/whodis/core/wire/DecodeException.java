package org.whodis.core.wire;

/**
 * Bytes that came from outside do not have the form that the protocol demands.
 *
 * <p>This is the typed rejection of hostile or damaged input. It never stands for a fault of our own: those are
 * {@link IllegalStateException} or {@link IllegalArgumentException}.
 */
public final class DecodeException extends Exception {
    private static final long serialVersionUID = 1L;

    public DecodeException(String message) {
        super(message);
    }
}
