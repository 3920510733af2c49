package org.whodis.office.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
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
 * The office's recovery key, made once, which agrees to a later change of the office's key (protocol section 8). Its private
 * half is never in the data folder, which is copied to backups; the office itself needs only the KeyHash, and tells it to
 * everybody whom it meets.
 *
 * <pre>
 *   any file        whodis office recovery key 1
 *                   BASE64( seed[64] )
 *                   BASE64( KeyHash[32] )
 *   recovery.hash   the KeyHash in hexadecimal, in the data folder
 * </pre>
 */
public final class RecoveryKeyFile {
    private static final String TITLE = "whodis office recovery key 1";

    private RecoveryKeyFile() {}

    /** Where the key of the office in {@code folder} goes if nobody says where: beside the folder. */
    public static Path beside(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        Path name = path.getFileName();
        return path.resolveSibling((name == null ? "office" : name) + "-recovery.key");
    }

    /**
     * The KeyHash; makes the key if there has never been one.
     *
     * @param file for the private half; null: none is made
     */
    public static @Nullable Bytes ensure(
            DataFolder folder, @Nullable Path file, Primitives primitives, RandomBytes random)
            throws IOException, OfficeException {
        Bytes known = hash(folder);
        if (known != null || file == null) {
            return known;
        }
        Bytes hash = create(file, primitives, random);
        folder.write(folder.recoveryHash(), (hash.hex() + "\n").getBytes(StandardCharsets.US_ASCII));
        return hash;
    }

    /** The KeyHash as it was written at the beginning; null if there is none. */
    public static @Nullable Bytes hash(DataFolder folder) throws IOException, OfficeException {
        if (!Files.exists(folder.recoveryHash())) {
            return null;
        }
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

    /** Makes a key and writes its private half to {@code file}, which must not be there. */
    public static Bytes create(Path file, Primitives primitives, RandomBytes random)
            throws IOException, OfficeException {
        HybridKeyPair pair = HybridKeyPair.generate(primitives, random);
        Bytes hash = pair.publicKey().keyHash(primitives);
        Secret seed = pair.seed();
        byte[] exposed = seed.expose();
        String text = TITLE + "\n" + Base64.getEncoder().encodeToString(exposed) + "\n"
                + Base64.getEncoder().encodeToString(hash.toArray()) + "\n";
        Arrays.fill(exposed, (byte) 0);
        seed.erase();
        pair.erase();
        try {
            Files.createFile(file, ownerAlone(file));
        } catch (FileAlreadyExistsException e) {
            throw new OfficeException(
                    "There is a file " + file + " already. If it is the recovery key of another office, it must not be"
                            + " lost: name another place with `whodis office init --recovery-key FILE`.",
                    e);
        } catch (IOException e) {
            throw new OfficeException(
                    "The recovery key cannot be written to " + file + " (" + e.getMessage()
                            + "). Name another place, best on a medium that you can take away.",
                    e);
        }
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        }
        return hash;
    }

    /** The key itself, from wherever it was kept. */
    public static HybridKeyPair readPrivate(Path file, Primitives primitives) throws IOException, OfficeException {
        String[] lines;
        try {
            lines = Files.readString(file, StandardCharsets.US_ASCII).split("\n");
        } catch (NoSuchFileException e) {
            throw new OfficeException("There is no file " + file + ".", e);
        }
        try {
            if (lines.length == 3 && lines[0].equals(TITLE)) {
                byte[] seed = Base64.getDecoder().decode(lines[1]);
                Bytes written = Bytes.of(Base64.getDecoder().decode(lines[2]));
                if (seed.length == HybridKeyPair.SEED_LENGTH) {
                    HybridKeyPair pair = HybridKeyPair.fromSeed(primitives, Secret.owning(seed));
                    if (pair.publicKey().keyHash(primitives).equals(written)) {
                        return pair;
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw noRecoveryKey(file);
        }
        throw noRecoveryKey(file);
    }

    private static FileAttribute<?>[] ownerAlone(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static OfficeException noRecoveryKey(Path file) {
        return new OfficeException(file + " is not the recovery key of an office, or is damaged.");
    }

    private static OfficeException damaged(DataFolder folder) {
        return new OfficeException("The file " + folder.recoveryHash()
                + " is damaged. Restore it from a backup; other offices remember what was in it.");
    }
}
