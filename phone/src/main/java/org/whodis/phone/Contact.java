package org.whodis.phone;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;

/**
 * Somebody who can be called: their verified chain, and what may be said of them.
 *
 * @param assurance by the newest of their devices
 */
public record Contact(VerifiedChain chain, Assurance assurance) {
    static Contact of(VerifiedChain chain, @Nullable Pin pin, long nowMillis) {
        ChainDevice newest = chain.devices().getLast();
        return new Contact(chain, Assurance.of(chain, newest.id(), pin, nowMillis));
    }

    public PrincipalId principal() {
        return chain.principal();
    }

    /** As their office wrote it on the invitation. */
    public String name() {
        return chain.genesis().name();
    }

    public String title() {
        return chain.genesis().title();
    }

    /** The domain of their office. */
    public String office() {
        return chain.genesis().officeDomain().value();
    }
}
