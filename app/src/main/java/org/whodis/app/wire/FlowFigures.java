package org.whodis.app.wire;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.whodis.app.measure.Statistics;
import org.whodis.app.measure.Statistics.Summary;

/**
 * What the packets of one direction give away: their kinds, sizes and times, the fields of the RTP header that SRTP leaves
 * readable, and how random the rest looks.
 */
public final class FlowFigures {
    /** Packets and sizes of one kind. The map counts packets by the length of the UDP payload. */
    public record Kind(int packets, long bytes, SortedMap<Integer, Integer> sizes) {}

    /** The bytes of SRTP behind the RTP header, as one pool and position by position over all packets of one size. */
    public record Randomness(
            long bytes,
            double entropyBits,
            double expectedBits,
            double chiSquare,
            double chiSquareP,
            int positions,
            double positionMinBits,
            double positionMeanBits,
            double positionExpectedBits) {
        public static final Randomness NONE = new Randomness(0, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    /** The readable RTP headers: how many differ from a plain one, and how the clock goes on. */
    public record Headers(int withPaddingExtensionOrCsrc, int payloadTypes, int ssrcs, int irregularTimestamps) {}

    private static final int RTP_HEADER = 12;
    private static final int RTP_CLOCK_HZ = 48_000;
    private static final int SAMPLES_PER_PACKET = 960;

    private final Map<PacketKind, Kind> kinds;
    private final Summary gapsMillis;
    private final double[] gaps;
    private final double[] times;
    private final Randomness randomness;
    private final Headers headers;
    private final int expected;
    private final int lost;
    private final int duplicates;
    private final double jitterMillis;

    /** Reads {@code packets}, all of one direction and in the order of their times. */
    public FlowFigures(List<WirePacket> packets) {
        kinds = kindsOf(packets);
        List<WirePacket> media =
                packets.stream().filter(p -> p.kind() == PacketKind.SRTP).toList();
        times = media.stream().mapToDouble(p -> p.nanos() / 1e6).toArray();
        gaps = gapsOf(media);
        gapsMillis = Statistics.summary(gaps);
        randomness = randomnessOf(media);
        headers = headersOf(media);
        Sequence sequence = sequenceOf(media);
        expected = sequence.expected();
        duplicates = sequence.duplicates();
        lost = sequence.lost();
        jitterMillis = jitterOf(media);
    }

    public Map<PacketKind, Kind> kinds() {
        return kinds;
    }

    public Kind kind(PacketKind kind) {
        return kinds.getOrDefault(kind, new Kind(0, 0, new TreeMap<>()));
    }

    /** Milliseconds between one SRTP packet and the next. */
    public Summary gapsMillis() {
        return gapsMillis;
    }

    public double[] gaps() {
        return gaps.clone();
    }

    /** The times of the SRTP packets in milliseconds since 1970. */
    public double[] timesMillis() {
        return times.clone();
    }

    public Randomness randomness() {
        return randomness;
    }

    public Headers headers() {
        return headers;
    }

    /** SRTP packets that the sequence numbers promise between the first and the last seen. */
    public int expected() {
        return expected;
    }

    /** Of those expected, the ones that never came. */
    public int lost() {
        return lost;
    }

    public int duplicates() {
        return duplicates;
    }

    /** The interarrival jitter of RFC 3550 section 6.4.1 after the last packet. */
    public double jitterMillis() {
        return jitterMillis;
    }

    private static Map<PacketKind, Kind> kindsOf(List<WirePacket> packets) {
        Map<PacketKind, Kind> kinds = new EnumMap<>(PacketKind.class);
        for (WirePacket packet : packets) {
            Kind before = kinds.getOrDefault(packet.kind(), new Kind(0, 0, new TreeMap<>()));
            before.sizes().merge(packet.length(), 1, Integer::sum);
            kinds.put(packet.kind(), new Kind(before.packets() + 1, before.bytes() + packet.length(), before.sizes()));
        }
        return kinds;
    }

    private static double[] gapsOf(List<WirePacket> media) {
        double[] gaps = new double[Math.max(0, media.size() - 1)];
        for (int i = 1; i < media.size(); i++) {
            gaps[i - 1] = (media.get(i).nanos() - media.get(i - 1).nanos()) / 1e6;
        }
        return gaps;
    }

    private static Randomness randomnessOf(List<WirePacket> media) {
        if (media.isEmpty()) {
            return Randomness.NONE;
        }
        long[] pool = new long[256];
        int common = commonLength(media);
        int positions = common - RTP_HEADER;
        long[][] byPosition = new long[Math.max(0, positions)][256];
        int counted = 0;
        for (WirePacket packet : media) {
            for (int i = RTP_HEADER; i < packet.length(); i++) {
                pool[packet.unsignedByte(i)]++;
                if (packet.length() == common) {
                    byPosition[i - RTP_HEADER][packet.unsignedByte(i)]++;
                }
            }
            counted += packet.length() == common ? 1 : 0;
        }
        double[] bits = new double[byPosition.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Statistics.entropyBits(byPosition[i]);
        }
        Summary perPosition = Statistics.summary(bits);
        long bytes = java.util.Arrays.stream(pool).sum();
        if (bytes == 0) {
            return Randomness.NONE;
        }
        double chiSquare = Statistics.chiSquareOfBytes(pool);
        return new Randomness(
                bytes,
                Statistics.entropyBits(pool),
                Statistics.expectedEntropyBits(bytes),
                chiSquare,
                Statistics.chiSquareTail(chiSquare, 255),
                bits.length,
                perPosition.min(),
                perPosition.mean(),
                Statistics.expectedEntropyBits(counted));
    }

    private static int commonLength(List<WirePacket> media) {
        Map<Integer, Integer> counts = new TreeMap<>();
        media.forEach(packet -> counts.merge(packet.length(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private static Headers headersOf(List<WirePacket> media) {
        int unusual = 0;
        int irregular = 0;
        java.util.Set<Integer> types = new java.util.HashSet<>();
        java.util.Set<Long> sources = new java.util.HashSet<>();
        for (int i = 0; i < media.size(); i++) {
            WirePacket packet = media.get(i);
            // RFC 3550 section 5.1: V=2, no padding, no extension, no CSRC.
            unusual += packet.unsignedByte(0) == 0x80 ? 0 : 1;
            types.add(packet.unsignedByte(1) & 0x7f);
            sources.add(uint32(packet, 8));
            if (i > 0) {
                int steps = (short) (uint16(packet, 2) - uint16(media.get(i - 1), 2));
                int ticks = (int) (uint32(packet, 4) - uint32(media.get(i - 1), 4));
                irregular += ticks == steps * SAMPLES_PER_PACKET ? 0 : 1;
            }
        }
        return new Headers(unusual, types.size(), sources.size(), irregular);
    }

    private record Sequence(int expected, int lost, int duplicates) {}

    private static Sequence sequenceOf(List<WirePacket> media) {
        if (media.isEmpty()) {
            return new Sequence(0, 0, 0);
        }
        java.util.Set<Long> seen = new java.util.HashSet<>();
        long highest = uint16(media.getFirst(), 2);
        long lowest = highest;
        for (WirePacket packet : media) {
            // RFC 3550 appendix A.1: the 16-bit number is extended by the turns it has made.
            long extended = highest + (short) (uint16(packet, 2) - (int) (highest & 0xffff));
            seen.add(extended);
            highest = Math.max(highest, extended);
            lowest = Math.min(lowest, extended);
        }
        int expected = (int) (highest - lowest + 1);
        return new Sequence(expected, expected - seen.size(), media.size() - seen.size());
    }

    private static double jitterOf(List<WirePacket> media) {
        double jitter = 0;
        for (int i = 1; i < media.size(); i++) {
            double arrival = (media.get(i).nanos() - media.get(i - 1).nanos()) / 1e9 * RTP_CLOCK_HZ;
            int ticks = (int) (uint32(media.get(i), 4) - uint32(media.get(i - 1), 4));
            jitter += (Math.abs(arrival - ticks) - jitter) / 16;
        }
        return jitter * 1000 / RTP_CLOCK_HZ;
    }

    /** The two readings of one flow, in the order of the packets' times. */
    public static FlowFigures of(List<WirePacket> packets, java.util.function.Predicate<WirePacket> chosen) {
        List<WirePacket> some = new ArrayList<>(packets.stream().filter(chosen).toList());
        some.sort(java.util.Comparator.comparingLong(WirePacket::nanos));
        return new FlowFigures(some);
    }

    private static int uint16(WirePacket packet, int at) {
        return packet.unsignedByte(at) << 8 | packet.unsignedByte(at + 1);
    }

    private static long uint32(WirePacket packet, int at) {
        return (long) uint16(packet, at) << 16 | uint16(packet, at + 2);
    }
}
