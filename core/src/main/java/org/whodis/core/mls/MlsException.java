package org.whodis.core.mls;

import org.whodis.core.wire.DecodeException;

/**
 * Input from outside was refused, and {@link #rejection()} says why. The group that refused it is unchanged and usable.
 *
 * <p>A fault of our own is never this type: it is an {@link IllegalStateException} or {@link IllegalArgumentException}.
 */
public final class MlsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Rejection rejection;

    public MlsException(Rejection rejection, String detail) {
        super(rejection.number() + " " + rejection + ": " + detail);
        this.rejection = rejection;
    }

    static MlsException malformed(DecodeException cause) {
        return new MlsException(Rejection.MALFORMED, String.valueOf(cause.getMessage()));
    }

    public Rejection rejection() {
        return rejection;
    }
}
