package org.whodis.phone.keystore;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.phone.keystore.KeystoreException.Reason;

/**
 * A phone's keystore: an encrypted body in a folder that this process has locked. Thread-safe; calls block on the disk,
 * and {@link #create} and {@link #open} compute for about a third of a second under a passphrase.
 */
public final class Keystore implements AutoCloseable {
    private static final String FILE = "keystore";
    private static final String KEY_FILE = "keyfile";

    /** Header, salt and checksum around the body, generously. */
    private static final int MAX_OVERHEAD = 4096;

    private final PhoneFolder folder;
    private final SealedFile sealedFile;
    private final SealedFile.Header header;
    private final RandomBytes random;
    private Secret body;

    private Keystore(
            PhoneFolder folder, SealedFile sealedFile, SealedFile.Header header, Secret body, RandomBytes random) {
        this.folder = folder;
        this.sealedFile = sealedFile;
        this.header = header;
        this.body = body;
        this.random = random;
    }

    /** {@code $WHODIS_PHONE_HOME}, or {@code ~/.whodis/phone}. */
    public static Path defaultFolder() {
        String configured = System.getenv("WHODIS_PHONE_HOME");
        return configured != null && !configured.isBlank()
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home"), ".whodis", "phone");
    }

    /** Whether there is a keystore in {@code path}. */
    public static boolean exists(Path path) {
        return Files.exists(path.resolve(FILE));
    }

    /** Whether the keystore in {@code path} needs a passphrase to open (and not a key file). */
    public static boolean needsPassphrase(Path path, Primitives primitives) throws KeystoreException {
        try (PhoneFolder folder = PhoneFolder.open(path, false)) {
            return new SealedFile(primitives).needsPassphrase(require(folder, path));
        }
    }

    /** Makes a keystore with {@code body} in it. */
    public static Keystore create(
            Path path, Protection protection, Secret body, Primitives primitives, RandomBytes random)
            throws KeystoreException {
        return create(path, protection, Argon2Cost.STANDARD, body, primitives, random);
    }

    static Keystore create(
            Path path, Protection protection, Argon2Cost cost, Secret body, Primitives primitives, RandomBytes random)
            throws KeystoreException {
        PhoneFolder folder = PhoneFolder.open(path, true);
        boolean made = false;
        try {
            if (folder.has(FILE)) {
                throw new KeystoreException(
                        Reason.ALREADY_THERE,
                        "There is a phone in " + path
                                + " already. Use it, or choose another folder in WHODIS_PHONE_HOME.");
            }
            SealedFile sealedFile = new SealedFile(primitives);
            SealedFile.Header header = switch (protection) {
                case Protection.Passphrase passphrase -> sealedFile.newHeader(passphrase.utf8(), cost, random);
                case Protection.KeyFile() -> sealedFile.newKeyFileHeader(newKeyFile(folder, random), random);
            };
            Keystore keystore = new Keystore(folder, sealedFile, header, body, random);
            keystore.write(body);
            made = true;
            return keystore;
        } finally {
            if (!made) {
                folder.close();
            }
        }
    }

    /**
     * Opens the keystore in {@code path}.
     *
     * @param passphrase null where the keystore has a key file
     */
    public static Keystore open(
            Path path, Protection.@Nullable Passphrase passphrase, Primitives primitives, RandomBytes random)
            throws KeystoreException {
        PhoneFolder folder = PhoneFolder.open(path, false);
        boolean opened = false;
        try {
            Bytes file = require(folder, path);
            SealedFile sealedFile = new SealedFile(primitives);
            Secret secret = sealedFile.needsPassphrase(file) ? given(passphrase) : keyFile(folder, path);
            SealedFile.Opened content = sealedFile.open(file, secret);
            opened = true;
            return new Keystore(folder, sealedFile, content.header(), content.body(), random);
        } finally {
            if (!opened) {
                folder.close();
            }
        }
    }

    /** What was last written. */
    public synchronized Secret body() {
        return body;
    }

    /** Replaces the body; on return it is on the disk, and a crash at any time leaves the old or the new one. */
    public synchronized void write(Secret newBody) throws KeystoreException {
        folder.write(FILE, sealedFile.seal(header, newBody, random));
        body = newBody;
    }

    /** Whether a passphrase protects it. */
    public boolean hasPassphrase() {
        return header.hasPassphrase();
    }

    /** Unlocks the folder and forgets the keys. */
    @Override
    public synchronized void close() {
        header.dataKey().erase();
        folder.close();
    }

    private static Bytes require(PhoneFolder folder, Path path) throws KeystoreException {
        Bytes file = folder.read(FILE, SealedFile.MAX_BODY + MAX_OVERHEAD);
        if (file == null) {
            throw new KeystoreException(Reason.MISSING, PhoneFolder.noPhone(path));
        }
        return file;
    }

    private static Secret given(Protection.@Nullable Passphrase passphrase) throws KeystoreException {
        if (passphrase == null) {
            throw new KeystoreException(
                    Reason.WRONG_PASSPHRASE,
                    "This keystore has a passphrase. Type it when asked, or give it in the file that --passphrase-file names.");
        }
        return passphrase.utf8();
    }

    private static Secret newKeyFile(PhoneFolder folder, RandomBytes random) throws KeystoreException {
        byte[] key = random.next(SealedFile.KEY_LENGTH);
        folder.write(KEY_FILE, Bytes.of(key));
        return Secret.owning(key);
    }

    private static Secret keyFile(PhoneFolder folder, Path path) throws KeystoreException {
        Bytes key = folder.read(KEY_FILE, SealedFile.KEY_LENGTH);
        if (key == null || key.length() != SealedFile.KEY_LENGTH) {
            throw new KeystoreException(
                    Reason.WRONG_PASSPHRASE,
                    "This keystore was made without a passphrase, and its key file " + path.resolve(KEY_FILE)
                            + " is missing or damaged. Put it back from a backup, or enrol this phone anew.");
        }
        return Secret.owning(key.toArray());
    }
}
