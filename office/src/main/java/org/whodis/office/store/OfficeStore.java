package org.whodis.office.store;

import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

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
}
