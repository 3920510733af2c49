package org.whodis.media.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The SHA-256 of a certificate's DER bytes, by which the two ends of DTLS know each other (RFC 8122, section 5). */
public final class Fingerprint {
    public static final int LENGTH = 32;

    private static final String SDP_PREFIX = "sha-256 ";
    private static final HexFormat SDP_HEX = HexFormat.ofDelimiter(":").withUpperCase();

    private final byte[] sha256;

    private Fingerprint(byte[] sha256) {
        this.sha256 = sha256;
    }

    /**
     * A fingerprint that came by signalling.
     *
     * @throws IllegalArgumentException unless there are {@value #LENGTH} bytes
     */
    public static Fingerprint of(byte[] sha256) {
        if (sha256.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 fingerprint of " + sha256.length + " bytes");
        }
        return new Fingerprint(sha256.clone());
    }

    /** The fingerprint of a certificate. */
    public static Fingerprint ofCertificate(byte[] der) {
        try {
            return new Fingerprint(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Reads the value of an SDP {@code fingerprint} attribute: {@code sha-256 AB:CD:...}.
     *
     * @throws IllegalArgumentException if it names another hash or is malformed
     */
    public static Fingerprint fromSdp(String value) {
        if (!value.regionMatches(true, 0, SDP_PREFIX, 0, SDP_PREFIX.length())) {
            throw new IllegalArgumentException("not a sha-256 fingerprint");
        }
        return of(SDP_HEX.parseHex(value.substring(SDP_PREFIX.length())));
    }

    public byte[] toBytes() {
        return sha256.clone();
    }

    /** {@code sha-256 AB:CD:...} */
    public String toSdp() {
        return SDP_PREFIX + SDP_HEX.formatHex(sha256);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && MessageDigest.isEqual(sha256, that.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256);
    }

    @Override
    public String toString() {
        return toSdp();
    }
}
