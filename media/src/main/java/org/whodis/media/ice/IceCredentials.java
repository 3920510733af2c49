package org.whodis.media.ice;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.whodis.media.RandomBytes;

/**
 * The user name fragment and password that one side of an ICE session hands to the other (RFC 8445, section 5.3).
 *
 * <p>Whoever knows the password can be answered by, or answer as, its owner: {@code toString} leaves it out.
 */
public final class IceCredentials {
    /** {@code ice-ufrag} has at least 4 characters (RFC 8839, section 5.4) ... */
    public static final int MIN_UFRAG = 4;
    /** ... {@code ice-pwd} at least 22 ... */
    public static final int MIN_PASSWORD = 22;
    /** ... and neither more than 256. */
    public static final int MAX_LENGTH = 256;

    /** 48 random bits, so that the names of a relay's members do not collide. */
    private static final int UFRAG_LENGTH = 8;
    /** 192 random bits; RFC 8445, section 5.3, asks for at least 128. */
    private static final int PASSWORD_LENGTH = 32;

    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final String ufrag;
    private final byte[] password;

    private IceCredentials(String ufrag, byte[] password) {
        this.ufrag = ufrag;
        this.password = password;
    }

    /** Fresh credentials. */
    public static IceCredentials generate(RandomBytes random) {
        return new IceCredentials(
                iceChars(random.next(UFRAG_LENGTH)),
                iceChars(random.next(PASSWORD_LENGTH)).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Credentials that the other side announced.
     *
     * @throws IllegalArgumentException if either is no {@code ice-char} string of the length that RFC 8839 allows
     */
    public static IceCredentials of(String ufrag, String password) {
        requireIceChars("ice-ufrag", ufrag, MIN_UFRAG);
        requireIceChars("ice-pwd", password, MIN_PASSWORD);
        return new IceCredentials(ufrag, password.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Checks a user name fragment alone: all that a lite agent needs of its peer, because it sends no requests.
     *
     * @return {@code ufrag}
     * @throws IllegalArgumentException if it is no {@code ice-char} string of the length that RFC 8839 allows
     */
    public static String requireUfrag(String ufrag) {
        requireIceChars("ice-ufrag", ufrag, MIN_UFRAG);
        return ufrag;
    }

    /** A fresh user name fragment for an agent that is never asked anything and so needs no password. */
    public static String generateUfrag(RandomBytes random) {
        return iceChars(random.next(UFRAG_LENGTH));
    }

    public String ufrag() {
        return ufrag;
    }

    /** The password as it goes into signalling. */
    public String exposePassword() {
        return new String(password, StandardCharsets.US_ASCII);
    }

    /** The key of MESSAGE-INTEGRITY: the password's bytes, which are ASCII and therefore their own SASLprep form. */
    public byte[] integrityKey() {
        return password.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IceCredentials that
                && ufrag.equals(that.ufrag)
                && java.security.MessageDigest.isEqual(password, that.password);
    }

    @Override
    public int hashCode() {
        return ufrag.hashCode() + Arrays.hashCode(new int[] {password.length});
    }

    @Override
    public String toString() {
        return "IceCredentials[ufrag=" + ufrag + "]";
    }

    private static String iceChars(byte[] random) {
        StringBuilder out = new StringBuilder(random.length);
        for (byte b : random) {
            out.append(ICE_CHARS.charAt(b & 63));
        }
        return out.toString();
    }

    private static void requireIceChars(String name, String value, int minimum) {
        if (value.length() < minimum || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(name + " has " + value.length() + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            if (ICE_CHARS.indexOf(value.charAt(i)) < 0) {
                throw new IllegalArgumentException(name + " has a character that is no ice-char at " + i);
            }
        }
    }
}
