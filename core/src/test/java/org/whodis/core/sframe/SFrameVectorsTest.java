package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.whodis.core.PublishedVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.PublishedVectors;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Implementation;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;

/** The vectors of RFC 9605 appendix C, and those of the AES-256-CTR suites, as the working group publishes them. */
class SFrameVectorsTest {
    private static final String HOME = "https://github.com/sframe-wg/sframe (test-vectors)";

    @Test
    void everyPublishedHeaderIsWrittenAndRead() throws IOException, DecodeException {
        int count = 0;
        for (JsonNode vector : vectors("test-vectors.json", "header")) {
            SFrameHeader header = new SFrameHeader(uint64(vector, "kid"), uint64(vector, "ctr"));
            Bytes encoded = hex(vector, "encoded");
            assertThat(header.encode()).isEqualTo(encoded);
            assertThat(header.length()).isEqualTo(encoded.length());
            assertThat(WireReader.decode(encoded, SFrameHeader::read)).isEqualTo(header);
            count++;
        }
        assertThat(count).isEqualTo(289);
    }

    @ParameterizedTest
    @EnumSource
    void everyPublishedCtrHmacCiphertextIsMadeAndOpened(Implementation implementation)
            throws IOException, CryptoException {
        int count = 0;
        for (String set : new String[] {"aes_ctr_hmac", "aes_256_ctr_hmac"}) {
            for (JsonNode vector : vectors("test-vectors.json", set)) {
                CipherSuite suite = suite(vector);
                Secret key = Secret.owning(hex(vector, "key").toArray());
                assertThat(key.length()).isEqualTo(suite.nk());
                CtrHmac aead = new CtrHmac(implementation.primitives(), suite, key);
                Bytes nonce = hex(vector, "nonce");
                Bytes aad = hex(vector, "aad");
                assertThat(aead.encrypt(nonce, aad, hex(vector, "pt"))).isEqualTo(hex(vector, "ct"));
                assertThat(aead.decrypt(nonce, aad, hex(vector, "ct"))).isEqualTo(hex(vector, "pt"));
                count++;
            }
        }
        assertThat(count).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource
    void everyPublishedSFrameCiphertextIsMadeAndOpened(Implementation implementation)
            throws IOException, CryptoException, DecodeException {
        int count = 0;
        for (String[] set :
                new String[][] {{"test-vectors.json", "sframe"}, {"test-vectors-aes256.json", "sframe_aes_256_ctr_hmac"}
                }) {
            for (JsonNode vector : vectors(set[0], set[1])) {
                CipherSuite suite = suite(vector);
                Secret baseKey = Secret.owning(hex(vector, "base_key").toArray());
                long kid = uint64(vector, "kid");
                EncryptionKey sender = new EncryptionKey(implementation.primitives(), suite, kid, baseKey);
                DecryptionKey receiver = new DecryptionKey(implementation.primitives(), suite, kid, baseKey);
                Bytes metadata = hex(vector, "metadata");
                assertThat(sender.encrypt(uint64(vector, "ctr"), metadata, hex(vector, "pt")))
                        .isEqualTo(hex(vector, "ct"));
                assertThat(receiver.decrypt(metadata, hex(vector, "ct"))).isEqualTo(hex(vector, "pt"));
                count++;
            }
        }
        assertThat(count).isEqualTo(8);
    }

    private static JsonNode vectors(String file, String set) throws IOException {
        return PublishedVectors.json("sframe/test-vectors/" + file, HOME).get(set);
    }

    private static CipherSuite suite(JsonNode vector) {
        int value = vector.get("cipher_suite").intValue();
        return Arrays.stream(CipherSuite.values())
                .filter(suite -> suite.value() == value)
                .findFirst()
                .orElseThrow();
    }

    private static long uint64(JsonNode vector, String field) {
        return vector.get(field).bigIntegerValue().longValue();
    }
}
