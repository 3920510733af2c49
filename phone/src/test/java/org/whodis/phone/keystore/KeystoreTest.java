package org.whodis.phone.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.RandomBytes;
import org.whodis.core.crypto.Secret;
import org.whodis.core.crypto.jdk.JdkPrimitives;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.WireReader;
import org.whodis.core.wire.WireWriter;
import org.whodis.phone.keystore.KeystoreException.Reason;

class KeystoreTest {
    /** The least that RFC 9106 allows, so that a test that opens a file a thousand times stays fast. */
    private static final Argon2Cost CHEAP = new Argon2Cost(8, 1, 1);

    private static final Secret BODY = secret("what the phone knows");

    private final Primitives primitives = new JdkPrimitives();
    private final Random seeded = new Random(20261122);
    private final RandomBytes random = count -> {
        byte[] out = new byte[count];
        seeded.nextBytes(out);
        return out;
    };

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void chooseFolder() {
        folder = temporary.resolve("phone");
    }

    @Test
    void whatWasWrittenIsReadAgainUnderThePassphrase() throws Exception {
        create("correct horse").close();
        try (Keystore keystore = open("correct horse")) {
            assertThat(keystore.body()).isEqualTo(BODY);
            keystore.write(secret("something newer"));
        }
        try (Keystore keystore = open("correct horse")) {
            assertThat(keystore.body()).isEqualTo(secret("something newer"));
        }
    }

    @Test
    void aWrongPassphraseIsToldApartFromDamage() throws Exception {
        create("correct horse").close();
        assertReason(Reason.WRONG_PASSPHRASE, () -> open("correct horsE"));
        assertReason(Reason.WRONG_PASSPHRASE, () -> Keystore.open(folder, null, primitives, random));
    }

