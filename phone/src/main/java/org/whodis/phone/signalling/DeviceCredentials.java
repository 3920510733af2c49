package org.whodis.phone.signalling;

import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;

/**
 * Whom a device talks to, and as whom.
 *
 * @param officeKey the {@code KeyHash} of the office, pinned at enrolment
 */
public record DeviceCredentials(OfficeDomain office, Bytes officeKey, PrincipalId principal, HybridKeyPair device) {}
