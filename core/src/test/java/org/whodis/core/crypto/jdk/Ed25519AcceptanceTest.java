package org.whodis.core.crypto.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.core.PublishedVectors;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.Edwards25519.Point;
import org.whodis.core.wire.Bytes;

/**
 * The one acceptance rule of {@link Primitives#ed25519Verify}, on all implementations. Both libraries by themselves give
 * 212 different answers to the 914 CCTV vectors.
 */
class Ed25519AcceptanceTest {
    /** All 14 encodings that decoders of small-order points have been seen to take; the first eight are canonical. */
    private static final List<String> SMALL_ORDER = List.of(
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

    private static final Point BASE = point("5866666666666666666666666666666666666666666666666666666666666666");

    private static final List<Primitives> ALL = List.of(new JdkPrimitives(), new BcPrimitives(), new JvmPrimitives());

    @Test
    void acceptsOfTheCctvVectorsThoseWithoutAnyEdgeCase() throws Exception {
        JsonNode vectors = PublishedVectors.json(
                "cctv/ed25519/ed25519vectors.json", "github.com/C2SP/CCTV, ed25519/ed25519vectors.json");
        int checked = 0;
        int accepted = 0;
        for (JsonNode vector : vectors) {
            boolean plain = vector.get("flags").isEmpty();
            Bytes key = PublishedVectors.hex(vector, "key");
            Bytes signature = PublishedVectors.hex(vector, "sig");
            for (Primitives primitives : ALL) {
                assertThat(primitives.ed25519Verify(
                                key, Bytes.utf8(vector.get("msg").asText()), signature))
                        .as("vector %s on %s", vector.get("number"), primitives.getClass())
                        .isEqualTo(plain);
            }
            checked++;
            accepted += plain ? 1 : 0;
        }
        assertThat(checked).isEqualTo(914);
        assertThat(accepted).isEqualTo(1);
    }

    @Test
    void acceptsKeysAndNoncePointsOfPrimeOrderOnlyWhicheverEquationHolds() {
        long seed = 20261122;
        Random random = new Random(seed);
        int holdsWithoutCofactor = 0;
        for (int keyTorsion = 0; keyTorsion < 8; keyTorsion++) {
            for (int nonceTorsion = 0; nonceTorsion < 8; nonceTorsion++) {
                for (int repeat = 0; repeat < 2; repeat++) {
                    Forged forged =
                            forge(point(SMALL_ORDER.get(keyTorsion)), point(SMALL_ORDER.get(nonceTorsion)), random);
                    boolean honest = keyTorsion == 0 && nonceTorsion == 0;
                    holdsWithoutCofactor += forged.holdsWithoutCofactor() ? 1 : 0;
                    for (Primitives primitives : ALL) {
                        assertThat(primitives.ed25519Verify(forged.key, forged.message, forged.signature))
                                .as("torsion %d, %d, seed %d, %s", keyTorsion, nonceTorsion, seed, primitives)
                                .isEqualTo(honest);
                    }
                }
            }
        }
        // The two honest ones, and some where the torsion happens to cancel: those a lax verifier takes.
        assertThat(holdsWithoutCofactor).isGreaterThan(4);
    }

    @Test
    void refusesEverySmallOrderKeyOrNoncePointInEveryEncoding() {
        Forged honest = forge(Edwards25519.NEUTRAL, Edwards25519.NEUTRAL, new Random(1));
        Bytes zero = Bytes.of(new byte[32]);
        int checked = 0;
        for (Primitives primitives : ALL) {
            assertThat(primitives.ed25519Verify(honest.key, honest.message, honest.signature))
                    .isTrue();
            for (String keyHex : SMALL_ORDER) {
                Bytes key = Bytes.fromHex(keyHex);
                assertThat(primitives.ed25519Verify(key, honest.message, honest.signature))
                        .isFalse();
                for (String nonceHex : SMALL_ORDER) {
                    Bytes signature = Bytes.concat(Bytes.fromHex(nonceHex), zero);
                    assertThat(primitives.ed25519Verify(key, honest.message, signature))
                            .isFalse();
                    assertThat(primitives.ed25519Verify(honest.key, honest.message, signature))
                            .isFalse();
                    checked++;
                }
            }
        }
        assertThat(checked).isEqualTo(3 * 14 * 14);
    }

    @Test
    void refusesAScalarThatIsNotBelowTheOrder() {
        Forged honest = forge(Edwards25519.NEUTRAL, Edwards25519.NEUTRAL, new Random(2));
        BigInteger s = littleEndian(honest.signature.slice(32, 64));
        for (Primitives primitives : ALL) {
            for (int multiple = 1; multiple <= 15; multiple++) {
                BigInteger same = s.add(Edwards25519.L.multiply(BigInteger.valueOf(multiple)));
                if (same.bitLength() <= 256) {
                    Bytes signature = Bytes.concat(honest.signature.slice(0, 32), scalar(same));
                    assertThat(primitives.ed25519Verify(honest.key, honest.message, signature))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void tellsPrimeOrderAsBouncyCastleDoes() {
        Random random = new Random(3);
        List<Point> torsion = new ArrayList<>();
        SMALL_ORDER.subList(0, 8).forEach(hex -> torsion.add(point(hex)));
        for (int i = 0; i < 64; i++) {
            Point prime = BASE.multiply(new BigInteger(252, random));
            byte[] encoding = prime.add(torsion.get(i % 8)).encode();
            assertThat(Edwards25519.isOfPrimeOrder(encoding)).isEqualTo(i % 8 == 0);
            assertThat(org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(encoding, 0))
                    .isEqualTo(i % 8 == 0);
        }
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[32];
            random.nextBytes(noise);
            assertThat(Edwards25519.isOfPrimeOrder(noise))
                    .isEqualTo(org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(noise, 0));
        }
    }

    /** A signature whose equation holds up to the small-order parts that were added to {@code A} and {@code R}. */
    private record Forged(Bytes key, Bytes message, Bytes signature) {
        /** Whether {@code [S]B = R + [k]A} holds exactly, as the JDK checks it. */
        boolean holdsWithoutCofactor() {
            Point left = BASE.multiply(littleEndian(signature.slice(32, 64)));
            Point right =
                    point(signature.slice(0, 32).hex()).add(point(key.hex()).multiply(challenge()));
            return Bytes.of(left.encode()).equals(Bytes.of(right.encode()));
        }

        private BigInteger challenge() {
            Bytes input = Bytes.concat(signature.slice(0, 32), key, message);
            return littleEndian(new JdkPrimitives().hash(HashAlgorithm.SHA512, input));
        }
    }

    private static Forged forge(Point keyTorsion, Point nonceTorsion, Random random) {
        BigInteger a = new BigInteger(252, random);
        BigInteger r = new BigInteger(252, random);
        Bytes key = Bytes.of(BASE.multiply(a).add(keyTorsion).encode());
        Bytes nonce = Bytes.of(BASE.multiply(r).add(nonceTorsion).encode());
        Forged unsigned = new Forged(key, Bytes.utf8("message " + random.nextLong()), Bytes.concat(nonce, scalar(r)));
        BigInteger s = r.add(unsigned.challenge().multiply(a)).mod(Edwards25519.L);
        return new Forged(key, unsigned.message, Bytes.concat(nonce, scalar(s)));
    }

    private static Point point(String hex) {
        Point point = Edwards25519.decode(Bytes.fromHex(hex).toArray());
        assertThat(point).as(hex).isNotNull();
        return point;
    }

    private static Bytes scalar(BigInteger value) {
        byte[] out = new byte[32];
        for (int i = 0; i < 32; i++) {
            out[i] = value.shiftRight(8 * i).byteValue();
        }
        return Bytes.of(out);
    }

    private static BigInteger littleEndian(Bytes value) {
        BigInteger out = BigInteger.ZERO;
        for (int i = value.length() - 1; i >= 0; i--) {
            out = out.shiftLeft(8).or(BigInteger.valueOf(value.get(i) & 0xff));
        }
        return out;
    }

    @Test
    void signsWhatItAccepts() {
        Random random = new Random(4);
        for (int i = 0; i < 20; i++) {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            Bytes message = Bytes.utf8("message " + i);
            for (Primitives signer : ALL) {
                Bytes key = signer.ed25519PublicKey(Secret.copyOf(seed));
                Bytes signature = signer.ed25519Sign(Secret.copyOf(seed), message);
                for (Primitives verifier : ALL) {
                    assertThat(verifier.ed25519Verify(key, message, signature)).isTrue();
                }
            }
        }
    }
}
