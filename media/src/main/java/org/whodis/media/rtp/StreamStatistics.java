package org.whodis.media.rtp;

/**
 * How one RTP stream arrives (RFC 3550, appendix A).
 *
 * @param received packets, without duplicates
 * @param expected packets, from the first to the highest sequence number
 * @param reordered packets that came after one with a higher sequence number
 * @param jitterNanos interarrival jitter (appendix A.8)
 * @param highestSequence the highest extended sequence number
 */
public record StreamStatistics(long received, long expected, long reordered, long jitterNanos, long highestSequence) {
    /** Packets that have not arrived so far. */
    public long lost() {
        return Math.max(0, expected - received);
    }
}
