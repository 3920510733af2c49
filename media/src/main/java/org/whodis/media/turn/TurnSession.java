package org.whodis.media.turn;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.media.MalformedPacketException;
import org.whodis.media.RandomBytes;
import org.whodis.media.stun.StunAttribute;
import org.whodis.media.stun.StunClass;
import org.whodis.media.stun.StunEncoder;
import org.whodis.media.stun.StunMessage;
import org.whodis.media.stun.TransactionId;
import org.whodis.media.stun.TurnAttribute;

/**
 * The server's end of one TURN connection (RFC 8656 over TCP, section 3.1). A connection is a 5-tuple, so it has at most one
 * allocation:
 *
 * <pre>
 *   {@link Arriving}   -- Allocate, authentic and within the quota -->  {@link Opening}    asks for a path to the relay
 *   {@link Opening}    -- {@link #opened} -->                           {@link Allocated}  and says so
 *   {@link Opening}    -- {@link #notOpened} -->                        {@link Arriving}   and says 508
 *   {@link Allocated}  -- Refresh with lifetime 0 -->                   {@link Arriving}
 *   {@link Allocated}  -- its lifetime is over -->                      {@link Over}
 *   {@link Arriving}   -- nothing came of it in time -->                {@link Over}
 *   any                -- not TURN, a flood, {@link #close} -->         {@link Over}
 * </pre>
 *
 * <p><b>Where it leads.</b> To the office's relay, whatever a client asks for. A credential names the one peer that its
 * client may name, address and port; every other is refused with 403 (443 if it is of another family), and what is sent to
 * it is dropped. What passes goes on the path that the shell has opened to the relay: nothing of what a client says becomes
 * an address that something is sent to.
 *
 * <p><b>The drain rule.</b> Call one of the methods that take {@code nowNanos}, or {@link #close}; then call {@link #poll}
 * until it returns {@link TurnOutput.Timeout} or {@link TurnOutput.Cut}.
 */
public final class TurnSession {
    static final int ALLOCATE = 0x003;
    static final int REFRESH = 0x004;
    static final int SEND = 0x006;
    static final int DATA = 0x007;
    static final int CREATE_PERMISSION = 0x008;
    static final int CHANNEL_BIND = 0x009;

    private static final StunAttribute.ErrorCode BAD_REQUEST = new StunAttribute.ErrorCode(400, "Bad Request");
    private static final StunAttribute.ErrorCode UNAUTHENTICATED = new StunAttribute.ErrorCode(401, "Unauthenticated");
    private static final StunAttribute.ErrorCode FORBIDDEN = new StunAttribute.ErrorCode(403, "Forbidden");
    private static final StunAttribute.ErrorCode UNKNOWN = new StunAttribute.ErrorCode(420, "Unknown Attribute");
    private static final StunAttribute.ErrorCode MISMATCH = new StunAttribute.ErrorCode(437, "Allocation Mismatch");
    private static final StunAttribute.ErrorCode STALE_NONCE = new StunAttribute.ErrorCode(438, "Stale Nonce");
    private static final StunAttribute.ErrorCode FAMILY =
            new StunAttribute.ErrorCode(440, "Address Family not Supported");
    private static final StunAttribute.ErrorCode WRONG = new StunAttribute.ErrorCode(441, "Wrong Credentials");
    private static final StunAttribute.ErrorCode TRANSPORT =
            new StunAttribute.ErrorCode(442, "Unsupported Transport Protocol");
    private static final StunAttribute.ErrorCode PEER_FAMILY =
            new StunAttribute.ErrorCode(443, "Peer Address Family Mismatch");
    private static final StunAttribute.ErrorCode QUOTA = new StunAttribute.ErrorCode(486, "Allocation Quota Reached");
    private static final StunAttribute.ErrorCode CAPACITY = new StunAttribute.ErrorCode(508, "Insufficient Capacity");

    private static final int NONCE_BYTES = 18;

    private final TurnCredentials credentials;
    private final TurnQuota quota;
    private final String realm;
    private final RandomBytes random;
    private final InetSocketAddress client;
    private final TurnStream stream = new TurnStream();
    private final Allowance requests;
    private final Allowance datagrams;
    private final Deque<TurnOutput> outputs = new ArrayDeque<>();

