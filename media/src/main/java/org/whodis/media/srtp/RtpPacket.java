package org.whodis.media.srtp;

import org.whodis.media.rtp.RtpHeader;

/** An RTP packet that came out of SRTP authentic and fresh. Whoever is handed one owns its payload. */
public final class RtpPacket {
    private final RtpHeader header;
    private final long index;
    private final boolean newest;
    private final byte[] payload;

    RtpPacket(RtpHeader header, long index, boolean newest, byte[] payload) {
        this.header = header;
        this.index = index;
        this.newest = newest;
        this.payload = payload;
    }

    public RtpHeader header() {
        return header;
    }

    /** See {@link org.whodis.media.rtp.PacketIndex}. */
    public long index() {
        return index;
    }

    /** Whether its index is the highest of its stream so far. */
    public boolean isNewest() {
        return newest;
    }

    /** The payload itself, not a copy. */
    public byte[] payload() {
        return payload;
    }
}
