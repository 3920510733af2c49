package org.whodis.relay;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.whodis.media.Datagram;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.RandomBytes;
import org.whodis.media.dtls.ClientHelloFragment;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.dtls.DtlsResult;
import org.whodis.media.dtls.DtlsSession;
import org.whodis.media.dtls.DtlsState;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.media.ice.IceCredentials;
import org.whodis.media.ice.IceLiteAgent;
import org.whodis.media.rtp.PacketIndex;
import org.whodis.media.rtp.PacketKind;
import org.whodis.media.rtp.RtcpPacket;
import org.whodis.media.rtp.RtpHeader;
import org.whodis.media.srtp.NonceReuseException;
import org.whodis.media.srtp.RtcpCompound;
import org.whodis.media.srtp.RtpPacket;
import org.whodis.media.srtp.SrtpException;
import org.whodis.media.srtp.SrtpReceiver;
import org.whodis.media.srtp.SrtpSender;
import org.whodis.media.stun.StunMessage;

/**
 * The rooms of a relay and what it does with each datagram. It forwards every member's frames to the others of the room
 * and can read none of them: what SRTP protects on this hop is a frame that SFrame has sealed before.
 *
 * <p><b>The drain rule.</b> Call {@link #handle}, {@link #handleTimeout}, {@link #createMember}, {@link #removeMember} or
 * {@link #closeRoom}; then call {@link #poll} until it returns {@link RelayOutput.Timeout}. Then wait for the next of: a
 * datagram, a command, that time, or a call of {@code wakeUp}; on the latter call {@link #handleTimeout} at once.
 *
 * <p>One thread owns a relay. {@code wakeUp} alone is called from others, those of DTLS handshakes.
 *
 * <p>Nothing is kept for whoever is not a member, and nothing is sent to him: STUN is answered only under a member's
 * password, and all else is looked at only from addresses that such STUN has validated.
 */
public final class Relay {
    /** Each member gets a receiver report, and is checked for life, at this distance from its creation. */
    public static final long TICK_NANOS = 1_000_000_000L;

    private final RelayLimits limits;
    private final DtlsIdentity identity;
    private final RandomBytes random;
    private final Runnable wakeUp;
    private final RelayCounters counters = new RelayCounters();

    private final Map<String, Room> rooms = new HashMap<>();
    private final Map<MemberId, Member> members = new HashMap<>();
    private final Map<String, Member> byUfrag = new HashMap<>();
    /** At most {@link IceLiteAgent#MAX_ADDRESSES} for each member. */
    private final Map<InetSocketAddress, Member> byAddress = new HashMap<>();

    private final PriorityQueue<Member> ticks = new PriorityQueue<>(Comparator.comparingLong(Member::nextTickAt));
    /** Members whose handshake has something to say: the one thing that other threads write. */
    private final Queue<Member> woken = new ConcurrentLinkedQueue<>();

    private int handshaking;
    private final Deque<RelayOutput> outputs = new ArrayDeque<>();

    /** A relay without rooms. {@code random} and {@code wakeUp} may be called from any thread. */
    public Relay(RelayLimits limits, DtlsIdentity identity, RandomBytes random, Runnable wakeUp) {
        this.limits = limits;
        this.identity = identity;
        this.random = random;
        this.wakeUp = wakeUp;
    }

    /** Of the certificate that this relay shows to everybody. */
    public Fingerprint fingerprint() {
        return identity.fingerprint();
    }

    /** Makes a place in a room, and the room if there is none of that name. */
    public RelayMember createMember(MemberRequest request, long nowNanos) throws RelayRefusedException {
        MemberId id = request.id();
        Room room = rooms.get(id.room());
        refuseIf(members.containsKey(id), RelayRefusedException.Reason.MEMBER_EXISTS);
        refuseIf(members.size() >= limits.maxMembers(), RelayRefusedException.Reason.TOO_MANY_MEMBERS);
        refuseIf(room == null && rooms.size() >= limits.maxRooms(), RelayRefusedException.Reason.TOO_MANY_ROOMS);
        if (room == null) {
            room = new Room(id.room(), RtcpPacket.generateCname(random), random);
        }
        refuseIf(
                room.members().size() >= limits.maxMembersPerRoom() || room.joins() >= limits.maxJoinsPerRoom(),
                RelayRefusedException.Reason.ROOM_FULL);
        OptionalInt ssrc = room.assignSsrc(request.ssrc(), random);
        refuseIf(ssrc.isEmpty(), RelayRefusedException.Reason.SSRC_TAKEN);

        IceCredentials credentials = freshCredentials();
        Member member = new Member(
                id,
                room,
                ssrc.getAsInt(),
                request.fingerprint(),
                new IceLiteAgent(credentials, request.ufrag()),
                nowNanos);
        rooms.put(id.room(), room);
        room.members().add(member);
        members.put(id, member);
        byUfrag.put(credentials.ufrag(), member);
        member.scheduleTick(nowNanos + TICK_NANOS);
        ticks.add(member);
        counters.occupancy(rooms.size(), members.size());
        return new RelayMember(id, credentials, identity.fingerprint(), member.ssrc());
    }

