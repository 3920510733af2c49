package org.whodis.office.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;
import org.whodis.office.store.InvitationStore;

/** {@link InvitationStore} on table {@code invitation}. */
record SqliteInvitations(Sql sql) implements InvitationStore {
    private static final int OPEN = 0;
    private static final int COMMITTED = 1;
    private static final int REVEALED = 2;
    private static final int CONFIRMED = 3;
    private static final int REFUSED = 4;

    @Override
    public void add(Invitation invitation) {
        if (!(invitation.progress() instanceof Open)) {
            throw new IllegalArgumentException("a new invitation is open");
        }
        sql.update(
                "INSERT INTO invitation (secret_hash, name, title, created_at, expires_at, state)"
                        + " VALUES (?, ?, ?, ?, ?, 0)",
                invitation.secretHash(),
                invitation.name(),
                invitation.title(),
                invitation.createdAt(),
                invitation.expiresAt());
    }

    @Override
    public @Nullable Invitation find(Bytes secretHash) {
        return sql.find("SELECT * FROM invitation WHERE secret_hash = ?", SqliteInvitations::read, secretHash);
    }

    @Override
    public void update(Invitation invitation) {
        switch (invitation.progress()) {
            case Open _ -> throw new IllegalArgumentException("an invitation is not opened again");
            case Committed it -> set(invitation, COMMITTED, it.commitment(), it.officeNonce(), null, null);
            case Revealed it -> set(invitation, REVEALED, it.commitment(), it.officeNonce(), it, null);
            case Confirmed it -> set(invitation, CONFIRMED, null, null, null, it.principal());
            case Refused _ -> set(invitation, REFUSED, null, null, null, null);
        }
    }

    @Override
    public List<Invitation> revealed(long now) {
        return sql.list(
                "SELECT * FROM invitation WHERE state = 2 AND expires_at > ? ORDER BY revealed_at",
                SqliteInvitations::read,
                now);
    }

    @Override
    public int countOpen(long now) {
        return (int) sql.number("SELECT count(*) FROM invitation WHERE state IN (0, 1) AND expires_at > ?", now);
    }

    @Override
    public void prune(long before) {
        sql.update("DELETE FROM invitation WHERE expires_at < ?", before);
    }

    private void set(
            Invitation invitation,
            int state,
            @Nullable Bytes commitment,
            @Nullable Bytes officeNonce,
            @Nullable Revealed revealed,
            @Nullable PrincipalId principal) {
        int changed = sql.update(
                "UPDATE invitation SET expires_at = ?, state = ?, commitment = ?, office_nonce = ?, genesis = ?,"
                        + " by_device = ?, device_nonce = ?, words = ?, revealed_at = ?, principal = ?"
                        + " WHERE secret_hash = ?",
                invitation.expiresAt(),
                state,
                commitment,
                officeNonce,
                revealed == null ? null : revealed.genesis(),
                revealed == null ? null : encode(revealed.byDevice()),
                revealed == null ? null : revealed.deviceNonce(),
                revealed == null ? null : revealed.words(),
                revealed == null ? null : revealed.revealedAt(),
                principal == null ? null : principal.value(),
                invitation.secretHash());
        if (changed != 1) {
            throw new IllegalStateException("there is no such invitation");
        }
    }

    private static Invitation read(ResultSet row) throws SQLException {
        return new Invitation(
                Sql.bytes(row, "secret_hash"),
                row.getString("name"),
                row.getString("title"),
                row.getLong("created_at"),
                row.getLong("expires_at"),
                readProgress(row));
    }

    private static Progress readProgress(ResultSet row) throws SQLException {
        int state = row.getInt("state");
        return switch (state) {
            case OPEN -> new Open();
            case COMMITTED -> new Committed(Sql.bytes(row, "commitment"), Sql.bytes(row, "office_nonce"));
            case REVEALED ->
                new Revealed(
                        Sql.bytes(row, "commitment"),
                        Sql.bytes(row, "office_nonce"),
                        Sql.bytes(row, "genesis"),
                        Stored.decode(Sql.bytes(row, "by_device"), HybridSignature::read),
                        Sql.bytes(row, "device_nonce"),
                        row.getString("words"),
                        row.getLong("revealed_at"));
            case CONFIRMED -> new Confirmed(new PrincipalId(Sql.bytes(row, "principal")));
            case REFUSED -> new Refused();
            default -> throw new SQLException("state " + state + " of an invitation");
        };
    }

    private static Bytes encode(HybridSignature signature) {
        WireWriter out = new WireWriter();
        signature.write(out);
        return out.toBytes();
    }
}
