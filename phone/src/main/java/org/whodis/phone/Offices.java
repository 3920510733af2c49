package org.whodis.phone;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.OtherOfficeKey;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.phone.signalling.DeviceSession;
import org.whodis.phone.signalling.OfficeTrust;

/**
 * The offices that this phone knows: its own, those of the lines that it gave or holds, and those whose key its own office
 * told it. A key is named by its hash wherever it matters, so that nobody can put another in its place; what an office
 * adds is how the hash is known to be that office's.
 */
final class Offices implements OfficeKeys {
    /** Other offices in memory; the one that was not used for longest goes, and is asked for again. */
    private static final int MAX_OTHERS = 512;

    private final Primitives primitives;
    private final OfficeTrust own;
    private final OfficeDomain ownDomain;
    private final Map<Name, Known> others = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Name, Known> eldest) {
            return size() > MAX_OTHERS;
        }
    };

    private record Name(OfficeDomain domain, Bytes officeKey) {}

    private record Known(HybridPublicKey key, OfficeStanding standing) {}

    Offices(Primitives primitives, OfficeTrust own) {
        this.primitives = primitives;
        this.own = own;
        this.ownDomain = own.domain();
    }

    @Override
    public @Nullable HybridPublicKey find(OfficeDomain domain, Bytes officeKey) {
        if (domain.equals(ownDomain)) {
            return own.find(officeKey);
        }
        Known known = known(new Name(domain, officeKey));
        return known == null ? null : known.key();
    }

    @Override
    public OfficeStanding standing(OfficeDomain domain, Bytes officeKey) {
        if (domain.equals(ownDomain)) {
            return own.find(officeKey) != null ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED;
        }
        Known known = known(new Name(domain, officeKey));
        return known == null ? OfficeStanding.NOT_COMPARED : known.standing();
    }

    /** {@code key} is that of the office at {@code domain}; what was authenticated once stays so. */
    void learn(OfficeDomain domain, HybridPublicKey key, OfficeStanding standing) {
        if (domain.equals(ownDomain)) {
            // Nobody teaches this phone another key of its own office.
            return;
        }
        Name name = new Name(domain, key.keyHash(primitives));
        synchronized (others) {
            Known before = others.get(name);
            boolean authenticated = standing == OfficeStanding.AUTHENTICATED
                    || before != null && before.standing() == OfficeStanding.AUTHENTICATED;
            others.put(
                    name, new Known(key, authenticated ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED));
        }
    }

    /** Whether the chain's office has to be asked for before the chain can be verified. */
    boolean isMissing(UnverifiedChain chain) {
        Genesis genesis = genesis(chain);
        return genesis != null
                && !genesis.officeDomain().equals(ownDomain)
                && find(genesis.officeDomain(), genesis.officeKey()) == null;
    }

    /** Asks the own office for the key that vouches for {@code chain}; done when it is known or will not be. */
    CompletableFuture<Void> fetch(DeviceSession session, UnverifiedChain chain) {
        Genesis genesis = genesis(chain);
        if (genesis == null) {
            return CompletableFuture.completedFuture(null);
        }
        return session.request(id -> new ToOffice.OtherOffice(id, genesis.officeDomain(), genesis.officeKey()))
                .handle((body, failure) -> {
                    if (body != null && failure == null) {
                        told(genesis.officeDomain(), genesis.officeKey(), body);
                    }
                    return null;
                });
    }

    private void told(OfficeDomain domain, Bytes officeKey, Bytes body) {
        try {
            OtherOfficeKey answer = OtherOfficeKey.decode(body);
            if (!answer.key().keyHash(primitives).equals(officeKey)) {
                return;
            }
            boolean compared = answer.compared() != null
                    && answer.compared().holds(primitives, ownDomain, own.keys().key(), domain, officeKey);
            learn(domain, answer.key(), compared ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED);
        } catch (DecodeException malformed) {
            // As if nothing had been answered: the chain is not verified, and the call is refused.
            return;
        }
    }

    private @Nullable Known known(Name name) {
        synchronized (others) {
            return others.get(name);
        }
    }

    private static @Nullable Genesis genesis(UnverifiedChain chain) {
        try {
            return Genesis.decode(chain.genesis().genesis());
        } catch (DecodeException malformed) {
            return null;
        }
    }
}
