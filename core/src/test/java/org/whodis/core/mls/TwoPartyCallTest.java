package org.whodis.core.mls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.wire.Bytes;

class TwoPartyCallTest {
    private static final long NOW = 1_800_000_000;

    static List<CipherSuite> suites() {
        List<CipherSuite> suites = new ArrayList<>(CipherSuite.values());
        suites.add(PrivateSuites.XWING_AES256GCM_SHA512_ED25519);
        return suites;
    }

    @ParameterizedTest
    @MethodSource("suites")
    void twoPartiesTalkAfterOneAddAndOneWelcome(CipherSuite suite) throws MlsException {
        for (Primitives primitives : TestGroups.allPrimitives()) {
            RandomBytes random = TestGroups.seeded(new Random(7));
            CredentialValidator everybody = (leaf, occasion) -> {};
            LeafKeys aliceKeys = LeafKeys.generate(primitives, suite, random);
            MlsGroup alice = MlsGroup.create(
                    primitives,
                    Bytes.utf8("call"),
                    aliceKeys,
                    Credential.basic(Bytes.utf8("alice")),
                    Lifetime.around(NOW, 3600),
                    everybody,
                    random);
            LeafKeys bobKeys = LeafKeys.generate(primitives, suite, random);
            KeyPackageBundle bob = KeyPackageBundle.create(
                    primitives, bobKeys, Credential.basic(Bytes.utf8("bob")), Lifetime.around(NOW, 3600), random);

            PendingCommit pending = alice.commit(
                    List.of(new Proposal.Add(KeyPackage.decode(bob.keyPackage().toBytes()))), random, NOW);
            alice = pending.next();
            MlsGroup bobGroup =
                    MlsGroup.join(primitives, Welcome.decode(pending.welcome().toBytes()), bob, everybody, NOW);

            assertThat(bobGroup.epochAuthenticator()).isEqualTo(alice.epochAuthenticator());
            assertThat(bobGroup.export("x", Bytes.EMPTY, 32)).isEqualTo(alice.export("x", Bytes.EMPTY, 32));
            assertThat(bobGroup.process(alice.protect(Bytes.utf8("hello"), Bytes.utf8("aad"), random), NOW))
                    .isEqualTo(new Processed.ApplicationData(0, Bytes.utf8("hello"), Bytes.utf8("aad")));
            PendingCommit update = bobGroup.commit(List.of(), random, NOW);
            Processed.NewEpoch next = (Processed.NewEpoch) alice.process(update.commitBytes(), NOW);
            assertThat(next.group().epochAuthenticator())
                    .isEqualTo(update.next().epochAuthenticator());
            assertThat(update.next().process(next.group().protect(Bytes.utf8("hi"), Bytes.EMPTY, random), NOW))
                    .isEqualTo(new Processed.ApplicationData(0, Bytes.utf8("hi"), Bytes.EMPTY));
        }
    }
}
