package org.whodis.office.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.whodis.office.OfficeException;

/**
 * One folder with everything an office has:
 *
 * <pre>
 *   office.key      the office's signing key
 *   office.key.next   while it is being changed: the one after it
 *   recovery.hash   the KeyHash of the recovery key, which is kept elsewhere
 *   office.db       people, invitations, calls, envelopes (SQLite; -wal and -shm beside it)
 *   tls.key, tls.crt  the self-made certificate, if no other was given
 *   metrics.token   who shows it may read the metrics from another machine
 *   office.lock     held by the running office
 *   admin.sock      where the command line talks to the running office
 * </pre>
 *
 * <p>The folder is its owner's alone (0700, files 0600); an office does not start on one that others can read. One process
 * holds it at a time.
 */
public final class DataFolder implements AutoCloseable {
    private static final String KEY = "office.key";
    private static final String DATABASE = "office.db";
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final FileChannel lockFile;
    private final boolean isNew;

    private DataFolder(Path path, FileChannel lockFile, boolean isNew) {
        this.path = path;
        this.lockFile = lockFile;
        this.isNew = isNew;
    }

    /**
     * Takes the folder. One that is missing or empty becomes a new office's; one that has some of an office's files and not
     * the others is damaged and refused.
     */
    public static DataFolder open(Path folder) throws OfficeException {
        Path path = folder.toAbsolutePath().normalize();
        try {
            if (!Files.exists(path)) {
                Files.createDirectories(path.getParent() == null ? path : path.getParent());
                Files.createDirectory(path, attributes(path, FOLDER_MODE));
            }
            if (!Files.isDirectory(path)) {
                throw new OfficeException(path + " is not a folder. Name another one with --data.");
            }
            requireMode(path, FOLDER_MODE);
            FileChannel lock = lock(path);
            try {
                return new DataFolder(path, lock, requireWhole(path));
            } catch (OfficeException | IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /** Whether there is no office in it yet. */
    public boolean isNew() {
        return isNew;
    }

    public Path path() {
        return path;
    }

    public Path database() {
        return path.resolve(DATABASE);
    }

    public Path key() {
        return path.resolve(KEY);
    }

    /** While the key is being changed. */
    public Path nextKey() {
        return path.resolve("office.key.next");
    }

    public Path recoveryHash() {
        return path.resolve("recovery.hash");
    }

    /** While the recovery key is being made. */
    public Path nextRecoveryHash() {
        return path.resolve("recovery.hash.next");
    }

    public Path tlsKey() {
        return path.resolve("tls.key");
    }

    public Path tlsCertificate() {
        return path.resolve("tls.crt");
    }

    public Path metricsToken() {
        return path.resolve("metrics.token");
    }

    public Path adminSocket() {
        return adminSocket(path);
    }

    /** Where the office that runs on {@code folder} can be talked to. */
    public static Path adminSocket(Path folder) {
        return folder.toAbsolutePath().normalize().resolve("admin.sock");
    }

    /** A file of this folder, after a look at its mode. */
    public byte[] read(Path file) throws IOException, OfficeException {
        requireMode(file, FILE_MODE);
        return Files.readAllBytes(file);
    }

    /** Puts {@code content} in place whole: after a crash there is the old file or the new one. */
    public void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, attributes(path, FILE_MODE));
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        syncFolder();
    }

    /** Puts {@code from} in the place of {@code to}: after a crash there is the old file or the new one. */
    public void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncFolder();
    }

    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        syncFolder();
    }

    /** Makes an empty file that only its owner can read, for a library that would make it with other modes. */
    public void createPrivately(Path file) throws IOException {
        try {
            Files.createFile(file, attributes(path, FILE_MODE));
        } catch (FileAlreadyExistsException e) {
            // It is there, and its mode was looked at when the folder was taken.
            return;
        }
    }

    /** Lets the folder go. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
            return;
        }
    }

    private void syncFolder() throws IOException {
        sync(path);
    }

    /** What was made and renamed in {@code directory} survives the death of the machine. */
    static void sync(Path directory) throws IOException {
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static FileChannel lock(Path path) throws IOException, OfficeException {
        Path file = path.resolve("office.lock");
        if (!Files.exists(file)) {
            try {
                Files.createFile(file, attributes(path, FILE_MODE));
            } catch (FileAlreadyExistsException e) {
                // Another process was as quick; the lock decides.
                return lock(path);
            }
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new OfficeException("Another office is running on " + path
                    + ". Talk to it with `whodis office status --data " + path + "`, or stop it first.");
        }
        return channel;
    }

    /** Returns whether the folder is new. */
    private static boolean requireWhole(Path path) throws IOException, OfficeException {
        boolean hasKey = Files.exists(path.resolve(KEY));
        boolean hasDatabase = Files.exists(path.resolve(DATABASE));
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    requireMode(file, FILE_MODE);
                }
            }
        }
        // The database is made before the key: a start that was interrupted leaves no key alone.
        if (hasKey && !hasDatabase) {
            throw new OfficeException("The database " + path.resolve(DATABASE)
                    + " is missing, but the office's key is there. Restore the whole folder from a backup. To begin again"
                    + " without anybody enrolled, move the folder away and run `whodis office init`.");
        }
        return !hasDatabase;
    }

    private static void requireMode(Path file, Set<PosixFilePermission> allowed) throws IOException, OfficeException {
        if (!isPosix(file)) {
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (!allowed.containsAll(mode)) {
            throw new OfficeException("Others can read or change " + file + " (mode "
                    + PosixFilePermissions.toString(mode) + "). Keys lie in that folder: run `chmod -R go= "
                    + (Files.isDirectory(file) ? file : file.getParent())
                    + "`, and ask yourself who could have read it.");
        }
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> mode) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static OfficeException unusable(Path path, IOException cause) {
        return new OfficeException(
                "The data folder " + path + " cannot be used: " + cause.getMessage()
                        + ". Check who owns it and whether the disk is full, or name another one with --data.",
                cause);
    }
}
