package org.whodis.web.phone;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.message.OtherOfficeKey;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The offices that this phone knows: its own, and those whose key its own office told it. A key is named by its hash wherever
 * it matters, so that nobody can put another in its place; what an office adds is how the hash is known to be that office's.
 */
final class KnownOffices implements OfficeKeys {
    /** Other offices in memory; the one that was learnt first goes, and is asked for again. */
    private static final int MAX_OTHERS = 128;

    private final Primitives primitives;
    private final OfficeDomain ownDomain;
    private final HybridPublicKey ownKey;
    private final Bytes ownHash;
    private final Map<Name, Known> others = new LinkedHashMap<>();

    /** An office as a chain names it. */
    record Name(OfficeDomain domain, Bytes officeKey) {}

    private record Known(HybridPublicKey key, OfficeStanding standing) {}

    KnownOffices(Primitives primitives, OfficeDomain ownDomain, HybridPublicKey ownKey) {
        this.primitives = primitives;
        this.ownDomain = ownDomain;
        this.ownKey = ownKey;
        this.ownHash = ownKey.keyHash(primitives);
    }

    @Override
    public @Nullable HybridPublicKey find(OfficeDomain domain, Bytes officeKey) {
        if (domain.equals(ownDomain)) {
            return officeKey.equals(ownHash) ? ownKey : null;
        }
        Known known = others.get(new Name(domain, officeKey));
        return known == null ? null : known.key();
    }

    @Override
    public OfficeStanding standing(OfficeDomain domain, Bytes officeKey) {
        if (domain.equals(ownDomain)) {
            return officeKey.equals(ownHash) ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED;
        }
        Known known = others.get(new Name(domain, officeKey));
        return known == null ? OfficeStanding.NOT_COMPARED : known.standing();
    }

    /** The office that has to be asked for before {@code chain} can be verified, or null. */
    @Nullable
    Name missing(UnverifiedChain chain) {
        try {
            Genesis genesis = Genesis.decode(chain.genesis().genesis());
            boolean isMissing = !genesis.officeDomain().equals(ownDomain)
                    && find(genesis.officeDomain(), genesis.officeKey()) == null;
            return isMissing ? new Name(genesis.officeDomain(), genesis.officeKey()) : null;
        } catch (DecodeException malformed) {
            return null;
        }
    }

    /** What the own office answered when it was asked for {@code name}; what is no answer changes nothing. */
    void told(Name name, Bytes body) {
        try {
            OtherOfficeKey answer = OtherOfficeKey.decode(body);
            if (!answer.key().keyHash(primitives).equals(name.officeKey())
                    || name.domain().equals(ownDomain)) {
                return;
            }
            boolean compared = answer.compared() != null
                    && answer.compared().holds(primitives, ownDomain, ownKey, name.domain(), name.officeKey());
            if (others.size() >= MAX_OTHERS) {
                others.remove(others.keySet().iterator().next());
            }
            others.put(
                    name,
                    new Known(answer.key(), compared ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED));
        } catch (DecodeException malformed) {
            // As if nothing had been answered: the chain is not verified, and the call is refused.
            return;
        }
    }
}
