package org.whodis.phone.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.call.CallView;
import org.whodis.core.call.EndReason;
import org.whodis.core.call.Peer;
import org.whodis.core.call.Rejection;
import org.whodis.core.identity.Assurance;
import org.whodis.core.identity.Genesis;
import org.whodis.media.jitter.JitterStatistics;
import org.whodis.phone.Contact;
import org.whodis.phone.PhoneEvent;
import org.whodis.phone.media.MediaReport;

/** What the phone says in plain words. Everything about a person comes from keys and chain state. */
public final class Wording {
    /** Of frames of the last stretch: below this nobody notices. */
    private static final double GAPS_HEARD = 0.02;

    private static final double GAPS_DISTURB = 0.10;

    private Wording() {}

    static String name(Peer peer) {
        Genesis vouched = peer.vouched();
        return name(vouched.name(), vouched.title(), vouched.officeDomain().value());
    }

    static String name(Contact contact) {
        return name(contact.name(), contact.title(), contact.office());
    }

    private static String name(String name, String title, String office) {
        return name + (title.isEmpty() ? "" : ", " + title) + " (" + office + ")";
    }

    /** What may be said of a person, in the words of every screen. */
    public static String assurance(Assurance assurance) {
        return switch (assurance) {
            case Assurance.VouchedForByOffice(var office) ->
                "vouched for by their office only (" + office.value() + ")";
            case Assurance.OfficeNotCompared(var office) ->
                "OFFICE NOT COMPARED: vouched for by " + office.value() + ", whose key nobody here has compared";
            case Assurance.Compared(long at, int since) ->
                "compared in person on " + date(at)
                        + (since == 0 ? "" : ", " + since + " device" + (since == 1 ? "" : "s") + " added since");
            case Assurance.NewDevice _ -> "NEW DEVICE, vouched for by another one of theirs, not compared";
            case Assurance.NotWhoYouCompared(long at) -> "NOT WHO YOU COMPARED on " + date(at) + ": do not trust this";
        };
    }

    static String words(List<String> words) {
        return String.join(" ", words);
    }

    static String state(CallView view) {
        return switch (view.state()) {
            case DIALLING -> "Calling " + name(view.peer());
            case NOBODY_THERE -> "No phone of theirs is online; the call waits for one";
            case RINGING_THERE -> "Ringing at " + name(view.peer());
            case RINGING -> name(view.peer()) + " calls";
            case WAITING -> name(view.peer()) + " calls too";
            case CONNECTING -> "Answered; agreeing on keys";
            case CONNECTED -> "In a call with " + name(view.peer());
            case ENDED -> ended(view.ended());
        };
    }

    static String ended(@Nullable EndReason reason) {
        if (reason == null) {
            return "The call is over.";
        }
        return switch (reason) {
            case DECLINED -> "They declined.";
            case BUSY -> "They are in another call.";
            case NO_ANSWER -> "Nobody answered.";
            case CANCELLED -> "The caller gave up.";
            case ANSWERED_ELSEWHERE -> "Answered on another device of yours.";
            case DECLINED_ELSEWHERE -> "Declined on another device of yours.";
            case DECLINED_HERE -> "Declined.";
            case GLARE -> "They call you at this very moment: answer their call.";
            case HUNG_UP_HERE -> "You hung up.";
            case HUNG_UP_THERE -> "They hung up.";
            case WORDS_DIFFER, WORDS_DIFFER_THERE ->
                "THE WORDS DIFFERED: somebody is in between. Do not use this way to reach them until you know who.";
            case NOT_CONNECTED -> "They answered, but the two phones did not come together. Try again.";
            case MEDIA_LOST -> "The connection was lost: no sound came from the other side for too long.";
            case FAILED_THERE -> "The call broke off on their side.";
            case DEVICE_REVOKED_THERE ->
                "They have removed the device that you were talking to: whoever holds it is not them any more.";
            case DEVICE_REVOKED_HERE -> "This device was removed by another device of yours.";
            case REFUSED_BY_OFFICE -> "The office refused the call.";
        };
    }

    /** How well the other side is heard since {@code before}, in words. */
    static String quality(@Nullable MediaReport before, MediaReport now) {
        JitterStatistics heard = now.speech();
        if (heard == null) {
            return "no sound yet";
        }
        JitterStatistics earlier = before == null ? null : before.speech();
        long played = heard.played() - (earlier == null ? 0 : earlier.played());
        long lost = heard.lost() - (earlier == null ? 0 : earlier.lost());
        if (played == 0) {
            return "NO SOUND from the other side";
        }
        double gaps = (double) lost / (played + lost);
        return gaps < GAPS_HEARD ? "clear" : gaps < GAPS_DISTURB ? "small gaps" : "MANY GAPS";
    }

    static String notToDesk(PhoneEvent.WhyNotToDesk why) {
        return switch (why) {
            case NOBODY_SITS ->
                "Nobody else sits at your office's desk, so the call goes on ringing. The operator names them: whodis office"
                        + " desk add";
            case OFFICE_IS_OLDER ->
                "Your office is of an older release and cannot take one call to the desk: it goes on ringing.";
            case NOT_NOW -> "The desk has not got this call: it is over, or another device of yours has answered it.";
        };
    }

    static String refusal(Rejection reason) {
        return "Not possible now ("
                + reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ").";
    }

    static String date(long millis) {
        return DateTimeFormatter.ISO_LOCAL_DATE.format(
                LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneId.systemDefault()));
    }

    static String time(long millis) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withZone(ZoneId.systemDefault())
                .format(Instant.ofEpochMilli(millis));
    }

    static String duration(long nanos) {
        long seconds = nanos / 1_000_000_000L;
        long rest = seconds % 60;
        return seconds / 60 + ":" + (rest < 10 ? "0" : "") + rest;
    }
}
