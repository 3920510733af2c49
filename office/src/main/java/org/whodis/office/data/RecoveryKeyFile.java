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
 *   recovery.hash   the KeyHash in hexadecimal, in the data folder; recovery.hash.next until the file is written
 * </pre>
 *
 * <p>A crash at any point leaves the next start with what it can go on from:
 *
 * <pre>
 *   1. recovery.hash.next is written, and synced         a crash: another key is made
 *   2. the file is written, and synced                   a crash in the middle: another key is made; nobody has heard of this one
 *   3. recovery.hash.next becomes recovery.hash          a crash before: the file is the key that was announced
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
        Bytes begun = hash(folder, folder.nextRecoveryHash());
        if (begun != null && Files.exists(file)) {
            if (isKeyOf(begun, file, primitives)) {
                folder.replace(folder.nextRecoveryHash(), folder.recoveryHash());
                return begun;
            }
            if (Files.size(file) == 0) {
                // Made by the start before, and not written yet: nothing is lost with it.
                Files.delete(file);
            }
        }
        HybridKeyPair pair = HybridKeyPair.generate(primitives, random);
        try {
            Bytes hash = pair.publicKey().keyHash(primitives);
            folder.write(folder.nextRecoveryHash(), (hash.hex() + "\n").getBytes(StandardCharsets.US_ASCII));
            create(file, pair, hash);
            folder.replace(folder.nextRecoveryHash(), folder.recoveryHash());
            return hash;
        } finally {
            pair.erase();
        }
    }

    private static boolean isKeyOf(Bytes hash, Path file, Primitives primitives) throws IOException {
        try {
            HybridKeyPair pair = readPrivate(file, primitives);
            boolean isIt = pair.publicKey().keyHash(primitives).equals(hash);
            pair.erase();
            return isIt;
        } catch (OfficeException noKey) {
            return false;
        }
    }

    /** The KeyHash as it was written at the beginning; null if there is none. */
    public static @Nullable Bytes hash(DataFolder folder) throws IOException, OfficeException {
        return hash(folder, folder.recoveryHash());
    }

    private static @Nullable Bytes hash(DataFolder folder, Path file) throws IOException, OfficeException {
        if (!Files.exists(file)) {
            return null;
        }
        String text = new String(folder.read(file), StandardCharsets.US_ASCII).strip();
        try {
            Bytes hash = Bytes.fromHex(text);
            if (hash.length() == 32) {
                return hash;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(file);
        }
        throw damaged(file);
    }

    /** Makes a key and writes its private half to {@code file}, which must not be there. */
    public static Bytes create(Path file, Primitives primitives, RandomBytes random)
            throws IOException, OfficeException {
        HybridKeyPair pair = HybridKeyPair.generate(primitives, random);
        try {
            Bytes hash = pair.publicKey().keyHash(primitives);
            create(file, pair, hash);
            return hash;
        } finally {
            pair.erase();
        }
    }

    private static void create(Path file, HybridKeyPair pair, Bytes hash) throws IOException, OfficeException {
        Secret seed = pair.seed();
        byte[] exposed = seed.expose();
        String text = TITLE + "\n" + Base64.getEncoder().encodeToString(exposed) + "\n"
                + Base64.getEncoder().encodeToString(hash.toArray()) + "\n";
        Arrays.fill(exposed, (byte) 0);
        seed.erase();
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
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            DataFolder.sync(directory);
        }
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

    private static OfficeException damaged(Path file) {
        return new OfficeException(
                "The file " + file + " is damaged. Restore it from a backup; other offices remember what was in it.");
    }
}
