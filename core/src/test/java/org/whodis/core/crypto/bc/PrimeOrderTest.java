package org.whodis.core.crypto.bc;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrimeOrderTest {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger L =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger D = BigInteger.valueOf(-121_665)
            .multiply(BigInteger.valueOf(121_666).modInverse(P))
            .mod(P);
    private static final BigInteger ROOT_OF_MINUS_ONE = BigInteger.TWO.modPow(P.shiftRight(2), P);
    private static final Point NEUTRAL = new Point(BigInteger.ZERO, BigInteger.ONE);

    /** Affine, on BigInteger: for comparing only. */
    private record Point(BigInteger x, BigInteger y) {
        /** The complete addition of RFC 8032 section 5.1.4, without its denominators' being kept apart. */
        Point plus(Point other) {
            BigInteger product = D.multiply(x)
                    .multiply(other.x)
                    .multiply(y)
                    .multiply(other.y)
                    .mod(P);
            BigInteger newX = x.multiply(other.y)
                    .add(y.multiply(other.x))
                    .multiply(BigInteger.ONE.add(product).modInverse(P));
            BigInteger newY = y.multiply(other.y)
                    .add(x.multiply(other.x))
                    .multiply(BigInteger.ONE.subtract(product).modInverse(P));
            return new Point(newX.mod(P), newY.mod(P));
        }

        Point times(BigInteger scalar) {
            Point out = NEUTRAL;
            for (int i = scalar.bitLength() - 1; i >= 0; i--) {
                out = out.plus(out);
                out = scalar.testBit(i) ? out.plus(this) : out;
            }
            return out;
        }

        byte[] encode() {
            byte[] out = new byte[32];
            byte[] big = y.toByteArray();
            for (int i = 0; i < Math.min(32, big.length); i++) {
                out[i] = big[big.length - 1 - i];
            }
            out[31] |= (byte) (x.testBit(0) ? 0x80 : 0);
            return out;
        }

        boolean hasPrimeOrder() {
            return !equals(NEUTRAL) && times(L).equals(NEUTRAL);
        }
    }

    /** RFC 8032 section 5.1.3, with either x. */
    private static @Nullable Point withY(BigInteger y) {
        BigInteger square = y.multiply(y).mod(P);
        BigInteger ratio = square.subtract(BigInteger.ONE)
                .multiply(D.multiply(square).add(BigInteger.ONE).modInverse(P))
                .mod(P);
        BigInteger x = ratio.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(ratio)) {
            x = x.multiply(ROOT_OF_MINUS_ONE).mod(P);
        }
        return x.multiply(x).mod(P).equals(ratio) ? new Point(x, y) : null;
    }

    private static Point random(Random random) {
        while (true) {
            Point found = withY(new BigInteger(255, random).mod(P));
            if (found != null) {
                return found;
            }
        }
    }

    /** All eight points of small order. */
    private static List<Point> torsion(Random random) {
        while (true) {
            Point candidate = random(random).times(L);
            Point four = candidate.plus(candidate);
            if (!four.plus(four).equals(NEUTRAL)) {
                List<Point> out = new ArrayList<>();
                Point next = NEUTRAL;
                for (int i = 0; i < 8; i++) {
                    out.add(next);
                    next = next.plus(candidate);
                }
                assertThat(next).isEqualTo(NEUTRAL);
                return out;
            }
        }
    }

    @Test
    void ofTheEightSumsOfAPointOfPrimeOrderWithPointsOfSmallOrderExactlyTheFirstHasPrimeOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Point> torsion = torsion(random);
        for (int i = 0; i < 100; i++) {
            Point prime = random(random).times(BigInteger.valueOf(8));
            for (int j = 0; j < 8; j++) {
                byte[] encoding = prime.plus(torsion.get(j)).encode();
                assertThat(PrimeOrder.holds(encoding, 0))
                        .as("seed %d, point %d plus %d", seed, i, j)
                        .isEqualTo(j == 0);
                assertThat(Ed25519.validatePublicKeyFull(encoding, 0))
                        .as("seed %d, point %d plus %d, as Bouncy Castle says", seed, i, j)
                        .isEqualTo(j == 0);
            }
        }
    }

    @Test
    void noPointOfSmallOrderHasPrimeOrder() {
        for (Point each : torsion(new Random(7))) {
            assertThat(PrimeOrder.holds(each.encode(), 0)).as("%s", each).isFalse();
        }
    }

    @Test
    void itSaysOfRandomPointsWhatAMultiplicationByTheOrderSays() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int prime = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] encoding = random(random).encode();
            boolean expected = Ed25519.validatePublicKeyFull(encoding, 0);
            assertThat(PrimeOrder.holds(encoding, 0))
                    .as("seed %d, point %d", seed, i)
                    .isEqualTo(expected);
            prime += expected ? 1 : 0;
        }
        // One in eight is expected; fewer than 300 of 4000 come once in 10^20 times.
        assertThat(prime).isBetween(300, 720);
    }

    @Test
    void publicKeysHavePrimeOrderWhereverTheyStandAndWhicheverSignTheyHave() {
        Random random = new Random(9);
        for (int i = 0; i < 500; i++) {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            byte[] out = new byte[40];
            Ed25519.generatePublicKey(seed, 0, out, 5);
            assertThat(PrimeOrder.holds(out, 5)).isTrue();
            out[36] ^= (byte) 0x80;
            assertThat(PrimeOrder.holds(out, 5)).isTrue();
        }
    }

    @Test
    void theSmallestOrdinatesAreDecidedAsByTheDefinition() {
        for (int i = 0; i < 40; i++) {
            for (BigInteger y : List.of(BigInteger.valueOf(i), P.subtract(BigInteger.valueOf(i + 1L)))) {
                Point point = withY(y);
                if (point != null) {
                    assertThat(PrimeOrder.holds(point.encode(), 0))
                            .as("y = %s", y)
                            .isEqualTo(point.hasPrimeOrder());
                }
            }
        }
    }
}
