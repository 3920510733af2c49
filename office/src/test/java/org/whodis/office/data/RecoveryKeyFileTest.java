package org.whodis.office.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.wire.Bytes;
import org.whodis.office.OfficeException;
import org.whodis.office.testkit.TestDevice;

class RecoveryKeyFileTest {
    @TempDir
    Path temporary;

    @Test
    void theKeyIsMadeOnceAndItsHashStaysWhenItIsMovedAway() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            Bytes hash = ensure(folder);
            assertThat(Files.readString(folder.recoveryKey())).startsWith("whodis office recovery key 1\n");
            Files.delete(folder.recoveryKey());
            assertThat(ensure(folder)).isEqualTo(hash);
            assertThat(folder.recoveryKey()).doesNotExist();
        }
    }

    @Test
    void aKeyThatNobodyWasToldOfIsReplaced() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            folder.write(folder.recoveryKey(), new byte[] {1});
            ensure(folder);
            assertThat(Files.readString(folder.recoveryKey())).startsWith("whodis office recovery key 1\n");
        }
    }

    @Test
    void aDamagedHashStopsTheOffice() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("office"))) {
            ensure(folder);
            folder.write(folder.recoveryHash(), "abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> ensure(folder))
                    .isInstanceOf(OfficeException.class)
                    .hasMessageContaining("recovery.hash");
        }
    }

    private static Bytes ensure(DataFolder folder) throws Exception {
        return RecoveryKeyFile.ensure(folder, TestDevice.PRIMITIVES, TestDevice.RANDOM);
    }
}
