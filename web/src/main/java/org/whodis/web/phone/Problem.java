package org.whodis.web.phone;

/** What went wrong, for a screen that says what to do about it. Screens know them by {@link #code}. */
public enum Problem {
    OFFICE_UNREACHABLE,
    /** By another device, which has shown its words. */
    INVITATION_USED,
    /** Unknown, used or expired: an office gives one answer for all three. */
    INVITATION_EXPIRED,
    /** Not a link of ours, or one of another office than the one that served this page. */
    INVITATION_MALFORMED,
    STORAGE_REFUSED,
    PASSPHRASE_WRONG,
    PASSKEY_REFUSED,
    /** The words were not confirmed yet. */
    ENROLMENT_WAITS,
    ENROLMENT_REFUSED,
    /** Another device of this person took this one out; or the office says that it does not know it. */
    DEVICE_REMOVED,
    /** The office says what this release does not understand. */
    OFFICE_OF_OLDER_RELEASE,
    /** Whatever answers under the office's name cannot show the office's key. */
    NOT_THE_OFFICE,
    /** The office shows another key, to which its recovery key has not agreed: it counts in two days. */
    OFFICE_KEY_HELD,
    /** There is a call already, or nobody with this id. */
    NOT_DIALLED,
    /** The call is over, or in a state where this cannot be done. */
    NOT_NOW,
    /** Nobody but this person sits at the office's desk. */
    NOBODY_AT_DESK,
    /** Not the address of a line: a word, a character or the domain is wrong. */
    LINE_MISTYPED,
    /** There is no such line for this person. */
    LINE_NONE,
    /** This person gave it. */
    LINE_OWN,
    /** The office shows somebody else than the screen did: nothing was decided. */
    LINE_SOMEBODY_ELSE,
    /** Nobody holds it who could be given another one. */
    LINE_NO_HOLDER,
    /** What came about it does not hold: nothing was changed. */
    LINE_DOES_NOT_HOLD,
    /** A note or a text that is too long or cannot be shown. */
    LINE_NOTE,
    /** The office takes no more of these, or not so fast. */
    LINE_TOO_MANY,
    CORE_FAILED;

    /** The name in the form of the page's messages: {@code office-unreachable}. */
    public String code() {
        return kebab(this);
    }

    static String kebab(Enum<?> value) {
        StringBuilder out = new StringBuilder();
        for (char c : value.name().toCharArray()) {
            out.append(c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c);
        }
        return out.toString();
    }
}
