package org.whodis.phone.cli;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineTerms;
import org.whodis.phone.line.HeldLine;

/** What is said of lines. */
final class LineWording {
    private LineWording() {}

    static String given(GivenLine line) {
        List<String> parts = new ArrayList<>();
        parts.add(state(line.facts().state()));
        if (line.redeemer() != null) {
            parts.add((line.isWaiting() ? "redeemed by " : "of ") + person(line.redeemer()));
        }
        terms(parts, line.facts().terms());
        if (!line.incidents().isEmpty()) {
            parts.add("TRIED BY OTHERS " + line.attempts() + " time" + (line.attempts() == 1 ? "" : "s"));
        }
        return line.id().shortForm() + "  " + (line.note().isEmpty() ? "(no note)" : line.note()) + ": "
                + String.join(", ", parts);
    }

    static String held(HeldLine line) {
        List<String> parts = new ArrayList<>();
        parts.add(line.gone() ? "gone: their office knows it no more" : line.bound() ? "rings" : "waits for their yes");
        terms(parts, line.terms());
        return line.id().shortForm() + "  " + Wording.name(line.issuer()) + ": " + String.join(", ", parts);
    }

    static String state(LineFacts.State state) {
        return switch (state) {
            case OPEN -> "not redeemed yet";
            case WAITING -> "WAITS FOR YOUR YES";
            case BOUND -> "rings";
            case REFUSED -> "refused, and watched";
            case WITHDRAWN -> "withdrawn, and watched";
        };
    }

    static String person(VerifiedChain chain) {
        Genesis genesis = chain.genesis();
        return genesis.name() + (genesis.title().isEmpty() ? "" : ", " + genesis.title()) + " ("
                + genesis.officeDomain().value() + ")";
    }

    static String incident(LineIncident incident) {
        String who = incident.proved()
                ? incident.name() + " (" + incident.claimed().office().value() + "), proved"
                : "somebody who claims to be of " + incident.claimed().office().value() + ", NOT proved";
        return Wording.time(incident.lastAt()) + ": " + what(incident.kind()) + ", by " + who + ", over the office "
                + incident.fromOffice().value() + ", " + incident.count() + " time"
                + (incident.count() == 1 ? "" : "s") + " since " + Wording.time(incident.firstAt());
    }

    private static String what(LineIncident.Kind kind) {
        return switch (kind) {
            case ANOTHER_IDENTITY -> "tried to call by a line that is somebody else's";
            case SECOND_REDEEMER -> "tried to redeem a line that somebody else had redeemed";
            case WITHDRAWN -> "tried a withdrawn line";
            case EXPIRED -> "tried an expired line";
            case NOT_APPROVED -> "tried to call before your yes";
            case NOT_PROVED -> "tried it with a proof that does not hold";
            case WRONG_PERSON -> "tried to ring somebody else by it";
            case MANY -> "more tries by others over this office, the last one";
            case MANY_OFFICES -> "more tries over further offices, the last one";
        };
    }

    private static void terms(List<String> parts, LineTerms terms) {
        if (terms.kind() == LineTerms.Kind.REQUEST) {
            parts.add("requests only");
        }
        if (terms.favourite()) {
            parts.add("at any hour");
        }
        if (!terms.hours().isEmpty()) {
            parts.add(HoursText.text(terms.hours()));
        }
        if (terms.notAfter() != 0) {
            parts.add("until " + Wording.time(terms.notAfter()));
        }
    }
}
