package org.whodis.relay;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a relay has counted. The relay's thread writes, any thread reads. Nothing here names a room or a member. */
public final class RelayCounters {
    private final LongAdder datagramsIn = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder datagramsOut = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder framesIn = new LongAdder();
    private final LongAdder framesForwarded = new LongAdder();
    private final LongAdder trunkFramesIn = new LongAdder();
    private final LongAdder trunkFramesOut = new LongAdder();
    private final LongAdder handshakesFinished = new LongAdder();
    private final LongAdder handshakesFailed = new LongAdder();
    private final LongAdder pathsMoved = new LongAdder();
    private final Map<RelayDrop, LongAdder> dropped = new EnumMap<>(RelayDrop.class);
    private volatile int rooms;
    private volatile int members;
    private volatile int trunks;

    RelayCounters() {
        for (RelayDrop reason : RelayDrop.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    /**
     * The counters at one moment, roughly: they are not read at one instant.
     *
     * @param trunks legs to other offices' relays
     * @param framesIn authentic SRTP packets of members and trunks
     * @param framesForwarded SRTP packets out
     * @param trunkFramesIn those of {@code framesIn} that came by a trunk
     * @param trunkFramesOut those of {@code framesForwarded} that went by a trunk
     * @param pathsMoved how often a member's media moved to a new address
     * @param dropped by reason, each reason present
     */
    public record Snapshot(
            int rooms,
            int members,
            int trunks,
            long datagramsIn,
            long bytesIn,
            long datagramsOut,
            long bytesOut,
            long framesIn,
            long framesForwarded,
            long trunkFramesIn,
            long trunkFramesOut,
            long handshakesFinished,
            long handshakesFailed,
            long pathsMoved,
            Map<RelayDrop, Long> dropped) {
        public Snapshot {
            dropped = Map.copyOf(dropped);
        }
    }

    public Snapshot snapshot() {
        Map<RelayDrop, Long> reasons = new EnumMap<>(RelayDrop.class);
        dropped.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return new Snapshot(
                rooms,
                members,
                trunks,
                datagramsIn.sum(),
                bytesIn.sum(),
                datagramsOut.sum(),
                bytesOut.sum(),
                framesIn.sum(),
                framesForwarded.sum(),
                trunkFramesIn.sum(),
                trunkFramesOut.sum(),
                handshakesFinished.sum(),
                handshakesFailed.sum(),
                pathsMoved.sum(),
                reasons);
    }

    /** The shell could not send a datagram. */
    public void notSent() {
        dropped(RelayDrop.NOT_SENT);
    }

    void received(int bytes) {
        datagramsIn.increment();
        bytesIn.add(bytes);
    }

    void sent(int bytes) {
        datagramsOut.increment();
        bytesOut.add(bytes);
    }

    void frameReceived() {
        framesIn.increment();
    }

    void frameForwarded() {
        framesForwarded.increment();
    }

    void trunkFrameReceived() {
        framesIn.increment();
        trunkFramesIn.increment();
    }

    void trunkFrameForwarded() {
        framesForwarded.increment();
        trunkFramesOut.increment();
    }

    void handshakeFinished() {
        handshakesFinished.increment();
    }

    void handshakeFailed() {
        handshakesFailed.increment();
    }

    void pathMoved() {
        pathsMoved.increment();
    }

    void dropped(RelayDrop reason) {
        LongAdder count = dropped.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    void occupancy(int newRooms, int newMembers, int newTrunks) {
        rooms = newRooms;
        members = newMembers;
        trunks = newTrunks;
    }
}
