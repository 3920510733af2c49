package org.whodis.office.store.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.whodis.office.OfficeException;

/** Brings a database to the schema of this program, one numbered step after another, each all or nothing. */
final class Migrations {
    /** {@code V1.sql} to {@code Vn.sql}. A step that was released is never changed. */
    static final int LATEST = 6;

    private Migrations() {}

    static void run(Connection connection, Sql sql) throws OfficeException, SQLException {
        int version = (int) sql.number("PRAGMA user_version");
        if (version > LATEST) {
            throw new OfficeException("The data folder was written by a newer Whodis (schema " + version
                    + ", this program knows " + LATEST + "). Run the newer program, or restore a backup made before"
                    + " the update.");
        }
        for (int step = version + 1; step <= LATEST; step++) {
            connection.setAutoCommit(false);
            try {
                sql.script(resource("V" + step + ".sql"));
                sql.script("PRAGMA user_version = " + step);
                connection.commit();
                connection.rollback();
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
        connection.setAutoCommit(false);
    }

    /** A disk that is full takes the transaction back by itself; that it is full is what has to be told then. */
    private static void rollBack(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Migrations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
