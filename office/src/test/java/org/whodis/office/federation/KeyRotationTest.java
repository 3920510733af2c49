package org.whodis.office.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.federation.PeerOutcome;
import org.whodis.core.federation.PeerRefusal;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;
import org.whodis.office.PeerOffice;
import org.whodis.office.data.DataFolder;
import org.whodis.office.data.OfficeKeyFile;
import org.whodis.office.testkit.TestDevice;

/** An office changes its key, or somebody who has stolen it says so: what another office makes of it, over real sockets. */
@Timeout(600)
class KeyRotationTest {
    private static final int TYPE = 1000;

    @TempDir
    Path folder;

    private final AtomicLong skipped = new AtomicLong();
    private final InstantSource clock = () -> Instant.now().plusMillis(skipped.get());
    private final AtomicReference<InetAddress> leadsTo = new AtomicReference<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Office ottawa;
    private Office paris;
    private Path recovery;

    @BeforeEach
    void start() throws Exception {
        recovery = folder.resolve("ottawas-recovery.key");
        ottawa = start(OfficeConfig.onLoopback(folder.resolve("ottawa"))
                .withRecoveryKey(recovery)
                .withClock(clock));
        leadsTo.set(ottawa.httpsAddress().getAddress());
        // The name service of Paris is in the test's hands.
        paris = start(OfficeConfig.onLoopback(folder.resolve("paris"))
                .withClock(clock)
                .withFederation(FederationConfig.DEFAULT.withResolver(_ -> List.of(leadsTo.get()))));
        for (Office each : List.of(ottawa, paris)) {
            each.peers().onRequest(TYPE, (PeerHandler.Durable) (_, _) -> (_, _) -> PeerHandler.Result.applied(
                    new org.whodis.core.federation.PeerAnswer.Applied(Bytes.EMPTY), () -> {}));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void withTheRecoveryKeyTheOtherOfficeFollowsAtOnceAndWhatWasComparedStaysSo() throws Exception {
        compare();
        String before = ottawa.keys().officeKey();
        ottawa.rotateKey(recovery, null);
        assertThat(ottawa.keys().officeKey()).isNotEqualTo(before);
        assertApplied(ask(paris, ottawa));
        assertThat(known().officeKey()).isEqualTo(ottawa.keys().officeKey());
        assertThat(known().comparedAt()).isNotNull();
        assertThat(known().isAlarm()).isFalse();
        assertApplied(ask(ottawa, paris));
    }

    @Test
    void anOfficeThatWasAwayForTwoRotationsFollowsBoth() throws Exception {
        compare();
        int port = paris.httpsAddress().getPort();
        paris.close();
        ottawa.rotateKey(recovery, null);
        ottawa.rotateKey(recovery, null);
        paris = start(OfficeConfig.onLoopback(folder.resolve("paris"))
                .withPorts(port, 0)
                .withClock(clock)
                .withFederation(FederationConfig.DEFAULT.withResolver(_ -> List.of(leadsTo.get()))));
        assertApplied(ask(paris, ottawa));
        assertThat(known().officeKey()).isEqualTo(ottawa.keys().officeKey());
        assertThat(known().comparedAt()).isNotNull();
    }

    @Test
    void anOfficeThatMeetsItOnlyAfterwardsStillKnowsThoseWhoWereEnrolledUnderTheKeyOfBefore() throws Exception {
        Bytes first = ottawa.officeKey();
        ottawa.rotateKey(recovery, null);
        assertApplied(ask(paris, ottawa, first));
        assertApplied(ask(paris, ottawa, ottawa.officeKey()));
        assertThat(ask(paris, ottawa, Bytes.of(new byte[32])))
                .isEqualTo(new PeerOutcome.NotSent(PeerRefusal.ANOTHER_KEY));
    }

    @Test
    void withoutTheRecoveryKeyTheOtherOfficeWaitsForTwoDaysAndComparesAnew() throws Exception {
        compare();
        String before = ottawa.keys().officeKey();
        ottawa.rotateKey(null, folder.resolve("another-recovery.key"));
        awaitHeld();
        assertThat(known().officeKey()).isEqualTo(before);
        assertThat(known().heldKey()).isEqualTo(ottawa.keys().officeKey());
        skipped.addAndGet(PeerKeys.HOLD_MILLIS - 3_600_000);
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.KEY_HELD));
        skipped.addAndGet(2 * 3_600_000);
        assertApplied(ask(paris, ottawa));
        assertThat(known().officeKey()).isEqualTo(ottawa.keys().officeKey());
        assertThat(known().comparedAt()).isNull();
    }

