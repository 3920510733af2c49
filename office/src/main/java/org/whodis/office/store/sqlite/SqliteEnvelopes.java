package org.whodis.office.store.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.office.store.EnvelopeStore;

/** {@link EnvelopeStore} on tables {@code envelope} and {@code delivery}. */
record SqliteEnvelopes(Sql sql) implements EnvelopeStore {
    private static final List<Delivery.Kind> KINDS = List.of(Delivery.Kind.values());

    @Override
    public boolean isKnown(EnvelopeId id) {
        return sql.number("SELECT count(*) FROM envelope WHERE id = ?", id.value()) > 0;
    }

    @Override
    public @Nullable Envelope find(EnvelopeId id) {
        return sql.find(
                "SELECT body FROM envelope WHERE id = ? AND body IS NOT NULL",
                row -> Stored.decode(Sql.bytes(row, "body"), Envelope::read),
                id.value());
    }

    @Override
    public void add(Envelope envelope, long receivedAt, long forgetAt) {
        sql.update(
                "INSERT INTO envelope (id, received_at, forget_at, body) VALUES (?, ?, ?, ?)",
                envelope.id().value(),
                receivedAt,
                forgetAt,
                envelope.encode());
    }

    @Override
    public long enqueue(DeviceId device, EnvelopeId envelope, Delivery.Kind kind, long keepUntil) {
        sql.update("UPDATE device SET last_sequence = last_sequence + 1 WHERE id = ?", device.value());
        long sequence = sql.number("SELECT last_sequence FROM device WHERE id = ?", device.value());
        sql.update(
                "INSERT INTO delivery (device, sequence, envelope, kind, keep_until) VALUES (?, ?, ?, ?, ?)",
                device.value(),
                sequence,
                envelope.value(),
                KINDS.indexOf(kind),
                keepUntil);
        return sequence;
    }

    @Override
    public List<Delivery> queue(DeviceId device, long sequence, long now, int limit) {
        return sql.list(
                "SELECT sequence, kind, received_at, body FROM delivery JOIN envelope ON envelope.id = envelope"
                        + " WHERE device = ? AND sequence > ? AND keep_until > ? ORDER BY sequence LIMIT ?",
                row -> new Delivery(
                        row.getLong("sequence"),
                        KINDS.get(row.getInt("kind")),
                        row.getLong("received_at"),
                        Stored.decode(Sql.bytes(row, "body"), Envelope::read)),
                device.value(),
                sequence,
                now,
                limit);
    }

    @Override
    public int queued(DeviceId device) {
        return (int) sql.number("SELECT count(*) FROM delivery WHERE device = ?", device.value());
    }

    @Override
    public void acknowledge(DeviceId device, long sequence) {
        // A missed call that one device has fetched is gone from the others: those of the same person.
        sql.update(
                "DELETE FROM delivery WHERE kind = 1 AND envelope IN"
                        + " (SELECT envelope FROM delivery WHERE device = ?1 AND sequence <= ?2 AND kind = 1)",
                device.value(),
                sequence);
        sql.update("DELETE FROM delivery WHERE device = ? AND sequence <= ?", device.value(), sequence);
        dropUnwantedBodies();
    }

    @Override
    public void prune(long now) {
        sql.update("DELETE FROM delivery WHERE keep_until <= ?", now);
        dropUnwantedBodies();
        sql.update("DELETE FROM envelope WHERE forget_at <= ? AND body IS NULL", now);
    }

    private void dropUnwantedBodies() {
        sql.update("UPDATE envelope SET body = NULL WHERE body IS NOT NULL AND NOT EXISTS"
                + " (SELECT 1 FROM delivery WHERE delivery.envelope = envelope.id) AND NOT EXISTS"
                + " (SELECT 1 FROM call WHERE call.offer = envelope.id AND call.phase < 2)");
    }
}
