package org.whodis.core.call;

import java.util.List;
import org.whodis.core.identity.Pin;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.LineGuard;
import org.whodis.core.line.LineSecret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.SubmitOutcome;

/** What {@link CallEngine#handle} takes. */
public sealed interface CallInput {
    /** A person calls somebody. */
    record UserDial(VerifiedChain contact) implements CallInput {}

    /** A person calls somebody by a line that was given to them. */
    record UserDialByLine(VerifiedChain contact, LineSecret line) implements CallInput {}

    record UserAnswer(CallId callId) implements CallInput {}

    /** Of a call that rings or waits. */
    record UserDecline(CallId callId) implements CallInput {}

    /** Of a call that rings or waits: it goes on ringing until the office has taken it to the desk ({@link SentToDesk}). */
    record UserSendToDesk(CallId callId) implements CallInput {}

    /** The office has taken the envelope of a {@link CallOutput.SendToDesk}, and the call with it. */
    record SentToDesk(CallId callId) implements CallInput {}

    /** Of a call that this device made or answered. */
    record UserHangUp(CallId callId) implements CallInput {}

    /** A person has compared the words with the other one. */
    record UserSaysWordsMatch(CallId callId, boolean match) implements CallInput {}

    /** The office delivered something. Once it was handled, the shell acknowledges it. */
    record EnvelopeArrived(Delivery delivery) implements CallInput {}

    /** The office's response to a {@link CallOutput.Submit}. */
    record SubmitAnswered(EnvelopeId envelope, SubmitOutcome outcome) implements CallInput {}

    /** The session with the office is up: what it has not answered for is submitted again. */
    record SessionUp() implements CallInput {}

    /** The session is down. Calls go on. */
    record SessionDown() implements CallInput {}

    /** No authentic frame came from the other side for longer than the shell puts up with. */
    record MediaLost(CallId callId) implements CallInput {}

    /** This person's chain has grown. If this device was revoked in it, all calls end, and none begins. */
    record OwnChainChanged(VerifiedChain chain) implements CallInput {}

    /**
     * Somebody's chain, as their office has ordered it: a device that was revoked in it does not ring from now on, nor answer, and
     * the call that it is in ends. Never a chain that came with a call: whoever holds a device that was not revoked yet could
     * make one in which others were.
     */
    record ChainLearned(VerifiedChain chain) implements CallInput {}

    /** Whom this person compared words with, as stored. */
    record PinsChanged(List<Pin> pins) implements CallInput {
        public PinsChanged {
            pins = List.copyOf(pins);
        }
    }

    /** What this person's devices have signed of the lines that they gave, and of when they want to be rung. */
    record LinesChanged(LineGuard lines) implements CallInput {}

    /** It is later: {@link CallEngine#nextTimeout} may be due. */
    record Tick() implements CallInput {}
}
