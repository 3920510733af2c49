package org.whodis.core.call;

import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.SubmitOutcome;

/**
 * The call is over. Its id stays known until its offer cannot be fresh any more, so that nothing of it is believed again.
 *
 * @param offerExpiresAt of the offer, in milliseconds since 1970
 */
record Ended(long offerExpiresAt) implements CallState {
    /** Whether an offer of this call would be refused as stale anyway. */
    boolean isForgettable(long now) {
        return now > offerExpiresAt + 2 * Limits.CLOCK_SKEW;
    }

    @Override
    public CallState onAnswer(CallMessage.SignedAnswer message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "answer");
    }

    @Override
    public CallState onWelcome(CallMessage.SignedWelcome message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "welcome");
    }

    @Override
    public CallState onNotice(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "notice");
    }

    @Override
    public CallState onGroup(CallMessage.Group message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "group message");
    }

    @Override
    public CallState onSubmitAnswered(EnvelopeId id, SubmitOutcome outcome) {
        return this;
    }

    @Override
    public CallState answer() throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "answer");
    }

    @Override
    public CallState decline() throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "decline");
    }

    @Override
    public void sendToDesk() throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "send to the desk");
    }

    @Override
    public CallState sentToDesk() throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "sent to the desk");
    }

    @Override
    public CallState hangUp() throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "hang up");
    }

    @Override
    public CallState compared(boolean match) throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "words compared");
    }

    @Override
    public CallState onMediaLost() throws RejectedException {
        throw new RejectedException(Rejection.CALL_ENDED, "media lost");
    }

    @Override
    public Ended revoked(EndReason reason) {
        return this;
    }

    @Override
    public CallState onTimeout() {
        return this;
    }

    @Override
    public long deadline() {
        return NEVER;
    }
}
