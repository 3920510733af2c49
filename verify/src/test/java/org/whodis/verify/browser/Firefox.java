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
    private final FirefoxTab first;

    private Firefox(Started started) throws Exception {
        super(started);
        socket = new DebugSocket(started.address() + "/session");
        ObjectNode capabilities = object();
        // Offices in tests have certificates of their own making.
        capabilities.putObject("capabilities").putObject("alwaysMatch").put("acceptInsecureCerts", true);
        socket.call(null, "session.new", capabilities);
        first = new FirefoxTab("default");
    }

    static Firefox launch() throws Exception {
        return launch("");
    }

    /** One whose person refuses the microphone to every page. */
    static Firefox launchWithoutMicrophone() throws Exception {
        return launch("""
                user_pref("media.navigator.permission.disabled", false);
                user_pref("permissions.default.microphone", 2);
                """);
    }

    private static Firefox launch(String more) throws Exception {
        Path program = find("WHODIS_FIREFOX", "firefox-esr", "firefox-esr", "firefox");
        Path profile = newProfile();
        Path data = Files.createDirectory(profile.resolve("data"));
        Files.writeString(data.resolve("user.js"), PREFERENCES + more);
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
    Tab first() {
        return first;
    }

    @Override
    Tab apart() throws Exception {
        return new FirefoxTab(socket.call(null, "browser.createUserContext", object())
                .get("userContext")
                .asText());
    }

    private static ObjectNode object() {
        return DebugSocket.JSON.createObjectNode();
    }

    @Override
    public void close() {
        socket.close();
        super.close();
    }

    private final class FirefoxTab extends Tab {
        private final String userContext;
        private final String context;

        private FirefoxTab(String userContext) throws Exception {
            this.userContext = userContext;
            context = socket.call(
                            null,
                            "browsingContext.create",
                            object().put("type", "window").put("userContext", userContext))
                    .get("context")
                    .asText();
        }

        @Override
        void open(String url) throws Exception {
            socket.call(null, "browsingContext.navigate", here().put("url", url).put("wait", "complete"));
        }

        @Override
        void reload() throws Exception {
            socket.call(null, "browsingContext.reload", here().put("wait", "complete"));
        }

        @Override
        String evaluate(String expression) throws Exception {
            ObjectNode parameters = object().put("expression", expression).put("awaitPromise", true);
            parameters.set("target", here());
            JsonNode result = socket.call(null, "script.evaluate", parameters);
            if (!result.path("type").asText().equals("success")) {
                throw new AssertionError(result.toString());
            }
            return result.at("/result/value").asText();
        }

        @Override
        void eachPageBegins(String script) throws Exception {
            ObjectNode parameters = object().put("functionDeclaration", "() => {" + script + "}");
            parameters.putArray("contexts").add(context);
            socket.call(null, "script.addPreloadScript", parameters);
        }

        @Override
        Tab beside() throws Exception {
            return new FirefoxTab(userContext);
        }

        private ObjectNode here() {
            return object().put("context", context);
        }

        @Override
        public void close() {
            try {
                socket.call(null, "browsingContext.close", here());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                // It is gone, or the browser is.
            }
        }
    }
}
