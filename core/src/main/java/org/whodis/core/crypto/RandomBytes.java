package org.whodis.core.crypto;

/** Where random bytes come from. The core has no source of its own: shells pass one in, tests pass a seeded one. */
@FunctionalInterface
public interface RandomBytes {
    /** A new array of {@code count} bytes that nobody can predict; it belongs to the caller, who may erase it. */
    byte[] next(int count);
}
