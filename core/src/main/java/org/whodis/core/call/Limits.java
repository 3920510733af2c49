package org.whodis.core.call;

/** The named limits of calls, with the reasons for their values. Times are milliseconds. */
final class Limits {
    /** How far another device's clock may be from ours: what people's machines are off by without anybody noticing. */
    static final long CLOCK_SKEW = 60_000;

    /** How long a phone rings at least when the clocks differ, so that a person can reach it. */
    static final long SHORTEST_RING = 5_000;

    /** From answer to keys on both sides takes milliseconds and two trips through the offices; ten seconds is broken. */
    static final long CONNECT_TIMEOUT = 10_000;

    /** How long the office keeps a notice or a message of the group for a device that comes back. */
    static final long MESSAGE_LIFETIME = 5 * 60_000;

    /** Leaves of calls are made for one call; nobody talks longer than a day. */
    static final long LEAF_LIFETIME = 24L * 60 * 60 * 1000;

    /**
     * How long an admission may be valid: it is for one Commit of one epoch, which the committer makes as soon as both sides
     * have agreed.
     */
    static final long ADMISSION_LIFETIME = 5 * 60_000;

    /** Calls that wait beside the present one: more than a person can look at is a flood. */
    static final int MAX_WAITING = 3;

    /**
     * Call ids that are remembered. Those of offers that could still be fresh are never forgotten: a new offer is refused
     * instead. At the rate at which an office lets offers through this is never reached.
     */
    static final int MAX_REMEMBERED = 1024;

    /** Envelope ids that are remembered, the oldest forgotten first; what the states refuse does not depend on it. */
    static final int MAX_SEEN_ENVELOPES = 4096;

    /** Envelopes for which the office has not answered; a call makes at most five. */
    static final int MAX_PENDING = 64;

    /** Revoked devices that are remembered: some for everybody in the largest directory. */
    static final int MAX_REVOKED = 65_536;

    private Limits() {}
}
