package org.whodis.core.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.identity.People.NOW;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineRules.Attempt;
import org.whodis.core.line.LineRules.Proof;
import org.whodis.core.line.LineRules.Redemption;
import org.whodis.core.line.LineRules.Verdict;
import org.whodis.core.wire.Bytes;

/** The table of {@link LineRules}, row by row. */
class LineRulesTest {
    private static final OfficeDomain HERE = new OfficeDomain("a.example");
    private static final OfficeDomain THERE = new OfficeDomain("b.example");
    private static final PrincipalId ISSUER = id(1);
    private static final LineHolder HOLDER = new LineHolder(id(2), THERE);
    private static final LineHolder STRANGER = new LineHolder(id(3), THERE);
    private static final LineId LINE = new LineId(Bytes.of(new byte[32]));
    private static final LineSettings NONE = LineSettings.none(ISSUER);
    private static final WeeklyHours ALWAYS =
            new WeeklyHours(0, List.of(new WeeklyHours.Span(0, WeeklyHours.MINUTES_PER_WEEK)));

    @Test
    void theHolderRings() {
        assertThat(ring(bound(LineTerms.STANDARD), by(HOLDER))).isEqualTo(new Verdict.Ring());
    }

    @Test
    void noLineAndAProofThatCannotBeReadAreRefusedAndNameNoLine() {
        assertThat(ring(null, by(HOLDER))).isEqualTo(refused(null));
        for (Proof proof : List.of(Proof.NONE, Proof.MALFORMED)) {
            Attempt attempt = new Attempt(proof, true, HOLDER, THERE, ISSUER);
            assertThat(ring(bound(LineTerms.STANDARD), attempt)).isEqualTo(refused(null));
        }
    }

    @Test
    void aLineRingsNobodyButItsIssuer() {
        Attempt attempt = new Attempt(Proof.HOLDS, true, HOLDER, THERE, id(9));
        assertThat(ring(bound(LineTerms.STANDARD), attempt)).isEqualTo(refused(LineIncident.Kind.WRONG_PERSON));
    }

    @Test
    void whoKnowsALinesIdWithoutItsSecretDoesNotMakeItsHoldersCopyLookLeaked() {
        Attempt attempt = new Attempt(Proof.FORGED, true, HOLDER, THERE, id(9));
        assertThat(ring(bound(LineTerms.STANDARD), attempt)).isEqualTo(refused(LineIncident.Kind.NOT_PROVED));
    }

    @Test
    void whatIsNotProvedIsRefused() {
        LineFacts line = bound(LineTerms.STANDARD);
        assertThat(ring(line, new Attempt(Proof.FORGED, true, HOLDER, THERE, ISSUER)))
                .isEqualTo(refused(LineIncident.Kind.NOT_PROVED));
        assertThat(ring(line, new Attempt(Proof.HOLDS, false, HOLDER, THERE, ISSUER)))
                .isEqualTo(refused(LineIncident.Kind.NOT_PROVED));
        assertThat(ring(line, new Attempt(Proof.HOLDS, true, HOLDER, HERE, ISSUER)))
                .as("over another office's connection")
                .isEqualTo(refused(LineIncident.Kind.NOT_PROVED));
    }

    @Test
    void anotherIdentityIsRefusedThoughItHasTheSecret() {
        assertThat(ring(bound(LineTerms.STANDARD), by(STRANGER)))
                .isEqualTo(refused(LineIncident.Kind.ANOTHER_IDENTITY));
        assertThat(ring(bound(LineTerms.STANDARD), by(new LineHolder(HOLDER.principal(), HERE))))
                .as("the same person's id claimed by another office")
                .isEqualTo(refused(LineIncident.Kind.NOT_PROVED));
    }

    @Test
    void nobodyRingsBeforeTheApproval() {
        assertThat(ring(line(LineFacts.State.OPEN, null, LineTerms.STANDARD), by(STRANGER)))
                .isEqualTo(refused(LineIncident.Kind.NOT_APPROVED));
        assertThat(ring(line(LineFacts.State.WAITING, HOLDER, LineTerms.STANDARD), by(HOLDER)))
                .isEqualTo(refused(LineIncident.Kind.NOT_APPROVED));
        assertThat(ring(line(LineFacts.State.WAITING, HOLDER, LineTerms.STANDARD), by(STRANGER)))
                .isEqualTo(refused(LineIncident.Kind.ANOTHER_IDENTITY));
    }

