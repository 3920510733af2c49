package org.whodis.office.media;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.wire.Bytes;
import org.whodis.media.dtls.Fingerprint;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.OfficeContext;
import org.whodis.office.call.CallRecord;
import org.whodis.office.call.CallRouter;
import org.whodis.relay.MemberId;
import org.whodis.relay.MemberRequest;
import org.whodis.relay.RelayEvent;
import org.whodis.relay.RelayMember;
import org.whodis.relay.RelayRefusedException;

/**
 * Opens and closes the rooms of calls. The one rule is {@link CallRouter#mayJoinMedia}; it is looked at before a place is
 * made and again after, so that a call that ends meanwhile leaves no open place behind.
 */
public final class RoomKeeper {
    private final OfficeContext office;
    private final MediaRelay relay;
    private final AdvertisedRelay advertised;
    /** Who has a place, by call; as many as the relay has rooms. */
    private final Map<CallId, Set<DeviceId>> places = new ConcurrentHashMap<>();

    private final PlaceLost lost;
    private final TrunkKeeper trunks;
    private final TurnGate turn;

    /** Tells a device that its place is gone. */
    @FunctionalInterface
    public interface PlaceLost {
        void tell(DeviceId device, CallId call);
    }

    public RoomKeeper(
            OfficeContext office,
            MediaRelay relay,
            AdvertisedRelay advertised,
            PlaceLost lost,
            TrunkKeeper trunks,
            TurnGate turn) {
        this.office = office;
        this.relay = relay;
        this.advertised = advertised;
        this.lost = lost;
        this.trunks = trunks;
        this.turn = turn;
    }

    /** A place for {@code device}, in the stead of the one that it has; null if it may not have one. */
    public @Nullable MediaJoined join(DeviceId device, MediaJoin join)
            throws InterruptedException, RelayRefusedException {
        CallRecord call = mayJoin(device, join.callId());
        if (call == null) {
            office.metrics().mediaJoin("not_allowed");
            return null;
        }
        MemberId member = member(join.callId(), device);
        // A device that comes again has new keys: after a restart of its own, or on another network.
        relay.removeMember(member);
        RelayMember created;
        try {
            created = relay.createMember(new MemberRequest(
                    member, Fingerprint.of(join.dtlsFingerprint().toArray()), join.iceUfrag(), ssrc(join)));
        } catch (RelayRefusedException e) {
            office.metrics().mediaJoin("refused");
            throw e;
        }
        note(join.callId(), device, true);
        if (mayJoin(device, join.callId()) == null) {
            leave(device, join.callId());
            office.metrics().mediaJoin("not_allowed");
            return null;
        }
        office.metrics().mediaJoin("joined");
        if (call.phase() instanceof CallRecord.Answered) {
            trunks.want(call);
        }
        return joined(device, created);
    }

    /** The device's place is gone; nothing happens if it had none. Returns whether it had one. */
    public boolean leave(DeviceId device, CallId call) {
        Set<DeviceId> present = places.get(call);
        if (present == null || !present.contains(device)) {
            return false;
        }
        relay.removeMember(member(call, device));
        note(call, device, false);
        return true;
    }

    /** The device has no place anywhere any more. */
    public void evict(DeviceId device) {
        places.forEach((call, present) -> {
            if (present.contains(device)) {
                leave(device, call);
            }
        });
    }

    /** The call has come so far. A trunk is opened while it rings, so that it is there before anybody answers. */
    public void callIs(CallRecord call) {
        switch (call.phase()) {
            case CallRecord.Offered _ -> {}
            case CallRecord.Ringing _, CallRecord.Answered _ -> {
                if (call.other() != null && call.other().isCallers()) {
                    trunks.want(call);
                }
            }
            case CallRecord.Ended _ -> close(call.id());
        }
    }

    private void close(CallId call) {
        trunks.close(call);
        relay.closeRoom(room(call));
        places.remove(call);
    }

    /** The relay is a new one: all places are gone, and their devices are told to come again. Returns the calls. */
    public Set<CallId> relayReplaced() {
        Map<CallId, Set<DeviceId>> gone = Map.copyOf(places);
        gone.forEach(places::remove);
        gone.forEach((call, devices) -> devices.forEach(device -> lost.tell(device, call)));
        trunks.relayReplaced();
        return gone.keySet();
    }

    public boolean isOccupied(CallId call) {
        return places.containsKey(call);
    }

    public int rooms() {
        return places.size();
    }

    /** What the relay did by itself. Called on the relay's thread. */
    public void relayEvent(RelayEvent event) {
        switch (event) {
            case RelayEvent.MemberConnected _ -> {}
            case RelayEvent.TrunkHeard _, RelayEvent.TrunkSilent _, RelayEvent.TrunkExpired _ ->
                trunks.relayEvent(event);
            case RelayEvent.MemberExpired expired ->
                note(
                        call(expired.id().room()),
                        new DeviceId(Bytes.fromHex(expired.id().member())),
                        false);
        }
    }

    /** Null if it may not. */
    private @Nullable CallRecord mayJoin(DeviceId device, CallId id) throws InterruptedException {
        CallRecord call =
                office.store().attempt(transaction -> transaction.calls().find(id));
        return call != null && CallRouter.mayJoinMedia(call, device) ? call : null;
    }

    private void note(CallId call, DeviceId device, boolean present) {
        places.compute(call, (_, before) -> {
            Set<DeviceId> after = before == null ? new HashSet<>() : new HashSet<>(before);
            if (present) {
                after.add(device);
            } else {
                after.remove(device);
            }
            return after.isEmpty() ? null : after;
        });
    }

    private MediaJoined joined(DeviceId device, RelayMember member) {
        AdvertisedRelay.HostPort told = told(device.value().hex());
        return new MediaJoined(
                told.host(),
                told.port(),
                member.credentials().ufrag(),
                member.credentials().exposePassword(),
                Bytes.of(member.fingerprint().toBytes()),
                Integer.toUnsignedLong(member.ssrc()),
                turn.access(device, told));
    }

    private AdvertisedRelay.HostPort told(String device) {
        InetSocketAddress local = relay.localAddress();
        AdvertisedRelay.HostPort chosen = advertised.toDevice(device, local);
        return chosen == null
                ? new AdvertisedRelay.HostPort(local.getAddress().getHostAddress(), local.getPort())
                : chosen;
    }

    /** Whether browsers get at the relay by TURN where UDP is blocked. May ask a name server. */
    public boolean isReachedByTurn() {
        return TurnGate.isReached(told(""));
    }

    private static OptionalInt ssrc(MediaJoin join) {
        Long ssrc = join.ssrc();
        return ssrc == null ? OptionalInt.empty() : OptionalInt.of(ssrc.intValue());
    }

    static String room(CallId call) {
        return call.value().hex();
    }

    static CallId call(String room) {
        return new CallId(Bytes.fromHex(room));
    }

    private static MemberId member(CallId call, DeviceId device) {
        return new MemberId(room(call), device.value().hex());
    }
}
