package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Firefox, by WebDriver BiDi. */
final class Firefox extends Browser {
    private static final Pattern LISTENING = Pattern.compile("WebDriver BiDi listening on (ws://\\S+)");

    /** Nothing is fetched that a test did not ask for; microphones are fake ones; peers may meet on the loopback. */
    private static final String PREFERENCES = """
            user_pref("app.update.enabled", false);
            user_pref("browser.safebrowsing.malware.enabled", false);
            user_pref("browser.safebrowsing.phishing.enabled", false);
            user_pref("browser.shell.checkDefaultBrowser", false);
            user_pref("datareporting.policy.dataSubmissionEnabled", false);
            user_pref("extensions.getAddons.cache.enabled", false);
            user_pref("network.captive-portal-service.enabled", false);
            user_pref("network.connectivity-service.enabled", false);
            user_pref("services.settings.server", "data:,#");
            user_pref("toolkit.telemetry.enabled", false);
            user_pref("media.navigator.streams.fake", true);
            user_pref("media.navigator.permission.disabled", true);
            user_pref("media.peerconnection.ice.loopback", true);
            user_pref("media.peerconnection.ice.obfuscate_host_addresses", false);
            user_pref("media.autoplay.default", 0);
            user_pref("media.autoplay.block-webaudio", false);
            user_pref("media.autoplay.blocking_policy", 0);
            """;

    private final DebugSocket socket;
    private final String context;

    private Firefox(Started started) throws Exception {
        super(started);
        socket = new DebugSocket(started.address() + "/session");
        ObjectNode capabilities = object();
        // Offices in tests have certificates of their own making.
        capabilities.putObject("capabilities").putObject("alwaysMatch").put("acceptInsecureCerts", true);
        socket.call(null, "session.new", capabilities);
        context = socket.call(null, "browsingContext.create", object().put("type", "tab"))
                .get("context")
                .asText();
    }

    static Firefox launch() throws Exception {
        Path program = find("WHODIS_FIREFOX", "firefox-esr", "firefox-esr", "firefox");
        Path profile = newProfile();
        Path data = Files.createDirectory(profile.resolve("data"));
        Files.writeString(data.resolve("user.js"), PREFERENCES);
        return new Firefox(start(
                profile,
                List.of(
                        program.toString(),
                        "--headless",
                        "--no-remote",
                        "--profile",
                        data.toString(),
                        "--remote-debugging-port",
                        "0",
                        "about:blank"),
                LISTENING));
    }

    @Override
    void open(String url) throws Exception {
        socket.call(
                null,
                "browsingContext.navigate",
                object().put("context", context).put("url", url).put("wait", "complete"));
    }

    @Override
    String evaluate(String expression) throws Exception {
        ObjectNode parameters = object().put("expression", expression).put("awaitPromise", true);
        parameters.putObject("target").put("context", context);
        JsonNode result = socket.call(null, "script.evaluate", parameters);
        if (!result.path("type").asText().equals("success")) {
            throw new AssertionError(result.toString());
        }
        return result.at("/result/value").asText();
    }

    private static ObjectNode object() {
        return DebugSocket.JSON.createObjectNode();
    }

    @Override
    public void close() {
        socket.close();
        super.close();
    }
}
