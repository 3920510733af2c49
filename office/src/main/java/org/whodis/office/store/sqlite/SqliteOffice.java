package org.whodis.office.store.sqlite;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.office.OfficeMoment;
import org.whodis.office.store.OfficeStore;

/** {@link OfficeStore} on table {@code office}. */
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
}
