package org.whodis.office.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.LinkStore;

/** {@link LinkStore} on table {@code link}. */
record SqliteLinks(Sql sql) implements LinkStore {
    @Override
    public @Nullable Link find(Bytes id) {
        return sql.find("SELECT * FROM link WHERE id = ?", SqliteLinks::read, id);
    }

    @Override
    public void put(Link link) {
        sql.update(
                "INSERT OR REPLACE INTO link (id, principal, device, expires_at, request) VALUES (?, ?, ?, ?, ?)",
                link.id(),
                link.principal().value(),
                link.device().value(),
                link.expiresAt(),
                link.request() == null ? null : link.request().encode());
    }

    @Override
    public List<Link> of(DeviceId device, long now) {
        return sql.list(
                "SELECT * FROM link WHERE device = ? AND expires_at > ? ORDER BY expires_at",
                SqliteLinks::read,
                device.value(),
                now);
    }

    @Override
    public void prune(long now) {
        sql.update("DELETE FROM link WHERE expires_at <= ?", now);
    }

    private static Link read(ResultSet row) throws SQLException {
        byte[] request = row.getBytes("request");
        return new Link(
                Sql.bytes(row, "id"),
                new PrincipalId(Sql.bytes(row, "principal")),
                new DeviceId(Sql.bytes(row, "device")),
                row.getLong("expires_at"),
                request == null ? null : Stored.decode(Bytes.of(request), LinkRequest::read));
    }
}
