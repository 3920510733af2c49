package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.whodis.core.PublishedVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.PublishedVectors;
import org.whodis.core.wire.Bytes;

class HpkeTest {
    private static final HpkeSuite POST_QUANTUM =
            new HpkeSuite(HpkeKem.X_WING, HpkeKdf.HKDF_SHA384, AeadAlgorithm.AES_256_GCM);

    /** The suites of the file that are ours: X-Wing with HKDF-SHA256 and with SHAKE256. The others use KEMs or KDFs that are not. */
    @ParameterizedTest
    @EnumSource
    void matchesTheVectorsOfThePostQuantumDraft(Implementation on) throws Exception {
        JsonNode vectors = PublishedVectors.json("hpke-pq/test-vectors.json", "github.com/hpkewg/hpke-pq");
        int checked = 0;
        for (JsonNode vector : vectors) {
            Optional<HpkeSuite> suite = suite(vector);
            if (suite.isPresent()) {
                check(new Hpke(on.primitives(), suite.get()), vector);
                checked++;
            }
        }
        assertThat(checked).isEqualTo(2);
    }

    /** Appendix A.1.1 and A.2.1, as printed there. */
    @ParameterizedTest
    @EnumSource
    void matchesTheVectorsOfRfc9180(Implementation on) throws Exception {
        JsonNode vectors;
        try (InputStream file = HpkeTest.class.getResourceAsStream("rfc9180-appendix-a.json")) {
            vectors = new ObjectMapper().readTree(file);
        }
        int checked = 0;
        for (JsonNode vector : vectors) {
            check(new Hpke(on.primitives(), suite(vector).orElseThrow()), vector);
            checked++;
        }
        assertThat(checked).isEqualTo(2);
    }

    static Optional<HpkeSuite> suite(JsonNode vector) {
        Optional<HpkeKem> kem = Arrays.stream(HpkeKem.values())
                .filter(each -> each.id() == vector.get("kem_id").asInt())
                .findFirst();
        Optional<HpkeKdf> kdf = Arrays.stream(HpkeKdf.values())
                .filter(each -> each.id() == vector.get("kdf_id").asInt())
                .findFirst();
        Optional<AeadAlgorithm> aead = Arrays.stream(AeadAlgorithm.values())
                .filter(each -> new HpkeSuite(HpkeKem.X_WING, HpkeKdf.SHAKE256, each).aeadId()
                        == vector.get("aead_id").asInt())
                .findFirst();
        return kem.isPresent()
                        && kdf.isPresent()
                        && aead.isPresent()
                        && vector.get("mode").asInt() == 0
                ? Optional.of(new HpkeSuite(kem.get(), kdf.get(), aead.get()))
                : Optional.empty();
    }

