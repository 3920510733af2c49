package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.PublishedVectors;
import org.whodis.core.wire.Bytes;

/**
 * The Community Cryptography Test Vectors for ML-KEM and ML-DSA. The accumulated ones hash the results of many random
 * inputs into one published value; the inputs come from SHAKE128, so they are the same everywhere.
 */
class CctvTest {
    private static final String HOME = "github.com/C2SP/CCTV";

    /** Set to 10000 for the longer published run of ML-DSA-65, about a minute. */
    private static final int ML_DSA_RUNS = Integer.getInteger("whodis.cctv.mldsa", 100);

    /** README.md of ML-DSA/accumulated. */
    private static final Map<Integer, String> ML_DSA_65 = Map.of(
            100, "8358a1843220194417cadbc2651295cd8fc65125b5a5c1a239a16dc8b57ca199",
            10_000, "5ff5e196f0b830c3b10a9eb5358e7c98a3a20136cb677f3ae3b90175c3ace329");

    /**
     * The encapsulation of the intermediate values. The rest of that set, and the accumulated set for ML-KEM, follow the
     * draft of FIPS 203, whose key generation did not yet hash the parameter {@code k} into the seed.
     */
    @ParameterizedTest
    @EnumSource
    void mlKem768Encapsulation(Implementation on) throws Exception {
        Map<String, Bytes> values =
                Files.readAllLines(PublishedVectors.file("cctv/ML-KEM/intermediate/ML-KEM-768.txt", HOME)).stream()
                        .filter(line -> line.matches("(ek|m|c|K) = [0-9a-f]+"))
                        .collect(Collectors.toMap(
                                line -> line.substring(0, line.indexOf(" = ")),
                                line -> Bytes.fromHex(line.substring(line.indexOf(" = ") + 3))));
        assertThat(values).hasSize(4);
        Encapsulation sent = on.primitives().mlKem768Encapsulate(values.get("ek"), Secret.copyOf(values.get("m")));
        assertThat(sent.ciphertext()).isEqualTo(values.get("c"));
        assertThat(sent.sharedSecret()).isEqualTo(Secret.copyOf(values.get("K")));
    }

    /** For each run: a seed in; the public key and the deterministic signature of the empty message out. */
    @ParameterizedTest
    @EnumSource
    void mlDsa65Accumulated(Implementation on) {
        Primitives p = on.primitives();
        SHAKEDigest in = new SHAKEDigest(128);
        SHAKEDigest out = new SHAKEDigest(128);
        for (int run = 0; run < ML_DSA_RUNS; run++) {
            Secret seed = Secret.owning(squeeze(in, 32));
            Bytes publicKey = p.mlDsa65PublicKey(seed);
            Bytes signature = p.mlDsa65Sign(seed, Bytes.EMPTY, Secret.owning(new byte[32]));
            assertThat(p.mlDsa65Verify(publicKey, Bytes.EMPTY, signature)).isTrue();
            absorb(out, publicKey.toArray());
            absorb(out, signature.toArray());
        }
        assertThat(Bytes.of(squeeze(out, 32)).hex()).isEqualTo(ML_DSA_65.get(ML_DSA_RUNS));
    }

    private static byte[] squeeze(SHAKEDigest shake, int count) {
        byte[] out = new byte[count];
        shake.doOutput(out, 0, count);
        return out;
    }

    private static void absorb(SHAKEDigest shake, byte[] bytes) {
        shake.update(bytes, 0, bytes.length);
    }
}
