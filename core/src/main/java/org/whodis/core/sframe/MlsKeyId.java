package org.whodis.core.sframe;

/**
 * How a KID names a member of an MLS group (RFC 9605 section 5.2):
 *
 * <pre>
 *    64-S-E bits   S bits   E bits
 *   +-------------+--------+-------+
 *   | Context ID  | Index  | Epoch |      KID = (context &lt;&lt; (S + E)) + (sender_index &lt;&lt; E) + (epoch % (1 &lt;&lt; E))
 *   +-------------+--------+-------+
 * </pre>
 *
 * <p>The {@code base_key} of an epoch is {@code MLS-Exporter(}{@link #EXPORTER_LABEL}{@code , "", Nk)}.
 *
 * @param context chosen by the sender; 0 gives the shortest header
 * @param senderIndex the sender's leaf
 * @param epoch the low {@code E} bits of the epoch
 */
public record MlsKeyId(long context, long senderIndex, long epoch) {
    public static final String EXPORTER_LABEL = "SFrame 1.0 Base Key";

    /**
     * The KID.
     *
     * @param indexBits {@code S}
     * @param epochBits {@code E}
     * @throws IllegalArgumentException if a part does not fit its bits
     */
    public long encode(int indexBits, int epochBits) {
        requireBits(indexBits, epochBits);
        require(fits(epoch, epochBits), "epoch", epoch);
        require(fits(senderIndex, indexBits), "sender index", senderIndex);
        require(fits(context, 64 - indexBits - epochBits), "context", context);
        long kid = senderIndex << epochBits | epoch;
        return indexBits + epochBits == 64 ? kid : context << (indexBits + epochBits) | kid;
    }

    /** Takes a KID apart; every KID has parts. */
    public static MlsKeyId decode(long kid, int indexBits, int epochBits) {
        requireBits(indexBits, epochBits);
        long context = indexBits + epochBits == 64 ? 0 : kid >>> (indexBits + epochBits);
        return new MlsKeyId(context, lowBits(kid >>> epochBits, indexBits), lowBits(kid, epochBits));
    }

    /** The member {@code senderIndex} in {@code epoch}, with context 0. */
    public static MlsKeyId of(long senderIndex, long epoch, int epochBits) {
        return new MlsKeyId(0, senderIndex, lowBits(epoch, epochBits));
    }

    private static long lowBits(long value, int bits) {
        return bits == 0 ? 0 : value & -1L >>> (64 - bits);
    }

    private static boolean fits(long value, int bits) {
        return lowBits(value, bits) == value;
    }

    private static void requireBits(int indexBits, int epochBits) {
        if (indexBits < 1 || epochBits < 1 || indexBits + epochBits > 64) {
            throw new IllegalArgumentException(indexBits + " bits of index and " + epochBits + " of epoch");
        }
    }

    private static void require(boolean condition, String part, long value) {
        if (!condition) {
            throw new IllegalArgumentException(part + " " + value + " does not fit its bits");
        }
    }
}
