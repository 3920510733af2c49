package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineId;
import org.whodis.core.wire.Bytes;

/** What a person's devices have signed or sealed for each other and leave at the office (protocol section 7). */
public interface PersonalStore {
    /** Signed settings; null if the person has none. */
    @Nullable
    Bytes settings(PrincipalId principal);

    /** Takes the place of earlier settings; later ones stay. */
    void putSettings(PrincipalId principal, long at, Bytes settings);

    List<Bytes> sealingKeys(PrincipalId principal);

    void putSealingKey(DeviceId device, PrincipalId principal, Bytes key);

    int countItems(PrincipalId principal);

    boolean hasItem(PrincipalId principal, LineId item);

    /** Takes the place of an earlier item of that id; a later one stays. */
    void putItem(PrincipalId principal, LineId item, long at, Bytes body);

    void removeItem(PrincipalId principal, LineId item);

    /** An item with its id. */
    record Item(LineId id, Bytes body) {}

    /** In the order of their ids after {@code after}, at most {@code limit}. */
    List<Item> items(PrincipalId principal, @Nullable LineId after, int limit);
}
