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

    /** As the longer form, without extensions. */
    public static KeyPackageBundle create(
            Primitives primitives, LeafKeys keys, Credential credential, Lifetime lifetime, RandomBytes random) {
        return create(primitives, keys, credential, lifetime, List.of(), random);
    }

    /**
     * Signs a key package over {@code keys}, which it takes over.
     *
     * @param extensions of the key package, whose types the leaf then lists in its capabilities
     * @param random for GREASE values only
     */
    public static KeyPackageBundle create(
            Primitives primitives,
            LeafKeys keys,
            Credential credential,
            Lifetime lifetime,
            List<Extension> extensions,
            RandomBytes random) {
        MlsCrypto crypto = new MlsCrypto(primitives, keys.suite());
        LeafNode leaf = keys.toLeafNode(crypto, credential, lifetime, extensions, random);
        KeyPackage unsigned = new KeyPackage(keys.suite().value(), keys.initKey(), leaf, extensions, Bytes.EMPTY);
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
