package org.whodis.phone.keystore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;
import org.whodis.phone.keystore.KeystoreException.Reason;

/**
 * The folder of one phone, mode 0700, its files 0600, locked against a second process while it is open.
 *
 * <p>A write goes to a temporary file that is synced and renamed, and the folder is synced after it: whoever reads later
 * finds the old bytes or the new ones, whole.
 */
final class PhoneFolder implements AutoCloseable {
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    private static final String LOCK = "lock";
    private static final String TEMPORARY = ".new";

    private final Path path;
    private final boolean posix;
    private final FileChannel lockChannel;

    private PhoneFolder(Path path, boolean posix, FileChannel lockChannel) {
        this.path = path;
        this.posix = posix;
        this.lockChannel = lockChannel;
    }

    /** Opens and locks {@code path}; makes it if {@code create} says so. */
    static PhoneFolder open(Path path, boolean create) throws KeystoreException {
        boolean posix = isPosix(path);
        try {
            if (!Files.isDirectory(path)) {
                if (!create) {
                    throw new KeystoreException(Reason.MISSING, noPhone(path));
                }
                Files.createDirectories(path, mode(posix, FOLDER_MODE));
            }
            requireMode(path, posix, FOLDER_MODE, "700");
            return new PhoneFolder(path, posix, lock(path, posix));
        } catch (IOException e) {
            throw disk("open " + path, e);
        }
    }

    static String noPhone(Path path) {
        return "There is no phone in " + path
                + " yet. Ask your office's operator for an invitation and run: whodis phone enrol LINK";
    }

    /** The bytes of {@code name}, or null where there is no such file. */
    @Nullable
    Bytes read(String name, int limit) throws KeystoreException {
        Path file = path.resolve(name);
        try {
            requireMode(file, posix, FILE_MODE, "600");
            if (Files.size(file) > limit) {
                throw new KeystoreException(Reason.DAMAGED, file + " is larger than any that Whodis writes.");
            }
            return Bytes.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw disk("read " + file, e);
        }
    }

    /** Replaces {@code name} by {@code content}; on return it is on the disk. */
    void write(String name, Bytes content) throws KeystoreException {
        Path file = path.resolve(name);
        Path temporary = path.resolve(name + TEMPORARY);
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel out = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    mode(posix, FILE_MODE))) {
                ByteBuffer bytes = ByteBuffer.wrap(content.toArray());
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            move(temporary, file);
            syncFolder();
        } catch (IOException e) {
            throw disk("write " + file, e);
        }
    }

    boolean has(String name) {
        return Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException ignored) {
            // Nothing was written through this channel: it only carries the lock, which goes with the process.
        }
    }

    private static FileChannel lock(Path folder, boolean posix) throws IOException, KeystoreException {
        FileChannel channel = FileChannel.open(
                folder.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                mode(posix, FILE_MODE));
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this very process: as much in use as if it were another.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new KeystoreException(
                    Reason.IN_USE,
                    "Another Whodis phone is running with " + folder
                            + ". Stop it first, or give this one a folder of its own in WHODIS_PHONE_HOME.");
        }
        return channel;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("this file system cannot replace a file in one step", e);
        }
    }

    private void syncFolder() throws IOException {
        if (posix) {
            try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private static void requireMode(Path file, boolean posix, Set<PosixFilePermission> allowed, String octal)
            throws IOException, KeystoreException {
        if (!posix) {
            return;
        }
        Set<PosixFilePermission> actual = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (!allowed.containsAll(actual)) {
            throw new KeystoreException(
                    Reason.UNSAFE_MODES,
                    file + " can be reached by other users of this machine (" + PosixFilePermissions.toString(actual)
                            + "). If nobody did, close it with: chmod " + octal + " " + file);
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] mode(boolean posix, Set<PosixFilePermission> permissions) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static KeystoreException disk(String what, IOException e) {
        return new KeystoreException(
                Reason.DISK,
                "Could not " + what + ": " + describe(e) + ". Free space or repair the disk, then try again.",
                e);
    }

    /** {@link IOException}s of the file system often carry the path alone as their message. */
    private static String describe(IOException e) {
        Map<String, String> names =
                Map.of("AccessDeniedException", "access denied", "FileSystemException", "the file system refused");
        String kind = e.getClass().getSimpleName();
        return names.getOrDefault(kind, kind) + " (" + e.getMessage() + ")";
    }
}
