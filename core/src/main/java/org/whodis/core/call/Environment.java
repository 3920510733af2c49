package org.whodis.core.call;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineGuard;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.wire.Bytes;

/** What all calls of a device share: who it is, what it knows, what time it is, and where its outputs go. */
final class Environment {
    final Primitives primitives;
    final RandomBytes random;
    final OfficeKeys offices;
    final Outbox outbox;
    private final HybridKeyPair deviceKey;
    private final DeviceId device;
    private final Queue<CallOutput> outputs = new ArrayDeque<>();
    private final List<Pin> pins = new ArrayList<>();
    private final Set<DeviceId> revoked = new HashSet<>();
    private VerifiedChain own;
    private LineGuard lines;
    private long now;
    private long elapsed;

    Environment(
            Primitives primitives,
            RandomBytes random,
            OfficeKeys offices,
            VerifiedChain own,
            HybridKeyPair deviceKey,
            List<Pin> pins) {
        this.primitives = primitives;
        this.random = random;
        this.offices = offices;
        this.own = own;
        learn(own);
        this.lines = LineGuard.none(own.genesis().officeDomain());
        this.deviceKey = deviceKey;
        this.device = new DeviceId(deviceKey.publicKey().keyHash(primitives));
        this.pins.addAll(pins);
        this.outbox = new Outbox(this);
        if (own.device(device) == null) {
            throw new IllegalArgumentException("this device does not stand in its own chain");
        }
    }

    /**
     * It is {@code nowMillis}. Time that passed is counted apart from the time of day: a clock that is set back stops no
     * timer from coming due.
     */
    void advance(long nowMillis) {
        elapsed += Math.max(0, nowMillis - now);
        now = nowMillis;
    }

    /** Milliseconds since 1970, for what is signed and for freshness. */
    long now() {
        return now;
    }

    long nowSeconds() {
        return now / 1000;
    }

    /** Milliseconds that have passed, for timers; never runs backwards. */
    long elapsed() {
        return elapsed;
    }

    DeviceId device() {
        return device;
    }

    PrincipalId principal() {
        return own.principal();
    }

    VerifiedChain own() {
        return own;
    }

    void ownChainIs(VerifiedChain chain) {
        if (!chain.principal().equals(own.principal()) || !chain.contains(own.head())) {
            throw new IllegalArgumentException("a chain that does not extend our own");
        }
        own = chain;
        learn(chain);
    }

    /** Whether this device was taken out of its person's chain. */
    boolean isOut() {
        return own.device(device) == null;
    }

    void learn(VerifiedChain chain) {
        for (VerifiedChain.RevokedDevice each : chain.revoked()) {
            if (revoked.size() < Limits.MAX_REVOKED) {
                revoked.add(each.device().id());
            }
        }
    }

    /**
     * Whether a person is known to have taken this device out, whatever chain it shows. Nobody's device is in the chain of
     * anybody else: it has proved that it wants to be there.
     */
    boolean isRevoked(DeviceId id) {
        return revoked.contains(id);
    }

    LineGuard lines() {
        return lines;
    }

    void linesAre(LineGuard known) {
        lines = known;
    }

    List<Pin> pins() {
        return pins;
    }

    void pinsAre(List<Pin> stored) {
        pins.clear();
        pins.addAll(stored);
    }

    void pin(Pin pin) {
        pins.removeIf(before -> before.principal().equals(pin.principal()));
        pins.add(pin);
        emit(new CallOutput.Pinned(pin));
    }

    HybridSignature sign(String label, Bytes statement) {
        return deviceKey.sign(primitives, label, statement, random);
    }

    /** A chain that came with a message, checked, unless it is one that is known. */
    VerifiedChain verify(UnverifiedChain chain, @Nullable VerifiedChain known) throws RejectedException {
        if (known != null && known.wire().equals(chain)) {
            return known;
        }
        try {
            return chain.verify(primitives, offices);
        } catch (IdentityException refused) {
            throw new RejectedException(Rejection.BAD_CHAIN, refused.reason().name());
        }
    }

    void emit(CallOutput output) {
        outputs.add(output);
    }

    @Nullable
    CallOutput poll() {
        return outputs.poll();
    }

    /** Sends {@code message} of the call {@code callId}; {@code toDevice} is null for all devices of {@code to}. */
    EnvelopeId submit(CallId callId, PrincipalId to, @Nullable DeviceId toDevice, CallMessage message, long deadline) {
        Envelope envelope = envelope(callId, to, toDevice, message, deadline);
        outbox.add(envelope);
        return envelope.id();
    }

    /** What {@link #submit} would send. */
    Envelope envelope(CallId callId, PrincipalId to, @Nullable DeviceId toDevice, CallMessage message, long deadline) {
        EnvelopeId id = new EnvelopeId(Bytes.of(random.next(EnvelopeId.LENGTH)));
        return new Envelope(id, principal(), device, to, toDevice, callId, deadline, message.encode());
    }
}
