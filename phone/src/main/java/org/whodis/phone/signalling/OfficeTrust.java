package org.whodis.phone.signalling;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.IdentityException;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;

/** {@link org.whodis.core.federation.OfficeTrust} with a clock and a disk. Any thread may call. */
public final class OfficeTrust {
    private final org.whodis.core.federation.OfficeTrust trust;
    private final InstantSource clock;
    private final Consumer<PeerKeys> keeper;
    private PeerKeys kept;

    /** @param keeper is told of every change, for the disk; must not block */
    public OfficeTrust(Primitives primitives, InstantSource clock, PeerKeys keys, Consumer<PeerKeys> keeper) {
        this.trust = new org.whodis.core.federation.OfficeTrust(primitives, keys);
        this.clock = clock;
        this.keeper = keeper;
        this.kept = keys;
    }

    public synchronized PeerKeys keys() {
        return trust.keys();
    }

    public OfficeDomain domain() {
        return keys().domain();
    }

    /** OfficeKey as it counts now. */
    public Bytes officeKey() {
        return keys().keyHash();
    }

    /** The office's key, now or before, whose KeyHash is {@code officeKey}. */
    public @Nullable HybridPublicKey find(Bytes officeKey) {
        return keys().find(officeKey);
    }

    /** The key that was shown and is not believed, or null. */
    public synchronized PeerKeys.@Nullable Held notBelieved() {
        return trust.notBelieved();
    }

    /** As in the core. */
    public synchronized boolean shown(SignedOfficeDescriptor descriptor, TlsPeer peer) throws IdentityException {
        boolean believed = trust.shown(descriptor, peer.spkiSha256(), clock.millis());
        keep();
        return believed;
    }

    /** As in the core. */
    public synchronized boolean followed(SignedOfficeDescriptor descriptor, List<KeyRotation.Published> published)
            throws IdentityException {
        boolean believed = trust.followed(descriptor, published, clock.millis());
        keep();
        return believed;
    }

    /** As in the core. */
    public synchronized boolean compared(Bytes officeKey) {
        boolean known = trust.compared(officeKey, clock.millis());
        keep();
        return known;
    }

    private void keep() {
        if (!trust.keys().equals(kept)) {
            kept = trust.keys();
            keeper.accept(kept);
        }
    }
}
