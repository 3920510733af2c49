package org.whodis.verify.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Random;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.core.mls.CipherSuite;
import org.whodis.core.mls.Credential;
import org.whodis.core.mls.CredentialValidator;
import org.whodis.core.mls.KeyPackage;
import org.whodis.core.mls.KeyPackageBundle;
import org.whodis.core.mls.LeafKeys;
import org.whodis.core.mls.Lifetime;
import org.whodis.core.mls.MlsException;
import org.whodis.core.mls.MlsGroup;
import org.whodis.core.mls.MlsMessage;
import org.whodis.core.mls.PendingCommit;
import org.whodis.core.mls.Processed;
import org.whodis.core.mls.Proposal;
import org.whodis.core.mls.Welcome;
import org.whodis.core.wire.Bytes;

/**
 * Bytes where MLS messages are expected. Nothing but {@link MlsException} may come out of a refusal, what decodes encodes to
 * the same bytes, and a member that refused goes on.
 */
class MlsFuzzTest {
    static final long NOW = 1_800_000_000;
    private static final Primitives PRIMITIVES = new BcPrimitives();
    private static final CipherSuite SUITE = CipherSuite.MLS_128_DHKEMX25519_AES128GCM_SHA256_ED25519;
    private static final CredentialValidator EVERYBODY = (leaf, occasion) -> {};

    /** A call of two that a seed repeats, so that recorded messages of it stay valid. */
    static final class Call {
        final RandomBytes random = seeded(new Random(9420));
        final KeyPackageBundle bob = bundle("bob");
        final PendingCommit added;
        final MlsGroup alice;

        Call() throws MlsException {
            LeafKeys keys = LeafKeys.generate(PRIMITIVES, SUITE, random);
            MlsGroup alone = MlsGroup.create(
                    PRIMITIVES,
                    Bytes.utf8("call"),
                    keys,
                    Credential.basic(Bytes.utf8("alice")),
                    Lifetime.around(NOW, 3600),
                    EVERYBODY,
                    random);
            added = alone.commit(List.of(new Proposal.Add(bob.keyPackage())), random, NOW);
            alice = added.next();
        }

        KeyPackageBundle bundle(String name) {
            LeafKeys keys = LeafKeys.generate(PRIMITIVES, SUITE, random);
            return KeyPackageBundle.create(
                    PRIMITIVES, keys, Credential.basic(Bytes.utf8(name)), Lifetime.around(NOW, 3600), random);
        }

        Bytes welcome() {
            Welcome welcome = added.welcome();
            if (welcome == null) {
                throw new IllegalStateException("nobody was added");
            }
            return welcome.toBytes();
        }

        MlsGroup join(Bytes welcome) throws MlsException {
            return MlsGroup.join(PRIMITIVES, Welcome.decode(welcome), bob, EVERYBODY, NOW);
        }

        private static RandomBytes seeded(Random random) {
            return count -> {
                byte[] out = new byte[count];
                random.nextBytes(out);
                return out;
            };
        }
    }

    @FuzzTest(maxDuration = "1m")
    void messagesDecodeOrAreRefused(byte[] data) {
        try {
            Bytes encoded = MlsMessage.decode(Bytes.of(data)).encode();
            require(encoded.equals(Bytes.of(data)), "not the bytes it came from");
        } catch (MlsException refused) {
            // The one exception that input may cause.
        }
    }

    @FuzzTest(maxDuration = "1m")
    void aMemberProcessesOrRefusesAndGoesOn(byte[] data) throws MlsException {
        Call call = new Call();
        MlsGroup bob = call.join(call.welcome());
        try {
            bob.process(Bytes.of(data), NOW);
        } catch (MlsException refused) {
            // The one exception that input may cause.
        }
        Bytes hello = call.alice.protect(Bytes.utf8("hello"), Bytes.EMPTY, call.random);
        Bytes again = call.alice.protect(Bytes.utf8("hello"), Bytes.EMPTY, call.random);
        // The fuzzer may have been handed the first of the two by its corpus.
        require(!hello.equals(again), "two messages under one key");
        require(bob.process(again, NOW) instanceof Processed.ApplicationData, "the group is out of use");
    }

    @FuzzTest(maxDuration = "1m")
    void aNewcomerJoinsOrRefuses(byte[] data) throws MlsException {
        Call call = new Call();
        try {
            MlsGroup joined = call.join(Bytes.of(data));
            require(joined.epochAuthenticator().equals(call.alice.epochAuthenticator()), "joined another group");
        } catch (MlsException refused) {
            // The one exception that input may cause.
        }
        require(call.join(call.welcome()).epoch() == call.alice.epoch(), "the key package is out of use");
    }

    @FuzzTest(maxDuration = "1m")
    void aKeyPackageIsAddedOrRefused(byte[] data) throws MlsException {
        Call call = new Call();
        try {
            KeyPackage keyPackage = KeyPackage.decode(Bytes.of(data));
            require(keyPackage.toBytes().equals(Bytes.of(data)), "not the bytes it came from");
            call.alice.commit(List.of(new Proposal.Add(keyPackage)), call.random, NOW);
        } catch (MlsException refused) {
            // The one exception that input may cause.
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
