package org.whodis.office.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.office.OfficeException;
import org.whodis.office.store.sqlite.SqliteStore;

class SqliteStoreTest extends StoreContract {
    @TempDir
    Path folder;

    @Override
    protected Store open() throws OfficeException {
        return SqliteStore.open(folder.resolve("office.db"));
    }

    @Test
    void aFileOfANewerProgramIsRefusedAndLeftAlone() throws Exception {
        Path file = folder.resolve("newer.db");
        SqliteStore.open(file).close();
        execute(file, "PRAGMA user_version = 99");
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> SqliteStore.open(file))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("newer Whodis")
                .hasMessageContaining("99");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedWithAdvice() throws Exception {
        Path file = folder.resolve("garbage.db");
        Files.write(
                file,
                "this is not a database, it is a text of some length"
                        .repeat(200)
                        .getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> SqliteStore.open(file))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("backup");
    }

    @Test
    void aFileWithFlippedBytesIsRefusedWithAdvice() throws Exception {
        Path file = folder.resolve("flipped.db");
        SqliteStore.open(file).close();
        byte[] content = Files.readAllBytes(file);
        for (int page = 1; page < content.length / 4096; page++) {
            java.util.Arrays.fill(content, page * 4096, page * 4096 + 200, (byte) 0x5a);
        }
        Files.write(file, content);
        assertThatThrownBy(() -> SqliteStore.open(file))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("backup");
    }

    @Test
    void theDatabaseIsSyncedBeforeAnythingIsAcknowledged() throws Exception {
        Path file = folder.resolve("sync.db");
        try (SqliteStore store = SqliteStore.open(file)) {
            long before = store.commits();
            store.transact(tx -> {
                tx.office()
                        .add(new OfficeStore.Identity(
                                new org.whodis.core.identity.OfficeDomain("a"),
                                org.whodis.core.wire.Bytes.of(new byte[32]),
                                1));
                return true;
            });
            assertThat(store.commits()).isGreaterThan(before);
            // WAL with synchronous=FULL syncs the log at each commit (sqlite.org/pragma.html#pragma_synchronous).
            assertThat(Files.size(file.resolveSibling("sync.db-wal"))).isPositive();
        }
    }

    @Test
    void whatOnlyReadsSeesEveryCommitTakesPartInNoneAndCannotWrite() throws Exception {
        try (SqliteStore store = SqliteStore.open(folder.resolve("read.db"))) {
            store.transact(tx -> {
                tx.peers().listedOnly(true);
                return true;
            });
            long before = store.commits();
            for (int i = 0; i < 20; i++) {
                assertThat(store.<Boolean>read(tx -> tx.peers().listedOnly())).isTrue();
            }
            assertThat(store.commits()).isEqualTo(before);
            assertThatThrownBy(() -> store.read(tx -> {
                        tx.peers().listedOnly(false);
                        return true;
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(store.<Boolean>transact(tx -> tx.peers().listedOnly())).isTrue();
        }
    }

    private static void execute(Path file, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            try (ResultSet check = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                check.next();
            }
        }
    }
}
