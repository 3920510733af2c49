package org.whodis.core.mls;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Secret;

/** Looks up pre-shared keys (RFC 9420 section 8.4). */
@FunctionalInterface
public interface PreSharedKeys {
    /** None at all. */
    PreSharedKeys NONE = id -> null;

    /** The key with this identifier, whose nonce does not count, or null. Stays the property of whoever looks it up. */
    @Nullable
    Secret find(PreSharedKeyId id);
}
