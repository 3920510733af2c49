package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * All implementations give the same answer to random and to hostile input: the same bytes, the same verdict, the same
 * kind of refusal. The seed is in every failure's description and can be chosen with {@code -Dwhodis.seed}.
 */
class DifferentialTest {
    private static final long SEED = Long.getLong("whodis.seed", 0x57484f444953L);
    private static final List<Primitives> ALL = List.of(new JdkPrimitives(), new BcPrimitives(), new JvmPrimitives());

    private final Random random = new Random(SEED);
    private int compared;

    @AfterEach
    void somethingWasCompared() {
        assertThat(compared).isPositive();
        System.out.println("seed " + SEED + ", compared " + compared);
    }

    @Test
    void hashesMacsAndDerivedKeys() {
        for (int round = 0; round < 1000; round++) {
            Bytes input = bytes(random.nextInt(600));
            Secret key = secret(random.nextInt(200));
            int length = random.nextInt(400);
            for (HashAlgorithm hash : HashAlgorithm.values()) {
                same(p -> p.hash(hash, input));
                same(p -> p.hmac(hash, key, input));
                same(p -> p.hkdfExtract(hash, key, Secret.copyOf(input)));
                same(p -> p.hkdfExpand(hash, key, input, length));
            }
            same(p -> p.shake256(input, length));
        }
    }

    @Test
    void shakeAtEveryLengthAroundItsBlocks() {
        for (int length = 0; length <= 280; length++) {
            Bytes input = bytes(length);
            int out = length;
            same(p -> p.shake256(input, 64));
            same(p -> p.shake256(Bytes.EMPTY, out));
        }
    }

    @Test
    void ciphersSealOpenAndRefuse() {
        for (int round = 0; round < 700; round++) {
            for (AeadAlgorithm aead : AeadAlgorithm.values()) {
                Secret key = secret(aead.keyLength());
                Bytes nonce = bytes(aead.nonceLength());
                Bytes aad = bytes(random.nextInt(40));
                Bytes plaintext = bytes(random.nextInt(300));
                same(p -> p.aeadSeal(aead, key, nonce, aad, plaintext));
                Bytes sealed = ALL.get(0).aeadSeal(aead, key, nonce, aad, plaintext);
                same(p -> p.aeadOpen(aead, key, nonce, aad, sealed));
                Bytes damaged = damage(sealed);
                same(p -> p.aeadOpen(aead, key, nonce, aad, damaged));
            }
            Secret key = secret(round % 2 == 0 ? 16 : 32);
            Bytes counter = bytes(16);
            Bytes input = bytes(random.nextInt(300));
            same(p -> p.aesCtr(key, counter, input));
        }
    }

    @Test
    void theCounterOfAesCtrCarriesThroughItsWholeBlock() {
        Secret key = secret(32);
        Bytes input = bytes(100);
        for (int ones = 0; ones <= 16; ones++) {
            byte[] counter = bytes(16).toArray();
            for (int i = 16 - ones; i < 16; i++) {
                counter[i] = (byte) 0xff;
            }
            same(p -> p.aesCtr(key, Bytes.of(counter), input));
        }
    }

    @Test
    void x25519OnRandomKeys() {
        for (int round = 0; round < 1000; round++) {
            Secret privateKey = secret(32);
            Bytes publicKey = bytes(32); // half of all strings are points of the twist, and some are not canonical
            same(p -> p.x25519PublicKey(privateKey));
            same(p -> p.x25519(privateKey, publicKey));
            same(p -> p.x25519(privateKey, bytesNear(publicKey)));
        }
    }

    @Test
    void ed25519OnRandomAndDamagedSignatures() {
        for (int round = 0; round < 300; round++) {
            Secret seed = secret(32);
            Bytes message = bytes(random.nextInt(100));
            same(p -> p.ed25519PublicKey(seed));
            same(p -> p.ed25519Sign(seed, message));
            Bytes publicKey = ALL.get(1).ed25519PublicKey(seed);
            Bytes signature = ALL.get(1).ed25519Sign(seed, message);
            Bytes damagedSignature = damage(signature);
            Bytes damagedKey = damage(publicKey);
            same(p -> p.ed25519Verify(publicKey, message, signature));
            same(p -> p.ed25519Verify(publicKey, message, damagedSignature));
            same(p -> p.ed25519Verify(damagedKey, message, signature));
        }
    }

