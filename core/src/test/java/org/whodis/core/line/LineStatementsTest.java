package org.whodis.core.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.identity.People.DOMAIN;
import static org.whodis.core.identity.People.NOW;
import static org.whodis.core.identity.People.PRIMITIVES;
import static org.whodis.core.identity.People.bytes;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.XWing;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;
import org.whodis.core.message.CallId;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.Offer;
import org.whodis.core.message.Party;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.Encodable;

/** What is signed and sealed about lines: its form, and every check of it. Anna gives, Bert holds, Carl is somebody else. */
class LineStatementsTest {
    private static final People PEOPLE = new People(11);
    private static final RandomBytes RANDOM = PEOPLE.random();
    private static final Person ANNA = PEOPLE.person("Anna", NOW).addDevice(0, NOW);
    private static final Person BERT = PEOPLE.person("Bert", NOW);
    private static final Person CARL = PEOPLE.person("Carl", NOW);
    private static final LineSecret SECRET = LineSecret.generate(RANDOM);
    private static final HybridKeyPair KEY = SECRET.key(PRIMITIVES);
    private static final LineId LINE = SECRET.id(PRIMITIVES);
    private static final LineAddress ADDRESS = new LineAddress(DOMAIN, SECRET);

    @FunctionalInterface
    interface Decoder {
        Encodable decode(Bytes encoded) throws DecodeException;
    }

    record Sample(String name, Encodable value, Decoder decoder) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Sample> SAMPLES = samples();

    static List<Sample> structures() {
        return SAMPLES;
    }

