package org.whodis.office.call;

import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

/**
 * The other office of a call between two.
 *
 * @param officeKey as the offer names it
 * @param isCallers whether the caller lives there; else the callee does
 */
public record OtherOffice(OfficeDomain domain, Bytes officeKey, boolean isCallers) {}
