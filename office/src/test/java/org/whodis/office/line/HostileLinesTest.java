package org.whodis.office.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.XWing;
import org.whodis.core.line.IssuedLine;
import org.whodis.core.line.LineDecision;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineIssue;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineRedemption;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.LineSecret;
import org.whodis.core.line.LineTerms;
import org.whodis.core.line.LineWithdrawal;
import org.whodis.core.line.RedemptionAnswer;
import org.whodis.core.line.SealedBox;
import org.whodis.core.line.SealingKey;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.line.SignedRedemption;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.Party;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.Encodable;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.testkit.TestDevice;

/** What hostile devices do with lines over real sockets: Anna gives, Bert holds, Carl tries everything else. */
class HostileLinesTest {
    @TempDir
    Path folder;

    private Office office;
    private TestDevice anna;
    private TestDevice bert;
    private TestDevice carl;

    @BeforeEach
    void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        bert = TestDevice.enrol(office, "Bert").connect(office.httpsAddress());
        carl = TestDevice.enrol(office, "Carl").connect(office.httpsAddress());
    }

    @AfterEach
    void stop() {
        for (TestDevice each : List.of(anna, bert, carl)) {
            each.close();
        }
        office.close();
    }

    @Test
    void everyKindOfAttemptGetsTheSameBytesAndRingsNobody() throws Exception {
        LineSecret berts = anna.giveLine(bert);
        LineSecret withdrawn = anna.giveLine(carl);
        withdraw(anna, withdrawn);
        LineSecret open = give(anna, null);
        Map<String, LineSecret> classes = new LinkedHashMap<>();
        classes.put("never issued", LineSecret.generate(TestDevice.RANDOM));
        classes.put("another's", berts);
        classes.put("withdrawn", withdrawn);
        classes.put("open", open);
        for (int round = 0; round < 3; round++) {
            for (Map.Entry<String, LineSecret> each : classes.entrySet()) {
                CallId call = TestDevice.newCall();
                Envelope envelope = carl.envelope(anna, call, carl.offer(anna, call, each.getValue()));
                FromOffice.Response answer = ask(carl, id -> new ToOffice.Submit(id, envelope));
                assertThat(answer.ok()).isTrue();
                assertThat(answer.body()).as(each.getKey()).isEqualTo(SubmitOutcome.UNKNOWN_RECIPIENT.encode());
            }
        }
        assertThat(silence(anna)).as("Anna's phone").isTrue();
        assertThat(office.metrics()).contains("whodis_missed_calls_total 0\n");
        CallId call = TestDevice.newCall();
        assertThat(bert.submit(bert.envelope(anna, call, bert.offer(anna, call, berts))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(delivery(anna).envelope().callId()).isEqualTo(call);
    }

    @Test
    void anOfferOfTheHoldersCannotBeSentByAnybodyElseOrForAnotherCall() throws Exception {
        LineSecret berts = anna.giveLine(bert);
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = bert.offer(anna, call, berts);
        // Carl saw it on the way and sends it as his own, and under another call's id.
        assertThat(carl.submit(carl.envelope(anna, call, offer))).isEqualTo(SubmitOutcome.UNKNOWN_RECIPIENT);
        assertThat(bert.submit(bert.envelope(anna, TestDevice.newCall(), offer)))
                .isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(silence(anna)).isTrue();
        assertThat(bert.submit(bert.envelope(anna, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        // And once more under the same call it opens nothing new.
        assertThat(bert.submit(bert.envelope(anna, call, offer))).isEqualTo(SubmitOutcome.NOT_ALLOWED);
        assertThat(delivery(anna).envelope().callId()).isEqualTo(call);
        assertThat(silence(anna)).isTrue();
    }

    @Test
    void aRedemptionThatAnotherDeviceReplaysIsRefused() throws Exception {
        LineSecret secret = give(anna, null);
        SignedRedemption berts = redemption(bert, secret);
        FromOffice.Response replayed = line(carl, new LineRequest.Redeem(berts));
        assertThat(replayed.ok()).isFalse();
        assertThat(RedemptionAnswer.decode(
                        line(bert, new LineRequest.Redeem(berts)).body()))
                .isInstanceOf(RedemptionAnswer.Known.class);
        assertThat(RedemptionAnswer.decode(line(carl, new LineRequest.Redeem(redemption(carl, secret)))
                        .body()))
                .isInstanceOf(RedemptionAnswer.None.class);
        IssuedLine issued = TestUntil.until(() -> {
            IssuedLine now = lines(anna).getFirst();
            return now.incidents().isEmpty() ? null : now;
        });
        assertThat(issued.incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(LineIncident.Kind.SECOND_REDEEMER);
            assertThat(incident.name()).isEqualTo("Carl");
            assertThat(incident.proved()).isTrue();
        });
    }

    @Test
    void nobodyDecidesOrWithdrawsAnothersLineOrReadsAnothersLines() throws Exception {
        LineSecret secret = give(anna, null);
        RedemptionAnswer.decode(
                line(carl, new LineRequest.Redeem(redemption(carl, secret))).body());
        LineId id = secret.id(TestDevice.PRIMITIVES);
        LineDecision yes = new LineDecision(
                id,
                LineHolder.of(Party.of(carl.chain())),
                redemption(carl, secret).hash(TestDevice.PRIMITIVES),
                true,
                System.currentTimeMillis());
        assertThat(line(carl, new LineRequest.Decide(sign(carl, LineDecision.LABEL, yes)))
                        .ok())
                .as("Carl approves himself")
                .isFalse();
        SignedByDevice forged = new SignedByDevice(
                yes.encode(), anna.id(), sign(carl, LineDecision.LABEL, yes).byDevice());
        assertThat(line(anna, new LineRequest.Decide(forged)).ok())
                .as("in Anna's name, under Carl's signature")
                .isFalse();
        assertThat(line(carl, new LineRequest.Withdraw(sign(carl, LineWithdrawal.LABEL, new LineWithdrawal(id, 1))))
                        .ok())
                .isFalse();
        assertThat(line(carl, new LineRequest.AcknowledgeIncidents(id)).ok()).isFalse();
        assertThat(line(carl, new LineRequest.ListDesk()).ok()).isFalse();
        assertThat(lines(carl)).isEmpty();
        assertThat(lines(anna)
                        .getFirst()
                        .verify(TestDevice.PRIMITIVES, anna.chain())
                        .facts()
                        .state())
                .isEqualTo(LineFacts.State.WAITING);
    }

    @Test
    void bytesThatAreNoRequestAreRefusedAndTheSessionGoesOn() throws Exception {
        for (Bytes garbage :
                List.of(Bytes.EMPTY, Bytes.fromHex("63"), Bytes.fromHex("0300"), Bytes.of(new byte[5000]))) {
            assertThat(ask(carl, id -> new ToOffice.Line(id, garbage)).ok()).isFalse();
        }
        assertThat(lines(carl)).isEmpty();
    }

    private static LineSecret give(TestDevice issuer, LineHolder holder) throws Exception {
        LineSecret secret = LineSecret.generate(TestDevice.RANDOM);
        LineIssue issue = new LineIssue(
                secret.id(TestDevice.PRIMITIVES),
                Party.of(issuer.chain()),
                holder,
                LineTerms.STANDARD,
                Bytes.of(new byte[64]),
                SealedBox.empty(),
                null,
                System.currentTimeMillis());
        assertThat(line(issuer, new LineRequest.Issue(sign(issuer, LineIssue.LABEL, issue)))
                        .ok())
                .isTrue();
        return secret;
    }

    private static void withdraw(TestDevice issuer, LineSecret secret) throws Exception {
        LineWithdrawal withdrawal = new LineWithdrawal(secret.id(TestDevice.PRIMITIVES), System.currentTimeMillis());
        assertThat(line(issuer, new LineRequest.Withdraw(sign(issuer, LineWithdrawal.LABEL, withdrawal)))
                        .ok())
                .isTrue();
    }

    private SignedRedemption redemption(TestDevice by, LineSecret secret) throws Exception {
        HybridKeyPair key = secret.key(TestDevice.PRIMITIVES);
        long now = System.currentTimeMillis();
        LineRedemption said = new LineRedemption(
                new LineId(key.publicKey().keyHash(TestDevice.PRIMITIVES)),
                key.publicKey(),
                Party.of(by.chain()),
                by.id(),
                by.chain().genesis().officeDomain(),
                XWing.publicKey(TestDevice.PRIMITIVES, SealingKey.privateKey(TestDevice.PRIMITIVES, by.key())),
                null,
                Bytes.of(TestDevice.RANDOM.next(16)),
                now,
                now + LineRedemption.MAX_LIFETIME_MILLIS);
        return SignedRedemption.sign(
                TestDevice.PRIMITIVES,
                TestDevice.RANDOM,
                said,
                key,
                by.key(),
                by.chain().wire(),
                by.officeKey());
    }

    private static SignedByDevice sign(TestDevice by, String label, Encodable statement) {
        return SignedByDevice.sign(TestDevice.PRIMITIVES, TestDevice.RANDOM, by.key(), label, statement);
    }

    private static List<IssuedLine> lines(TestDevice of) throws Exception {
        return LinePages.Issued.decode(
                        line(of, new LineRequest.ListIssued(null)).body())
                .lines();
    }

    private static FromOffice.Response line(TestDevice device, LineRequest request) throws Exception {
        return ask(device, id -> new ToOffice.Line(id, request.encode()));
    }

    /** The answer to a request; deliveries and news that come before it are put aside. */
    private static FromOffice.Response ask(TestDevice device, java.util.function.LongFunction<ToOffice> request)
            throws Exception {
        return device.request(request);
    }

    private static Delivery delivery(TestDevice device) throws Exception {
        while (true) {
            if (device.next() instanceof FromOffice.Deliver deliver) {
                device.acknowledge(deliver.delivery().sequence());
                return deliver.delivery();
            }
        }
    }

    /** That no call has come, whatever news there is. */
    private static boolean silence(TestDevice device) throws Exception {
        device.sendRaw(new ToOffice.Ping(4_000_000).encode());
        List<FromOffice> came = new ArrayList<>();
        while (true) {
            FromOffice message = device.next();
            if (message instanceof FromOffice.Pong) {
                return came.stream().noneMatch(each -> each instanceof FromOffice.Deliver);
            }
            came.add(message);
        }
    }

    /** Waits for what the office does a little later. */
    private static final class TestUntil {
        interface Probe<T> {
            T look() throws Exception;
        }

        static <T> T until(Probe<T> probe) throws Exception {
            for (int i = 0; i < 1_000; i++) {
                T found = probe.look();
                if (found != null) {
                    return found;
                }
                java.util.concurrent.TimeUnit.MILLISECONDS.sleep(20);
            }
            throw new AssertionError("what was waited for did not happen");
        }
    }
}