    @Test
    void aWithdrawnOrRefusedLineIsAnAlarmForEverybody() {
        for (LineFacts.State state : List.of(LineFacts.State.WITHDRAWN, LineFacts.State.REFUSED)) {
            for (LineHolder who : List.of(HOLDER, STRANGER)) {
                assertThat(ring(line(state, HOLDER, LineTerms.STANDARD), by(who)))
                        .isEqualTo(refused(LineIncident.Kind.WITHDRAWN));
            }
        }
    }

    @Test
    void anExpiredLineIsRefused() {
        LineTerms terms = new LineTerms(LineTerms.Kind.RING, false, NOW - 1, WeeklyHours.NEVER);
        assertThat(ring(bound(terms), by(HOLDER))).isEqualTo(refused(LineIncident.Kind.EXPIRED));
        LineTerms last = new LineTerms(LineTerms.Kind.RING, false, NOW, WeeklyHours.NEVER);
        assertThat(ring(bound(last), by(HOLDER))).isEqualTo(new Verdict.Ring());
    }

    @Test
    void requestsAndCallsOutsideTheHoursAreMissedCalls() {
        LineTerms request = new LineTerms(LineTerms.Kind.REQUEST, true, 0, WeeklyHours.NEVER);
        assertThat(ring(bound(request), by(HOLDER))).isEqualTo(new Verdict.Silent(false));
        // NOW is a Sunday at midnight, UTC.
        WeeklyHours weekdays = new WeeklyHours(0, List.of(new WeeklyHours.Span(0, 5 * 1440)));
        LineTerms hours = new LineTerms(LineTerms.Kind.RING, false, 0, weekdays);
        assertThat(ring(bound(hours), by(HOLDER))).isEqualTo(new Verdict.Silent(false));
    }

    @Test
    void quietHoursHoldForAllButFavourites() {
        LineSettings quiet = new LineSettings(ISSUER, ALWAYS, false, List.of(id(7)), List.of(), List.of(), 1);
        LineTerms any = new LineTerms(LineTerms.Kind.RING, true, 0, WeeklyHours.NEVER);
        assertThat(LineRules.ring(bound(LineTerms.STANDARD), by(HOLDER), quiet, NOW))
                .isEqualTo(new Verdict.Silent(false));
        assertThat(LineRules.ring(bound(any), by(HOLDER), quiet, NOW)).isEqualTo(new Verdict.Ring());
        assertThat(LineRules.directory(new LineHolder(id(7), HERE), quiet, NOW)).isEqualTo(new Verdict.Ring());
        assertThat(LineRules.directory(new LineHolder(id(8), HERE), quiet, NOW)).isEqualTo(new Verdict.Silent(false));
    }

    @Test
    void whoeverIsBlockedIsRefusedWithoutAnIncident() {
        LineSettings person = new LineSettings(
                ISSUER, WeeklyHours.NEVER, false, List.of(), List.of(HOLDER.principal()), List.of(), 1);
        LineSettings office =
                new LineSettings(ISSUER, WeeklyHours.NEVER, false, List.of(), List.of(), List.of(THERE), 1);
        assertThat(LineRules.ring(bound(LineTerms.STANDARD), by(HOLDER), person, NOW))
                .isEqualTo(refused(null));
        assertThat(LineRules.ring(bound(LineTerms.STANDARD), by(HOLDER), office, NOW))
                .isEqualTo(refused(null));
        assertThat(LineRules.directory(HOLDER, person, NOW)).isEqualTo(refused(null));
    }

    @Test
    void callsGoToTheDeskButForFavourites() {
        LineSettings desk = new LineSettings(ISSUER, WeeklyHours.NEVER, true, List.of(id(7)), List.of(), List.of(), 1);
        assertThat(LineRules.directory(new LineHolder(id(8), HERE), desk, NOW)).isEqualTo(new Verdict.Silent(true));
        assertThat(LineRules.directory(new LineHolder(id(7), HERE), desk, NOW)).isEqualTo(new Verdict.Ring());
        assertThat(LineRules.ring(bound(LineTerms.STANDARD), by(HOLDER), desk, NOW))
                .isEqualTo(new Verdict.Silent(true));
    }

