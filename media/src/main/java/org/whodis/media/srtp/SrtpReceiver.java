package org.whodis.media.srtp;

import java.util.HashMap;
import java.util.Map;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.RtpHeader;

/**
 * Opens SRTP and SRTCP under the keys of one direction (RFC 7714; packet processing of RFC 3711, section 3.3). A refused
 * packet changes nothing, so no number of bad packets ends anything.
 */
public final class SrtpReceiver {
    /** Streams are opened by signalling and remembered as long as the keys, so that none can be replayed. */
    public static final int MAX_STREAMS = 2048;

    /** A browser reports under its own SSRC and at most a few others. */
    private static final int MAX_RTCP_SOURCES = 8;

    private static final int MIN_RTP = RtpHeader.LENGTH + GcmKey.TAG_LENGTH;
    private static final int MIN_RTCP = SrtpSender.RTCP_CLEAR + SrtpSender.RTCP_OVERHEAD;

    private final SessionKeys keys;
    private final Map<Integer, Stream> streams = new HashMap<>();
    private final Map<Integer, ReplayWindow> rtcpSources = new HashMap<>();
    private int unannounced;

    public SrtpReceiver(SrtpKeys keys) {
        this(SessionKeys.derive(keys));
    }

    SrtpReceiver(SessionKeys keys) {
        this.keys = keys;
    }

    /**
     * Lets a stream through.
     *
     * @throws IllegalStateException if there have been {@value #MAX_STREAMS} of them
     */
    public void open(int ssrc) {
        Stream stream = streams.get(ssrc);
        if (stream == null) {
            if (streams.size() >= MAX_STREAMS) {
                throw new IllegalStateException("too many streams under one key");
            }
            stream = new Stream();
            streams.put(ssrc, stream);
        }
        stream.open = true;
    }

    /**
     * Lets streams through that nobody announced, each from its first authentic packet on, as long as there are fewer than
     * {@code limit} streams in all.
     */
    public void openUnannounced(int limit) {
        unannounced = Math.min(limit, MAX_STREAMS);
    }

    /** Lets a stream through no more; what it has seen is kept. */
    public void close(int ssrc) {
        Stream stream = streams.get(ssrc);
        if (stream != null) {
            stream.open = false;
        }
    }

    /**
     * Opens an SRTP packet: known stream, fresh index, right tag, in that order.
     *
     * @throws SrtpException if it fails one of these or is malformed
     */
    public RtpPacket unprotect(byte[] packet) throws SrtpException {
        if (packet.length < MIN_RTP) {
            throw new SrtpException(SrtpException.Reason.MALFORMED);
        }
        RtpHeader header = decodeHeader(packet);
        Stream stream = streams.get(header.ssrc());
        if (stream == null && streams.size() < unannounced) {
            return unprotectUnannounced(packet, header);
        }
        if (stream == null || !stream.open) {
            throw new SrtpException(SrtpException.Reason.UNKNOWN_SSRC);
        }
        long highest = stream.seen.highest();
        if (highest < 0) {
            return unprotectFirst(packet, header, stream);
        }
        return unprotect(packet, header, stream, PacketIndex.estimate(highest, header.sequence()));
    }

    /**
     * Opens an SRTCP packet. Unencrypted ones (E=0) are refused.
     *
     * @throws SrtpException if it is malformed, replayed or forged
     */
    public RtcpCompound unprotectRtcp(byte[] packet) throws SrtpException {
        if (packet.length < MIN_RTCP) {
            throw new SrtpException(SrtpException.Reason.MALFORMED);
        }
        int trailer = packet.length - 4;
        int word = Words.read(packet, trailer);
        if ((word & SrtpSender.RTCP_ENCRYPTED) == 0) {
            throw new SrtpException(SrtpException.Reason.MALFORMED);
        }
        int ssrc = Words.read(packet, 4);
        int index = word & ~SrtpSender.RTCP_ENCRYPTED;
        ReplayWindow seen = rtcpSources.get(ssrc);
        if (seen == null && rtcpSources.size() >= MAX_RTCP_SOURCES) {
            throw new SrtpException(SrtpException.Reason.UNKNOWN_SSRC);
        }
        if (seen != null && !seen.isFresh(index)) {
            throw new SrtpException(SrtpException.Reason.REPLAYED);
        }
        byte[] aad = Words.rtcpAad(packet, trailer);
        byte[] plaintext = keys.rtcp()
                .open(
                        keys.rtcp().rtcpNonce(ssrc, index),
                        aad,
                        aad.length,
                        packet,
                        SrtpSender.RTCP_CLEAR,
                        trailer - SrtpSender.RTCP_CLEAR);
        boolean newest = seen == null || index > seen.highest();
        rtcpSources.computeIfAbsent(ssrc, _ -> new ReplayWindow()).use(index);
        byte[] compound = new byte[SrtpSender.RTCP_CLEAR + plaintext.length];
        System.arraycopy(packet, 0, compound, 0, SrtpSender.RTCP_CLEAR);
        System.arraycopy(plaintext, 0, compound, SrtpSender.RTCP_CLEAR, plaintext.length);
        return new RtcpCompound(compound, newest);
    }

    /** Overwrites the keys; further use is a fault. */
    public void erase() {
        keys.erase();
    }

    /**
     * The first packet of a stream carries no rollover counter that we know. It is zero, unless all packets before the
     * first wrap were lost: a stream that a relay forwards to a latecomer may begin just there. So a low sequence number
     * is tried as the one after a wrap as well.
     */
    private RtpPacket unprotectFirst(byte[] packet, RtpHeader header, Stream stream) throws SrtpException {
        try {
            return unprotect(packet, header, stream, header.sequence());
        } catch (SrtpException e) {
            if (e.reason() != SrtpException.Reason.BAD_TAG || header.sequence() >= 1 << 15) {
                throw e;
            }
            return unprotect(packet, header, stream, (1L << 16) + header.sequence());
        }
    }

    /** Only a packet that is authentic makes a stream known. */
    private RtpPacket unprotectUnannounced(byte[] packet, RtpHeader header) throws SrtpException {
        Stream stream = new Stream();
        stream.open = true;
        RtpPacket opened = unprotectFirst(packet, header, stream);
        streams.put(header.ssrc(), stream);
        return opened;
    }

    private RtpPacket unprotect(byte[] packet, RtpHeader header, Stream stream, long index) throws SrtpException {
        if (index < 0 || index >= PacketIndex.LIMIT || !stream.seen.isFresh(index)) {
            throw new SrtpException(SrtpException.Reason.REPLAYED);
        }
        byte[] payload = keys.rtp()
                .open(
                        keys.rtp().rtpNonce(header.ssrc(), index),
                        packet,
                        RtpHeader.LENGTH,
                        packet,
                        RtpHeader.LENGTH,
                        packet.length - RtpHeader.LENGTH);
        boolean newest = index > stream.seen.highest();
        stream.seen.use(index);
        return new RtpPacket(header, index, newest, payload);
    }

    private static RtpHeader decodeHeader(byte[] packet) throws SrtpException {
        try {
            return RtpHeader.decode(packet);
        } catch (MalformedPacketException e) {
            throw new SrtpException(SrtpException.Reason.MALFORMED);
        }
    }

    private static final class Stream {
        private final ReplayWindow seen = new ReplayWindow();
        private boolean open;
    }
}
