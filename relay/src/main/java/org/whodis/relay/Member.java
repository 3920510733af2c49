package org.whodis.relay;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.media.dtls.ClientHelloFragment;
import org.whodis.media.dtls.DtlsSession;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceLiteAgent;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.ReceptionStatistics;
import org.whodis.media.srtp.SrtpReceiver;
import org.whodis.media.srtp.SrtpSender;

/**
 * One device in one room.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><td>expected → handshaking</td><td>a ClientHello from an address that ICE has validated</td></tr>
 *   <tr><td>handshaking → expected</td><td>the handshake failed; at most {@value #MAX_HANDSHAKES} times</td></tr>
 *   <tr><td>handshaking → keyed</td><td>the handshake gave keys: the room's frames are sent to it</td></tr>
 *   <tr><td>keyed → handshaking</td><td>another ClientHello before any SRTP: the client has not seen our last flight</td></tr>
 *   <tr><td>keyed → proved</td><td>the first authentic SRTP or SRTCP: no handshake replaces the keys any more</td></tr>
 * </table>
 */
final class Member {
    /** Whoever stands on the path can spoil a handshake, so one failure is no reason to give up; this many are. */
    static final int MAX_HANDSHAKES = 16;

    /** The two directions of SRTP. */
    record Keys(SrtpSender sender, SrtpReceiver receiver) {
        void erase() {
            sender.erase();
            receiver.erase();
        }
    }

    private final MemberId id;
    private final Room room;
    private final int ssrc;
    private final Fingerprint fingerprint;
    private final IceLiteAgent ice;
    private final long createdAt;

    private @Nullable DtlsSession handshake;
    private @Nullable ClientHelloFragment hello;
    private @Nullable InetSocketAddress handshakeFrom;
    private boolean handshakePending;
    private int handshakes;
    private @Nullable Keys keys;
    private boolean announced;
    private boolean proved;
    private boolean removed;
    private long heardAt;
    private long nextTickAt;

    /** What each stream's index is counted from on the way to this member: the wraps before it joined. */
    private final Map<Integer, Long> indexBases = new HashMap<>();

    private ReceptionStatistics statistics = new ReceptionStatistics();
    private int lastSenderReport;
    private long lastSenderReportAt;

    Member(MemberId id, Room room, int ssrc, Fingerprint fingerprint, IceLiteAgent ice, long nowNanos) {
        this.id = id;
        this.room = room;
        this.ssrc = ssrc;
        this.fingerprint = fingerprint;
        this.ice = ice;
        this.createdAt = nowNanos;
        this.heardAt = nowNanos;
    }

    MemberId id() {
        return id;
    }

    Room room() {
        return room;
    }

    int ssrc() {
        return ssrc;
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    IceLiteAgent ice() {
        return ice;
    }

    @Nullable
    DtlsSession handshake() {
        return handshake;
    }

    /** Whether this is the beginning of an attempt other than the current one, and there may be one more. */
    boolean mayBegin(ClientHelloFragment first) {
        return !proved && handshakes < MAX_HANDSHAKES && (hello == null || !hello.isSameAttempt(first));
    }

    void begin(DtlsSession session, ClientHelloFragment first) {
        endHandshake();
        handshake = session;
        handshakePending = true;
        hello = first;
        handshakes++;
    }

    /** Whether the current session has not come to its end yet, as far as the relay has noticed. */
    boolean isHandshakePending() {
        return handshakePending;
    }

    /** The relay has noticed the end of the current session, or wants it to end; whether it was pending. */
    boolean settleHandshake() {
        boolean wasPending = handshakePending;
        handshakePending = false;
        return wasPending;
    }

    /** The validated address from which the client's last datagram came: DTLS answers there. */
    @Nullable
    InetSocketAddress handshakeFrom() {
        return handshakeFrom;
    }

    void handshakeFrom(InetSocketAddress from) {
        handshakeFrom = from;
    }

    void endHandshake() {
        if (handshake != null) {
            handshake.close();
            handshake = null;
        }
    }

    /** The client may try again, with the same hello too. */
    void handshakeFailed() {
        endHandshake();
        hello = null;
    }

    @Nullable
    Keys keys() {
        return keys;
    }

    /** The session lingers for its last flight; see {@link DtlsSession}. */
    void keyed(Keys fresh, long nowNanos) {
        if (keys != null) {
            keys.erase();
        }
        keys = fresh;
        fresh.receiver().open(ssrc);
        indexBases.clear();
        statistics = new ReceptionStatistics();
        ice.lock();
        heardAt = nowNanos;
    }

    /** Whether this is the first time that it is asked. */
    boolean announce() {
        boolean first = !announced;
        announced = true;
        return first;
    }

    /** An authentic packet has come. */
    void prove(long nowNanos) {
        heardAt = nowNanos;
        proved = true;
    }

    boolean isProved() {
        return proved;
    }

    /**
     * The index that a packet of another member has on the way to this one. A receiver takes the first packet of a stream
     * for one before any wrap, so wraps before that are left out; the distances stay, so no index comes twice.
     *
     * @return negative for a packet from before the first one that was forwarded
     */
    long forwardIndex(int streamSsrc, long index) {
        long base = indexBases.computeIfAbsent(streamSsrc, _ -> index - PacketIndex.sequence(index));
        return index - base;
    }

    ReceptionStatistics statistics() {
        return statistics;
    }

    void senderReported(int middleNtp, long nowNanos) {
        lastSenderReport = middleNtp;
        lastSenderReportAt = nowNanos;
    }

    int lastSenderReport() {
        return lastSenderReport;
    }

    /** In 1/65536 s; zero if there was none. */
    int sinceLastSenderReport(long nowNanos) {
        return lastSenderReport == 0 ? 0 : (int) ((nowNanos - lastSenderReportAt) / 1000 * 65536 / 1_000_000);
    }

    boolean isExpired(RelayLimits limits, long nowNanos) {
        return keys == null ? nowNanos - createdAt >= limits.arrivalNanos() : nowNanos - heardAt >= limits.idleNanos();
    }

    void scheduleTick(long atNanos) {
        nextTickAt = atNanos;
    }

    long nextTickAt() {
        return nextTickAt;
    }

    boolean isRemoved() {
        return removed;
    }

    void remove() {
        removed = true;
        endHandshake();
        if (keys != null) {
            keys.erase();
            keys = null;
        }
    }
}
