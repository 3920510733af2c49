package org.whodis.core.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * A chain of which every signature, head and time has been checked: made by {@link UnverifiedChain#verify} alone.
 *
 * <p>Invariant: {@code devices().get(n).head()} is {@code Head(n)}; {@code Head(0)} is the principal's id.
 */
public final class VerifiedChain {
    private final UnverifiedChain wire;
    private final PrincipalId principal;
    private final Genesis genesis;
    private final List<ChainDevice> devices;

    VerifiedChain(UnverifiedChain wire, PrincipalId principal, Genesis genesis, List<ChainDevice> devices) {
        this.wire = wire;
        this.principal = principal;
        this.genesis = genesis;
        this.devices = List.copyOf(devices);
    }

    public PrincipalId principal() {
        return principal;
    }

    public Genesis genesis() {
        return genesis;
    }

    /** In the order in which they were added; never empty. */
    public List<ChainDevice> devices() {
        return devices;
    }

    public @Nullable ChainDevice device(DeviceId id) {
        return ChainDevice.find(devices, id);
    }

    public Bytes head() {
        return devices.get(devices.size() - 1).head();
    }

    /** Whether {@code head} is this chain's head or was at some time, which means that this chain extends it. */
    public boolean contains(Bytes head) {
        return lengthAt(head) > 0;
    }

    /** How many devices there were when {@code head} was the head; 0 if it never was. */
    int lengthAt(Bytes head) {
        for (int i = 0; i < devices.size(); i++) {
            if (devices.get(i).head().equals(head)) {
                return i + 1;
            }
        }
        return 0;
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
