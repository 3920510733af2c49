package org.whodis.phone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.federation.OfficeWords;
import org.whodis.core.federation.PeerKeys;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;
import org.whodis.phone.signalling.OfficeTrust;

/**
 * What a phone believes of its office's key.
 *
 * @param key KeyHash of the one that counts
 * @param words what the operator reads if that is the office's ({@code whodis office keys})
 * @param comparedAt when this person compared them last; null: never
 * @param isStolen whether two keys have claimed to be the next one, and nobody has compared since
 * @param other what was shown instead the last time, or null
 */
public record OfficeKey(
        OfficeDomain domain,
        Bytes key,
        List<String> words,
        @Nullable Long comparedAt,
        boolean isStolen,
        @Nullable Other other) {
    /**
     * A key that does not count.
     *
     * @param until when it will count if the one that does is not seen before; null: only if it is compared
     */
    public record Other(
            Bytes key, List<String> words, @Nullable Long until) {}

    static OfficeKey of(Primitives primitives, OfficeTrust trust) {
        PeerKeys keys = trust.keys();
        PeerKeys.Held held = trust.notBelieved();
        return new OfficeKey(
                keys.domain(),
                keys.keyHash(),
                OfficeWords.ofOne(primitives, keys.domain(), keys.keyHash()),
                keys.comparedAt(),
                keys.alarmedAt() != null,
                held == null
                        ? null
                        : new Other(
                                held.keyHash(),
                                OfficeWords.ofOne(primitives, keys.domain(), held.keyHash()),
                                held.isVouched() ? held.until() : null));
    }
}
