package org.whodis.app.wire;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for things that must not be on the wire: sound as it was before it was sealed, and texts. Sound is found by any
 * eight bytes in a row of it; texts by the whole text in UTF-8 or UTF-16 of either order, in any case of its letters.
 */
public final class PlaintextSearch {
    /** Something that was looked for. */
    public record Finding(String what, int packet, int offset) {}

    /** How much was looked for and what was found. */
    public record Result(long windowsOnTheWire, long needles, List<Finding> findings) {}

    private static final int WINDOW = 8;

    /** Eight bytes with fewer different values than this occur by themselves (zeros, ramps) and prove nothing. */
    private static final int MIN_DISTINCT = 5;

    /** Enough to make the point. */
    private static final int MAX_FINDINGS = 20;

    private final List<WirePacket> packets;
    private final WindowIndex index;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> lowered = new ArrayList<>();
    private long needles;

    public PlaintextSearch(List<WirePacket> packets) {
        this.packets = packets;
        long windows = packets.stream()
                .mapToLong(p -> Math.max(0, p.length() - WINDOW + 1))
                .sum();
        if (windows > 1L << 28) {
            throw new IllegalArgumentException("too long a capture to be searched in memory");
        }
        index = new WindowIndex((int) windows);
        for (int i = 0; i < packets.size(); i++) {
            byte[] payload = packets.get(i).payload();
            for (int at = 0; at + WINDOW <= payload.length; at++) {
                index.add(window(payload, at), i);
            }
        }
    }

    /** Looks for any eight bytes in a row of {@code secret}. */
    public PlaintextSearch bytes(String what, byte[] secret) {
        return windows(what, secret, 1);
    }

    private PlaintextSearch windows(String what, byte[] secret, int step) {
        for (int at = 0; at + WINDOW <= secret.length; at += step) {
            if (distinct(secret, at) >= MIN_DISTINCT) {
                needles++;
                int packet = index.find(window(secret, at));
                if (packet >= 0) {
                    found(what, packet, indexOf(packets.get(packet).payload(), secret, at));
                }
            }
        }
        return this;
    }

    /** Looks for any four 16-bit samples in a row, in either byte order. */
    public PlaintextSearch samples(String what, short[] samples) {
        byte[] little = new byte[2 * samples.length];
        byte[] big = new byte[2 * samples.length];
        for (int i = 0; i < samples.length; i++) {
            little[2 * i] = big[2 * i + 1] = (byte) samples[i];
            little[2 * i + 1] = big[2 * i] = (byte) (samples[i] >> 8);
        }
        return windows(what, little, 2).windows(what, big, 2);
    }

    /** Looks for {@code text}; shorter ones than four letters would be found by accident and are refused. */
    public PlaintextSearch text(String what, String text) {
        if (text.length() < 4) {
            throw new IllegalArgumentException("a text too short to be looked for");
        }
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            needles++;
            // Byte by byte ISO-8859-1, so that only ASCII letters change their case and nothing else moves.
            String needle = lowerAscii(new String(text.getBytes(charset), StandardCharsets.ISO_8859_1));
            for (int i = 0; i < packets.size(); i++) {
                int at = lowered().get(i).indexOf(needle);
                if (at >= 0) {
                    found(what, i, at);
                }
            }
        }
        return this;
    }

    public Result result() {
        return new Result(index.size, needles, List.copyOf(findings));
    }

    /** One thing in one packet is one finding, at its first place. */
    private void found(String what, int packet, int offset) {
        boolean known =
                findings.stream().anyMatch(f -> f.packet() == packet && f.what().equals(what));
        if (!known && findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(what, packet, offset));
        }
    }

    private List<String> lowered() {
        if (lowered.isEmpty()) {
            for (WirePacket packet : packets) {
                lowered.add(lowerAscii(new String(packet.payload(), StandardCharsets.ISO_8859_1)));
            }
        }
        return lowered;
    }

    private static String lowerAscii(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return lower.toString();
    }

    private static long window(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < WINDOW; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    private static int distinct(byte[] bytes, int at) {
        int count = 0;
        for (int i = 0; i < WINDOW; i++) {
            boolean seen = false;
            for (int j = 0; j < i; j++) {
                seen |= bytes[at + j] == bytes[at + i];
            }
            count += seen ? 0 : 1;
        }
        return count;
    }

    private static int indexOf(byte[] haystack, byte[] secret, int from) {
        for (int at = 0; at + WINDOW <= haystack.length; at++) {
            if (window(haystack, at) == window(secret, from)) {
                return at;
            }
        }
        return -1;
    }

    /** From eight bytes to a packet that holds them: open addressing, so that a million windows need no objects. */
    private static final class WindowIndex {
        private final long[] keys;
        private final int[] values;
        private int size;

        WindowIndex(int capacity) {
            int slots = Integer.highestOneBit(Math.max(16, capacity)) << 2;
            keys = new long[slots];
            values = new int[slots];
        }

        void add(long key, int packet) {
            size++;
            int slot = slot(key);
            while (values[slot] != 0 && keys[slot] != key) {
                slot = slot + 1 & keys.length - 1;
            }
            keys[slot] = key;
            values[slot] = packet + 1;
        }

        int find(long key) {
            int slot = slot(key);
            while (values[slot] != 0) {
                if (keys[slot] == key) {
                    return values[slot] - 1;
                }
                slot = slot + 1 & keys.length - 1;
            }
            return -1;
        }

        private int slot(long key) {
            return (int) (key * 0x9e3779b97f4a7c15L >>> 32) & keys.length - 1;
        }
    }
}
