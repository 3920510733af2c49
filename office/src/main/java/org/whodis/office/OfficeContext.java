package org.whodis.office;

import java.time.InstantSource;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.OfficeKeys;
import org.whodis.core.wire.Bytes;
import org.whodis.office.observe.EventLog;
import org.whodis.office.observe.OfficeMetrics;
import org.whodis.office.store.Store;

/**
 * What every part of an office needs, and what they share.
 *
 * @param keys which may change while the office runs
 * @param clock the time of day, as far as this machine knows it
 * @param time how time passes, whatever the clock says
 */
public record OfficeContext(
        OfficeDomain domain,
        OwnKeys keys,
        Store store,
        Primitives primitives,
        RandomBytes random,
        InstantSource clock,
        OfficeTime time,
        OfficeMetrics metrics,
        EventLog log) {

    /** Milliseconds since 1970, as on the wire. */
    public long now() {
        return clock.millis();
    }

    /** Now by both measures. */
    public OfficeMoment moment() {
        return new OfficeMoment(clock.millis(), time.millis());
    }

    /** The key that this office signs with now. */
    public HybridKeyPair key() {
        return keys.key();
    }

    /** OfficeKey, the KeyHash of {@link #key}. */
    public Bytes officeKey() {
        return keys.hash();
    }

    /** For chains: this office vouches for its own people and, in this version, for nobody else's. */
    public OfficeKeys offices() {
        return keys.vouching(domain);
    }
}
