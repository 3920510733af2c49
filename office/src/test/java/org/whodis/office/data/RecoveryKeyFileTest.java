package org.whodis.office.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.HybridKeyPair;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeException;
import org.whodis.office.testkit.TestDevice;

class RecoveryKeyFileTest {
    @TempDir
    Path temporary;

    private Path file;

    @BeforeEach
    void besideTheDataFolder() {
        file = RecoveryKeyFile.beside(temporary.resolve("office"));
    }

    @Test
    void theKeyIsMadeOnceAndItsHashStaysWhenItIsMovedAway() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            Bytes hash = ensure(folder);
            HybridKeyPair made = RecoveryKeyFile.readPrivate(file, TestDevice.PRIMITIVES);
            assertThat(made.publicKey().keyHash(TestDevice.PRIMITIVES)).isEqualTo(hash);
            Files.delete(file);
            assertThat(ensure(folder)).isEqualTo(hash);
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void theDataFolderThatGoesToBackupsHoldsTheHashAlone() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            Bytes hash = ensure(folder);
            try (Stream<Path> files = Files.list(folder.path())) {
                assertThat(files.map(each -> each.getFileName().toString()))
                        .containsExactlyInAnyOrder("recovery.hash", "office.lock");
            }
            assertThat(Files.readString(folder.recoveryHash())).isEqualTo(hash.hex() + "\n");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatIsThereIsNeverWrittenOver() throws Exception {
        Files.writeString(file, "somebody's");
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            assertThatThrownBy(() -> ensure(folder))
                    .isInstanceOf(OfficeException.class)
                    .hasMessageContaining("--recovery-key");
        }
        assertThat(Files.readString(file)).isEqualTo("somebody's");
    }

    @Test
    void aStartThatDiedBeforeTheHashWasInPlaceIsFinishedWithTheKeyThatIsThere() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            Bytes hash = ensure(folder);
            // As the files are right before the last step.
            folder.replace(folder.recoveryHash(), folder.nextRecoveryHash());
            String key = Files.readString(file);
            assertThat(ensure(folder)).isEqualTo(hash);
            assertThat(Files.readString(file)).isEqualTo(key);
            assertThat(RecoveryKeyFile.hash(folder)).isEqualTo(hash);
            assertThat(folder.nextRecoveryHash()).doesNotExist();
        }
    }

    @Test
    void aStartThatDiedBeforeTheKeyWasWrittenMakesAnother() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            Bytes lost = ensure(folder);
            for (boolean isEmptyFileThere : new boolean[] {false, true}) {
                if (Files.exists(folder.recoveryHash())) {
                    folder.replace(folder.recoveryHash(), folder.nextRecoveryHash());
                }
                Files.delete(file);
                if (isEmptyFileThere) {
                    Files.createFile(file);
                }
                Bytes hash = ensure(folder);
                assertThat(hash).isNotEqualTo(lost);
                assertThat(RecoveryKeyFile.readPrivate(file, TestDevice.PRIMITIVES)
                                .publicKey()
                                .keyHash(TestDevice.PRIMITIVES))
                        .isEqualTo(hash);
                lost = hash;
            }
        }
    }

    @Test
    void aStartThatDiedTakesNobodyElsesKeyForItsOwn() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            ensure(folder);
            folder.replace(folder.recoveryHash(), folder.nextRecoveryHash());
            Files.delete(file);
            RecoveryKeyFile.create(file, TestDevice.PRIMITIVES, TestDevice.RANDOM);
            String theirs = Files.readString(file);
            assertThatThrownBy(() -> ensure(folder))
                    .isInstanceOf(OfficeException.class)
                    .hasMessageContaining("--recovery-key");
            assertThat(Files.readString(file)).isEqualTo(theirs);
            assertThat(RecoveryKeyFile.hash(folder)).isNull();
        }
    }

    @Test
    void aDamagedHashStopsTheOffice() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            ensure(folder);
            folder.write(folder.recoveryHash(), "abc".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> ensure(folder))
                    .isInstanceOf(OfficeException.class)
                    .hasMessageContaining("recovery.hash");
        }
    }

    @Test
    void aDamagedKeyIsNoKey() throws Exception {
        RecoveryKeyFile.create(file, TestDevice.PRIMITIVES, TestDevice.RANDOM);
        String whole = Files.readString(file);
        for (int length = 0; length < whole.length() - 1; length += 17) {
            Files.writeString(file, whole.substring(0, length));
            assertThatThrownBy(() -> RecoveryKeyFile.readPrivate(file, TestDevice.PRIMITIVES))
                    .as("cut at " + length)
                    .isInstanceOf(OfficeException.class);
        }
    }

    private Bytes ensure(DataFolder folder) throws Exception {
        return Objects.requireNonNull(RecoveryKeyFile.ensure(folder, file, TestDevice.PRIMITIVES, TestDevice.RANDOM));
    }
}
