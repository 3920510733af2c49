package org.whodis.office.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineFacts;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineTerms;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.LineStore;

/** {@link LineStore} on tables {@code line}, {@code line_statement} and {@code line_incident}. */
record SqliteLines(Sql sql) implements LineStore {
    @Override
    public @Nullable Line find(LineId id) {
        return sql.find("SELECT * FROM line WHERE id = ?", SqliteLines::read, id.value());
    }

    @Override
    public int countOf(PrincipalId issuer) {
        return (int) sql.number("SELECT count(*) FROM line WHERE issuer = ?", issuer.value());
    }

    @Override
    public void add(LineFacts line, long issuedAt, Bytes issue) {
        LineHolder holder = line.holder();
        sql.update(
                "INSERT INTO line (id, issuer, state, holder, holder_office, terms, issued_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                line.id().value(),
                line.issuer().value(),
                code(line.state()),
                holder == null ? null : holder.principal().value(),
                holder == null ? null : holder.office().value(),
                line.terms().encode(),
                issuedAt);
        put(line.id(), Statement.ISSUE, issue);
    }

    @Override
    public void update(LineId line, LineFacts.State state, @Nullable LineHolder holder) {
        sql.update(
                "UPDATE line SET state = ?, holder = ?, holder_office = ? WHERE id = ?",
                code(state),
                holder == null ? null : holder.principal().value(),
                holder == null ? null : holder.office().value(),
                line.value());
    }

    @Override
    public void replace(LineId old, LineId renewed) {
        sql.update(
                "UPDATE line SET state = ?, renewed_by = ? WHERE id = ?",
                code(LineFacts.State.WITHDRAWN),
                renewed.value(),
                old.value());
    }

    @Override
    public void put(LineId line, Statement kind, Bytes body) {
        sql.update(
                "INSERT OR REPLACE INTO line_statement (line, kind, body) VALUES (?, ?, ?)",
                line.value(),
                code(kind),
                body);
    }

    @Override
    public @Nullable Bytes statement(LineId line, Statement kind) {
        return sql.find(
                "SELECT body FROM line_statement WHERE line = ? AND kind = ?",
                row -> Sql.bytes(row, "body"),
                line.value(),
                code(kind));
    }

    @Override
    public List<LineId> list(PrincipalId issuer, @Nullable LineId after, int limit) {
        return sql.list(
                "SELECT id FROM line WHERE issuer = ? AND id > ? ORDER BY id LIMIT ?",
                row -> new LineId(Sql.bytes(row, "id")),
                issuer.value(),
                after == null ? Bytes.EMPTY : after.value(),
                limit);
    }

    @Override
    public List<LineIncident> incidents(LineId line, int limit) {
        return sql.list(
                "SELECT body FROM line_incident WHERE line = ? ORDER BY last_at DESC LIMIT ?",
                SqliteLines::readIncident,
                line.value(),
                limit);
    }

    @Override
    public void putIncidents(LineId line, List<LineIncident> incidents) {
        List<LineIncident> before = incidents(line, Integer.MAX_VALUE);
        for (LineIncident each : before) {
            if (!incidents.contains(each)) {
                removeIncident(each);
            }
        }
        for (LineIncident each : incidents) {
            if (!before.contains(each)) {
                addIncident(each);
            }
        }
    }

    @Override
    public void clearIncidents(LineId line) {
        sql.update("DELETE FROM line_incident WHERE line = ?", line.value());
    }

    @Override
    public List<LineId> withIncidents(int limit) {
        return sql.list(
                "SELECT line FROM line_incident GROUP BY line ORDER BY max(last_at) DESC LIMIT ?",
                row -> new LineId(Sql.bytes(row, "line")),
                limit);
    }

    private void removeIncident(LineIncident incident) {
        sql.update(
                "DELETE FROM line_incident WHERE line = ? AND kind = ? AND claimed = ? AND claimed_office = ?"
                        + " AND from_office = ?",
                incident.lineId().value(),
                incident.kind().code(),
                incident.claimed().principal().value(),
                incident.claimed().office().value(),
                incident.fromOffice().value());
    }

    private void addIncident(LineIncident incident) {
        sql.update(
                "INSERT INTO line_incident (line, kind, claimed, claimed_office, from_office, body, last_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                incident.lineId().value(),
                incident.kind().code(),
                incident.claimed().principal().value(),
                incident.claimed().office().value(),
                incident.fromOffice().value(),
                incident.encode(),
                incident.lastAt());
    }

    private static int code(LineFacts.State state) {
        return switch (state) {
            case OPEN -> 0;
            case WAITING -> 1;
            case BOUND -> 2;
            case REFUSED -> 3;
            case WITHDRAWN -> 4;
        };
    }

    private static LineFacts.State state(int code) throws SQLException {
        for (LineFacts.State state : LineFacts.State.values()) {
            if (code(state) == code) {
                return state;
            }
        }
        throw new SQLException("a line in state " + code);
    }

    private static int code(Statement kind) {
        return switch (kind) {
            case ISSUE -> 0;
            case REDEMPTION -> 1;
            case DECISION -> 2;
            case WITHDRAWAL -> 3;
        };
    }

    private static LineIncident readIncident(ResultSet row) throws SQLException {
        return Stored.decode(Sql.bytes(row, "body"), LineIncident::read);
    }

    private static Line read(ResultSet row) throws SQLException {
        byte[] holder = row.getBytes("holder");
        byte[] renewedBy = row.getBytes("renewed_by");
        LineFacts facts = new LineFacts(
                new LineId(Sql.bytes(row, "id")),
                new PrincipalId(Sql.bytes(row, "issuer")),
                state(row.getInt("state")),
                holder == null
                        ? null
                        : new LineHolder(
                                new PrincipalId(Bytes.of(holder)), new OfficeDomain(row.getString("holder_office"))),
                Stored.decode(Sql.bytes(row, "terms"), LineTerms::read));
        return new Line(facts, renewedBy == null ? null : new LineId(Bytes.of(renewedBy)));
    }
}
