package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;

/** The people of this office with their chains, and their devices. */
public interface PrincipalStore {
    /**
     * A person. The chain was verified when it was written; it is read back as it came over the wire.
     *
     * @param devices those that stand in the chain, in its order
     */
    record Principal(
            PrincipalId id, String name, String title, long enrolledAt, UnverifiedChain chain, List<DeviceId> devices) {
        public Principal {
            devices = List.copyOf(devices);
        }
    }

    /** A device with its owner and key. */
    record Device(DeviceId id, PrincipalId principal, HybridPublicKey key) {}

    void add(VerifiedChain chain, long enrolledAt);

    /**
     * Puts a chain that extends the stored one by one statement in its place. What waited for a device that it revokes, the
     * links that this had opened and its sealing key are gone.
     */
    void extend(VerifiedChain chain);

    @Nullable
    Principal find(PrincipalId id);

    /** The name alone, without reading the chain. */
    @Nullable
    String name(PrincipalId id);

    /** The device, if it stands in somebody's chain. */
    @Nullable
    Device findDevice(DeviceId id);

    /** Whether the device stands in somebody's chain; reads no key. */
    boolean isActive(DeviceId id);

    /** The device, if it stood in somebody's chain and was revoked. */
    @Nullable
    Device findRevoked(DeviceId id);

    /** The devices that stand in the chain of {@code id}, in its order; none if nobody has that id. */
    List<DeviceId> devices(PrincipalId id);

    /** At most {@code limit} people in the order of their ids, after {@code after} or from the first. */
    List<Principal> page(@Nullable PrincipalId after, int limit);

    int count();
}