    /** Whether there was such a member. A room without members is gone. */
    public boolean removeMember(MemberId id) {
        Member member = members.get(id);
        if (member == null) {
            return false;
        }
        remove(member);
        return true;
    }

    /** Removes all members of a room; whether there was such a room. */
    public boolean closeRoom(String name) {
        Room room = rooms.get(name);
        if (room == null) {
            return false;
        }
        List.copyOf(room.members()).forEach(this::remove);
        return true;
    }

    /** A datagram has arrived. Takes {@code datagram} over. */
    public void handle(byte[] datagram, InetSocketAddress from, long nowNanos) {
        counters.received(datagram.length);
        if (datagram.length > Datagram.MAX_RECEIVED) {
            counters.dropped(RelayDrop.NOT_MEDIA);
        } else {
            switch (PacketKind.of(datagram)) {
                case STUN -> handleStun(datagram, from);
                case OTHER -> counters.dropped(RelayDrop.NOT_MEDIA);
                case DTLS, RTP, RTCP -> {
                    Member member = byAddress.get(from);
                    if (member == null) {
                        counters.dropped(RelayDrop.UNKNOWN_SOURCE);
                    } else {
                        handle(member, datagram, from, nowNanos);
                    }
                }
            }
        }
        drainHandshakes(nowNanos);
    }

    /** The time of the last {@link RelayOutput.Timeout} has come, or {@code wakeUp} was called. */
    public void handleTimeout(long nowNanos) {
        drainHandshakes(nowNanos);
        for (Member next = ticks.peek(); next != null && next.nextTickAt() <= nowNanos; next = ticks.peek()) {
            ticks.remove();
            if (!next.isRemoved()) {
                tick(next, nowNanos);
            }
        }
    }

    /** The next thing to do; see the drain rule. */
    public RelayOutput poll() {
        RelayOutput output = outputs.poll();
        if (output != null) {
            return output;
        }
        Member next = ticks.peek();
        return new RelayOutput.Timeout(next == null ? RelayOutput.Timeout.NEVER : next.nextTickAt());
    }

    /**
     * Whether the threads of all handshakes have taken in all that was fed and have been heard. For simulations in virtual
     * time, which must not run ahead of them.
     */
    public boolean isQuiet() {
        return woken.isEmpty()
                && members.values().stream()
                        .map(Member::handshake)
                        .allMatch(session -> session == null || session.isQuiet());
    }

    public RelayCounters counters() {
        return counters;
    }

    private void handleStun(byte[] datagram, InetSocketAddress from) {
        StunMessage request;
        try {
            request = StunMessage.decode(datagram);
        } catch (MalformedPacketException e) {
            counters.dropped(RelayDrop.STUN_MALFORMED);
            return;
        }
        Member member = IceLiteAgent.addressee(request).map(byUfrag::get).orElse(null);
        if (member == null) {
            counters.dropped(RelayDrop.STUN_UNAUTHENTICATED);
            return;
        }
        Member occupant = byAddress.get(from);
        if (occupant != null
                && occupant != member
                && occupant.isProved()
                && from.equals(occupant.ice().selected())) {
            counters.dropped(RelayDrop.STUN_ADDRESS_TAKEN);
            return;
        }
        switch (member.ice().handle(request, from)) {
            case IceLiteAgent.Verdict.Unauthenticated() -> counters.dropped(RelayDrop.STUN_UNAUTHENTICATED);
            case IceLiteAgent.Verdict.Replayed() -> counters.dropped(RelayDrop.STUN_REPLAYED);
            case IceLiteAgent.Verdict.Answered(IceLiteAgent.Response response) -> transmit(from, response.bytes());
            case IceLiteAgent.Verdict.Validated(
                    IceLiteAgent.Response response,
                    Optional<InetSocketAddress> forgotten) -> {
                forgotten.ifPresent(address -> byAddress.remove(address, member));
                if (occupant != null && occupant != member) {
                    occupant.ice().forget(from);
                }
                byAddress.put(from, member);
                transmit(from, response.bytes());
            }
        }
    }

