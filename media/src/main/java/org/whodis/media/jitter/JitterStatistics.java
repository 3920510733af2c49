package org.whodis.media.jitter;

/**
 * What a {@link JitterBuffer} has seen since it was made. Counts are of frames.
 *
 * @param received packets that were put, of whatever fate
 * @param played frames that came out, two for a merge
 * @param lost frames that were not there when they were due, concealed or silent; late ones among them
 * @param late packets that came after their frame was due, and were dropped
 * @param duplicates packets that were there already
 * @param refused packets that fit no timeline, or too long
 * @param discarded frames that were skipped because the player had stood still
 * @param stretched frames made up in order to let the delay grow
 * @param merged pairs of frames that were played as one in order to let the delay shrink
 * @param restarts how often the sender began a new timeline
 * @param jitterNanos interarrival jitter of RFC 3550 section 6.4.1
 * @param targetDelayNanos what the buffer means to add to the fastest packets' delay
 * @param playoutDelayNanos what it added to the fastest packets' delay at the last {@link JitterBuffer#take}
 * @param bufferedFrames frames that wait now
 */
public record JitterStatistics(
        long received,
        long played,
        long lost,
        long late,
        long duplicates,
        long refused,
        long discarded,
        long stretched,
        long merged,
        long restarts,
        long jitterNanos,
        long targetDelayNanos,
        long playoutDelayNanos,
        int bufferedFrames) {}