    @Test
    void theOperatorsNeedNotWaitForTwoDays() throws Exception {
        ask(paris, ottawa);
        ottawa.rotateKey(null, null);
        awaitHeld();
        paris.comparePeer(
                ottawa.domain(),
                String.join(" ", ottawa.meetPeer(paris.domain()).words()));
        assertApplied(ask(paris, ottawa));
        assertThat(known().comparedAt()).isNotNull();
    }

    @Test
    void aThiefOfTheKeyWithoutTheRecoveryKeyIsHeldAndTakenBackByTheTrueOffice() throws Exception {
        compare();
        HostileOffice thief = thief();
        thief.rotations.add(stolen(ottawasKey(), thief.key, null));
        // The true office is away, and the name service lies.
        int port = ottawa.httpsAddress().getPort();
        InetAddress home = ottawa.httpsAddress().getAddress();
        ottawa.close();
        leadsTo.set(thief.address().getAddress());
        awaitHeld();
        assertThat(known().heldKey())
                .isEqualTo(thief.key.publicKey().keyHash(TestDevice.PRIMITIVES).hex());
        leadsTo.set(home);
        ottawa = start(OfficeConfig.onLoopback(folder.resolve("ottawa"))
                .withPorts(port, 0)
                .withClock(clock));
        assertApplied(ask(ottawa, paris));
        assertThat(known().heldKey()).as("the old key is in use").isNull();
        skipped.addAndGet(PeerKeys.HOLD_MILLIS);
        leadsTo.set(thief.address().getAddress());
        HostileOffice.Link link = thief.open(paris, thief.as(new OfficeDomain(ottawa.domain())));
        assertThat(link.isClosedSoon()).isTrue();
        assertThat(known().officeKey()).isEqualTo(ottawa.keys().officeKey());
    }

    @Test
    void aKeyThatIsHeardOnALongConnectionIsInUseThoughNobodyShakesHands() throws Exception {
        compare();
        HostileOffice thief = thief();
        thief.rotations.add(stolen(ottawasKey(), thief.key, null));
        // The connection with the true office stays up all the time; only new look-ups lead to the thief.
        leadsTo.set(thief.address().getAddress());
        for (int i = 0; i < 2; i++) {
            HostileOffice.Link link = thief.open(paris, thief.as(new OfficeDomain(ottawa.domain())));
            assertThat(link.isClosedSoon()).isTrue();
            assertThat(known().heldUntil()).as("no time runs for it").isNull();
            assertThat(known().officeKey()).isEqualTo(ottawa.keys().officeKey());
            skipped.addAndGet(PeerKeys.HOLD_MILLIS + 1);
        }
        assertThat(known().isConnected()).isTrue();
        assertApplied(ask(paris, ottawa));
    }

    @Test
    void anOldRotationPlayedAgainWithItsKeyIsRefused() throws Exception {
        compare();
        HybridKeyPair first = ottawasKey();
        ottawa.rotateKey(recovery, null);
        assertApplied(ask(paris, ottawa));
        HybridKeyPair second = ottawasKey();
        HostileOffice thief = thief();
        // Who has stolen the second key shows it, with the true statement that once led to it.
        HybridKeyPair agreeing = org.whodis.office.data.RecoveryKeyFile.readPrivate(recovery, TestDevice.PRIMITIVES);
        thief.rotations.add(stolen(first, second, agreeing));
        ottawa.rotateKey(recovery, null);
        assertApplied(ask(paris, ottawa));
        leadsTo.set(thief.address().getAddress());
        HostileOffice.Link link = thief.open(paris, thief.as(new OfficeDomain(ottawa.domain()), second));
        assertThat(link.isClosedSoon()).isTrue();
        assertThat(paris.metrics()).contains("whodis_peers_refused_total{reason=\"key_left\"}");
        assertThat(known().officeKey()).isEqualTo(ottawa.keys().officeKey());
    }

