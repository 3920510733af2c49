package org.whodis.office.store.sqlite;

import java.sql.SQLException;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** Reads structures that this program wrote itself. */
final class Stored {
    private Stored() {}

    /** Bytes that cannot be read are damage of the file, not hostile input. */
    static <T> T decode(Bytes stored, WireReader.Item<T> item) throws SQLException {
        try {
            return WireReader.decode(stored, item);
        } catch (DecodeException e) {
            throw new SQLException("the database holds a damaged structure: " + e.getMessage(), e);
        }
    }
}
