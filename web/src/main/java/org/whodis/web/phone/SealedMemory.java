package org.whodis.web.phone;

import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * The one record that a browser stores: a {@link Memory}, sealed under what the person chose.
 *
 * <pre>
 *   enum { browser_key(0), passphrase(1), passkey(2) } ProtectionType;      uint8
 *
 *   struct {
 *       uint16 version = 1;
 *       ProtectionType type;
 *       select (type) {
 *           case browser_key: struct {};
 *           case passphrase:  opaque salt[32]; Argon2Cost cost;
 *           case passkey:     opaque salt[32]; opaque credential&lt;V&gt;;
 *       };
 *   } Lock;
 *   struct { Lock lock; opaque nonce[12]; opaque sealed&lt;V&gt;; } SealedMemory;
 *
 *   key    = Argon2id(passphrase, salt, cost), or
 *            HKDF-Expand(SHA-256, HKDF-Extract(SHA-256, salt, prf output), "Whodis 1 Browser passkey", 32)
 *   sealed = AES-256-GCM(key, nonce, additional data = Lock, Memory)
 * </pre>
 *
 * <p>Without a key of its own ({@code browser_key}) the nonce is zeros and {@code sealed} the memory itself: the page's own
 * seal is the only one. Nonces are random: 2^32 writes of one key are allowed (NIST SP 800-38D section 8.3), which is a write a
 * second for a century.
 */
final class SealedMemory {
    static final int SALT_LENGTH = 32;

    /** WebAuthn lets a credential's id have 1023 bytes. */
    static final int MAX_CREDENTIAL = 1023;

    /** A chain, ten thousand pins, past calls. */
    static final int MAX_LENGTH = 8 * 1024 * 1024;

    private static final int VERSION = 1;
    private static final AeadAlgorithm AEAD = AeadAlgorithm.AES_256_GCM;
    private static final String PASSKEY = "Whodis 1 Browser passkey";

    /** What has to be brought to open it, and how to make the key of that. */
    sealed interface Lock {
        record BrowserKey() implements Lock {}

        record Passphrase(Bytes salt, Argon2Cost cost) implements Lock {}

        record Passkey(Bytes salt, Bytes credential) implements Lock {}

        private Bytes encode() {
            WireWriter out = new WireWriter().uint16(VERSION);
            switch (this) {
                case BrowserKey() -> out.uint8(0);
                case Passphrase(Bytes salt, Argon2Cost cost) -> {
                    out.uint8(1).fixed(salt);
                    cost.write(out);
                }
                case Passkey(Bytes salt, Bytes credential) ->
                    out.uint8(2).fixed(salt).vector(credential);
            }
            return out.toBytes();
        }

        private static Lock read(WireReader in) throws DecodeException {
            int version = in.uint16();
            if (version != VERSION) {
                throw new DecodeException("a store of version " + version);
            }
            int type = in.uint8();
            return switch (type) {
                case 0 -> new BrowserKey();
                case 1 -> new Passphrase(in.fixed(SALT_LENGTH), Argon2Cost.read(in));
                case 2 -> new Passkey(in.fixed(SALT_LENGTH), in.vector(MAX_CREDENTIAL));
                default -> throw new DecodeException("a protection of type " + type);
            };
        }
    }

    private final Lock lock;
    private final Bytes nonce;
    private final Bytes sealed;

    private SealedMemory(Lock lock, Bytes nonce, Bytes sealed) {
        this.lock = lock;
        this.nonce = nonce;
        this.sealed = sealed;
    }

    static SealedMemory decode(Bytes stored) throws DecodeException {
        return WireReader.decode(
                stored, in -> new SealedMemory(Lock.read(in), in.fixed(AEAD.nonceLength()), in.vector(MAX_LENGTH)));
    }

    Lock lock() {
        return lock;
    }

    /** The key that opens, or null if none is needed or what was brought does not fit the lock. */
    static @Nullable Secret keyOf(Primitives primitives, Lock lock, Secret brought) {
        return switch (lock) {
            case Lock.BrowserKey() -> null;
            case Lock.Passphrase(Bytes salt, Argon2Cost cost) -> cost.stretch(brought, salt);
            case Lock.Passkey(Bytes salt, Bytes credential) -> {
                Secret extracted = primitives.hkdfExtract(HashAlgorithm.SHA256, Secret.copyOf(salt), brought);
                Secret key =
                        primitives.hkdfExpand(HashAlgorithm.SHA256, extracted, Bytes.utf8(PASSKEY), AEAD.keyLength());
                extracted.erase();
                yield key;
            }
        };
    }

    /**
     * The memory.
     *
     * @param key of {@link #keyOf}
     * @throws CryptoException if the key is another one, or a bit of the store was changed
     * @throws DecodeException if it is what no release wrote
     */
    Memory open(Primitives primitives, @Nullable Secret key) throws CryptoException, DecodeException {
        if (key == null) {
            return Memory.decode(sealed);
        }
        return Memory.decode(primitives.aeadOpen(AEAD, key, nonce, lock.encode(), sealed));
    }

    /** What to store. */
    static Bytes seal(Primitives primitives, RandomBytes random, Lock lock, @Nullable Secret key, Memory memory) {
        WireWriter out = new WireWriter().fixed(lock.encode());
        Bytes plain = memory.encode();
        if (key == null) {
            return out.fixed(new byte[AEAD.nonceLength()]).vector(plain).toBytes();
        }
        Bytes nonce = Bytes.of(random.next(AEAD.nonceLength()));
        return out.fixed(nonce)
                .vector(primitives.aeadSeal(AEAD, key, nonce, lock.encode(), plain))
                .toBytes();
    }
}
