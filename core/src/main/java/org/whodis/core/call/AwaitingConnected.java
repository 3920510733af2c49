package org.whodis.core.call;

import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.SubmitOutcome;

/** The caller's device: it has added the device that answered, and waits until that one says that it has joined. */
final class AwaitingConnected implements CallState {
    private final Call call;
    private final long deadline;

    AwaitingConnected(Call call) {
        this.call = call;
        this.deadline = call.env.elapsed() + Limits.CONNECT_TIMEOUT;
    }

    Call call() {
        return call;
    }

    @Override
    public CallState onAnswer(CallMessage.SignedAnswer message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "a further answer");
    }

    @Override
    public CallState onWelcome(CallMessage.SignedWelcome message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_ROLE, "welcome");
    }

    /** The device that answered may give up before it has joined; what other devices say is too late. */
    @Override
    public CallState onNotice(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException {
        RejectedException.require(!call.isFromOurselves(envelope), Rejection.WRONG_ROLE);
        return switch (call.verify(message, envelope)) {
            case DECLINED -> {
                RejectedException.require(
                        message.device().equals(call.peerDevice().id()), Rejection.WRONG_STATE);
                yield call.end(EndReason.HUNG_UP_THERE);
            }
            case RINGING, BUSY -> throw new RejectedException(Rejection.WRONG_STATE, "notice after the answer");
            case CANCELLED -> throw new RejectedException(Rejection.WRONG_ROLE, "cancelled");
        };
    }

    @Override
    public CallState onGroup(CallMessage.Group message, Envelope envelope) throws RejectedException {
        return switch (Connected.open(call, message, envelope)) {
            case GroupMessage.Connected _ -> {
                call.show(CallView.State.CONNECTED);
                yield new Connected(call);
            }
            case GroupMessage.Hangup(var reason) -> Connected.hungUpThere(call, reason);
        };
    }

    @Override
    public CallState onSubmitAnswered(EnvelopeId id, SubmitOutcome outcome) {
        return this;
    }

    @Override
    public CallState answer() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "answer");
    }

    @Override
    public CallState decline() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "decline");
    }

    @Override
    public void sendToDesk() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "send to the desk");
    }

    @Override
    public CallState sentToDesk() throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "sent to the desk");
    }

    @Override
    public CallState hangUp() {
        call.sendToGroup(new GroupMessage.Hangup(GroupMessage.HangupReason.ENDED));
        return call.end(EndReason.HUNG_UP_HERE);
    }

    @Override
    public CallState compared(boolean match) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "words compared");
    }

    @Override
    public CallState onMediaLost() {
        call.sendToGroup(new GroupMessage.Hangup(GroupMessage.HangupReason.FAILED));
        return call.end(EndReason.MEDIA_LOST);
    }

    @Override
    public Ended revoked(EndReason reason) {
        return call.end(reason);
    }

    @Override
    public CallState onTimeout() {
        call.sendToGroup(new GroupMessage.Hangup(GroupMessage.HangupReason.FAILED));
        return call.end(EndReason.NOT_CONNECTED);
    }

    @Override
    public long deadline() {
        return deadline;
    }
}
