package org.whodis.office.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeException;

/**
 * The office's signing key on disk, as three lines of text:
 *
 * <pre>
 *   whodis office key 1
 *   BASE64( seed[64] )
 *   BASE64( KeyHash[32] )
 * </pre>
 *
 * The last line is the public half's hash: a damaged file is told from another office's.
 */
public final class OfficeKeyFile {
    private static final String TITLE = "whodis office key 1";

    private OfficeKeyFile() {}

    public static HybridKeyPair create(DataFolder folder, Primitives primitives, RandomBytes random)
            throws IOException {
        return create(folder, folder.key(), primitives, random);
    }

    /** A key beside the present one, which is not used yet. */
    public static HybridKeyPair createNext(DataFolder folder, Primitives primitives, RandomBytes random)
            throws IOException {
        return create(folder, folder.nextKey(), primitives, random);
    }

    private static HybridKeyPair create(DataFolder folder, Path file, Primitives primitives, RandomBytes random)
            throws IOException {
        HybridKeyPair pair = HybridKeyPair.generate(primitives, random);
        byte[] seed = pair.seed().expose();
        String text = TITLE + "\n" + Base64.getEncoder().encodeToString(seed) + "\n"
                + Base64.getEncoder()
                        .encodeToString(pair.publicKey().keyHash(primitives).toArray())
                + "\n";
        Arrays.fill(seed, (byte) 0);
        folder.write(file, text.getBytes(StandardCharsets.US_ASCII));
        return pair;
    }

    public static HybridKeyPair read(DataFolder folder, Primitives primitives) throws IOException, OfficeException {
        if (!Files.exists(folder.key())) {
            throw new OfficeException("The office's key " + folder.key()
                    + " is missing. Restore it from a backup: with another key this would be another office, and"
                    + " everybody would have to enrol again.");
        }
        HybridKeyPair pair = parse(folder.read(folder.key()), primitives);
        if (pair == null) {
            throw damaged(folder);
        }
        return pair;
    }

    /** What {@link #createNext} wrote; null if it is not whole. */
    public static @Nullable HybridKeyPair readNext(DataFolder folder, Primitives primitives)
            throws IOException, OfficeException {
        return parse(folder.read(folder.nextKey()), primitives);
    }

    private static @Nullable HybridKeyPair parse(byte[] content, Primitives primitives) {
        String[] lines = new String(content, StandardCharsets.US_ASCII).split("\n");
        try {
            if (lines.length == 3 && lines[0].equals(TITLE)) {
                byte[] seed = decode(lines[1]);
                if (seed.length == HybridKeyPair.SEED_LENGTH) {
                    HybridKeyPair pair = HybridKeyPair.fromSeed(primitives, Secret.owning(seed));
                    Bytes written = Bytes.of(decode(lines[2]));
                    if (pair.publicKey().keyHash(primitives).equals(written)) {
                        return pair;
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            // Not base64: damaged like the rest.
            return null;
        }
        return null;
    }

    /** RFC 4648 section 3.5: the JDK's decoder does not look at the bits that the last character has to spare. */
    private static byte[] decode(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("not the canonical encoding");
        }
        return bytes;
    }

    private static OfficeException damaged(DataFolder folder) {
        return new OfficeException("The office's key " + folder.key()
                + " is damaged. Restore it from a backup: with another key this would be another office.");
    }
}
