package org.whodis.media.srtp;

/** An RTCP compound that came out of SRTCP authentic and fresh. */
public final class RtcpCompound {
    private final byte[] bytes;
    private final boolean newest;

    RtcpCompound(byte[] bytes, boolean newest) {
        this.bytes = bytes;
        this.newest = newest;
    }

    /** The compound itself, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether its SRTCP index is the highest of its source so far. */
    public boolean isNewest() {
        return newest;
    }
}