    @Test
    void theFirstRedeemerWaitsAndEveryOtherOneIsAnIncident() {
        assertThat(redeem(line(LineFacts.State.OPEN, null, LineTerms.STANDARD), STRANGER))
                .isEqualTo(new Redemption.First());
        assertThat(redeem(line(LineFacts.State.WAITING, HOLDER, LineTerms.STANDARD), HOLDER))
                .isEqualTo(new Redemption.Repeated(false));
        assertThat(redeem(bound(LineTerms.STANDARD), HOLDER)).isEqualTo(new Redemption.Repeated(true));
        for (LineFacts line :
                List.of(line(LineFacts.State.WAITING, HOLDER, LineTerms.STANDARD), bound(LineTerms.STANDARD))) {
            assertThat(redeem(line, STRANGER)).isEqualTo(new Redemption.Refused(LineIncident.Kind.SECOND_REDEEMER));
        }
    }

    @Test
    void aWithdrawnLineIsRedeemedByNobodyAndOnlyTheHolderLearnsOfItsRenewal() {
        LineFacts withdrawn = line(LineFacts.State.WITHDRAWN, HOLDER, LineTerms.STANDARD);
        assertThat(redeem(withdrawn, STRANGER)).isEqualTo(new Redemption.Refused(LineIncident.Kind.WITHDRAWN));
        assertThat(redeem(withdrawn, HOLDER)).isEqualTo(new Redemption.Refused(null));
        assertThat(LineRules.redeem(withdrawn, HOLDER, true, NOW)).isEqualTo(new Redemption.Renewed());
        assertThat(LineRules.redeem(withdrawn, STRANGER, true, NOW))
                .isEqualTo(new Redemption.Refused(LineIncident.Kind.WITHDRAWN));
    }

    @Test
    void anUnknownLineAndOnesOwnGiveTheConstantAnswer() {
        assertThat(redeem(null, HOLDER)).isEqualTo(new Redemption.Refused(null));
        assertThat(redeem(line(LineFacts.State.OPEN, null, LineTerms.STANDARD), new LineHolder(ISSUER, HERE)))
                .isEqualTo(new Redemption.Refused(null));
    }

    @Test
    void hoursFollowTheirOwnClock() {
        // 2026-11-22T00:00Z, a Sunday; two hours east of UTC it is 02:00, one hour west still Saturday 23:00.
        WeeklyHours sundayNight = new WeeklyHours(120, List.of(new WeeklyHours.Span(6 * 1440 + 60, 6 * 1440 + 180)));
        assertThat(sundayNight.contains(NOW)).isTrue();
        WeeklyHours saturday = new WeeklyHours(-60, List.of(new WeeklyHours.Span(5 * 1440, 6 * 1440)));
        assertThat(saturday.contains(NOW)).isTrue();
        assertThat(saturday.contains(NOW + 60 * 60_000)).isFalse();
    }

    private static Verdict ring(LineFacts line, Attempt attempt) {
        return LineRules.ring(line, attempt, NONE, NOW);
    }

    private static Redemption redeem(LineFacts line, LineHolder redeemer) {
        return LineRules.redeem(line, redeemer, false, NOW);
    }

    private static Attempt by(LineHolder who) {
        return new Attempt(Proof.HOLDS, true, who, THERE, ISSUER);
    }

    private static LineFacts bound(LineTerms terms) {
        return line(LineFacts.State.BOUND, HOLDER, terms);
    }

    private static LineFacts line(LineFacts.State state, LineHolder holder, LineTerms terms) {
        return new LineFacts(LINE, ISSUER, state, holder, terms);
    }

    private static Verdict refused(LineIncident.Kind kind) {
        return new Verdict.Refused(kind);
    }

    private static PrincipalId id(int last) {
        byte[] id = new byte[32];
        id[31] = (byte) last;
        return new PrincipalId(Bytes.of(id));
    }
}
