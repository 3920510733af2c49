package org.whodis.core.crypto.bc;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;

/** Argon2id (RFC 9106) version 0x13: keys of what people type. */
public final class Argon2id {
    private static final int KEY_LENGTH = 32;

    private Argon2id() {}

    /**
     * A key of 32 bytes, computed in one lane (Bouncy Castle computes lanes one after the other).
     *
     * @param memoryKib how much memory a guess takes, in kibibytes, 8 at least
     */
    public static Secret key(Secret passphrase, Bytes salt, int memoryKib, int passes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(1)
                .withSalt(salt.toArray())
                .build());
        byte[] password = passphrase.expose();
        byte[] key = new byte[KEY_LENGTH];
        try {
            generator.generateBytes(password, key);
            return Secret.owning(key);
        } finally {
            java.util.Arrays.fill(password, (byte) 0);
        }
    }
}
