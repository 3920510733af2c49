package org.whodis.core.federation;

import java.util.List;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.Words;
import org.whodis.core.wire.Bytes;

/**
 * What the operators of two offices read to each other, once (protocol section 8):
 *
 * <pre>
 *   Words(H("Whodis 1 Office words", domain A, key A, domain B, key B), 12)        A is the lower domain
 * </pre>
 *
 * <p>Both keys are fixed long before, so nothing can be committed to first. Somebody in the middle chooses two keys, one for
 * each side, and has to find two lists that meet: 2^n tries for 2n bits. Twelve words are 132 bits, so 2^66 key pairs.
 */
public final class OfficeWords {
    public static final int COUNT = 12;

    private OfficeWords() {}

    /**
     * What the operator reads to somebody whose device has been shown another key of their own office:
     *
     * <pre>
     *   Words(H("Whodis 1 Office key words", domain, key), 12)
     * </pre>
     *
     * <p>The operator's key is fixed, so somebody in the middle has to find another one with the same 132 bits.
     */
    public static List<String> ofOne(Primitives primitives, OfficeDomain domain, Bytes key) {
        return Words.of(
                LabelledHash.of(primitives, "Whodis 1 Office key words", Bytes.utf8(domain.value()), key), COUNT);
    }

    public static List<String> of(
            Primitives primitives, OfficeDomain one, Bytes oneKey, OfficeDomain other, Bytes otherKey) {
        boolean inOrder = one.value().compareTo(other.value()) < 0;
        Bytes first = Bytes.utf8((inOrder ? one : other).value());
        Bytes second = Bytes.utf8((inOrder ? other : one).value());
        return Words.of(
                LabelledHash.of(
                        primitives,
                        "Whodis 1 Office words",
                        first,
                        inOrder ? oneKey : otherKey,
                        second,
                        inOrder ? otherKey : oneKey),
                COUNT);
    }
}
