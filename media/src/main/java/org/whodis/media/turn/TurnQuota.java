package org.whodis.media.turn;

/** How many allocations there may be, over all connections. May be asked from several threads. */
public interface TurnQuota {
    /** Whether there may be one more. */
    enum Answer {
        GRANTED,
        /** This credential has as many as it may (RFC 8656, section 7.2: 486). */
        USED_UP,
        /** There are as many as there may be in all (508). */
        FULL
    }

    Answer take(String username);

    /** One that was granted is over. */
    void release(String username);
}
