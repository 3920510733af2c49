package org.whodis.phone.keystore;

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
import org.whodis.phone.keystore.KeystoreException.Reason;

/**
 * The bytes of a keystore, version 1:
 *
 * <pre>
 *   enum { passphrase(1), key_file(2) } ProtectionType;                       uint8
 *
 *   struct {
 *       opaque magic[8] = "WhodisKS";
 *       uint16 version = 1;
 *       ProtectionType protection;
 *       select (protection) {
 *           case passphrase: Argon2Cost cost; opaque salt[16];
 *           case key_file:   struct {};
 *       };
 *       opaque wrap_nonce[12];
 *       opaque wrapped_key[48];       AES-256-GCM of the data key under the passphrase's key; all before as AAD
 *       opaque body_salt[32];         fresh with every write
 *       opaque body&lt;V&gt;;               AES-256-GCM under HKDF(data key, body_salt); all before as AAD
 *       opaque checksum[32];          SHA-256 over all before
 *   } SealedFile;
 * </pre>
 *
 * <p>The checksum is not what protects the file; it tells damage from a wrong passphrase, so that nobody is made to
 * doubt a passphrase that is right. Every write has a body key of its own, hence the body's nonce is zero.
 */
final class SealedFile {
    static final int KEY_LENGTH = 32;

    /** A phone's state is some tens of kilobytes; more than this is not one of ours. */
    static final int MAX_BODY = 8 * 1024 * 1024;

    private static final Bytes MAGIC = Bytes.utf8("WhodisKS");
    private static final int VERSION = 1;
    private static final int PASSPHRASE = 1;
    private static final int KEY_FILE = 2;
    private static final int SALT_LENGTH = 16;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_LENGTH = 16;
    private static final int BODY_SALT_LENGTH = 32;
    private static final int CHECKSUM_LENGTH = 32;
    private static final Bytes BODY_INFO = Bytes.utf8("Whodis 1 keystore body");

    private final Primitives primitives;

    SealedFile(Primitives primitives) {
        this.primitives = primitives;
    }

    /**
     * The part of the file that stays the same from write to write.
     *
     * @param cost null with a key file
     */
    record Header(@Nullable Argon2Cost cost, Bytes encoded, Secret dataKey) {
        boolean hasPassphrase() {
            return cost != null;
        }
    }

    /** A file that was opened. */
    record Opened(Header header, Secret body) {}

    /** A new header for a new data key under {@code passphrase}. */
    Header newHeader(Secret passphrase, Argon2Cost cost, RandomBytes random) {
        Bytes salt = Bytes.of(random.next(SALT_LENGTH));
        WireWriter out = new WireWriter().fixed(MAGIC).uint16(VERSION).uint8(PASSPHRASE);
        cost.write(out);
        out.fixed(salt);
        return wrap(out, cost, cost.stretch(passphrase, salt), random);
    }

    /** A new header for a new data key under the 32 bytes of a key file. */
    Header newKeyFileHeader(Secret key, RandomBytes random) {
        WireWriter out = new WireWriter().fixed(MAGIC).uint16(VERSION).uint8(KEY_FILE);
        return wrap(out, null, key, random);
    }

    private Header wrap(WireWriter out, @Nullable Argon2Cost cost, Secret wrappingKey, RandomBytes random) {
        Secret dataKey = Secret.owning(random.next(KEY_LENGTH));
        Bytes nonce = Bytes.of(random.next(NONCE_LENGTH));
        out.fixed(nonce);
        Bytes plain = Bytes.of(dataKey.expose());
        out.fixed(primitives.aeadSeal(AeadAlgorithm.AES_256_GCM, wrappingKey, nonce, out.toBytes(), plain));
        return new Header(cost, out.toBytes(), dataKey);
    }

    /** The whole file. */
    Bytes seal(Header header, Secret body, RandomBytes random) {
        if (body.length() > MAX_BODY) {
            throw new IllegalArgumentException("a state of " + body.length() + " bytes");
        }
        WireWriter out = new WireWriter().fixed(header.encoded());
        Bytes salt = Bytes.of(random.next(BODY_SALT_LENGTH));
        out.fixed(salt);
        out.vector(primitives.aeadSeal(
                AeadAlgorithm.AES_256_GCM,
                bodyKey(header.dataKey(), salt),
                zeroNonce(),
                out.toBytes(),
                Bytes.of(body.expose())));
        return out.fixed(primitives.hash(HashAlgorithm.SHA256, out.toBytes())).toBytes();
    }

