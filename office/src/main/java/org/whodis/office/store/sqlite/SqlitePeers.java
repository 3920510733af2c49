package org.whodis.office.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.federation.PeerAnswer;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.federation.PeerRequest;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeMoment;
import org.whodis.office.store.PeerStore;

/** {@link PeerStore} on tables {@code peer}, {@code peer_rule}, {@code peer_setting}, {@code peer_outbox} and {@code peer_applied}. */
record SqlitePeers(Sql sql) implements PeerStore {
    @Override
    public @Nullable PeerKeys find(OfficeDomain domain) {
        return sql.find("SELECT keys FROM peer WHERE domain = ?", SqlitePeers::keys, domain.value());
    }

    @Override
    public void put(PeerKeys keys) {
        sql.update(
                "INSERT INTO peer (domain, keys, compared, first_seen, last_seen) VALUES (?, ?, ?, ?, ?) ON CONFLICT (domain)"
                        + " DO UPDATE SET keys = excluded.keys, compared = excluded.compared",
                keys.domain().value(),
                keys.encode(),
                keys.isCompared() ? 1 : 0,
                keys.since(),
                keys.since());
    }

    @Override
    public void seen(OfficeDomain domain, long at) {
        sql.update("UPDATE peer SET last_seen = max(last_seen, ?) WHERE domain = ?", at, domain.value());
    }

    @Override
    public boolean forget(OfficeDomain domain) {
        return sql.update("DELETE FROM peer WHERE domain = ?", domain.value()) > 0;
    }

    @Override
    public @Nullable OfficeDomain leastKnown(long span, long before) {
        return sql.find(
                "SELECT domain FROM peer WHERE compared = 0 AND (last_seen - first_seen < ? OR last_seen < ?)"
                        + " AND NOT EXISTS (SELECT 1 FROM peer_rule WHERE peer_rule.domain = peer.domain)"
                        + " AND NOT EXISTS (SELECT 1 FROM peer_outbox WHERE peer_outbox.domain = peer.domain)"
                        + " ORDER BY last_seen - first_seen, last_seen LIMIT 1",
                row -> new OfficeDomain(row.getString("domain")),
                span,
                before);
    }

    @Override
    public List<PeerKeys> all() {
        return sql.list("SELECT keys FROM peer ORDER BY domain", SqlitePeers::keys);
    }

    @Override
    public int count() {
        return (int) sql.number("SELECT count(*) FROM peer");
    }

    @Override
    public List<Rule> rules() {
        return sql.list("SELECT domain, allowed FROM peer_rule ORDER BY domain", SqlitePeers::rule);
    }

    @Override
    public @Nullable Rule rule(OfficeDomain domain) {
        return sql.find("SELECT domain, allowed FROM peer_rule WHERE domain = ?", SqlitePeers::rule, domain.value());
    }

    @Override
    public void put(Rule rule) {
        sql.update(
                "INSERT INTO peer_rule (domain, allowed) VALUES (?, ?)"
                        + " ON CONFLICT (domain) DO UPDATE SET allowed = excluded.allowed",
                rule.domain().value(),
                rule.allowed() ? 1 : 0);
    }

    @Override
    public boolean listedOnly() {
        return sql.number("SELECT coalesce(max(listed_only), 0) FROM peer_setting") == 1;
    }

    @Override
    public void listedOnly(boolean listed) {
        sql.update(
                "INSERT INTO peer_setting (one, listed_only) VALUES (1, ?)"
                        + " ON CONFLICT (one) DO UPDATE SET listed_only = excluded.listed_only",
                listed ? 1 : 0);
    }

    @Override
    public void enqueue(Outgoing outgoing) {
        sql.update(
                "INSERT INTO peer_outbox (domain, office_key, id, deadline, request) VALUES (?, ?, ?, ?, ?)",
                outgoing.to().value(),
                outgoing.officeKey(),
                outgoing.request().id(),
                outgoing.request().deadline(),
                outgoing.request().encode());
    }

    @Override
    public List<Outgoing> outbox() {
        return sql.list("SELECT domain, office_key, request FROM peer_outbox ORDER BY position", row -> {
            byte[] key = row.getBytes("office_key");
            return new Outgoing(
                    new OfficeDomain(row.getString("domain")),
                    key == null ? null : Bytes.of(key),
                    Stored.decode(Sql.bytes(row, "request"), PeerRequest::read));
        });
    }

    @Override
    public int queued(OfficeDomain domain) {
        return (int) sql.number("SELECT count(*) FROM peer_outbox WHERE domain = ?", domain.value());
    }

    @Override
    public void done(Bytes requestId) {
        sql.update("DELETE FROM peer_outbox WHERE id = ?", requestId);
    }

    @Override
    public @Nullable PeerAnswer applied(OfficeDomain domain, Bytes id) {
        return sql.find(
                "SELECT answer FROM peer_applied WHERE domain = ? AND id = ?",
                row -> Stored.decode(Sql.bytes(row, "answer"), PeerAnswer::read),
                domain.value(),
                id);
    }

    @Override
    public void apply(OfficeDomain domain, Bytes id, PeerAnswer answer, long forgetAt) {
        sql.update(
                "INSERT INTO peer_applied (domain, id, answer, forget_at) VALUES (?, ?, ?, ?)",
                domain.value(),
                id,
                answer.encode(),
                forgetAt);
    }

    @Override
    public int appliedCount(OfficeDomain domain) {
        return (int) sql.number("SELECT count(*) FROM peer_applied WHERE domain = ?", domain.value());
    }

    @Override
    public void prune(OfficeMoment now) {
        sql.update("DELETE FROM peer_applied WHERE forget_at <= ?", now.time());
        sql.update("DELETE FROM peer_outbox WHERE deadline <= ?", now.clock());
    }

    private static PeerKeys keys(ResultSet row) throws SQLException {
        return Stored.decode(Sql.bytes(row, "keys"), PeerKeys::read);
    }

    private static Rule rule(ResultSet row) throws SQLException {
        return new Rule(new OfficeDomain(row.getString("domain")), row.getInt("allowed") == 1);
    }
}
