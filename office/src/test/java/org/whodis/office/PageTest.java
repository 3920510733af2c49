package org.whodis.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.brotli.dec.BrotliInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.core.wire.Bytes;
import org.whodis.office.testkit.RawTls;
import org.whodis.office.testkit.RawTls.Answer;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;

/** The office serves the page that the build made, and nothing of it can be mistaken for anything else. */
class PageTest {
    private static final Site SITE = Site.load();
    private static final String AS_BROWSERS_DO = "Accept-Encoding: gzip, deflate, br, zstd\r\n";

    @TempDir
    static Path folder;

    private static Office office;

    @BeforeAll
    static void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
    }

    @AfterAll
    static void stop() {
        office.close();
    }

    @Test
    void everyFileIsServedAsTheBuildMadeItPlainAndCompressed() throws IOException {
        assertThat(SITE.files()).hasSizeGreaterThan(5);
        for (SiteFile file : SITE.files()) {
            Answer plain = get(file.path(), "");
            assertThat(plain.status()).as(file.path()).isEqualTo(200);
            assertThat(plain.body()).as(file.path()).isEqualTo(file.body());
            assertThat(plain.hasHeader("content-type: " + file.contentType())).isTrue();
            assertThat(plain.hasHeader("content-encoding")).isFalse();

            Answer packed = get(file.path(), "Accept-Encoding: gzip, deflate\r\n");
            assertThat(packed.hasHeader("content-encoding: gzip")).isTrue();
            assertThat(packed.hasHeader("vary: accept-encoding")).isTrue();
            assertThat(unpack(packed.body())).as(file.path()).isEqualTo(file.body());
        }
    }

    @Test
    void everyFileIsServedAsBrotliToBrowsersOfTodayAndTheManifestToo() throws IOException {
        assumeTrue(SITE.manifestBrotli() != null, "no encoder for Brotli runs on this machine");
        for (SiteFile file : SITE.files()) {
            Answer packed = get(file.path(), AS_BROWSERS_DO);
            assertThat(packed.headers()).contains("content-encoding: br", "vary: accept-encoding");
            assertThat(packed.body()).as(file.path()).isEqualTo(file.brotli());
            assertThat(unpackBrotli(packed.body())).as(file.path()).isEqualTo(file.body());
        }
        Answer manifest = get(Site.MANIFEST_PATH, AS_BROWSERS_DO);
        assertThat(manifest.headers()).contains("content-encoding: br");
        assertThat(unpackBrotli(manifest.body()))
                .isEqualTo(Bytes.utf8(SITE.manifest().text()));
    }

    @Test
    void whoRefusesEveryEncodingIsServedThePlainFile() throws IOException {
        for (String accepted : new String[] {"", "identity", "br;q=0, gzip;q=0", "*;q=0", "zstd"}) {
            Answer answer = get("/", "Accept-Encoding: " + accepted + "\r\n");
            assertThat(answer.status()).as(accepted).isEqualTo(200);
            assertThat(answer.hasHeader("content-encoding")).as(accepted).isFalse();
            assertThat(answer.hasHeader("vary: accept-encoding")).as(accepted).isTrue();
        }
    }

    @Test
    @DisplayName(
            "RFC 9110 section 8.8.3.3: Content codings are a property of the representation data, so a strong entity tag "
                    + "for a content-encoded representation has to be distinct from the entity tag of an unencoded representation")
    void everyFormHasATagOfItsOwn() throws IOException {
        String plain = tag(get("/", ""));
        String packed = tag(get("/", "Accept-Encoding: gzip\r\n"));
        assertThat(packed).isNotEqualTo(plain);
        assertThat(get("/", "Accept-Encoding: gzip\r\nIf-None-Match: " + packed + "\r\n")
                        .status())
                .isEqualTo(304);
        assertThat(get("/", "Accept-Encoding: gzip\r\nIf-None-Match: " + plain + "\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void everyFileComesWithThePolicyAndMayBeKeptOnlyIfItsNameIsItsContent() throws IOException {
        for (SiteFile file : SITE.files()) {
            Answer answer = get(file.path(), "");
            assertThat(answer.headers())
                    .contains(
                            "content-security-policy: " + Site.CONTENT_SECURITY_POLICY,
                            "cross-origin-opener-policy: same-origin",
                            "cross-origin-embedder-policy: require-corp",
                            "cross-origin-resource-policy: same-origin",
                            "x-content-type-options: nosniff",
                            "referrer-policy: no-referrer",
                            file.path().equals("/")
                                    ? "cache-control: no-cache"
                                    : "cache-control: public, max-age=31536000, immutable");
        }
    }

    @Test
    void thePolicyTakesScriptsFromTheOfficeAloneAndNeverOutOfText() {
        assertThat(Site.CONTENT_SECURITY_POLICY)
                .contains("script-src 'self' 'wasm-unsafe-eval';", "require-trusted-types-for 'script'")
                .doesNotContain("'unsafe-inline'", "'unsafe-eval'", "data:", "blob:", "http", "*");
    }

    @Test
    void linksLeadToThePageItself() throws IOException {
        Answer page = get("/", "");
        for (String path : new String[] {"/join", "/link"}) {
            Answer answer = get(path, "");
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).isEqualTo(page.body());
            assertThat(answer.hasHeader("content-security-policy: " + Site.CONTENT_SECURITY_POLICY))
                    .isTrue();
        }
    }

    @Test
    void whoHasTheFileIsToldSoAndGetsNoBody() throws IOException {
        Answer again = get("/", "If-None-Match: " + tag(get("/", "")) + "\r\n");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEqualTo(Bytes.EMPTY);
        assertThat(get("/", "If-None-Match: \"another\"\r\n").status()).isEqualTo(200);
    }

    @Test
    void theManifestIsTheBuildsAndNeverKept() throws IOException {
        Answer manifest = get("/.well-known/whodis-web", "");
        assertThat(new String(manifest.body().toArray(), StandardCharsets.UTF_8))
                .isEqualTo(SITE.manifest().text());
        assertThat(manifest.hasHeader("cache-control: no-cache")).isTrue();
    }

    @Test
    void nothingElseIsServed() throws IOException {
        try (RawTls client = new RawTls(office.httpsAddress())) {
            assertThat(client.post("/", Bytes.EMPTY).status()).isEqualTo(405);
        }
        for (String path :
                new String[] {"/index.html", "/assets", "/assets/", "/assets/../", "//", "/?x", "/manifest.gz"}) {
            assertThat(get(path, "").status()).as(path).isEqualTo(404);
        }
    }

    private static Answer get(String path, String header) throws IOException {
        try (RawTls client = new RawTls(office.httpsAddress())) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n");
            return client.readAnswer();
        }
    }

    private static String tag(Answer answer) {
        return answer.headers().stream()
                .filter(header -> header.startsWith("etag: "))
                .findFirst()
                .orElseThrow()
                .substring("etag: ".length());
    }

    private static Bytes unpackBrotli(Bytes packed) throws IOException {
        try (BrotliInputStream in = new BrotliInputStream(new ByteArrayInputStream(packed.toArray()))) {
            return Bytes.of(in.readAllBytes());
        }
    }

    private static Bytes unpack(Bytes packed) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.toArray()))) {
            return Bytes.of(in.readAllBytes());
        }
    }
}