    private State state;
    private String nonce = "";
    private long nonceUntil;
    private int unauthenticated;

    private sealed interface State {}

    /** There is no allocation. */
    private record Arriving(long untilNanos) implements State {}

    /** The path to the relay is being opened. */
    private record Opening(Caller caller, StunMessage request, long lifetimeSeconds, long untilNanos)
            implements State {}

    /** There is an allocation. */
    private static final class Allocated implements State {
        private final Caller caller;
        private long untilNanos;
        private long permittedUntilNanos;
        /** 0 for none. */
        private int channel;

        private long channelUntilNanos;

        Allocated(Caller caller, long untilNanos, long nowNanos) {
            this.caller = caller;
            this.untilNanos = untilNanos;
            this.permittedUntilNanos = nowNanos;
            this.channelUntilNanos = nowNanos;
        }

        boolean isPermitted(long nowNanos) {
            return permittedUntilNanos - nowNanos > 0;
        }

        boolean isBound(long nowNanos) {
            return channel != 0 && channelUntilNanos - nowNanos > 0;
        }
    }

    /** The connection is to be ended, or has been. */
    private record Over() implements State {}

    /** Who an authentic request is from. */
    private static final class Caller {
        private final String username;
        private final InetSocketAddress peer;
        private final String holder;
        private final byte[] key;

        Caller(String username, InetSocketAddress peer, String holder, byte[] key) {
            this.username = username;
            this.peer = peer;
            this.holder = holder;
            this.key = key;
        }
    }

    /**
     * A connection that was just made.
     *
     * @param realm what is named as REALM: the office's domain
     * @param client where the connection comes from
     */
    public TurnSession(
            TurnCredentials credentials,
            TurnQuota quota,
            String realm,
            RandomBytes random,
            InetSocketAddress client,
            long nowNanos) {
        this.credentials = credentials;
        this.quota = quota;
        this.realm = realm;
        this.random = random;
        this.client = client;
        this.requests = new Allowance(TurnLimits.REQUESTS_PER_SECOND, TurnLimits.REQUEST_BURST, nowNanos);
        this.datagrams = new Allowance(TurnLimits.DATAGRAMS_PER_SECOND, TurnLimits.DATAGRAM_BURST, nowNanos);
        this.state = new Arriving(nowNanos + TurnLimits.ARRIVAL_NANOS);
        renewNonce(nowNanos);
    }

    /** Bytes have come on the connection. Takes them over. */
    public void receive(byte[] bytes, long nowNanos) {
        expire(nowNanos);
        stream.feed(bytes);
        try {
            byte[] frame = isOver() ? null : stream.next();
            while (frame != null) {
                if (TurnStream.isChannelData(frame)) {
                    channelData(frame, nowNanos);
                } else {
                    stun(StunMessage.decode(frame), nowNanos);
                }
                frame = isOver() ? null : stream.next();
            }
        } catch (MalformedPacketException e) {
            cut(TurnOutput.Reason.MALFORMED);
        }
    }

    /**
     * The path to the relay is open.
     *
     * @param relayed where the relay sees this client from now on
     */
    public void opened(InetSocketAddress relayed, long nowNanos) {
        if (state instanceof Opening opening) {
            state = new Allocated(
                    opening.caller, nowNanos + TurnLimits.lifetimeNanos(opening.lifetimeSeconds), nowNanos);
            succeed(
                    opening.request,
                    opening.caller,
                    new TurnAttribute.XorRelayedAddress(relayed),
                    new TurnAttribute.Lifetime(opening.lifetimeSeconds),
                    new StunAttribute.XorMappedAddress(client));
        } else {
            outputs.add(new TurnOutput.ClosePath());
        }
    }

    /** The path to the relay could not be opened. */
    public void notOpened(long nowNanos) {
        if (state instanceof Opening opening) {
            quota.release(opening.caller.holder);
            state = new Arriving(nowNanos + TurnLimits.ARRIVAL_NANOS);
            refuse(opening.request, opening.caller, CAPACITY);
        }
    }

