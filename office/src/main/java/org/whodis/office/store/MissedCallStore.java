package org.whodis.office.store;

import java.util.List;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.message.EnvelopeId;

/** Offers that nobody answered, kept until one device of the callee has fetched them. */
public interface MissedCallStore {
    /** For each device; past it the oldest go. Nobody reads more, and a flood must not fill the disk. */
    int MAX_KEPT = 200;

    /**
     * Queues the offer for each of {@code devices} as a missed call. It takes the place of the same offer if that still
     * waits there, so that it cannot ring any more. Once one device has acknowledged it, it is gone from all.
     */
    void add(PrincipalId callee, List<DeviceId> devices, EnvelopeId offer, long keepUntil);

    /** How many wait for {@code callee}. */
    int count(PrincipalId callee);
}
