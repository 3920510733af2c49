package org.whodis.relay;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.whodis.media.srtp.SrtpReceiver;
import org.whodis.media.srtp.SrtpSender;

/**
 * One opening of the trunk between a room of ours and the room of the same call at another office's relay.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><td>probing → heard</td><td>the first authentic packet from the announced host: media is sent there</td></tr>
 *   <tr><td>probing → gone</td><td>nothing authentic within {@link #ARRIVAL_NANOS}</td></tr>
 *   <tr><td>heard → silent</td><td>nothing authentic for {@link #SILENCE_NANOS}: the office is told once</td></tr>
 *   <tr><td>silent → heard</td><td>an authentic packet</td></tr>
 *   <tr><td>heard, silent → gone</td><td>nothing authentic for {@link RelayLimits#idleNanos}</td></tr>
 * </table>
 *
 * <p>A new opening has new keys and is a new object; of the old one nothing remains.
 */
final class TrunkLeg extends Ticking {
    /** Between the first probes; each distance is twice the one before, up to {@link Relay#TICK_NANOS}. */
    static final long FIRST_PROBE_NANOS = 20_000_000L;

    /** As long as this an opening waits for the other side; whoever opened it then opens another. */
    static final long ARRIVAL_NANOS = 5_000_000_000L;

    /** The other relay reports once a second. */
    static final long SILENCE_NANOS = 3_000_000_000L;

    private final TrunkId id;
    private final Room room;
    private final int receiveBase;
    private final int sendBase;
    private final SrtpSender sender;
    private final SrtpReceiver receiver;
    private final ForwardedStreams sent = new ForwardedStreams();
    private final PacketRate rate;
    private final @Nullable Member[] slots = new @Nullable Member[TrunkRange.STREAMS];
    private final long createdAt;

    private InetSocketAddress remote;
    private long probeDistance = FIRST_PROBE_NANOS;
    private int probesLeft;
    private boolean heard;
    private boolean silent;
    private long heardAt;

    TrunkLeg(TrunkRequest request, Room room, PacketRate rate, long nowNanos) {
        this.id = request.id();
        this.room = room;
        this.receiveBase = request.receiveBase();
        this.sendBase = request.sendBase();
        this.sender = new SrtpSender(request.sendKeys());
        this.receiver = new SrtpReceiver(request.receiveKeys());
        // Whatever the other relay sends under the SSRC of its reports takes no stream's place.
        receiver.openUnannounced(TrunkRange.SIZE);
        this.rate = rate;
        this.remote = request.remote();
        this.createdAt = nowNanos;
        this.probesLeft = request.probes();
        this.heardAt = nowNanos;
    }

    TrunkId id() {
        return id;
    }

    Room room() {
        return room;
    }

    int receiveBase() {
        return receiveBase;
    }

    SrtpSender sender() {
        return sender;
    }

    SrtpReceiver receiver() {
        return receiver;
    }

    PacketRate rate() {
        return rate;
    }

    /** Under which SSRC this relay reports to the other. */
    int reportSsrc() {
        return TrunkRange.reports(sendBase);
    }

    /** Whether packets from there can be this leg's. */
    boolean mayComeFrom(InetSocketAddress from) {
        return from.getAddress().equals(remote.getAddress());
    }

    /** Where the other relay is, as it was announced or as it was heard last. */
    InetSocketAddress remote() {
        return remote;
    }

    /** Whether media may be sent. */
    boolean isHeard() {
        return heard;
    }

    /** Something authentic has come; whether it is the first, or the first after silence. */
    boolean hear(InetSocketAddress from, boolean newest, long nowNanos) {
        boolean news = !heard || silent;
        heard = true;
        silent = false;
        heardAt = nowNanos;
        if (newest) {
            remote = from;
        }
        return news;
    }

    /** Whether it has just fallen silent. */
    boolean fallSilent(long nowNanos) {
        if (heard && !silent && nowNanos - heardAt >= SILENCE_NANOS) {
            silent = true;
            return true;
        }
        return false;
    }

    boolean isExpired(RelayLimits limits, long nowNanos) {
        return heard ? nowNanos - heardAt >= limits.idleNanos() : nowNanos - createdAt >= ARRIVAL_NANOS;
    }

    /** Whether something may be sent to where the other relay is or is said to be. */
    boolean mayReport() {
        return heard || probesLeft-- > 0;
    }

    /** How long until the next report. */
    long tickDistance() {
        if (heard) {
            return Relay.TICK_NANOS;
        }
        long distance = probeDistance;
        probeDistance = Math.min(2 * distance, Relay.TICK_NANOS);
        return distance;
    }

    /** The SSRC that {@code member}'s stream has on the trunk; a place is free again when its member has left. */
    int sendSsrc(Member member) {
        int free = -1;
        for (int slot = 0; slot < slots.length; slot++) {
            Member occupant = slots[slot];
            if (occupant == member) {
                return sendBase + slot;
            }
            if (free < 0 && (occupant == null || occupant.isRemoved())) {
                free = slot;
            }
        }
        if (free < 0) {
            throw new IllegalStateException("more members speak than a room has places");
        }
        slots[free] = member;
        return sendBase + free;
    }

    /** The index that a packet of one of our members has on the trunk; see {@link ForwardedStreams}. */
    long forwardIndex(int sendSsrc, SrtpReceiver source, long index) {
        return sent.index(sendSsrc, source, index);
    }

    @Override
    void remove() {
        super.remove();
        sender.erase();
        receiver.erase();
        sent.clear();
        Arrays.fill(slots, null);
    }
}
