package org.whodis.web.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Makes one script of a TypeScript file and all that it imports, with esbuild and libraries that Maven has fetched: no Node,
 * nothing from the network. Scripts that are written as JavaScript stay files of their own, which the result imports.
 *
 * <p>esbuild is a program for each platform. Where Maven has none, {@code WHODIS_ESBUILD} names one of the same version, since
 * another one's output would not be the same, and people compare it.
 */
final class Bundler {
    /** Oldest browsers that have {@code RTCRtpScriptTransform} and WebAssembly GC. */
    private static final String TARGET = "es2022";

    private static final String RESOURCES = "META-INF/resources/_static/";

    private final Path sources;
    private final Path esbuild;
    private final Path libraries;

    private Bundler(Path sources, Path esbuild, Path libraries) {
        this.sources = sources;
        this.esbuild = esbuild;
        this.libraries = libraries;
    }

    /** Unpacks the program and the libraries from the class path into {@code work}, once for each version. */
    static Bundler unpacked(Path sources, List<Path> classpath, Path work) throws IOException {
        Path libraries = work.resolve("node_modules");
        library("lit-html", System.getProperty("lit-html.version"), classpath, libraries);
        return new Bundler(sources, esbuild(System.getProperty("esbuild.version"), classpath, work), libraries);
    }

    /** The script that {@code entry}, a TypeScript file among the sources, and its imports give. */
    byte[] bundle(String entry) throws IOException {
        List<String> options =
                new ArrayList<>(List.of("--bundle", "--format=esm", "--target=" + TARGET, "--minify-syntax"));
        try (Stream<Path> files = Files.list(sources)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".js"))
                    .sorted()
                    .forEach(name -> options.add("--external:./" + name));
        }
        return run(entry, options);
    }

    /** A script or a style sheet without its comments and blanks. */
    byte[] stripped(String file) throws IOException {
        return run(file, List.of());
    }

    private byte[] run(String entry, List<String> options) throws IOException {
        // Names stay as they were written: people read and compare what is served.
        List<String> command = new ArrayList<>(List.of(
                esbuild.toString(),
                entry,
                "--charset=utf8",
                "--minify-whitespace",
                "--legal-comments=inline",
                "--log-level=warning"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).directory(sources.toFile());
        builder.environment().put("NODE_PATH", libraries.toAbsolutePath().toString());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] script = process.getInputStream().readAllBytes();
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("esbuild refused " + entry + "; what it says stands above");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while esbuild ran", e);
        }
        return script;
    }

    private static Path esbuild(String version, List<Path> classpath, Path work) throws IOException {
        String own = System.getenv("WHODIS_ESBUILD");
        if (own != null) {
            Path program = Path.of(own);
            String found = version(program);
            if (!found.equals(version)) {
                throw new IllegalStateException(
                        own + " is esbuild " + found + ". This page is built with " + version + " and no other.");
            }
            return program;
        }
        String platform = platform();
        Path program = work.resolve(platform + "-" + version + (platform.startsWith("win32") ? ".exe" : ""));
        if (!Files.isExecutable(program)) {
            String prefix = RESOURCES + platform + "/" + version + "/";
            byte[] content = entries(jar(classpath, platform, version), prefix).entrySet().stream()
                    .filter(entry -> entry.getKey().equals("bin/esbuild")
                            || entry.getKey().equals("esbuild.exe"))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow();
            Path unpacked = Files.createTempFile(Files.createDirectories(work), "esbuild", "");
            Files.write(unpacked, content);
            if (!unpacked.toFile().setExecutable(true)) {
                throw new IOException(unpacked + " cannot be made a program");
            }
            Files.move(unpacked, program, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return program.toAbsolutePath();
    }

    private static String version(Path program) throws IOException {
        Process process = new ProcessBuilder(program.toString(), "--version").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** As npm names platforms. */
    private static String platform() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = name.startsWith("mac") ? "darwin" : name.startsWith("win") ? "win32" : "linux";
        return system + (System.getProperty("os.arch").equals("aarch64") ? "-arm64" : "-x64");
    }

    private static void library(String name, String version, List<Path> classpath, Path libraries) throws IOException {
        Path folder = libraries.resolve(name);
        Path stamp = libraries.resolve(name + "-" + version + ".unpacked");
        if (Files.exists(stamp)) {
            return;
        }
        for (Map.Entry<String, byte[]> file : entries(
                        jar(classpath, name, version), RESOURCES + name + "/" + version + "/")
                .entrySet()) {
            // The library as it is released; the variants for its own development and for servers are not used.
            if (!file.getKey().startsWith("node/") && !file.getKey().startsWith("development/")) {
                Path target = folder.resolve(file.getKey()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException(name + " has a file outside itself: " + file.getKey());
                }
                Files.createDirectories(target.resolveSibling("."));
                Files.write(target, file.getValue());
            }
        }
        Files.createFile(stamp);
    }

    private static Path jar(List<Path> classpath, String name, String version) {
        String wanted = name + "-" + version + ".jar";
        return classpath.stream()
                .filter(path -> path.getFileName().toString().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "Maven brought no " + wanted
                                        + ": for this platform it has none. Set WHODIS_ESBUILD to esbuild of that version (npm has it)."));
    }

    /** The files of a jar below {@code prefix}, by their names after it. */
    private static Map<String, byte[]> entries(Path jar, String prefix) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory() && entry.getName().startsWith(prefix)) {
                    entries.put(entry.getName().substring(prefix.length()), in.readAllBytes());
                }
            }
        }
        return entries;
    }
}
