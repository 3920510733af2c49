package org.whodis.office.media;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Map;
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

    /** Tells a device that its place is gone. */
    @FunctionalInterface
    public interface PlaceLost {
        void tell(DeviceId device, CallId call);
    }

    public RoomKeeper(OfficeContext office, MediaRelay relay, AdvertisedRelay advertised, PlaceLost lost) {
        this.office = office;
        this.relay = relay;
        this.advertised = advertised;
        this.lost = lost;
    }

    /** A place for {@code device}, in the stead of the one that it has; null if it may not have one. */
    public @Nullable MediaJoined join(DeviceId device, MediaJoin join)
            throws InterruptedException, RelayRefusedException {
        if (!mayJoin(device, join.callId())) {
            office.metrics().mediaJoin("not_allowed");
            return null;
        }
        MemberId member = member(join.callId(), device);
        // A device that comes again has new keys: after a restart of its own, or on another network.
        relay.removeMember(member);
        RelayMember created;
        try {
            created = relay.createMember(new MemberRequest(
                    member, Fingerprint.of(join.dtlsFingerprint().toArray()), join.iceUfrag()));
        } catch (RelayRefusedException e) {
            office.metrics().mediaJoin("refused");
            throw e;
        }
        note(join.callId(), device, true);
        if (!mayJoin(device, join.callId())) {
            leave(device, join.callId());
            office.metrics().mediaJoin("not_allowed");
            return null;
        }
        office.metrics().mediaJoin("joined");
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

    /** The call is over. */
    public void close(CallId call) {
        relay.closeRoom(room(call));
        places.remove(call);
    }

    /** The relay is a new one: all places are gone, and their devices are told to come again. Returns the calls. */
    public Set<CallId> relayReplaced() {
        Map<CallId, Set<DeviceId>> gone = Map.copyOf(places);
        gone.forEach(places::remove);
        gone.forEach((call, devices) -> devices.forEach(device -> lost.tell(device, call)));
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
            case RelayEvent.MemberConnected _,
                    RelayEvent.TrunkHeard _,
                    RelayEvent.TrunkSilent _,
                    RelayEvent.TrunkExpired _ -> {}
            case RelayEvent.MemberExpired expired ->
                note(
                        new CallId(Bytes.fromHex(expired.id().room())),
                        new DeviceId(Bytes.fromHex(expired.id().member())),
                        false);
        }
    }

    private boolean mayJoin(DeviceId device, CallId id) throws InterruptedException {
        CallRecord call =
                office.store().attempt(transaction -> transaction.calls().find(id));
        return call != null && CallRouter.mayJoinMedia(call, device);
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
        InetSocketAddress local = relay.localAddress();
        AdvertisedRelay.HostPort told = advertised.toDevice(device.value().hex(), local);
        return new MediaJoined(
                told == null ? local.getAddress().getHostAddress() : told.host(),
                told == null ? local.getPort() : told.port(),
                member.credentials().ufrag(),
                member.credentials().exposePassword(),
                Bytes.of(member.fingerprint().toBytes()),
                Integer.toUnsignedLong(member.ssrc()));
    }

    private static String room(CallId call) {
        return call.value().hex();
    }

    private static MemberId member(CallId call, DeviceId device) {
        return new MemberId(room(call), device.value().hex());
    }
}
