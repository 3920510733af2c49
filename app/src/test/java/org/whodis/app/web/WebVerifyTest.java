package org.whodis.app.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.app.Commands;
import org.whodis.core.wire.Bytes;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;
import picocli.CommandLine;

/** An office that serves what this build has is told from every one that does not. */
class WebVerifyTest {
    private static final Site SITE = Site.load();

    /** Behind a policy: with a header that makes a browser leave. */
    private static final String AND_AWAY = "; refresh";

    /** What is packed once is not packed for the next test again. */
    private static final Map<Bytes, Packing> GZIPPED = new ConcurrentHashMap<>();

    private static final byte[] OTHER = "other".getBytes(StandardCharsets.UTF_8);

    /** A body as it travels. */
    private static final class Packing {
        final String coding;
        final byte[] body;

        Packing(String coding, byte[] body) {
            this.coding = coding;
            this.body = body;
        }
    }

    @TempDir
    Path folder;

    @Test
    void anOfficeOfThisBuildPasses() throws Exception {
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")))) {
            StringWriter said = new StringWriter();
            CommandLine line = Commands.line().setOut(new PrintWriter(said, true));
            int status = line.execute("web", "verify", office.httpsUri().toString(), "--any-certificate");
            assertThat(said.toString())
                    .contains("Everything that this office serves to a browser is what this build has.");
            assertThat(status).isZero();
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefusedUnlessOneAsks() throws Exception {
        StringWriter said = new StringWriter();
        try (Office office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")))) {
            assertThat(Commands.line()
                            .setErr(new PrintWriter(said, true))
                            .execute("web", "verify", office.httpsUri().toString()))
                    .isEqualTo(1);
        }
        assertThat(said.toString()).contains("--any-certificate");
    }

    @Test
    void whereNobodyAnswersThatIsSaid() throws Exception {
        StringWriter said = new StringWriter();
        // Bound and not listening: connections are refused, and nobody else gets the port.
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(Commands.line()
                            .setErr(new PrintWriter(said, true))
                            .execute("web", "verify", "https://127.0.0.1:" + bound.getLocalPort()))
                    .isEqualTo(1);
        }
        assertThat(said.toString()).startsWith("Nobody answers at https://127.0.0.1:");
    }

    @Test
    void anHonestCopyPassesAlsoWithoutAnOffice() throws Exception {
        assertThat(verify(files(), WebVerifyTest::noOther, Site.CONTENT_SECURITY_POLICY))
                .isEmpty();
    }

    @Test
    void aFileThatWasChangedIsFoundWhateverTheManifestSays() throws Exception {
        Map<String, byte[]> files = files();
        files.put("/", "<!doctype html><script src=\"/assets/evil.js\"></script>".getBytes(StandardCharsets.UTF_8));
        assertThat(verify(files, WebVerifyTest::noOther, Site.CONTENT_SECURITY_POLICY))
                .containsEntry("/", "is not what this build has")
                .containsEntry("/assets/evil.js", "is mentioned by the page and not in the manifest");
    }

    @Test
    void aFileThatIsAnotherOneForWhoTakesGzipIsFound() throws Exception {
        assertThat(verifyWithAnotherFileFor("/", "gzip"::equals, WebVerifyTest::gzip))
                .containsOnly(Map.entry("/", "is another file for clients that take gzip alone"));
    }

    @Test
    void aFileThatIsAnotherOneForWhoTakesBrotliIsFound() throws Exception {
        assertThat(verifyWithAnotherFileFor("/", "br"::equals, WebVerifyTest::brotli))
                .containsOnly(Map.entry("/", "is another file for clients that take br alone"));
    }

    @Test
    void aFileThatIsAnotherOneForAllThatABrowserTakesIsFound() throws Exception {
        String script = anyFile(".js");
        assertThat(verifyWithAnotherFileFor(script, accepted -> accepted.contains("zstd"), WebVerifyTest::brotli))
                .containsOnly(Map.entry(script, "is another file for Chromium, and is another file for Firefox"));
    }

    @Test
    void aFileThatIsAnotherOneForOneBrowserByNameIsFound() throws Exception {
        String wasm = anyFile(".wasm");
        Map<String, String> differences = verify(
                files(),
                exchange -> {
                    String agent = exchange.getRequestHeaders().getFirst("User-Agent");
                    boolean firefox = agent != null && agent.contains("Firefox");
                    return firefox && exchange.getRequestURI().getPath().equals(wasm) ? gzip(OTHER) : null;
                },
                Site.CONTENT_SECURITY_POLICY);
        assertThat(differences).containsOnly(Map.entry(wasm, "is another file for Firefox"));
    }

