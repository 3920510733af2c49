package org.whodis.verify.simulation;

import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.Notice;
import org.whodis.core.wire.DecodeException;

/** Messages in a word or two, for timelines. */
final class Wording {
    private Wording() {}

    static String of(Envelope envelope) {
        try {
            return of(CallMessage.decode(envelope.message()));
        } catch (DecodeException e) {
            return "garbage";
        }
    }

    static String of(CallMessage message) {
        return switch (message) {
            case CallMessage.SignedOffer _ -> "Offer";
            case CallMessage.SignedAnswer _ -> "Answer";
            case CallMessage.SignedWelcome _ -> "Welcome";
            case CallMessage.SignedNotice notice -> notice(notice);
            case CallMessage.Group _ -> "group message";
        };
    }

    private static String notice(CallMessage.SignedNotice notice) {
        try {
            return "Notice " + Notice.decode(notice.signed()).type().name().toLowerCase(java.util.Locale.ROOT);
        } catch (DecodeException e) {
            return "Notice of garbage";
        }
    }
}
