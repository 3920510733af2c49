package org.whodis.media.client;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.media.Datagram;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.RandomBytes;
import org.whodis.media.dtls.DtlsFailure;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.DtlsResult;
import org.whodis.media.dtls.DtlsSession;
import org.whodis.media.dtls.DtlsState;
import org.whodis.media.ice.IceControllingAgent;
import org.whodis.media.ice.IceOutput;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.PacketKind;
import org.whodis.media.rtp.ReceptionStatistics;
import org.whodis.media.rtp.ReportBlock;
import org.whodis.media.rtp.RtcpPacket;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.rtp.StreamStatistics;
import org.whodis.media.srtp.NonceReuseException;
import org.whodis.media.srtp.RtcpCompound;
import org.whodis.media.srtp.RtpPacket;
import org.whodis.media.srtp.SrtpException;
import org.whodis.media.srtp.SrtpReceiver;
import org.whodis.media.srtp.SrtpSender;
import org.whodis.media.stun.StunMessage;

/**
 * A phone's side of the media path: ICE controlling agent, DTLS client, SRTP and RTP towards the relay of its own office.
 *
 * <p><b>The drain rule.</b> Call one of {@link #start}, {@link #handle}, {@link #handleTimeout}, {@link #send},
 * {@link #localAddressChanged}; then call {@link #poll} until it returns {@link MediaOutput.Timeout}. Then wait for the
 * next of: a datagram, a frame to send, that time, or a call of {@code wakeUp}; on the latter call {@link #handleTimeout}
 * at once. Nothing happens between such calls, and {@code nowNanos} (any monotonic clock) never goes back.
 *
 * <p>One thread owns a client. {@code wakeUp} alone is called from another one, that of the DTLS handshake.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><td>NEW → CHECKING</td><td>{@link #start}</td></tr>
 *   <tr><td>CHECKING → HANDSHAKING</td><td>the relay has answered a check</td></tr>
 *   <tr><td>HANDSHAKING → CONNECTED</td><td>DTLS has given keys; {@link MediaEvent.Connected}</td></tr>
 *   <tr><td>CHECKING, HANDSHAKING → ENDED</td><td>{@link MediaEvent.Failed}</td></tr>
 *   <tr><td>HANDSHAKING, CONNECTED → ENDED</td><td>{@link MediaEvent.ConsentLost}</td></tr>
 *   <tr><td>any → ENDED</td><td>{@link #close}</td></tr>
 * </table>
 */
public final class MediaClient implements AutoCloseable {
    /** While others speak, 25 of their frames in a row do not get lost by chance: the relay is asked whether it is there. */
    public static final long QUIET_NANOS = 500_000_000L;

    /** When nobody speaks there are only reports, one a second. */
    public static final long QUIET_BETWEEN_REPORTS_NANOS = 1_500_000_000L;

    /** A relay that was asked for so long, or for two round trips if that is longer, and said nothing is silent. */
    public static final long ANSWER_NANOS = 500_000_000L;

    /** Others count as speaking so long after a frame. */
    private static final long SPEAKING_NANOS = 3_000_000_000L;

    /** RTCP goes out at this distance from the moment of connection, whatever happens in the call. */
    public static final long REPORT_INTERVAL_NANOS = 1_000_000_000L;

    /** Alerts in a handshake are not authenticated, so one is no reason to give up; a few in a row are. */
    private static final int MAX_HANDSHAKES = 4;

    private enum Phase {
        NEW,
        CHECKING,
        HANDSHAKING,
        CONNECTED,
        ENDED
    }

    /** The two directions of SRTP; there is one from {@link Phase#CONNECTED} on. */
    private record Keys(SrtpSender sender, SrtpReceiver receiver) {}

    private final MediaClientConfig config;
    private final DtlsIdentity identity;
    private final RandomBytes random;
    private final Runnable wakeUp;
    private final IceControllingAgent ice;
    private final String cname;
    private final Deque<MediaOutput> outputs = new ArrayDeque<>();

    private Phase phase = Phase.NEW;
    private long iceDeadline = MediaOutput.Timeout.NEVER;
    private @Nullable DtlsSession dtls;
    private int handshakes;
    private long handshakeDeadline;
    private @Nullable Keys keys;

