package org.whodis.office.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeException;

/**
 * The office's recovery key, made once, which agrees to a later change of the office's key (protocol section 8). The file
 * with its private half is there to be moved away; the office itself needs only the KeyHash, in a file of its own, and tells
 * it to every office that it meets.
 *
 * <pre>
 *   recovery.key    whodis office recovery key 1
 *                   BASE64( seed[64] )
 *                   BASE64( KeyHash[32] )
 *   recovery.hash   the KeyHash in hexadecimal
 * </pre>
 */
public final class RecoveryKeyFile {
    private static final String TITLE = "whodis office recovery key 1";

    private RecoveryKeyFile() {}

    /** The KeyHash; makes the key if there has never been one. */
    public static Bytes ensure(DataFolder folder, Primitives primitives, RandomBytes random)
            throws IOException, OfficeException {
        if (Files.exists(folder.recoveryHash())) {
            return read(folder);
        }
        // A file of an interrupted start has never been told to anybody: it is replaced.
        HybridKeyPair pair = HybridKeyPair.generate(primitives, random);
        Bytes hash = pair.publicKey().keyHash(primitives);
        Secret seed = pair.seed();
        byte[] exposed = seed.expose();
        String text = TITLE + "\n" + Base64.getEncoder().encodeToString(exposed) + "\n"
                + Base64.getEncoder().encodeToString(hash.toArray()) + "\n";
        Arrays.fill(exposed, (byte) 0);
        seed.erase();
        pair.erase();
        folder.write(folder.recoveryKey(), text.getBytes(StandardCharsets.US_ASCII));
        folder.write(folder.recoveryHash(), (hash.hex() + "\n").getBytes(StandardCharsets.US_ASCII));
        return hash;
    }

    private static Bytes read(DataFolder folder) throws IOException, OfficeException {
        String text = new String(folder.read(folder.recoveryHash()), StandardCharsets.US_ASCII).strip();
        try {
            Bytes hash = Bytes.fromHex(text);
            if (hash.length() == 32) {
                return hash;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(folder);
        }
        throw damaged(folder);
    }

    private static OfficeException damaged(DataFolder folder) {
        return new OfficeException("The file " + folder.recoveryHash()
                + " is damaged. Restore it from a backup; other offices remember what was in it.");
    }
}
