package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;

/** A key package with its private keys, for one {@link MlsGroup#join}. */
public final class KeyPackageBundle {
    private final KeyPackage keyPackage;
    private final LeafKeys keys;

    KeyPackageBundle(KeyPackage keyPackage, LeafKeys keys) {
        this.keyPackage = keyPackage;
        this.keys = keys;
    }

    /**
     * Signs a key package over {@code keys}, which it takes over.
     *
     * @param random for GREASE values only
     */
    public static KeyPackageBundle create(
            Primitives primitives, LeafKeys keys, Credential credential, Lifetime lifetime, RandomBytes random) {
        MlsCrypto crypto = new MlsCrypto(primitives, keys.suite());
        LeafNode leaf = keys.toLeafNode(crypto, credential, lifetime, random);
        KeyPackage unsigned = new KeyPackage(keys.suite().value(), keys.initKey(), leaf, List.of(), Bytes.EMPTY);
        return new KeyPackageBundle(unsigned.signed(crypto, keys.signatureSeed()), keys);
    }

    /** What others add us with. */
    public KeyPackage keyPackage() {
        return keyPackage;
    }

    LeafKeys keys() {
        return keys;
    }

    /** Forgets the private keys. A group that was joined with them has copies of those it needs. */
    public void erase() {
        keys.erase();
    }
}
