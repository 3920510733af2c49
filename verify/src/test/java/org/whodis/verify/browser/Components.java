package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.whodis.web.Site;

/**
 * The page of components, as the build made it, in Chromium: every screen in every state, on fixtures, under the policy that
 * offices serve. Its server is on the loopback and has this page alone.
 */
final class Components implements AutoCloseable {
    private static final Path FILES = Path.of(System.getProperty("whodis.root"), "web/target/components/files");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8");

    /** What the page did that it must not: kept where the next evaluation can ask for it. */
    private static final String WATCH = """
            globalThis.misdeeds = [];
            addEventListener("securitypolicyviolation",
                (event) => misdeeds.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
            addEventListener("error", (event) => misdeeds.push(`error: ${event.message}`));
            addEventListener("unhandledrejection", (event) => misdeeds.push(`rejected: ${event.reason}`));
            """;

    private final HttpServer server;
    private final Chromium chromium;
    private String language = "en";
    private Look look = new Look(Look.WIDE, false);

    /** A width and a theme to look at a screen in. */
    record Look(int width, boolean dark) {
        static final int NARROW = 390;
        static final int WIDE = 1280;

        static List<Look> all() {
            return List.of(
                    new Look(NARROW, false), new Look(NARROW, true), new Look(WIDE, false), new Look(WIDE, true));
        }

        int height() {
            return width == NARROW ? 844 : 800;
        }

        @Override
        public String toString() {
            return width + (dark ? "-dark" : "-light");
        }
    }

    private Components(HttpServer server, Chromium chromium) {
        this.server = server;
        this.chromium = chromium;
    }

    static Components open() throws Exception {
        Chromium chromium = Chromium.launch();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", Components::serve);
        server.start();
        Components components = new Components(server, chromium);
        components.eachPageBegins(WATCH);
        chromium.call("Emulation.setScrollbarsHidden", Chromium.object().put("hidden", true));
        components.look(new Look(Look.WIDE, false));
        return components;
    }

    private static void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Path file = FILES.resolve(exchange.getRequestURI().getPath().substring(1))
                    .normalize();
            if (!file.startsWith(FILES) || !Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String name = file.toString();
            byte[] body = Files.readAllBytes(file);
            exchange.getResponseHeaders().set("content-type", TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
            exchange.getResponseHeaders().set("content-security-policy", Site.CONTENT_SECURITY_POLICY);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    Chromium chromium() {
        return chromium;
    }

    /** Has a script run in every page before the page's own. */
    void eachPageBegins(String script) throws Exception {
        chromium.call("Page.addScriptToEvaluateOnNewDocument", Chromium.object().put("source", script));
    }

    /** The names of all scenes. */
    List<String> scenes() throws Exception {
        go("");
        List<String> names = new ArrayList<>();
        chromium.run("return scenes").forEach(name -> names.add(name.asText()));
        return names;
    }

    void look(Look look) throws Exception {
        this.look = look;
        resize(look.width(), look.height());
        var scheme = Chromium.object();
        scheme.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", look.dark() ? "dark" : "light");
        scheme.withArray("features")
                .addObject()
                .put("name", "prefers-reduced-motion")
                .put("value", "reduce");
        chromium.call("Emulation.setEmulatedMedia", scheme);
    }

    private void resize(int width, int height) throws Exception {
        chromium.call(
                "Emulation.setDeviceMetricsOverride",
                Chromium.object()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    void speak(String chosen) {
        language = chosen;
    }

    void show(String scene) throws Exception {
        go("?" + scene);
        chromium.run("localStorage.setItem('whodis.language', '" + language + "')");
        if (!chromium.evaluate("document.documentElement.lang").equals(language)) {
            go("?" + scene);
        }
    }

    private void go(String query) throws Exception {
        chromium.open("http://localhost:" + server.getAddress().getPort() + "/components.html" + query);
    }

    /** What the page did since it was loaded that its policy forbids, or that nobody caught. */
    List<String> misdeeds() throws Exception {
        List<String> all = new ArrayList<>();
        for (JsonNode each : chromium.run("return misdeeds")) {
            all.add(each.asText());
        }
        return all;
    }

    /** The screen as a PNG, as high as what is on it, but no lower than the window. */
    byte[] picture() throws Exception {
        // A window of that height, so that what sticks to its edges stands at the edges of the picture; what is
        // measured in
        // parts of the window grows with it, hence twice.
        resize(look.width(), height());
        resize(look.width(), height());
        byte[] png = Base64.getDecoder()
                .decode(chromium.call(
                                "Page.captureScreenshot", Chromium.object().put("format", "png"))
                        .get("data")
                        .asText());
        resize(look.width(), look.height());
        return png;
    }

    private int height() throws Exception {
        return chromium.run("await document.fonts.ready;"
                        + "const over = document.querySelector('.incoming, .differ, .over') ?? document.documentElement;"
                        + "return Math.max(innerHeight, over.scrollHeight)")
                .asInt();
    }

    @Override
    public void close() {
        chromium.close();
        server.stop(0);
    }
}
