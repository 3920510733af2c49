package org.whodis.verify.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.HybridSignature;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.XWing;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.crypto.jdk.JvmPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * Microseconds per operation of every primitive on each implementation, on one thread: the figures behind the choices of
 * {@link JvmPrimitives}. {@code docs/adr/0002-ed25519-acceptance-rule.md} has the command and one run.
 *
 * <p>Each figure is CPU time, so that a busy machine distorts it little: the median of eleven rounds of about 30 ms, in
 * which the implementations take turns, after half a second of warming up each.
 */
public final class PrimitivesBenchmark {
    private static final long WARM_UP_NANOS = 500_000_000L;
    private static final long ROUND_NANOS = 30_000_000L;
    private static final int ROUNDS = 11;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Keeps the compiler from leaving the work out. */
    private int checksum;

    private PrimitivesBenchmark() {}

    @FunctionalInterface
    private interface Operation {
        Object run() throws CryptoException;
    }

    public static void main(String[] args) throws CryptoException {
        PrimitivesBenchmark benchmark = new PrimitivesBenchmark();
        Primitives[] implementations = {new JdkPrimitives(), new BcPrimitives(), new JvmPrimitives()};
        System.out.println("| us of CPU per operation | JDK | Bouncy Castle | chosen |\n|---|---|---|---|");
        for (String name : operations(implementations[0]).keySet()) {
            Operation[] contestants = new Operation[implementations.length];
            for (int i = 0; i < implementations.length; i++) {
                contestants[i] =
                        Objects.requireNonNull(operations(implementations[i]).get(name));
            }
            double[] micros = benchmark.measure(contestants);
            System.out.println(
                    String.format(Locale.ROOT, "| %s | %.2f | %.2f | %.2f |", name, micros[0], micros[1], micros[2]));
        }
        System.out.println("\nchecksum " + benchmark.checksum);
    }

    private double[] measure(Operation[] contestants) throws CryptoException {
        long[] batch = new long[contestants.length];
        for (int i = 0; i < contestants.length; i++) {
            batch[i] = Math.max(1, (long) (ROUND_NANOS / nanosEach(contestants[i], warmUp(contestants[i]))));
        }
        double[][] rounds = new double[contestants.length][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < contestants.length; i++) {
                rounds[i][round] = nanosEach(contestants[i], batch[i]);
            }
        }
        return Arrays.stream(rounds)
                .mapToDouble(all -> Arrays.stream(all).sorted().toArray()[ROUNDS / 2] / 1000)
                .toArray();
    }

    /** How many operations fit into a tenth of the time that this takes. */
    private long warmUp(Operation operation) throws CryptoException {
        long end = THREADS.getCurrentThreadCpuTime() + WARM_UP_NANOS;
        long count = 0;
        do {
            checksum += operation.run().hashCode();
            count++;
        } while (THREADS.getCurrentThreadCpuTime() < end);
        return Math.max(1, count / 10);
    }

    private double nanosEach(Operation operation, long count) throws CryptoException {
        long start = THREADS.getCurrentThreadCpuTime();
        for (long i = 0; i < count; i++) {
            checksum += operation.run().hashCode();
        }
        return (double) (THREADS.getCurrentThreadCpuTime() - start) / count;
    }

    private static Map<String, Operation> operations(Primitives p) throws CryptoException {
        Secret key = Secret.owning(new byte[32]);
        Secret seed = Secret.owning(new byte[64]);
        Bytes frame = Bytes.of(new byte[160]);
        Bytes nonce = Bytes.of(new byte[12]);
        Bytes publicX = p.x25519PublicKey(key);
        Bytes publicEd = p.ed25519PublicKey(key);
        Bytes signatureEd = p.ed25519Sign(key, frame);
        Bytes publicKem = p.mlKem768PublicKey(seed);
        Bytes ciphertext = p.mlKem768Encapsulate(publicKem, key).ciphertext();
        Bytes publicDsa = p.mlDsa65PublicKey(key);
        Bytes signatureDsa = p.mlDsa65Sign(key, frame, key);
        Bytes publicWing = XWing.publicKey(p, key);
        Bytes wing = XWing.encapsulate(p, publicWing, seed).ciphertext();
        HybridKeyPair hybrid = HybridKeyPair.fromSeed(p, seed);
        HybridSignature signature = hybrid.sign(p, "label", frame, key);

        Map<String, Operation> out = new LinkedHashMap<>();
        out.put("SHA-256 of 160 B", () -> p.hash(HashAlgorithm.SHA256, frame));
        out.put("SHA-384 of 160 B", () -> p.hash(HashAlgorithm.SHA384, frame));
        out.put("SHA3-256 of 160 B", () -> p.hash(HashAlgorithm.SHA3_256, frame));
        out.put("SHAKE256, 32 B to 96 B", () -> p.shake256(publicX, 96));
        out.put("HMAC-SHA-256 of 160 B", () -> p.hmac(HashAlgorithm.SHA256, key, frame));
        out.put("HKDF-Expand SHA-384 to 48 B", () -> p.hkdfExpand(HashAlgorithm.SHA384, key, nonce, 48));
        for (AeadAlgorithm aead : AeadAlgorithm.values()) {
            Secret aeadKey = Secret.owning(new byte[aead.keyLength()]);
            Bytes sealed = p.aeadSeal(aead, aeadKey, nonce, nonce, frame);
            out.put(aead + " seal 160 B", () -> p.aeadSeal(aead, aeadKey, nonce, nonce, frame));
            out.put(aead + " open 160 B", () -> p.aeadOpen(aead, aeadKey, nonce, nonce, sealed));
        }
        out.put("AES-256-CTR of 160 B", () -> p.aesCtr(key, Bytes.of(new byte[16]), frame));
        out.put("X25519 public key", () -> p.x25519PublicKey(key));
        out.put("X25519", () -> p.x25519(key, publicX));
        out.put("Ed25519 public key", () -> p.ed25519PublicKey(key));
        out.put("Ed25519 sign", () -> p.ed25519Sign(key, frame));
        out.put("Ed25519 verify", () -> p.ed25519Verify(publicEd, frame, signatureEd));
        out.put("ML-KEM-768 key generation", () -> p.mlKem768PublicKey(seed));
        out.put("ML-KEM-768 encapsulate", () -> p.mlKem768Encapsulate(publicKem, key));
        out.put("ML-KEM-768 decapsulate from seed", () -> p.mlKem768Decapsulate(seed, ciphertext));
        out.put("ML-DSA-65 key generation", () -> p.mlDsa65PublicKey(key));
        out.put("ML-DSA-65 sign from seed", () -> p.mlDsa65Sign(key, frame, key));
        out.put("ML-DSA-65 verify", () -> p.mlDsa65Verify(publicDsa, frame, signatureDsa));
        out.put("X-Wing encapsulate", () -> XWing.encapsulate(p, publicWing, seed));
        out.put("X-Wing decapsulate", () -> XWing.decapsulate(p, key, wing));
        out.put("hybrid sign", () -> hybrid.sign(p, "label", frame, key));
        out.put("hybrid verify", () -> hybrid.publicKey().verify(p, "label", frame, signature));
        return out;
    }
}
