package org.whodis.web.phone;

import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.bc.Argon2id;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;

/**
 * What one guess at a passphrase costs: Argon2id (RFC 9106) version 0x13 in one lane. Stored beside what it protects, so that
 * it can be raised without locking anybody out.
 *
 * <pre>
 *   struct { uint32 memory_kib; uint8 passes; } Argon2Cost;
 * </pre>
 */
record Argon2Cost(int memoryKib, int passes) {
    /** The second recommendation of RFC 9106 section 4 is 64 MiB and 3 passes. */
    static final Argon2Cost STANDARD = new Argon2Cost(64 * 1024, 3);

    /** A store that somebody changed may not make a page allocate more than this: 256 MiB. */
    private static final int MAX_MEMORY_KIB = 256 * 1024;

    /** And not compute for minutes. */
    private static final int MAX_PASSES = 16;

    private static final int MIN_MEMORY_KIB = 8;

    Argon2Cost {
        if (!inRange(memoryKib, passes)) {
            throw new IllegalArgumentException("Argon2 cost out of range");
        }
    }

    private static boolean inRange(long memoryKib, int passes) {
        return memoryKib >= MIN_MEMORY_KIB && memoryKib <= MAX_MEMORY_KIB && passes >= 1 && passes <= MAX_PASSES;
    }

    static Argon2Cost read(WireReader in) throws DecodeException {
        long memoryKib = in.uint32();
        int passes = in.uint8();
        if (!inRange(memoryKib, passes)) {
            throw new DecodeException("Argon2 cost out of range");
        }
        return new Argon2Cost((int) memoryKib, passes);
    }

    void write(WireWriter out) {
        out.uint32(memoryKib).uint8(passes);
    }

    /** The 32-byte key that {@code passphrase} and {@code salt} give. */
    Secret stretch(Secret passphrase, Bytes salt) {
        return Argon2id.key(passphrase, salt, memoryKib, passes);
    }
}
