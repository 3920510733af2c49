package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.whodis.media.audio.Pcm;
import org.whodis.media.audio.WavFile;

/** Chromium, by the Chrome DevTools protocol. */
final class Chromium extends Browser {
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");

    /** Of a window: a small laptop's. */
    private static final int WIDTH = 1280;

    private static final int HEIGHT = 800;

    /** Nobody is asked whether a page may use the microphone: every page may. */
    private static final String ALLOWING = "--use-fake-ui-for-media-stream";

    private final DebugSocket socket;
    private final ChromiumTab first;

    private Chromium(Started started) throws Exception {
        super(started);
        socket = new DebugSocket(started.address());
        first = new ChromiumTab(null);
    }

    /** One whose microphone says a tone. */
    static Chromium launch() throws Exception {
        return launch(newProfile(), List.of(ALLOWING));
    }

    /** One whose microphone says {@code speech}, over and over. */
    static Chromium launch(Pcm speech) throws Exception {
        Path profile = newProfile();
        Path recording = Files.write(profile.resolve("speech.wav"), WavFile.write(speech));
        return launch(profile, List.of(ALLOWING, "--use-file-for-fake-audio-capture=" + recording));
    }

    /** One whose person says no to every question. */
    static Chromium launchWithoutMicrophone() throws Exception {
        return launch(newProfile(), List.of("--deny-permission-prompts"));
    }

    private static Chromium launch(Path profile, List<String> more) throws Exception {
        Path program = find("WHODIS_CHROMIUM", "chromium", "chromium", "chromium-browser", "google-chrome");
        List<String> command = new ArrayList<>(List.of(
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
                "--autoplay-policy=no-user-gesture-required",
                "--user-data-dir=" + profile.resolve("data"),
                "--remote-debugging-port=0"));
        command.addAll(more);
        command.add("about:blank");
        return new Chromium(start(profile, command, LISTENING));
    }

    @Override
    ChromiumTab first() {
        return first;
    }

    @Override
    ChromiumTab apart() throws Exception {
        JsonNode made = socket.call(null, "Target.createBrowserContext", object());
        return new ChromiumTab(made.get("browserContextId").asText());
    }

    /** A command of the Chrome DevTools protocol to the first tab. */
    JsonNode call(String method, ObjectNode parameters) throws Exception {
        return first.call(method, parameters);
    }

    /** What its person has set for the microphone at {@code domain}: {@code granted} or {@code denied}. */
    void microphone(String setting, String domain) throws Exception {
        ObjectNode wanted = object().put("setting", setting).put("origin", "https://" + domain);
        wanted.putObject("permission").put("name", "microphone");
        socket.call(null, "Browser.setPermission", wanted);
    }

    static ObjectNode object() {
        return DebugSocket.JSON.createObjectNode();
    }

    @Override
    public void close() {
        socket.close();
        super.close();
    }

    /** A tab of this browser. */
    final class ChromiumTab extends Tab {
        private final @Nullable String context;
        private final String target;
        private final String session;

        /** @param context null for the browser's own */
        private ChromiumTab(@Nullable String context) throws Exception {
            this.context = context;
            ObjectNode wanted = object().put("url", "about:blank")
                    .put("newWindow", true)
                    .put("width", WIDTH)
                    .put("height", HEIGHT);
            if (context != null) {
                wanted.put("browserContextId", context);
            }
            target = socket.call(null, "Target.createTarget", wanted)
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

        @Override
        void open(String url) throws Exception {
            socket.forget(session, "Page.loadEventFired");
            JsonNode result = call("Page.navigate", object().put("url", url));
            if (result.has("errorText")) {
                throw new IOException(url + ": " + result.get("errorText").asText());
            }
            socket.await(session, "Page.loadEventFired");
        }

        @Override
        void reload() throws Exception {
            socket.forget(session, "Page.loadEventFired");
            call("Page.reload", object());
            socket.await(session, "Page.loadEventFired");
        }

        @Override
        String evaluate(String expression) throws Exception {
            JsonNode result = call(
                    "Runtime.evaluate",
                    object().put("expression", expression)
                            .put("awaitPromise", true)
                            .put("returnByValue", true));
            if (result.has("exceptionDetails")) {
                throw new AssertionError(result.get("exceptionDetails").toString());
            }
            return result.at("/result/value").asText();
        }

        @Override
        void eachPageBegins(String script) throws Exception {
            call("Page.addScriptToEvaluateOnNewDocument", object().put("source", script));
        }

        @Override
        ChromiumTab beside() throws Exception {
            return new ChromiumTab(context);
        }

        /** A command of the Chrome DevTools protocol to this tab. */
        JsonNode call(String method, ObjectNode parameters) throws Exception {
            return socket.call(session, method, parameters);
        }

        @Override
        public void close() {
            try {
                socket.call(null, "Target.closeTarget", object().put("targetId", target));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                // It is gone, or the browser is.
            }
        }
    }
}
