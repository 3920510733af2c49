package org.whodis.phone.keystore;

/** The keystore could not be used; the message says why and what a person can do about it. */
public final class KeystoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for callers that act on it. */
    public enum Reason {
        /** There is no keystore in the folder. */
        MISSING,
        /** There is one already where a new one was asked for. */
        ALREADY_THERE,
        /** Bytes were changed or cut off: not a matter of the passphrase. */
        DAMAGED,
        /** The file is whole and the passphrase (or key file) does not open it. */
        WRONG_PASSPHRASE,
        /** Written by a later release. */
        NEWER_VERSION,
        /** Another process holds the folder. */
        IN_USE,
        /** Others on this machine could read the folder or a file in it. */
        UNSAFE_MODES,
        /** The disk refused: full, read-only, gone. */
        DISK
    }

    private final Reason reason;

    KeystoreException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    KeystoreException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
