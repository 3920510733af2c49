package org.whodis.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallOutput;
import org.whodis.core.call.Peer;
import org.whodis.core.call.Rejection;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.line.GivenLine;
import org.whodis.core.message.CallId;
import org.whodis.phone.line.HeldLine;
import org.whodis.phone.signalling.OfficeException;
import org.whodis.phone.signalling.TlsPeer;

/** What a phone tells whoever shows it. */
public sealed interface PhoneEvent {
    /** The session with the office is up. */
    record Online(TlsPeer office) implements PhoneEvent {}

    /** The session is gone; the phone tries again by itself. */
    record Offline(String why) implements PhoneEvent {}

    /** A try to reach the office failed in a way that a person should know of. */
    record OfficeProblem(OfficeException why) implements PhoneEvent {}

    /** The directory was read. */
    record ContactsChanged(List<Contact> contacts) implements PhoneEvent {
        public ContactsChanged {
            contacts = List.copyOf(contacts);
        }
    }

    /** Make a sound: this call rings, and everything about the caller has been verified. */
    record Ringing(PhoneCall call) implements PhoneEvent {}

    /** Stop the sound. */
    record RingingStopped(CallId callId) implements PhoneEvent {}

    /** Show this in silence: somebody calls during a call. */
    record SecondCall(PhoneCall call) implements PhoneEvent {}

    /** The office has taken a call that rang here to the desk: it rings nowhere any more. */
    record SentToDesk(CallId callId) implements PhoneEvent {}

    /** The office has not taken a call to the desk, for which this person asked: it goes on ringing. */
    record NotSentToDesk(CallId callId, WhyNotToDesk why) implements PhoneEvent {}

    enum WhyNotToDesk {
        /** Nobody but this person sits at the office's desk. */
        NOBODY_SITS,
        /** The office is of an older release, and knows nothing of it. */
        OFFICE_IS_OLDER,
        /** The call is over, or another device of this person has answered it. */
        NOT_NOW
    }

    record CallChanged(PhoneCall call) implements PhoneEvent {}

    record MissedCall(CallId callId, Peer caller, long atMillis) implements PhoneEvent {}

    /** Tell the person unmistakably: somebody is in between. */
    record Alarm(CallId callId, Peer peer, CallOutput.AlarmKind kind) implements PhoneEvent {}

    /** The call's sound: there is no microphone or loudspeaker, or the way to the relay is gone and sought anew. */
    record MediaProblem(CallId callId, String why) implements PhoneEvent {}

    /** Something was refused: what the person asked for, or what somebody sent. */
    record Refused(@Nullable CallId callId, Rejection reason, String detail) implements PhoneEvent {}

    /** A further device used this phone's link; it is added if the words on both screens are the same. */
    record LinkRequested(DeviceKind kind, List<String> words) implements PhoneEvent {
        public LinkRequested {
            words = List.copyOf(words);
        }
    }

    /** This person has another device now, or one less. */
    record OwnDevicesChanged(int devices) implements PhoneEvent {}

    /**
     * Another device of this person has taken this one out, or it has itself. Its keys are erased, and this phone does nothing
     * more: only a new link makes it a device of theirs again.
     */
    record DeviceRevoked(long atMillis) implements PhoneEvent {}

    /** Somebody has redeemed a line that this person gave, and waits for a yes. */
    record LineWaiting(GivenLine line) implements PhoneEvent {}

    /** Somebody else tried a line that this person gave: its copy has leaked. */
    record LineTried(GivenLine line) implements PhoneEvent {}

    /** A line that was given to this person rings from now on. */
    record LineReady(HeldLine line) implements PhoneEvent {}

    /** A line that was given to this person is gone. */
    record LineGone(HeldLine line) implements PhoneEvent {}

    /** Something waits at the desk, where this person may sit. */
    record DeskChanged() implements PhoneEvent {}

    /** Something could not be kept on disk. */
    record StorageProblem(String why) implements PhoneEvent {}
}