    @Test
    void p256OnRandomAndDamagedKeysAndSignatures() {
        for (int round = 0; round < 60; round++) {
            Secret privateKey = secret(32);
            Bytes message = bytes(random.nextInt(100));
            same(p -> p.p256PublicKey(privateKey));
            same(p -> p.ecdsaP256Sign(privateKey, message));
            Bytes publicKey = ALL.get(1).p256PublicKey(privateKey);
            Bytes signature = ALL.get(1).ecdsaP256Sign(privateKey, message);
            Bytes other = ALL.get(1).p256PublicKey(secret(32));
            Bytes damagedKey = damage(publicKey);
            Bytes damagedSignature = damage(signature);
            same(p -> p.p256(privateKey, other));
            same(p -> p.p256(privateKey, damagedKey));
            same(p -> p.ecdsaP256Verify(publicKey, message, signature));
            same(p -> p.ecdsaP256Verify(publicKey, message, damagedSignature));
            same(p -> p.ecdsaP256Verify(damagedKey, message, signature));
        }
    }

    @Test
    void p256PrivateKeysAreFromOneToOneBelowTheOrder() {
        for (BigInteger number : List.of(
                BigInteger.ZERO,
                BigInteger.ONE,
                P256.ORDER.subtract(BigInteger.ONE),
                P256.ORDER,
                P256.ORDER.add(BigInteger.ONE))) {
            Secret key = Secret.copyOf(P256.fixed(number));
            same(p -> p.p256PublicKey(key));
            same(p -> p.ecdsaP256Sign(key, Bytes.EMPTY));
        }
        same(p -> p.p256PublicKey(secret(31)));
    }

    @Test
    void mlKem768OnRandomAndHostileKeysAndCiphertexts() {
        for (int round = 0; round < 300; round++) {
            Secret seed = secret(64);
            Secret randomness = secret(32);
            same(p -> p.mlKem768PublicKey(seed));
            Bytes publicKey = ALL.get(0).mlKem768PublicKey(seed);
            same(p -> p.mlKem768Encapsulate(publicKey, randomness));
            Bytes damagedKey = damage(publicKey); // coefficients may leave the range, or not
            same(p -> p.mlKem768Encapsulate(damagedKey, randomness));
            Bytes noise = bytes(1088);
            same(p -> p.mlKem768Decapsulate(seed, noise));
            Bytes damaged = damage(noise);
            same(p -> p.mlKem768Decapsulate(seed, damaged));
        }
    }

    @Test
    void mlDsa65OnRandomAndDamagedSignatures() {
        for (int round = 0; round < 60; round++) {
            Secret seed = secret(32);
            Secret rnd = secret(32);
            Bytes message = bytes(random.nextInt(100));
            same(p -> p.mlDsa65PublicKey(seed));
            same(p -> p.mlDsa65Sign(seed, message, rnd));
            Bytes publicKey = ALL.get(0).mlDsa65PublicKey(seed);
            Bytes signature = ALL.get(0).mlDsa65Sign(seed, message, rnd);
            same(p -> p.mlDsa65Verify(publicKey, message, signature));
            for (int i = 0; i < 5; i++) {
                Bytes damagedSignature = damage(signature);
                Bytes damagedHint = damageFrom(signature, 3309 - 61); // the hint: 61 bytes with rules of their own
                Bytes damagedKey = damage(publicKey);
                same(p -> p.mlDsa65Verify(publicKey, message, damagedSignature));
                same(p -> p.mlDsa65Verify(publicKey, message, damagedHint));
                same(p -> p.mlDsa65Verify(damagedKey, message, signature));
            }
        }
    }

    @Test
    void xWingAndHpkeAboveThem() {
        HpkeSuite suite = new HpkeSuite(HpkeKem.X_WING, HpkeKdf.HKDF_SHA384, AeadAlgorithm.AES_256_GCM);
        for (int round = 0; round < 100; round++) {
            Secret seed = secret(32);
            Secret randomness = secret(64);
            same(p -> XWing.publicKey(p, seed));
            Bytes publicKey = XWing.publicKey(ALL.get(0), seed);
            Bytes damagedKey = damage(publicKey);
            same(p -> XWing.encapsulate(p, publicKey, randomness));
            same(p -> XWing.encapsulate(p, damagedKey, randomness));
            Bytes noise = bytes(XWing.CIPHERTEXT_LENGTH);
            same(p -> XWing.decapsulate(p, seed, noise));
            same(p -> new Hpke(p, suite)
                    .seal(
                            publicKey,
                            noise,
                            noise,
                            noise,
                            count -> randomness.slice(0, count).expose()));
        }
    }

