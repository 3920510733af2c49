package org.whodis.core.call;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.Pin;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Envelope;
import org.whodis.core.sframe.EpochKeys;

/** What {@link CallEngine#poll} gives; to be carried out in this order. */
public sealed interface CallOutput {
    /** Send this to the office in a {@code submit}, and bring its outcome back as {@link CallInput.SubmitAnswered}. */
    record Submit(Envelope envelope) implements CallOutput {}

    /**
     * Ask the office to take a call that rings to the desk; {@code decline} is what ends it for everybody else, and goes nowhere
     * but into that request. If the office takes it, say so by {@link CallInput.SentToDesk}; else nothing has changed.
     */
    record SendToDesk(Envelope decline) implements CallOutput {}

    /** Make a sound: everything about the caller has been verified. */
    record RingStart(CallView call) implements CallOutput {}

    /** Stop the sound at once. */
    record RingStop(CallId callId) implements CallOutput {}

    /** Show this without a sound: a call while in another one. */
    record SecondCall(CallView call) implements CallOutput {}

    /** A call is in another state, or more is known of it. */
    record CallChanged(CallView call) implements CallOutput {}

    /**
     * Take a place in the relay's room of this call. Never before this device has offered or a person has answered on it.
     */
    record JoinMedia(CallId callId) implements CallOutput {}

    /** Give the place up and stop sending and playing. */
    record LeaveMedia(CallId callId) implements CallOutput {}

    /**
     * Seal and open media with these keys from now on. They are of use until {@link KeysErased}: take what is needed out of
     * them while handling this output.
     *
     * @param ownLeaf the leaf whose key seals what this device sends
     */
    record InstallEpoch(CallId callId, int ownLeaf, EpochKeys keys) implements CallOutput {}

    /** The call's keys are gone here; forget what was derived from them. */
    record KeysErased(CallId callId) implements CallOutput {}

    /**
     * Somebody called in vain.
     *
     * @param at when, by the caller's clock
     */
    record MissedCall(CallId callId, Peer caller, long at) implements CallOutput {}

    /** Store this: the words matched. It takes the place of a pin of the same principal. */
    record Pinned(Pin pin) implements CallOutput {}

    /** Tell the person unmistakably: somebody is in between. The call is over. */
    record Alarm(CallId callId, Peer peer, AlarmKind kind) implements CallOutput {}

    /** An input was refused and changed nothing. For logs and counters; never to be told to the other side. */
    record Rejected(@Nullable CallId callId, Rejection reason, String detail) implements CallOutput {}

    /** Who said that the words differ. */
    enum AlarmKind {
        WORDS_DIFFER_HERE,
        WORDS_DIFFER_THERE
    }
}