    private void handle(Member member, byte[] datagram, InetSocketAddress from, long nowNanos) {
        switch (PacketKind.of(datagram)) {
            case DTLS -> handleDtls(member, datagram, from);
            case RTP -> handleRtp(member, datagram, from, nowNanos);
            case RTCP -> handleRtcp(member, datagram, from, nowNanos);
            case STUN, OTHER -> throw new IllegalArgumentException("handled before");
        }
    }

    private void handleDtls(Member member, byte[] datagram, InetSocketAddress from) {
        Optional<ClientHelloFragment> hello = ClientHelloFragment.of(datagram);
        if (hello.isPresent() && member.mayBegin(hello.get())) {
            if (handshaking >= limits.maxHandshakes()) {
                counters.dropped(RelayDrop.DTLS);
                return;
            }
            beginHandshake(member, hello.get());
        }
        DtlsSession session = member.handshake();
        if (session == null || !session.feed(datagram)) {
            counters.dropped(RelayDrop.DTLS);
        } else {
            member.handshakeFrom(from);
        }
    }

    private void beginHandshake(Member member, ClientHelloFragment hello) {
        settleHandshake(member);
        member.begin(
                DtlsSession.server(identity, member.fingerprint(), random, () -> {
                    woken.add(member);
                    wakeUp.run();
                }),
                hello);
        handshaking++;
    }

    private void drainHandshakes(long nowNanos) {
        for (Member member = woken.poll(); member != null; member = woken.poll()) {
            DtlsSession session = member.handshake();
            if (session != null) {
                drainHandshake(member, session, nowNanos);
            }
        }
    }

    private void drainHandshake(Member member, DtlsSession session, long nowNanos) {
        DtlsState state = session.state();
        InetSocketAddress client = member.handshakeFrom();
        for (byte[] datagram = session.poll(); datagram != null; datagram = session.poll()) {
            if (client != null) {
                transmit(client, datagram);
            }
        }
        if (!member.isHandshakePending()) {
            return;
        }
        switch (state) {
            case DtlsState.Handshaking() -> {}
            case DtlsState.Established(DtlsResult result) -> {
                settleHandshake(member);
                established(member, result, nowNanos);
            }
            case DtlsState.Failed _ -> {
                settleHandshake(member);
                member.handshakeFailed();
                counters.handshakeFailed();
            }
        }
    }

    private void established(Member member, DtlsResult result, long nowNanos) {
        member.keyed(
                new Member.Keys(new SrtpSender(result.sendKeys()), new SrtpReceiver(result.receiveKeys())), nowNanos);
        counters.handshakeFinished();
        if (member.announce()) {
            outputs.add(new RelayOutput.Event(new RelayEvent.MemberConnected(member.id())));
        }
        result.sendKeys().erase();
        result.receiveKeys().erase();
    }

    private void settleHandshake(Member member) {
        if (member.settleHandshake()) {
            handshaking--;
        }
    }

    private void handleRtp(Member member, byte[] datagram, InetSocketAddress from, long nowNanos) {
        Member.Keys keys = member.keys();
        if (keys == null) {
            counters.dropped(RelayDrop.TOO_EARLY);
            return;
        }
        RtpPacket packet;
        try {
            packet = keys.receiver().unprotect(datagram);
        } catch (SrtpException e) {
            counters.dropped(reason(e));
            return;
        }
        counters.frameReceived();
        heard(member, from, packet.isNewest(), nowNanos);
        member.statistics().received(packet.index(), packet.header().timestamp(), nowNanos);
        for (Member receiver : member.room().members()) {
            if (receiver != member) {
                forward(packet, receiver);
            }
        }
    }

    /**
     * Every packet leaves with the same payload type and without marker: browsers set it when a person begins to speak, and
     * the network could read it.
     */
    private void forward(RtpPacket packet, Member receiver) {
        Member.Keys keys = receiver.keys();
        InetSocketAddress to = receiver.ice().selected();
        if (keys == null || to == null) {
            return;
        }
        RtpHeader in = packet.header();
        long index = receiver.forwardIndex(in.ssrc(), packet.index());
        if (index < 0) {
            counters.dropped(RelayDrop.NOT_FORWARDED);
            return;
        }
        RtpHeader out =
                new RtpHeader(false, RtpHeader.PAYLOAD_TYPE, PacketIndex.sequence(index), in.timestamp(), in.ssrc());
        try {
            transmit(to, keys.sender().protect(out, index, packet.payload()));
            counters.frameForwarded();
        } catch (NonceReuseException e) {
            counters.dropped(RelayDrop.NOT_FORWARDED);
        }
    }

