package org.whodis.office.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineProof;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineRules;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineSettings;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.RedemptionAnswer;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.line.WeeklyHours;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.office.line.LineOffice.Person;

/** What whoever probes lines can see: the same bytes at the same time after the same work, whatever the line is. */
class ConstantAnswerTest {
    private static final int ATTEMPTS = 10_000;

    /** So far apart that no limit of a minute counts. */
    private static final long APART = 60_000;

    private final LineOffice office = new LineOffice();
    private Person anna;
    private Person bert;
    private Person carl;
    private LineSecret bound;
    private Map<String, Offer> classes;

    @BeforeEach
    void lines() throws Exception {
        anna = office.enrol("Anna");
        bert = office.stranger("Bert", "there.example");
        carl = office.stranger("Carl", "there.example");
        Person dora = office.enrol("Dora");
        bound = office.secret();
        LineSecret withdrawn = office.secret();
        LineSecret expired = office.secret();
        LineSecret waiting = office.secret();
        LineSecret refused = office.secret();
        LineSecret open = office.secret();
        office.issue(anna, bound, LineTerms.STANDARD, bert.holder());
        office.issue(anna, withdrawn, LineTerms.STANDARD, bert.holder());
        office.withdraw(anna, withdrawn);
        office.issue(
                anna,
                expired,
                new LineTerms(LineTerms.Kind.RING, false, LineOffice.START - 1, WeeklyHours.NEVER),
                bert.holder());
        office.issue(anna, waiting, LineTerms.STANDARD, null);
        office.redeem(bert, waiting);
        office.issue(anna, refused, LineTerms.STANDARD, null);
        office.redeem(bert, refused);
        office.decide(anna, refused, bert, false);
        office.issue(anna, open, LineTerms.STANDARD, null);
        LineSecret blockedLine = office.secret();
        office.issue(dora, blockedLine, LineTerms.STANDARD, bert.holder());
        office.ask(
                dora,
                new LineRequest.PutSettings(dora.sign(
                        LineSettings.LABEL,
                        new LineSettings(
                                dora.chain.principal(),
                                WeeklyHours.NEVER,
                                false,
                                List.of(),
                                List.of(bert.chain.principal()),
                                List.of(),
                                office.now))));
        Offer plain = offer(bert, anna);
        classes = new LinkedHashMap<>();
        classes.put("no line", plain);
        classes.put("malformed", plain.withLineProof(Bytes.of(new byte[77])));
        classes.put("never issued", proved(office.secret(), bert, anna));
        classes.put("forged", forged(plain));
        classes.put("another identity", proved(bound, carl, anna));
        classes.put("another callee", proved(bound, bert, dora));
        classes.put("nobody here", proved(bound, bert, carl));
        classes.put("withdrawn", proved(withdrawn, bert, anna));
        classes.put("expired", proved(expired, bert, anna));
        classes.put("waiting", proved(waiting, bert, anna));
        classes.put("refused", proved(refused, bert, anna));
        classes.put("open", proved(open, bert, anna));
        classes.put("blocked", proved(blockedLine, bert, dora));
    }

    @AfterEach
    void close() {
        office.close();
    }

    /** What one attempt looked like from outside and inside. */
    private record Seen(Bytes answer, long after, List<String> asked, long verifications) {}

    @Test
    void tenThousandAttemptsOfEachClassGetTheSameBytesAtTheSameDelayAfterTheSameWork() throws Exception {
        Seen expected = null;
        for (Map.Entry<String, Offer> each : classes.entrySet()) {
            for (int i = 0; i < ATTEMPTS; i++) {
                office.now += APART;
                Seen seen = ring(each.getValue());
                expected = expected == null ? seen : expected;
                if (!seen.equals(expected)) {
                    assertThat(seen).as(each.getKey()).isEqualTo(expected);
                }
            }
        }
        assertThat(expected).isNotNull();
        assertThat(expected.answer()).isEqualTo(SubmitOutcome.UNKNOWN_RECIPIENT.encode());
        assertThat(expected.after()).isEqualTo(500);
        assertThat(expected.asked()).containsExactly("begin", "lines.find", "personal.settings");
        assertThat(expected.verifications()).isEqualTo(2);
    }

