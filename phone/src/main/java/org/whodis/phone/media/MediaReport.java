package org.whodis.phone.media;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.sframe.Rejected;
import org.whodis.media.client.MediaStatistics;
import org.whodis.media.jitter.JitterStatistics;

/**
 * What a call's media has done so far.
 *
 * @param framesSealed frames that were sealed, whether or not there was a way to send them
 * @param framesSent of those, how many left
 * @param framesOpened frames of others that were authentic, fresh and of this call
 * @param framesRefused frames that were not, by reason; none of them was played
 * @param framesPlayed frames of 20 ms that went to the loudspeaker
 * @param rebinds how often the socket was opened anew
 * @param placements how often this phone was given a place at a relay
 * @param lateness of sent packets against their schedule
 * @param firstSentNanos {@link System#nanoTime} of the first sent frame; 0 if there is none
 * @param firstOpenedNanos of the first frame that was opened; 0 if there is none
 * @param firstHeardNanos of the first frame of another person that was played; 0 if there is none
 * @param speech of the person heard last; null if nobody was
 * @param transport of the path to the relay; null if there is none
 */
public record MediaReport(
        long framesSealed,
        long framesSent,
        long framesOpened,
        Map<Rejected.Reason, Long> framesRefused,
        long framesPlayed,
        int rebinds,
        int placements,
        Lateness.Summary lateness,
        long firstSentNanos,
        long firstOpenedNanos,
        long firstHeardNanos,
        @Nullable JitterStatistics speech,
        @Nullable MediaStatistics transport) {
    public MediaReport {
        framesRefused = Map.copyOf(framesRefused);
    }
}
