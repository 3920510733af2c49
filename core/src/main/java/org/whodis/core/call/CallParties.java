package org.whodis.core.call;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;

/**
 * The people of a call: the two principals whose call it is, its sides, and the verified chains of them and of everybody whom
 * they let in.
 */
record CallParties(PrincipalId caller, PrincipalId callee, Map<PrincipalId, VerifiedChain> chains) {
    CallParties {
        chains = Map.copyOf(chains);
    }

    boolean isPrincipal(PrincipalId person) {
        return person.equals(caller) || person.equals(callee);
    }

    @Nullable
    VerifiedChain chain(PrincipalId person) {
        return chains.get(person);
    }

    /** The device in this person's chain, or null. */
    @Nullable
    ChainDevice device(PrincipalId person, DeviceId device) {
        VerifiedChain chain = chains.get(person);
        return chain == null ? null : chain.device(device);
    }
}
