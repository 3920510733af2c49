package org.whodis.app.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.app.Commands;
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
        assertThat(verify(files(), files(), Site.CONTENT_SECURITY_POLICY)).isEmpty();
    }

    @Test
    void aFileThatWasChangedIsFoundWhateverTheManifestSays() throws Exception {
        Map<String, byte[]> files = files();
        files.put("/", "<!doctype html><script src=\"/assets/evil.js\"></script>".getBytes(StandardCharsets.UTF_8));
        assertThat(verify(files, files, Site.CONTENT_SECURITY_POLICY))
                .containsEntry("/", "is not what this build has")
                .containsEntry("/assets/evil.js", "is mentioned by the page and not in the manifest");
    }

    @Test
    void aFileThatIsAnotherOneForBrowsersThatTakeGzipIsFound() throws Exception {
        Map<String, byte[]> other = files();
        other.put("/", "other".getBytes(StandardCharsets.UTF_8));
        assertThat(verify(files(), other, Site.CONTENT_SECURITY_POLICY))
                .containsOnly(Map.entry("/", "is another file when it is asked for compressed"));
    }

    @Test
    void aFurtherFileAndALackingOneAreFound() throws Exception {
        Map<String, byte[]> files = files();
        String lacking = files.keySet().stream()
                .filter(path -> path.endsWith(".css"))
                .findFirst()
                .orElseThrow();
        files.remove(lacking);
        files.put("/assets/further.js", new byte[] {1});
        assertThat(verify(files, files, Site.CONTENT_SECURITY_POLICY))
                .containsEntry(lacking, "is mentioned by the page and not in the manifest")
                .containsEntry("/assets/further.js", "is served and is not in this build");
    }

    @Test
    void aPolicyThatLetsMoreThroughIsFound() throws Exception {
        assertThat(verify(files(), files(), Site.CONTENT_SECURITY_POLICY + "; script-src *"))
                .containsEntry("/", "comes without the policy that keeps the page to its own office");
    }

    @Test
    void anotherPageWhereLinksLeadIsFound() throws Exception {
        Map<String, byte[]> compressed = files();
        compressed.put("/join", "other".getBytes(StandardCharsets.UTF_8));
        assertThat(verify(files(), compressed, Site.CONTENT_SECURITY_POLICY))
                .containsOnly(Map.entry("/join", "is another page than /"));
    }

    @Test
    void aHeaderThatSendsTheBrowserOnIsFound() throws Exception {
        assertThat(verify(files(), files(), Site.CONTENT_SECURITY_POLICY + AND_AWAY))
                .containsEntry("/", "comes with the header refresh, which leads a browser elsewhere");
    }

    @Test
    void whatIsNoManifestIsRefusedWithASentence() throws Exception {
        HttpServer server = serve(Map.of(Site.MANIFEST_PATH, "<html>".getBytes(StandardCharsets.UTF_8)), Map.of(), "");
        try (SiteVerifier verifier = new SiteVerifier(url(server), false)) {
            assertThatThrownBy(() -> verifier.differencesTo(SITE))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("The office serves no manifest of its page");
        } finally {
            server.stop(0);
        }
    }

    private static Map<String, String> verify(Map<String, byte[]> plain, Map<String, byte[]> compressed, String policy)
            throws Exception {
        StringBuilder manifest = new StringBuilder();
        for (Map.Entry<String, byte[]> file : new TreeMap<>(plain).entrySet()) {
            manifest.append(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(file.getValue())))
                    .append("  ")
                    .append(file.getKey())
                    .append('\n');
        }
        Map<String, byte[]> all = new TreeMap<>(plain);
        all.put(Site.MANIFEST_PATH, manifest.toString().getBytes(StandardCharsets.UTF_8));
        HttpServer server = serve(all, compressed, policy);
        try (SiteVerifier verifier = new SiteVerifier(url(server), false)) {
            return verifier.differencesTo(SITE);
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer serve(Map<String, byte[]> plain, Map<String, byte[]> compressed, String policy)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, plain, compressed, policy));
        server.start();
        return server;
    }

    private static void answer(
            HttpExchange exchange, Map<String, byte[]> plain, Map<String, byte[]> compressed, String policy)
            throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            byte[] page = Site.ALSO_THE_PAGE.contains(path) ? plain.get("/") : null;
            byte[] body = (gzip ? compressed : plain).getOrDefault(path, page);
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Security-Policy", policy.replace(AND_AWAY, ""));
            if (policy.endsWith(AND_AWAY)) {
                exchange.getResponseHeaders().set("Refresh", "0; url=/other");
            }
            if (gzip) {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                    out.write(body);
                }
                body = packed.toByteArray();
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        for (SiteFile file : SITE.files()) {
            files.put(file.path(), file.body().toArray());
        }
        return files;
    }

    private static URI url(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}