    private static List<Sample> samples() {
        List<Sample> out = new ArrayList<>();
        SignedByDevice issue = sign(ANNA, 0, LineIssue.LABEL, issue(null));
        SignedRedemption redemption = redeemed(BERT, NOW);
        LineIncident incident = new LineIncident(
                LINE, LineIncident.Kind.SECOND_REDEEMER, holder(CARL), true, "Carl", DOMAIN, NOW, NOW + 5, 3);
        Knock knock = new Knock(
                Party.of(BERT.chain()),
                BERT.device(0),
                DOMAIN,
                "Anna",
                "Ten minutes?",
                bytes(RANDOM, 16),
                NOW,
                NOW + Knock.MAX_LIFETIME_MILLIS);
        Knock.Signed signedKnock = new Knock.Signed(
                sign(BERT, 0, Knock.LABEL, knock), BERT.wire(), PEOPLE.office().publicKey());
        SealedBox box = box("a note");
        LineTerms terms = new LineTerms(
                LineTerms.Kind.REQUEST, true, NOW, new WeeklyHours(-90, List.of(new WeeklyHours.Span(0, 60))));
        out.add(new Sample("LineIssue", issue(holder(BERT)), LineIssue::decode));
        out.add(new Sample("LineIssue open", issue(null), LineIssue::decode));
        out.add(new Sample("SignedByDevice", issue, SignedByDevice::decode));
        out.add(new Sample("LineCard", card(terms), LineCard::decode));
        out.add(new Sample("SignedRedemption", redemption, SignedRedemption::decode));
        out.add(new Sample("LineRedemption", redemption(BERT, NOW, DOMAIN), LineRedemption::decode));
        out.add(new Sample("RedemptionAnswer none", new RedemptionAnswer.None(), RedemptionAnswer::decode));
        out.add(new Sample("RedemptionAnswer known", known(), RedemptionAnswer::decode));
        out.add(new Sample(
                "RedemptionAnswer renewed",
                new RedemptionAnswer.Renewed(issue, ANNA.wire(), PEOPLE.office().publicKey()),
                RedemptionAnswer::decode));
        out.add(new Sample("LineProof", proof(offer(1)), LineProof::decode));
        out.add(new Sample("LineDecision", decision(redemption, true), LineDecision::decode));
        out.add(new Sample("LineWithdrawal", new LineWithdrawal(LINE, NOW), LineWithdrawal::decode));
        out.add(new Sample("LineIncident", incident, LineIncident::decode));
        out.add(new Sample("SealedBox", box, SealedBox::decode));
        out.add(new Sample("SealingKey", sealingKey(ANNA, 0), SealingKey::decode));
        out.add(new Sample("SealedItem", new SealedItem(ANNA.chain().principal(), LINE, NOW, box), SealedItem::decode));
        out.add(new Sample("Keepsake issued", new Keepsake.Issued(ADDRESS), Keepsake::decode));
        out.add(new Sample(
                "Keepsake held",
                new Keepsake.Held(
                        ADDRESS, true, card(terms), ANNA.wire(), PEOPLE.office().publicKey()),
                Keepsake::decode));
        out.add(new Sample("Knock", knock, Knock::decode));
        out.add(new Sample("SignedKnock", signedKnock, Knock.Signed::decode));
        out.add(new Sample(
                "LineSettings",
                new LineSettings(
                        ANNA.chain().principal(),
                        new WeeklyHours(60, List.of(new WeeklyHours.Span(1, 2))),
                        true,
                        List.of(BERT.chain().principal()),
                        List.of(CARL.chain().principal()),
                        List.of(new OfficeDomain("b.example")),
                        NOW),
                LineSettings::decode));
        out.add(new Sample("LineNews", LineNews.desk(), LineNews::decode));
        IssuedLine issued = new IssuedLine(
                issue,
                redemption,
                sign(ANNA, 0, LineDecision.LABEL, decision(redemption, true)),
                null,
                List.of(incident));
        out.add(new Sample("IssuedLine", issued, IssuedLine::decode));
        out.add(new Sample("IssuedPage", new LinePages.Issued(List.of(issued), true), LinePages.Issued::decode));
        out.add(new Sample("ItemsPage", new LinePages.Items(List.of(issue), false), LinePages.Items::decode));
        out.add(new Sample(
                "Readers",
                new LinePages.Readers(List.of(new LinePages.Reader(ANNA.wire(), List.of(issue)))),
                LinePages.Readers::decode));
        out.add(new Sample("SettingsAnswer", new LinePages.Settings(issue), LinePages.Settings::decode));
        out.add(new Sample(
                "DeskPage",
                new LinePages.Desk(
                        List.of(signedKnock),
                        List.of(new LinePages.DeskIncident(ANNA.chain().principal(), LINE, box, List.of(incident))),
                        List.of(new LinePages.SentCall(ANNA.chain().principal(), holder(CARL), "Carl", NOW))),
                LinePages.Desk::decode));
        for (LineRequest request : List.of(
                new LineRequest.PublishSealingKey(issue),
                new LineRequest.Readers(),
                new LineRequest.Issue(issue),
                new LineRequest.ListIssued(LINE),
                new LineRequest.ListIssued(null),
                new LineRequest.Redeem(redemption),
                new LineRequest.Decide(issue),
                new LineRequest.Withdraw(issue),
                new LineRequest.AcknowledgeIncidents(LINE),
                new LineRequest.PutSettings(issue),
                new LineRequest.GetSettings(),
                new LineRequest.PutItem(issue),
                new LineRequest.ListItems(LINE),
                new LineRequest.RemoveItem(LINE),
                new LineRequest.KnockAt(signedKnock),
                new LineRequest.ListDesk(),
                new LineRequest.DismissKnock(bytes(RANDOM, 16)),
                new LineRequest.SendCall(decline()),
                new LineRequest.HasDesk())) {
            out.add(new Sample(request.getClass().getSimpleName(), request, LineRequest::decode));
        }
        return List.copyOf(out);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void whatIsWrittenIsReadAgain(Sample sample) throws DecodeException {
        assertThat(sample.decoder().decode(sample.value().encode())).isEqualTo(sample.value());
    }

    @ParameterizedTest
    @MethodSource("structures")
    void aStructureCutAtAnyLengthIsRefused(Sample sample) {
        Bytes encoded = sample.value().encode();
        for (int length = 0; length < encoded.length(); length += length < 200 ? 1 : 17) {
            Bytes cut = encoded.slice(0, length);
            assertThatThrownBy(() -> sample.decoder().decode(cut)).isInstanceOf(DecodeException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("structures")
    void bytesLeftOverAreRefused(Sample sample) {
        Bytes longer = Bytes.concat(sample.value().encode(), Bytes.fromHex("00"));
        assertThatThrownBy(() -> sample.decoder().decode(longer)).isInstanceOf(DecodeException.class);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void aChangedStructureIsRefusedOrIsTheEncodingOfAnotherValue(Sample sample) {
        long seed = 0x11e5 ^ sample.name().hashCode();
        Random random = new Random(seed);
        Bytes encoded = sample.value().encode();
        for (int round = 0; round < 150; round++) {
            byte[] changed = encoded.toArray();
            int reach = random.nextBoolean() ? Math.min(60, changed.length) : changed.length;
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                changed[random.nextInt(reach)] = (byte) random.nextInt();
            }
            Bytes input = Bytes.of(changed);
            try {
                assertThat(sample.decoder().decode(input).encode())
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(input);
            } catch (DecodeException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            } catch (RuntimeException fault) {
                throw new AssertionError("seed " + seed + " round " + round, fault);
            }
        }
    }

    @Test
    void theCardOpensUnderTheSecretAloneAndAuthenticatesTheIssuersOffice() throws LineException {
        RedemptionAnswer.Known known = known();
        RedemptionAnswer.Opened opened = known.open(PRIMITIVES, ADDRESS, LINE);
        assertThat(opened.issuer()).isEqualTo(ANNA.chain());
        assertThat(opened.card().issuer().officeKey()).isEqualTo(PEOPLE.officeKey());
        LineSecret other = LineSecret.generate(RANDOM);
        assertReason(LineException.Reason.BAD_CARD, () -> known.open(PRIMITIVES, new LineAddress(DOMAIN, other), LINE));
        HybridKeyPair impostor = HybridKeyPair.generate(PRIMITIVES, RANDOM);
        assertReason(
                LineException.Reason.ANOTHER_OFFICE,
                () -> new RedemptionAnswer.Known(true, known.sealedCard(), known.chain(), impostor.publicKey())
                        .open(PRIMITIVES, ADDRESS, LINE));
        assertReason(
                LineException.Reason.ANOTHER_PARTY,
                () -> new RedemptionAnswer.Known(true, known.sealedCard(), CARL.wire(), known.officeKey())
                        .open(PRIMITIVES, ADDRESS, LINE));
    }

    @Test
    void aRedemptionThatHoldsIsBelieved() throws LineException {
        SignedRedemption.Verified verified = redeemed(BERT, NOW).verify(PRIMITIVES, DOMAIN, NOW);
        assertThat(verified.chain()).isEqualTo(BERT.chain());
        assertThat(verified.redemption().holder()).isEqualTo(holder(BERT));
    }

    @Test
    void aRedemptionForOneOfficeIsOfNoUseAtAnother() {
        SignedRedemption signed = redeemed(BERT, NOW);
        assertReason(
                LineException.Reason.ANOTHER_OFFICE,
                () -> signed.verify(PRIMITIVES, new OfficeDomain("b.example"), NOW));
    }

    @Test
    void aRedemptionThatIsKeptAndSentLaterIsRefused() {
        SignedRedemption signed = redeemed(BERT, NOW);
        long late = NOW + LineRedemption.MAX_LIFETIME_MILLIS + SignedRedemption.CLOCK_SKEW_MILLIS + 1;
        assertReason(LineException.Reason.NOT_FRESH, () -> signed.verify(PRIMITIVES, DOMAIN, late));
        assertReason(
                LineException.Reason.NOT_FRESH,
                () -> signed.verify(PRIMITIVES, DOMAIN, NOW - SignedRedemption.CLOCK_SKEW_MILLIS - 1));
    }

    @Test
    void anOfficeThatDidNotSeeTheSecretCannotRedeemInAnothersName() {
        LineRedemption said = redemption(CARL, NOW, DOMAIN);
        HybridKeyPair guess = LineSecret.generate(RANDOM).key(PRIMITIVES);
        SignedRedemption forged = SignedRedemption.sign(
                PRIMITIVES,
                RANDOM,
                said,
                guess,
                CARL.keys.get(0),
                CARL.wire(),
                PEOPLE.office().publicKey());
        assertReason(LineException.Reason.NOT_SIGNED_BY_THE_LINE, () -> forged.verify(PRIMITIVES, DOMAIN, NOW));
        SignedRedemption good = redeemed(BERT, NOW);
        SignedRedemption swapped = new SignedRedemption(
                SignedByDevice.sign(PRIMITIVES, RANDOM, CARL.keys.get(0), LineRedemption.LABEL, said),
                good.byLine(),
                CARL.wire(),
                good.officeKey());
        assertReason(LineException.Reason.NOT_SIGNED_BY_THE_LINE, () -> swapped.verify(PRIMITIVES, DOMAIN, NOW));
    }

    @Test
    void aRedemptionUnderAnotherChainDeviceOrOfficeKeyIsRefused() {
        SignedRedemption good = redeemed(BERT, NOW);
        assertReason(
                LineException.Reason.ANOTHER_PARTY,
                () -> new SignedRedemption(good.redemption(), good.byLine(), CARL.wire(), good.officeKey())
                        .verify(PRIMITIVES, DOMAIN, NOW));
        assertReason(
                LineException.Reason.ANOTHER_OFFICE,
                () -> new SignedRedemption(good.redemption(), good.byLine(), good.chain(), KEY.publicKey())
                        .verify(PRIMITIVES, DOMAIN, NOW));
        assertReason(LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE, () -> {
            SignedByDevice byCarl = SignedByDevice.sign(
                    PRIMITIVES, RANDOM, CARL.keys.get(0), LineRedemption.LABEL, redemption(BERT, NOW, DOMAIN));
            new SignedRedemption(
                            new SignedByDevice(byCarl.statement(), BERT.device(0), byCarl.byDevice()),
                            good.byLine(),
                            good.chain(),
                            good.officeKey())
                    .verify(PRIMITIVES, DOMAIN, NOW);
        });
    }

    @Test
    void aLineKeyThatIsNotTheLinesIsRefused() {
        HybridKeyPair other = LineSecret.generate(RANDOM).key(PRIMITIVES);
        LineRedemption said = redemption(BERT, NOW, DOMAIN);
        LineRedemption lying = new LineRedemption(
                LINE,
                other.publicKey(),
                said.redeemer(),
                said.device(),
                said.office(),
                said.sealingKey(),
                null,
                said.nonce(),
                NOW,
                said.expiresAt());
        SignedRedemption signed = SignedRedemption.sign(
                PRIMITIVES,
                RANDOM,
                lying,
                other,
                BERT.keys.get(0),
                BERT.wire(),
                PEOPLE.office().publicKey());
        assertReason(LineException.Reason.ANOTHER_LINE_KEY, () -> signed.verify(PRIMITIVES, DOMAIN, NOW));
    }

    @Test
    void aProofHoldsForItsOfferAloneAndNotForAnotherCallCalleeOrOffice() {
        Offer offer = offer(1);
        LineProof proof = proof(offer);
        assertThat(proof.verify(PRIMITIVES, offer)).isTrue();
        assertThat(proof.verify(PRIMITIVES, offer.withLineProof(proof.encode())))
                .isTrue();
        assertThat(proof.verify(PRIMITIVES, offer(2))).isFalse();
        Party elsewhere = new Party(
                offer.callee().principal(),
                offer.callee().head(),
                new OfficeDomain("b.example"),
                offer.callee().officeKey());
        assertThat(proof.verify(
                        PRIMITIVES,
                        new Offer(
                                offer.callId(),
                                offer.commitment(),
                                offer.caller(),
                                offer.callerDevice(),
                                elsewhere,
                                offer.suites(),
                                offer.issuedAt(),
                                offer.expiresAt())))
                .isFalse();
    }

    @Test
    void aDeviceBelievesOfItsLinesOnlyWhatItsOwnPersonsDevicesHaveSigned() throws LineException {
        SignedRedemption redemption = redeemed(BERT, NOW);
        SignedByDevice issue = sign(ANNA, 1, LineIssue.LABEL, issue(null));
        assertThat(state(new IssuedLine(issue, null, null, null, List.of()))).isEqualTo(LineFacts.State.OPEN);
        assertThat(state(new IssuedLine(issue, redemption, null, null, List.of())))
                .isEqualTo(LineFacts.State.WAITING);
        SignedByDevice yes = sign(ANNA, 0, LineDecision.LABEL, decision(redemption, true));
        assertThat(state(new IssuedLine(issue, redemption, yes, null, List.of())))
                .isEqualTo(LineFacts.State.BOUND);
        SignedByDevice no = sign(ANNA, 0, LineDecision.LABEL, decision(redemption, false));
        assertThat(state(new IssuedLine(issue, redemption, no, null, List.of())))
                .isEqualTo(LineFacts.State.REFUSED);
        SignedByDevice end = sign(ANNA, 0, LineWithdrawal.LABEL, new LineWithdrawal(LINE, NOW));
        assertThat(state(new IssuedLine(issue, redemption, yes, end, List.of())))
                .isEqualTo(LineFacts.State.WITHDRAWN);
        SignedByDevice forged = sign(CARL, 0, LineDecision.LABEL, decision(redemption, true));
        assertReason(
                LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE,
                () -> state(new IssuedLine(issue, redemption, forged, null, List.of())));
        SignedByDevice carls = sign(CARL, 0, LineIssue.LABEL, issue(null));
        assertReason(
                LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE,
                () -> state(new IssuedLine(carls, null, null, null, List.of())));
    }

    @Test
    void anApprovalOfOnePersonIsNotMovedToAnother() throws LineException {
        SignedRedemption berts = redeemed(BERT, NOW);
        SignedByDevice yes = sign(ANNA, 0, LineDecision.LABEL, decision(berts, true));
        SignedByDevice issue = sign(ANNA, 0, LineIssue.LABEL, issue(null));
        // The office shows Carl's redemption beside Anna's yes to Bert.
        IssuedLine.Verified shown =
                new IssuedLine(issue, redeemed(CARL, NOW), yes, null, List.of()).verify(PRIMITIVES, ANNA.chain());
        assertThat(shown.facts().holder()).isEqualTo(holder(BERT));
    }

    @Test
    void aGuardLetsTheHolderRingAndNobodyElse() throws LineException {
        SignedRedemption redemption = redeemed(BERT, NOW);
        IssuedLine.Verified line = new IssuedLine(
                        sign(ANNA, 0, LineIssue.LABEL, issue(null)),
                        redemption,
                        sign(ANNA, 0, LineDecision.LABEL, decision(redemption, true)),
                        null,
                        List.of())
                .verify(PRIMITIVES, ANNA.chain());
        LineGuard guard = LineGuard.of(new OfficeDomain("a.example"), List.of(line), null);
        Offer offer = offer(1);
        Offer proved = offer.withLineProof(proof(offer).encode());
        assertThat(guard.check(PRIMITIVES, proved, NOW)).isEqualTo(new LineRules.Verdict.Ring());
        assertThat(guard.check(PRIMITIVES, offer, NOW))
                .as("from another office without a line")
                .isEqualTo(new LineRules.Verdict.Refused(null));
        assertThat(guard.check(PRIMITIVES, offer(2).withLineProof(proved.lineProof()), NOW))
                .as("the proof of another call")
                .isEqualTo(new LineRules.Verdict.Refused(LineIncident.Kind.NOT_PROVED));
        assertThat(LineGuard.none(DOMAIN).check(PRIMITIVES, offer, NOW))
                .as("inside one office by its directory")
                .isEqualTo(new LineRules.Verdict.Ring());
        assertThat(LineGuard.none(DOMAIN).check(PRIMITIVES, proved, NOW))
                .as("a line that the device does not know")
                .isEqualTo(new LineRules.Verdict.Refused(null));
    }

    @Test
    void aSealedBoxOpensForItsReadersInItsPlaceAlone() throws LineException {
        SealedBox box = box("given to the ambassador");
        Secret key = SealingKey.privateKey(PRIMITIVES, ANNA.keys.get(0));
        assertThat(box.open(PRIMITIVES, ANNA.device(0), key, LineIssue.notePurpose(LINE)))
                .isEqualTo(Bytes.utf8("given to the ambassador"));
        assertReason(
                LineException.Reason.NOT_SEALED_TO_US,
                () -> box.open(PRIMITIVES, ANNA.device(0), key, Bytes.utf8("another place")));
        assertReason(
                LineException.Reason.NOT_SEALED_TO_US,
                () -> box.open(
                        PRIMITIVES,
                        CARL.device(0),
                        SealingKey.privateKey(PRIMITIVES, CARL.keys.get(0)),
                        LineIssue.notePurpose(LINE)));
    }

    @Test
    void aSealingKeyIsBelievedFromItsOwnDeviceOnly() throws LineException {
        SealingKey key = sealingKey(ANNA, 0);
        SignedByDevice signed = sign(ANNA, 0, SealingKey.LABEL, key);
        assertThat(SealingKey.verified(PRIMITIVES, signed, ANNA.chain())).isEqualTo(key);
        SignedByDevice byAnother = sign(ANNA, 1, SealingKey.LABEL, key);
        assertReason(
                LineException.Reason.NOT_SIGNED_BY_ITS_DEVICE,
                () -> SealingKey.verified(PRIMITIVES, byAnother, ANNA.chain()));
    }

    private interface Attempt {
        void run() throws LineException;
    }

    private static void assertReason(LineException.Reason reason, Attempt attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        LineException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static LineFacts.State state(IssuedLine line) throws LineException {
        return line.verify(PRIMITIVES, ANNA.chain()).facts().state();
    }

    private static LineIssue issue(LineHolder holder) {
        LineCard card = card(LineTerms.STANDARD);
        return new LineIssue(
                LINE,
                Party.of(ANNA.chain()),
                holder,
                LineTerms.STANDARD,
                card.seal(PRIMITIVES, People.random(3), SECRET),
                box("Bert"),
                holder == null ? null : new LineIssue.Replaces(LINE, box("secret")),
                NOW);
    }

    private static LineCard card(LineTerms terms) {
        return new LineCard(LINE, Party.of(ANNA.chain()), terms, null);
    }

    private static RedemptionAnswer.Known known() {
        return new RedemptionAnswer.Known(
                true,
                card(LineTerms.STANDARD).seal(PRIMITIVES, RANDOM, SECRET),
                ANNA.wire(),
                PEOPLE.office().publicKey());
    }

    private static SealedBox box(String content) {
        return SealedBox.seal(
                PRIMITIVES,
                People.random(5),
                List.of(sealingKey(ANNA, 0)),
                LineIssue.notePurpose(LINE),
                Bytes.utf8(content));
    }

    private static SealingKey sealingKey(Person person, int device) {
        Secret key = SealingKey.privateKey(PRIMITIVES, person.keys.get(device));
        return new SealingKey(person.device(device), XWing.publicKey(PRIMITIVES, key), NOW);
    }

    private static LineRedemption redemption(Person by, long at, OfficeDomain office) {
        DeviceId device = by.device(0);
        return new LineRedemption(
                LINE,
                KEY.publicKey(),
                Party.of(by.chain()),
                device,
                office,
                sealingKey(by, 0).publicKey(),
                new LineRedemption.ReturnLine(LINE, Bytes.of(new byte[44])),
                Bytes.of(new byte[16]),
                at,
                at + LineRedemption.MAX_LIFETIME_MILLIS);
    }

    private static SignedRedemption redeemed(Person by, long at) {
        return SignedRedemption.sign(
                PRIMITIVES,
                RANDOM,
                redemption(by, at, DOMAIN),
                KEY,
                by.keys.get(0),
                by.wire(),
                PEOPLE.office().publicKey());
    }

    private static LineDecision decision(SignedRedemption redemption, boolean yes) {
        try {
            return new LineDecision(LINE, redemption.unverified().holder(), redemption.hash(PRIMITIVES), yes, NOW);
        } catch (LineException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static LineHolder holder(Person person) {
        return new LineHolder(person.chain().principal(), DOMAIN);
    }

    private static Envelope decline() {
        return new Envelope(
                new EnvelopeId(bytes(RANDOM, EnvelopeId.LENGTH)),
                ANNA.chain().principal(),
                ANNA.device(0),
                BERT.chain().principal(),
                BERT.device(0),
                new CallId(bytes(RANDOM, CallId.LENGTH)),
                NOW,
                bytes(RANDOM, 40));
    }

    private static Offer offer(int call) {
        byte[] id = new byte[16];
        id[0] = (byte) call;
        return new Offer(
                new CallId(Bytes.of(id)),
                Bytes.of(new byte[32]),
                Party.of(BERT.chain()),
                BERT.device(0),
                Party.of(ANNA.chain()),
                List.of(0xF002),
                NOW,
                NOW + 45_000);
    }

    private static LineProof proof(Offer offer) {
        return LineProof.make(PRIMITIVES, RANDOM, KEY, offer);
    }

    private static SignedByDevice sign(Person by, int device, String label, Encodable statement) {
        return SignedByDevice.sign(PRIMITIVES, RANDOM, by.keys.get(device), label, statement);
    }
}
