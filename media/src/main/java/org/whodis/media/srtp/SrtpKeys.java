package org.whodis.media.srtp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The master key and salt of one direction of AEAD_AES_256_GCM (RFC 7714, section 12): the one key holder of this module.
 *
 * <p>{@code toString} is redacted, equality takes constant time, {@link #erase} overwrites the bytes.
 */
public final class SrtpKeys {
    public static final int KEY_LENGTH = 32;
    public static final int SALT_LENGTH = 12;

    private final byte[] key;
    private final byte[] salt;
    private boolean erased;

    private SrtpKeys(byte[] key, byte[] salt) {
        this.key = key;
        this.salt = salt;
    }

    /**
     * Copies both; the caller erases its own copies.
     *
     * @throws IllegalArgumentException unless there are {@value #KEY_LENGTH} and {@value #SALT_LENGTH} bytes
     */
    public static SrtpKeys copyOf(byte[] key, byte[] salt) {
        if (key.length != KEY_LENGTH || salt.length != SALT_LENGTH) {
            throw new IllegalArgumentException("a key of " + key.length + " and a salt of " + salt.length + " bytes");
        }
        return new SrtpKeys(key.clone(), salt.clone());
    }

    /** Tells these keys from others and nothing else; may be kept after they are erased. */
    public Digest digest() {
        requireAlive();
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(key);
            return new Digest(HexFormat.of().formatHex(sha256.digest(salt)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 of the platform", e);
        }
    }

    /** SHA-256 over key and salt, in hexadecimal: 256 random bits cannot be found from it. */
    public record Digest(String value) {}

    /** A copy of the master key, which the caller erases. */
    byte[] exposeKey() {
        requireAlive();
        return key.clone();
    }

    /** A copy of the master salt, which the caller erases. */
    byte[] exposeSalt() {
        requireAlive();
        return salt.clone();
    }

    /** Overwrites key and salt with zeros; further use is a fault. */
    public void erase() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(salt, (byte) 0);
        erased = true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SrtpKeys that
                && MessageDigest.isEqual(key, that.key)
                && MessageDigest.isEqual(salt, that.salt);
    }

    /** The same for all, so that a hash table tells nothing about them. */
    @Override
    public int hashCode() {
        return KEY_LENGTH;
    }

    @Override
    public String toString() {
        return "SrtpKeys[redacted]";
    }

    private void requireAlive() {
        if (erased) {
            throw new IllegalStateException("these keys were erased");
        }
    }
}