    private final Map<Integer, ReceptionStatistics> peers = new LinkedHashMap<>();
    private int unannouncedPeers;
    private final ReportClock clock = new ReportClock();
    private long nextIndex;
    private long framesSent;
    private int lastRtpTimestamp;
    private long lastSentAt;
    private long nextReportAt;
    private int reportsSent;
    private long lastHeardAt;
    private long lastFrameAt = Long.MIN_VALUE / 2;
    private boolean asked;
    private long askedAt;
    private boolean silent;

    private final Map<MediaDrop, Long> dropped = new EnumMap<>(MediaDrop.class);
    private long framesNotSent;
    private long framesReceived;
    private MediaStatistics.UplinkReport uplink = MediaStatistics.UplinkReport.NONE;
    private long roundTripNanos = -1;

    /**
     * A client that has not started.
     *
     * @param identity the certificate whose fingerprint signalling gave to the relay
     * @param random may be called from any thread
     * @param wakeUp called when DTLS has something to say; must return at once and may come from any thread
     */
    public MediaClient(MediaClientConfig config, DtlsIdentity identity, RandomBytes random, Runnable wakeUp) {
        this.config = config;
        this.identity = identity;
        this.random = random;
        this.wakeUp = wakeUp;
        this.ice = new IceControllingAgent(
                config.relay(), config.relayCredentials(), config.ufrag(), config.timings(), random);
        this.cname = RtcpPacket.generateCname(random);
        this.nextIndex = PacketIndex.generateFirst(random);
    }

    /** Begins to check the path to the relay. */
    public void start(long nowNanos) {
        if (phase != Phase.NEW) {
            throw new IllegalStateException("started before");
        }
        phase = Phase.CHECKING;
        clock.start(nowNanos);
        ice.start(nowNanos);
        drain(nowNanos);
    }

    /**
     * Lets through the stream of a peer that signalling announced; all other SSRCs are dropped.
     *
     * @throws IllegalStateException after {@link SrtpReceiver#MAX_STREAMS} of them
     */
    public void expectPeer(int ssrc) {
        peers.computeIfAbsent(ssrc, _ -> new ReceptionStatistics());
        if (keys != null) {
            keys.receiver().open(ssrc);
        }
    }

    /**
     * Lets through what the relay forwards under SSRCs that signalling did not announce, up to {@code limit} streams in all.
     * The relay alone decides who is in its room, and it has authenticated itself; who it is that speaks is proved end to
     * end, in the payload.
     */
    public void expectUnannouncedPeers(int limit) {
        unannouncedPeers = limit;
        if (keys != null) {
            keys.receiver().openUnannounced(limit);
        }
    }

    /** The peer has left: its stream is dropped from now on. */
    public void forgetPeer(int ssrc) {
        peers.remove(ssrc);
        if (keys != null) {
            keys.receiver().close(ssrc);
        }
    }

    /** A datagram has arrived at the phone's current socket. Takes {@code datagram} over. */
    public void handle(byte[] datagram, InetSocketAddress from, long nowNanos) {
        if (phase == Phase.NEW || phase == Phase.ENDED) {
            return;
        }
        if (!from.equals(config.relay())) {
            drop(MediaDrop.WRONG_SOURCE);
        } else if (datagram.length > Datagram.MAX_RECEIVED) {
            drop(MediaDrop.NOT_MEDIA);
        } else {
            switch (PacketKind.of(datagram)) {
                case STUN -> handleStun(datagram, nowNanos);
                case DTLS -> handleDtls(datagram);
                case RTP -> handleRtp(datagram, nowNanos);
                case RTCP -> handleRtcp(datagram, nowNanos);
                case OTHER -> drop(MediaDrop.NOT_MEDIA);
            }
        }
        drain(nowNanos);
    }

    /** The time of the last {@link MediaOutput.Timeout} has come, or {@code wakeUp} was called. */
    public void handleTimeout(long nowNanos) {
        if (phase == Phase.NEW || phase == Phase.ENDED) {
            return;
        }
        ice.handleTimeout(nowNanos);
        drain(nowNanos);
        if (phase == Phase.HANDSHAKING && nowNanos >= handshakeDeadline) {
            fail(MediaFailure.HANDSHAKE_TIMEOUT);
        }
        if (phase == Phase.CONNECTED) {
            watchForSilence(nowNanos);
            report(nowNanos);
            drain(nowNanos);
        }
    }