    @Test
    void twoRotationsFromOneKeyAreAnAlarmAndNeitherCountsByItself() throws Exception {
        compare();
        HybridKeyPair first = ottawasKey();
        HostileOffice thief = thief();
        thief.rotations.add(stolen(first, thief.key, null));
        ottawa.rotateKey(null, null);
        awaitHeld();
        leadsTo.set(thief.address().getAddress());
        HostileOffice.Link link = thief.open(paris, thief.as(new OfficeDomain(ottawa.domain())));
        assertThat(link.isClosedSoon()).isTrue();
        assertThat(known().isAlarm()).isTrue();
        assertThat(known().heldUntil()).isNull();
        skipped.addAndGet(2 * PeerKeys.HOLD_MILLIS);
        leadsTo.set(ottawa.httpsAddress().getAddress());
        assertThat(ask(paris, ottawa)).isEqualTo(new PeerOutcome.NotSent(PeerRefusal.KEY_HELD));
        paris.comparePeer(
                ottawa.domain(),
                String.join(" ", ottawa.meetPeer(paris.domain()).words()));
        assertThat(known().isAlarm()).isFalse();
        assertApplied(ask(paris, ottawa));
    }

    @Test
    void anotherRecoveryKeyThanItsOwnChangesNothing() throws Exception {
        Path others = folder.resolve("others-recovery.key");
        org.whodis.office.data.RecoveryKeyFile.create(others, TestDevice.PRIMITIVES, TestDevice.RANDOM);
        String before = ottawa.keys().officeKey();
        assertThatThrownBy(() -> ottawa.rotateKey(others, null))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("Nothing was changed");
        assertThat(ottawa.keys().officeKey()).isEqualTo(before);
        assertThat(folder.resolve("ottawa/office.key.next")).doesNotExist();
    }

    @Test
    void aRecoveryKeyThatIsThereIsNotLostAndNotWrittenOver() throws Exception {
        byte[] kept = java.nio.file.Files.readAllBytes(recovery);
        String before = ottawa.keys().officeKey();
        assertThatThrownBy(() -> ottawa.rotateKey(null, recovery))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("give it with --recovery-key")
                .hasMessageContaining("--new-recovery-key");
        assertThat(recovery).hasBinaryContent(kept);
        assertThat(ottawa.keys().officeKey()).isEqualTo(before);
    }

    @Test
    void aCrashAfterTheStatementWasCommittedGoesOnWithTheNewKey() throws Exception {
        ask(paris, ottawa);
        byte[] old = Files.readAllBytes(folder.resolve("ottawa/office.key"));
        ottawa.rotateKey(recovery, null);
        String rotated = ottawa.keys().officeKey();
        int port = ottawa.httpsAddress().getPort();
        ottawa.close();
        // As if the process had died between the commit and the files.
        Files.move(folder.resolve("ottawa/office.key"), folder.resolve("ottawa/office.key.next"));
        write("ottawa/office.key", old);
        ottawa = start(OfficeConfig.onLoopback(folder.resolve("ottawa"))
                .withPorts(port, 0)
                .withClock(clock));
        assertThat(ottawa.keys().officeKey()).isEqualTo(rotated);
        assertThat(folder.resolve("ottawa/office.key.next")).doesNotExist();
        assertThat(ask(paris, ottawa)).isInstanceOf(PeerOutcome.Refused.class);
        assertThat(known().officeKey()).isEqualTo(rotated);
    }

    @Test
    void aCrashBeforeTheStatementWasCommittedKeepsTheOldKey() throws Exception {
        String before = ottawa.keys().officeKey();
        int port = ottawa.httpsAddress().getPort();
        ottawa.close();
        try (DataFolder data = DataFolder.open(folder.resolve("ottawa"))) {
            OfficeKeyFile.createNext(data, TestDevice.PRIMITIVES, TestDevice.RANDOM);
        }
        ottawa = start(OfficeConfig.onLoopback(folder.resolve("ottawa")).withPorts(port, 0));
        assertThat(ottawa.keys().officeKey()).isEqualTo(before);
        assertThat(folder.resolve("ottawa/office.key.next")).doesNotExist();
        ottawa.close();
        write("ottawa/office.key.next", new byte[] {1, 2, 3});
        ottawa = start(OfficeConfig.onLoopback(folder.resolve("ottawa")).withPorts(port, 0));
        assertThat(ottawa.keys().officeKey()).as("half a file").isEqualTo(before);
    }

