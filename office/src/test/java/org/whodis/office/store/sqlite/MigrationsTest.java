package org.whodis.office.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    private static final int PAGES = 8;

    @TempDir
    Path folder;

    @Test
    void aDiskThatFillsUpIsNamedAndAnotherTryGoesOnFromThere() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("office.db"))) {
            Sql sql = new Sql(connection);
            sql.script("PRAGMA max_page_count = " + PAGES);
            assertThatThrownBy(() -> Migrations.run(takenBackBefore(connection), sql))
                    .rootCause()
                    .hasMessageContaining("SQLITE_FULL");
            connection.setAutoCommit(true);
            sql.script("PRAGMA max_page_count = 1000000");
            Migrations.run(connection, sql);
            assertThat(sql.number("PRAGMA user_version")).isEqualTo(Migrations.LATEST);
        }
    }

    /** As SQLite does when a disk is full in the middle of a write: there is nothing left to take back. */
    private static Connection takenBackBefore(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    Object result = method.invoke(connection, arguments);
                    if (method.getName().equals("rollback")) {
                        throw new SQLException("cannot rollback - no transaction is active");
                    }
                    return result;
                });
    }
}
