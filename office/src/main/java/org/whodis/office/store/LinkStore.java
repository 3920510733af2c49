package org.whodis.office.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.identity.DeviceId;
import org.whodis.core.identity.LinkRequest;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.wire.Bytes;

/** Links by which devices bring in further ones (protocol section 3). The office knows their ids, not their secrets. */
public interface LinkStore {
    /**
     * An open link.
     *
     * @param device the one that opened it and is shown the request
     * @param request of whoever used it first
     */
    record Link(
            Bytes id,
            PrincipalId principal,
            DeviceId device,
            long expiresAt,
            @Nullable LinkRequest request) {
        public Link with(LinkRequest newRequest) {
            return new Link(id, principal, device, expiresAt, newRequest);
        }
    }

    @Nullable
    Link find(Bytes id);

    /** Adds the link or puts it in the place of its earlier state. */
    void put(Link link);

    /** Those of {@code device} that have not expired. */
    List<Link> of(DeviceId device, long now);

    void prune(long now);
}
