package org.whodis.office.enrol;

import org.whodis.core.identity.Refusal;
import org.whodis.office.http.HttpAnswer;

/** The refusals that strangers see. Each is one string of bytes, whatever the reason behind it was. */
final class Refusals {
    static final HttpAnswer MALFORMED = answer(400, new Refusal(Refusal.MALFORMED, "This request cannot be read."));

    /** Unknown, used or expired: not even how far somebody else came can be told from it. */
    static final HttpAnswer NOT_KNOWN = answer(
            403,
            new Refusal(
                    Refusal.NOT_KNOWN,
                    "This link is not valid, was used before, or has expired. Ask your office for another one."));

    static final HttpAnswer TOO_MANY =
            answer(429, new Refusal(Refusal.TOO_MANY, "Too many attempts. Wait a minute and try again."));

    static final HttpAnswer UNAVAILABLE =
            answer(503, new Refusal(Refusal.UNAVAILABLE, "The office cannot do this now. Try again later."));

    private Refusals() {}

    private static HttpAnswer answer(int status, Refusal refusal) {
        return new HttpAnswer(status, HttpAnswer.BINARY, refusal.encode());
    }
}
