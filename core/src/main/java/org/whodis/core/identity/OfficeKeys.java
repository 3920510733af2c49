package org.whodis.core.identity;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;

/** The offices whose vouching a verifier accepts. */
@FunctionalInterface
public interface OfficeKeys {
    /** The public key of the office at {@code domain} whose {@code KeyHash} is {@code officeKey}, or null if unknown. */
    @Nullable
    HybridPublicKey find(OfficeDomain domain, Bytes officeKey);

    /** How it is known that {@code officeKey} is that office's. */
    default OfficeStanding standing(OfficeDomain domain, Bytes officeKey) {
        return OfficeStanding.NOT_COMPARED;
    }

    /** One office only: a device's own. */
    static OfficeKeys only(Primitives primitives, OfficeDomain domain, HybridPublicKey key) {
        return new OneOffice(domain, key.keyHash(primitives), key);
    }

    /** See {@link #only}. */
    record OneOffice(OfficeDomain domain, Bytes hash, HybridPublicKey key) implements OfficeKeys {
        @Override
        public @Nullable HybridPublicKey find(OfficeDomain asked, Bytes officeKey) {
            return asked.equals(domain) && officeKey.equals(hash) ? key : null;
        }

        @Override
        public OfficeStanding standing(OfficeDomain asked, Bytes officeKey) {
            return find(asked, officeKey) == null ? OfficeStanding.NOT_COMPARED : OfficeStanding.AUTHENTICATED;
        }
    }
}
