package org.whodis.media;

/** Where random bytes come from. Media has no source of its own: shells pass one in, tests pass a seeded one. */
@FunctionalInterface
public interface RandomBytes {
    /** {@code count} bytes that nobody can predict. */
    byte[] next(int count);
}
