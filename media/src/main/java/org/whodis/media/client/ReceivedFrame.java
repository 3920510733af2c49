package org.whodis.media.client;

/** The payload of one authentic RTP packet of an expected peer. Whoever is handed one owns its bytes. */
public final class ReceivedFrame {
    private final int ssrc;
    private final long extendedSequence;
    private final long rtpTimestamp;
    private final byte[] bytes;
    private final long arrivalNanos;

    public ReceivedFrame(int ssrc, long extendedSequence, long rtpTimestamp, byte[] bytes, long arrivalNanos) {
        this.ssrc = ssrc;
        this.extendedSequence = extendedSequence;
        this.rtpTimestamp = rtpTimestamp;
        this.bytes = bytes;
        this.arrivalNanos = arrivalNanos;
    }

    public int ssrc() {
        return ssrc;
    }

    /** The sequence number and, above its 16 bits, how often it has wrapped: every frame of one SSRC has its own. */
    public long extendedSequence() {
        return extendedSequence;
    }

    /** The sender's 48 kHz clock, 32 bits unsigned. */
    public long rtpTimestamp() {
        return rtpTimestamp;
    }

    /** The sealed frame itself, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** The time that was passed to {@link MediaClient#handle} with the datagram. */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    @Override
    public String toString() {
        return "ReceivedFrame[ssrc=" + Integer.toUnsignedString(ssrc) + ", sequence=" + extendedSequence + ", "
                + bytes.length + " bytes]";
    }
}
