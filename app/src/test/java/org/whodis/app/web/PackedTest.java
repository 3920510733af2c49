package org.whodis.app.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.core.wire.Bytes;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;

/** Whatever a stranger packed is unpacked to the last byte, or refused with a sentence. */
class PackedTest {
    private static final int MOST = 8 * 1024 * 1024;
    private static final SiteFile PAGE = Site.load().files().stream()
            .filter(file -> file.path().equals(Site.PAGE))
            .findFirst()
            .orElseThrow();

    @Test
    void everyFileUnpacksToItselfAndToNothingLongerThanAllowed() throws IOException {
        for (SiteFile file : Site.load().files()) {
            assertThat(Packed.unpack(file.gzip(), "gzip", file.body().length())).isEqualTo(file.body());
            assertThatThrownBy(
                            () -> Packed.unpack(file.gzip(), "gzip", file.body().length() - 1))
                    .isInstanceOf(IOException.class);
            Bytes brotli = file.brotli();
            if (brotli != null) {
                assertThat(Packed.unpack(brotli, "br", file.body().length())).isEqualTo(file.body());
                assertThatThrownBy(() -> Packed.unpack(brotli, "br", file.body().length() - 1))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void whatIsCutOffAnywhereIsRefused() {
        assertThat(PAGE.gzip().length()).isGreaterThan(100);
        cutOffAnywhere(PAGE.gzip(), "gzip");
    }

    @Test
    void brotliThatIsCutOffAnywhereIsRefused() {
        assumeTrue(PAGE.brotli() != null, "no encoder for Brotli runs on this machine");
        cutOffAnywhere(Objects.requireNonNull(PAGE.brotli()), "br");
    }

    private static void cutOffAnywhere(Bytes packed, String coding) {
        for (int length = 0; length < packed.length(); length++) {
            Bytes head = Bytes.of(Arrays.copyOf(packed.toArray(), length));
            assertThatThrownBy(() -> Packed.unpack(head, coding, MOST))
                    .as("the first %d of %d bytes", length, packed.length())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void changedBytesGiveBytesOrARefusalAndNothingElse() {
        mutate(PAGE.gzip(), "gzip");
        if (PAGE.brotli() != null) {
            mutate(PAGE.brotli(), "br");
        }
    }

    private static void mutate(Bytes packed, String coding) {
        long seed = 20261123;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] changed = packed.toArray();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(Packed.unpack(Bytes.of(changed), coding, MOST).length())
                        .isLessThanOrEqualTo(MOST);
            } catch (IOException refused) {
                assertThat(refused).hasMessageMatching("(as|packed) .*");
            } catch (RuntimeException e) {
                throw new AssertionError(coding + ", seed " + seed + ", round " + i, e);
            }
        }
    }
}
