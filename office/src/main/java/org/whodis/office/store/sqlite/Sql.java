package org.whodis.office.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.StoreException;

/** Statements on one connection, prepared once. Used by the store's thread alone. */
final class Sql {
    private final Connection connection;
    /** As many as there are statements in the program. */
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    private boolean isReading;

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** A row of a result. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** From now on, or no more, is writing a fault. */
    void onlyReads(boolean reading) {
        isReading = reading;
    }

    int update(String statement, @Nullable Object... values) {
        if (isReading) {
            throw new IllegalStateException("this work was to write nothing");
        }
        try {
            return bind(statement, values).executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    <T> List<T> list(String query, Row<T> row, @Nullable Object... values) {
        try (ResultSet result = bind(query, values).executeQuery()) {
            List<T> out = new ArrayList<>();
            while (result.next()) {
                out.add(row.read(result));
            }
            return out;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    <T> @Nullable T find(String query, Row<T> row, @Nullable Object... values) {
        List<T> found = list(query, row, values);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** The one number that {@code query} gives; 0 for null. */
    long number(String query, @Nullable Object... values) {
        Long found = find(query, row -> row.getLong(1), values);
        return found == null ? 0 : found;
    }

    void script(String statements) {
        try (var plain = connection.createStatement()) {
            plain.executeUpdate(statements);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    static Bytes bytes(ResultSet row, String column) throws SQLException {
        return Bytes.of(row.getBytes(column));
    }

    static StoreException failed(SQLException e) {
        return new StoreException("the database failed: " + e.getMessage(), e);
    }

    private PreparedStatement bind(String statement, @Nullable Object[] values) throws SQLException {
        PreparedStatement out = prepared.get(statement);
        if (out == null) {
            out = connection.prepareStatement(statement);
            prepared.put(statement, out);
        }
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case null -> out.setObject(i + 1, null);
                case Bytes bytes -> out.setBytes(i + 1, bytes.toArray());
                case String text -> out.setString(i + 1, text);
                case Long number -> out.setLong(i + 1, number);
                case Integer number -> out.setInt(i + 1, number);
                default -> throw new IllegalArgumentException("cannot be stored: " + values[i].getClass());
            }
        }
        return out;
    }
}
