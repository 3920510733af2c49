package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.Linking;
import org.whodis.core.identity.Refusal;
import org.whodis.core.identity.RevokeDevice;
import org.whodis.core.identity.SignedStatement;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.line.LinePages;
import org.whodis.core.line.LineRequest;
import org.whodis.core.line.SealingKey;
import org.whodis.core.line.SignedByDevice;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.FromOffice;
import org.whodis.core.message.MediaJoin;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.message.ToOffice;
import org.whodis.core.wire.Bytes;
import org.whodis.office.http.MessageSocket.CloseCode;
import org.whodis.office.testkit.TestDevice;

/** Devices that a person takes out of their chain, over real sockets. */
class RevokedDeviceTest {
    @TempDir
    Path folder;

    private Office office;
    private TestDevice anna;
    private TestDevice boris;
    private TestDevice lost;

    @BeforeEach
    void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
        boris = TestDevice.enrol(office, "Boris").connect(office.httpsAddress());
        lost = boris.link(office).connect(office.httpsAddress());
    }

    @AfterEach
    void stop() {
        anna.close();
        boris.close();
        lost.close();
        office.close();
    }

    @Test
    void theDeviceIsToldTheChainAndItsSessionEndsAtOnce() throws Exception {
        boris.revoke(lost.id());
        UnverifiedChain told = told(lost, 2);
        assertThat(told).isEqualTo(boris.chain().wire());
        assertThatThrownBy(lost::next)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("" + CloseCode.REVOKED.code());
        assertThat(told(anna, 2)).as("everybody hears of it").isEqualTo(told);
        assertThat(office.status().sessions()).isEqualTo(2);
    }

    @Test
    void itGetsNoSessionAnyMoreButTheChainThatSaysSo() throws Exception {
        boris.revoke(lost.id());
        for (boolean again : new boolean[] {false, true}) {
            if (again) {
                office.close();
                office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
            }
            lost.greet(office.httpsAddress());
            lost.authenticate();
            FromOffice.Response refused = (FromOffice.Response) lost.next();
            assertThat(refused.ok()).isFalse();
            assertThat(Refusal.decode(refused.body()).code()).isEqualTo(Refusal.REVOKED);
            assertThat(lost.news()).isEqualTo(boris.chain().wire());
            assertThatThrownBy(lost::next).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whoeverCannotProveToBeTheDeviceIsToldNothing() throws Exception {
        boris.revoke(lost.id());
        // With the key of another one it claims to be the one that was lost.
        TestDevice impostor = new TestDevice(anna.key(), anna.chain());
        impostor.greet(office.httpsAddress());
        var proof = impostor.proof();
        impostor.sendRaw(new ToOffice.Authenticate(
                        1,
                        new org.whodis.core.message.SessionProof(
                                boris.chain().principal(), lost.id(), proof.deviceNonce(), proof.byDevice()))
                .encode());
        FromOffice.Response refused = (FromOffice.Response) impostor.next();
        assertThat(Refusal.decode(refused.body()).code()).isEqualTo(Refusal.NOT_KNOWN);
        assertThatThrownBy(impostor::news).isInstanceOf(IOException.class);
        impostor.close();
    }

    @Test
    void aCallThatItIsInIsOverAndItsPlaceAtTheRelayIsGone() throws Exception {
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        lost.take();
        assertThat(lost.submit(lost.envelope(anna, call, lost.answer(offer, call))))
                .isEqualTo(SubmitOutcome.ACCEPTED);
        anna.take();
        Bytes fingerprint = Bytes.of(new byte[32]);
        for (TestDevice each : new TestDevice[] {anna, lost}) {
            assertThat(each.request(id -> new ToOffice.JoinMedia(
                                    id, new MediaJoin(call, "abcd", "0123456789012345678901", fingerprint)))
                            .ok())
                    .isTrue();
        }
        assertThat(office.status().mediaRooms()).isEqualTo(1);
        boris.revoke(lost.id());
        assertThat(office.status().callsOpen()).isZero();
        assertThat(office.status().mediaRooms()).isZero();
        assertThat(told(anna, 2)).isEqualTo(boris.chain().wire());
    }

    @Test
    void itDoesNotRingAndTheOthersDo() throws Exception {
        boris.revoke(lost.id());
        CallId call = TestDevice.newCall();
        CallMessage.SignedOffer offer = anna.offer(boris, call);
        assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
        assertThat(CallMessage.decode(boris.take().envelope().message())).isEqualTo(offer);
        boris.close();
        CallId second = TestDevice.newCall();
        // Until the office has noticed that the session is gone, it rings there.
        assertThat(anna.submit(anna.envelope(boris, second, anna.offer(boris, second))))
                .isIn(SubmitOutcome.OFFLINE, SubmitOutcome.ACCEPTED);
    }

    @Test
    void nothingIsSealedForItAnyMore() throws Exception {
        for (TestDevice each : new TestDevice[] {boris, lost}) {
            SealingKey key = new SealingKey(each.id(), Bytes.of(TestDevice.RANDOM.next(1216)), 1);
            Bytes publish = new LineRequest.PublishSealingKey(SignedByDevice.sign(
                            TestDevice.PRIMITIVES, TestDevice.RANDOM, each.key(), SealingKey.LABEL, key))
                    .encode();
            assertThat(each.request(id -> new ToOffice.Line(id, publish)).ok()).isTrue();
        }
        assertThat(readers()).hasSize(2);
        boris.revoke(lost.id());
        assertThat(readers()).singleElement().isEqualTo(boris.id());
    }

    private java.util.List<DeviceId> readers() throws Exception {
        Bytes request = new LineRequest.Readers().encode();
        Bytes answer = boris.request(id -> new ToOffice.Line(id, request)).body();
        return LinePages.Readers.decode(answer).readers().getFirst().keys().stream()
                .map(SignedByDevice::device)
                .toList();
    }

    @Test
    void theSameStatementAgainIsDoneAlreadyAlsoAfterTheOfficeDiedBeforeItSaidSo() throws Exception {
        Linking.Extended extended = boris.revocation(lost.id());
        boris.sendRaw(new ToOffice.ChainAppend(77, extended.statement()).encode());
        // Nobody waits for the answer.
        told(lost, 2);
        office.close();
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        boris.connect(office.httpsAddress());
        assertThat(append(boris, extended.statement())).isZero();
        boris.adopt(extended.chain().wire());
        TestDevice third = boris.link(office);
        assertThat(append(boris, extended.statement()))
                .as("also when the chain has grown since")
                .isZero();
        assertThat(third.chain().devices()).hasSize(2);
        assertThat(office.principals().stream()
                        .filter(each -> each.name().equals("Boris"))
                        .findFirst()
                        .orElseThrow()
                        .devices())
                .containsExactly(boris.id().value().hex(), third.id().value().hex());
    }

    @Test
    void whatDoesNotExtendTheChainIsRefusedAndChangesNothing() throws Exception {
        Linking.Extended byLost = lost.revocation(boris.id());
        SignedStatement first = boris.revocation(lost.id()).statement();
        // In the name of the other device.
        assertThat(append(boris, new SignedStatement(first.statement(), lost.id(), first.bySigner())))
                .isEqualTo(Refusal.NOT_ALLOWED);
        // Of somebody else's device.
        assertThat(append(anna, first)).isEqualTo(Refusal.NOT_ALLOWED);
        // The last device.
        Bytes last = new RevokeDevice(
                        anna.chain().principal(), anna.chain().head(), anna.id(), System.currentTimeMillis())
                .encode();
        assertThat(append(
                        anna,
                        new SignedStatement(
                                last,
                                anna.id(),
                                anna.key()
                                        .sign(
                                                TestDevice.PRIMITIVES,
                                                SignedStatement.BY_SIGNER,
                                                last,
                                                TestDevice.RANDOM))))
                .isEqualTo(Refusal.NOT_ALLOWED);
        // Dated ahead.
        assertThat(append(boris, ahead())).isEqualTo(Refusal.NOT_ALLOWED);
        assertThat(lost.hasSilence()).isTrue();
        assertThat(append(boris, first)).isZero();
        // The thief's own comes second: the office has ordered them.
        assertThat(append(boris, byLost.statement())).isEqualTo(Refusal.CONFLICT);
        assertThat(boris.hasSilence()).isTrue();
    }

    private SignedStatement ahead() throws Exception {
        Bytes statement = new RevokeDevice(
                        boris.chain().principal(),
                        boris.chain().head(),
                        lost.id(),
                        System.currentTimeMillis() + 3_600_000)
                .encode();
        return new SignedStatement(
                statement,
                boris.id(),
                boris.key().sign(TestDevice.PRIMITIVES, SignedStatement.BY_SIGNER, statement, TestDevice.RANDOM));
    }

    @Test
    void aDeviceMayTakeItselfOut() throws Exception {
        Linking.Extended out = lost.revocation(lost.id());
        lost.sendRaw(new ToOffice.ChainAppend(1, out.statement()).encode());
        assertThat(told(boris, 2)).isEqualTo(out.chain().wire());
        lost.greet(office.httpsAddress());
        lost.authenticate();
        assertThat(((FromOffice.Response) lost.next()).ok()).isFalse();
    }

    @Test
    void aFolderFromABackupGetsItsRevocationsBackFromAnyDeviceThatKnowsThem() throws Exception {
        TestDevice third = boris.link(office);
        office.close();
        copy(folder.resolve("office"), folder.resolve("backup"));
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        boris.connect(office.httpsAddress());
        boris.revoke(lost.id());
        SignedStatement revocation = boris.chain().wire().statements().getLast();
        office.close();
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("backup")));
        third.connect(office.httpsAddress());
        assertThat(append(third, revocation)).isZero();
        lost.greet(office.httpsAddress());
        lost.authenticate();
        assertThat(((FromOffice.Response) lost.next()).ok()).isFalse();
        third.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path each : (Iterable<Path>) files::iterator) {
                if (Files.isDirectory(each) || Files.isRegularFile(each)) {
                    Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** Reads news until there is a chain of Boris with so many statements. */
    private static UnverifiedChain told(TestDevice device, int statements) throws Exception {
        while (true) {
            UnverifiedChain chain = device.news();
            if (chain.statements().size() == statements) {
                return chain;
            }
        }
    }

    /** Zero if it was taken, else the code of the refusal. */
    private static int append(TestDevice by, SignedStatement statement) throws Exception {
        FromOffice.Response response = by.request(id -> new ToOffice.ChainAppend(id, statement));
        return response.ok() ? 0 : Refusal.decode(response.body()).code();
    }
}