    @Test
    void everyFlippedByteIsDamageAndNeverAWrongPassphrase() throws Exception {
        create("correct horse").close();
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            Files.write(file(), flipped);
            assertReason(Reason.DAMAGED, () -> open("correct horse"));
        }
        Files.write(file(), whole);
        open("correct horse").close();
    }

    @Test
    void everyLengthThatIsTooShortIsDamage() throws Exception {
        create("correct horse").close();
        byte[] whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertReason(Reason.DAMAGED, () -> open("correct horse"));
        }
    }

    @Test
    void bytesChangedWithAMatchingChecksumAreStillRefused() throws Exception {
        create("correct horse").close();
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length - 32; i++) {
            byte[] forged = whole.clone();
            forged[i] ^= 0x10;
            Bytes sum = primitives.hash(
                    org.whodis.core.crypto.HashAlgorithm.SHA256, Bytes.of(forged, 0, forged.length - 32));
            sum.copyTo(forged, forged.length - 32);
            assertThatThrownBy(() -> new SealedFile(primitives).open(Bytes.of(forged), secret("correct horse")))
                    .as("byte %d", i)
                    .isInstanceOf(KeystoreException.class);
        }
    }

    @Test
    void aFormatOfALaterReleaseIsNamedAsSuch() throws Exception {
        create("correct horse").close();
        byte[] whole = Files.readAllBytes(file());
        whole[9] = 2;
        primitives
                .hash(org.whodis.core.crypto.HashAlgorithm.SHA256, Bytes.of(whole, 0, whole.length - 32))
                .copyTo(whole, whole.length - 32);
        Files.write(file(), whole);
        assertReason(Reason.NEWER_VERSION, () -> open("correct horse"));
    }

    @Test
    void aWriteThatWasTornLeavesTheOldStateReadable() throws Exception {
        create("correct horse").close();
        byte[] whole = Files.readAllBytes(file());
        Files.write(folder.resolve("keystore.new"), Arrays.copyOf(whole, whole.length / 2));
        try (Keystore keystore = open("correct horse")) {
            assertThat(keystore.body()).isEqualTo(BODY);
            keystore.write(secret("after the crash"));
        }
        try (Keystore keystore = open("correct horse")) {
            assertThat(keystore.body()).isEqualTo(secret("after the crash"));
        }
        assertThat(folder.resolve("keystore.new")).doesNotExist();
    }

    @Test
    void noTwoWritesLookAlikeAndNoneShowsTheBody() throws Exception {
        try (Keystore keystore = create("correct horse")) {
            byte[] first = Files.readAllBytes(file());
            keystore.write(BODY);
            assertThat(Files.readAllBytes(file())).isNotEqualTo(first);
            assertThat(new String(first, StandardCharsets.ISO_8859_1)).doesNotContain("what the phone knows");
        }
    }

    @Test
    void folderAndFilesAreForTheirOwnerAlone() throws Exception {
        Keystore.create(folder, new Protection.KeyFile(), BODY, primitives, random)
                .close();
        assumePosix();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList())
                    .hasSize(3)
                    .allSatisfy(each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void aFolderOrFileThatOthersCanReachIsRefused() throws Exception {
        create("correct horse").close();
        assumePosix();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertReason(Reason.UNSAFE_MODES, () -> open("correct horse"));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertReason(Reason.UNSAFE_MODES, () -> open("correct horse"));
    }

    @Test
    void withoutAPassphraseAKeyFileOpensIt() throws Exception {
        Keystore.create(folder, new Protection.KeyFile(), BODY, primitives, random)
                .close();
        assertThat(Keystore.needsPassphrase(folder, primitives)).isFalse();
        try (Keystore keystore = Keystore.open(folder, null, primitives, random)) {
            assertThat(keystore.body()).isEqualTo(BODY);
            assertThat(keystore.hasPassphrase()).isFalse();
        }
        Files.delete(folder.resolve("keyfile"));
        assertReason(Reason.WRONG_PASSPHRASE, () -> Keystore.open(folder, null, primitives, random));
    }

    @Test
    void aSecondPhoneInOneFolderIsRefusedUntilTheFirstIsClosed() throws Exception {
        try (Keystore keystore = create("correct horse")) {
            assertThat(keystore.hasPassphrase()).isTrue();
            assertReason(Reason.IN_USE, () -> open("correct horse"));
        }
        open("correct horse").close();
    }

    @Test
    void aFailedOpenDoesNotKeepTheLock() throws Exception {
        create("correct horse").close();
        assertReason(Reason.WRONG_PASSPHRASE, () -> open("wrong"));
        open("correct horse").close();
    }

    @Test
    void noKeystoreAndASecondKeystoreAreBothSaidPlainly() throws Exception {
        assertReason(Reason.MISSING, () -> open("correct horse"));
        create("correct horse").close();
        assertReason(Reason.ALREADY_THERE, () -> create("another"));
    }

    @Test
    void costsOutOfRangeAreRefusedBeforeAnythingIsAllocated() {
        for (long memory : new long[] {0, 7, 2_000_000, 0xffff_ffffL}) {
            Bytes encoded = new WireWriter().uint32(memory).uint8(1).uint8(1).toBytes();
            assertThatThrownBy(() -> WireReader.decode(encoded, Argon2Cost::read))
                    .isInstanceOf(org.whodis.core.wire.DecodeException.class);
        }
    }

    private Keystore create(String passphrase) throws KeystoreException {
        return Keystore.create(folder, passphrase(passphrase), CHEAP, BODY, primitives, random);
    }

    private Keystore open(String passphrase) throws KeystoreException {
        return Keystore.open(folder, passphrase(passphrase), primitives, random);
    }

    private Path file() {
        return folder.resolve("keystore");
    }

    private void assumePosix() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX file modes here");
    }

    private static Protection.Passphrase passphrase(String text) {
        return new Protection.Passphrase(secret(text));
    }

    private static Secret secret(String text) {
        return Secret.owning(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertReason(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeystoreException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