    /** The relay has sent a datagram. Takes it over. */
    public void fromRelay(byte[] datagram, long nowNanos) {
        expire(nowNanos);
        if (!(state instanceof Allocated allocation) || datagram.length > TurnLimits.MAX_FRAME) {
            return;
        }
        if (allocation.isBound(nowNanos)) {
            outputs.add(new TurnOutput.ToClient(TurnStream.channelData(allocation.channel, datagram), true));
        } else if (allocation.isPermitted(nowNanos)) {
            byte[] indication = new StunEncoder(
                            StunClass.INDICATION, DATA, TransactionId.generate(random), TurnLimits.MAX_SENT)
                    .add(new TurnAttribute.XorPeerAddress(allocation.caller.peer))
                    .add(new TurnAttribute.Data(datagram))
                    .finish(null);
            outputs.add(new TurnOutput.ToClient(indication, true));
        }
    }

    /** The time of the last {@link TurnOutput.Timeout} has come. */
    public void handleTimeout(long nowNanos) {
        expire(nowNanos);
    }

    /** The connection is gone. Whatever is handed out for it now is for nobody; a path is closed by whoever opened it. */
    public void close() {
        leave();
        state = new Over();
    }

    /** Whether there is an allocation now. */
    public boolean isAllocated() {
        return state instanceof Allocated;
    }

    /** The next thing to do; see the drain rule. */
    public TurnOutput poll() {
        TurnOutput output = outputs.poll();
        if (output != null) {
            return output;
        }
        return new TurnOutput.Timeout(
                switch (state) {
                    case Arriving(long untilNanos) -> untilNanos;
                    case Opening opening -> opening.untilNanos;
                    case Allocated allocation -> allocation.untilNanos;
                    case Over() -> Long.MAX_VALUE;
                });
    }

    private boolean isOver() {
        return state instanceof Over;
    }

    private void expire(long nowNanos) {
        boolean expired = switch (state) {
            case Arriving(long untilNanos) -> untilNanos - nowNanos <= 0;
            case Opening opening -> opening.untilNanos - nowNanos <= 0;
            case Allocated allocation -> allocation.untilNanos - nowNanos <= 0;
            case Over() -> false;
        };
        if (expired) {
            cut(TurnOutput.Reason.IDLE);
        }
    }

    private void cut(TurnOutput.Reason reason) {
        leave();
        state = new Over();
        outputs.add(new TurnOutput.Cut(reason));
    }

    /** Gives back what the state holds. */
    private void leave() {
        switch (state) {
            case Opening opening -> quota.release(opening.caller.holder);
            case Allocated allocation -> {
                quota.release(allocation.caller.holder);
                outputs.add(new TurnOutput.ClosePath());
            }
            case Arriving _, Over _ -> {}
        }
    }

    private void stun(StunMessage message, long nowNanos) {
        switch (message.stunClass()) {
            case REQUEST -> {
                if (requests.take(nowNanos)) {
                    request(message, nowNanos);
                } else {
                    cut(TurnOutput.Reason.FLOOD);
                }
            }
            case INDICATION -> {
                if (message.method() == SEND) {
                    send(message, nowNanos);
                }
            }
            case SUCCESS, ERROR -> {
                // Nothing was asked.
            }
        }
    }

    /** RFC 8489, section 6.3: a method that is not known is not answered. */
    private void request(StunMessage request, long nowNanos) {
        if (request.isBindingRequest()) {
            binding(request);
            return;
        }
        Act act = switch (request.method()) {
            case ALLOCATE -> this::allocate;
            case REFRESH -> this::refresh;
            case CREATE_PERMISSION -> this::createPermission;
            case CHANNEL_BIND -> this::channelBind;
            default -> null;
        };
        Caller caller = act == null ? null : authenticate(request, nowNanos);
        if (act == null || caller == null) {
            return;
        }
        List<Integer> unknown = request.unknownRequiredTypes();
        if (unknown.isEmpty()) {
            act.run(request, caller, nowNanos);
        } else {
            answer(request, StunClass.ERROR, caller, UNKNOWN, new StunAttribute.UnknownAttributes(unknown));
        }
    }

