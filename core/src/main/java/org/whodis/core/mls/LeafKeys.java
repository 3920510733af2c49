package org.whodis.core.mls;

import java.util.List;
import org.whodis.core.crypto.EraseUnlessKept;
import org.whodis.core.crypto.KeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/**
 * The fresh keys of a leaf to be, so that a credential over them can be made before the leaf is signed: for a key package
 * ({@link KeyPackageBundle#create}) or for the creator of a group ({@link MlsGroup#create}), who does not use the init key.
 *
 * <p>Owns its secrets until one of those takes them over.
 */
public final class LeafKeys {
    private final CipherSuite suite;
    private final KeyPair init;
    private final KeyPair encryption;
    private final KeyPair signature;

    private LeafKeys(CipherSuite suite, KeyPair init, KeyPair encryption, KeyPair signature) {
        this.suite = suite;
        this.init = init;
        this.encryption = encryption;
        this.signature = signature;
    }

    public static LeafKeys generate(Primitives primitives, CipherSuite suite, RandomBytes random) {
        MlsCrypto crypto = new MlsCrypto(primitives, suite);
        try (EraseUnlessKept made = new EraseUnlessKept()) {
            Secret seed = made.add(suite.signature().generatePrivateKey(random));
            KeyPair init = made.add(crypto.generateKeyPair(random));
            KeyPair encryption = made.add(crypto.generateKeyPair(random));
            LeafKeys keys = new LeafKeys(suite, init, encryption, new KeyPair(crypto.signaturePublicKey(seed), seed));
            made.keepAll();
            return keys;
        }
    }

    /** With keys that are known already. */
    static LeafKeys of(CipherSuite suite, KeyPair init, KeyPair encryption, KeyPair signature) {
        return new LeafKeys(suite, init, encryption, signature);
    }

    public CipherSuite suite() {
        return suite;
    }

    /** {@code init_key} of a key package. */
    public Bytes initKey() {
        return init.publicKey();
    }

    /** {@code encryption_key} of the leaf. */
    public Bytes encryptionKey() {
        return encryption.publicKey();
    }

    /** {@code signature_key} of the leaf; in calls Ed25519, 32 bytes. */
    public Bytes signatureKey() {
        return signature.publicKey();
    }

    Secret initPrivateKey() {
        return init.privateKey();
    }

    Secret encryptionPrivateKey() {
        return encryption.privateKey();
    }

    /** The private key of the leaf, in calls an Ed25519 seed; SFrame signatures of the call use it too. Stays the property of this object. */
    public Secret signatureSeed() {
        return signature.privateKey();
    }

    /** A leaf that supports no extensions but those that everybody does. */
    LeafNode toLeafNode(MlsCrypto crypto, Credential credential, Lifetime lifetime, RandomBytes random) {
        return toLeafNode(crypto, credential, lifetime, List.of(), random);
    }

    /** A signed leaf of source {@code key_package} (RFC 9420 section 7.2), without extensions of its own. */
    LeafNode toLeafNode(
            MlsCrypto crypto,
            Credential credential,
            Lifetime lifetime,
            List<Extension> supportedExtensions,
            RandomBytes random) {
        LeafNodeSource source = new LeafNodeSource.KeyPackage(lifetime);
        Capabilities capabilities = Capabilities.own(suite, credential.type(), supportedExtensions, random);
        return new LeafNode(encryptionKey(), signatureKey(), credential, capabilities, source, List.of(), Bytes.EMPTY)
                .resigned(crypto, signatureSeed(), encryptionKey(), source, Bytes.EMPTY, 0);
    }

    public void erase() {
        init.privateKey().erase();
        encryption.privateKey().erase();
        signature.privateKey().erase();
    }
}
