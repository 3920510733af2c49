package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.message.CallId;
import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.SubmitOutcome;
import org.whodis.core.wire.Bytes;
import org.whodis.office.testkit.TestDevice;

/** What the office promised stays promised when its disk fails for a while, is full, or was lost. */
class StoreTroubleTest {
    @TempDir
    Path folder;

    @Test
    void aCallThatCouldNotBeEndedWhileTheDiskFailedIsMissedOnceItWorksAgain() throws Exception {
        OfficeConfig config = OfficeConfig.onLoopback(folder.resolve("office"));
        Office.start(config).close();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + config.dataFolder().resolve("office.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TRIGGER failing BEFORE INSERT ON call WHEN NEW.phase = 3"
                    + " AND NEW.ended_at < NEW.expires_at + 1500 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        }
        try (Office office = Office.start(config);
                TestDevice anna = TestDevice.enrol(office, "Anna").connect(office.httpsAddress());
                TestDevice boris = TestDevice.enrol(office, "Boris").connect(office.httpsAddress())) {
            CallId call = TestDevice.newCall();
            CallMessage.SignedOffer offer = anna.offer(boris, call, System.currentTimeMillis(), 2_000);
            assertThat(anna.submit(anna.envelope(boris, call, offer))).isEqualTo(SubmitOutcome.ACCEPTED);
            assertThat(boris.take().kind()).isEqualTo(Delivery.Kind.LIVE);
            assertThat(boris.take().kind()).isEqualTo(Delivery.Kind.MISSED);
        }
    }

    @Test
    void anEnvelopeForWhichThereIsNoRoomIsRefusedInsteadOfAcceptedAndLost() throws Exception {
        OfficeConfig config = OfficeConfig.onLoopback(folder.resolve("office"));
        TestDevice anna;
        TestDevice boris;
        try (Office office = Office.start(config)) {
            anna = TestDevice.enrol(office, "Anna");
            boris = TestDevice.enrol(office, "Boris");
        }
        fillQueue(config, boris);
        try (Office office = Office.start(config)) {
            anna.connect(office.httpsAddress());
            CallId call = TestDevice.newCall();
            assertThat(anna.submit(anna.envelope(boris, call, anna.offer(boris, call))))
                    .isEqualTo(SubmitOutcome.TOO_MANY);
        } finally {
            anna.close();
        }
    }

    @Test
    void aKeyWhoseDatabaseWasLostIsNeverReplaced() throws Exception {
        OfficeConfig config = OfficeConfig.onLoopback(folder.resolve("office"));
        Bytes before;
        try (Office office = Office.start(config)) {
            before = office.officeKey();
        }
        for (String suffix : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(config.dataFolder().resolve("office.db" + suffix));
        }
        Files.createFile(
                config.dataFolder().resolve("office.db"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Office office = Office.start(config)) {
            assertThat(office.officeKey()).isEqualTo(before);
        }
    }

    /** As many envelopes as wait for one device; what is in them does not matter while it is not there. */
    private static void fillQueue(OfficeConfig config, TestDevice device) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + config.dataFolder().resolve("office.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO envelope (id, received_at, forget_at, body)"
                    + " VALUES (zeroblob(16), 0, 9000000000000, x'00')");
            statement.executeUpdate("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 512)"
                    + " INSERT INTO delivery (device, sequence, envelope, kind, keep_until) SELECT x'"
                    + device.id().value().hex() + "', i, zeroblob(16), 0, 9000000000000 FROM n");
        }
    }
}
