package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.PublishedVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.PublishedVectors;
import org.whodis.core.wire.Bytes;

class XWingTest {
    @ParameterizedTest
    @EnumSource
    void matchesTheVectorsOfItsDraft(Implementation on) throws Exception {
        JsonNode vectors = PublishedVectors.json(
                "xwing/spec/test-vectors.json", "github.com/dconnolly/draft-connolly-cfrg-xwing-kem");
        int checked = 0;
        for (JsonNode vector : vectors) {
            Secret seed = Secret.copyOf(hex(vector, "seed"));
            assertThat(seed).isEqualTo(Secret.copyOf(hex(vector, "sk")));
            assertThat(XWing.publicKey(on.primitives(), seed)).isEqualTo(hex(vector, "pk"));
            Encapsulation sent =
                    XWing.encapsulate(on.primitives(), hex(vector, "pk"), Secret.copyOf(hex(vector, "eseed")));
            assertThat(sent.ciphertext()).isEqualTo(hex(vector, "ct"));
            assertThat(sent.sharedSecret()).isEqualTo(Secret.copyOf(hex(vector, "ss")));
            assertThat(XWing.decapsulate(on.primitives(), seed, hex(vector, "ct")))
                    .isEqualTo(Secret.copyOf(hex(vector, "ss")));
            checked++;
        }
        assertThat(checked).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void refusesAKeyOrCiphertextOfAnyOtherLength(Implementation on) {
        Secret seed = Secret.owning(new byte[32]);
        for (int length : new int[] {0, 1, 1119, 1121, 1215, 1217}) {
            Bytes input = Bytes.of(new byte[length]);
            assertThatThrownBy(() -> XWing.encapsulate(on.primitives(), input, Secret.owning(new byte[64])))
                    .isInstanceOf(CryptoException.class);
            assertThatThrownBy(() -> XWing.decapsulate(on.primitives(), seed, input))
                    .isInstanceOf(CryptoException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void damageInEitherHalfOfTheCiphertextChangesTheSecret(Implementation on) throws CryptoException {
        Secret seed = Secret.owning(new byte[32]);
        Encapsulation sent =
                XWing.encapsulate(on.primitives(), XWing.publicKey(on.primitives(), seed), Secret.owning(new byte[64]));
        for (int at : new int[] {0, 500, 1087, 1088, 1100}) {
            byte[] damaged = sent.ciphertext().toArray();
            damaged[at] ^= 1;
            assertThat(XWing.decapsulate(on.primitives(), seed, Bytes.of(damaged)))
                    .isNotEqualTo(sent.sharedSecret());
        }
    }
}
