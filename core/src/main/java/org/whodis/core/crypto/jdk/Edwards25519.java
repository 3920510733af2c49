package org.whodis.core.crypto.jdk;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The group of edwards25519 (RFC 8032 section 5.1), only to tell whether an encoding belongs to the prime-order subgroup;
 * the JDK decodes points but does not say.
 *
 * <p>It sees public keys and signatures only and takes no care of time. Plain {@link BigInteger}s, because the rule has
 * to be readable at a glance; {@link JvmPrimitives} verifies with Bouncy Castle, which has a fast check of its own.
 */
final class Edwards25519 {
    /** The prime 2^255 - 19. */
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private static final BigInteger NINETEEN = BigInteger.valueOf(19);
    private static final BigInteger MASK_255 = BigInteger.TWO.pow(255).subtract(BigInteger.ONE);

    /** The order of the prime-order subgroup. */
    static final BigInteger L = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    /** The curve's constant, -121665/121666. */
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);

    private static final BigInteger TWO_D = D.shiftLeft(1).mod(P);

    /** A square root of -1. */
    private static final BigInteger I = BigInteger.TWO.modPow(P.shiftRight(2), P);

    static final Point NEUTRAL = new Point(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

    private Edwards25519() {}

    /** Whether {@code encoding}, 32 bytes, is the one encoding of a point whose order is exactly {@link #L}. */
    static boolean isOfPrimeOrder(byte[] encoding) {
        Point point = decode(encoding);
        return point != null && !point.isNeutral() && point.multiply(L).isNeutral();
    }

    /** RFC 8032 section 5.1.3, or null where it says that decoding fails; 32 bytes. */
    static @Nullable Point decode(byte[] encoding) {
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = encoding[31 - i];
        }
        boolean odd = bigEndian[0] < 0;
        bigEndian[0] &= 0x7f;
        BigInteger y = new BigInteger(1, bigEndian);
        if (y.compareTo(P) >= 0) {
            return null; // "If the resulting value is >= p, decoding fails"
        }
        BigInteger ySquared = y.multiply(y);
        BigInteger denominator = D.multiply(ySquared).add(BigInteger.ONE).mod(P); // never zero: -1/d is no square
        BigInteger xSquared = ySquared.subtract(BigInteger.ONE)
                .multiply(denominator.modInverse(P))
                .mod(P);
        BigInteger x = squareRoot(xSquared);
        if (x == null || x.signum() == 0 && odd) {
            return null; // "If x = 0, and x_0 = 1, decoding fails"
        }
        return Point.of(x.testBit(0) == odd ? x : P.subtract(x), y);
    }

    private static @Nullable BigInteger squareRoot(BigInteger square) {
        BigInteger root = square.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!root.multiply(root).mod(P).equals(square)) {
            root = root.multiply(I).mod(P);
        }
        return root.multiply(root).mod(P).equals(square) ? root : null;
    }

    /**
     * A number congruent to {@code value} and hardly longer than {@link #P}: twice folded by 2^255 = 19. That is three
     * times faster than {@code mod}, and nothing but the end of a calculation needs the least one.
     */
    private static BigInteger reduce(BigInteger value) {
        BigInteger once = value.and(MASK_255).add(value.shiftRight(255).multiply(NINETEEN));
        return once.and(MASK_255).add(once.shiftRight(255).multiply(NINETEEN));
    }

    /** Extended homogeneous coordinates (RFC 8032 section 5.1.4): x = X/Z, y = Y/Z, x * y = T/Z; none fully reduced. */
    record Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {
        static Point of(BigInteger x, BigInteger y) {
            return new Point(x, y, BigInteger.ONE, x.multiply(y).mod(P));
        }

        boolean isNeutral() {
            return x.mod(P).signum() == 0 && y.subtract(z).mod(P).signum() == 0;
        }

        /** The formulas of section 5.1.4, which hold for every pair of points on this curve. */
        Point add(Point that) {
            BigInteger a = reduce(y.subtract(x).multiply(that.y.subtract(that.x)));
            BigInteger b = reduce(y.add(x).multiply(that.y.add(that.x)));
            BigInteger c = reduce(reduce(t.multiply(TWO_D)).multiply(that.t));
            BigInteger d = reduce(z.multiply(that.z)).shiftLeft(1);
            return completed(b.subtract(a), d.subtract(c), d.add(c), b.add(a));
        }

        /** The formulas of section 5.1.4 for {@code add(this)}, with less work. */
        Point twice() {
            BigInteger a = reduce(x.multiply(x));
            BigInteger b = reduce(y.multiply(y));
            BigInteger c = reduce(z.multiply(z)).shiftLeft(1);
            BigInteger h = a.add(b);
            BigInteger sum = x.add(y);
            BigInteger e = h.subtract(reduce(sum.multiply(sum)));
            BigInteger g = a.subtract(b);
            return completed(e, c.add(g), g, h);
        }

        private static Point completed(BigInteger e, BigInteger f, BigInteger g, BigInteger h) {
            return new Point(
                    reduce(e.multiply(f)), reduce(g.multiply(h)), reduce(f.multiply(g)), reduce(e.multiply(h)));
        }

        Point multiply(BigInteger scalar) {
            Point result = NEUTRAL;
            for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
                result = result.twice();
                if (scalar.testBit(bit)) {
                    result = result.add(this);
                }
            }
            return result;
        }

        /** RFC 8032 section 5.1.2. */
        byte[] encode() {
            BigInteger inverse = z.modInverse(P);
            BigInteger affineX = x.multiply(inverse).mod(P);
            BigInteger affineY = y.multiply(inverse).mod(P);
            byte[] out = new byte[32];
            for (int i = 0; i < 32; i++) {
                out[i] = affineY.shiftRight(8 * i).byteValue();
            }
            if (affineX.testBit(0)) {
                out[31] |= (byte) 0x80;
            }
            return out;
        }
    }
}
