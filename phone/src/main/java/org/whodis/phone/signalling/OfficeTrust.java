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
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.SignedOfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * What a device believes of its own office's key (protocol section 8): the one that it pinned when it was enrolled, and then
 * only one that rotations lead to. With the recovery key's agreement such a key counts at once, without it after 48 hours in
 * which the old one was not seen: who has stolen the office's key and stands in between for a moment does not get the device
 * for good. Any thread may call.
 */
public final class OfficeTrust {
    private final Primitives primitives;
    private final InstantSource clock;
    private final Consumer<PeerKeys> keeper;
    private PeerKeys keys;

    /** @param keeper is told of every change, for the disk; must not block */
    public OfficeTrust(Primitives primitives, InstantSource clock, PeerKeys keys, Consumer<PeerKeys> keeper) {
        this.primitives = primitives;
        this.clock = clock;
        this.keys = keys;
        this.keeper = keeper;
    }

    public synchronized PeerKeys keys() {
        return keys;
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

    /**
     * Whoever is at the other end of a connection has shown {@code descriptor}.
     *
     * @return whether that is the office; if not, {@link #followed} may find out that it is
     * @throws IdentityException what was shown does not hold for this connection, whoever it is
     */
    public boolean shown(SignedOfficeDescriptor descriptor, TlsPeer peer) throws IdentityException {
        OfficeDescriptor said = said(descriptor);
        Bytes hash = said.officeKey().keyHash(primitives);
        descriptor.verify(primitives, domain(), hash, peer.spkiSha256());
        return seen(said, hash);
    }

    /** As {@link #shown}, for what it has shown, with what the office publishes. */
    public boolean followed(SignedOfficeDescriptor descriptor, List<KeyRotation.Published> published)
            throws IdentityException {
        OfficeDescriptor said = said(descriptor);
        synchronized (this) {
            become(keys.followed(primitives, published, clock.millis()));
            return seen(said, said.officeKey().keyHash(primitives));
        }
    }

    private synchronized boolean seen(OfficeDescriptor said, Bytes hash) {
        PeerKeys.Seen seen = keys.seen(said.officeKey(), hash, said.recoveryKey(), clock.millis());
        PeerKeys.Held held = seen.keys().held();
        // A key that nothing leads to is not even remembered: nobody can compare it here.
        if (held == null || held.isVouched()) {
            become(seen.keys());
        }
        return seen.accepted();
    }

    private void become(PeerKeys next) {
        if (!next.equals(keys)) {
            keys = next;
            keeper.accept(next);
        }
    }

    private static OfficeDescriptor said(SignedOfficeDescriptor descriptor) throws IdentityException {
        try {
            return OfficeDescriptor.decode(descriptor.descriptor());
        } catch (DecodeException malformed) {
            throw new IdentityException(IdentityException.Reason.MALFORMED_DESCRIPTOR);
        }
    }
}
