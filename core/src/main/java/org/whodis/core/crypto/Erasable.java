package org.whodis.core.crypto;

/**
 * What holds secrets and can forget them. Closing is erasing, so that a value that only one operation needs is erased however
 * that operation ends: {@code try (Secret secret = …) {…}}. What is to outlive it goes through {@link EraseUnlessKept}.
 */
public interface Erasable extends AutoCloseable {
    /** Overwrites the secrets; further use is a fault. Doing it twice is none. */
    void erase();

    @Override
    default void close() {
        erase();
    }
}
