package org.whodis.media.srtp;

import java.util.HashMap;
import java.util.Map;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.RtpHeader;

/**
 * Seals RTP and RTCP under the keys of one direction (RFC 7714). All SSRCs share the keys, so the nonce of a packet is its
 * SSRC and index, and this class never uses one twice, whatever it is asked.
 *
 * <pre>
 *   SRTP   RTP header (12) | ciphertext | tag (16)
 *   SRTCP  RTCP header and SSRC (8) | ciphertext | tag (16) | E=1, SRTCP index (4)
 * </pre>
 */
public final class SrtpSender {
    /** What SRTP adds to a payload, the header included. */
    public static final int OVERHEAD = RtpHeader.LENGTH + GcmKey.TAG_LENGTH;

    /** What SRTCP adds to a compound. */
    public static final int RTCP_OVERHEAD = GcmKey.TAG_LENGTH + 4;

    /** The first 8 bytes of a compound stay readable. */
    static final int RTCP_CLEAR = 8;

    static final int RTCP_ENCRYPTED = 0x80000000;

    /** Twice what a relay ever puts into one room; a stream's state is kept as long as the keys. */
    public static final int MAX_STREAMS = 2048;

    private final SessionKeys keys;
    private final Map<Integer, ReplayWindow> sent = new HashMap<>();
    private int nextRtcpIndex = 1;

    public SrtpSender(SrtpKeys keys) {
        this(SessionKeys.derive(keys));
    }

    SrtpSender(SessionKeys keys) {
        this.keys = keys;
    }

    /**
     * Seals a packet.
     *
     * @param index whose low 16 bits are the header's sequence number
     * @throws NonceReuseException if this SSRC and index were used before, are too old to tell, or lie beyond
     *     {@link PacketIndex#LIMIT}, or if there are {@value #MAX_STREAMS} streams already: the packet must not be sent
     */
    public byte[] protect(RtpHeader header, long index, byte[] payload) throws NonceReuseException {
        if (header.sequence() != PacketIndex.sequence(index)) {
            throw new IllegalArgumentException("sequence number " + header.sequence() + " of index " + index);
        }
        claim(header.ssrc(), index);
        byte[] packet = new byte[payload.length + OVERHEAD];
        header.encode(packet);
        byte[] nonce = keys.rtp().rtpNonce(header.ssrc(), index);
        keys.rtp().seal(nonce, packet, RtpHeader.LENGTH, payload, 0, payload.length, packet, RtpHeader.LENGTH);
        return packet;
    }

    /**
     * Seals a compound, whose sender's SSRC stands in its bytes 4 to 7.
     *
     * @throws NonceReuseException after 2^31 - 1 of them
     */
    public byte[] protectRtcp(byte[] compound) throws NonceReuseException {
        if (compound.length < RTCP_CLEAR) {
            throw new IllegalArgumentException("a compound of " + compound.length + " bytes");
        }
        if (nextRtcpIndex < 0) {
            throw new NonceReuseException("SRTCP index used up");
        }
        int index = nextRtcpIndex++;
        byte[] packet = new byte[compound.length + RTCP_OVERHEAD];
        System.arraycopy(compound, 0, packet, 0, RTCP_CLEAR);
        int trailer = packet.length - 4;
        Words.write(packet, trailer, RTCP_ENCRYPTED | index);
        byte[] aad = Words.rtcpAad(packet, trailer);
        byte[] nonce = keys.rtcp().rtcpNonce(Words.read(packet, 4), index);
        keys.rtcp()
                .seal(nonce, aad, aad.length, compound, RTCP_CLEAR, compound.length - RTCP_CLEAR, packet, RTCP_CLEAR);
        return packet;
    }

    /** Overwrites the keys; further use is a fault. */
    public void erase() {
        keys.erase();
    }

    private void claim(int ssrc, long index) throws NonceReuseException {
        ReplayWindow window = sent.get(ssrc);
        if (window == null) {
            if (sent.size() >= MAX_STREAMS) {
                throw new NonceReuseException("too many streams under one key");
            }
            window = new ReplayWindow();
            sent.put(ssrc, window);
        }
        if (index < 0 || index >= PacketIndex.LIMIT || !window.isFresh(index)) {
            throw new NonceReuseException("SRTP index used before, too old or used up");
        }
        window.use(index);
    }
}
