package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real browser, in a profile of its own that is gone with it. It is spoken to over the WebSocket that it opens on a free
 * port of the loopback: Chromium by the Chrome DevTools protocol, Firefox by WebDriver BiDi, since no library drives both of
 * Debian's from Java.
 */
abstract class Browser implements AutoCloseable {
    /** Starting one on a busy machine of two cores. */
    private static final Duration START = Duration.ofMinutes(1);

    private final Process process;
    private final Path profile;

    /** A browser that runs, and where it listens. */
    record Started(Process process, Path profile, String address) {}

    Browser(Started started) {
        this.process = started.process();
        this.profile = started.profile();
    }

    /** The tab that it has from the start. */
    abstract Tab first();

    /** A tab that shares nothing with the others but the program: no storage, no permissions. */
    abstract Tab apart() throws Exception;

    /** {@link Tab#open} in the first tab. */
    void open(String url) throws Exception {
        first().open(url);
    }

    /** {@link Tab#evaluate} in the first tab. */
    String evaluate(String expression) throws Exception {
        return first().evaluate(expression);
    }

    /** {@link Tab#run} in the first tab. */
    JsonNode run(String body) throws Exception {
        return first().run(body);
    }

    /** The first of these programs on the path, or the one that {@code variable} names; without one the test is skipped. */
    static Path find(String variable, String debianPackage, String... names) {
        String named = System.getenv(variable);
        if (named != null) {
            return Path.of(named);
        }
        List<Path> candidates = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            for (String name : names) {
                candidates.add(Path.of(folder, name));
            }
        }
        Path found = candidates.stream().filter(Files::isExecutable).findFirst().orElse(null);
        Assumptions.assumeTrue(
                found != null,
                () -> "no " + names[0] + " here: install it (on Debian, package " + debianPackage + ") or set "
                        + variable);
        return found;
    }

    /** Starts a browser and waits for the line in which it says where it listens. */
    static Started start(Path profile, List<String> command, Pattern listening) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", profile.toString());
        builder.environment().put("MOZ_HEADLESS", "1");
        Process process = builder.start();
        CompletableFuture<String> address = new CompletableFuture<>();
        StringBuilder said = new StringBuilder();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    Matcher matcher = listening.matcher(line);
                    if (matcher.find()) {
                        address.complete(matcher.group(1));
                    }
                    if (said.length() < 8192) {
                        said.append(line).append('\n');
                    }
                }
                address.completeExceptionally(new IOException("the browser ended and said:\n" + said));
            } catch (IOException e) {
                address.completeExceptionally(e);
            }
        });
        try {
            return new Started(process, profile, address.get(START.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            end(process);
            throw new AssertionError("no browser from " + command, e);
        }
    }

    static Path newProfile() throws IOException {
        return Files.createTempDirectory("whodis-browser");
    }

    @Override
    public void close() {
        end(process);
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException | IOException lateWriter) {
            // A process of the browser that ends last may write while its folder goes; the folder is a temporary one.
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.onExit().orTimeout(START.toSeconds(), TimeUnit.SECONDS).join();
    }
}
