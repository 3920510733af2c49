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
     * @param devices in the order of the chain
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

    /** Puts a chain that extends the stored one by one device in its place. */
    void extend(VerifiedChain chain);

    @Nullable
    Principal find(PrincipalId id);

    /** The name alone, without reading the chain. */
    @Nullable
    String name(PrincipalId id);

    @Nullable
    Device findDevice(DeviceId id);

    /** The devices of {@code id} in the order of the chain; none if nobody has that id. */
    List<DeviceId> devices(PrincipalId id);

    /** At most {@code limit} people in the order of their ids, after {@code after} or from the first. */
    List<Principal> page(@Nullable PrincipalId after, int limit);

    int count();
}
