package org.whodis.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.brotli.dec.BrotliInputStream;
import org.junit.jupiter.api.Test;
import org.whodis.core.wire.Bytes;

/** The site as this build made it. */
class SiteTest {
    /** A few seconds on a slow line, once for a release: for browsers of today, which all take Brotli over TLS. */
    private static final int MOST_AS_BROTLI = 400_000;

    /** For whoever comes through something that takes gzip alone, and for builds of machines without an encoder. */
    private static final int MOST_AS_GZIP = 500_000;

    private static final Site SITE = Site.load();

    @Test
    void everythingTogetherIsAtMost400KilobytesAsItTravelsToABrowserOfToday() {
        assumeTrue(SITE.manifestBrotli() != null, "no encoder for Brotli runs on this machine");
        int packed = SITE.files().stream()
                .mapToInt(file -> Objects.requireNonNull(file.brotli()).length())
                .sum();
        System.out.println("First load: " + packed + " bytes as Brotli packs them.");
        assertThat(packed).isLessThanOrEqualTo(MOST_AS_BROTLI);
    }

    @Test
    void everythingTogetherIsAtMostAQuarterMoreForWhoTakesGzipAlone() {
        int packed =
                SITE.files().stream().mapToInt(file -> file.gzip().length()).sum();
        System.out.println("First load: " + packed + " bytes as gzip packs them.");
        assertThat(packed).isLessThanOrEqualTo(MOST_AS_GZIP);
    }

    @Test
    void brotliUnpacksToWhatTheManifestLists() throws IOException {
        assumeTrue(SITE.manifestBrotli() != null, "no encoder for Brotli runs on this machine");
        assertThat(unpack(SITE.manifestBrotli()))
                .isEqualTo(Bytes.utf8(SITE.manifest().text()));
        for (SiteFile file : SITE.files()) {
            assertThat(unpack(file.brotli())).as(file.path()).isEqualTo(file.body());
        }
    }

    @Test
    void theUsualMachinesPackWithBrotli() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        assumeTrue(system.startsWith("linux") || system.startsWith("mac"), "an encoder is not promised for " + system);
        assumeTrue(processor.matches("amd64|x86_64|aarch64"), "an encoder is not promised for " + processor);
        assertThat(SITE.manifestBrotli()).isNotNull();
        assertThat(SITE.files()).allSatisfy(file -> assertThat(file.brotli()).isNotNull());
    }

    @Test
    void nothingOfThePageOfComponentsIsServed() {
        assertThat(SITE.files())
                .extracting(SiteFile::path)
                .noneMatch(path -> path.contains("components") || path.contains("fixtures"));
    }

    @Test
    void everyScriptOfThePageIsKeptForWhenThereIsNoNetworkAndLoadedUnderItsHash() {
        String page = text("/");
        String worker = text("/assets/shell-worker-");
        assertThat(SITE.files())
                .extracting(SiteFile::path)
                // The worker does not keep itself, and a worker for media is loaded by address.
                .filteredOn(path -> path.endsWith(".js") && !path.startsWith("/assets/shell-worker-"))
                .hasSizeGreaterThan(8)
                .allSatisfy(path -> {
                    assertThat(worker).contains('"' + path + '"');
                    if (!path.startsWith("/assets/media-worker-")) {
                        assertThat(page).containsPattern('"' + path + "\" integrity=\"sha384-[A-Za-z0-9+/]{64}\"");
                    }
                });
    }

    private static String text(String beginning) {
        return SITE.files().stream()
                .filter(file -> beginning.equals("/")
                        ? file.path().equals("/")
                        : file.path().startsWith(beginning))
                .findFirst()
                .map(file -> new String(file.body().toArray(), StandardCharsets.UTF_8))
                .orElseThrow();
    }

    private static Bytes unpack(Bytes packed) throws IOException {
        try (BrotliInputStream in = new BrotliInputStream(new ByteArrayInputStream(packed.toArray()))) {
            return Bytes.of(in.readAllBytes());
        }
    }
}
