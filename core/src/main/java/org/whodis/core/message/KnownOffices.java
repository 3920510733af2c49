package org.whodis.core.message;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.identity.OfficeStanding;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The offices that a device knows: its own, those of the lines that its person gave or holds, and those whose key its own
 * office told it. A key is named by its hash wherever it matters, so that nobody can put another in its place; what an office
 * adds is how the hash is known to be that office's. One thread.
 */
public final class KnownOffices implements OfficeKeys {
    /** Other offices in memory; the oldest that is not authenticated goes first, and is asked for again. */
    static final int MAX_OTHERS = 512;

    private final Primitives primitives;
    private final Own own;
    private final OfficeDomain ownDomain;
    private final Map<Name, Known> others = new LinkedHashMap<>();

    /** What is believed of the device's own office at the moment. */
    public interface Own {
        PeerKeys keys();
    }

    /** An office as a chain names it. */
    public record Name(OfficeDomain domain, Bytes officeKey) {}

    private record Known(HybridPublicKey key, OfficeStanding standing) {}

    public KnownOffices(Primitives primitives, Own own) {
        this.primitives = primitives;
        this.own = own;
        this.ownDomain = own.keys().domain();
    }

    @Override
    public @Nullable HybridPublicKey find(OfficeDomain domain, Bytes officeKey) {
        if (domain.equals(ownDomain)) {
            return own.keys().find(officeKey);
        }
        Known known = others.get(new Name(domain, officeKey));
        return known == null ? null : known.key();
    }

    @Override
    public OfficeStanding standing(OfficeDomain domain, Bytes officeKey) {
        if (domain.equals(ownDomain)) {
            return own.keys().find(officeKey) != null ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED;
        }
        Known known = others.get(new Name(domain, officeKey));
        return known == null ? OfficeStanding.NOT_COMPARED : known.standing();
    }

    /** {@code key} is that of the office at {@code domain}; what was authenticated once stays so. */
    public void learn(OfficeDomain domain, HybridPublicKey key, OfficeStanding standing) {
        if (domain.equals(ownDomain)) {
            // Nobody teaches a device another key of its own office.
            return;
        }
        Name name = new Name(domain, key.keyHash(primitives));
        Known before = others.remove(name);
        boolean authenticated = standing == OfficeStanding.AUTHENTICATED
                || before != null && before.standing() == OfficeStanding.AUTHENTICATED;
        others.put(name, new Known(key, authenticated ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED));
        if (others.size() > MAX_OTHERS) {
            forgetOne();
        }
    }

    /** Callers of offices without number must not make the device forget those whose lines it holds. */
    private void forgetOne() {
        Name oldest = others.keySet().iterator().next();
        for (Map.Entry<Name, Known> each : others.entrySet()) {
            if (each.getValue().standing() == OfficeStanding.NOT_COMPARED) {
                oldest = each.getKey();
                break;
            }
        }
        others.remove(oldest);
    }

    /** The office that has to be asked for before {@code chain} can be verified, or null. */
    public @Nullable Name missing(UnverifiedChain chain) {
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
    public void told(Name name, Bytes body) {
        OtherOfficeKey answer;
        try {
            answer = OtherOfficeKey.decode(body);
        } catch (DecodeException malformed) {
            // As if nothing had been answered: the chain is not verified, and the call is refused.
            return;
        }
        if (!answer.key().keyHash(primitives).equals(name.officeKey())) {
            return;
        }
        boolean compared = answer.compared() != null
                && answer.compared().holds(primitives, ownDomain, own.keys().key(), name.domain(), name.officeKey());
        learn(name.domain(), answer.key(), compared ? OfficeStanding.AUTHENTICATED : OfficeStanding.NOT_COMPARED);
    }
}
