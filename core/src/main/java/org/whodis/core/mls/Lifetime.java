package org.whodis.core.mls;

import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * When clients consider a LeafNode valid (RFC 9420 section 7.2): seconds since the Unix epoch, both ends included.
 *
 * <pre>
 *   struct { uint64 not_before; uint64 not_after; } Lifetime;
 * </pre>
 *
 * <p>Both are unsigned; compare them by {@link Long#compareUnsigned}.
 */
public record Lifetime(long notBefore, long notAfter) {
    /** How far a peer's clock may be behind ours. */
    private static final long CLOCK_SKEW_SECONDS = 3600;

    /** From an hour before {@code nowSeconds}, for clocks that are behind, to {@code seconds} after it. */
    public static Lifetime around(long nowSeconds, long seconds) {
        return new Lifetime(Math.max(0, nowSeconds - CLOCK_SKEW_SECONDS), Math.addExact(nowSeconds, seconds));
    }

    boolean covers(long nowSeconds) {
        return Long.compareUnsigned(notBefore, nowSeconds) <= 0 && Long.compareUnsigned(nowSeconds, notAfter) <= 0;
    }

    /** Whether the whole span is at most {@code maxSeconds}, which is unsigned too. */
    boolean spansAtMost(long maxSeconds) {
        return Long.compareUnsigned(notBefore, notAfter) <= 0
                && Long.compareUnsigned(notAfter - notBefore, maxSeconds) <= 0;
    }

    void write(WireWriter out) {
        out.uint64(notBefore).uint64(notAfter);
    }

    static Lifetime read(WireReader in) throws DecodeException {
        return new Lifetime(in.uint64(), in.uint64());
    }
}
