package org.whodis.media.turn;

/** How many allocations there may be, over all connections. May be asked from several threads. */
public interface TurnQuota {
    /** Whether there may be one more. */
    enum Answer {
        GRANTED,
        /** Whoever holds this credential has as many as one may (RFC 8656, section 7.2: 486). */
        USED_UP,
        /** There are as many as there may be in all (508). */
        FULL
    }

    /**
     * Takes one more, if there may be one.
     *
     * @param holder as the credential names it, whichever of the holder's credentials it is
     */
    Answer take(String holder);

    /** One that was granted is over. */
    void release(String holder);
}
