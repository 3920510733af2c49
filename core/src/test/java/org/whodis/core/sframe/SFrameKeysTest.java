package org.whodis.core.sframe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.crypto.CryptoException;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

class SFrameKeysTest {
    private static final Bytes TEXT = Bytes.utf8("And Mr. John Dashwood had then leisure");
    private static final Bytes METADATA = Bytes.utf8("of the call");

    private final Primitives primitives = new JdkPrimitives();
    private final Secret baseKey = Secret.owning(new byte[32]);

    @Test
    @DisplayName(
            "Senders MUST reject requests to encrypt multiple times with the same key and nonce (RFC 9605 section 7.4)")
    void aCounterThatDoesNotRiseIsRefused() {
        EncryptionKey key = new EncryptionKey(primitives, CipherSuite.AES_256_GCM_SHA512_128, 1, baseKey);
        key.encrypt(5, METADATA, TEXT);
        for (long counter : new long[] {5, 4, 0}) {
            assertThatThrownBy(() -> key.encrypt(counter, METADATA, TEXT)).isInstanceOf(IllegalStateException.class);
        }
        assertThatCode(() -> key.encrypt(6, METADATA, TEXT)).doesNotThrowAnyException();
    }

    @Test
    void countersAreUnsignedAndDoNotWrap() {
        EncryptionKey key = new EncryptionKey(primitives, CipherSuite.AES_256_GCM_SHA512_128, 1, baseKey);
        key.encrypt(Long.MAX_VALUE, METADATA, TEXT);
        key.encrypt(Long.MIN_VALUE, METADATA, TEXT);
        key.encrypt(-1, METADATA, TEXT);
        for (long counter : new long[] {-1, 0, 1}) {
            assertThatThrownBy(() -> key.encrypt(counter, METADATA, TEXT)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noBitOfACiphertextCanBeChangedAndNoByteLeftOut(CipherSuite suite) throws CryptoException, DecodeException {
        EncryptionKey sender = new EncryptionKey(primitives, suite, 0x123, baseKey);
        DecryptionKey receiver = new DecryptionKey(primitives, suite, 0x123, baseKey);
        Bytes frame = sender.encrypt(0x4567, METADATA, TEXT);
        assertThat(receiver.decrypt(METADATA, frame)).isEqualTo(TEXT);
        for (int bit = 0; bit < 8 * frame.length(); bit++) {
            byte[] changed = frame.toArray();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            refuses(receiver, METADATA, Bytes.of(changed));
        }
        for (int length = 0; length < frame.length(); length++) {
            refuses(receiver, METADATA, frame.slice(0, length));
        }
        refuses(receiver, Bytes.utf8("of another call"), frame);
        refuses(receiver, METADATA, Bytes.concat(frame, Bytes.fromHex("00")));
    }

    @ParameterizedTest
    @EnumSource
    void keysOfOtherSendersSuitesAndSecretsOpenNothing(CipherSuite suite) {
        Bytes frame = new EncryptionKey(primitives, suite, 9, baseKey).encrypt(0, METADATA, TEXT);
        byte[] other = new byte[32];
        other[0] = 1;
        refuses(new DecryptionKey(primitives, suite, 9, Secret.owning(other)), METADATA, frame);
        refuses(new DecryptionKey(primitives, suite, 10, baseKey), METADATA, frame);
        for (CipherSuite another : CipherSuite.values()) {
            if (another != suite) {
                refuses(new DecryptionKey(primitives, another, 9, baseKey), METADATA, frame);
            }
        }
    }

    @Test
    @DisplayName(
            "A given base_key MUST NOT be used for encryption by multiple senders; implementations MUST mark each base_key as"
                    + " usable for encryption or decryption, never both (RFC 9605 section 4.4.1): with one base_key for all"
                    + " members (5.2), what is derived from it for a KID is for one sender, and for sealing or for opening")
    void whatIsDerivedForAKeyIdIsForOneSenderAndForSealingOrOpeningNeverBoth() {
        Set<Bytes> derived = new TreeSet<>();
        Primitives watched = (Primitives) Proxy.newProxyInstance(
                Primitives.class.getClassLoader(), new Class<?>[] {Primitives.class}, (proxy, method, given) -> {
                    if (method.getName().equals("hkdfExpand")) {
                        derived.add((Bytes) given[2]);
                    }
                    return method.invoke(primitives, given);
                });
        Bytes call = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
        List<Set<Bytes>> sealing = new ArrayList<>();
        for (int member = 0; member < 3; member++) {
            new FrameSealer(watched, call, member).switchTo(TestEpoch.of(1, 0, 1, 2));
            Set<Bytes> toSeal = new TreeSet<>(derived);
            derived.clear();
            new FrameOpener(watched, call, member).switchTo(TestEpoch.of(1, 0, 1, 2), 0);
            Set<Bytes> toOpen = new TreeSet<>(derived);
            derived.clear();
            assertThat(toSeal)
                    .as("key and salt of the one KID of member %s", member)
                    .hasSize(2);
            assertThat(toOpen).as("those of the others").hasSize(4).doesNotContainAnyElementsOf(toSeal);
            for (Set<Bytes> another : sealing) {
                assertThat(toSeal).doesNotContainAnyElementsOf(another);
            }
            sealing.add(toSeal);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingAtAllCanBeSealedAndOpened(CipherSuite suite) throws Exception {
        Bytes frame = new EncryptionKey(primitives, suite, 9, baseKey).encrypt(0, METADATA, Bytes.EMPTY);
        assertThat(new DecryptionKey(primitives, suite, 9, baseKey).decrypt(METADATA, frame))
                .isEqualTo(Bytes.EMPTY);
    }

    @Test
    void aKeyIdHasAtLeastOneBitOfIndexAndOneOfEpochAndAtMost64() {
        MlsKeyId nobody = new MlsKeyId(0, 0, 0);
        for (int[] bits : new int[][] {{0, 4}, {4, 0}, {-1, 4}, {60, 5}, {5, 60}, {64, 1}}) {
            assertThatThrownBy(() -> nobody.encode(bits[0], bits[1])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> MlsKeyId.decode(0, bits[0], bits[1])).isInstanceOf(IllegalArgumentException.class);
        }
        for (int[] bits : new int[][] {{1, 1}, {63, 1}, {1, 63}, {6, 4}, {56, 8}}) {
            long context = (1L << Math.min(62, 64 - bits[0] - bits[1])) - 1;
            long index = (1L << Math.min(62, bits[0])) - 1;
            MlsKeyId largest = new MlsKeyId(context, index, 1);
            assertThat(MlsKeyId.decode(largest.encode(bits[0], bits[1]), bits[0], bits[1]))
                    .isEqualTo(largest);
        }
    }

    @Test
    void anErasedKeyIsUsedNoMore() {
        EncryptionKey sender = new EncryptionKey(primitives, CipherSuite.AES_128_CTR_HMAC_SHA256_80, 9, baseKey);
        DecryptionKey receiver = new DecryptionKey(primitives, CipherSuite.AES_128_CTR_HMAC_SHA256_80, 9, baseKey);
        Bytes frame = sender.encrypt(0, METADATA, TEXT);
        sender.erase();
        receiver.erase();
        assertThatThrownBy(() -> sender.encrypt(1, METADATA, TEXT)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> receiver.decrypt(METADATA, frame)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theKeyIdsOfTheExampleInSection52OfRfc9605() {
        assertThat(new MlsKeyId(0, 3, 14).encode(6, 4)).isEqualTo(0x3e);
        assertThat(new MlsKeyId(0, 7, 14).encode(6, 4)).isEqualTo(0x7e);
        assertThat(new MlsKeyId(0, 20, 14).encode(6, 4)).isEqualTo(0x14e);
        assertThat(MlsKeyId.of(3, 15, 4).encode(6, 4)).isEqualTo(0x3f);
        assertThat(MlsKeyId.of(2, 16, 4)).isEqualTo(new MlsKeyId(0, 2, 0));
        assertThat(new MlsKeyId(2, 2, 0).encode(6, 4)).isEqualTo(0x820);
        assertThat(new MlsKeyId(3, 2, 0).encode(6, 4)).isEqualTo(0xc20);
        assertThat(MlsKeyId.of(33, 17, 4).encode(6, 4)).isEqualTo(0x211);
        assertThat(MlsKeyId.of(51, 17, 4).encode(6, 4)).isEqualTo(0x331);
        assertThat(MlsKeyId.decode(0xc20, 6, 4)).isEqualTo(new MlsKeyId(3, 2, 0));
    }

    @Test
    void partsOfAKeyIdThatDoNotFitAreAFault() {
        assertThatThrownBy(() -> new MlsKeyId(0, 64, 0).encode(6, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MlsKeyId(0, 0, 16).encode(6, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MlsKeyId(1L << 54, 0, 0).encode(6, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new MlsKeyId(0, 0xffff_ffffL, 0xffff_ffffL).encode(32, 32)).isEqualTo(-1);
        assertThat(MlsKeyId.decode(-1, 32, 32)).isEqualTo(new MlsKeyId(0, 0xffff_ffffL, 0xffff_ffffL));
    }

    private static void refuses(DecryptionKey key, Bytes metadata, Bytes frame) {
        assertThatThrownBy(() -> key.decrypt(metadata, frame))
                .isInstanceOfAny(CryptoException.class, DecodeException.class);
    }
}
