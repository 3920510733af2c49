package org.whodis.relay;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.whodis.media.dtls.ClientHelloFragment;
import org.whodis.media.dtls.DtlsSession;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceLiteAgent;
import org.whodis.media.rtp.ReceptionStatistics;
import org.whodis.media.rtp.RtpHeader;
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
final class Member extends Ticking {
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
    private long heardAt;
    private int payloadType = RtpHeader.PAYLOAD_TYPE;

    private final PacketRate rate;
    private final ForwardedStreams sent = new ForwardedStreams();

    private ReceptionStatistics statistics = new ReceptionStatistics();
    private int lastSenderReport;
    private long lastSenderReportAt;

    Member(
            MemberId id,
            Room room,
            int ssrc,
            Fingerprint fingerprint,
            IceLiteAgent ice,
            PacketRate rate,
            long nowNanos) {
        this.id = id;
        this.room = room;
        this.ssrc = ssrc;
        this.fingerprint = fingerprint;
        this.ice = ice;
        this.rate = rate;
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

    /** What it is sent is under the payload type that it uses itself: browsers choose theirs. */
    int payloadType() {
        return payloadType;
    }

    /** An authentic packet of it has this payload type. Others than the dynamic ones (RFC 3551, section 3) do not count. */
    void speaksUnder(int payloadType) {
        if (payloadType >= RtpHeader.FIRST_DYNAMIC_PAYLOAD_TYPE) {
            this.payloadType = payloadType;
        }
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
        sent.clear();
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

    PacketRate rate() {
        return rate;
    }

    /** The index that a packet of another's stream has on the way to this member; see {@link ForwardedStreams}. */
    long forwardIndex(int ssrc, SrtpReceiver source, long index) {
        return sent.index(ssrc, source, index);
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

    @Override
    void remove() {
        super.remove();
        endHandshake();
        if (keys != null) {
            keys.erase();
            keys = null;
        }
    }
}
