package org.whodis.app.report;

import java.util.Comparator;
import java.util.List;
import org.whodis.app.wire.PacketKind;
import org.whodis.app.wire.WirePacket;

/**
 * The sound and the packets of a call, on one clock: sample 0 of every track is the moment {@code startNanos}, and all
 * tracks have 48 000 samples a second and one length.
 */
public final class CallMedia {
    public static final int SAMPLE_RATE = 48_000;

    private final double[] aSpoke;
    private final double[] bHeard;
    private final double[] bSpoke;
    private final double[] aHeard;
    private final List<WirePacket> tapA;
    private final List<WirePacket> tapB;
    private final List<WirePacket> trunk;
    private final long startNanos;

    /**
     * Takes the arrays over.
     *
     * @param tapA the packets between A's phone and the relay, both ways
     * @param trunk the packets between the two offices' relays, both ways
     * @param startNanos in nanoseconds since 1970-01-01T00:00:00Z
     */
    public CallMedia(
            double[] aSpoke,
            double[] bHeard,
            double[] bSpoke,
            double[] aHeard,
            List<WirePacket> tapA,
            List<WirePacket> tapB,
            List<WirePacket> trunk,
            long startNanos) {
        int length = aSpoke.length;
        if (bHeard.length != length || bSpoke.length != length || aHeard.length != length) {
            throw new IllegalArgumentException("tracks of different lengths");
        }
        this.aSpoke = aSpoke;
        this.bHeard = bHeard;
        this.bSpoke = bSpoke;
        this.aHeard = aHeard;
        this.tapA = List.copyOf(tapA);
        this.tapB = List.copyOf(tapB);
        this.trunk = List.copyOf(trunk);
        this.startNanos = startNanos;
    }

    double[] aSpoke() {
        return aSpoke;
    }

    double[] bHeard() {
        return bHeard;
    }

    double[] bSpoke() {
        return bSpoke;
    }

    double[] aHeard() {
        return aHeard;
    }

    double seconds() {
        return aSpoke.length / (double) SAMPLE_RATE;
    }

    long startNanos() {
        return startNanos;
    }

    List<WirePacket> tap(boolean a) {
        return a ? tapA : tapB;
    }

    List<WirePacket> trunk() {
        return trunk;
    }

    /** The SRTP packets that one phone sent while the tracks ran. */
    public List<WirePacket> sentBy(boolean a) {
        long end = startNanos + (long) (seconds() * 1e9);
        List<WirePacket> tap = tap(a);
        return tap.stream()
                .filter(p -> p.kind() == PacketKind.SRTP && p.nanos() >= startNanos && p.nanos() < end)
                .filter(p -> p.source().equals(phoneOf(tap)))
                .sorted(Comparator.comparingLong(WirePacket::nanos))
                .toList();
    }

    /** Whoever sends first through a tap is the phone: the relay speaks only when it is spoken to. */
    private static java.net.InetSocketAddress phoneOf(List<WirePacket> tap) {
        return tap.getFirst().source();
    }
}
