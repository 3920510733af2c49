package org.whodis.web.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;
import org.whodis.core.message.CallId;
import org.whodis.core.message.MediaJoined;
import org.whodis.core.wire.Bytes;

/** What {@link BrowserPhone#poll} gives; to be carried out in this order. */
public sealed interface PhoneOutput {
    /** Open a WebSocket to the office, and bring back what becomes of it. At most one is open. */
    record Connect(int connection) implements PhoneOutput {}

    /** Never before the connection is open. */
    record Send(int connection, Bytes message) implements PhoneOutput {}

    /** Close it; nothing of it is of interest any more. */
    record Disconnect(int connection) implements PhoneOutput {}

    /** Ask the office by HTTPS: GET if there is no body, else POST. */
    record Ask(int request, String path, @Nullable Bytes body) implements PhoneOutput {}

    /**
     * Keep this in place of everything before, in one transaction, and say {@link PhoneInput.Stored} when it is durable. What
     * depends on it is sent only then.
     */
    record Store(long version, Bytes record) implements PhoneOutput {}

    /** Forget what was stored. */
    record Erase() implements PhoneOutput {}

    /** The store opens by this passkey: ask its authenticator for the value of {@code salt} when the person unlocks. */
    record NeedPasskey(Bytes credential, Bytes salt) implements PhoneOutput {}

    /** What the person asked for was done, or {@code problem} kept it from being done. */
    record Done(int deed, @Nullable Problem problem, String answer) implements PhoneOutput {}

    /** {@link BrowserPhone#snapshot} is another one. */
    record Changed() implements PhoneOutput {}

    /**
     * Make ready to talk to a relay in this call, anew if it was done before, and bring {@link PhoneInput.MediaOffered}. Never
     * before this device has offered or a person has answered on it.
     */
    record OpenMedia(CallId call) implements PhoneOutput {}

    /** There the relay is. */
    record MediaPlace(CallId call, MediaJoined place) implements PhoneOutput {
        /** The place as the page reads it, {@code MediaPlace} of {@code core.d.ts}. */
        public String json() {
            return new Json()
                    .object()
                    .field("host", place.host())
                    .field("port", place.port())
                    .field("ufrag", place.iceUfrag())
                    .field("pwd", place.icePwd())
                    .field("fingerprint", place.dtlsFingerprint().hex())
                    .field("ssrc", place.ssrc())
                    .name("turn")
                    .object()
                    .field("username", place.turn().username())
                    .field("password", place.turn().password())
                    .field("peerAddress", place.turn().peerAddress().hex())
                    .end()
                    .end()
                    .toString();
        }
    }

    /** Seal and open media with these keys from now on. Not a record: those print what they hold. */
    final class InstallEpoch implements PhoneOutput {
        private final CallId call;
        private final int ownLeaf;
        private final long epoch;
        private final Secret baseKey;
        private final List<Integer> leaves;
        private final List<Integer> removed;
        private final boolean isLast;

        InstallEpoch(
                CallId call,
                int ownLeaf,
                long epoch,
                Secret baseKey,
                List<Integer> leaves,
                List<Integer> removed,
                boolean isLast) {
            this.call = call;
            this.ownLeaf = ownLeaf;
            this.epoch = epoch;
            this.baseKey = baseKey;
            this.leaves = List.copyOf(leaves);
            this.removed = List.copyOf(removed);
            this.isLast = isLast;
        }

        public CallId call() {
            return call;
        }

        public int ownLeaf() {
            return ownLeaf;
        }

        public long epoch() {
            return epoch;
        }

        /** 32 bytes, which whoever carries this out erases. */
        public Secret baseKey() {
            return baseKey;
        }

        public List<Integer> leaves() {
            return leaves;
        }

        public List<Integer> removed() {
            return removed;
        }

        /** Whether no other epoch follows in this call. */
        public boolean isLast() {
            return isLast;
        }
    }

    /** The call is over here: no frame is sent or played any more, its keys are forgotten, the microphone is let go. */
    record CloseMedia(CallId call) implements PhoneOutput {}
}