    @Test
    void redemptionsOfEveryKindOfLineThatIsNotOnesOwnAreAnsweredAlike() throws Exception {
        Map<String, LineSecret> secrets = new LinkedHashMap<>();
        secrets.put("never issued", office.secret());
        secrets.put("bound to another", bound);
        for (String state : List.of("waiting for another", "refused", "withdrawn")) {
            LineSecret secret = office.secret();
            office.issue(anna, secret, LineTerms.STANDARD, null);
            office.redeem(bert, secret);
            secrets.put(state, secret);
        }
        office.decide(anna, secrets.get("refused"), bert, false);
        office.withdraw(anna, secrets.get("withdrawn"));
        Seen expected = null;
        for (Map.Entry<String, LineSecret> each : secrets.entrySet()) {
            for (int i = 0; i < 20; i++) {
                office.now += APART;
                Seen seen = redeem(carl.redeem(each.getValue(), LineOffice.DOMAIN));
                expected = expected == null ? seen : expected;
                assertThat(seen).as(each.getKey()).isEqualTo(expected);
            }
        }
        assertThat(expected).isNotNull();
        assertThat(expected.answer()).isEqualTo(new RedemptionAnswer.None().encode());
        assertThat(expected.after()).isEqualTo(500);
        assertThat(expected.asked()).containsExactly("begin", "lines.find");
    }

    @Test
    void tenThousandRedemptionsOfEachClassGetTheSameBytesAtTheSameDelayAfterTheSameWork() throws Exception {
        Map<String, LineSecret> secrets = new LinkedHashMap<>();
        secrets.put("never issued", office.secret());
        secrets.put("bound to another", bound);
        LineSecret expired = office.secret();
        office.issue(
                anna,
                expired,
                new LineTerms(LineTerms.Kind.RING, false, LineOffice.START - 1, WeeklyHours.NEVER),
                bert.holder());
        secrets.put("expired", expired);
        for (String state : List.of("waiting for another", "refused", "withdrawn", "approved for another")) {
            LineSecret secret = office.secret();
            office.issue(anna, secret, LineTerms.STANDARD, null);
            office.redeem(bert, secret);
            secrets.put(state, secret);
        }
        office.decide(anna, secrets.get("refused"), bert, false);
        office.decide(anna, secrets.get("approved for another"), bert, true);
        office.withdraw(anna, secrets.get("withdrawn"));
        Seen proved = null;
        Seen forged = null;
        for (Map.Entry<String, LineSecret> each : secrets.entrySet()) {
            office.now += 3 * APART;
            SignedRedemption good = carl.redeem(each.getValue(), LineOffice.DOMAIN);
            SignedRedemption bad = new SignedRedemption(
                    good.redemption(),
                    carl.redeem(office.secret(), LineOffice.DOMAIN).byLine(),
                    good.chain(),
                    good.officeKey());
            long begin = office.now;
            for (int i = 0; i < ATTEMPTS; i++) {
                // To and fro between two minutes of one signature's life, so that no limit of a minute counts.
                office.now = begin + (i / (Redemptions.MAX_BY_ONE / 2) % 2 == 0 ? 0 : APART);
                Seen seen = redeem(good);
                proved = proved == null ? seen : proved;
                if (!seen.equals(proved)) {
                    assertThat(seen).as(each.getKey()).isEqualTo(proved);
                }
                // Nothing is looked up for it, so one in ten of each class is enough.
                if (i % 10 == 0) {
                    office.now -= 500;
                    seen = redeem(bad);
                    forged = forged == null ? seen : forged;
                    if (!seen.equals(forged)) {
                        assertThat(seen).as(each.getKey() + ", forged").isEqualTo(forged);
                    }
                }
            }
        }
        assertThat(proved).isNotNull();
        assertThat(proved.answer()).isEqualTo(Redemptions.NONE);
        assertThat(proved.after()).isEqualTo(500);
        assertThat(proved.asked()).containsExactly("begin", "lines.find");
        assertThat(forged).isNotNull();
        assertThat(forged.answer()).isEqualTo(Redemptions.NONE);
        assertThat(forged.after()).isEqualTo(500);
        assertThat(forged.asked()).isEmpty();
    }

