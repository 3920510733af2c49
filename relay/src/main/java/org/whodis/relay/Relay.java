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
import org.jspecify.annotations.Nullable;
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
import org.whodis.media.rtp.ReportBlock;
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
 * <p>A room whose call has members at other offices has a trunk leg to each of these offices' relays. What comes from a
 * member goes to the other members and to every leg; what comes on a leg goes to the members and to no leg, so nothing can
 * go in circles. A leg says nothing of members: neither how many there are nor where.
 *
 * <p><b>The drain rule.</b> Call {@link #handle}, {@link #handleTimeout}, or one of the methods that make and remove
 * members, trunks and rooms; then call {@link #poll} until it returns {@link RelayOutput.Timeout}. Then wait for the next of: a
 * datagram, a command, that time, or a call of {@code wakeUp}; on the latter call {@link #handleTimeout} at once.
 *
 * <p>One thread owns a relay. {@code wakeUp} alone is called from others, those of DTLS handshakes.
 *
 * <p>Nothing is kept for whoever is not a member, and nothing is sent to him: STUN is answered only under a member's
 * password, and all else is looked at only from addresses that such STUN has validated.
 */
public final class Relay {
    /** Each member and trunk gets a report, and is checked for life, at this distance. */
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

    private final Trunks trunks;

    private final PriorityQueue<Ticking> ticks = new PriorityQueue<>(Comparator.comparingLong(Ticking::nextTickAt));
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
        this.trunks = new Trunks(limits.maxTrunks(), random);
    }

    /** Of the certificate that this relay shows to everybody. */
    public Fingerprint fingerprint() {
        return identity.fingerprint();
    }

    /** Makes a place in a room, and the room if there is none of that name. */
    public RelayMember createMember(MemberRequest request, long nowNanos) throws RelayRefusedException {
        MemberId id = request.id();
        Room known = rooms.get(id.room());
        refuseIf(members.containsKey(id), RelayRefusedException.Reason.MEMBER_EXISTS);
        refuseIf(members.size() >= limits.maxMembers(), RelayRefusedException.Reason.TOO_MANY_MEMBERS);
        Room room = known != null ? known : newRoom(id.room());
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
                new PacketRate(limits.packetsPerSecond(), limits.packetBurst(), nowNanos),
                nowNanos);
        rooms.put(id.room(), room);
        room.members().add(member);
        members.put(id, member);
        byUfrag.put(credentials.ufrag(), member);
        member.scheduleTick(nowNanos + TICK_NANOS);
        ticks.add(member);
        countOccupancy();
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

    /**
     * Reserves a range of SSRCs for a trunk to come: what the other office's relay is to send with. Unused, it is free
     * again after a minute.
     */
    public int reserveTrunk(long nowNanos) throws RelayRefusedException {
        return trunks.reserve(nowNanos);
    }

    /**
     * Opens a trunk leg, in place of the one of that name if there is one, and its room if there is none. Takes the keys of
     * {@code request} over and erases them, also when it refuses.
     */
    public void connectTrunk(TrunkRequest request, long nowNanos) throws RelayRefusedException {
        try {
            TrunkId id = request.id();
            refuseIf(!trunks.claim(request.receiveBase(), nowNanos), RelayRefusedException.Reason.NOT_RESERVED);
            Room known = rooms.get(id.room());
            Room room = known != null ? known : newRoom(id.room());
            TrunkLeg former = room.trunks().get(id.office());
            refuseIf(
                    former == null && trunks.isFull() || !room.admitsTrunk(id.office(), limits.maxTrunksPerRoom()),
                    RelayRefusedException.Reason.TOO_MANY_TRUNKS);
            refuseIf(!room.useKeys(request.sendKeys(), request.receiveKeys()), RelayRefusedException.Reason.KEYS_USED);
            if (former != null) {
                forget(former);
            }
            rooms.put(id.room(), room);
            connect(new TrunkLeg(request, room, trunkRate(request.senders(), nowNanos), nowNanos), nowNanos);
        } finally {
            request.sendKeys().erase();
            request.receiveKeys().erase();
        }
    }

    /** Whether there was such a leg. */
    public boolean removeTrunk(TrunkId id) {
        Room room = rooms.get(id.room());
        TrunkLeg leg = room == null ? null : room.trunks().get(id.office());
        if (leg == null) {
            return false;
        }
        remove(leg);
        return true;
    }

    /** Removes all members and trunks of a room; whether there was such a room. */
    public boolean closeRoom(String name) {
        Room room = rooms.get(name);
        if (room == null) {
            return false;
        }
        List.copyOf(room.members()).forEach(this::remove);
        List.copyOf(room.trunks().values()).forEach(this::remove);
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
                case DTLS -> handleDtls(datagram, from);
                case RTP, RTCP -> handleMedia(datagram, PacketKind.of(datagram), from, nowNanos);
            }
        }
        drainHandshakes(nowNanos);
    }

    /** The time of the last {@link RelayOutput.Timeout} has come, or {@code wakeUp} was called. */
    public void handleTimeout(long nowNanos) {
        drainHandshakes(nowNanos);
        for (Ticking next = ticks.peek(); next != null && next.nextTickAt() <= nowNanos; next = ticks.peek()) {
            ticks.remove();
            if (!next.isRemoved()) {
                switch (next) {
                    case Member member -> tick(member, nowNanos);
                    case TrunkLeg leg -> tick(leg, nowNanos);
                }
            }
        }
    }

    /** The next thing to do; see the drain rule. */
    public RelayOutput poll() {
        RelayOutput output = outputs.poll();
        if (output != null) {
            return output;
        }
        Ticking next = ticks.peek();
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

    /**
     * The SSRC says which leg a packet of another relay is for; no member's address can come in between. What a leg does
     * not know may still be a member's: both may live behind one address.
     */
    private void handleMedia(byte[] datagram, PacketKind kind, InetSocketAddress from, long nowNanos) {
        Member member = byAddress.get(from);
        TrunkLeg leg = trunks.addressee(datagram, kind, from);
        if (leg != null && handleTrunk(leg, datagram, kind, from, nowNanos, member == null)) {
            return;
        }
        if (member == null) {
            if (leg == null) {
                counters.dropped(RelayDrop.UNKNOWN_SOURCE);
            }
        } else if (kind == PacketKind.RTP) {
            handleRtp(member, datagram, from, nowNanos);
        } else {
            handleRtcp(member, datagram, from, nowNanos);
        }
    }

    private void handleDtls(byte[] datagram, InetSocketAddress from) {
        Member member = byAddress.get(from);
        if (member == null) {
            counters.dropped(RelayDrop.UNKNOWN_SOURCE);
            return;
        }
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
        Member.Keys keys = usableKeys(member, nowNanos);
        if (keys == null) {
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
        member.speaksUnder(packet.header().payloadType());
        member.statistics().received(packet.index(), packet.header().timestamp(), nowNanos);
        for (Member receiver : member.room().members()) {
            if (receiver != member) {
                forward(packet, member.ssrc(), keys.receiver(), receiver);
            }
        }
        for (TrunkLeg leg : member.room().trunks().values()) {
            forward(packet, member, keys.receiver(), leg);
        }
    }

    /** Null if there are none yet, or their owner sends more than it may. */
    private Member.@Nullable Keys usableKeys(Member member, long nowNanos) {
        Member.Keys keys = member.keys();
        if (keys == null) {
            counters.dropped(RelayDrop.TOO_EARLY);
        } else if (member.rate().isSpent(nowNanos)) {
            counters.dropped(RelayDrop.TOO_FAST);
            return null;
        }
        return keys;
    }

    private void forward(RtpPacket packet, int ssrc, SrtpReceiver source, Member receiver) {
        Member.Keys keys = receiver.keys();
        InetSocketAddress to = receiver.ice().selected();
        if (keys != null && to != null) {
            long index = receiver.forwardIndex(ssrc, source, packet.index());
            if (transmit(packet, receiver.payloadType(), ssrc, index, keys.sender(), to)) {
                counters.frameForwarded();
            }
        }
    }

    private void forward(RtpPacket packet, Member member, SrtpReceiver source, TrunkLeg leg) {
        if (leg.isHeard()) {
            int ssrc = leg.sendSsrc(member);
            long index = leg.forwardIndex(ssrc, source, packet.index());
            if (transmit(packet, RtpHeader.PAYLOAD_TYPE, ssrc, index, leg.sender(), leg.remote())) {
                counters.trunkFrameForwarded();
            }
        }
    }

    /**
     * Every packet to one receiver leaves with the same payload type and without marker: browsers set it when a person begins
     * to speak, and the network could read it. Returns whether it left.
     */
    private boolean transmit(
            RtpPacket packet, int payloadType, int ssrc, long index, SrtpSender sender, InetSocketAddress to) {
        if (index >= 0) {
            RtpHeader out = new RtpHeader(
                    false,
                    payloadType,
                    PacketIndex.sequence(index),
                    packet.header().timestamp(),
                    ssrc);
            try {
                transmit(to, sender.protect(out, index, packet.payload()));
                return true;
            } catch (NonceReuseException e) {
                // Counted below: it is older than its stream, or was sent before.
            }
        }
        counters.dropped(RelayDrop.NOT_FORWARDED);
        return false;
    }

    /** Whether the packet is this leg's. */
    private boolean handleTrunk(
            TrunkLeg leg,
            byte[] datagram,
            PacketKind kind,
            InetSocketAddress from,
            long nowNanos,
            boolean nobodyElses) {
        if (leg.rate().isSpent(nowNanos)) {
            counters.dropped(RelayDrop.TOO_FAST);
            return true;
        }
        try {
            if (kind == PacketKind.RTP) {
                RtpPacket packet = leg.receiver().unprotect(datagram);
                heard(leg, from, packet.isNewest(), nowNanos);
                fromTrunk(leg, packet);
            } else {
                // Reports keep the leg alive and are not read: nobody here could do anything about what they say.
                heard(leg, from, leg.receiver().unprotectRtcp(datagram).isNewest(), nowNanos);
            }
            return true;
        } catch (SrtpException e) {
            if (nobodyElses) {
                counters.dropped(reason(e));
            }
            return false;
        }
    }

    private void fromTrunk(TrunkLeg leg, RtpPacket packet) {
        int slot = TrunkRange.slot(packet.header().ssrc());
        if (slot >= TrunkRange.STREAMS) {
            counters.dropped(RelayDrop.WRONG_SSRC);
            return;
        }
        counters.trunkFrameReceived();
        int ssrc = leg.room().trunkSsrc(leg.id().office(), slot, random);
        for (Member receiver : leg.room().members()) {
            forward(packet, ssrc, leg.receiver(), receiver);
        }
    }

    /** The first answer at once: the other relay sends no media before it has heard us. */
    private void heard(TrunkLeg leg, InetSocketAddress from, boolean newest, long nowNanos) {
        leg.rate().take(nowNanos);
        InetSocketAddress before = leg.remote();
        boolean wasHeard = leg.isHeard();
        if (leg.hear(from, newest, nowNanos)) {
            outputs.add(new RelayOutput.Event(new RelayEvent.TrunkHeard(leg.id())));
        }
        if (!wasHeard) {
            report(leg);
        } else if (!before.equals(leg.remote())) {
            counters.pathMoved();
        }
    }

    /** RTCP ends here: a member learns from us how its stream arrives, and from nobody what others report. */
    private void handleRtcp(Member member, byte[] datagram, InetSocketAddress from, long nowNanos) {
        Member.Keys keys = usableKeys(member, nowNanos);
        if (keys == null) {
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
        member.rate().take(nowNanos);
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

    private void tick(TrunkLeg leg, long nowNanos) {
        if (leg.isExpired(limits, nowNanos)) {
            remove(leg);
            outputs.add(new RelayOutput.Event(new RelayEvent.TrunkExpired(leg.id())));
            return;
        }
        if (leg.fallSilent(nowNanos)) {
            outputs.add(new RelayOutput.Event(new RelayEvent.TrunkSilent(leg.id())));
        }
        if (leg.mayReport()) {
            report(leg);
        }
        schedule(leg, nowNanos);
    }

    private void schedule(TrunkLeg leg, long nowNanos) {
        leg.scheduleTick(nowNanos + leg.tickDistance());
        ticks.add(leg);
    }

    /** Always of one length, and empty of everything: it proves that this relay has the keys and is there. */
    private void report(TrunkLeg leg) {
        byte[] compound = RtcpPacket.encodeReceiverCompound(
                leg.reportSsrc(), ReportBlock.EMPTY, leg.room().cname());
        try {
            transmit(leg.remote(), leg.sender().protectRtcp(compound));
        } catch (NonceReuseException e) {
            counters.dropped(RelayDrop.NOT_FORWARDED);
        }
    }

    private Room newRoom(String name) throws RelayRefusedException {
        refuseIf(rooms.size() >= limits.maxRooms(), RelayRefusedException.Reason.TOO_MANY_ROOMS);
        return new Room(name, RtcpPacket.generateCname(random), random);
    }

    /** Each sender's packets, and the reports. */
    private PacketRate trunkRate(int senders, long nowNanos) {
        return new PacketRate(senders * limits.packetsPerSecond(), senders * limits.packetBurst(), nowNanos);
    }

    private void connect(TrunkLeg leg, long nowNanos) {
        leg.room().trunks().put(leg.id().office(), leg);
        trunks.add(leg);
        if (leg.mayReport()) {
            report(leg);
        }
        schedule(leg, nowNanos);
        countOccupancy();
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
        member.remove();
        forgetIfEmpty(member.room());
    }

    private void remove(TrunkLeg leg) {
        forget(leg);
        forgetIfEmpty(leg.room());
    }

    private void forget(TrunkLeg leg) {
        leg.room().trunks().remove(leg.id().office());
        trunks.remove(leg);
        leg.remove();
    }

    private void forgetIfEmpty(Room room) {
        if (room.isEmpty()) {
            rooms.remove(room.name());
        }
        countOccupancy();
    }

    private void countOccupancy() {
        counters.occupancy(rooms.size(), members.size(), trunks.count());
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
