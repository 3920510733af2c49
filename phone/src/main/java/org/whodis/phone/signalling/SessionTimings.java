package org.whodis.phone.signalling;

/**
 * How fast a session notices that its office is gone. Durations in milliseconds.
 *
 * @param helloMillis until the office has to have accepted a new connection
 * @param pingMillis between two pings
 * @param silenceMillis after which a connection on which nothing was heard counts as dead
 * @param requestMillis until a request has to be answered
 */
public record SessionTimings(int helloMillis, int pingMillis, int silenceMillis, int requestMillis) {
    /** A ping each 10 s keeps the mappings of home routers alive; two and a half of them unanswered are a dead peer. */
    public static final SessionTimings STANDARD = new SessionTimings(5_000, 10_000, 25_000, 10_000);

    public SessionTimings {
        if (helloMillis <= 0 || pingMillis <= 0 || silenceMillis <= pingMillis || requestMillis <= 0) {
            throw new IllegalArgumentException("timings that cannot work");
        }
    }
}
