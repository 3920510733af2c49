package org.whodis.relay;

/**
 * The SSRCs that the receiving relay of a trunk leg assigns to the sending one (protocol section 9).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |             base: names one leg of the receiver   |   slot    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Slots 0 to 62 are streams, one for each member of the sender's room who has been heard and is still there; slot 63 is
 * the sending relay itself, for its reports.
 */
public final class TrunkRange {
    /** SSRCs in a range: more than the members of a room, and a power of two. */
    public static final int SIZE = 64;

    /** Slots for streams. */
    public static final int STREAMS = SIZE - 1;

    private static final int SLOT_MASK = SIZE - 1;

    private TrunkRange() {}

    /** The first SSRC of the range that {@code ssrc} lies in. */
    public static int base(int ssrc) {
        return ssrc & ~SLOT_MASK;
    }

    /** Whether a range can begin there. Zero would give a stream the SSRC that stands for none. */
    public static boolean isBase(int ssrc) {
        return ssrc != 0 && base(ssrc) == ssrc;
    }

    static int slot(int ssrc) {
        return ssrc & SLOT_MASK;
    }

    static int reports(int base) {
        return base + STREAMS;
    }
}