    /**
     * The phone has a new socket, from which everything leaves from now on. The path is checked again under the same
     * credentials; frames are refused until the relay has answered, which takes one round trip.
     */
    public void localAddressChanged(long nowNanos) {
        if (phase == Phase.NEW || phase == Phase.ENDED) {
            return;
        }
        ice.localAddressChanged(nowNanos);
        drain(nowNanos);
    }

    /**
     * Sends one sealed frame.
     *
     * @param frame of exactly {@link MediaClientConfig#frameLength} bytes
     * @param rtpTimestamp of the 48 kHz clock; its low 32 bits are sent
     * @return whether it was sent; it is not before {@link MediaEvent.Connected}, while a new path is checked, nor after
     *     the end
     * @throws IllegalArgumentException if the frame has another length
     */
    public boolean send(byte[] frame, long rtpTimestamp, long nowNanos) {
        if (frame.length != config.frameLength()) {
            throw new IllegalArgumentException("a frame of " + frame.length + " bytes");
        }
        Keys current = keys;
        if (phase != Phase.CONNECTED || current == null || !ice.isConnected()) {
            framesNotSent++;
            return false;
        }
        long index = nextIndex++;
        RtpHeader header = new RtpHeader(
                false, RtpHeader.PAYLOAD_TYPE, PacketIndex.sequence(index), (int) rtpTimestamp, config.ssrc());
        try {
            transmit(current.sender().protect(header, index, frame));
        } catch (NonceReuseException e) {
            framesNotSent++;
            return false;
        }
        framesSent++;
        lastRtpTimestamp = (int) rtpTimestamp;
        lastSentAt = nowNanos;
        return true;
    }

    /** The next thing to do; see the drain rule. */
    public MediaOutput poll() {
        MediaOutput output = outputs.poll();
        return output != null ? output : new MediaOutput.Timeout(deadline());
    }

    public MediaStatistics statistics() {
        Map<Integer, StreamStatistics> streams = new HashMap<>();
        peers.forEach((ssrc, statistics) -> streams.put(ssrc, statistics.snapshot()));
        return new MediaStatistics(framesSent, framesNotSent, framesReceived, dropped, streams, uplink, roundTripNanos);
    }

    /**
     * Whether the thread of the handshake, if there is one, has taken in all that was fed and has been polled. For
     * simulations in virtual time, which must not run ahead of it.
     */
    public boolean isQuiet() {
        return dtls == null || dtls.isQuiet();
    }

    /** Erases the keys and stops the handshake if there is one. Nothing is sent: signalling says that a call has ended. */
    @Override
    public void close() {
        phase = Phase.ENDED;
        if (dtls != null) {
            dtls.close();
            dtls = null;
        }
        if (keys != null) {
            keys.sender().erase();
            keys.receiver().erase();
            keys = null;
        }
    }

    private void handleStun(byte[] datagram, long nowNanos) {
        try {
            if (ice.handle(StunMessage.decode(datagram), nowNanos)) {
                roundTripNanos = ice.roundTripNanos();
                heard(nowNanos);
            } else {
                drop(MediaDrop.STUN);
            }
        } catch (MalformedPacketException e) {
            drop(MediaDrop.STUN);
        }
    }

    private void handleDtls(byte[] datagram) {
        if (dtls == null || !dtls.feed(datagram)) {
            drop(MediaDrop.DTLS);
        }
    }

    private void handleRtp(byte[] datagram, long nowNanos) {
        if (keys == null) {
            drop(MediaDrop.TOO_EARLY);
            return;
        }
        try {
            RtpPacket packet = keys.receiver().unprotect(datagram);
            RtpHeader header = packet.header();
            heard(nowNanos);
            lastFrameAt = nowNanos;
            framesReceived++;
            peers.computeIfAbsent(header.ssrc(), _ -> new ReceptionStatistics())
                    .received(packet.index(), header.timestamp(), nowNanos);
            outputs.add(new MediaOutput.Event(new MediaEvent.Payload(new ReceivedFrame(
                    header.ssrc(),
                    packet.index(),
                    Integer.toUnsignedLong(header.timestamp()),
                    packet.payload(),
                    nowNanos))));
        } catch (SrtpException e) {
            drop(reason(e));
        }
    }

