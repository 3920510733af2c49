package org.whodis.phone;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.KnownOffices;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.phone.signalling.DeviceSession;
import org.whodis.phone.signalling.OfficeTrust;

/** {@link KnownOffices} for more than one thread. */
final class Offices implements OfficeKeys {
    private final KnownOffices known;

    Offices(Primitives primitives, OfficeTrust own) {
        this.known = new KnownOffices(primitives, own::keys);
    }

    @Override
    public synchronized @Nullable HybridPublicKey find(OfficeDomain domain, Bytes officeKey) {
        return known.find(domain, officeKey);
    }

    @Override
    public synchronized OfficeStanding standing(OfficeDomain domain, Bytes officeKey) {
        return known.standing(domain, officeKey);
    }

    synchronized void learn(OfficeDomain domain, HybridPublicKey key, OfficeStanding standing) {
        known.learn(domain, key, standing);
    }

    /** Whether the chain's office has to be asked for before the chain can be verified. */
    boolean isMissing(UnverifiedChain chain) {
        return missing(chain) != null;
    }

    /** Asks the own office for the key that vouches for {@code chain}; done when it is known or will not be. */
    CompletableFuture<Void> fetch(DeviceSession session, UnverifiedChain chain) {
        KnownOffices.Name missing = missing(chain);
        if (missing == null) {
            return CompletableFuture.completedFuture(null);
        }
        return session.request(id -> new ToOffice.OtherOffice(id, missing.domain(), missing.officeKey()))
                .handle((body, failure) -> {
                    if (body != null && failure == null) {
                        told(missing, body);
                    }
                    return null;
                });
    }

    private synchronized KnownOffices.@Nullable Name missing(UnverifiedChain chain) {
        return known.missing(chain);
    }

    private synchronized void told(KnownOffices.Name name, Bytes body) {
        known.told(name, body);
    }
}
