package org.whodis.media.jitter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** A sender, a network and a player in virtual time: what the player hears of each frame, and when. */
final class NetworkTrace {
    static final long MS = 1_000_000L;
    static final long FRAME = 20 * MS;

    /** What the network does to frame {@code n} sent at {@code sentNanos}: the times at which copies arrive, none if lost. */
    interface Network {
        List<Long> arrivals(int n, long sentNanos, Random random);
    }

    /** One call of {@code take}. */
    record Tick(long now, String what, List<Integer> frames) {}

    /** A packet on its way. */
    private record Flight(int frame, long arrival) {}

    final long seed;
    final Random random;
    Network network = (n, sent, random) -> List.of(sent + 30 * MS);
    double senderPpm;
    long playerPhase = 7 * MS;
    long playerStart;
    int firstSequence = 65_500;
    int firstTimestamp = -30_000;
    boolean quiet;
    int restartAt = Integer.MAX_VALUE;
    final JitterBuffer buffer = new JitterBuffer();
    final List<Tick> ticks = new ArrayList<>();

    NetworkTrace(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    static Network delayed(long base, long jitter) {
        return (n, sent, random) -> List.of(sent + base + (long) (random.nextDouble() * jitter));
    }

    static Network lossy(double loss, Network inner) {
        return (n, sent, random) -> random.nextDouble() < loss ? List.of() : inner.arrivals(n, sent, random);
    }

    long sentAt(int frame) {
        return Math.round(frame * (double) FRAME * (1 + senderPpm * 1e-6));
    }

    NetworkTrace run(double seconds) {
        List<Flight> flights = new ArrayList<>();
        int count = (int) (seconds * 50);
        for (int n = 0; sentAt(n) < count * FRAME; n++) {
            for (long arrival : network.arrivals(n, sentAt(n), random)) {
                flights.add(new Flight(n, arrival));
            }
        }
        flights.sort(Comparator.comparingLong(Flight::arrival));
        int at = 0;
        for (int tick = 0; tick < count; tick++) {
            long now = playerStart + playerPhase + tick * FRAME;
            while (at < flights.size() && flights.get(at).arrival() <= now) {
                put(flights.get(at++));
            }
            ticks.add(take(now));
        }
        return this;
    }

    private void put(Flight flight) {
        int n = flight.frame();
        int sequence = n < restartAt ? firstSequence + n : 1_000 + n - restartAt;
        int timestamp = n < restartAt ? firstTimestamp + 960 * n : 5_000_000 + 960 * (n - restartAt);
        buffer.put(sequence & 0xffff, timestamp, payload(n), flight.arrival());
    }

    private Tick take(long now) {
        return switch (buffer.take(now, quiet)) {
            case Playout.Frame one -> new Tick(now, "frame", List.of(frame(one.payload())));
            case Playout.Merge two -> new Tick(now, "merge", List.of(frame(two.first()), frame(two.second())));
            case Playout.Conceal ignored -> new Tick(now, "conceal", List.of());
            case Playout.Wait ignored -> new Tick(now, "wait", List.of());
        };
    }

    static byte[] payload(int n) {
        return new byte[] {(byte) (n >> 24), (byte) (n >> 16), (byte) (n >> 8), (byte) n};
    }

    static int frame(byte[] payload) {
        return payload[0] << 24 | (payload[1] & 0xff) << 16 | (payload[2] & 0xff) << 8 | payload[3] & 0xff;
    }

    List<Tick> from(double seconds) {
        return ticks.subList((int) (seconds * 50), ticks.size());
    }

    /** The part of the ticks that played no frame. */
    static double concealed(List<Tick> ticks) {
        return ticks.stream().filter(tick -> tick.frames().isEmpty()).count() / (double) ticks.size();
    }

    /** How long after it was sent each frame was played, without {@code path}. */
    List<Long> addedDelays(List<Tick> ticks, long path) {
        List<Long> out = new ArrayList<>();
        for (Tick tick : ticks) {
            for (int frame : tick.frames()) {
                out.add(tick.now() - sentAt(frame) - path);
            }
        }
        return out;
    }

    List<Integer> played() {
        List<Integer> out = new ArrayList<>();
        ticks.forEach(tick -> out.addAll(tick.frames()));
        return out;
    }
}
