package org.whodis.office.store.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.PersonalStore;

/** {@link PersonalStore} on tables {@code line_settings}, {@code sealing_key} and {@code sealed_item}. */
record SqlitePersonal(Sql sql) implements PersonalStore {
    @Override
    public @Nullable Bytes settings(PrincipalId principal) {
        return sql.find(
                "SELECT body FROM line_settings WHERE principal = ?", row -> Sql.bytes(row, "body"), principal.value());
    }

    @Override
    public void putSettings(PrincipalId principal, long at, Bytes settings) {
        sql.update(
                "INSERT INTO line_settings (principal, at, body) VALUES (?, ?, ?)"
                        + " ON CONFLICT (principal) DO UPDATE SET at = excluded.at, body = excluded.body"
                        + " WHERE excluded.at >= line_settings.at",
                principal.value(),
                at,
                settings);
    }

    @Override
    public List<Bytes> sealingKeys(PrincipalId principal) {
        return sql.list(
                "SELECT body FROM sealing_key WHERE principal = ? ORDER BY device",
                row -> Sql.bytes(row, "body"),
                principal.value());
    }

    @Override
    public void putSealingKey(DeviceId device, PrincipalId principal, Bytes key) {
        sql.update(
                "INSERT OR REPLACE INTO sealing_key (device, principal, body) VALUES (?, ?, ?)",
                device.value(),
                principal.value(),
                key);
    }

    @Override
    public int countItems(PrincipalId principal) {
        return (int) sql.number("SELECT count(*) FROM sealed_item WHERE principal = ?", principal.value());
    }

    @Override
    public boolean hasItem(PrincipalId principal, LineId item) {
        return sql.number(
                        "SELECT count(*) FROM sealed_item WHERE principal = ? AND item = ?",
                        principal.value(),
                        item.value())
                > 0;
    }

    @Override
    public void putItem(PrincipalId principal, LineId item, long at, Bytes body) {
        sql.update(
                "INSERT INTO sealed_item (principal, item, at, body) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (principal, item) DO UPDATE SET at = excluded.at, body = excluded.body"
                        + " WHERE excluded.at >= sealed_item.at",
                principal.value(),
                item.value(),
                at,
                body);
    }

    @Override
    public void removeItem(PrincipalId principal, LineId item) {
        sql.update("DELETE FROM sealed_item WHERE principal = ? AND item = ?", principal.value(), item.value());
    }

    @Override
    public List<Item> items(PrincipalId principal, @Nullable LineId after, int limit) {
        return sql.list(
                "SELECT item, body FROM sealed_item WHERE principal = ? AND item > ? ORDER BY item LIMIT ?",
                row -> new Item(new LineId(Sql.bytes(row, "item")), Sql.bytes(row, "body")),
                principal.value(),
                after == null ? Bytes.EMPTY : after.value(),
                limit);
    }
}
