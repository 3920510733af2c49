package org.whodis.core.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * What both implementations of {@link Primitives} share of P-256 (NIST SP 800-186 section 3.2.1.3), so that they refuse the
 * same input: the curve, the encodings of points and signatures, and the nonce of deterministic ECDSA.
 *
 * <p>Numbers here are {@link BigInteger}s, whose operations take a time that depends on them. Only the cipher suites of the
 * published vectors sign with P-256; calls do not.
 */
public final class P256 {
    public static final int PRIVATE_KEY_LENGTH = 32;
    /** An uncompressed point: {@code 0x04 || x || y} (SEC 1 section 2.3.3). */
    public static final int PUBLIC_KEY_LENGTH = 65;

    public static final int SHARED_SECRET_LENGTH = 32;

    private static final BigInteger PRIME =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    /** The number of points. */
    public static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private P256() {}

    /** Whether it is a number from 1 to one below the order. */
    public static boolean isPrivateKey(Secret privateKey) {
        return privateKey.length() == PRIVATE_KEY_LENGTH && isScalar(number(privateKey));
    }

    /**
     * The number that a private key is.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static BigInteger requirePrivateKey(Secret privateKey) {
        if (!isPrivateKey(privateKey)) {
            throw new IllegalArgumentException("no P-256 private key");
        }
        return number(privateKey);
    }

    private static boolean isScalar(BigInteger number) {
        return number.signum() > 0 && number.compareTo(ORDER) < 0;
    }

    private static BigInteger number(Secret secret) {
        byte[] bytes = secret.expose();
        BigInteger number = new BigInteger(1, bytes);
        Arrays.fill(bytes, (byte) 0);
        return number;
    }

    /** A point of the curve other than the one at infinity. */
    public record Point(BigInteger x, BigInteger y) {
        public Bytes encode() {
            return Bytes.concat(Bytes.fromHex("04"), fixed(x), fixed(y));
        }
    }

    /**
     * Reads an uncompressed point; the curve has no others than those of its order.
     *
     * @return null if it is anything else
     */
    public static @Nullable Point decodePoint(Bytes encoded) {
        if (encoded.length() != PUBLIC_KEY_LENGTH || encoded.get(0) != 4) {
            return null;
        }
        BigInteger x = new BigInteger(1, encoded.slice(1, 33).toArray());
        BigInteger y = new BigInteger(1, encoded.slice(33, 65).toArray());
        boolean inField = x.compareTo(PRIME) < 0 && y.compareTo(PRIME) < 0;
        BigInteger three = BigInteger.valueOf(3);
        BigInteger right = x.pow(3).subtract(x.multiply(three)).add(B).mod(PRIME);
        return inField && y.multiply(y).mod(PRIME).equals(right) ? new Point(x, y) : null;
    }

    /** As {@link #decodePoint}; what is no point is refused. */
    public static Point requirePoint(Bytes encoded) throws CryptoException {
        Point point = decodePoint(encoded);
        if (point == null) {
            throw new CryptoException("not an uncompressed point of P-256");
        }
        return point;
    }

    /** 32 bytes, big-endian. */
    public static Bytes fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] out = new byte[32];
        int length = Math.min(bytes.length, out.length);
        System.arraycopy(bytes, bytes.length - length, out, out.length - length, length);
        return Bytes.of(out);
    }

    /** An ECDSA signature (RFC 3279 section 2.2.3): {@code Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }}, DER. */
    public record EcdsaSignature(BigInteger r, BigInteger s) {
        private static final int SEQUENCE = 0x30;
        private static final int INTEGER = 0x02;

        public Bytes encode() {
            Bytes body = Bytes.concat(integer(r), integer(s));
            return Bytes.concat(Bytes.of(new byte[] {SEQUENCE, (byte) body.length()}), body);
        }

        private static Bytes integer(BigInteger number) {
            byte[] bytes = number.toByteArray();
            return Bytes.concat(Bytes.of(new byte[] {INTEGER, (byte) bytes.length}), Bytes.of(bytes));
        }

        /** Null unless it is the one DER encoding of two numbers from 1 to one below the order. */
        public static @Nullable EcdsaSignature decode(Bytes encoded) {
            // The longest has two integers of 33 bytes, so that every length is one byte.
            if (encoded.length() < 8 || encoded.length() > 72) {
                return null;
            }
            int rLength = encoded.get(3);
            int sAt = 4 + rLength;
            if (rLength < 1 || sAt + 2 >= encoded.length()) {
                return null;
            }
            EcdsaSignature signature = new EcdsaSignature(
                    new BigInteger(encoded.slice(4, sAt).toArray()),
                    new BigInteger(encoded.slice(sAt + 2, encoded.length()).toArray()));
            boolean sound = isScalar(signature.r)
                    && isScalar(signature.s)
                    && signature.encode().equals(encoded);
            return sound ? signature : null;
        }
    }

    /**
     * The nonce {@code k} for a message (RFC 6979 section 3.2, HMAC_DRBG with SHA-256), 32 bytes: a number from 1 to one below
     * the order.
     */
    public static Secret deterministicNonce(Primitives primitives, Secret privateKey, Bytes message) {
        BigInteger hashed =
                new BigInteger(1, primitives.hash(HashAlgorithm.SHA256, message).toArray());
        Secret seed = Secret.concat(privateKey, Secret.copyOf(fixed(hashed.mod(ORDER))));
        Secret v = Secret.owning(filled((byte) 1));
        Secret k = Secret.owning(filled((byte) 0));
        for (byte round = 0; round < 2; round++) {
            k = hmac(primitives, k, Secret.concat(v, Secret.owning(new byte[] {round}), seed));
            v = hmac(primitives, k, v);
        }
        seed.erase();
        while (true) {
            v = hmac(primitives, k, v);
            if (isPrivateKey(v)) {
                return v;
            }
            k = hmac(primitives, k, Secret.concat(v, Secret.owning(new byte[] {0})));
            v = hmac(primitives, k, v);
        }
    }

    private static byte[] filled(byte value) {
        byte[] out = new byte[32];
        Arrays.fill(out, value);
        return out;
    }

    /** HKDF-Extract is HMAC, and keeps both sides secret. */
    private static Secret hmac(Primitives primitives, Secret key, Secret input) {
        return primitives.hkdfExtract(HashAlgorithm.SHA256, key, input);
    }
}
