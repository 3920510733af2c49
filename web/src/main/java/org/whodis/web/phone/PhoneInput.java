package org.whodis.web.phone;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.wire.Bytes;

/** What {@link BrowserPhone#handle} takes. A {@code deed} names what the person asked for in its {@link PhoneOutput.Done}. */
public sealed interface PhoneInput {
    /** Once, first: what the page has stored, or nothing. */
    record Start(Bytes stored) implements PhoneInput {}

    /** What opens the store: a passphrase, or what the authenticator computed. Not a record, because records print. */
    final class Unlock implements PhoneInput {
        private final int deed;
        private final Secret brought;

        public Unlock(int deed, Secret brought) {
            this.deed = deed;
            this.brought = brought;
        }

        int deed() {
            return deed;
        }

        Secret brought() {
            return brought;
        }
    }

    /** The connection that {@link PhoneOutput.Connect} asked for is open. */
    record Opened(int connection) implements PhoneInput {}

    record Received(int connection, Bytes message) implements PhoneInput {}

    /** The connection is gone, or could not be made. */
    record Closed(int connection) implements PhoneInput {}

    /** The browser has noticed that its network changed: what is there may be dead, what was not may be there. */
    record NetworkChanged() implements PhoneInput {}

    /** The answer to a {@link PhoneOutput.Ask}; {@code status} is 0 if there was none. */
    record Answered(int request, int status, Bytes body) implements PhoneInput {}

    /** Everything up to this {@link PhoneOutput.Store} will be there when the page is opened again. */
    record Stored(long version) implements PhoneInput {}

    record StoreFailed() implements PhoneInput {}

    /** What is about to be enrolled? Done with a JSON text, {@code Invited} of {@code model.ts}. */
    record LookAt(int deed, String link) implements PhoneInput {}

    /** Enrols by an invitation, or as a further device by a link. Done when there are words to compare. */
    record Enrol(int deed, String link, String deviceName, Protection protection) implements PhoneInput {}

    /** Forgets an invitation or a link that came to nothing, and the keys made for it. */
    record Abandon(int deed) implements PhoneInput {}

    /** Done with the call's id. */
    record Call(int deed, PrincipalId person) implements PhoneInput {}

    record Answer(int deed, CallId call) implements PhoneInput {}

    record Decline(CallId call) implements PhoneInput {}

    /** Of a call that rings or waits. Done when the desk has it; until then, and if it fails, it goes on ringing. */
    record SendToDesk(int deed, CallId call) implements PhoneInput {}

    /** Ends a call in whatever way fits its state. */
    record HangUp(CallId call) implements PhoneInput {}

    record WordsMatch(CallId call, boolean match) implements PhoneInput {}

    /** Takes a call that has ended out of the snapshot. */
    record Dismiss(CallId call) implements PhoneInput {}

    record RenameDevice(int deed, DeviceId device, String name) implements PhoneInput {}

    /** Takes this device out: its keys are forgotten. */
    record RemoveDevice(int deed, DeviceId device) implements PhoneInput {}

    /** Makes a link for a further device. Done with a JSON text of the link and when it expires. */
    record OpenLink(int deed) implements PhoneInput {}

    /** The person has compared the words of the device that wants to be added. */
    record Vouch(int deed, boolean accept) implements PhoneInput {}

    /**
     * The person has compared the words of an alarm about the office's key with the office's operator.
     *
     * @param officeKey as the snapshot named it: another may have been shown meanwhile
     */
    record CompareOffice(int deed, Bytes officeKey, boolean match) implements PhoneInput {}

    /** What {@link PhoneOutput.OpenMedia} asked for: how the relay will know this browser. */
    record MediaOffered(MediaJoin join) implements PhoneInput {}

    /** The way to the relay is gone, or could not be made: another one is to be found. */
    record MediaFailed(CallId call) implements PhoneInput {}

    /** Authentic frames of the other side have come since this was said last. */
    record MediaHeard(CallId call) implements PhoneInput {}

    /** What a person does about lines. */
    record OfLines(int deed, LineDeed what) implements PhoneInput {}

    /** It is later. */
    record Tick() implements PhoneInput {}

    /** The deed of an input, or null if nobody waits for it. */
    static @Nullable Integer deedOf(PhoneInput input) {
        return switch (input) {
            case Unlock unlock -> unlock.deed();
            case LookAt(int deed, String link) -> deed;
            case Enrol enrol -> enrol.deed();
            case Abandon(int deed) -> deed;
            case Call(int deed, PrincipalId person) -> deed;
            case Answer(int deed, CallId call) -> deed;
            case SendToDesk(int deed, CallId call) -> deed;
            case RenameDevice rename -> rename.deed();
            case RemoveDevice(int deed, DeviceId device) -> deed;
            case OpenLink(int deed) -> deed;
            case Vouch(int deed, boolean accept) -> deed;
            case CompareOffice compare -> compare.deed();
            case OfLines(int deed, LineDeed what) -> deed;
            case Start _,
                    Opened _,
                    Received _,
                    Closed _,
                    NetworkChanged _,
                    Answered _,
                    Stored _,
                    StoreFailed _,
                    Decline _,
                    HangUp _,
                    WordsMatch _,
                    Dismiss _,
                    MediaOffered _,
                    MediaFailed _,
                    MediaHeard _,
                    Tick _ -> null;
        };
    }
}