    private void handleRtcp(byte[] datagram, long nowNanos) {
        if (keys == null) {
            drop(MediaDrop.TOO_EARLY);
            return;
        }
        try {
            RtcpCompound compound = keys.receiver().unprotectRtcp(datagram);
            heard(nowNanos);
            for (RtcpPacket packet : RtcpPacket.decodeCompound(compound.bytes())) {
                switch (packet) {
                    case RtcpPacket.SenderReport report -> readBlocks(report.blocks(), nowNanos);
                    case RtcpPacket.ReceiverReport report -> readBlocks(report.blocks(), nowNanos);
                    case RtcpPacket.Unread _ -> {}
                }
            }
        } catch (SrtpException e) {
            drop(reason(e));
        } catch (MalformedPacketException e) {
            drop(MediaDrop.MALFORMED);
        }
    }

    private void readBlocks(List<ReportBlock> blocks, long nowNanos) {
        for (ReportBlock block : blocks) {
            if (block.ssrc() == config.ssrc()) {
                uplink = new MediaStatistics.UplinkReport(
                        true,
                        block.fractionLost() / 256.0,
                        block.cumulativeLost(),
                        ReceptionStatistics.ticksToNanos(Integer.toUnsignedLong(block.jitter())));
                if (block.lastSenderReport() != 0) {
                    roundTripNanos = clock.roundTripNanos(
                            nowNanos, block.lastSenderReport(), block.delaySinceLastSenderReport());
                }
            }
        }
    }

    private void drain(long nowNanos) {
        drainIce(nowNanos);
        drainDtls(nowNanos);
    }

    private void drainIce(long nowNanos) {
        while (phase != Phase.ENDED) {
            switch (ice.poll()) {
                case IceOutput.Transmit(Datagram check) -> outputs.add(new MediaOutput.Transmit(check));
                case IceOutput.Connected() -> {
                    if (phase == Phase.CHECKING) {
                        phase = Phase.HANDSHAKING;
                        handshakeDeadline = nowNanos + config.timings().connectTimeout();
                        beginHandshake();
                    }
                }
                case IceOutput.Unreachable() -> fail(MediaFailure.RELAY_UNREACHABLE);
                case IceOutput.RoleConflict() -> fail(MediaFailure.ROLE_CONFLICT);
                case IceOutput.ConsentLost() -> end(new MediaEvent.ConsentLost());
                case IceOutput.Timeout(long atNanos) -> {
                    iceDeadline = atNanos;
                    return;
                }
            }
        }
    }

    private void beginHandshake() {
        handshakes++;
        dtls = DtlsSession.client(identity, config.relayFingerprint(), random, wakeUp);
    }

    private void drainDtls(long nowNanos) {
        DtlsSession session = dtls;
        if (session == null) {
            return;
        }
        // The state first: what was sent before it was reached is in the queue by then.
        DtlsState state = session.state();
        while (ice.isConnected()) {
            byte[] datagram = session.poll();
            if (datagram == null) {
                break;
            }
            transmit(datagram);
        }
        switch (state) {
            case DtlsState.Handshaking() -> {}
            case DtlsState.Established(DtlsResult result) -> connected(result, nowNanos);
            case DtlsState.Failed(DtlsFailure reason) -> handshakeFailed(reason);
        }
    }

    private void connected(DtlsResult result, long nowNanos) {
        SrtpReceiver receiver = new SrtpReceiver(result.receiveKeys());
        peers.keySet().forEach(receiver::open);
        receiver.openUnannounced(unannouncedPeers);
        keys = new Keys(new SrtpSender(result.sendKeys()), receiver);
        result.sendKeys().erase();
        result.receiveKeys().erase();
        dtls = null;
        phase = Phase.CONNECTED;
        lastHeardAt = nowNanos;
        lastSentAt = nowNanos;
        nextReportAt = nowNanos + REPORT_INTERVAL_NANOS;
        outputs.add(new MediaOutput.Event(new MediaEvent.Connected()));
    }