    @Test
    void whatAnOperatorForgetsIsUnknownAgain() throws Exception {
        compare();
        paris.forgetPeer(ottawa.domain());
        assertThat(paris.peerOffices()).isEmpty();
        assertThatThrownBy(() -> paris.forgetPeer(ottawa.domain())).isInstanceOf(OfficeException.class);
        assertApplied(ask(paris, ottawa));
        assertThat(known().comparedAt()).isNull();
    }

    private void compare() throws Exception {
        assertApplied(ask(paris, ottawa));
        paris.comparePeer(
                ottawa.domain(),
                String.join(" ", ottawa.meetPeer(paris.domain()).words()));
    }

    /** What was heard under the old key is over for sure only some time after the connection has ended. */
    private void awaitHeld() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (known().heldUntil() == null && System.nanoTime() < deadline) {
            ask(paris, ottawa);
        }
        assertThat(known().heldUntil()).isNotNull();
    }

    private PeerOffice known() throws Exception {
        return paris.peerOffices().getFirst();
    }

    private HybridKeyPair ottawasKey() throws Exception {
        Path copy = Files.createTempDirectory(folder, "stolen");
        Files.copy(folder.resolve("ottawa/office.key"), copy.resolve("office.key"));
        Files.createFile(copy.resolve("office.db"));
        for (String each : List.of("office.key", "office.db")) {
            Files.setPosixFilePermissions(
                    copy.resolve(each), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        }
        try (DataFolder data = DataFolder.open(copy)) {
            return OfficeKeyFile.read(data, TestDevice.PRIMITIVES);
        }
    }

    private KeyRotation.Published stolen(
            HybridKeyPair from, HybridKeyPair to, @org.jspecify.annotations.Nullable HybridKeyPair agreeing) {
        KeyRotation said = new KeyRotation(
                new OfficeDomain(ottawa.domain()),
                from.publicKey().keyHash(TestDevice.PRIMITIVES),
                to.publicKey(),
                OfficeDescriptor.NO_RECOVERY_KEY,
                clock.millis());
        return new KeyRotation.Published(
                from.publicKey(),
                KeyRotation.Signed.sign(TestDevice.PRIMITIVES, TestDevice.RANDOM, said, from, to, agreeing));
    }

    /** At Ottawa's port on another address of this machine; shows Ottawa's name and a key of its own. */
    private HostileOffice thief() throws Exception {
        HostileOffice thief = new HostileOffice(
                folder.resolve("thief"),
                new InetSocketAddress("127.0.0.2", ottawa.httpsAddress().getPort()));
        opened.add(thief);
        thief.serve(thief.descriptor(new OfficeDomain(ottawa.domain())));
        thief.answersAs(new OfficeDomain(ottawa.domain()));
        return thief;
    }

    private void write(String name, byte[] content) throws Exception {
        Path file = folder.resolve(name);
        Files.write(file, content);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }

    private PeerOutcome ask(Office from, Office to) throws Exception {
        return ask(from, to, null);
    }

    private PeerOutcome ask(Office from, Office to, @org.jspecify.annotations.Nullable Bytes officeKey)
            throws Exception {
        return from.peers()
                .send(from.peers()
                        .prepare(new OfficeDomain(to.domain()), officeKey, TYPE, Bytes.EMPTY, clock.millis() + 180_000))
                .get(200, TimeUnit.SECONDS);
    }

    private static void assertApplied(PeerOutcome outcome) {
        assertThat(outcome).isInstanceOf(PeerOutcome.Applied.class);
    }

    private Office start(OfficeConfig config) throws Exception {
        Office office = Office.start(config);
        opened.add(office);
        return office;
    }
}