    @Test
    void aPageThatIsAnotherOneForWhoNavigatesToItIsFound() throws Exception {
        Map<String, String> differences = verify(
                files(),
                exchange ->
                        "document".equals(exchange.getRequestHeaders().getFirst("Sec-Fetch-Dest")) ? gzip(OTHER) : null,
                Site.CONTENT_SECURITY_POLICY);
        assertThat(differences).containsOnlyKeys("/", "/join", "/link");
        assertThat(differences.values()).allMatch(said -> said.startsWith("is another file for Chromium"));
    }

    @Test
    void aManifestThatIsAnotherOneForBrowsersIsFound() throws Exception {
        assertThat(verifyWithAnotherFileFor(
                        Site.MANIFEST_PATH, accepted -> accepted.contains("zstd"), WebVerifyTest::brotli))
                .containsOnly(
                        Map.entry(Site.MANIFEST_PATH, "is another file for Chromium, and is another file for Firefox"));
    }

    @Test
    void anEncodingThatCannotBeReadIsAFailureInWords() throws Exception {
        assertThat(verifyWithAnotherFileFor(
                        "/", accepted -> accepted.contains("zstd"), _ -> new Packing("zstd", new byte[] {1, 2, 3})))
                .containsOnly(Map.entry(
                        "/",
                        "comes to Chromium in the encoding zstd, which this check cannot read, and "
                                + "comes to Firefox in the encoding zstd, which this check cannot read"));
        assertThat(verifyWithAnotherFileFor(
                        "/", "gzip"::equals, content -> new Packing("gzip, br", gzip(content).body)))
                .containsOnly(
                        Map.entry(
                                "/",
                                "comes to clients that take gzip alone in the encoding gzip, br, which this check cannot read"));
        assertThat(verifyWithAnotherFileFor("/", "br"::equals, _ -> new Packing("br", new byte[] {1, 2, 3})))
                .containsOnly(Map.entry("/", "comes to clients that take br alone as br that cannot be unpacked"));
    }

    @Test
    void whatUnpacksToFarTooMuchIsAFailureInWords() throws Exception {
        // Each 8 MiB of zeros and one more, the second as brotli4j 1.24.0 packs it at quality 11.
        for (Packing packed : List.of(
                gzip(new byte[SiteVerifier.MAX_FILE + 1]),
                new Packing("br", HexFormat.of().parseHex("cbffff3ff82700e2b14020f7fe0f0000010003")))) {
            assertThat(verifyWithAnotherFileFor("/", packed.coding::equals, _ -> packed))
                    .containsOnly(Map.entry(
                            "/",
                            "comes to clients that take " + packed.coding
                                    + " alone packed and is more than 8388608 bytes unpacked"));
        }
    }

    @Test
    void gzipOfTwoMembersIsRefusedSinceBrowsersReadTheFirstAlone() throws Exception {
        assertThat(verifyWithAnotherFileFor("/", "gzip"::equals, _ -> {
                    byte[] page = files().get("/");
                    byte[] head = gzip(Arrays.copyOf(page, 10)).body;
                    byte[] tail = gzip(Arrays.copyOfRange(page, 10, page.length)).body;
                    byte[] both = Arrays.copyOf(head, head.length + tail.length);
                    System.arraycopy(tail, 0, both, head.length, tail.length);
                    return new Packing("gzip", both);
                }))
                .containsOnly(Map.entry(
                        "/", "comes to clients that take gzip alone as gzip that ends otherwise than it should"));
    }

    @Test
    void aFurtherFileAndALackingOneAreFound() throws Exception {
        Map<String, byte[]> files = files();
        String lacking = anyFile(".css");
        files.remove(lacking);
        files.put("/assets/further.js", new byte[] {1});
        assertThat(verify(files, WebVerifyTest::noOther, Site.CONTENT_SECURITY_POLICY))
                .containsEntry(
                        lacking,
                        "is in this build and is not served, and is mentioned by the page and not in the manifest")
                .containsEntry("/assets/further.js", "is served and is not in this build");
    }

    @Test
    void aPolicyThatLetsMoreThroughIsFound() throws Exception {
        assertThat(verify(files(), WebVerifyTest::noOther, Site.CONTENT_SECURITY_POLICY + "; script-src *"))
                .containsEntry("/", "comes without the policy that keeps the page to its own office");
    }

    @Test
    void anotherPageWhereLinksLeadIsFound() throws Exception {
        assertThat(verifyWithAnotherFileFor("/join", "identity"::equals, WebVerifyTest::plain))
                .containsOnly(Map.entry("/join", "is another page than /"));
        assertThat(verifyWithAnotherFileFor("/join", "gzip"::equals, WebVerifyTest::gzip))
                .containsOnly(Map.entry("/join", "is another file for clients that take gzip alone"));
    }

