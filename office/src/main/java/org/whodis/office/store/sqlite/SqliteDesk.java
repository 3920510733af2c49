package org.whodis.office.store.sqlite;

import java.util.List;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LinePages.SentCall;
import org.whodis.core.wire.Bytes;
import org.whodis.office.store.DeskStore;

/** {@link DeskStore} on tables {@code desk}, {@code knock} and {@code sent_call}. */
record SqliteDesk(Sql sql) implements DeskStore {
    /** What was dismissed has no body any more. */
    private static final String WAITS = "body <> x''";

    @Override
    public List<PrincipalId> people() {
        return sql.list(
                "SELECT principal FROM desk ORDER BY added_at, principal",
                row -> new PrincipalId(Sql.bytes(row, "principal")));
    }

    @Override
    public void add(PrincipalId principal, long at) {
        sql.update("INSERT OR IGNORE INTO desk (principal, added_at) VALUES (?, ?)", principal.value(), at);
    }

    @Override
    public boolean remove(PrincipalId principal) {
        return sql.update("DELETE FROM desk WHERE principal = ?", principal.value()) > 0;
    }

    @Override
    public boolean contains(PrincipalId principal) {
        return sql.number("SELECT count(*) FROM desk WHERE principal = ?", principal.value()) > 0;
    }

    @Override
    public boolean addKnock(
            Bytes nonce, PrincipalId knocker, OfficeDomain from, long receivedAt, long expiresAt, Bytes body) {
        return sql.update(
                        "INSERT OR IGNORE INTO knock (nonce, knocker, from_office, received_at, expires_at, body)"
                                + " VALUES (?, ?, ?, ?, ?, ?)",
                        nonce,
                        knocker.value(),
                        from.value(),
                        receivedAt,
                        expiresAt,
                        body)
                > 0;
    }

    @Override
    public int countKnocks(long now) {
        return (int) sql.number("SELECT count(*) FROM knock WHERE expires_at > ? AND " + WAITS, now);
    }

    @Override
    public int countKnocks(PrincipalId knocker, long now) {
        return (int) sql.number(
                "SELECT count(*) FROM knock WHERE knocker = ? AND expires_at > ? AND " + WAITS, knocker.value(), now);
    }

    @Override
    public int countKnocks(OfficeDomain from, long now) {
        return (int) sql.number(
                "SELECT count(*) FROM knock WHERE from_office = ? AND expires_at > ? AND " + WAITS, from.value(), now);
    }

    @Override
    public List<Bytes> knocks(long now, int limit) {
        return sql.list(
                "SELECT body FROM knock WHERE expires_at > ? AND " + WAITS
                        + " ORDER BY received_at DESC, nonce LIMIT ?",
                row -> Sql.bytes(row, "body"),
                now,
                limit);
    }

    @Override
    public void dismissKnock(Bytes nonce, int limit) {
        sql.update("UPDATE knock SET body = x'' WHERE nonce = ?", nonce);
        sql.update(
                "DELETE FROM knock WHERE body = x'' AND nonce NOT IN"
                        + " (SELECT nonce FROM knock WHERE body = x'' ORDER BY expires_at DESC, nonce LIMIT ?)",
                limit);
    }

    @Override
    public void addSentCall(SentCall call, int limit) {
        sql.update(
                "INSERT OR REPLACE INTO sent_call (callee, caller, caller_office, name, at) VALUES (?, ?, ?, ?, ?)",
                call.callee().value(),
                call.caller().principal().value(),
                call.caller().office().value(),
                call.name(),
                call.at());
        sql.update("DELETE FROM sent_call WHERE at < (SELECT min(at) FROM (SELECT at FROM sent_call ORDER BY at DESC"
                + " LIMIT " + limit + "))");
    }

    @Override
    public List<SentCall> sentCalls(int limit) {
        return sql.list(
                "SELECT * FROM sent_call ORDER BY at DESC LIMIT ?",
                row -> new SentCall(
                        new PrincipalId(Sql.bytes(row, "callee")),
                        new LineHolder(
                                new PrincipalId(Sql.bytes(row, "caller")),
                                new OfficeDomain(row.getString("caller_office"))),
                        row.getString("name"),
                        row.getLong("at")),
                limit);
    }

    @Override
    public void prune(long now) {
        sql.update("DELETE FROM knock WHERE expires_at <= ?", now);
    }
}
