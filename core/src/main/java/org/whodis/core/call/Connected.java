package org.whodis.core.call;

import org.whodis.core.identity.Pin;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.GroupMessage;
import org.whodis.core.message.GroupMessage.HangupReason;
import org.whodis.core.message.SubmitOutcome;

/** Either device: both are in the group and know it of each other. */
final class Connected implements CallState {
    private final Call call;

    Connected(Call call) {
        this.call = call;
    }

    Call call() {
        return call;
    }

    @Override
    public CallState onAnswer(CallMessage.SignedAnswer message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "answer");
    }

    @Override
    public CallState onWelcome(CallMessage.SignedWelcome message, Envelope envelope) throws RejectedException {
        throw new RejectedException(call.outgoing ? Rejection.WRONG_ROLE : Rejection.WRONG_STATE, "welcome");
    }

    /** Notices are for calls that have no group yet. */
    @Override
    public CallState onNotice(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException {
        throw new RejectedException(Rejection.WRONG_STATE, "notice");
    }

    @Override
    public CallState onGroup(CallMessage.Group message, Envelope envelope) throws RejectedException {
        return switch (open(call, message, envelope)) {
            case GroupMessage.Connected _ ->
                throw new RejectedException(call.outgoing ? Rejection.WRONG_STATE : Rejection.WRONG_ROLE, "connected");
            case GroupMessage.Hangup(HangupReason reason) -> hungUpThere(call, reason);
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
        call.sendToGroup(new GroupMessage.Hangup(HangupReason.ENDED));
        return call.end(EndReason.HUNG_UP_HERE);
    }

    /** Words that match pin whom they were compared with. Words that differ end the call: whatever it carries is overheard. */
    @Override
    public CallState compared(boolean match) {
        if (match) {
            call.env.pin(Pin.of(call.peerChain(), call.env.now()));
            call.showAgain();
            return this;
        }
        call.sendToGroup(new GroupMessage.Hangup(HangupReason.WORDS_DIFFER));
        call.env.emit(new CallOutput.Alarm(call.id(), call.peer(), CallOutput.AlarmKind.WORDS_DIFFER_HERE));
        return call.end(EndReason.WORDS_DIFFER);
    }

    @Override
    public CallState onMediaLost() {
        call.sendToGroup(new GroupMessage.Hangup(HangupReason.FAILED));
        return call.end(EndReason.MEDIA_LOST);
    }

    /** The other device has lost its keys and calls anew: nobody is there to hear a farewell. */
    CallState lostThere() {
        return call.end(EndReason.FAILED_THERE);
    }

    @Override
    public Ended revoked(EndReason reason) {
        return call.end(reason);
    }

    @Override
    public CallState onTimeout() {
        return this;
    }

    @Override
    public long deadline() {
        return NEVER;
    }

    /** What the other member says. The envelope has to be from the device whose leaf it is. */
    static GroupMessage open(Call call, CallMessage.Group message, Envelope envelope) throws RejectedException {
        RejectedException.require(
                envelope.from().equals(call.peerChain().principal())
                        && envelope.fromDevice().equals(call.peerDevice().id()),
                Rejection.ENVELOPE_DIFFERS_FROM_MESSAGE);
        return call.group().open(message, call.env.nowSeconds());
    }

    static Ended hungUpThere(Call call, HangupReason reason) {
        return switch (reason) {
            case ENDED -> call.end(EndReason.HUNG_UP_THERE);
            case FAILED -> call.end(EndReason.FAILED_THERE);
            case WORDS_DIFFER -> {
                call.env.emit(new CallOutput.Alarm(call.id(), call.peer(), CallOutput.AlarmKind.WORDS_DIFFER_THERE));
                yield call.end(EndReason.WORDS_DIFFER_THERE);
            }
        };
    }
}
