package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.wire.Bytes;

/** The small printed vectors of the specifications, and the contract of {@link Primitives} about lengths and faults. */
class PrimitivesTest {
    private static final Bytes ABC = Bytes.utf8("abc");
    private static final Bytes NONE = Bytes.EMPTY;

    @ParameterizedTest
    @EnumSource
    void hashesAsFips180AndFips202Say(Implementation on) {
        Primitives p = on.primitives();
        assertThat(p.hash(HashAlgorithm.SHA256, ABC).hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(p.hash(HashAlgorithm.SHA384, ABC).hex())
                .isEqualTo("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                        + "8086072ba1e7cc2358baeca134c825a7");
        assertThat(p.hash(HashAlgorithm.SHA512, ABC).hex())
                .isEqualTo("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
        assertThat(p.hash(HashAlgorithm.SHA3_256, ABC).hex())
                .isEqualTo("3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
        assertThat(p.shake256(NONE, 32).hex())
                .isEqualTo("46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f");
        assertThat(p.shake256(NONE, 0)).isEqualTo(NONE);
    }

    @ParameterizedTest
    @EnumSource
    void derivesKeysAsRfc5869AppendixASays(Implementation on) {
        Primitives p = on.primitives();
        Secret ikm = secret("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
        Secret prk = p.hkdfExtract(HashAlgorithm.SHA256, secret("000102030405060708090a0b0c"), ikm);
        assertThat(prk).isEqualTo(secret("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
        assertThat(p.hkdfExpand(HashAlgorithm.SHA256, prk, Bytes.fromHex("f0f1f2f3f4f5f6f7f8f9"), 42))
                .isEqualTo(
                        secret("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
        // A.3: no salt, no info
        Secret unsalted = p.hkdfExtract(HashAlgorithm.SHA256, secret(""), ikm);
        assertThat(unsalted).isEqualTo(secret("19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"));
        assertThat(p.hkdfExpand(HashAlgorithm.SHA256, unsalted, NONE, 42))
                .isEqualTo(
                        secret("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
    }

    @ParameterizedTest
    @EnumSource
    void expandsToAtMost255Hashes(Implementation on) {
        Primitives p = on.primitives();
        for (HashAlgorithm hash :
                new HashAlgorithm[] {HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512}) {
            Secret prk = Secret.owning(new byte[hash.length()]);
            int most = 255 * hash.length();
            assertThat(p.hkdfExpand(hash, prk, ABC, most).length()).isEqualTo(most);
            assertThat(p.hkdfExpand(hash, prk, ABC, 0).length()).isZero();
            assertThatThrownBy(() -> p.hkdfExpand(hash, prk, ABC, most + 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.hkdfExpand(hash, prk, ABC, -1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsAsSp80038aSays(Implementation on) {
        // F.5.1 and F.5.5, first two blocks
        Bytes counter = Bytes.fromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        Bytes plain = Bytes.fromHex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        assertThat(on.primitives()
                        .aesCtr(secret("2b7e151628aed2a6abf7158809cf4f3c"), counter, plain)
                        .hex())
                .isEqualTo("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
        assertThat(on.primitives()
                        .aesCtr(
                                secret("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
                                counter,
                                plain)
                        .hex())
                .isEqualTo("601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5");
    }

    @ParameterizedTest
    @EnumSource
    void multipliesAsRfc7748Section52Says(Implementation on) throws CryptoException {
        Primitives p = on.primitives();
        assertThat(p.x25519(
                        secret("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                        Bytes.fromHex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")))
                .isEqualTo(secret("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
        // The highest bit of this u-coordinate is set and has to be ignored.
        assertThat(p.x25519(
                        secret("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
                        Bytes.fromHex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")))
                .isEqualTo(secret("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"));
    }

    @ParameterizedTest
    @EnumSource
    void multipliesAThousandTimesAsRfc7748Section52Says(Implementation on) throws CryptoException {
        Bytes k = Bytes.fromHex("0900000000000000000000000000000000000000000000000000000000000000");
        Bytes u = k;
        for (int i = 0; i < 1000; i++) {
            Bytes next = Bytes.of(on.primitives().x25519(Secret.copyOf(k), u).expose());
            u = k;
            k = next;
        }
        assertThat(k.hex()).isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnAllZeroAgreement(Implementation on) {
        for (String lowOrder : new String[] {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
        }) {
            assertThatThrownBy(() -> on.primitives().x25519(Secret.owning(new byte[32]), Bytes.fromHex(lowOrder)))
                    .isInstanceOf(CryptoException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void signsAsRfc8032Section71Says(Implementation on) {
        Primitives p = on.primitives();
        Secret seed = secret("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        Bytes publicKey = Bytes.fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        Bytes signature = Bytes.fromHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        assertThat(p.ed25519PublicKey(seed)).isEqualTo(publicKey);
        assertThat(p.ed25519Sign(seed, Bytes.fromHex("72"))).isEqualTo(signature);
        assertThat(p.ed25519Verify(publicKey, Bytes.fromHex("72"), signature)).isTrue();
        assertThat(p.ed25519Verify(publicKey, Bytes.fromHex("73"), signature)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void opensWhatItSealedAndNothingElse(Implementation on) throws CryptoException {
        for (AeadAlgorithm aead : AeadAlgorithm.values()) {
            Secret key = Secret.owning(new byte[aead.keyLength()]);
            Bytes nonce = Bytes.of(new byte[aead.nonceLength()]);
            Bytes sealed = on.primitives().aeadSeal(aead, key, nonce, ABC, Bytes.utf8("speech"));
            assertThat(sealed.length()).isEqualTo(6 + aead.tagLength());
            assertThat(on.primitives().aeadOpen(aead, key, nonce, ABC, sealed)).isEqualTo(Bytes.utf8("speech"));
            for (int bit = 0; bit < 8 * sealed.length(); bit++) {
                byte[] forged = sealed.toArray();
                forged[bit / 8] ^= (byte) (1 << bit % 8);
                assertThatThrownBy(() -> on.primitives().aeadOpen(aead, key, nonce, ABC, Bytes.of(forged)))
                        .isInstanceOf(CryptoException.class);
            }
            for (int length = 0; length < sealed.length(); length++) {
                Bytes cut = sealed.slice(0, length);
                assertThatThrownBy(() -> on.primitives().aeadOpen(aead, key, nonce, ABC, cut))
                        .isInstanceOf(CryptoException.class);
            }
            assertThatThrownBy(() -> on.primitives().aeadOpen(aead, key, nonce, NONE, sealed))
                    .isInstanceOf(CryptoException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sealsTwiceUnderOneNonceWhenAskedTo(Implementation on) {
        // Keeping nonces apart is the caller's duty; an implementation that remembered them would not be stateless.
        Secret key = Secret.owning(new byte[32]);
        Bytes nonce = Bytes.of(new byte[12]);
        Bytes first = on.primitives().aeadSeal(AeadAlgorithm.AES_256_GCM, key, nonce, NONE, ABC);
        assertThat(on.primitives().aeadSeal(AeadAlgorithm.AES_256_GCM, key, nonce, NONE, ABC))
                .isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void encapsulatesToItsOwnMlKemKey(Implementation on) throws CryptoException {
        Primitives p = on.primitives();
        Secret seed = Secret.owning(new byte[64]);
        Bytes publicKey = p.mlKem768PublicKey(seed);
        Encapsulation sent = p.mlKem768Encapsulate(publicKey, Secret.owning(new byte[32]));
        assertThat(publicKey.length()).isEqualTo(Lengths.ML_KEM_768_PUBLIC_KEY);
        assertThat(sent.ciphertext().length()).isEqualTo(Lengths.ML_KEM_768_CIPHERTEXT);
        assertThat(p.mlKem768Decapsulate(seed, sent.ciphertext())).isEqualTo(sent.sharedSecret());
    }

    @ParameterizedTest
    @EnumSource
    void verifiesItsOwnMlDsaSignature(Implementation on) {
        Primitives p = on.primitives();
        Secret seed = Secret.owning(new byte[32]);
        Bytes publicKey = p.mlDsa65PublicKey(seed);
        Bytes signature = p.mlDsa65Sign(seed, ABC, Secret.owning(new byte[32]));
        assertThat(publicKey.length()).isEqualTo(Lengths.ML_DSA_65_PUBLIC_KEY);
        assertThat(signature.length()).isEqualTo(Lengths.ML_DSA_65_SIGNATURE);
        assertThat(p.mlDsa65Verify(publicKey, ABC, signature)).isTrue();
        assertThat(p.mlDsa65Verify(publicKey, NONE, signature)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void takesAWrongLengthFromOutsideAsARefusalAndItsCallersAsAFault(Implementation on) {
        Primitives p = on.primitives();
        Secret key = Secret.owning(new byte[32]);
        for (int length : new int[] {0, 1, 31, 33, 64}) {
            Bytes foreign = Bytes.of(new byte[length]);
            Secret own = Secret.owning(new byte[length]);
            assertThat(p.ed25519Verify(foreign, ABC, Bytes.of(new byte[64]))).isFalse();
            assertThat(p.mlDsa65Verify(foreign, ABC, Bytes.of(new byte[3309]))).isFalse();
            assertThatThrownBy(() -> p.x25519(key, foreign)).isInstanceOf(CryptoException.class);
            assertThatThrownBy(() -> p.mlKem768Encapsulate(foreign, key)).isInstanceOf(CryptoException.class);
            assertThatThrownBy(() -> p.mlKem768Decapsulate(Secret.owning(new byte[64]), foreign))
                    .isInstanceOf(CryptoException.class);
            assertThatThrownBy(() -> p.x25519PublicKey(own)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.x25519(own, Bytes.of(new byte[32])))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.ed25519PublicKey(own)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.ed25519Sign(own, ABC)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.mlDsa65PublicKey(own)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.mlDsa65Sign(key, ABC, own)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.aeadSeal(AeadAlgorithm.AES_256_GCM, own, Bytes.of(new byte[12]), NONE, ABC))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.aeadOpen(AeadAlgorithm.CHACHA20_POLY1305, key, foreign, NONE, NONE))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.aesCtr(key, foreign, ABC)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> p.mlKem768PublicKey(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> p.aesCtr(Secret.owning(new byte[24]), Bytes.of(new byte[16]), ABC))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> p.hmac(HashAlgorithm.SHA3_256, key, ABC)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> p.shake256(ABC, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void signsWithP256AsRfc6979AppendixA25Says(Implementation on) {
        Primitives p = on.primitives();
        Secret key = secret("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        Bytes message = Bytes.utf8("sample");
        assertThat(p.p256PublicKey(key).slice(1, 33).hex())
                .isEqualTo("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
        assertThat(P256.deterministicNonce(p, key, message))
                .isEqualTo(secret("a6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60"));
        Bytes signature = p.ecdsaP256Sign(key, message);
        assertThat(signature.hex())
                .isEqualTo("3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                        + "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
        assertThat(p.ecdsaP256Verify(p.p256PublicKey(key), message, signature)).isTrue();
    }

    private static Secret secret(String hex) {
        return Secret.copyOf(Bytes.fromHex(hex));
    }
}
