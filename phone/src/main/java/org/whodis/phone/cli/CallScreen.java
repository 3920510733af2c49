package org.whodis.phone.cli;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.CallView;
import org.whodis.core.call.EndReason;
import org.whodis.core.message.CallId;
import org.whodis.phone.Phone;
import org.whodis.phone.PhoneCall;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.media.MediaReport;

/**
 * One call on a terminal: who it is and how that is known, the words, time and quality, and the keys: {@code a} answer,
 * {@code d} decline, {@code s} send to the desk, {@code m} mute, {@code w} the words match, {@code x} the words differ, {@code h} hang up.
 */
final class CallScreen {
    private static final long REFRESH_MILLIS = 200;
    private static final long QUALITY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Phone phone;
    private final Terminal terminal;
    private final Events events;
    private final int seconds;
    private CallId callId;
    private boolean introduced;
    private @Nullable MediaReport lastReport;
    private String quality = "";
    private long qualityAt;
    private PhoneEvent.@Nullable DeviceRevoked afterwards;

    CallScreen(Phone phone, Terminal terminal, Events events, CallId callId, int seconds) {
        this.phone = phone;
        this.terminal = terminal;
        this.events = events;
        this.callId = callId;
        this.seconds = seconds;
    }

    /** Shows the call until it has ended; returns why it did. */
    EndReason run(boolean answerAtOnce) throws InterruptedException {
        if (answerAtOnce) {
            phone.answer(callId);
        }
        while (true) {
            PhoneEvent event = events.poll(REFRESH_MILLIS);
            if (event != null) {
                handle(event, answerAtOnce);
            }
            PhoneCall call = phone.callView(callId);
            if (call == null) {
                return EndReason.CANCELLED;
            }
            EndReason ended = call.view().ended();
            if (ended != null && ended != EndReason.GLARE) {
                finish(call, ended);
                if (afterwards != null) {
                    events.on(afterwards);
                }
                return ended;
            }
            introduce(call);
            show(call);
            hangUpInTime(call);
            Character key = terminal.key(0);
            if (key != null) {
                press(key, call);
            }
        }
    }

    private void handle(PhoneEvent event, boolean answerAtOnce) {
        switch (event) {
            case PhoneEvent.Ringing(PhoneCall call) -> {
                // After glare the other side's call takes the place of ours.
                callId = call.view().callId();
                introduced = false;
                if (answerAtOnce) {
                    phone.answer(callId);
                }
            }
            case PhoneEvent.SecondCall(PhoneCall other) ->
                terminal.say("(" + Wording.name(other.view().peer()) + " calls too; "
                        + Wording.assurance(other.view().peer().assurance()) + ")");
            case PhoneEvent.Offline(String why) ->
                terminal.say("The connection to the office is gone (" + why + "); trying again. The call goes on.");
            case PhoneEvent.MediaProblem(var _, String why) -> terminal.say(why);
            case PhoneEvent.StorageProblem(String why) -> terminal.say(why);
            case PhoneEvent.MissedCall missed -> Events.sayMissed(terminal, missed);
            case PhoneEvent.SentToDesk _ -> terminal.say("The desk has this call now.");
            case PhoneEvent.NotSentToDesk(var _, PhoneEvent.WhyNotToDesk why) -> terminal.say(Wording.notToDesk(why));
            case PhoneEvent.Alarm(var _, var peer, CallOutput.AlarmKind kind) ->
                terminal.say("ALARM: the words " + (kind == CallOutput.AlarmKind.WORDS_DIFFER_HERE ? "here" : "there")
                        + " differ. Somebody is between you and " + Wording.name(peer) + ".");
            case PhoneEvent.Refused(var _, var reason, String _)
            when terminal.isInteractive() -> terminal.say(Wording.refusal(reason));
            // The call has ended by then and says why; what comes of it is for whoever shows this screen.
            case PhoneEvent.DeviceRevoked revoked -> afterwards = revoked;
            case PhoneEvent.Refused _,
                    PhoneEvent.CallChanged _,
                    PhoneEvent.RingingStopped _,
                    PhoneEvent.Online _,
                    PhoneEvent.OfficeProblem _,
                    PhoneEvent.ContactsChanged _,
                    PhoneEvent.LinkRequested _,
                    PhoneEvent.LineWaiting _,
                    PhoneEvent.LineTried _,
                    PhoneEvent.LineReady _,
                    PhoneEvent.LineGone _,
                    PhoneEvent.DeskChanged _,
                    PhoneEvent.OwnDevicesChanged _ -> {
                // The status line shows what matters of these.
            }
        }
    }

