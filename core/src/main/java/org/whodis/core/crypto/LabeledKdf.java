package org.whodis.core.crypto;

import java.util.Arrays;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireWriter;

/**
 * {@code LabeledExtract} and {@code LabeledExpand} (RFC 9180 section 4), and {@code LabeledDerive} of the one-stage
 * functions (draft-ietf-hpke-hpke section 4), under one {@code suite_id}.
 */
final class LabeledKdf {
    private static final Bytes VERSION = Bytes.utf8("HPKE-v1");

    private final Primitives primitives;
    private final HpkeKdf kdf;
    private final Bytes suiteId;

    LabeledKdf(Primitives primitives, HpkeKdf kdf, Bytes suiteId) {
        this.primitives = primitives;
        this.kdf = kdf;
        this.suiteId = suiteId;
    }

    /** {@code Extract(salt, "HPKE-v1" || suite_id || label || ikm)}. */
    Secret extract(Secret salt, String label, Secret ikm) {
        try (Secret prefix = Secret.copyOf(Bytes.concat(VERSION, suiteId, Bytes.utf8(label)));
                Secret labeled = Secret.concat(prefix, ikm)) {
            return primitives.hkdfExtract(kdf.hash(), salt, labeled);
        }
    }

    /** {@code Expand(prk, I2OSP(L, 2) || "HPKE-v1" || suite_id || label || info, L)}. */
    Secret expand(Secret prk, String label, Bytes info, int length) {
        Bytes labeled = Bytes.concat(i2osp2(length), VERSION, suiteId, Bytes.utf8(label), info);
        return primitives.hkdfExpand(kdf.hash(), prk, labeled, length);
    }

    /** {@code Derive(ikm || "HPKE-v1" || suite_id || lengthPrefixed(label) || I2OSP(L, 2) || context, L)}. */
    Secret derive(Secret ikm, String label, Bytes context, int length) {
        Bytes suffix = Bytes.concat(VERSION, suiteId, lengthPrefixed(Bytes.utf8(label)), i2osp2(length), context);
        byte[] secret = ikm.expose();
        Bytes input = Bytes.concat(Bytes.of(secret), suffix);
        Arrays.fill(secret, (byte) 0);
        return Secret.owning(primitives.shake256(input, length).toArray());
    }

    /** The empty salt. */
    static Secret none() {
        return Secret.copyOf(Bytes.EMPTY);
    }

    /** {@code I2OSP(n, 2)}; a number above 65535 is a fault of the caller. */
    static Bytes i2osp2(int number) {
        return new WireWriter().uint16(number).toBytes();
    }

    static Bytes lengthPrefixed(Bytes value) {
        return Bytes.concat(i2osp2(value.length()), value);
    }
}
