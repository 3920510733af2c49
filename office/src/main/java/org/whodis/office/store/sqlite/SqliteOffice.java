package org.whodis.office.store.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;
import org.whodis.office.OfficeMoment;
import org.whodis.office.store.OfficeStore;

/** {@link OfficeStore} on tables {@code office} and {@code office_rotation}. */
record SqliteOffice(Sql sql) implements OfficeStore {
    @Override
    public @Nullable Identity find() {
        return sql.find(
                "SELECT domain, office_key, created_at FROM office",
                row -> new Identity(
                        new OfficeDomain(row.getString("domain")),
                        Sql.bytes(row, "office_key"),
                        row.getLong("created_at")));
    }

    @Override
    public void add(Identity identity) {
        sql.update(
                "INSERT INTO office (one, domain, office_key, created_at) VALUES (1, ?, ?, ?)",
                identity.domain().value(),
                identity.officeKey(),
                identity.createdAt());
    }

    @Override
    public @Nullable OfficeMoment saved() {
        return sql.find(
                "SELECT clock, time FROM office WHERE time IS NOT NULL",
                row -> new OfficeMoment(row.getLong("clock"), row.getLong("time")));
    }

    @Override
    public void save(OfficeMoment now) {
        sql.update("UPDATE office SET clock = ?, time = ?", now.clock(), now.time());
    }

    @Override
    public List<Rotation> rotations() {
        return sql.list(
                "SELECT old_key, rotation FROM office_rotation ORDER BY position",
                row -> new Rotation(
                        Stored.decode(Sql.bytes(row, "old_key"), HybridPublicKey::read),
                        Stored.decode(Sql.bytes(row, "rotation"), KeyRotation.Signed::read)));
    }

    @Override
    public void rotate(Bytes newOfficeKey, Rotation rotation) {
        WireWriter oldKey = new WireWriter();
        rotation.oldKey().write(oldKey);
        sql.update(
                "INSERT INTO office_rotation (old_key, rotation) VALUES (?, ?)",
                oldKey.toBytes(),
                rotation.signed().encode());
        sql.update("UPDATE office SET office_key = ?", newOfficeKey);
    }
}
