package org.whodis.relay;

/**
 * A bucket of tokens, one for each packet. Only authentic packets take tokens: whoever forges packets under somebody's
 * address cannot use up what that one may send. An empty bucket is noticed before anything is decrypted.
 */
final class PacketRate {
    private final long nanosPerPacket;
    private final long capacityNanos;
    private long fullAt;

    PacketRate(int packetsPerSecond, int burst, long nowNanos) {
        this.nanosPerPacket = 1_000_000_000L / packetsPerSecond;
        this.capacityNanos = burst * nanosPerPacket;
        this.fullAt = nowNanos;
    }

    boolean isSpent(long nowNanos) {
        return Math.max(0, fullAt - nowNanos) + nanosPerPacket > capacityNanos;
    }

    void take(long nowNanos) {
        fullAt = Math.max(fullAt, nowNanos) + nanosPerPacket;
    }
}
