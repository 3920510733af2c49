package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.PublishedVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.PublishedVectors;
import org.whodis.core.wire.Bytes;

/**
 * Project Wycheproof: edge cases that broke other implementations. Each test says how many vectors of its file apply to
 * what {@link Primitives} offers, so that a loop that silently checks nothing fails.
 */
class WycheproofTest {
    @ParameterizedTest
    @CsvSource({
        "JDK, aes_gcm, 133",
        "BOUNCY_CASTLE, aes_gcm, 133",
        "JDK, chacha20_poly1305, 316",
        "BOUNCY_CASTLE, chacha20_poly1305, 316"
    })
    void aead(Implementation on, String file, int applicable) throws Exception {
        int checked = 0;
        for (Vector vector : vectors(file)) {
            int keyBits = vector.group.get("keySize").asInt();
            if (vector.group.get("ivSize").asInt() != 96 || file.equals("aes_gcm") && keyBits == 192) {
                continue; // Primitives takes 96-bit nonces, and AES keys of 128 and 256 bits, only
            }
            AeadAlgorithm algorithm = file.equals("aes_gcm")
                    ? keyBits == 128 ? AeadAlgorithm.AES_128_GCM : AeadAlgorithm.AES_256_GCM
                    : AeadAlgorithm.CHACHA20_POLY1305;
            Secret key = Secret.copyOf(vector.hex("key"));
            Bytes nonce = vector.hex("iv");
            Bytes aad = vector.hex("aad");
            Bytes sealed = Bytes.concat(vector.hex("ct"), vector.hex("tag"));
            if (vector.isValid()) {
                assertThat(on.primitives().aeadSeal(algorithm, key, nonce, aad, vector.hex("msg")))
                        .as(vector.name())
                        .isEqualTo(sealed);
                assertThat(on.primitives().aeadOpen(algorithm, key, nonce, aad, sealed))
                        .as(vector.name())
                        .isEqualTo(vector.hex("msg"));
            } else {
                assertThatThrownBy(() -> on.primitives().aeadOpen(algorithm, key, nonce, aad, sealed))
                        .as(vector.name())
                        .isInstanceOf(CryptoException.class);
            }
            checked++;
        }
        assertThat(checked).isEqualTo(applicable);
    }

    @ParameterizedTest
    @CsvSource({
        "JDK, SHA256, 86",
        "BOUNCY_CASTLE, SHA256, 86",
        "JDK, SHA384, 83",
        "BOUNCY_CASTLE, SHA384, 83",
        "JDK, SHA512, 83",
        "BOUNCY_CASTLE, SHA512, 83"
    })
    void hkdf(Implementation on, HashAlgorithm hash, int applicable) throws Exception {
        Primitives p = on.primitives();
        int checked = 0;
        for (Vector vector : vectors("hkdf_" + hash.name().toLowerCase(java.util.Locale.ROOT))) {
            Secret prk = p.hkdfExtract(hash, Secret.copyOf(vector.hex("salt")), Secret.copyOf(vector.hex("ikm")));
            int size = vector.test.get("size").asInt();
            if (vector.isValid()) {
                assertThat(p.hkdfExpand(hash, prk, vector.hex("info"), size))
                        .as(vector.name())
                        .isEqualTo(Secret.copyOf(vector.hex("okm")));
            } else {
                assertThatThrownBy(() -> p.hkdfExpand(hash, prk, vector.hex("info"), size))
                        .as(vector.name())
                        .isInstanceOf(IllegalArgumentException.class);
            }
            checked++;
        }
        assertThat(checked).isEqualTo(applicable);
    }

