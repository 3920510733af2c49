package org.whodis.media.client;

import java.util.Map;
import org.whodis.media.rtp.StreamStatistics;

/**
 * A snapshot of what a {@link MediaClient} has counted.
 *
 * @param framesSent RTP packets sent
 * @param framesNotSent frames that {@link MediaClient#send} refused because there was no path to send them on
 * @param framesReceived authentic RTP packets of expected peers
 * @param dropped datagrams and packets that were refused, by reason
 * @param peers what each expected peer's stream looks like on arrival
 * @param uplink how the relay says that our own stream arrives there, as of its last report
 * @param roundTripNanos to the relay by its last report or answer to a check; -1 before the first
 */
public record MediaStatistics(
        long framesSent,
        long framesNotSent,
        long framesReceived,
        Map<MediaDrop, Long> dropped,
        Map<Integer, StreamStatistics> peers,
        UplinkReport uplink,
        long roundTripNanos) {

    public MediaStatistics {
        dropped = Map.copyOf(dropped);
        peers = Map.copyOf(peers);
    }

    /**
     * A receiver report of the relay.
     *
     * @param received whether the relay has reported yet
     * @param fractionLost of the last interval, 0 to 1
     * @param cumulativeLost packets since the start
     * @param jitterNanos interarrival jitter (RFC 3550, section 6.4.1)
     */
    public record UplinkReport(boolean received, double fractionLost, long cumulativeLost, long jitterNanos) {
        public static final UplinkReport NONE = new UplinkReport(false, 0, 0, 0);
    }
}
