package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridPublicKey;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeMoment;

/** Whose data this is. */
public interface OfficeStore {
    /**
     * Written once, when the office is made; the key may change.
     *
     * @param officeKey the KeyHash of the key that the office signs with
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

    /**
     * The office left a key.
     *
     * @param signed names the one after it
     */
    record Rotation(HybridPublicKey oldKey, KeyRotation.Signed signed) {}

    /** All of them, oldest first. */
    List<Rotation> rotations();

    /** From now on the office has the key that {@code rotation} names. */
    void rotate(Bytes newOfficeKey, Rotation rotation);
}
