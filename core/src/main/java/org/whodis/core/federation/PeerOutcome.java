package org.whodis.core.federation;

import org.whodis.core.wire.Bytes;

/** What the sender of a {@link PeerRequest} learns in the end. */
public sealed interface PeerOutcome {
    /** The other office did it. */
    record Applied(Bytes body) implements PeerOutcome {}

    /** The other office did not do it and will not; {@code code} is one of {@link org.whodis.core.identity.Refusal}. */
    record Refused(int code) implements PeerOutcome {}

    /** It was never sent: the other office is not one that this one talks to, or not the one that was meant. */
    record NotSent(PeerRefusal why) implements PeerOutcome {}

    /** The deadline passed without an answer: it may have been done or not. */
    record Unknown() implements PeerOutcome {}

    static PeerOutcome of(PeerAnswer answer) {
        return switch (answer) {
            case PeerAnswer.Applied applied -> new Applied(applied.body());
            case PeerAnswer.Refused refused -> new Refused(refused.code());
        };
    }
}
