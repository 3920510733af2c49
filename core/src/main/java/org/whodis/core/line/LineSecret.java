package org.whodis.core.line;

import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.identity.Check;
import org.whodis.core.identity.LabelledHash;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.wire.Bytes;

/**
 * The 16 random bytes that are a line (protocol section 7). Everything else about it follows from them by HKDF-SHA-256 with
 * an empty salt:
 *
 * <pre>
 *   line key     HybridKeyPair of HKDF(secret, "Whodis 1 Line key", 64)
 *   card key     HKDF(secret, "Whodis 1 Line card", 32)
 *   return key   HKDF(secret, "Whodis 1 Line return", 32)
 *   renewal key  HKDF(secret, "Whodis 1 Line renewal", 32)
 *   check        H("Whodis 1 Line check", domain, secret)
 * </pre>
 *
 * <p>What is sealed under one of the three keys is {@code nonce[12] || AES-256-GCM}, the nonce random.
 */
public final class LineSecret {
    public static final int LENGTH = 16;

    private static final int NONCE_LENGTH = 12;

    private final Secret value;

    /** Takes {@code value} over: 16 bytes. */
    public LineSecret(Secret value) {
        Check.require(value.length() == LENGTH, "a secret of " + value.length() + " bytes");
        this.value = value;
    }

    public static LineSecret generate(RandomBytes random) {
        return new LineSecret(Secret.owning(random.next(LENGTH)));
    }

    /** What a key seals. */
    public enum Use {
        /** The card: whose line it is. */
        CARD("Whodis 1 Line card"),
        /** The secret of the line that goes the other way. */
        RETURN("Whodis 1 Line return"),
        /** The secret of the line that takes this one's place. */
        RENEWAL("Whodis 1 Line renewal");

        private final String label;

        Use(String label) {
            this.label = label;
        }
    }

    public Secret value() {
        return value;
    }

    /** The key that redeems and rings; the caller erases it. */
    public HybridKeyPair key(Primitives primitives) {
        Secret seed = derive(primitives, "Whodis 1 Line key", HybridKeyPair.SEED_LENGTH);
        HybridKeyPair key = HybridKeyPair.fromSeed(primitives, seed);
        seed.erase();
        return key;
    }

    /** The id of this line. */
    public LineId id(Primitives primitives) {
        HybridKeyPair key = key(primitives);
        LineId id = new LineId(key.publicKey().keyHash(primitives));
        key.erase();
        return id;
    }

    /** {@code H("Whodis 1 Line check", domain, secret)}; its first bits tell a mistyped address from a right one. */
    Bytes check(Primitives primitives, OfficeDomain domain) {
        return LabelledHash.of(primitives, "Whodis 1 Line check", Bytes.utf8(domain.value()), Bytes.of(value.expose()));
    }

    /** Seals {@code content} for whoever has this secret; {@code aad} binds it to its place. */
    public Bytes seal(Primitives primitives, RandomBytes random, Use use, Bytes aad, Bytes content) {
        Secret key = derive(primitives, use.label, AeadAlgorithm.AES_256_GCM.keyLength());
        Bytes nonce = Bytes.of(random.next(NONCE_LENGTH));
        Bytes sealed = primitives.aeadSeal(AeadAlgorithm.AES_256_GCM, key, nonce, aad, content);
        key.erase();
        return Bytes.concat(nonce, sealed);
    }

    /** Opens what {@link #seal} made. */
    public Bytes open(Primitives primitives, Use use, Bytes aad, Bytes sealed) throws CryptoException {
        if (sealed.length() < NONCE_LENGTH) {
            throw new CryptoException("shorter than a nonce");
        }
        Secret key = derive(primitives, use.label, AeadAlgorithm.AES_256_GCM.keyLength());
        try {
            return primitives.aeadOpen(
                    AeadAlgorithm.AES_256_GCM,
                    key,
                    sealed.slice(0, NONCE_LENGTH),
                    aad,
                    sealed.slice(NONCE_LENGTH, sealed.length()));
        } finally {
            key.erase();
        }
    }

    private Secret derive(Primitives primitives, String label, int length) {
        Secret extracted = primitives.hkdfExtract(HashAlgorithm.SHA256, Secret.copyOf(Bytes.EMPTY), value);
        Secret out = primitives.hkdfExpand(HashAlgorithm.SHA256, extracted, Bytes.utf8(label), length);
        extracted.erase();
        return out;
    }

    /** Overwrites the secret; further use is a fault. */
    public void erase() {
        value.erase();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LineSecret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "LineSecret[redacted]";
    }
}