    private void handshakeFailed(DtlsFailure reason) {
        dtls = null;
        switch (reason) {
            case WRONG_CERTIFICATE -> fail(MediaFailure.WRONG_CERTIFICATE);
            case TIMEOUT, CLOSED -> fail(MediaFailure.HANDSHAKE_TIMEOUT);
            case REFUSED_BY_PEER, PROTOCOL -> {
                if (handshakes == MAX_HANDSHAKES) {
                    fail(MediaFailure.HANDSHAKE_REFUSED);
                } else {
                    beginHandshake();
                }
            }
        }
    }

    private void heard(long nowNanos) {
        lastHeardAt = nowNanos;
        asked = false;
        if (silent) {
            silent = false;
            outputs.add(new MediaOutput.Event(new MediaEvent.RelayHeard()));
        }
    }

    /** Two steps, so that a phone that was itself held up for a while asks before it believes that the relay is gone. */
    private void watchForSilence(long nowNanos) {
        if (silent) {
            return;
        }
        if (!asked && nowNanos >= quietAt()) {
            asked = true;
            askedAt = nowNanos;
            ice.probe(nowNanos);
        } else if (asked && nowNanos >= silentAt()) {
            silent = true;
            outputs.add(new MediaOutput.Event(new MediaEvent.RelaySilent()));
        }
    }

    private long quietAt() {
        boolean othersSpeak = lastHeardAt - lastFrameAt < SPEAKING_NANOS;
        return lastHeardAt + (othersSpeak ? QUIET_NANOS : QUIET_BETWEEN_REPORTS_NANOS);
    }

    private long silentAt() {
        return askedAt + Math.max(ANSWER_NANOS, 2 * roundTripNanos);
    }

    /** One compound of one length for each interval; while there is no path its turn passes. */
    private void report(long nowNanos) {
        Keys current = keys;
        if (nowNanos < nextReportAt || current == null) {
            return;
        }
        nextReportAt += REPORT_INTERVAL_NANOS * ((nowNanos - nextReportAt) / REPORT_INTERVAL_NANOS + 1);
        if (!ice.isConnected()) {
            return;
        }
        byte[] compound = RtcpPacket.encodeSenderCompound(
                config.ssrc(),
                clock.ntp(nowNanos),
                lastRtpTimestamp + (int) ReceptionStatistics.nanosToTicks(nowNanos - lastSentAt),
                (int) framesSent,
                (int) (framesSent * config.frameLength()),
                nextBlock(),
                cname);
        try {
            transmit(current.sender().protectRtcp(compound));
        } catch (NonceReuseException e) {
            // After 2^31 reports, 68 years: RTCP ends, media goes on.
            nextReportAt = MediaOutput.Timeout.NEVER;
        }
    }

    /** The peers take turns, so that the length does not grow with their number. */
    private ReportBlock nextBlock() {
        if (peers.isEmpty()) {
            return ReportBlock.EMPTY;
        }
        List<Integer> ssrcs = List.copyOf(peers.keySet());
        int ssrc = ssrcs.get(Math.floorMod(reportsSent++, ssrcs.size()));
        ReceptionStatistics statistics = peers.get(ssrc);
        return statistics == null ? ReportBlock.EMPTY : statistics.report(ssrc, 0, 0);
    }

    private void fail(MediaFailure reason) {
        end(new MediaEvent.Failed(reason));
    }

    private void end(MediaEvent last) {
        close();
        outputs.add(new MediaOutput.Event(last));
    }

    private long deadline() {
        return switch (phase) {
            case NEW, ENDED -> MediaOutput.Timeout.NEVER;
            case CHECKING -> iceDeadline;
            case HANDSHAKING -> Math.min(iceDeadline, handshakeDeadline);
            case CONNECTED -> {
                long silenceAt = silent ? MediaOutput.Timeout.NEVER : asked ? silentAt() : quietAt();
                yield Math.min(Math.min(iceDeadline, nextReportAt), silenceAt);
            }
        };
    }

    private void transmit(byte[] datagram) {
        outputs.add(new MediaOutput.Transmit(new Datagram(config.relay(), datagram)));
    }

    private void drop(MediaDrop reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    private static MediaDrop reason(SrtpException e) {
        return switch (e.reason()) {
            case MALFORMED -> MediaDrop.MALFORMED;
            case UNKNOWN_SSRC -> MediaDrop.UNKNOWN_SSRC;
            case REPLAYED -> MediaDrop.REPLAYED;
            case BAD_TAG -> MediaDrop.BAD_TAG;
        };
    }
}