    static void check(Hpke hpke, JsonNode vector) throws CryptoException {
        KeyPair receiverKey = hpke.deriveKeyPair(Secret.copyOf(hex(vector, "ikmR")));
        assertThat(receiverKey.privateKey()).isEqualTo(Secret.copyOf(hex(vector, "skRm")));
        assertThat(receiverKey.publicKey()).isEqualTo(hex(vector, "pkRm"));

        Bytes info = hex(vector, "info");
        HpkeSender sender = hpke.setupSender(
                receiverKey.publicKey(), info, count -> hex(vector, "ikmE").toArray());
        assertThat(sender.enc()).isEqualTo(hex(vector, "enc"));
        HpkeReceiver receiver = hpke.setupReceiver(hex(vector, "enc"), receiverKey.privateKey(), info);

        int messages = 0;
        for (JsonNode message : vector.get("encryptions")) {
            for (; messages < message.path("sequence").asInt(messages); messages++) {
                Bytes between = sender.seal(Bytes.EMPTY, Bytes.EMPTY);
                assertThat(receiver.open(Bytes.EMPTY, between)).isEqualTo(Bytes.EMPTY);
            }
            Bytes aad = hex(message, "aad");
            assertThat(sender.seal(aad, hex(message, "pt"))).isEqualTo(hex(message, "ct"));
            assertThat(receiver.open(aad, hex(message, "ct"))).isEqualTo(hex(message, "pt"));
            messages++;
        }
        int exports = 0;
        for (JsonNode export : vector.get("exports")) {
            Bytes context = hex(export, "exporter_context");
            Secret expected = Secret.copyOf(hex(export, "exported_value"));
            assertThat(sender.export(context, export.get("L").asInt())).isEqualTo(expected);
            assertThat(receiver.export(context, export.get("L").asInt())).isEqualTo(expected);
            exports++;
        }
        assertThat(messages).isPositive();
        assertThat(exports).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void opensAOneShotMessageOnlyUnderTheSameKeyInfoAndAad(Implementation on) throws CryptoException {
        Hpke hpke = new Hpke(on.primitives(), POST_QUANTUM);
        KeyPair key = hpke.generateKeyPair(byte[]::new);
        Bytes info = Bytes.utf8("info");
        Bytes aad = Bytes.utf8("aad");
        HpkeCiphertext sealed = hpke.seal(key.publicKey(), info, aad, Bytes.utf8("message"), byte[]::new);

        assertThat(hpke.open(sealed, key.privateKey(), info, aad)).isEqualTo(Bytes.utf8("message"));
        Secret other = hpke.deriveKeyPair(key.privateKey()).privateKey();
        assertThatThrownBy(() -> hpke.open(sealed, other, info, aad)).isInstanceOf(CryptoException.class);
        assertThatThrownBy(() -> hpke.open(sealed, key.privateKey(), aad, aad)).isInstanceOf(CryptoException.class);
        assertThatThrownBy(() -> hpke.open(sealed, key.privateKey(), info, info))
                .isInstanceOf(CryptoException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aForgedMessageDoesNotPutReceiverAndSenderOutOfStep(Implementation on) throws CryptoException {
        Hpke hpke = new Hpke(on.primitives(), POST_QUANTUM);
        KeyPair key = hpke.generateKeyPair(byte[]::new);
        HpkeSender sender = hpke.setupSender(key.publicKey(), Bytes.EMPTY, byte[]::new);
        HpkeReceiver receiver = hpke.setupReceiver(sender.enc(), key.privateKey(), Bytes.EMPTY);
        Bytes first = sender.seal(Bytes.EMPTY, Bytes.utf8("first"));
        Bytes second = sender.seal(Bytes.EMPTY, Bytes.utf8("second"));

        assertThatThrownBy(() -> receiver.open(Bytes.EMPTY, second)).isInstanceOf(CryptoException.class);
        assertThat(receiver.open(Bytes.EMPTY, first)).isEqualTo(Bytes.utf8("first"));
        assertThatThrownBy(() -> receiver.open(Bytes.EMPTY, first)).isInstanceOf(CryptoException.class);
        assertThat(receiver.open(Bytes.EMPTY, second)).isEqualTo(Bytes.utf8("second"));
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnEncapsulatedKeyOfAnyOtherLength(Implementation on) {
        for (HpkeKem kem : HpkeKem.values()) {
            Hpke hpke = new Hpke(on.primitives(), new HpkeSuite(kem, HpkeKdf.HKDF_SHA256, AeadAlgorithm.AES_128_GCM));
            KeyPair key = hpke.generateKeyPair(byte[]::new);
            for (int length : new int[] {0, kem.encLength() - 1, kem.encLength() + 1}) {
                assertThatThrownBy(() -> hpke.setupReceiver(Bytes.of(new byte[length]), key.privateKey(), Bytes.EMPTY))
                        .isInstanceOf(CryptoException.class);
            }
            for (int length : new int[] {0, kem.publicKeyLength() - 1, kem.publicKeyLength() + 1}) {
                assertThatThrownBy(() -> hpke.setupSender(Bytes.of(new byte[length]), Bytes.EMPTY, byte[]::new))
                        .isInstanceOf(CryptoException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRandomSourceThatGivesTooLittleIsAFault(Implementation on) {
        Hpke hpke = new Hpke(on.primitives(), POST_QUANTUM);
        assertThatThrownBy(() -> hpke.generateKeyPair(count -> new byte[count - 1]))
                .isInstanceOf(IllegalStateException.class);
    }
}
