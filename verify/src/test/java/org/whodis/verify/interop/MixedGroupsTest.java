package org.whodis.verify.interop;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whodis.core.crypto.AeadAlgorithm;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.HpkeKdf;
import org.whodis.core.crypto.HpkeKem;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.mls.CipherSuite;
import org.whodis.verify.interop.MixedHistory.Feature;
import org.whodis.verify.interop.MixedHistory.Maker;

/**
 * Random histories of groups with members of Whodis, of Bouncy Castle's bcmls and of ts-mls. Groups stay at three members:
 * both libraries go wrong in larger trees (docs/mls-interop.md, {@code BouncyCastleDeviationsTest},
 * {@code TsMlsDeviationsTest}).
 */
class MixedGroupsTest {
    private static final int MOST = 3;
    private static final Set<Feature> ALL = EnumSet.allOf(Feature.class);
    private static final CipherSuite SUITE_1 = CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519;
    private static final CipherSuite SUITE_3 = CipherSuite.MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_ED25519;
    private static final String TS_SUITE_1 = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

    private static @Nullable TsMls tsMls;

    private final RandomBytes random = seeded(new Random(1984));

    static RandomBytes seeded(Random random) {
        return count -> {
            byte[] out = new byte[count];
            random.nextBytes(out);
            return out;
        };
    }

    private static TsMls tsMls() throws Exception {
        if (tsMls == null) {
            tsMls = TsMls.start();
        }
        return tsMls;
    }

    @AfterAll
    static void end() throws Exception {
        if (tsMls != null) {
            tsMls.close();
        }
    }

    private Maker jdk(CipherSuite suite) {
        return name -> new OurPeer(name + " (Whodis, JDK)", new JdkPrimitives(), suite, random);
    }

    private Maker bc(CipherSuite suite) {
        return name -> new OurPeer(name + " (Whodis, BC)", new BcPrimitives(), suite, random);
    }

    private Maker bouncyCastle(CipherSuite suite) {
        return name -> new BouncyCastlePeer(name + " (bcmls)", suite, random);
    }

    private static Maker ts(String suite) throws Exception {
        TsMls library = tsMls();
        return name -> library.member(name + " (ts-mls)", suite);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void withBouncyCastle(long seed) throws Exception {
        for (CipherSuite suite : List.of(SUITE_1, SUITE_3)) {
            new MixedHistory(seed, 32, MOST, ALL, List.of(jdk(suite), bouncyCastle(suite), bc(suite))).run(25);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void withTsMls(long seed) throws Exception {
        new MixedHistory(seed, 32, MOST, ALL, List.of(jdk(SUITE_1), ts(TS_SUITE_1), bc(SUITE_1))).run(25);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void allThreeTogether(long seed) throws Exception {
        List<Maker> makers = List.of(jdk(SUITE_1), ts(TS_SUITE_1), bouncyCastle(SUITE_1));
        new MixedHistory(seed, 32, MOST, ALL, makers).run(25);
    }

    @Test
    void withTsMlsOnXWing() throws Exception {
        String name = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
        CipherSuite suite = CipherSuite.forTests(
                name,
                83,
                HashAlgorithm.SHA512,
                HpkeKem.X_WING_OF_ITS_DRAFT,
                HpkeKdf.HKDF_SHA512,
                AeadAlgorithm.AES_256_GCM);
        new MixedHistory(83, 64, MOST, ALL, List.of(jdk(suite), ts(name), bc(suite))).run(25);
    }

    @Test
    void withTsMlsOnXWingWithChaCha20() throws Exception {
        String name = "MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519";
        CipherSuite suite = CipherSuite.forTests(
                name,
                84,
                HashAlgorithm.SHA512,
                HpkeKem.X_WING_OF_ITS_DRAFT,
                HpkeKdf.HKDF_SHA512,
                AeadAlgorithm.CHACHA20_POLY1305);
        new MixedHistory(84, 64, MOST, ALL, List.of(jdk(suite), ts(name), bc(suite))).run(25);
    }
}
