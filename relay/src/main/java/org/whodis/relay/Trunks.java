package org.whodis.relay;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.media.RandomBytes;
import org.whodis.media.rtp.PacketKind;

/** The legs to other offices' relays by the range of SSRCs that they receive, and the ranges that wait for a leg. */
final class Trunks {
    /** As long as an office waits for the other's answer, with room to spare. */
    static final long RESERVED_NANOS = 60_000_000_000L;

    private static final int RTP_SSRC_AT = 8;
    private static final int RTCP_SSRC_AT = 4;

    private final int limit;
    private final RandomBytes random;
    private final Map<Integer, TrunkLeg> byBase = new HashMap<>();
    /** When each reservation ends; at most as many as legs. */
    private final Map<Integer, Long> reserved = new HashMap<>();

    Trunks(int limit, RandomBytes random) {
        this.limit = limit;
        this.random = random;
    }

    int reserve(long nowNanos) throws RelayRefusedException {
        reserved.values().removeIf(end -> end <= nowNanos);
        if (reserved.size() >= limit) {
            throw new RelayRefusedException(RelayRefusedException.Reason.TOO_MANY_TRUNKS);
        }
        while (true) {
            int base = TrunkRange.base(ByteBuffer.wrap(random.next(4)).getInt());
            if (TrunkRange.isBase(base) && !byBase.containsKey(base) && !reserved.containsKey(base)) {
                reserved.put(base, nowNanos + RESERVED_NANOS);
                return base;
            }
        }
    }

    /** Whether {@code base} was reserved; it is not any more. */
    boolean claim(int base, long nowNanos) {
        Long end = reserved.remove(base);
        return end != null && end > nowNanos;
    }

    boolean isFull() {
        return byBase.size() >= limit;
    }

    int count() {
        return byBase.size();
    }

    void add(TrunkLeg leg) {
        byBase.put(leg.receiveBase(), leg);
    }

    void remove(TrunkLeg leg) {
        byBase.remove(leg.receiveBase());
    }

    /** The leg that an SRTP or SRTCP packet names by its SSRC, if it comes from that leg's host. */
    @Nullable
    TrunkLeg addressee(byte[] datagram, PacketKind kind, InetSocketAddress from) {
        int at = kind == PacketKind.RTP ? RTP_SSRC_AT : RTCP_SSRC_AT;
        if (byBase.isEmpty() || datagram.length < at + 4) {
            return null;
        }
        TrunkLeg leg =
                byBase.get(TrunkRange.base(ByteBuffer.wrap(datagram, at, 4).getInt()));
        return leg != null && leg.mayComeFrom(from) ? leg : null;
    }
}
