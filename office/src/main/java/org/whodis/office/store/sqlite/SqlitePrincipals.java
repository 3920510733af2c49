package org.whodis.office.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.identity.ChainDevice;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.identity.UnverifiedChain;
import org.whodis.core.identity.VerifiedChain;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;
import org.whodis.office.store.PrincipalStore;

/** {@link PrincipalStore} on tables {@code principal} and {@code device}. */
record SqlitePrincipals(Sql sql) implements PrincipalStore {
    @Override
    public void add(VerifiedChain chain, long enrolledAt) {
        sql.update(
                "INSERT INTO principal (id, name, title, enrolled_at, chain) VALUES (?, ?, ?, ?, ?)",
                chain.principal().value(),
                chain.genesis().name(),
                chain.genesis().title(),
                enrolledAt,
                chain.wire().encode());
        addDevice(chain.principal(), chain.devices().getFirst(), 0);
    }

    @Override
    public void extend(VerifiedChain chain) {
        Principal before = find(chain.principal());
        int length = chain.wire().statements().size();
        if (before == null || before.chain().statements().size() != length - 1) {
            throw new IllegalStateException("the chain does not extend the stored one by one statement");
        }
        sql.update(
                "UPDATE principal SET chain = ? WHERE id = ?",
                chain.wire().encode(),
                chain.principal().value());
        List<DeviceId> known = before.devices();
        for (ChainDevice device : chain.devices()) {
            if (!known.contains(device.id())) {
                addDevice(chain.principal(), device, length);
            }
        }
        for (DeviceId device : known) {
            if (chain.isRevoked(device)) {
                revoke(device);
            }
        }
    }

    @Override
    public @Nullable Principal find(PrincipalId id) {
        return sql.find("SELECT * FROM principal WHERE id = ?", this::read, id.value());
    }

    @Override
    public @Nullable String name(PrincipalId id) {
        return sql.find("SELECT name FROM principal WHERE id = ?", row -> row.getString(1), id.value());
    }

    @Override
    public @Nullable Device findDevice(DeviceId id) {
        return find(id, 0);
    }

    @Override
    public boolean isActive(DeviceId id) {
        return sql.number("SELECT count(*) FROM device WHERE id = ? AND revoked = 0", id.value()) > 0;
    }

    @Override
    public @Nullable Device findRevoked(DeviceId id) {
        return find(id, 1);
    }

    private @Nullable Device find(DeviceId id, int revoked) {
        return sql.find(
                "SELECT principal, public_key FROM device WHERE id = ? AND revoked = ?",
                row -> new Device(
                        id,
                        new PrincipalId(Sql.bytes(row, "principal")),
                        Stored.decode(Sql.bytes(row, "public_key"), HybridPublicKey::read)),
                id.value(),
                revoked);
    }

    @Override
    public List<DeviceId> devices(PrincipalId id) {
        return sql.list(
                "SELECT id FROM device WHERE principal = ? AND revoked = 0 ORDER BY position",
                row -> new DeviceId(Sql.bytes(row, "id")),
                id.value());
    }

    @Override
    public List<Principal> page(@Nullable PrincipalId after, int limit) {
        return sql.list(
                "SELECT * FROM principal WHERE id > ? ORDER BY id LIMIT ?",
                this::read,
                after == null ? Bytes.EMPTY : after.value(),
                limit);
    }

    @Override
    public int count() {
        return (int) sql.number("SELECT count(*) FROM principal");
    }

    private void revoke(DeviceId device) {
        sql.update("UPDATE device SET revoked = 1 WHERE id = ?", device.value());
        sql.update("DELETE FROM delivery WHERE device = ?", device.value());
        sql.update("DELETE FROM link WHERE device = ?", device.value());
        sql.update("DELETE FROM sealing_key WHERE device = ?", device.value());
    }

    /** @param position the number of the statement that adds it, 0 for the genesis */
    private void addDevice(PrincipalId principal, ChainDevice device, int position) {
        WireWriter key = new WireWriter();
        device.key().write(key);
        sql.update(
                "INSERT INTO device (id, principal, position, public_key) VALUES (?, ?, ?, ?)",
                device.id().value(),
                principal.value(),
                position,
                key.toBytes());
    }

    private Principal read(ResultSet row) throws SQLException {
        PrincipalId id = new PrincipalId(Sql.bytes(row, "id"));
        return new Principal(
                id,
                row.getString("name"),
                row.getString("title"),
                row.getLong("enrolled_at"),
                Stored.decode(Sql.bytes(row, "chain"), UnverifiedChain::read),
                devices(id));
    }
}
