package org.whodis.verify.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.CallId;
import org.whodis.core.wire.Bytes;
import org.whodis.media.dtls.DtlsIdentity;
import org.whodis.media.srtp.SrtpKeys;
import org.whodis.office.media.MediaRelay;
import org.whodis.office.media.RoomKeeper;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.Relay;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayLimits;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayRefusedException;
import org.whodis.relay.TrunkId;
import org.whodis.relay.TrunkRange;
import org.whodis.relay.TrunkRequest;

/**
 * The relay in an office's process. Places and rooms are {@link Relay}'s, with its limits and refusals. The hop from a phone
 * to it is not: where DTLS-SRTP would carry a sealed frame, the frame itself arrives, with the member that SRTP would have
 * proved; so nobody shakes hands, and {@link #expire} removes whom nothing is heard of. What is forwarded is in the hands of whoever runs the relay, who may be hostile.
 */
final class RelayNode implements MediaRelay {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final long IDLE_MILLIS = RelayLimits.DEFAULT.idleNanos() / 1_000_000;
    private static final long ARRIVAL_MILLIS = RelayLimits.DEFAULT.arrivalNanos() / 1_000_000;

    private static final DtlsIdentity IDENTITY = DtlsIdentity.generate(Cast.bytes(2017)::next);

    /** As trunk legs do ({@code relay.TrunkLeg}). */
    private static final long PROBE_MILLIS = 1_000;

    private static final long TRUNK_ARRIVAL_MILLIS = 15_000;
    private static final long TRUNK_SILENCE_MILLIS = 3_000;

    /** Frames that a hostile relay keeps to bring them up again. */
    private static final int MAX_KEPT = 64;

    private final World world;
    private final Random hostile;
    private final Map<MemberId, Place> places = new LinkedHashMap<>();
    private final List<Bytes> kept = new ArrayList<>();
    private Relay relay;
    private @Nullable RoomKeeper rooms;
    private final String domain;
    private final Map<TrunkId, Leg> legs = new LinkedHashMap<>();
    private int starts;
    private int ranges;

    /** One opening of a trunk: whoever has the keys of one direction is believed in it, as by SRTP. */
    private static final class Leg {
        final SrtpKeys.Digest send;
        final SrtpKeys.Digest receive;
        final long since;
        long heard;
        boolean silent;

        Leg(TrunkRequest request, long now) {
            this.send = request.sendKeys().digest();
            this.receive = request.receiveKeys().digest();
            this.since = now;
        }
    }

    private static final class Place {
        final MemberId id;
        final RelayMember member;
        final long since;
        long heard;

        Place(MemberId id, RelayMember member, long now) {
            this.id = id;
            this.member = member;
            this.since = now;
        }
    }

    RelayNode(World world, String office, String domain) {
        this.world = world;
        this.domain = domain;
        this.hostile = world.stream(office.equals("office") ? "relay" : "relay " + office);
        this.relay = fresh();
    }

    void started(RoomKeeper keeper) {
        relay = fresh();
        rooms = keeper;
    }

    void died() {
        places.clear();
        legs.clear();
        rooms = null;
    }

    private Relay fresh() {
        return new Relay(RelayLimits.DEFAULT, IDENTITY, Cast.bytes(world.mix("relay " + ++starts))::next, () -> {});
    }

    @Override
    public RelayMember createMember(MemberRequest request) throws RelayRefusedException {
        RelayMember member = relay.createMember(request, world.now() * 1_000_000);
        places.put(request.id(), new Place(request.id(), member, world.now()));
        world.judge().placeMade(call(request.id()), device(request.id()));
        return member;
    }

    @Override
    public void removeMember(MemberId id) {
        relay.removeMember(id);
        places.remove(id);
    }

    @Override
    public int reserveTrunk() {
        return ++ranges * TrunkRange.SIZE;
    }

    @Override
    public void connectTrunk(TrunkRequest request) {
        Leg leg = new Leg(request, world.now());
        legs.put(request.id(), leg);
        probe(request.id(), leg);
    }

    @Override
    public void removeTrunk(TrunkId id) {
        legs.remove(id);
    }

    /** Says that it is there, until the leg is gone. */
    private void probe(TrunkId id, Leg leg) {
        if (legs.get(id) == leg) {
            overTrunk(id, leg, null);
            world.in(PROBE_MILLIS, () -> probe(id, leg));
        }
    }

    private void overTrunk(TrunkId id, Leg leg, @Nullable Bytes frame) {
        OfficeNode there = world.officeAt(id.office());
        if (there != null) {
            world.network()
                    .datagram(
                            Network.OFFICES,
                            () -> there.relay.trunkArrived(new TrunkId(id.room(), domain), leg.send, frame));
        }
    }

    private void trunkArrived(TrunkId id, SrtpKeys.Digest keys, @Nullable Bytes frame) {
        Leg leg = legs.get(id);
        RoomKeeper keeper = rooms;
        if (leg == null || keeper == null || !leg.receive.equals(keys)) {
            return;
        }
        boolean isNews = leg.heard == 0 || leg.silent;
        leg.heard = world.now();
        leg.silent = false;
        if (isNews) {
            keeper.relayEvent(new RelayEvent.TrunkHeard(id));
        }
        if (frame != null) {
            for (MemberId each : List.copyOf(places.keySet())) {
                if (each.room().equals(id.room())) {
                    deliver(each, frame);
                }
            }
        }
    }

