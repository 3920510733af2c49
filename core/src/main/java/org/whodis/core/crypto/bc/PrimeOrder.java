package org.whodis.core.crypto.bc;

import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.jspecify.annotations.Nullable;

/**
 * Whether a point of edwards25519 has prime order, by halving it three times.
 *
 * <p>The curve has 8L points, and those whose number is divisible by two once, twice and three times are cyclic. So a point has
 * order L, or is neutral, exactly if it is eight times another one. Halving is done where it is simplest, on the Montgomery form
 * {@code v^2 = u(u^2 + Au + 1)} with {@code u = (1 + y)/(1 - y)}; the sign of x, and so of v, does not matter. There the double of
 * (x, ·), with {@code t = x + 1/x}, has {@code u = (t^2 - 4)/(4(t + A))}. Hence, for {@code u != 0}:
 *
 * <ul>
 *   <li>the point is a double if and only if u is a square, and then so is {@code g^2 = u^2 + Au + 1};
 *   <li>what it is the double of has {@code t = 2(u ± g)}, with the sign for which {@code t + A} is a square (it is for exactly
 *       one, since the product {@code A^2 - 4} is not), and {@code x = u + g + sqrt(u(t + A))} (or the inverse of that);
 *   <li>that is a double in its turn if and only if {@code t + 2} is a square, since {@code x(t + 2) = (x + 1)^2};
 *   <li>at the last step the sign need not be found: {@code (t + 2)(t + A)} is a square for both or for none, since the product
 *       of {@code t + 2} for both signs is {@code 4u(2 - A)}, no square either.
 * </ul>
 *
 * <p>Everything is kept over the one denominator {@code 1 - y}, so nothing is inverted. Four and a half square roots on average
 * take the place of a multiplication by L, which costs twice as much. The idea is T. Pornin's, "Point-Halving and Subgroup
 * Membership in Twisted Edwards Curves" (IACR ePrint 2022/1164). Only public keys and signatures come here: the time depends on
 * them.
 */
final class PrimeOrder {
    /** RFC 7748 section 4.1. */
    private static final int A = 486_662;

    private PrimeOrder() {}

    /** Whether the point has order L. {@code encoding} from {@code offset} on is the encoding of a point of the curve. */
    static boolean holds(byte[] encoding, int offset) {
        int[] y = X25519Field.create();
        X25519Field.decode255(encoding, offset, y, 0);
        int[] one = X25519Field.create();
        X25519Field.one(one);
        int[] n = sum(one, y);
        int[] d = difference(one, y);
        if (isZero(n) || isZero(d)) {
            // The point of order two, and the neutral one.
            return false;
        }
        int[] ad = X25519Field.create();
        X25519Field.mul(d, A, ad);
        int[] g = root(sum(sum(product(n, n), product(n, ad)), product(d, d)));
        if (g == null) {
            return false;
        }
        int[] k = sum(twice(sum(n, g)), ad);
        int[] s = root(product(k, n));
        if (s == null) {
            X25519Field.negate(g, g);
            X25519Field.carry(g);
            k = sum(twice(sum(n, g)), ad);
            s = root(product(k, n));
            if (s == null) {
                return false;
            }
        }
        int[] x = sum(sum(n, g), s);
        int[] h = root(product(x, k));
        if (h == null) {
            return false;
        }
        int[] t = twice(sum(x, h));
        return root(product(sum(t, twice(d)), sum(t, ad))) != null;
    }

    private static int[] sum(int[] one, int[] other) {
        int[] out = X25519Field.create();
        X25519Field.add(one, other, out);
        X25519Field.carry(out);
        return out;
    }

    private static int[] twice(int[] one) {
        return sum(one, one);
    }

    private static int[] difference(int[] one, int[] other) {
        int[] out = X25519Field.create();
        X25519Field.sub(one, other, out);
        X25519Field.carry(out);
        return out;
    }

    private static int[] product(int[] one, int[] other) {
        int[] out = X25519Field.create();
        X25519Field.mul(one, other, out);
        return out;
    }

    /** A square root; null if there is none. */
    private static int @Nullable [] root(int[] square) {
        int[] one = X25519Field.create();
        X25519Field.one(one);
        int[] out = X25519Field.create();
        return X25519Field.sqrtRatioVar(square, one, out) ? out : null;
    }

    private static boolean isZero(int[] element) {
        int[] normal = X25519Field.create();
        X25519Field.copy(element, 0, normal, 0);
        X25519Field.normalize(normal);
        return X25519Field.isZeroVar(normal);
    }
}
