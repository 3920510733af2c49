package org.whodis.core.line;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.OfficeDomain;

/** What {@link MyLines} has found out. */
public sealed interface LineChange {
    /** A line has authenticated this key of another office. */
    record OfficeKnown(OfficeDomain office, HybridPublicKey key) implements LineChange {}

    /** Everything was read anew: incoming calls are checked by this. */
    record Guard(LineGuard guard) implements LineChange {}

    /** Somebody has redeemed a line and waits for a yes. */
    record Waiting(GivenLine line) implements LineChange {}

    /** Somebody else tried a line. */
    record Tried(GivenLine line) implements LineChange {}

    /** A line that was given to this person rings from now on, or another has taken its place. */
    record Ready(RedeemedLine line) implements LineChange {}

    /** A line that was given to this person is gone. */
    record Gone(RedeemedLine line) implements LineChange {}
}
