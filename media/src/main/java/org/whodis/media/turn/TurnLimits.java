package org.whodis.media.turn;

import org.whodis.media.Datagram;

/** What one client may cost. What has no number here exists at most once: an allocation, a permission, a channel. */
public final class TurnLimits {
    private static final long SECONDS = 1_000_000_000L;

    /** A connection that has no allocation by then, or again, is cut; a browser takes three round trips. */
    public static final long ARRIVAL_NANOS = 15 * SECONDS;

    /** RFC 8656, section 7.2: the default, and the least that is granted. */
    public static final long DEFAULT_LIFETIME_SECONDS = 600;
    /** RFC 8656, section 7.2, recommends at most an hour. */
    public static final long MAX_LIFETIME_SECONDS = 3600;

    /** RFC 8656, section 9: 300 seconds. */
    public static final long PERMISSION_NANOS = 300 * SECONDS;
    /** RFC 8656, section 12: 10 minutes. */
    public static final long CHANNEL_NANOS = 600 * SECONDS;
    /** RFC 8656, section 12.2: a channel that has expired is not bound to another peer for 5 minutes. */
    public static final long CHANNEL_REST_NANOS = 300 * SECONDS;
    /** RFC 8489, section 9.2: a nonce lives at least a minute; an hour is what RFC 8656, section 5, asks for at most. */
    public static final long NONCE_NANOS = 3600 * SECONDS;

    /** Requests in a row that were refused for who asked: nobody guesses here. A browser has one. */
    public static final int MAX_UNAUTHENTICATED = 8;

    /** Requests for long and at once; a browser refreshes a permission each four minutes. */
    public static final int REQUESTS_PER_SECOND = 5;

    public static final int REQUEST_BURST = 50;

    /** Datagrams for long and at once: what the relay takes from a member, and as much again for checks and handshakes. */
    public static final int DATAGRAMS_PER_SECOND = 150;

    public static final int DATAGRAM_BURST = 300;

    /** The most that one frame has on the wire: a datagram that the relay would read, in a Send indication. */
    public static final int MAX_FRAME = Datagram.MAX_RECEIVED;

    /** A Data indication has 20 + 24 + 4 + 8 bytes beside the datagram, and padding. */
    static final int MAX_SENT = Datagram.MAX_RECEIVED + 64;

    private TurnLimits() {}

    static long lifetimeNanos(long seconds) {
        return seconds * SECONDS;
    }
}
