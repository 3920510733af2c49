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

    /** One office only: a device's own. */
    static OfficeKeys only(Primitives primitives, OfficeDomain domain, HybridPublicKey key) {
        Bytes hash = key.keyHash(primitives);
        return (asked, officeKey) -> asked.equals(domain) && officeKey.equals(hash) ? key : null;
    }
}