    /** Shells share one instance between their threads, and Bouncy Castle keeps engines in static fields. */
    @Test
    void oneInstanceServesSeveralThreadsAtOnce() throws Exception {
        record Case(Secret seed, Secret randomness, Bytes message) {}
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            cases.add(new Case(secret(64), secret(32), bytes(50)));
        }
        for (Primitives p : ALL) {
            Callable<List<Object>> work = () -> {
                List<Object> results = new ArrayList<>();
                for (Case each : cases) {
                    Bytes kemKey = p.mlKem768PublicKey(each.seed);
                    Encapsulation sent = p.mlKem768Encapsulate(kemKey, each.randomness);
                    results.add(sent);
                    results.add(p.mlKem768Decapsulate(each.seed, sent.ciphertext()));
                    results.add(p.mlDsa65Sign(each.randomness, each.message, each.randomness));
                    results.add(p.ed25519Sign(each.randomness, each.message));
                    results.add(p.x25519PublicKey(each.randomness));
                    results.add(p.aeadSeal(
                            AeadAlgorithm.AES_256_GCM, each.randomness, kemKey.slice(0, 12), kemKey, each.message));
                    results.add(p.shake256(each.message, 500));
                }
                return results;
            };
            List<Object> alone = work.call();
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                for (Future<List<Object>> together : threads.invokeAll(List.of(work, work, work, work))) {
                    assertThat(together.get()).isEqualTo(alone);
                    compared++;
                }
            }
        }
    }

    @FunctionalInterface
    private interface Operation {
        Object on(Primitives primitives) throws Exception;
    }

    private void same(Operation operation) {
        Object expected = outcome(() -> operation.on(ALL.get(0)));
        for (Primitives other : ALL.subList(1, ALL.size())) {
            assertThat(outcome(() -> operation.on(other)))
                    .as(
                            "seed %d, comparison %d, %s",
                            SEED, compared, other.getClass().getSimpleName())
                    .isEqualTo(expected);
        }
        compared++;
    }

    /** The value, or the kind of exception: two implementations need not use the same words. */
    private static Object outcome(Callable<Object> operation) {
        try {
            return operation.call();
        } catch (CryptoException | IllegalArgumentException e) {
            return e.getClass();
        } catch (Exception e) {
            throw new AssertionError("neither a result nor one of the documented refusals", e);
        }
    }

    private Bytes damage(Bytes good) {
        return damageFrom(good, 0);
    }

    /** One to three changed bytes at or after {@code from}, or a byte less, or one more. */
    private Bytes damageFrom(Bytes good, int from) {
        List<Byte> out = new ArrayList<>();
        for (byte each : good.toArray()) {
            out.add(each);
        }
        switch (random.nextInt(8)) {
            case 0 -> out.removeLast();
            case 1 -> out.add((byte) random.nextInt());
            default -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    int at = from + random.nextInt(out.size() - from);
                    out.set(
                            at,
                            random.nextBoolean()
                                    ? (byte) random.nextInt()
                                    : (byte) (out.get(at) ^ 1 << random.nextInt(8)));
                }
            }
        }
        byte[] bytes = new byte[out.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = out.get(i);
        }
        return Bytes.of(bytes);
    }

    /** A u-coordinate whose highest bit and last byte say that it is at or above the prime, as some clients send. */
    private static Bytes bytesNear(Bytes value) {
        byte[] out = new byte[32];
        java.util.Arrays.fill(out, (byte) 0xff);
        out[0] = value.get(0);
        return Bytes.of(out);
    }

    private Bytes bytes(int count) {
        byte[] out = new byte[count];
        random.nextBytes(out);
        return Bytes.of(out);
    }

    private Secret secret(int count) {
        return Secret.copyOf(bytes(count));
    }
}
