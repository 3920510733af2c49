package org.whodis.office;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.federation.KeyRotation;
import org.whodis.core.identity.OfficeDescriptor;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;
import org.whodis.office.data.DataFolder;
import org.whodis.office.data.OfficeKeyFile;
import org.whodis.office.data.RecoveryKeyFile;
import org.whodis.office.store.OfficeStore;
import org.whodis.office.store.OfficeStore.Rotation;
import org.whodis.office.store.Store;

/**
 * Another key for an office (protocol section 8), so that a crash at any point leaves it with one of the two:
 *
 * <pre>
 *   1. the new key is written beside the old one, and synced           a crash: the old key; the new one is thrown away
 *   2. the statement and the new key's hash are committed, and synced  a crash: the new key, at the next start
 *   3. the new key's file takes the old one's place                    from here on the old key is gone
 *   4. the office shows the new key
 * </pre>
 *
 * <p>Nobody has heard of the new key before the second step, and nothing is signed with the old one after it.
 */
final class KeyChange {
    private final OfficeContext office;
    private final DataFolder folder;

    KeyChange(OfficeContext office, DataFolder folder) {
        this.office = office;
        this.folder = folder;
    }

    /** What has been committed and is not shown yet. */
    record Committed(HybridKeyPair next, Bytes recoveryKey, Rotation rotation) {}

    /** Of a start: brings the files to where the database is. */
    static HybridKeyPair finish(DataFolder folder, Primitives primitives, Bytes officeKey)
            throws IOException, OfficeException {
        if (Files.exists(folder.nextKey())) {
            HybridKeyPair next = OfficeKeyFile.readNext(folder, primitives);
            if (next != null && next.publicKey().keyHash(primitives).equals(officeKey)) {
                folder.replace(folder.nextKey(), folder.key());
                return next;
            }
            folder.delete(folder.nextKey());
        }
        return OfficeKeyFile.read(folder, primitives);
    }

    /** What the office says of its recovery key: what the last statement says, or else what was written at the beginning. */
    static Bytes recoveryKey(DataFolder folder, List<Rotation> rotations) throws IOException, OfficeException {
        if (rotations.isEmpty()) {
            Bytes hash = RecoveryKeyFile.hash(folder);
            return hash == null ? OfficeDescriptor.NO_RECOVERY_KEY : hash;
        }
        try {
            return KeyRotation.decode(rotations.getLast().signed().rotation()).newRecoveryKey();
        } catch (DecodeException e) {
            throw new IllegalStateException("a rotation that was never written", e);
        }
    }

    /**
     * Steps 1 and 2.
     *
     * @param recoveryFile with the private half of the recovery key; null if it is lost, then {@code newRecoveryFile} gets
     *     another one
     */
    Committed commit(@Nullable Path recoveryFile, @Nullable Path newRecoveryFile)
            throws OfficeException, InterruptedException {
        try {
            return recoveryFile != null ? agreed(recoveryFile) : commit(null, newRecoveryKey(newRecoveryFile));
        } catch (IOException e) {
            throw new OfficeException("The office keeps its key: " + e.getMessage(), e);
        }
    }

    /** Step 3; not needed for the change to count, since a start does the same. */
    void replaceFile() throws IOException {
        folder.replace(folder.nextKey(), folder.key());
    }

    private Committed agreed(Path recoveryFile) throws IOException, OfficeException, InterruptedException {
        HybridKeyPair recovery = RecoveryKeyFile.readPrivate(recoveryFile, office.primitives());
        try {
            Bytes hash = recovery.publicKey().keyHash(office.primitives());
            if (!hash.equals(office.keys().recoveryKey())) {
                throw new OfficeException(recoveryFile + " is not the recovery key that this office has told others of"
                        + " (its KeyHash is " + hash.hex() + ", not "
                        + office.keys().recoveryKey().hex()
                        + "). Nothing was changed.");
            }
            return commit(recovery, hash);
        } finally {
            recovery.erase();
        }
    }

    private Bytes newRecoveryKey(@Nullable Path file) throws IOException, OfficeException {
        if (file == null) {
            return OfficeDescriptor.NO_RECOVERY_KEY;
        }
        if (Files.exists(file)) {
            throw new OfficeException(
                    "There is a file " + file + " already. If it is this office's recovery key, that is"
                            + " not lost: give it with --recovery-key. If it is another office's, name another place with"
                            + " --new-recovery-key. Nothing was changed.");
        }
        return RecoveryKeyFile.create(file, office.primitives(), office.random());
    }

    private Committed commit(@Nullable HybridKeyPair recovery, Bytes newRecoveryKey)
            throws IOException, InterruptedException {
        HybridKeyPair old = office.key();
        HybridKeyPair next = OfficeKeyFile.createNext(folder, office.primitives(), office.random());
        KeyRotation said =
                new KeyRotation(office.domain(), office.officeKey(), next.publicKey(), newRecoveryKey, office.now());
        Rotation rotation = new Rotation(
                old.publicKey(),
                KeyRotation.Signed.sign(office.primitives(), office.random(), said, old, next, recovery));
        Bytes nextHash = next.publicKey().keyHash(office.primitives());
        office.store().transact((Store.Transaction transaction) -> {
            OfficeStore store = transaction.office();
            store.rotate(nextHash, rotation);
            // Their links name the key that was left, and a new device believes no other.
            transaction.invitations().prune(Long.MAX_VALUE);
            transaction.links().prune(Long.MAX_VALUE);
            return true;
        });
        return new Committed(next, newRecoveryKey, rotation);
    }
}
