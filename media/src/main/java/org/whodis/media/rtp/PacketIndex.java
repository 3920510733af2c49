package org.whodis.media.rtp;

import org.whodis.media.RandomBytes;

/**
 * The 48-bit index of an RTP packet: how often the sequence number has wrapped, then the sequence number (RFC 3711,
 * section 3.3.1).
 */
public final class PacketIndex {
    /** Indices are smaller than this; a key must not be used beyond (RFC 3711, section 9.2). */
    public static final long LIMIT = 1L << 48;

    private static final int HALF = 1 << 15;

    private PacketIndex() {}

    /**
     * The index nearest to {@code highest} that ends in {@code sequence} (RFC 3711, appendix A).
     *
     * @param highest the highest index that was authenticated so far
     * @return the index; negative if {@code sequence} lies before the start of the stream
     */
    public static long estimate(long highest, int sequence) {
        long rollover = highest >>> 16;
        int highestSequence = (int) (highest & 0xffff);
        if (highestSequence < HALF && sequence - highestSequence > HALF) {
            rollover--;
        } else if (highestSequence >= HALF && highestSequence - HALF > sequence) {
            rollover++;
        }
        return (rollover << 16) + sequence;
    }

    /**
     * Where a stream of ours begins: at random, in the lower half, so that losing the first packets leaves no doubt whether
     * the sequence number has wrapped (RFC 3711, section 3.3.1).
     */
    public static long generateFirst(RandomBytes random) {
        byte[] bytes = random.next(2);
        return (bytes[0] & 0x7fL) << 8 | bytes[1] & 0xff;
    }

    /** The sequence number that a packet of this index carries. */
    public static int sequence(long index) {
        return (int) (index & 0xffff);
    }

    /** The rollover counter of this index, 32 bits. */
    public static int rollover(long index) {
        return (int) (index >>> 16);
    }
}
