package org.whodis.office.media;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.TurnAccess;
import org.whodis.core.wire.Bytes;
import org.whodis.media.RandomBytes;
import org.whodis.media.turn.TurnCredential;
import org.whodis.media.turn.TurnCredentials;
import org.whodis.media.turn.TurnQuota;
import org.whodis.media.turn.TurnSession;
import org.whodis.office.AdvertisedRelay;
import org.whodis.office.http.TurnService;

/** Gives devices what they need to reach the relay by TURN, and lets those in who show it. */
public final class TurnGate implements TurnService, TurnQuota {
    /**
     * Of one device at once, however many credentials it has asked for. A browser makes one for each of its networks and
     * calls, and again after a change of networks while the office has not noticed yet that the former are gone.
     */
    static final int PER_DEVICE = 16;

    /** In all; each has a UDP socket, which is an open file, of which a process has 20,000 here. */
    static final int IN_ALL = 4096;

    /** For a host whose name nobody knows: not an address of anybody's (RFC 7600), and by TURN the relay is reached anyway. */
    private static final InetAddress DUMMY = InetAddress.ofLiteral("192.0.0.8");

    private final String realm;
    private final RandomBytes random;
    private final LongSupplier nanoTime;
    private final MediaRelay relay;
    private final TurnCredentials credentials;
    /** No more entries than there are allocations. */
    private final Map<String, Integer> byDevice = new ConcurrentHashMap<>();

    /** Devices that were taken out of their chains in this run: a person has a dozen at most. */
    private final Set<String> shut = ConcurrentHashMap.newKeySet();

    private final AtomicInteger allocations = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** @param realm the office's domain */
    public TurnGate(String realm, RandomBytes random, LongSupplier nanoTime, MediaRelay relay) {
        this.realm = realm;
        this.random = random;
        this.nanoTime = nanoTime;
        this.relay = relay;
        this.credentials = new TurnCredentials(random);
    }

    /** An access for {@code device}, which is told of the relay at {@code told}. May ask a name server. */
    public TurnAccess access(DeviceId device, AdvertisedRelay.HostPort told) {
        InetAddress address = address(told.host());
        byte[] holder = holder(device).toArray();
        TurnCredential credential =
                credentials.issue(new InetSocketAddress(address, told.port()), holder, nanoTime.getAsLong());
        return new TurnAccess(credential.username(), credential.password(), Bytes.of(address.getAddress()));
    }

    /** The beginning of a hash tells the devices of one office apart. */
    private static Bytes holder(DeviceId device) {
        return device.value().slice(0, TurnCredentials.HOLDER_BYTES);
    }

    /**
     * Whether browsers get at a relay of which devices are told that it is {@code told}: their TURN knows of IPv4 alone (they ask
     * for no other family, RFC 8656 section 7.1, and combine no candidates of two).
     */
    static boolean isReached(AdvertisedRelay.HostPort told) {
        return address(told.host()) instanceof Inet4Address;
    }

    /**
     * Browsers want a number where a phone looks a name up itself. Of several the one that most can reach: many machines
     * have their own name for an address of the loopback.
     */
    private static InetAddress address(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException notLiteral) {
            try {
                return Stream.of(InetAddress.getAllByName(host))
                        .min(Comparator.comparing(InetAddress::isLoopbackAddress)
                                .thenComparing(InetAddress::isLinkLocalAddress)
                                .thenComparing(InetAddress::isSiteLocalAddress)
                                .thenComparing(each -> !(each instanceof Inet4Address)))
                        .orElse(DUMMY);
            } catch (UnknownHostException e) {
                return DUMMY;
            }
        }
    }

    @Override
    public TurnSession session(InetSocketAddress client) {
        return new TurnSession(credentials, this, realm, random, client, nanoTime.getAsLong());
    }

    @Override
    public InetSocketAddress relay() {
        return relay.localAddress();
    }

    @Override
    public Answer take(String holder) {
        if (shut.contains(holder)) {
            refused.increment();
            return Answer.USED_UP;
        }
        if (allocations.incrementAndGet() > IN_ALL) {
            allocations.decrementAndGet();
            refused.increment();
            return Answer.FULL;
        }
        if (byDevice.merge(holder, 1, Integer::sum) > PER_DEVICE) {
            release(holder);
            refused.increment();
            return Answer.USED_UP;
        }
        return Answer.GRANTED;
    }

    /** Gives {@code device} no allocation any more as long as this office runs, whatever credential it has. */
    public void shut(DeviceId device) {
        shut.add(TurnCredentials.holder(holder(device).toArray()));
    }

    @Override
    public void release(String holder) {
        allocations.decrementAndGet();
        byDevice.computeIfPresent(holder, (_, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void dropped() {
        dropped.increment();
    }

    /** Now. */
    public int allocations() {
        return allocations.get();
    }

    /** Allocations for which there was no room. */
    public long refusals() {
        return refused.sum();
    }

    /** Frames that slow connections did not take. */
    public long drops() {
        return dropped.sum();
    }
}
