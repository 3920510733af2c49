package org.whodis.phone.line;

import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineGuard;

/** What {@link Lines} tells the phone; called on no particular thread. */
public interface LineEvents {
    /** What this person's devices have signed is known anew. */
    void guardChanged(LineGuard guard);

    /** A line has authenticated this key of another office. */
    void officeKnown(OfficeDomain office, HybridPublicKey key);

    /** Somebody has redeemed a line and waits for a yes. */
    void waiting(GivenLine line);

    /** Somebody else tried a line. */
    void tried(GivenLine line);

    /** A line that was given to this person rings from now on, or another has taken its place. */
    void ready(HeldLine line);

    /** A line that was given to this person is gone. */
    void gone(HeldLine line);

    /** Something waits at the desk. */
    void desk();
}
