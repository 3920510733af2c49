package org.whodis.office.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.CallId;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.wire.Bytes;
import org.whodis.office.call.CallRecord;
import org.whodis.office.call.CallRecord.Answered;
import org.whodis.office.call.CallRecord.End;
import org.whodis.office.call.CallRecord.Ended;
import org.whodis.office.call.CallRecord.Offered;
import org.whodis.office.call.CallRecord.Phase;
import org.whodis.office.call.CallRecord.Ringing;
import org.whodis.office.call.OtherOffice;
import org.whodis.office.store.CallStore;

/** {@link CallStore} on table {@code call}. */
record SqliteCalls(Sql sql) implements CallStore {
    private static final int OFFERED = 0;
    private static final int RINGING = 1;
    private static final int ANSWERED = 2;
    private static final int ENDED = 3;
    private static final List<End> ENDS = List.of(End.values());

    @Override
    public @Nullable CallRecord find(CallId id) {
        return sql.find("SELECT * FROM call WHERE id = ?", SqliteCalls::read, id.value());
    }

    @Override
    public void put(CallRecord call) {
        Phase last = call.phase() instanceof Ended ended ? ended.before() : call.phase();
        Ended ended = call.phase() instanceof Ended it ? it : null;
        OtherOffice other = call.other();
        sql.update(
                "INSERT OR REPLACE INTO call (id, caller, caller_device, callee, offer, offer_hash, opened_at, expires_at,"
                        + " last_message_at, phase, before, callee_device, ending, ended_at, due_at,"
                        + " other_office, other_key, other_is_caller)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                call.id().value(),
                call.caller().value(),
                call.callerDevice().value(),
                call.callee().value(),
                call.offer().value(),
                call.offerHash(),
                call.openedAt(),
                call.expiresAt(),
                call.lastMessageAt(),
                code(call.phase()),
                ended == null ? null : code(last),
                last instanceof Answered(DeviceId device) ? device.value() : null,
                ended == null ? null : ENDS.indexOf(ended.end()),
                ended == null ? null : ended.at(),
                call.dueAt(),
                other == null ? null : other.domain().value(),
                other == null ? null : other.officeKey(),
                other == null ? null : other.isCallers() ? 1 : 0);
    }

    @Override
    public List<CallRecord> due(long now, int limit) {
        return sql.list("SELECT * FROM call WHERE due_at <= ? ORDER BY due_at LIMIT ?", SqliteCalls::read, now, limit);
    }

    @Override
    public List<CallRecord> openOf(DeviceId device) {
        return sql.list(
                "SELECT * FROM call WHERE phase <> " + ENDED + " AND (caller_device = ?1 OR callee_device = ?1)",
                SqliteCalls::read,
                device.value());
    }

    @Override
    public long nextDue() {
        return sql.number("SELECT coalesce(min(due_at), " + Long.MAX_VALUE + ") FROM call");
    }

    @Override
    public int openedBy(PrincipalId caller, long since) {
        return (int) sql.number("SELECT count(*) FROM call WHERE caller = ? AND opened_at > ?", caller.value(), since);
    }

    @Override
    public int opened(PrincipalId caller, PrincipalId callee, long since) {
        return (int) sql.number(
                "SELECT count(*) FROM call WHERE caller = ? AND callee = ? AND opened_at > ?",
                caller.value(),
                callee.value(),
                since);
    }

    @Override
    public int countOpen() {
        return (int) sql.number("SELECT count(*) FROM call WHERE phase <> " + ENDED);
    }

    @Override
    public void remove(CallId id) {
        sql.update("DELETE FROM call WHERE id = ?", id.value());
    }

    private static int code(Phase phase) {
        return switch (phase) {
            case Offered _ -> OFFERED;
            case Ringing _ -> RINGING;
            case Answered _ -> ANSWERED;
            case Ended _ -> ENDED;
        };
    }

    private static CallRecord read(ResultSet row) throws SQLException {
        int phase = row.getInt("phase");
        return new CallRecord(
                new CallId(Sql.bytes(row, "id")),
                new PrincipalId(Sql.bytes(row, "caller")),
                new DeviceId(Sql.bytes(row, "caller_device")),
                new PrincipalId(Sql.bytes(row, "callee")),
                new EnvelopeId(Sql.bytes(row, "offer")),
                Sql.bytes(row, "offer_hash"),
                row.getLong("opened_at"),
                row.getLong("expires_at"),
                row.getLong("last_message_at"),
                phase == ENDED
                        ? new Ended(
                                ENDS.get(row.getInt("ending")),
                                row.getLong("ended_at"),
                                open(row, row.getInt("before")))
                        : open(row, phase),
                other(row));
    }

    private static @Nullable OtherOffice other(ResultSet row) throws SQLException {
        String domain = row.getString("other_office");
        return domain == null
                ? null
                : new OtherOffice(
                        new OfficeDomain(domain), Sql.bytes(row, "other_key"), row.getInt("other_is_caller") == 1);
    }

    private static Phase open(ResultSet row, int phase) throws SQLException {
        return switch (phase) {
            case OFFERED -> new Offered();
            case RINGING -> new Ringing();
            case ANSWERED -> new Answered(new DeviceId(Bytes.of(row.getBytes("callee_device"))));
            default -> throw new SQLException("phase " + phase + " of a call");
        };
    }
}