    @Test
    void theHolderRingsAtOnce() throws Exception {
        Offer offer = proved(bound, bert, anna);
        assertThat(office.gate.judge(attempt(offer))).isEqualTo(new LineRules.Verdict.Ring());
    }

    @Test
    void aLineTriedByAThousandIdentitiesIsABoundedNumberOfIncidentsThatCountsThemAll() throws Exception {
        Offer good = proved(bound, bert, anna);
        office.told.clear();
        for (int i = 0; i < 1_000; i++) {
            byte[] id = new byte[32];
            id[0] = (byte) (i >> 8);
            id[1] = (byte) i;
            Party caller = new Party(
                    new PrincipalId(Bytes.of(id)),
                    good.caller().head(),
                    good.caller().officeDomain(),
                    good.caller().officeKey());
            Offer tried = withCaller(good, caller);
            tried = tried.withLineProof(LineProof.make(
                            office.context.primitives(),
                            office.context.random(),
                            bound.key(office.context.primitives()),
                            tried)
                    .encode());
            assertThat(office.gate.judge(attempt(tried)))
                    .isEqualTo(new LineRules.Verdict.Refused(LineIncident.Kind.ANOTHER_IDENTITY));
        }
        office.incidents.flush();
        List<LineIncident> incidents = office.context
                .store()
                .transact(transaction -> transaction.lines().incidents(line(bound), 1_000));
        assertThat(incidents).hasSize(IssuedLine.MAX_INCIDENTS);
        assertThat(incidents.stream().mapToLong(LineIncident::count).sum()).isEqualTo(1_000);
        assertThat(incidents).anyMatch(each -> each.kind() == LineIncident.Kind.MANY);
        assertThat(office.told).as("told once for all of them").containsExactly(anna.chain.principal() + " ISSUED");
        assertThat(office.gate.judge(attempt(good)))
                .as("and the holder still rings")
                .isEqualTo(new LineRules.Verdict.Ring());
    }

    @Test
    void guessingIsBoundedByALimitThatKnowsNothingOfLines() throws Exception {
        int looked = 0;
        for (int i = 0; i < 3 * LineGate.MAX_BY_ONE; i++) {
            office.asked.clear();
            Seen seen = ring(proved(i % 2 == 0 ? bound : office.secret(), carl, anna));
            looked += office.asked.isEmpty() && seen.asked().isEmpty() ? 0 : 1;
            assertThat(seen.after()).isEqualTo(500);
            office.now -= 500;
        }
        assertThat(looked).isEqualTo(LineGate.MAX_BY_ONE);
    }

    @Test
    void oneOfficeCannotFloodWithNewIdentities() throws Exception {
        int looked = 0;
        Offer good = proved(bound, bert, anna);
        for (int i = 0; i < LineGate.MAX_BY_OFFICE + 500; i++) {
            byte[] id = new byte[32];
            id[0] = (byte) (i >> 8);
            id[1] = (byte) i;
            Party caller = new Party(
                    new PrincipalId(Bytes.of(id)),
                    good.caller().head(),
                    good.caller().officeDomain(),
                    good.caller().officeKey());
            office.asked.clear();
            var _ = office.gate.judge(attempt(withCaller(good, caller)));
            looked += office.asked.isEmpty() ? 0 : 1;
        }
        assertThat(looked).isEqualTo(LineGate.MAX_BY_OFFICE);
        office.asked.clear();
        Offer fromElsewhere = offer(office.stranger("Emil", "elsewhere.example"), anna);
        var _ = office.gate.judge(attempt(fromElsewhere));
        assertThat(office.asked).as("another office is not punished for it").isNotEmpty();
    }

    @Test
    void attemptsInTheNameOfTheHolderDoNotUseUpWhatTheHolderMayDo() throws Exception {
        Offer good = proved(bound, bert, anna);
        for (int i = 0; i < 2 * LineGate.MAX_BY_ONE; i++) {
            RingAttempt elsewhere = new RingAttempt(good, new OfficeDomain("hostile.example"), false, "", office.now);
            assertThat(office.gate.judge(elsewhere)).isInstanceOf(LineRules.Verdict.Refused.class);
            RingAttempt unproved = new RingAttempt(good, new OfficeDomain("there.example"), false, "", office.now);
            assertThat(office.gate.judge(unproved)).isInstanceOf(LineRules.Verdict.Refused.class);
        }
        assertThat(office.gate.judge(attempt(good))).isEqualTo(new LineRules.Verdict.Ring());
    }

