package org.whodis.core.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * A chain of which every signature, head and time has been checked: made by {@link UnverifiedChain#verify} alone.
 *
 * <p>Whoever asks for a device gets those that stand in the chain now. A device that was revoked is found by
 * {@link #everDevice} alone, which is for what it signed before, where that gives it nothing new.
 *
 * <p>Invariant: {@code heads.get(n)} is {@code Head(n)}, one for the genesis and one for each statement; {@code Head(0)} is the
 * principal's id. At least one device stands in the chain.
 */
public final class VerifiedChain {
    private final UnverifiedChain wire;
    private final PrincipalId principal;
    private final Genesis genesis;
    private final List<ChainDevice> devices;
    private final List<RevokedDevice> revoked;
    private final List<Bytes> heads;
    private final long lastStatementAt;

    /**
     * A device that was taken out.
     *
     * @param at when, by the clock of whoever did it
     * @param by the device that signed this
     */
    public record RevokedDevice(ChainDevice device, long at, DeviceId by) {}

    VerifiedChain(UnverifiedChain wire, PrincipalId principal, Genesis genesis, ChainState end) {
        this.wire = wire;
        this.principal = principal;
        this.genesis = genesis;
        this.devices = List.copyOf(end.devices);
        this.revoked = List.copyOf(end.revoked);
        this.heads = List.copyOf(end.heads);
        this.lastStatementAt = end.lastAt;
    }

    public PrincipalId principal() {
        return principal;
    }

    public Genesis genesis() {
        return genesis;
    }

    /** Those that stand in the chain, in the order in which they were added; never empty. */
    public List<ChainDevice> devices() {
        return devices;
    }

    /** The device, if it stands in the chain: null too if it was revoked. */
    public @Nullable ChainDevice device(DeviceId id) {
        return ChainDevice.find(devices, id);
    }

    /** In the order in which they were revoked. */
    public List<RevokedDevice> revoked() {
        return revoked;
    }

    public boolean isRevoked(DeviceId id) {
        return findRevoked(id) != null;
    }

    /** The device, whether it stands in the chain or was revoked. */
    public @Nullable ChainDevice everDevice(DeviceId id) {
        RevokedDevice gone = findRevoked(id);
        return gone == null ? device(id) : gone.device();
    }

    private @Nullable RevokedDevice findRevoked(DeviceId id) {
        for (RevokedDevice each : revoked) {
            if (each.device().id().equals(id)) {
                return each;
            }
        }
        return null;
    }

    public Bytes head() {
        return heads.get(heads.size() - 1);
    }

    /** When the last statement was made, or the genesis: no later one may be earlier. */
    public long lastStatementAt() {
        return lastStatementAt;
    }

    /** Whether {@code head} is this chain's head or was at some time, which means that this chain extends it. */
    public boolean contains(Bytes head) {
        return lengthAt(head) > 0;
    }

    /** How long the chain was when {@code head} was its head, the genesis counted; 0 if it never was. */
    int lengthAt(Bytes head) {
        return heads.indexOf(head) + 1;
    }

    /** The chain to send on. */
    public UnverifiedChain wire() {
        return wire;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifiedChain that && wire.equals(that.wire);
    }

    @Override
    public int hashCode() {
        return wire.hashCode();
    }

    @Override
    public String toString() {
        return principal + " with " + devices.size() + " devices";
    }
}
