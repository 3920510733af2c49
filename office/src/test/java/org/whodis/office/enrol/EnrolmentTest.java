package org.whodis.office.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.DeviceKind;
import org.whodis.core.identity.Enrolment;
import org.whodis.core.identity.Genesis;
import org.whodis.core.identity.Invitation;
import org.whodis.core.identity.Refusal;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.office.PendingEnrolment;
import org.whodis.office.testkit.RawTls;
import org.whodis.office.testkit.TestDevice;
import org.whodis.office.testkit.TestDevice.Enrolling;

class EnrolmentTest {
    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private Office office;
    private RawTls tls;

    @BeforeEach
    void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")).withClock(now::get));
        tls = new RawTls(office.httpsAddress());
    }

    @AfterEach
    void stop() {
        tls.close();
        office.close();
    }

    @Test
    void thePersonIsEnrolledOnlyOnceTheOperatorHasConfirmedTheWords() throws Exception {
        Enrolling enrolling = new Enrolling(tls, invite("Anna Ek"));
        enrolling.reveal();
        assertThat(Enrolment.Polled.decode(enrolling.poll().body()).state()).isEqualTo(Enrolment.State.WAITING);
        assertThat(office.principals()).isEmpty();
        assertThat(office.pendingEnrolments()).singleElement().satisfies(pending -> {
            assertThat(pending.name()).isEqualTo("Anna Ek");
            assertThat(pending.words()).isEqualTo(enrolling.words());
        });
        // As people type: capitals, commas, spaces.
        office.confirm("  " + String.join(", ", enrolling.words()).toUpperCase(Locale.ROOT));
        TestDevice device = enrolling.finish();
        assertThat(device.chain().genesis().name()).isEqualTo("Anna Ek");
        assertThat(office.principals()).extracting("name").containsExactly("Anna Ek");
        assertThat(office.pendingEnrolments()).isEmpty();
    }

    @Test
    void wrongWordsConfirmNobody() throws Exception {
        Enrolling enrolling = new Enrolling(tls, invite("Anna Ek"));
        enrolling.reveal();
        List<String> wrong = new ArrayList<>(enrolling.words());
        wrong.set(3, wrong.get(3).equals("zoo") ? "abandon" : "zoo");
        assertThatThrownBy(() -> office.confirm(String.join(" ", wrong))).isInstanceOf(OfficeException.class);
        assertThatThrownBy(() -> office.confirm("only three words"))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("3 words");
        assertThat(office.principals()).isEmpty();
    }

    @Test
    void everyStepMayBeRepeatedAndGivesTheSame() throws Exception {
        Enrolling enrolling = new Enrolling(tls, invite("Anna Ek"));
        assertThat(enrolling.reveal().status()).isEqualTo(200);
        Bytes nonce = enrolling.commitAgain().body();
        assertThat(enrolling.commitAgain().body()).isEqualTo(nonce);
        assertThat(enrolling.revealAgain().status()).isEqualTo(200);
        office.confirm(String.join(" ", enrolling.words()));
        assertThat(enrolling.poll().body()).isEqualTo(enrolling.poll().body());
    }

    @Test
    void anUnknownAUsedAndAnExpiredInvitationGetTheSameBytes() throws Exception {
        Invitation used = invite("Used");
        Enrolling first = new Enrolling(tls, used);
        first.reveal();
        office.confirm(String.join(" ", first.words()));
        Invitation expired = invite("Expired");
        Invitation unknown = new Invitation(used.domain(), Secret.owning(TestDevice.RANDOM.next(16)), used.officeKey());
        now.set(now.get().plus(Duration.ofHours(2)));
        RawTls.Answer refusal = new Enrolling(tls, unknown).open();
        assertThat(refusal.status()).isEqualTo(403);
        assertThat(Refusal.decode(refusal.body()).code()).isEqualTo(Refusal.NOT_KNOWN);
        for (Invitation each : List.of(used, expired, unknown)) {
            Enrolling attempt = new Enrolling(tls, each);
            assertThat(attempt.open()).isEqualTo(refusal);
            assertThat(attempt.commitAgain()).isEqualTo(refusal);
            assertThat(attempt.revealAgain()).isEqualTo(refusal);
        }
        assertThat(new Enrolling(tls, expired).poll()).isEqualTo(refusal);
    }

    @Test
    void anInvitationTakesOneCommitment() throws Exception {
        Invitation invitation = invite("Anna Ek");
        Enrolling rightful = new Enrolling(tls, invitation);
        rightful.commit();
        Enrolling thief = new Enrolling(tls, invitation);
        assertThat(thief.commit().status()).isEqualTo(403);
        assertThat(thief.revealAgain().status()).isEqualTo(400);
        assertThat(rightful.reveal().status()).isEqualTo(200);
        assertThat(office.pendingEnrolments())
                .extracting(PendingEnrolment::words)
                .containsExactly(rightful.words());
    }

    @Test
    void nobodyChoosesTheirOwnNameOrOffice() throws Exception {
        Invitation invitation = invite("Anna Ek");
        Enrolling enrolling = new Enrolling(tls, invitation);
        enrolling.genesis = new Genesis(
                        invitation.domain(),
                        invitation.officeKey(),
                        enrolling.key.publicKey(),
                        DeviceKind.JAVA_PHONE,
                        "The Prime Minister",
                        "Minister",
                        now.get().toEpochMilli(),
                        Bytes.of(TestDevice.RANDOM.next(32)))
                .encode();
        assertThat(enrolling.commitAgain().status()).isEqualTo(200);
        assertThat(enrolling.revealAgain().status()).isEqualTo(400);
        assertThat(office.pendingEnrolments()).isEmpty();
    }

    @Test
    void whoIsRefusedIsToldSoAndCannotComeBackWithTheSameInvitation() throws Exception {
        Enrolling enrolling = new Enrolling(tls, invite("Anna Ek"));
        enrolling.reveal();
        office.refuse(String.join(" ", enrolling.words()));
        assertThat(Enrolment.Polled.decode(enrolling.poll().body()).state()).isEqualTo(Enrolment.State.REFUSED);
        assertThat(enrolling.commitAgain().status()).isEqualTo(403);
    }

    @Test
    void enrolmentSurvivesARestartAtEveryStep() throws Exception {
        Enrolling enrolling = new Enrolling(tls, invite("Anna Ek"));
        int port = office.httpsAddress().getPort();
        Bytes nonce = enrolling.commit().body();
        restart(port);
        Enrolling same = enrolling.on(tls);
        assertThat(same.commitAgain().body()).isEqualTo(nonce);
        assertThat(same.revealAgain().status()).isEqualTo(200);
        restart(port);
        String words = String.join(
                " ",
                Enrolment.words(
                        TestDevice.PRIMITIVES,
                        same.genesis,
                        same.deviceNonce,
                        Enrolment.Committed.decode(nonce).officeNonce()));
        office.confirm(words);
        restart(port);
        assertThat(office.principals()).extracting("name").containsExactly("Anna Ek");
    }

    @Test
    void anAddressThatAsksTooOftenIsToldToWait() throws Exception {
        Enrolling unknown = new Enrolling(
                tls,
                new Invitation(invite("x").domain(), Secret.owning(TestDevice.RANDOM.next(16)), office.officeKey()));
        int refused = 0;
        for (int i = 0; i < 70; i++) {
            refused += unknown.open().status() == 429 ? 1 : 0;
        }
        assertThat(refused).isEqualTo(10);
        now.set(now.get().plusSeconds(10));
        assertThat(unknown.open().status()).isEqualTo(403);
    }

    @Test
    void aNameThatWouldMisleadAScreenIsNotInvited() {
        for (String name : List.of("", " Anna", "Anna\u202e", "a".repeat(129), "An\nna")) {
            assertThatThrownBy(() -> office.invite(name, "", Duration.ofHours(1)))
                    .isInstanceOf(OfficeException.class);
        }
        assertThatThrownBy(() -> office.invite("Anna", "", Duration.ofDays(31))).isInstanceOf(OfficeException.class);
        assertThatThrownBy(() -> office.invite("Anna", "", Duration.ZERO)).isInstanceOf(OfficeException.class);
    }

    @Test
    void aFurtherDeviceComesInByALinkAndAStatementOfAnExistingOne() throws Exception {
        TestDevice first = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        TestDevice second = first.link(office);
        second.connect(office.httpsAddress());
        assertThat(second.hasSilence()).isTrue();
        assertThat(second.chain().devices()).hasSize(2);
        assertThat(office.principals())
                .singleElement()
                .satisfies(it -> assertThat(it.devices()).hasSize(2));
        first.close();
        second.close();
    }

    @Test
    void aStatementOfSomebodyElseOrOverAnOldHeadIsRefused() throws Exception {
        TestDevice anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        TestDevice boris = TestDevice.enrol(office, "Boris").connect(office.httpsAddress());
        var key = org.whodis.core.crypto.HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM);
        var link = new org.whodis.core.identity.DeviceLink(
                anna.chain().genesis().officeDomain(),
                Secret.owning(TestDevice.RANDOM.next(16)),
                office.officeKey(),
                anna.chain().principal());
        var request = org.whodis.core.identity.LinkRequest.create(
                TestDevice.PRIMITIVES, TestDevice.RANDOM, link, key, DeviceKind.JAVA_PHONE);
        var statement = request.toStatement(
                TestDevice.PRIMITIVES, TestDevice.RANDOM, anna.chain(), anna.key(), System.currentTimeMillis());
        assertRefused(boris.request(id -> new ToOffice.ChainAppend(id, statement)), Refusal.NOT_ALLOWED);
        assertThat(anna.request(id -> new ToOffice.ChainAppend(id, statement)).ok())
                .isTrue();
        assertThat(anna.request(id -> new ToOffice.ChainAppend(id, statement)).ok())
                .as("repeated")
                .isTrue();
        var other = org.whodis.core.identity.LinkRequest.create(
                        TestDevice.PRIMITIVES,
                        TestDevice.RANDOM,
                        link,
                        org.whodis.core.crypto.HybridKeyPair.generate(TestDevice.PRIMITIVES, TestDevice.RANDOM),
                        DeviceKind.JAVA_PHONE)
                .toStatement(
                        TestDevice.PRIMITIVES, TestDevice.RANDOM, anna.chain(), anna.key(), System.currentTimeMillis());
        assertRefused(anna.request(id -> new ToOffice.ChainAppend(id, other)), Refusal.CONFLICT);
        anna.close();
        boris.close();
    }

    private static void assertRefused(FromOffice.Response response, int code) throws Exception {
        assertThat(response.ok()).isFalse();
        assertThat(Refusal.decode(response.body()).code()).isEqualTo(code);
    }

    private Invitation invite(String name) throws Exception {
        return Invitation.parse(
                office.invite(name, "Minister", Duration.ofHours(1)).link());
    }

    private void restart(int port) throws Exception {
        tls.close();
        office.close();
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office"))
                .withPorts(port, 0)
                .withClock(now::get));
        tls = new RawTls(office.httpsAddress());
    }
}
