package org.whodis.core.call;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.message.CallId;

/**
 * A call as a screen shows it.
 *
 * @param outgoing whether this device is the caller
 * @param since when the call came to this state, in milliseconds since 1970
 * @param words the comparison words; empty until both nonces are known
 * @param ended exactly if the state is ended
 */
public record CallView(
        CallId callId,
        boolean outgoing,
        State state,
        Peer peer,
        long since,
        List<String> words,
        @Nullable EndReason ended) {
    public enum State {
        /** The offer is on its way. */
        DIALLING,
        /** Nobody of theirs is online; the offer waits at the office. */
        NOBODY_THERE,
        /** A device of theirs rings. */
        RINGING_THERE,
        /** This device rings. */
        RINGING,
        /** A call while in another one: shown, not heard. */
        WAITING,
        /** Answered; the devices agree keys. */
        CONNECTING,
        /** Both have keys. */
        CONNECTED,
        ENDED
    }

    public CallView {
        words = List.copyOf(words);
        if ((state == State.ENDED) != (ended != null)) {
            throw new IllegalArgumentException("a reason exactly if the call has ended");
        }
    }

    /** Whether somebody calls who was neither answered nor declined here. */
    public boolean isOffered() {
        return state == State.RINGING || state == State.WAITING;
    }
}
