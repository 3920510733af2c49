package org.whodis.office.admin;

/** What the operator asks. On the wire one line of JSON, {@code {"command":"…", …}}; answered by one
 * line, {@code {"ok":true,"result":…}} or {@code {"ok":false,"error":"…"}}. */
public sealed interface AdminRequest {
    record Invite(String name, String title, long lifetimeMillis) implements AdminRequest {}

    record Pending() implements AdminRequest {}

    record Principals() implements AdminRequest {}

    record Confirm(String words) implements AdminRequest {}

    record Refuse(String words) implements AdminRequest {}

    record Desk() implements AdminRequest {}

    record DeskAdd(String who) implements AdminRequest {}

    record DeskRemove(String who) implements AdminRequest {}

    /** Other offices. */
    record Peers() implements AdminRequest {}

    record PeerRule(String domain, boolean allowed) implements AdminRequest {}

    record PeerMode(boolean listedOnly) implements AdminRequest {}

    /** What the operator has to read to the other one. */
    record PeerWords(String domain) implements AdminRequest {}

    /** The words that the other operator has read. */
    record PeerCompare(String domain, String words) implements AdminRequest {}

    /** Forgets what is known of an office. */
    record PeerForget(String domain) implements AdminRequest {}

    record Keys() implements AdminRequest {}

    /**
     * Puts another key in the place of the office's.
     *
     * @param recoveryKey the file with the recovery key; empty if it is lost
     * @param newRecoveryKey for another recovery key in its place; empty: none
     */
    record RotateKey(String recoveryKey, String newRecoveryKey) implements AdminRequest {}

    record Status() implements AdminRequest {}

    record RestartSignalling() implements AdminRequest {}

    record RestartRelay() implements AdminRequest {}

    record Stop() implements AdminRequest {}
}
