package org.whodis.phone.keystore;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What one guess at a passphrase costs: Argon2id (RFC 9106) version 0x13. Stored in the file, so that it can be raised
 * without locking anybody out.
 *
 * <pre>
 *   struct { uint32 memory_kib; uint8 passes; uint8 lanes; } Argon2Cost;
 * </pre>
 */
record Argon2Cost(int memoryKib, int passes, int lanes) {
    /**
     * The second recommendation of RFC 9106 section 4 (64 MiB, 3 passes) in one lane, because Bouncy Castle computes
     * lanes one after the other: it took 0.21 to 0.25 s on the machine of {@code docs/benchmarks.md}.
     */
    static final Argon2Cost STANDARD = new Argon2Cost(64 * 1024, 3, 1);

    /** A file may not make a phone allocate more than this: 1 GiB. */
    private static final int MAX_MEMORY_KIB = 1024 * 1024;

    /** A file may not make a phone compute for hours. */
    private static final int MAX_PASSES = 64;

    private static final int MAX_LANES = 16;

    Argon2Cost {
        if (!inRange(memoryKib, passes, lanes)) {
            throw new IllegalArgumentException("Argon2 cost out of range");
        }
    }

    /** RFC 9106 section 3.1: "Memory size m MUST be an integer number of kibibytes from 8*p". */
    private static boolean inRange(long memoryKib, int passes, int lanes) {
        return lanes >= 1
                && lanes <= MAX_LANES
                && passes >= 1
                && passes <= MAX_PASSES
                && memoryKib >= 8L * lanes
                && memoryKib <= MAX_MEMORY_KIB;
    }

    static Argon2Cost read(WireReader in) throws DecodeException {
        long memoryKib = in.uint32();
        int passes = in.uint8();
        int lanes = in.uint8();
        if (!inRange(memoryKib, passes, lanes)) {
            throw new DecodeException("Argon2 cost out of range");
        }
        return new Argon2Cost((int) memoryKib, passes, lanes);
    }

    void write(WireWriter out) {
        out.uint32(memoryKib).uint8(passes).uint8(lanes);
    }

    /** The 32-byte key that {@code passphrase} and {@code salt} give. */
    Secret stretch(Secret passphrase, Bytes salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt.toArray())
                .build());
        byte[] password = passphrase.expose();
        byte[] key = new byte[SealedFile.KEY_LENGTH];
        try {
            generator.generateBytes(password, key);
            return Secret.owning(key);
        } finally {
            java.util.Arrays.fill(password, (byte) 0);
        }
    }
}