    private interface Act {
        void run(StunMessage request, Caller caller, long nowNanos);
    }

    /** RFC 8489, section 9.2.4, in its order. Null if it was answered. */
    private @Nullable Caller authenticate(StunMessage request, long nowNanos) {
        if (!request.hasIntegrity()) {
            challenge(request, UNAUTHENTICATED, nowNanos);
            return null;
        }
        String username = request.attribute(StunAttribute.Username.class)
                .map(StunAttribute.Username::value)
                .orElse(null);
        String asked = request.attribute(TurnAttribute.Realm.class)
                .map(TurnAttribute.Realm::value)
                .orElse(null);
        String shown = request.attribute(TurnAttribute.Nonce.class)
                .map(TurnAttribute.Nonce::value)
                .orElse(null);
        if (username == null || asked == null || shown == null) {
            refuse(request, null, BAD_REQUEST);
            return null;
        }
        if (!shown.equals(nonce) || nonceUntil - nowNanos <= 0) {
            challenge(request, STALE_NONCE, nowNanos);
            return null;
        }
        TurnCredentials.Admission admission =
                credentials.admit(username, nowNanos).orElse(null);
        byte[] key = admission == null ? null : longTermKey(username, realm, admission.password());
        if (admission == null || key == null || !asked.equals(realm) || !request.isAuthentic(key)) {
            challenge(request, UNAUTHENTICATED, nowNanos);
            return null;
        }
        // What is counted are refusals in a row: a nonce grows stale each hour.
        unauthenticated = 0;
        return new Caller(username, admission.peer(), admission.holder(), key);
    }

    /** RFC 8489, section 9.2.4: with the realm and a nonce, and without MESSAGE-INTEGRITY. */
    private void challenge(StunMessage request, StunAttribute.ErrorCode error, long nowNanos) {
        if (++unauthenticated > TurnLimits.MAX_UNAUTHENTICATED) {
            cut(TurnOutput.Reason.UNAUTHENTICATED);
            return;
        }
        if (nonceUntil - nowNanos <= 0) {
            renewNonce(nowNanos);
        }
        answer(request, StunClass.ERROR, null, error, new TurnAttribute.Realm(realm), new TurnAttribute.Nonce(nonce));
    }

    private void renewNonce(long nowNanos) {
        nonce = Base64.getUrlEncoder().encodeToString(random.next(NONCE_BYTES));
        nonceUntil = nowNanos + TurnLimits.NONCE_NANOS;
    }

    private void binding(StunMessage request) {
        List<Integer> unknown = request.unknownRequiredTypes();
        if (unknown.isEmpty()) {
            answer(request, StunClass.SUCCESS, null, new StunAttribute.XorMappedAddress(client));
        } else {
            answer(request, StunClass.ERROR, null, UNKNOWN, new StunAttribute.UnknownAttributes(unknown));
        }
    }

    /** RFC 8656, section 7.2, in its order. */
    private void allocate(StunMessage request, Caller caller, long nowNanos) {
        StunAttribute.ErrorCode wrong = whyNotAllocated(request, caller);
        if (wrong != null) {
            refuse(request, caller, wrong);
            return;
        }
        if (request.has(TurnAttribute.DontFragment.class)) {
            // No datagram of ours says so; then the attribute counts as unknown.
            answer(
                    request,
                    StunClass.ERROR,
                    caller,
                    UNKNOWN,
                    new StunAttribute.UnknownAttributes(List.of(TurnAttribute.DONT_FRAGMENT)));
            return;
        }
        switch (quota.take(caller.holder)) {
            case USED_UP -> refuse(request, caller, QUOTA);
            case FULL -> refuse(request, caller, CAPACITY);
            case GRANTED -> {
                state = new Opening(caller, request, lifetime(request), nowNanos + TurnLimits.ARRIVAL_NANOS);
                outputs.add(new TurnOutput.OpenPath());
            }
        }
    }