    @Test
    void aHeaderThatSendsTheBrowserOnIsFound() throws Exception {
        assertThat(verify(files(), WebVerifyTest::noOther, Site.CONTENT_SECURITY_POLICY + AND_AWAY))
                .containsEntry("/", "comes with the header refresh, which leads a browser elsewhere");
    }

    @Test
    void whatIsNoManifestIsRefusedWithASentence() throws Exception {
        HttpServer server = serve(
                Map.of(Site.MANIFEST_PATH, "<html>".getBytes(StandardCharsets.UTF_8)), WebVerifyTest::noOther, "");
        try (SiteVerifier verifier = new SiteVerifier(url(server), false)) {
            assertThatThrownBy(() -> verifier.differencesTo(SITE))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("The office serves no manifest of its page");
        } finally {
            server.stop(0);
        }
    }

    /** What one file is, packed somehow, to those whose Accept-Encoding is such. */
    private static Map<String, String> verifyWithAnotherFileFor(
            String path, Predicate<String> accepted, Function<byte[], Packing> packer) throws Exception {
        Packing packed = packer.apply(OTHER);
        return verify(
                files(),
                exchange -> exchange.getRequestURI().getPath().equals(path)
                                && accepted.test(exchange.getRequestHeaders().getFirst("Accept-Encoding"))
                        ? packed
                        : null,
                Site.CONTENT_SECURITY_POLICY);
    }

    private static Map<String, String> verify(
            Map<String, byte[]> files, Function<HttpExchange, @Nullable Packing> other, String policy)
            throws Exception {
        StringBuilder manifest = new StringBuilder();
        for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
            manifest.append(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(file.getValue())))
                    .append("  ")
                    .append(file.getKey())
                    .append('\n');
        }
        Map<String, byte[]> all = new TreeMap<>(files);
        all.put(Site.MANIFEST_PATH, manifest.toString().getBytes(StandardCharsets.UTF_8));
        HttpServer server = serve(all, other, policy);
        try (SiteVerifier verifier = new SiteVerifier(url(server), false)) {
            return verifier.differencesTo(SITE);
        } finally {
            server.stop(0);
        }
    }

    /** @param other what is answered instead of the file, or null for the file */
    private static HttpServer serve(
            Map<String, byte[]> files, Function<HttpExchange, @Nullable Packing> other, String policy)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, files, other, policy));
        server.start();
        return server;
    }

    private static void answer(
            HttpExchange exchange,
            Map<String, byte[]> files,
            Function<HttpExchange, @Nullable Packing> other,
            String policy)
            throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] content = files.get(Site.ALSO_THE_PAGE.contains(path) ? "/" : path);
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            Packing packed = other.apply(exchange);
            if (packed == null) {
                String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
                packed = accepted.contains("gzip")
                        ? GZIPPED.computeIfAbsent(Bytes.of(content), each -> gzip(each.toArray()))
                        : plain(content);
            }
            exchange.getResponseHeaders().set("Content-Security-Policy", policy.replace(AND_AWAY, ""));
            if (policy.endsWith(AND_AWAY)) {
                exchange.getResponseHeaders().set("Refresh", "0; url=/other");
            }
            if (!packed.coding.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Encoding", packed.coding);
            }
            exchange.sendResponseHeaders(200, packed.body.length);
            exchange.getResponseBody().write(packed.body);
        }
    }

    private static @Nullable Packing noOther(HttpExchange exchange) {
        return null;
    }

    private static Packing plain(byte[] content) {
        return new Packing("", content);
    }

    private static Packing gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Packing("gzip", packed.toByteArray());
    }

    /** Nothing is packed, only framed (RFC 7932 section 9.2): an uncompressed block, and the last one, which is empty. */
    private static Packing brotli(byte[] content) {
        assertThat(content.length).isBetween(1, 1 << 16);
        // WBITS 16: a 0 bit. ISLAST 0, MNIBBLES 0 for four, MLEN - 1 in 16 bits, ISUNCOMPRESSED 1, to the end of the
        // byte.
        int header = content.length - 1 << 4 | 1 << 20;
        byte[] packed = new byte[3 + content.length + 1];
        packed[0] = (byte) header;
        packed[1] = (byte) (header >> 8);
        packed[2] = (byte) (header >> 16);
        System.arraycopy(content, 0, packed, 3, content.length);
        packed[packed.length - 1] = 3;
        return new Packing("br", packed);
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        for (SiteFile file : SITE.files()) {
            files.put(file.path(), file.body().toArray());
        }
        return files;
    }

    private static String anyFile(String ending) {
        return files().keySet().stream()
                .filter(path -> path.endsWith(ending))
                .findFirst()
                .orElseThrow();
    }

    private static URI url(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}
