package org.whodis.phone.signalling;

import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;

/**
 * Whom a device talks to, and as whom.
 *
 * @param trust by what key the office is known
 */
public record DeviceCredentials(OfficeTrust trust, PrincipalId principal, HybridKeyPair device) {
    public OfficeDomain office() {
        return trust.domain();
    }

    /** OfficeKey as it counts now. */
    public Bytes officeKey() {
        return trust.officeKey();
    }
}
