package org.whodis.web.build;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.whodis.core.crypto.bc.BcPrimitives;
import org.whodis.web.vectors.VectorRunner;

/**
 * Lays out the site that an office serves, and the page of components, which no office serves: {@code SiteBuild SOURCES WORK
 * OUTPUT COMPONENTS}.
 *
 * <p>A site is a page and whatever it mentions, directly or not. Every other file becomes {@code /assets/NAME-HASH.EXT}, where
 * the hash is of the file as it is served, the names that it mentions included. A mention is {@code ./NAME.EXT} in double
 * quotes; {@code "sha384:./NAME.EXT"} stands for its subresource integrity, and {@code "golden:QUESTION"} for what this
 * machine's core answers. Files may not mention each other in a circle. A script that there is as {@code NAME.ts} only is
 * what {@link Bundler} makes of it and of all that it imports. Scripts and styles lose their comments and blanks and keep
 * their names, so that people can still read and compare them.
 *
 * <p>The output has {@code manifest} (a line for each file, as {@code sha256sum} prints them), and below {@code files} each
 * file and beside it what gzip and Brotli make of it. For Brotli there is an encoder for most platforms; where there is none,
 * the site is as good and travels in more bytes.
 */
public final class SiteBuild {
    /** TypeScript is mentioned in comments, for its types, and never served. */
    private static final Pattern MENTION = Pattern.compile("\"(sha384:)?\\./([a-z0-9-]+\\.(?!ts\")[a-z0-9]+)\"");

    private static final Pattern QUESTION = Pattern.compile("\"golden:([^\"]+)\"");
    private static final Set<String> TEXTS = Set.of("html", "js", "css", "svg", "webmanifest");
    private static final Set<String> STRIPPED = Set.of("js", "css");
    private static final String INDEX = "index.html";
    private static final String COMPONENTS = "components.html";
    private static final String WASM = "core.wasm";

    /** Enough for nobody to find another file of the same name in the time of a release. */
    private static final int HASH_DIGITS = 20;

    /** Of Brotli: takes seconds, once for a build. */
    private static final int BEST_QUALITY = 11;

    private final Path sources;
    private final byte[] wasm;
    private final Bundler bundler;
    private final Map<String, Built> built = new TreeMap<>();
    private final Set<String> underWay = new LinkedHashSet<>();

    /** A file as it is served. */
    private static final class Built {
        final String path;
        final byte[] content;

        Built(String name, byte[] content) {
            this.path = servedAt(name, content);
            this.content = content;
        }
    }

    private SiteBuild(Path sources, byte[] wasm, Bundler bundler) {
        this.sources = sources;
        this.wasm = wasm;
        this.bundler = bundler;
    }

    public static void main(String[] arguments) throws Exception {
        Path sources = Path.of(arguments[0]);
        Path work = Path.of(arguments[1]);
        Path output = Path.of(arguments[2]);
        List<Path> classpath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        byte[] wasm = WasmBuild.upToDate(classpath, work);
        Bundler bundler = Bundler.unpacked(sources, classpath, work.resolve("tools"));
        SiteBuild site = new SiteBuild(sources, wasm, bundler);
        site.build(INDEX);
        site.buildScripts();
        boolean brotli = Brotli4jLoader.isAvailable();
        if (!brotli) {
            System.out.println(
                    "No encoder for Brotli runs on this machine: browsers will be served gzip, which is longer.");
        }
        site.write(output, brotli);
        SiteBuild components = new SiteBuild(sources, wasm, bundler);
        components.build(COMPONENTS);
        components.write(Path.of(arguments[3]), false);
    }

    /** Scripts that nothing mentions yet are served too: tests load them. */
    private void buildScripts() throws IOException {
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".js")) {
                    build(file.getFileName().toString());
                }
            }
        }
    }

    /** {@code name} as it is served, built after everything that it mentions. */
    private Built build(String name) throws IOException {
        Built known = built.get(name);
        if (known != null) {
            return known;
        }
        if (!underWay.add(name)) {
            throw new IllegalStateException(name + " mentions itself by way of " + underWay);
        }
        byte[] content = source(name);
        if (TEXTS.contains(extension(name))) {
            content =
                    withServedNames(new String(content, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }
        underWay.remove(name);
        Built result = new Built(name, content);
        built.put(name, result);
        return result;
    }

    private byte[] source(String name) throws IOException {
        if (name.equals(WASM)) {
            return wasm;
        }
        Path file = sources.resolve(name);
        String typeScript = name.replaceFirst("\\.js$", ".ts");
        if (!Files.exists(file) && Files.exists(sources.resolve(typeScript))) {
            return bundler.bundle(typeScript);
        }
        return STRIPPED.contains(extension(name)) ? bundler.stripped(name) : Files.readAllBytes(file);
    }

    private String withServedNames(String text) throws IOException {
        Matcher mentions = MENTION.matcher(text);
        StringBuilder out = new StringBuilder();
        while (mentions.find()) {
            Built mentioned = build(mentions.group(2));
            String replacement = mentions.group(1) == null
                    ? mentioned.path
                    : "sha384-" + Base64.getEncoder().encodeToString(digest("SHA-384", mentioned.content));
            mentions.appendReplacement(out, Matcher.quoteReplacement("\"" + replacement + "\""));
        }
        return withAnswers(mentions.appendTail(out).toString());
    }

    private static String withAnswers(String text) {
        VectorRunner runner = new VectorRunner(new BcPrimitives());
        return QUESTION.matcher(text)
                .replaceAll(question -> '"' + runner.run(question.group(1)).strip() + '"');
    }

    private static String servedAt(String name, byte[] content) {
        if (name.equals(INDEX)) {
            return "/";
        }
        if (name.equals(COMPONENTS)) {
            return "/" + COMPONENTS;
        }
        String hash = HexFormat.of().formatHex(digest("SHA-256", content)).substring(0, HASH_DIGITS);
        return "/assets/" + name.replace("." + extension(name), "-" + hash + "." + extension(name));
    }

    private void write(Path output, boolean brotli) throws IOException {
        deleteRecursively(output);
        StringBuilder manifest = new StringBuilder();
        long plain = 0;
        long gzipped = 0;
        long brotlied = 0;
        for (Built file : built.values().stream()
                .sorted(Comparator.comparing(each -> each.path))
                .toList()) {
            manifest.append(HexFormat.of().formatHex(digest("SHA-256", file.content)))
                    .append("  ")
                    .append(file.path)
                    .append('\n');
            Path target = output.resolve("files" + (file.path.equals("/") ? "/" + INDEX : file.path));
            Files.createDirectories(target.resolveSibling("."));
            plain += write(target, file.content);
            gzipped += write(packed(target, ".gz"), gzip(file.content));
            if (brotli) {
                brotlied += write(packed(target, ".br"), brotli(file.content));
            }
        }
        byte[] lines = manifest.toString().getBytes(StandardCharsets.UTF_8);
        Path target = output.resolve("manifest");
        write(target, lines);
        write(packed(target, ".gz"), gzip(lines));
        if (brotli) {
            write(packed(target, ".br"), brotli(lines));
        }
        System.out.printf(
                "This site has %d files of %d bytes, %d as gzip packs them%s.%n",
                built.size(), plain, gzipped, brotli ? ", " + brotlied + " as Brotli does" : "");
    }

    private static Path packed(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private static long write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        return content.length;
    }

    private static byte[] brotli(byte[] content) throws IOException {
        return Encoder.compress(content, Encoder.Parameters.create(BEST_QUALITY));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] digest(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static void deleteRecursively(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path each : all) {
            try {
                Files.delete(each);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
