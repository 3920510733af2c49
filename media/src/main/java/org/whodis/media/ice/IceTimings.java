package org.whodis.media.ice;

/**
 * When the controlling agent sends checks and when it gives up; all in nanoseconds.
 *
 * <p>None of it depends on what is said in the call. RFC 7675 would have each consent interval drawn at random between
 * 0.8 and 1.2 of its length, lest many agents fall into step; we keep it constant, so that no timing on the wire has to be
 * explained, and agents start at the random moments at which people make calls.
 *
 * @param checkInterval between the first unanswered checks; it then doubles up to {@code maxCheckInterval}
 * @param maxCheckInterval the longest wait between unanswered checks
 * @param connectTimeout from the start to an answered check and, again, to the end of DTLS
 * @param consentInterval between checks on a path that works (RFC 7675, section 5.1)
 * @param consentTimeout without an answer after which nothing more is sent (RFC 7675, section 5.1)
 */
public record IceTimings(
        long checkInterval, long maxCheckInterval, long connectTimeout, long consentInterval, long consentTimeout) {
    private static final long MILLIS = 1_000_000;

    /** One pair is checked, so a check each 50 ms (RFC 8445, section 14.2: Ta) is all the traffic there is. */
    public static final IceTimings DEFAULT =
            new IceTimings(50 * MILLIS, 800 * MILLIS, 10_000 * MILLIS, 5_000 * MILLIS, 30_000 * MILLIS);

    public IceTimings {
        if (checkInterval <= 0
                || maxCheckInterval < checkInterval
                || connectTimeout < checkInterval
                || consentInterval <= 0
                || consentTimeout < consentInterval) {
            throw new IllegalArgumentException("timings that cannot work");
        }
    }
}