    /** RTCP ends here: a member learns from us how its stream arrives, and from nobody what others report. */
    private void handleRtcp(Member member, byte[] datagram, InetSocketAddress from, long nowNanos) {
        Member.Keys keys = member.keys();
        if (keys == null) {
            counters.dropped(RelayDrop.TOO_EARLY);
            return;
        }
        try {
            RtcpCompound compound = keys.receiver().unprotectRtcp(datagram);
            heard(member, from, compound.isNewest(), nowNanos);
            for (RtcpPacket packet : RtcpPacket.decodeCompound(compound.bytes())) {
                if (packet instanceof RtcpPacket.SenderReport report && report.ssrc() == member.ssrc()) {
                    member.senderReported(report.middleNtp(), nowNanos);
                }
            }
        } catch (SrtpException e) {
            counters.dropped(reason(e));
        } catch (MalformedPacketException e) {
            counters.dropped(RelayDrop.MALFORMED);
        }
    }

    /** An authentic packet proves that the member has these keys: a handshake that would replace them is not its own. */
    private void heard(Member member, InetSocketAddress from, boolean newest, long nowNanos) {
        if (member.isHandshakePending()) {
            settleHandshake(member);
            member.endHandshake();
        }
        member.prove(nowNanos);
        if (newest && member.ice().confirm(from)) {
            counters.pathMoved();
        }
    }

    private void tick(Member member, long nowNanos) {
        if (member.isExpired(limits, nowNanos)) {
            remove(member);
            outputs.add(new RelayOutput.Event(new RelayEvent.MemberExpired(member.id())));
            return;
        }
        report(member, nowNanos);
        // From the last one, not from now: the cadence stays the same however late we are.
        long late = Math.max(0, nowNanos - member.nextTickAt());
        member.scheduleTick(member.nextTickAt() + TICK_NANOS * (late / TICK_NANOS + 1));
        ticks.add(member);
    }

    private void report(Member member, long nowNanos) {
        Member.Keys keys = member.keys();
        InetSocketAddress to = member.ice().selected();
        if (keys == null || to == null) {
            return;
        }
        byte[] compound = RtcpPacket.encodeReceiverCompound(
                member.room().relaySsrc(),
                member.statistics()
                        .report(member.ssrc(), member.lastSenderReport(), member.sinceLastSenderReport(nowNanos)),
                member.room().cname());
        try {
            transmit(to, keys.sender().protectRtcp(compound));
        } catch (NonceReuseException e) {
            counters.dropped(RelayDrop.NOT_FORWARDED);
        }
    }

    private void remove(Member member) {
        settleHandshake(member);
        for (InetSocketAddress address : member.ice().validated()) {
            byAddress.remove(address, member);
        }
        byUfrag.remove(member.ice().credentials().ufrag());
        members.remove(member.id());
        member.room().members().remove(member);
        if (member.room().members().isEmpty()) {
            rooms.remove(member.room().name());
        }
        member.remove();
        counters.occupancy(rooms.size(), members.size());
    }

    private IceCredentials freshCredentials() {
        while (true) {
            IceCredentials credentials = IceCredentials.generate(random);
            if (!byUfrag.containsKey(credentials.ufrag())) {
                return credentials;
            }
        }
    }

    private void transmit(InetSocketAddress to, byte[] datagram) {
        if (datagram.length > 0) {
            counters.sent(datagram.length);
            outputs.add(new RelayOutput.Transmit(new Datagram(to, datagram)));
        }
    }

    private static void refuseIf(boolean condition, RelayRefusedException.Reason reason) throws RelayRefusedException {
        if (condition) {
            throw new RelayRefusedException(reason);
        }
    }

    private static RelayDrop reason(SrtpException e) {
        return switch (e.reason()) {
            case MALFORMED -> RelayDrop.MALFORMED;
            case UNKNOWN_SSRC -> RelayDrop.WRONG_SSRC;
            case REPLAYED -> RelayDrop.REPLAYED;
            case BAD_TAG -> RelayDrop.BAD_TAG;
        };
    }
}
