package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Chromium, by the Chrome DevTools protocol. */
final class Chromium extends Browser {
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");

    private final DebugSocket socket;
    private final String session;

    private Chromium(Started started) throws Exception {
        super(started);
        socket = new DebugSocket(started.address());
        String target = socket.call(null, "Target.createTarget", object().put("url", "about:blank"))
                .get("targetId")
                .asText();
        session = socket.call(
                        null,
                        "Target.attachToTarget",
                        object().put("targetId", target).put("flatten", true))
                .get("sessionId")
                .asText();
        call("Page.enable", object());
        // Offices in tests have certificates of their own making.
        call("Security.setIgnoreCertificateErrors", object().put("ignore", true));
    }

    static Chromium launch() throws Exception {
        Path program = find("WHODIS_CHROMIUM", "chromium", "chromium", "chromium-browser", "google-chrome");
        Path profile = newProfile();
        return new Chromium(start(
                profile,
                List.of(
                        program.toString(),
                        "--headless",
                        // Tests run as root in containers, where the sandbox cannot be made; they load our own pages
                        // only.
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        // TURN over TLS is not the page's own connection: Security.setIgnoreCertificateErrors is not
                        // for it.
                        "--ignore-certificate-errors",
                        "--use-fake-device-for-media-stream",
                        "--use-fake-ui-for-media-stream",
                        "--autoplay-policy=no-user-gesture-required",
                        "--user-data-dir=" + profile.resolve("data"),
                        "--remote-debugging-port=0",
                        "about:blank"),
                LISTENING));
    }

    @Override
    void open(String url) throws Exception {
        socket.forget("Page.loadEventFired");
        JsonNode result = call("Page.navigate", object().put("url", url));
        if (result.has("errorText")) {
            throw new IOException(url + ": " + result.get("errorText").asText());
        }
        socket.await("Page.loadEventFired");
    }

    @Override
    String evaluate(String expression) throws Exception {
        JsonNode result = call(
                "Runtime.evaluate",
                object().put("expression", expression).put("awaitPromise", true).put("returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(result.get("exceptionDetails").toString());
        }
        return result.at("/result/value").asText();
    }

    /** A command of the Chrome DevTools protocol to the tab. */
    JsonNode call(String method, ObjectNode parameters) throws Exception {
        return socket.call(session, method, parameters);
    }

    static ObjectNode object() {
        return DebugSocket.JSON.createObjectNode();
    }

    @Override
    public void close() {
        socket.close();
        super.close();
    }
}
