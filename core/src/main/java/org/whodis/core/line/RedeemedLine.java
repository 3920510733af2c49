package org.whodis.core.line;

import org.whodis.core.identity.VerifiedChain;

/**
 * A line that was given to this person, and that they redeemed.
 *
 * @param issuer whom it rings
 * @param bound whether it rings: else it waits for the issuer's yes
 * @param gone the issuer's office says that there is no such line: withdrawn, refused, or expired
 */
public record RedeemedLine(LineId id, VerifiedChain issuer, LineTerms terms, boolean bound, boolean gone) {
    /** {@code shown}, unless a longer chain was seen before: an office must not bring a revoked device back. */
    VerifiedChain issuerOr(VerifiedChain shown) {
        return shown.contains(issuer.head()) ? shown : issuer;
    }
}
