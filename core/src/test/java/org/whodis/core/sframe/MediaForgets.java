package org.whodis.core.sframe;

import java.util.ArrayList;
import java.util.List;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.SecretWatch;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;

/**
 * A member's media through some epochs, in a world that tells of every secret; {@code ErasedSecretsTest} says how many there
 * may be at each step. Each key is two of them, the SFrame key and its salt.
 */
public final class MediaForgets {
    private static final Bytes CALL = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final long MS = 1_000_000L;

    private MediaForgets() {}

    /** What was done, and how many secrets there were then. */
    public static List<String> run() {
        List<String> out = new ArrayList<>();
        MediaEpochs media = new MediaEpochs(new JdkPrimitives(), CALL, 0);
        media.begin(TestEpoch.of(0, 0, 1, 2), 0);
        out.add("three members: " + SecretWatch.alive());
        media.begin(TestEpoch.of(1, 0, 1, 2, 3), 0);
        out.add("a fourth, and one's own key waits: " + SecretWatch.alive());
        media.seal(Bytes.EMPTY, 500 * MS);
        out.add("one's own key before is gone: " + SecretWatch.alive());
        media.poll(999 * MS);
        out.add("just before a second has passed: " + SecretWatch.alive());
        media.poll(1_000 * MS);
        out.add("a second later those of the epoch before are gone: " + SecretWatch.alive());
        media.begin(TestEpoch.of(2, 0, 1, 2, 3).removing(3), 2_000 * MS);
        out.add("somebody has the leaf of somebody removed: " + SecretWatch.alive());
        media.open(Bytes.EMPTY, 3_000 * MS);
        out.add("a frame comes a second later: " + SecretWatch.alive());
        for (int epoch = 3; epoch <= 8; epoch++) {
            media.begin(TestEpoch.of(epoch, 0, 1), 4_000 * MS);
        }
        out.add("six epochs at once: " + SecretWatch.alive());
        media.begin(TestEpoch.of(6 + 256, 0, 1), 4_000 * MS);
        out.add("one with the bits of the sixth: " + SecretWatch.alive());
        media.close();
        out.add("the end: " + SecretWatch.alive());
        media = new MediaEpochs(new JdkPrimitives(), CALL, 0);
        media.begin(TestEpoch.of(0, 0, 1), 0);
        media.begin(TestEpoch.of(1, 0, 1, 2), 0);
        media.begin(TestEpoch.of(2, 0, 1), 0);
        out.add("a removal overtakes the epoch that waits: " + SecretWatch.alive());
        media.begin(TestEpoch.of(3, 0, 1, 2), 0);
        media.begin(TestEpoch.of(4, 1, 2), 0);
        out.add("one only listens now: " + SecretWatch.alive());
        media.begin(TestEpoch.of(5, 0, 1, 2), 0);
        media.begin(TestEpoch.of(6, 0, 1, 2), 0);
        media.close();
        out.add("the end while an epoch waits: " + SecretWatch.alive());
        for (CipherSuite suite : CipherSuite.values()) {
            try (Secret baseKey = Secret.owning(new byte[32])) {
                new EncryptionKey(new JdkPrimitives(), suite, 1, baseKey).erase();
                new DecryptionKey(new JdkPrimitives(), suite, 2, baseKey).erase();
            }
        }
        out.add("keys of every suite, erased: " + SecretWatch.alive());
        return out;
    }
}