    private void introduce(PhoneCall call) {
        CallView view = call.view();
        if (view.state() != CallView.State.CONNECTED || introduced) {
            return;
        }
        introduced = true;
        terminal.say("Talking to " + Wording.name(view.peer()) + ": "
                + Wording.assurance(view.peer().assurance()) + ".");
        terminal.say("Words to compare: " + Wording.words(view.words())
                + (terminal.isInteractive() ? "   (w: they match, x: they differ)" : ""));
    }

    private void show(PhoneCall call) {
        CallView view = call.view();
        if (view.state() != CallView.State.CONNECTED) {
            boolean rings = view.state() == CallView.State.RINGING;
            // Before anybody speaks: whom an office put in the place of somebody else is known by this alone.
            terminal.status(
                    Wording.state(view) + " — " + Wording.assurance(view.peer().assurance()),
                    !rings
                            ? "   h hang up"
                            : "   a answer, d decline" + (phone.hasDesk() ? ", s send to the desk" : ""));
            return;
        }
        long now = System.nanoTime();
        if (now - qualityAt >= QUALITY_NANOS) {
            MediaReport report = phone.stats(callId);
            if (report != null) {
                quality = Wording.quality(lastReport, report);
                lastReport = report;
            }
            qualityAt = now;
        }
        String muted = call.muted() ? ", muted" : "";
        terminal.status(
                Wording.state(view) + muted + (quality.isEmpty() ? "" : ", sound: " + quality),
                "   " + Wording.duration(now - call.times().connected()) + "   m mute, h hang up");
    }

    private void hangUpInTime(PhoneCall call) {
        long connected = call.times().connected();
        if (seconds > 0 && connected != 0 && System.nanoTime() - connected >= TimeUnit.SECONDS.toNanos(seconds)) {
            phone.hangUp(callId);
        }
    }

    private void press(char key, PhoneCall call) {
        switch (key) {
            case 'a' -> phone.answer(callId);
            case 'd', 'h', 'q' -> phone.hangUp(callId);
            case 's' -> phone.sendToDesk(callId);
            case 'm' -> phone.mute(callId, !call.muted());
            case 'w' -> {
                phone.wordsMatch(callId, true);
                terminal.say("Noted: the words were the same.");
            }
            case 'x' -> phone.wordsMatch(callId, false);
            default -> {
                // Not a key of ours.
            }
        }
    }

    private void finish(PhoneCall call, EndReason ended) {
        terminal.clearStatus();
        long connected = call.times().connected();
        String spoken = connected == 0
                ? ""
                : " It lasted " + Wording.duration(call.times().ended() - connected) + ".";
        terminal.say(Wording.ended(ended) + spoken);
    }

    /** What a script is told of it. */
    static int status(EndReason ended) {
        return switch (ended) {
            case HUNG_UP_HERE, HUNG_UP_THERE -> ExitStatus.OK;
            case WORDS_DIFFER, WORDS_DIFFER_THERE -> ExitStatus.ALARM;
            case DECLINED,
                    BUSY,
                    NO_ANSWER,
                    CANCELLED,
                    ANSWERED_ELSEWHERE,
                    DECLINED_ELSEWHERE,
                    DECLINED_HERE,
                    GLARE,
                    NOT_CONNECTED,
                    MEDIA_LOST,
                    FAILED_THERE,
                    DEVICE_REVOKED_THERE,
                    DEVICE_REVOKED_HERE,
                    REFUSED_BY_OFFICE -> ExitStatus.NO_CONVERSATION;
        };
    }
}
