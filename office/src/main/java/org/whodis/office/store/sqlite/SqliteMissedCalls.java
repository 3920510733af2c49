package org.whodis.office.store.sqlite;

import java.util.List;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.Delivery;
import org.whodis.core.message.EnvelopeId;
import org.whodis.office.store.MissedCallStore;

/** {@link MissedCallStore}: rows of kind 1 in table {@code delivery}. */
record SqliteMissedCalls(Sql sql) implements MissedCallStore {
    @Override
    public void add(PrincipalId callee, List<DeviceId> devices, EnvelopeId offer, long keepUntil) {
        SqliteEnvelopes envelopes = new SqliteEnvelopes(sql);
        for (DeviceId device : devices) {
            sql.update("DELETE FROM delivery WHERE device = ? AND envelope = ?", device.value(), offer.value());
            envelopes.enqueue(device, offer, Delivery.Kind.MISSED, keepUntil);
            sql.update(
                    "DELETE FROM delivery WHERE device = ?1 AND kind = 1 AND sequence NOT IN (SELECT sequence FROM delivery"
                            + " WHERE device = ?1 AND kind = 1 ORDER BY sequence DESC LIMIT " + MAX_KEPT + ")",
                    device.value());
        }
    }

    @Override
    public int count(PrincipalId callee) {
        return (int) sql.number(
                "SELECT count(DISTINCT envelope) FROM delivery JOIN device ON device.id = delivery.device"
                        + " WHERE kind = 1 AND principal = ?",
                callee.value());
    }
}
