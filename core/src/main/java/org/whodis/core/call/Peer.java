package org.whodis.core.call;

import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.VerifiedChain;

/**
 * Who is at the other end, as proved.
 *
 * @param device theirs that called or answered; until one has answered, the first one of their chain
 * @param assurance what may be said of them
 */
public record Peer(VerifiedChain chain, ChainDevice device, Assurance assurance) {
    /** What their office vouches for: name, title, domain. */
    public Genesis vouched() {
        return chain.genesis();
    }
}
