package org.whodis.relay;

import java.util.HashMap;
import java.util.Map;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.srtp.SrtpReceiver;

/**
 * What indices the streams have that leave under one set of keys. A receiver takes the first packet of a stream for one
 * before any wrap of the sequence number, so wraps before that are left out. An SSRC that another source takes over goes
 * on counting where the one before ended: no index comes twice under one SSRC.
 */
final class ForwardedStreams {
    /** At most one for each SSRC that the room ever gave. */
    private final Map<Integer, Stream> streams = new HashMap<>();

    private static final class Stream {
        private SrtpReceiver source;
        private long base;
        private long highest;

        Stream(SrtpReceiver source, long base) {
            this.source = source;
            this.base = base;
        }
    }

    /**
     * The index of a packet on its way out.
     *
     * @param source who opened the packet: another one, or under other keys, counts anew
     * @return negative for a packet from before the first one of its source
     */
    long index(int ssrc, SrtpReceiver source, long index) {
        Stream stream = streams.get(ssrc);
        if (stream == null) {
            stream = new Stream(source, index - PacketIndex.sequence(index));
            streams.put(ssrc, stream);
        } else if (!stream.source.equals(source)) {
            stream.source = source;
            stream.base = index - (stream.highest + 1);
        }
        long out = index - stream.base;
        stream.highest = Math.max(stream.highest, out);
        return out;
    }

    void clear() {
        streams.clear();
    }
}