    @Test
    void anOfficeThatNamesManyCannotMakeTheLimitsOfOthersForgotten() throws Exception {
        Offer good = proved(bound, carl, anna);
        for (int i = 0; i < 2 * LineGate.MAX_BY_ONE; i++) {
            var _ = office.gate.judge(attempt(good));
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] id = new byte[32];
            id[0] = (byte) (i >> 8);
            id[1] = (byte) i;
            Party claimed = new Party(
                    new PrincipalId(Bytes.of(id)),
                    good.caller().head(),
                    good.caller().officeDomain(),
                    good.caller().officeKey());
            var _ = office.gate.judge(new RingAttempt(
                    withCaller(good, claimed), new OfficeDomain("hostile.example"), false, "", office.now));
        }
        office.asked.clear();
        var _ = office.gate.judge(attempt(good));
        assertThat(office.asked).as("still beyond the limit").isEmpty();
    }

    @Test
    void aStolenLineThatWasRedeemedFirstRingsNobodyAndTheRightfulOneIsTheIncident() throws Exception {
        LineSecret stolen = office.secret();
        office.issue(anna, stolen, LineTerms.STANDARD, null);
        assertThat(RedemptionAnswer.decode(office.redeem(carl, stolen))).isInstanceOf(RedemptionAnswer.Known.class);
        assertThat(office.told).contains(anna.chain.principal() + " ISSUED");
        assertThat(office.gate.judge(attempt(proved(stolen, carl, anna))))
                .isEqualTo(new LineRules.Verdict.Refused(LineIncident.Kind.NOT_APPROVED));
        assertThat(office.redeem(bert, stolen)).isEqualTo(Redemptions.NONE);
        office.incidents.flush();
        List<LineIncident> incidents = office.context
                .store()
                .transact(transaction -> transaction.lines().incidents(line(stolen), 10));
        assertThat(incidents)
                .anyMatch(each -> each.kind() == LineIncident.Kind.SECOND_REDEEMER
                        && each.claimed().equals(bert.holder())
                        && each.proved());
    }

    @Test
    void repeatingOnesOwnRedemptionChangesNothing() throws Exception {
        LineSecret secret = office.secret();
        office.issue(anna, secret, LineTerms.STANDARD, null);
        Bytes first = office.redeem(bert, secret);
        office.decide(anna, secret, bert, true);
        Bytes second = office.redeem(bert, secret);
        assertThat(((RedemptionAnswer.Known) RedemptionAnswer.decode(first)).bound())
                .isFalse();
        assertThat(((RedemptionAnswer.Known) RedemptionAnswer.decode(second)).bound())
                .isTrue();
        assertThat(office.redeem(bert, secret)).isEqualTo(second);
    }

    @Test
    void aRedemptionThatComesOverAnotherOfficesConnectionIsRefused() throws Exception {
        LineSecret secret = office.secret();
        office.issue(anna, secret, LineTerms.STANDARD, null);
        List<Bytes> answers = new ArrayList<>();
        office.desk
                .redemptions()
                .redeem(
                        bert.redeem(secret, LineOffice.DOMAIN),
                        new OfficeDomain("hostile.example"),
                        bert.chain.genesis().officeKey()::equals,
                        office.now,
                        answers::add);
        office.desk
                .redemptions()
                .redeem(
                        bert.redeem(secret, LineOffice.DOMAIN),
                        bert.chain.genesis().officeDomain(),
                        carl.chain.genesis().officeKey()::equals,
                        office.now,
                        answers::add);
        office.runUntil(office.now + 500);
        assertThat(answers).containsExactly(Redemptions.NONE, Redemptions.NONE);
        assertThat(RedemptionAnswer.decode(office.redeem(carl, secret)))
                .as("the line was not used up by it")
                .isInstanceOf(RedemptionAnswer.Known.class);
    }

    @Test
    void onAMachineTooSlowForTheDelayTheHolderStillRingsAndOthersWaitForItsNextMultiple() {
        List<Bytes> answers = new ArrayList<>();
        ConstantAnswers.Pending right = office.answers.expect(Redemptions.NONE, office.now, answers::add);
        ConstantAnswers.Pending wrong = office.answers.expect(Redemptions.NONE, office.now, answers::add);
        office.runUntil(office.now + 700);
        assertThat(answers).isEmpty();
        assertThat(right.claim()).isTrue();
        right.succeed(Bytes.fromHex("02"));
        wrong.fail();
        assertThat(answers).containsExactly(Bytes.fromHex("02"));
        office.runUntil(office.now + 299);
        assertThat(answers).hasSize(1);
        office.runUntil(office.now + 1);
        assertThat(answers).containsExactly(Bytes.fromHex("02"), Redemptions.NONE);
        assertThat(wrong.claim()).isFalse();
    }

    /** As a session does it: the answer is scheduled, then the gate is asked. */
    private Seen ring(Offer offer) throws InterruptedException {
        office.asked.clear();
        office.verifications = 0;
        long receivedAt = office.now;
        List<Bytes> answers = new ArrayList<>();
        List<Long> at = new ArrayList<>();
        ConstantAnswers.Pending pending =
                office.answers.expect(SubmitOutcome.UNKNOWN_RECIPIENT.encode(), receivedAt, answer -> {
                    answers.add(answer);
                    at.add(office.now);
                });
        LineRules.Verdict verdict = office.gate.judge(attempt(offer));
        assertThat(verdict).isInstanceOf(LineRules.Verdict.Refused.class);
        List<String> asked = List.copyOf(office.asked);
        long verifications = office.verifications;
        pending.fail();
        office.runUntil(receivedAt + 500);
        assertThat(pending.claim()).isFalse();
        return new Seen(answers.getFirst(), at.getFirst() - receivedAt, asked, verifications);
    }

    private Seen redeem(SignedRedemption signed) throws InterruptedException {
        office.asked.clear();
        office.verifications = 0;
        long receivedAt = office.now;
        List<Bytes> answers = new ArrayList<>();
        List<Long> at = new ArrayList<>();
        office.desk
                .redemptions()
                .redeem(
                        signed,
                        carl.chain.genesis().officeDomain(),
                        carl.chain.genesis().officeKey()::equals,
                        receivedAt,
                        answer -> {
                            answers.add(answer);
                            at.add(office.now);
                        });
        List<String> asked = List.copyOf(office.asked);
        long verifications = office.verifications;
        office.runUntil(receivedAt + 500);
        return new Seen(answers.getFirst(), at.getFirst() - receivedAt, asked, verifications);
    }

    private RingAttempt attempt(Offer offer) {
        return new RingAttempt(offer, offer.caller().officeDomain(), true, "Somebody", office.now);
    }

    private Offer offer(Person caller, Person callee) {
        return new Offer(
                new CallId(Bytes.of(office.context.random().next(CallId.LENGTH))),
                Bytes.of(new byte[32]),
                Party.of(caller.chain),
                caller.deviceId(),
                Party.of(callee.chain),
                List.of(0xF002),
                LineOffice.START,
                LineOffice.START + 45_000);
    }

    private static Offer withCaller(Offer offer, Party caller) {
        return new Offer(
                offer.callId(),
                offer.commitment(),
                caller,
                offer.callerDevice(),
                offer.callee(),
                offer.suites(),
                offer.lineProof(),
                offer.issuedAt(),
                offer.expiresAt());
    }

    private Offer proved(LineSecret secret, Person caller, Person callee) {
        Offer offer = offer(caller, callee);
        HybridKeyPair key = secret.key(office.context.primitives());
        return offer.withLineProof(LineProof.make(office.context.primitives(), office.context.random(), key, offer)
                .encode());
    }

    /** The right line and key with a signature over something else. */
    private Offer forged(Offer offer) {
        HybridKeyPair key = bound.key(office.context.primitives());
        HybridSignature signature =
                key.sign(office.context.primitives(), LineProof.LABEL, Bytes.EMPTY, office.context.random());
        return offer.withLineProof(new LineProof(line(bound), key.publicKey(), signature).encode());
    }

    private LineId line(LineSecret secret) {
        return secret.id(office.context.primitives());
    }
}
