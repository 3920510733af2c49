package org.whodis.web.phone;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.WeeklyHours;
import org.whodis.core.wire.Bytes;

/** What a person does about lines. Done with a text only where it is said. */
public sealed interface LineDeed {
    /** Makes one, open or for {@code person}, who is in the list or whose line one holds. Done with {@code HandOver} of model.ts. */
    record Give(String note, LineTerms terms, @Nullable PrincipalId person) implements LineDeed {}

    /** Shows once more how to hand a line over. Done with {@code HandOver}. */
    record HandOver(LineId line) implements LineDeed {}

    /** Whether this is a line's address, before anything is sent. */
    record Check(String address) implements LineDeed {}

    /** Redeems one; {@code andBack}: the issuer gets one in return. Done with the line's id. */
    record Redeem(String address, boolean andBack) implements LineDeed {}

    /** Says yes or no to {@code shown}, the person whom the screen showed. */
    record Decide(LineId line, PrincipalId shown, boolean approve) implements LineDeed {}

    record Withdraw(LineId line) implements LineDeed {}

    /** Puts a new line in the place of one, for its holder. */
    record Renew(LineId line) implements LineDeed {}

    /** The incidents of a line have been seen. */
    record Acknowledge(LineId line) implements LineDeed {}

    /** Calls by a line that was given to this person. Done with the call's id. */
    record Call(LineId line) implements LineDeed {}

    /** When this person is not rung, and whether the desk hears of calls then. */
    record Quiet(WeeklyHours hours, boolean sendToDesk) implements LineDeed {}

    /** Who of the own office rings through quiet hours. */
    record Favourite(PrincipalId person, boolean isOne) implements LineDeed {}

    record Block(PrincipalId person, boolean isBlocked) implements LineDeed {}

    /** Leaves a short request at the office of this domain. */
    record KnockAt(String office, String name, String text) implements LineDeed {}

    /** A knock was dealt with, by its nonce. */
    record DismissKnock(Bytes nonce) implements LineDeed {}
}