    @ParameterizedTest
    @CsvSource({
        "JDK, SHA256, 174",
        "BOUNCY_CASTLE, SHA256, 174",
        "JDK, SHA384, 174",
        "BOUNCY_CASTLE, SHA384, 174",
        "JDK, SHA512, 174",
        "BOUNCY_CASTLE, SHA512, 174"
    })
    void hmac(Implementation on, HashAlgorithm hash, int applicable) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("hmac_" + hash.name().toLowerCase(java.util.Locale.ROOT))) {
            Bytes mac = on.primitives().hmac(hash, Secret.copyOf(vector.hex("key")), vector.hex("msg"));
            int tagLength = vector.group.get("tagSize").asInt() / 8;
            assertThat(mac.slice(0, tagLength).equals(vector.hex("tag")))
                    .as(vector.name())
                    .isEqualTo(vector.isValid());
            checked++;
        }
        assertThat(checked).isEqualTo(applicable);
    }

    @ParameterizedTest
    @EnumSource
    void x25519(Implementation on) throws Exception {
        int checked = 0;
        int refused = 0;
        for (Vector vector : vectors("x25519")) {
            Secret privateKey = Secret.copyOf(vector.hex("private"));
            // "acceptable" marks what RFC 7748 lets an implementation refuse. We refuse the all-zero result and that
            // only.
            if (vector.flags().contains("ZeroSharedSecret")) {
                assertThatThrownBy(() -> on.primitives().x25519(privateKey, vector.hex("public")))
                        .as(vector.name())
                        .isInstanceOf(CryptoException.class);
                refused++;
            } else {
                assertThat(on.primitives().x25519(privateKey, vector.hex("public")))
                        .as(vector.name())
                        .isEqualTo(Secret.copyOf(vector.hex("shared")));
            }
            checked++;
        }
        assertThat(checked).isEqualTo(518);
        assertThat(refused).isEqualTo(31);
    }

    @ParameterizedTest
    @EnumSource
    void ed25519(Implementation on) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("ed25519")) {
            Bytes key = hex(vector.group.get("publicKey"), "pk");
            assertThat(on.primitives().ed25519Verify(key, vector.hex("msg"), vector.hex("sig")))
                    .as(vector.name())
                    .isEqualTo(vector.isValid());
            checked++;
        }
        assertThat(checked).isEqualTo(151);
    }

    @ParameterizedTest
    @EnumSource
    void ecdhP256(Implementation on) throws Exception {
        int checked = 0;
        int refused = 0;
        for (Vector vector : vectors("ecdh_secp256r1_ecpoint")) {
            // Private keys are integers there: of any length, with a sign byte or not.
            Secret privateKey = Secret.copyOf(
                    P256.fixed(new BigInteger(1, vector.hex("private").toArray())));
            Bytes publicKey = vector.hex("public");
            // "acceptable" are compressed points, which HPKE and MLS do not use.
            if (vector.isValid()) {
                assertThat(on.primitives().p256(privateKey, publicKey))
                        .as(vector.name())
                        .isEqualTo(Secret.copyOf(vector.hex("shared")));
            } else {
                assertThatThrownBy(() -> on.primitives().p256(privateKey, publicKey))
                        .as(vector.name())
                        .isInstanceOf(CryptoException.class);
                refused++;
            }
            checked++;
        }
        assertThat(checked).isEqualTo(355);
        assertThat(refused).isEqualTo(25);
    }

    @ParameterizedTest
    @EnumSource
    void ecdsaP256(Implementation on) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("ecdsa_secp256r1_sha256")) {
            Bytes key = hex(vector.group.get("publicKey"), "uncompressed");
            assertThat(on.primitives().ecdsaP256Verify(key, vector.hex("msg"), vector.hex("sig")))
                    .as(vector.name())
                    .isEqualTo(vector.isValid());
            checked++;
        }
        assertThat(checked).isEqualTo(484);
    }

    @ParameterizedTest
    @EnumSource
    void mlKem768KeyGeneration(Implementation on) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("mlkem_768_keygen_seed")) {
            assertThat(on.primitives().mlKem768PublicKey(Secret.copyOf(vector.hex("seed"))))
                    .as(vector.name())
                    .isEqualTo(vector.hex("ek"));
            checked++;
        }
        assertThat(checked).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource
    void mlKem768Encapsulation(Implementation on) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("mlkem_768_encaps")) {
            Secret m = Secret.copyOf(vector.hex("m"));
            if (vector.isValid()) {
                Encapsulation sent = on.primitives().mlKem768Encapsulate(vector.hex("ek"), m);
                assertThat(sent.ciphertext()).as(vector.name()).isEqualTo(vector.hex("c"));
                assertThat(sent.sharedSecret()).as(vector.name()).isEqualTo(Secret.copyOf(vector.hex("K")));
            } else {
                assertThatThrownBy(() -> on.primitives().mlKem768Encapsulate(vector.hex("ek"), m))
                        .as(vector.name())
                        .isInstanceOf(CryptoException.class);
            }
            checked++;
        }
        assertThat(checked).isEqualTo(265);
    }

    @ParameterizedTest
    @EnumSource
    void mlKem768Decapsulation(Implementation on) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("mlkem_768")) {
            Secret seed = Secret.copyOf(vector.hex("seed"));
            if (vector.isValid()) {
                assertThat(on.primitives().mlKem768PublicKey(seed))
                        .as(vector.name())
                        .isEqualTo(vector.hex("ek"));
                assertThat(on.primitives().mlKem768Decapsulate(seed, vector.hex("c")))
                        .as(vector.name())
                        .isEqualTo(Secret.copyOf(vector.hex("K")));
            } else if (seed.length() == Lengths.ML_KEM_768_SEED) {
                assertThatThrownBy(() -> on.primitives().mlKem768Decapsulate(seed, vector.hex("c")))
                        .as(vector.name())
                        .isInstanceOf(CryptoException.class);
            } else {
                assertThatThrownBy(() -> on.primitives().mlKem768Decapsulate(seed, vector.hex("c")))
                        .as(vector.name())
                        .isInstanceOf(IllegalArgumentException.class);
            }
            checked++;
        }
        assertThat(checked).isEqualTo(193);
    }

    /** The vectors without a context and with a message: {@link Primitives} signs under the empty context only. */
    @ParameterizedTest
    @EnumSource
    void mlDsa65Verification(Implementation on) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("mldsa_65_verify")) {
            if (vector.test.has("ctx") && !vector.hex("ctx").isEmpty()) {
                continue;
            }
            Bytes key = hex(vector.group, "publicKey");
            assertThat(on.primitives().mlDsa65Verify(key, vector.hex("msg"), vector.hex("sig")))
                    .as(vector.name())
                    .isEqualTo(vector.isValid());
            checked++;
        }
        assertThat(checked).isEqualTo(203);
    }

    @ParameterizedTest
    @EnumSource
    void mlDsa65Signing(Implementation on) throws Exception {
        int checked = 0;
        for (Vector vector : vectors("mldsa_65_sign_seed")) {
            if (!vector.test.has("msg")
                    || vector.test.has("ctx") && !vector.hex("ctx").isEmpty()) {
                continue; // the internal interface, or another context
            }
            Secret seed = Secret.copyOf(hex(vector.group, "privateSeed"));
            Secret rnd = vector.test.has("rnd") ? Secret.copyOf(vector.hex("rnd")) : Secret.owning(new byte[32]);
            if (vector.isValid()) {
                assertThat(on.primitives().mlDsa65PublicKey(seed))
                        .as(vector.name())
                        .isEqualTo(hex(vector.group, "publicKey"));
                assertThat(on.primitives().mlDsa65Sign(seed, vector.hex("msg"), rnd))
                        .as(vector.name())
                        .isEqualTo(vector.hex("sig"));
            } else {
                assertThatThrownBy(() -> on.primitives().mlDsa65Sign(seed, vector.hex("msg"), rnd))
                        .as(vector.name())
                        .isInstanceOf(IllegalArgumentException.class);
            }
            checked++;
        }
        assertThat(checked).isEqualTo(84);
    }

    private record Vector(String file, JsonNode group, JsonNode test) {
        boolean isValid() {
            return test.get("result").asText().equals("valid");
        }

        List<String> flags() {
            List<String> out = new ArrayList<>();
            test.get("flags").forEach(flag -> out.add(flag.asText()));
            return out;
        }

        Bytes hex(String field) {
            return PublishedVectors.hex(test, field);
        }

        String name() {
            return file + " " + test.get("tcId") + " " + test.path("comment").asText();
        }
    }

    private static List<Vector> vectors(String name) throws Exception {
        String file = "wycheproof/testvectors_v1/" + name + "_test.json";
        List<Vector> out = new ArrayList<>();
        for (JsonNode group :
                PublishedVectors.json(file, "github.com/C2SP/wycheproof").get("testGroups")) {
            group.get("tests").forEach(test -> out.add(new Vector(name, group, test)));
        }
        return out;
    }
}