    private StunAttribute.@Nullable ErrorCode whyNotAllocated(StunMessage request, Caller caller) {
        if (!(state instanceof Arriving)) {
            return MISMATCH;
        }
        TurnAttribute.RequestedTransport transport =
                request.attribute(TurnAttribute.RequestedTransport.class).orElse(null);
        if (transport == null) {
            return BAD_REQUEST;
        }
        if (transport.protocol() != TurnAttribute.RequestedTransport.UDP) {
            return TRANSPORT;
        }
        boolean reserved = request.has(TurnAttribute.ReservationToken.class);
        boolean even = request.has(TurnAttribute.EvenPort.class);
        TurnAttribute.RequestedAddressFamily family =
                request.attribute(TurnAttribute.RequestedAddressFamily.class).orElse(null);
        if (reserved && (even || family != null)) {
            return BAD_REQUEST;
        }
        int asked = family == null ? TurnAttribute.RequestedAddressFamily.IPV4 : family.family();
        if (asked != family(caller.peer)) {
            return FAMILY;
        }
        // Nothing was reserved, and there are no pairs of ports to be had.
        return reserved || even ? CAPACITY : null;
    }

    private static long lifetime(StunMessage request) {
        long asked = request.attribute(TurnAttribute.Lifetime.class)
                .map(TurnAttribute.Lifetime::seconds)
                .orElse(TurnLimits.DEFAULT_LIFETIME_SECONDS);
        return Math.clamp(asked, TurnLimits.DEFAULT_LIFETIME_SECONDS, TurnLimits.MAX_LIFETIME_SECONDS);
    }

    /** The caller's own allocation, or null: then the request has been answered. */
    private @Nullable Allocated allocation(StunMessage request, Caller caller) {
        if (!(state instanceof Allocated allocation)) {
            refuse(request, caller, MISMATCH);
            return null;
        }
        if (!allocation.caller.username.equals(caller.username)) {
            refuse(request, caller, WRONG);
            return null;
        }
        return allocation;
    }

    /** RFC 8656, section 8.2. */
    private void refresh(StunMessage request, Caller caller, long nowNanos) {
        Allocated allocation = allocation(request, caller);
        if (allocation == null) {
            return;
        }
        TurnAttribute.RequestedAddressFamily family =
                request.attribute(TurnAttribute.RequestedAddressFamily.class).orElse(null);
        if (family != null && family.family() != family(caller.peer)) {
            refuse(request, caller, PEER_FAMILY);
            return;
        }
        boolean over = request.attribute(TurnAttribute.Lifetime.class)
                .filter(lifetime -> lifetime.seconds() == 0)
                .isPresent();
        long seconds = over ? 0 : lifetime(request);
        if (over) {
            leave();
            state = new Arriving(nowNanos + TurnLimits.ARRIVAL_NANOS);
        } else {
            allocation.untilNanos = nowNanos + TurnLimits.lifetimeNanos(seconds);
        }
        succeed(request, caller, new TurnAttribute.Lifetime(seconds));
    }

    /** RFC 8656, section 10.2: all addresses or none. */
    private void createPermission(StunMessage request, Caller caller, long nowNanos) {
        Allocated allocation = allocation(request, caller);
        if (allocation == null) {
            return;
        }
        List<TurnAttribute.XorPeerAddress> peers = request.all(TurnAttribute.XorPeerAddress.class);
        StunAttribute.ErrorCode wrong = peers.isEmpty() ? BAD_REQUEST : null;
        for (TurnAttribute.XorPeerAddress peer : peers) {
            wrong = wrong == null ? whyForbidden(caller, peer.address()) : wrong;
        }
        if (wrong != null) {
            refuse(request, caller, wrong);
            return;
        }
        allocation.permittedUntilNanos = nowNanos + TurnLimits.PERMISSION_NANOS;
        succeed(request, caller);
    }