    /** Whether {@code file} asks for a passphrase (and not for a key file). */
    boolean needsPassphrase(Bytes file) throws KeystoreException {
        return parse(file).cost != null;
    }

    /**
     * Opens a file.
     *
     * @param secret the passphrase, or the key of the key file, as {@link #needsPassphrase} says
     */
    Opened open(Bytes file, Secret secret) throws KeystoreException {
        Parsed parsed = parse(file);
        Secret wrappingKey = parsed.cost == null ? secret : parsed.cost.stretch(secret, parsed.salt);
        Secret dataKey;
        try {
            dataKey = Secret.owning(primitives
                    .aeadOpen(
                            AeadAlgorithm.AES_256_GCM, wrappingKey, parsed.wrapNonce, parsed.wrapAad, parsed.wrappedKey)
                    .toArray());
        } catch (CryptoException e) {
            throw new KeystoreException(
                    Reason.WRONG_PASSPHRASE,
                    parsed.cost == null
                            ? "The key file does not belong to this keystore."
                            : "That is not the passphrase of this keystore; the file itself is whole. Try again.");
        }
        try {
            Bytes body = primitives.aeadOpen(
                    AeadAlgorithm.AES_256_GCM,
                    bodyKey(dataKey, parsed.bodySalt),
                    zeroNonce(),
                    parsed.bodyAad,
                    parsed.body);
            return new Opened(new Header(parsed.cost, parsed.header, dataKey), Secret.owning(body.toArray()));
        } catch (CryptoException e) {
            throw damaged("its contents were changed");
        }
    }

    private record Parsed(
            @Nullable Argon2Cost cost,
            Bytes salt,
            Bytes wrapNonce,
            Bytes wrapAad,
            Bytes wrappedKey,
            Bytes header,
            Bytes bodySalt,
            Bytes bodyAad,
            Bytes body) {}

    private Parsed parse(Bytes file) throws KeystoreException {
        if (file.length() < MAGIC.length() + 2 + CHECKSUM_LENGTH
                || !file.slice(0, MAGIC.length()).equals(MAGIC)) {
            throw damaged("it does not begin as one, or is cut short");
        }
        int unsummed = file.length() - CHECKSUM_LENGTH;
        Bytes sum = primitives.hash(HashAlgorithm.SHA256, file.slice(0, unsummed));
        if (!sum.equals(file.slice(unsummed, file.length()))) {
            throw damaged("its checksum does not match");
        }
        try {
            return parse(new WireReader(file.slice(0, unsummed)));
        } catch (DecodeException e) {
            throw damaged(e.getMessage());
        }
    }

    private static Parsed parse(WireReader in) throws DecodeException, KeystoreException {
        in.fixed(MAGIC.length());
        int version = in.uint16();
        if (version != VERSION) {
            throw new KeystoreException(
                    Reason.NEWER_VERSION,
                    "This keystore has format " + version
                            + ", which a later release of Whodis wrote. Use that release.");
        }
        int protection = in.uint8();
        Argon2Cost cost = null;
        Bytes salt = Bytes.EMPTY;
        if (protection == PASSPHRASE) {
            cost = Argon2Cost.read(in);
            salt = in.fixed(SALT_LENGTH);
        } else if (protection != KEY_FILE) {
            throw new DecodeException("unknown protection " + protection);
        }
        Bytes nonce = in.fixed(NONCE_LENGTH);
        Bytes wrapAad = in.since(0);
        Bytes wrappedKey = in.fixed(KEY_LENGTH + TAG_LENGTH);
        Bytes header = in.since(0);
        Bytes bodySalt = in.fixed(BODY_SALT_LENGTH);
        Bytes bodyAad = in.since(0);
        Bytes body = in.vector(MAX_BODY + TAG_LENGTH);
        in.end();
        return new Parsed(cost, salt, nonce, wrapAad, wrappedKey, header, bodySalt, bodyAad, body);
    }

    private Secret bodyKey(Secret dataKey, Bytes salt) {
        Secret extracted = primitives.hkdfExtract(HashAlgorithm.SHA256, Secret.copyOf(salt.toArray()), dataKey);
        return primitives.hkdfExpand(HashAlgorithm.SHA256, extracted, BODY_INFO, KEY_LENGTH);
    }

    private static Bytes zeroNonce() {
        return Bytes.of(new byte[NONCE_LENGTH]);
    }

    private static KeystoreException damaged(@Nullable String how) {
        return new KeystoreException(
                Reason.DAMAGED,
                "The keystore is damaged (" + how
                        + "). The passphrase is not the reason. Put the file back from a backup,"
                        + " or move the folder away and enrol this phone anew.");
    }
}
