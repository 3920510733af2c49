package org.whodis.web.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.line.DeskView;
import org.whodis.core.line.GivenLine;
import org.whodis.core.line.LineBook;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.Mistyped;
import org.whodis.core.line.NewLine;
import org.whodis.core.line.RedeemedLine;
import org.whodis.core.line.WeeklyHours;

/** What the screens show of lines: {@code Lines} and {@code Desk} of {@code model.ts}. */
final class LinesJson {
    private final Json out;
    private final SnapshotJson persons;
    private final BrowserPhone.Ready ready;
    private final long now;

    LinesJson(Json out, SnapshotJson persons, BrowserPhone.Ready ready, long now) {
        this.out = out;
        this.persons = persons;
        this.ready = ready;
        this.now = now;
    }

    /** {@code HandOver} of {@code model.ts}. */
    static String handOver(NewLine line) {
        return new Json()
                .object()
                .field("line", line.id().value().hex())
                .field("link", line.link())
                .field("office", line.office())
                .name("words")
                .strings(line.words())
                .name("code")
                .strings(LinkQr.rows(line.link()))
                .end()
                .toString();
    }

    /** {@code Mistyped} of {@code model.ts}. */
    static String mistyped(Mistyped mistake) {
        Json out = new Json().object();
        switch (mistake) {
            case Mistyped.TooLong() -> out.field("kind", "too-long");
            case Mistyped.Nothing() -> out.field("kind", "nothing");
            case Mistyped.NotALink() -> out.field("kind", "not-a-link");
            case Mistyped.WrongCharacter() -> out.field("kind", "wrong-character");
            case Mistyped.NotADomain(String typed) ->
                out.field("kind", "not-a-domain").field("typed", typed);
            case Mistyped.WordCount(int words) ->
                out.field("kind", "word-count").field("words", words);
            case Mistyped.NotAWord(int word, String typed, String perhaps) ->
                out.field("kind", perhaps.isEmpty() ? "not-a-word" : "like-a-word")
                        .field("word", word)
                        .field("typed", typed)
                        .field("perhaps", perhaps);
            case Mistyped.WrongOrder(int word) ->
                out.field("kind", "wrong-order").field("word", word).field("next", word + 1);
            case Mistyped.AnotherWord(int word, String typed, String probably) ->
                out.field("kind", "another-word")
                        .field("word", word)
                        .field("typed", typed)
                        .field("perhaps", probably);
            case Mistyped.DoesNotFit() -> out.field("kind", "does-not-fit");
        }
        return out.end().toString();
    }

    void write() {
        if (ready.lines.isRead()) {
            lines(ready.lines.book(), ready.lines.settings());
        }
        DeskView desk = ready.lines.desk();
        if (desk != null) {
            desk(desk);
        }
    }

    private void lines(LineBook book, LineSettings settings) {
        out.name("lines").object().name("given").array();
        for (GivenLine line : book.given().values()) {
            given(book, line);
        }
        out.end().name("held").array();
        for (RedeemedLine line : book.held().values()) {
            held(line);
        }
        out.end().name("quiet");
        hours(settings.quiet());
        out.field("sendToDesk", settings.sendToDesk()).name("favourites");
        ids(settings.favourites());
        out.name("blocked");
        ids(settings.blocked());
        out.end();
    }

    private void given(LineBook book, GivenLine line) {
        LineHolder holder = line.facts().holder();
        VerifiedChain chain = line.redeemer();
        boolean isOfHolder =
                chain != null && holder != null && chain.principal().equals(holder.principal());
        VerifiedChain shown = isOfHolder || holder == null ? chain : ready.directory.find(holder.principal());
        out.object()
                .field("id", line.id().value().hex())
                .field("note", line.note())
                .field("state", Problem.kebab(line.facts().state()))
                .field("redeemed", chain != null)
                .field("renewable", book.canRenew(line));
        if (shown != null) {
            out.name("person");
            persons.person(shown);
        }
        terms(line.facts().terms());
        out.name("incidents").array();
        for (LineIncident incident : line.incidents()) {
            incident(incident);
        }
        out.end().end();
    }

    private void held(RedeemedLine line) {
        out.object()
                .field("id", line.id().value().hex())
                .field("state", line.gone() ? "gone" : line.bound() ? "rings" : "waits")
                .name("person");
        persons.person(line.issuer());
        terms(line.terms());
        out.end();
    }

    private void terms(LineTerms terms) {
        out.name("terms")
                .object()
                .field("requestOnly", terms.kind() == LineTerms.Kind.REQUEST)
                .field("anyTime", terms.favourite())
                .field("until", terms.notAfter())
                .field("expired", terms.isExpired(now))
                .name("hours");
        hours(terms.hours());
        out.end();
    }

    private void hours(WeeklyHours hours) {
        out.object().field("offset", hours.utcOffsetMinutes()).name("spans").array();
        for (WeeklyHours.Span span : hours.spans()) {
            out.object().field("from", span.from()).field("until", span.until()).end();
        }
        out.end().end();
    }

    private void incident(LineIncident incident) {
        out.object()
                .field("kind", Problem.kebab(incident.kind()))
                .field("proved", incident.proved())
                .field("name", incident.name())
                .field("office", incident.claimed().office().value())
                .field("from", incident.fromOffice().value())
                .field("firstAt", incident.firstAt())
                .field("lastAt", incident.lastAt())
                .field("count", incident.count())
                .end();
    }

    private void ids(List<PrincipalId> ids) {
        out.array();
        for (PrincipalId id : ids) {
            out.value(id.value().hex());
        }
        out.end();
    }

    private void desk(DeskView desk) {
        out.name("deskList").object().name("knocks").array();
        for (DeskView.KnockView each : desk.knocks()) {
            out.object().field("nonce", each.knock().nonce().hex()).name("person");
            persons.person(each.knocker());
            out.field("at", each.knock().at())
                    .field("for", each.knock().toName())
                    .field("text", each.knock().text())
                    .end();
        }
        out.end().name("incidents").array();
        for (DeskView.IncidentView each : desk.incidents()) {
            out.object().field("line", each.line().value().hex()).field("note", each.note());
            out.field("issuer", nameOf(ready.directory.find(each.issuer()), each.issuer()))
                    .name("incidents")
                    .array();
            for (LineIncident incident : each.incidents()) {
                incident(incident);
            }
            out.end().end();
        }
        out.end().name("calls").array();
        for (LinePages.SentCall each : desk.calls()) {
            out.object()
                    .field("caller", each.caller().principal().value().hex())
                    .field("name", each.name())
                    .field("office", each.caller().office().value())
                    .field("to", nameOf(ready.directory.find(each.callee()), each.callee()))
                    .field("at", each.at())
                    .end();
        }
        out.end().end();
    }

    private String nameOf(@Nullable VerifiedChain chain, PrincipalId id) {
        VerifiedChain own = ready.directory.own();
        if (id.equals(own.principal())) {
            return own.genesis().name();
        }
        return chain == null ? "" : chain.genesis().name();
    }
}
