package org.whodis.office.federation;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.wire.Bytes;

/**
 * The office at the other end of an authenticated connection.
 *
 * @param version of protocol section 8 that both speak
 */
public record RemoteOffice(PeerKeys keys, int version) {
    public OfficeDomain domain() {
        return keys.domain();
    }

    /** Whether {@code officeKey} is or was this office's; no other office's. */
    public boolean has(OfficeDomain domain, Bytes officeKey) {
        return find(domain, officeKey) != null;
    }

    /** For chains: this office vouches for its own people only. */
    public OfficeKeys vouching() {
        return this::find;
    }

    private @Nullable HybridPublicKey find(OfficeDomain domain, Bytes officeKey) {
        return domain.equals(keys.domain()) ? keys.find(officeKey) : null;
    }
}
