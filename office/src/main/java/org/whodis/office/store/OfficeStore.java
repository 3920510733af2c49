package org.whodis.office.store;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeMoment;

/** Whose data this is. */
public interface OfficeStore {
    /**
     * Written once, when the office is made.
     *
     * @param officeKey the KeyHash of the key that every genesis here is signed with
     */
    record Identity(OfficeDomain domain, Bytes officeKey, long createdAt) {}

    @Nullable
    Identity find();

    void add(Identity identity);

    /** What was last given to {@link #save}; null if nothing was. */
    @Nullable
    OfficeMoment saved();

    /** Keeps what {@link org.whodis.office.OfficeTime} goes on from after a restart. */
    void save(OfficeMoment now);
}