    /** As the relay does by itself. */
    private void expireTrunks(RoomKeeper keeper) {
        for (Map.Entry<TrunkId, Leg> each : List.copyOf(legs.entrySet())) {
            Leg leg = each.getValue();
            long last = leg.heard == 0 ? leg.since : leg.heard;
            if (world.now() - last >= (leg.heard == 0 ? TRUNK_ARRIVAL_MILLIS : IDLE_MILLIS)) {
                legs.remove(each.getKey());
                keeper.relayEvent(new RelayEvent.TrunkExpired(each.getKey()));
            } else if (leg.heard != 0 && !leg.silent && world.now() - last >= TRUNK_SILENCE_MILLIS) {
                leg.silent = true;
                keeper.relayEvent(new RelayEvent.TrunkSilent(each.getKey()));
            }
        }
    }

    @Override
    public void closeRoom(String room) {
        relay.closeRoom(room);
        places.keySet().removeIf(id -> id.room().equals(room));
        legs.keySet().removeIf(id -> id.room().equals(room));
    }

    @Override
    public InetSocketAddress localAddress() {
        return ADDRESS;
    }

    /** Removes whom nothing has been heard of, as the relay does by itself. */
    void expire() {
        RoomKeeper keeper = rooms;
        if (keeper != null) {
            expireTrunks(keeper);
        }
        Iterator<Place> all = places.values().iterator();
        while (all.hasNext()) {
            Place place = all.next();
            boolean silent = place.heard == 0
                    ? world.now() - place.since > ARRIVAL_MILLIS
                    : world.now() - place.heard > IDLE_MILLIS;
            if (silent && keeper != null) {
                all.remove();
                relay.removeMember(place.id);
                keeper.relayEvent(new RelayEvent.MemberExpired(place.id));
            }
        }
    }

    /** Whether {@code ssrc} is the place that {@code device} has now: credentials of an earlier one open nothing. */
    boolean hasPlace(CallId call, DeviceId device, long ssrc) {
        Place place = places.get(id(call, device));
        return place != null && Integer.toUnsignedLong(place.member.ssrc()) == ssrc;
    }

    /** A sealed frame has come from the member. */
    void received(CallId call, DeviceId from, long ssrc, Bytes frame) {
        Place place = places.get(id(call, from));
        if (place == null || !hasPlace(call, from, ssrc)) {
            return;
        }
        place.heard = world.now();
        if (world.has(Fault.HOSTILE_RELAY)) {
            forwardAsItLikes(call, from, frame);
        } else {
            forward(call, from, frame);
        }
    }

    private void forward(CallId call, DeviceId from, Bytes frame) {
        String room = call.value().hex();
        for (MemberId each : List.copyOf(places.keySet())) {
            if (each.room().equals(room) && !device(each).equals(from)) {
                deliver(each, frame);
            }
        }
        for (Map.Entry<TrunkId, Leg> each : List.copyOf(legs.entrySet())) {
            if (each.getKey().room().equals(room) && each.getValue().heard != 0) {
                overTrunk(each.getKey(), each.getValue(), frame);
            }
        }
    }

    private void forwardAsItLikes(CallId call, DeviceId from, Bytes frame) {
        if (kept.size() < MAX_KEPT) {
            kept.add(frame);
        } else {
            kept.set(hostile.nextInt(MAX_KEPT), frame);
        }
        List<MemberId> all = List.copyOf(places.keySet());
        switch (hostile.nextInt(10)) {
            case 0 -> {
                // Withheld.
            }
            case 1 -> {
                forward(call, from, frame);
                forward(call, from, frame);
            }
            case 2 -> forward(call, from, altered(frame));
            case 3 -> deliver(id(call, from), frame);
            case 4 -> deliver(all.get(hostile.nextInt(all.size())), frame);
            case 5 -> {
                Bytes old = kept.get(hostile.nextInt(kept.size()));
                deliver(all.get(hostile.nextInt(all.size())), old);
                forward(call, from, frame);
            }
            case 6 -> world.in(hostile.nextInt(3_000), () -> forward(call, from, frame));
            default -> forward(call, from, frame);
        }
    }

    private Bytes altered(Bytes frame) {
        byte[] out = frame.toArray();
        out[hostile.nextInt(out.length)] ^= (byte) (1 << hostile.nextInt(8));
        return Bytes.of(out);
    }

    private void deliver(MemberId to, Bytes frame) {
        world.toMember(device(to), call(to), frame);
    }

    private static MemberId id(CallId call, DeviceId device) {
        return new MemberId(call.value().hex(), device.value().hex());
    }

    private static CallId call(MemberId id) {
        return new CallId(Bytes.fromHex(id.room()));
    }

    private static DeviceId device(MemberId id) {
        return new DeviceId(Bytes.fromHex(id.member()));
    }
}
