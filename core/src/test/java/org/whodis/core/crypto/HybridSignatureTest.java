package org.whodis.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

class HybridSignatureTest {
    private static final String LABEL = "Test statement";
    private static final Bytes STATEMENT = Bytes.utf8("what is stated");
    private static final Secret NO_HEDGE = Secret.owning(new byte[32]);

    @ParameterizedTest
    @EnumSource
    void holdsForWhatWasSignedOnly(Implementation on) {
        Primitives p = on.primitives();
        HybridKeyPair key = HybridKeyPair.fromSeed(p, Secret.owning(new byte[64]));
        HybridSignature signature = key.sign(p, LABEL, STATEMENT, NO_HEDGE);
        HybridPublicKey other = HybridKeyPair.generate(p, count -> {
                    byte[] bytes = new byte[count];
                    bytes[0] = 1;
                    return bytes;
                })
                .publicKey();

        assertThat(key.publicKey().verify(p, LABEL, STATEMENT, signature)).isTrue();
        assertThat(key.publicKey().verify(p, "Another label", STATEMENT, signature))
                .isFalse();
        assertThat(key.publicKey().verify(p, LABEL, Bytes.utf8("something else"), signature))
                .isFalse();
        assertThat(other.verify(p, LABEL, STATEMENT, signature)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void failsWhenEitherHalfFails(Implementation on) {
        Primitives p = on.primitives();
        HybridKeyPair key = HybridKeyPair.fromSeed(p, Secret.owning(new byte[64]));
        HybridSignature good = key.sign(p, LABEL, STATEMENT, NO_HEDGE);
        HybridSignature bad = key.sign(p, LABEL, Bytes.utf8("something else"), NO_HEDGE);

        assertThat(key.publicKey().verify(p, LABEL, STATEMENT, new HybridSignature(good.ed25519(), bad.mlDsa65())))
                .isFalse();
        assertThat(key.publicKey().verify(p, LABEL, STATEMENT, new HybridSignature(bad.ed25519(), good.mlDsa65())))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void oneHalfDoesNotHoldUnderAPairThatSharesOnlyThatHalf(Implementation on) {
        Primitives p = on.primitives();
        byte[] seed = new byte[64];
        HybridKeyPair key = HybridKeyPair.fromSeed(p, Secret.copyOf(seed));
        seed[63] = 1; // the same Ed25519 key beside another ML-DSA key
        HybridKeyPair sibling = HybridKeyPair.fromSeed(p, Secret.copyOf(seed));
        assertThat(sibling.publicKey().ed25519()).isEqualTo(key.publicKey().ed25519());

        Bytes borrowed = key.sign(p, LABEL, STATEMENT, NO_HEDGE).ed25519();
        Bytes own = sibling.sign(p, LABEL, STATEMENT, NO_HEDGE).mlDsa65();
        assertThat(sibling.publicKey().verify(p, LABEL, STATEMENT, new HybridSignature(borrowed, own)))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void bothHalvesSignTheDocumentedBytes(Implementation on) {
        Primitives p = on.primitives();
        HybridKeyPair key = HybridKeyPair.fromSeed(p, Secret.owning(new byte[64]));
        HybridPublicKey publicKey = key.publicKey();
        Bytes keyHash = p.hash(
                HashAlgorithm.SHA256,
                Bytes.concat(Bytes.utf8("WhodisHybridKey"), publicKey.ed25519(), publicKey.mlDsa65()));
        Bytes content = Bytes.concat(Bytes.fromHex("0e"), Bytes.utf8(LABEL), keyHash, Bytes.fromHex("0e"), STATEMENT);

        HybridSignature signature = key.sign(p, LABEL, STATEMENT, NO_HEDGE);
        assertThat(publicKey.keyHash(p)).isEqualTo(keyHash);
        assertThat(p.ed25519Verify(publicKey.ed25519(), content, signature.ed25519()))
                .isTrue();
        assertThat(p.mlDsa65Verify(publicKey.mlDsa65(), content, signature.mlDsa65()))
                .isTrue();
    }

    @Test
    void keysAndSignaturesSurviveTheWireAndNothingShorterDoes() throws DecodeException {
        Primitives p = Implementation.BOUNCY_CASTLE.primitives();
        HybridKeyPair key = HybridKeyPair.fromSeed(p, Secret.owning(new byte[64]));
        HybridSignature signature = key.sign(p, LABEL, STATEMENT, NO_HEDGE);
        WireWriter out = new WireWriter();
        key.publicKey().write(out);
        signature.write(out);
        Bytes wire = out.toBytes();
        assertThat(wire.length()).isEqualTo(HybridPublicKey.LENGTH + HybridSignature.LENGTH);

        WireReader in = new WireReader(wire);
        assertThat(HybridPublicKey.read(in)).isEqualTo(key.publicKey());
        assertThat(HybridSignature.read(in)).isEqualTo(signature);
        for (int length = 0; length < HybridPublicKey.LENGTH; length++) {
            Bytes cut = wire.slice(0, length);
            assertThatThrownBy(() -> HybridPublicKey.read(new WireReader(cut))).isInstanceOf(DecodeException.class);
        }
        for (int length = 0; length < HybridSignature.LENGTH; length++) {
            Bytes cut = wire.slice(0, length);
            assertThatThrownBy(() -> HybridSignature.read(new WireReader(cut))).isInstanceOf(DecodeException.class);
        }
    }

    @Test
    void neitherPrintsItsSeedNorSignsAfterErasure() {
        Primitives p = Implementation.BOUNCY_CASTLE.primitives();
        HybridKeyPair key = HybridKeyPair.fromSeed(p, Secret.owning(new byte[64]));
        assertThat(key.toString()).doesNotContain("00000000");
        assertThat(key.seed()).isEqualTo(Secret.owning(new byte[64]));
        key.erase();
        assertThatThrownBy(() -> key.sign(p, LABEL, STATEMENT, NO_HEDGE)).isInstanceOf(IllegalStateException.class);
    }
}