    /** RFC 8656, section 12.2. There is one peer, so there is one channel: any other number would be a second for it. */
    private void channelBind(StunMessage request, Caller caller, long nowNanos) {
        Allocated allocation = allocation(request, caller);
        if (allocation == null) {
            return;
        }
        TurnAttribute.ChannelNumber asked =
                request.attribute(TurnAttribute.ChannelNumber.class).orElse(null);
        TurnAttribute.XorPeerAddress peer =
                request.attribute(TurnAttribute.XorPeerAddress.class).orElse(null);
        if (asked == null
                || peer == null
                || asked.number() < TurnStream.MIN_CHANNEL
                || asked.number() > TurnStream.MAX_CHANNEL) {
            refuse(request, caller, BAD_REQUEST);
            return;
        }
        StunAttribute.ErrorCode wrong = whyForbidden(caller, peer.address());
        boolean another = allocation.channel != 0
                && asked.number() != allocation.channel
                && allocation.channelUntilNanos + TurnLimits.CHANNEL_REST_NANOS - nowNanos > 0;
        if (wrong != null || another) {
            refuse(request, caller, wrong == null ? BAD_REQUEST : wrong);
            return;
        }
        allocation.channel = asked.number();
        allocation.channelUntilNanos = nowNanos + TurnLimits.CHANNEL_NANOS;
        // RFC 8656, section 12.2: a ChannelBind also installs or refreshes a permission.
        allocation.permittedUntilNanos = nowNanos + TurnLimits.PERMISSION_NANOS;
        succeed(request, caller);
    }

    /** The one rule on addresses. Ports count too: what may be named is one transport address. */
    private static StunAttribute.@Nullable ErrorCode whyForbidden(Caller caller, InetSocketAddress asked) {
        if (family(asked) != family(caller.peer)) {
            return PEER_FAMILY;
        }
        return asked.equals(caller.peer) ? null : FORBIDDEN;
    }

    private static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address
                ? TurnAttribute.RequestedAddressFamily.IPV4
                : TurnAttribute.RequestedAddressFamily.IPV6;
    }

    /** RFC 8656, section 11.2: what does not fit is dropped, and nobody is told. */
    private void send(StunMessage indication, long nowNanos) {
        TurnAttribute.XorPeerAddress peer =
                indication.attribute(TurnAttribute.XorPeerAddress.class).orElse(null);
        TurnAttribute.Data data = indication.attribute(TurnAttribute.Data.class).orElse(null);
        if (state instanceof Allocated allocation
                && peer != null
                && data != null
                && peer.address().equals(allocation.caller.peer)
                && allocation.isPermitted(nowNanos)
                && indication.unknownRequiredTypes().isEmpty()
                && !indication.has(TurnAttribute.DontFragment.class)) {
            forward(data.bytes(), nowNanos);
        }
    }

    private void channelData(byte[] frame, long nowNanos) {
        if (state instanceof Allocated allocation
                && allocation.isBound(nowNanos)
                && TurnStream.channel(frame) == allocation.channel) {
            forward(Arrays.copyOfRange(frame, TurnStream.CHANNEL_HEADER, frame.length), nowNanos);
        }
    }

    private void forward(byte[] data, long nowNanos) {
        if (datagrams.take(nowNanos)) {
            outputs.add(new TurnOutput.ToRelay(data));
        }
    }

    private void succeed(StunMessage request, Caller caller, StunAttribute... attributes) {
        answer(request, StunClass.SUCCESS, caller, attributes);
    }

    private void refuse(StunMessage request, @Nullable Caller caller, StunAttribute.ErrorCode error) {
        answer(request, StunClass.ERROR, caller, error);
    }

    private void answer(
            StunMessage request, StunClass stunClass, @Nullable Caller caller, StunAttribute... attributes) {
        StunEncoder encoder =
                new StunEncoder(stunClass, request.method(), request.transactionId(), TurnLimits.MAX_SENT);
        for (StunAttribute attribute : attributes) {
            encoder.add(attribute);
        }
        outputs.add(new TurnOutput.ToClient(encoder.finish(caller == null ? null : caller.key), false));
    }

    /** RFC 8489, section 9.2.2. All three are ASCII, and therefore their own form under OpaqueString. */
    static byte[] longTermKey(String username, String realm, String password) {
        try {
            return MessageDigest.getInstance("MD5")
                    .digest((username + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("MD5 of the platform", e);
        }
    }
}
