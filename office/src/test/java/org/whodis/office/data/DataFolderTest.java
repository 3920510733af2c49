package org.whodis.office.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.office.OfficeException;

class DataFolderTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    @TempDir
    Path temporary;

    @Test
    void everythingInItIsItsOwnersAlone() throws Exception {
        Path folder = temporary.resolve("office");
        try (Office office = start(folder);
                Stream<Path> files = Files.list(folder)) {
            assertThat(office.domain()).startsWith("localhost:");
            assertThat(mode(folder)).isEqualTo("rwx------");
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(
                            file -> assertThat(mode(file)).as(file.toString()).isEqualTo("rw-------"));
        }
    }

    @Test
    void aFolderOrFileThatOthersCanReadIsRefused() throws Exception {
        Path folder = temporary.resolve("office");
        start(folder).close();
        for (Path file : new Path[] {folder, folder.resolve("office.key"), folder.resolve("office.db")}) {
            String before = mode(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before.substring(0, 3) + "r-----"));
            refuses(folder).hasMessageContaining("Others can read").hasMessageContaining("chmod");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before));
        }
        start(folder).close();
    }

    @Test
    void oneProcessHoldsItAtATime() throws Exception {
        Path folder = temporary.resolve("office");
        Office first = start(folder);
        refuses(folder).hasMessageContaining("Another office is running");
        first.close();
        start(folder).close();
    }

    @Test
    void aMissingKeyOrDatabaseIsToldWithWhatToDo() throws Exception {
        Path folder = temporary.resolve("office");
        start(folder).close();
        Path aside = temporary.resolve("aside");
        Files.move(folder.resolve("office.key"), aside);
        refuses(folder).hasMessageContaining("office.key").hasMessageContaining("backup");
        Files.move(aside, folder.resolve("office.key"));
        Files.move(folder.resolve("office.db"), aside);
        refuses(folder).hasMessageContaining("office.db").hasMessageContaining("backup");
        Files.move(aside, folder.resolve("office.db"));
        start(folder).close();
    }

    @Test
    void aDamagedKeyIsToldFromAnotherOfficesKey() throws Exception {
        Path folder = temporary.resolve("office");
        Path other = temporary.resolve("other");
        start(folder).close();
        start(other).close();
        byte[] good = Files.readAllBytes(folder.resolve("office.key"));
        int end = good.length - 1;
        for (int at : new int[] {0, 20, 60, 20 + 85, 20 + 86, 20 + 88, end - 30, end - 2, end - 1}) {
            byte[] damaged = good.clone();
            // The lowest bit: in the last character of a line it is one that the decoder has to spare.
            damaged[at] = (byte) ALPHABET.charAt((ALPHABET.indexOf(good[at]) ^ 1) & 63);
            Files.write(folder.resolve("office.key"), damaged);
            refuses(folder).hasMessageContaining("damaged").hasMessageContaining("backup");
        }
        Files.write(folder.resolve("office.key"), Files.readAllBytes(other.resolve("office.key")));
        refuses(folder).hasMessageContaining("another office's");
        Files.write(folder.resolve("office.key"), good);
        start(folder).close();
    }

    @Test
    void aStartThatFailedLeavesNothingHeld() throws Exception {
        Path folder = temporary.resolve("office");
        start(folder).close();
        Path certificate = temporary.resolve("none.pem");
        assertThatThrownBy(
                        () -> Office.start(OfficeConfig.onLoopback(folder).withCertificate(certificate, certificate)))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("PEM");
        start(folder).close();
    }

    @Test
    void anInterruptedFirstStartIsFinishedByTheNext() throws Exception {
        Path folder = temporary.resolve("office");
        start(folder).close();
        // A database that nobody wrote an identity into is what is left between the two steps.
        Path begun = temporary.resolve("begun");
        Files.createDirectory(
                begun, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (DataFolder held = DataFolder.open(begun)) {
            held.createPrivately(held.database());
        }
        start(begun).close();
        assertThat(begun.resolve("office.key")).exists();
    }

    @Test
    void theDomainIsForLife() throws Exception {
        Path folder = temporary.resolve("office");
        start(folder).close();
        assertThatThrownBy(() -> Office.start(OfficeConfig.onLoopback(folder).withDomain("other.example")))
                .isInstanceOf(OfficeException.class)
                .hasMessageContaining("other.example");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refuses(Path folder) {
        return assertThatThrownBy(() -> start(folder)).isInstanceOf(OfficeException.class);
    }

    private static Office start(Path folder) throws OfficeException {
        return Office.start(OfficeConfig.onLoopback(folder));
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
