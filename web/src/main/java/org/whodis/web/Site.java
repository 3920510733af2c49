package org.whodis.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/** The site as this build made it: everything that a browser loads from an office, and nothing else is loaded. */
public final class Site {
    /** Where an office serves the manifest. */
    public static final String MANIFEST_PATH = "/.well-known/whodis-web";

    /** Where the page is. */
    public static final String PAGE = "/";

    /** Where links lead: to the page, which reads the rest of the link itself. */
    public static final List<String> ALSO_THE_PAGE = List.of("/join", "/link");

    /**
     * What a page of the site may do. Scripts come from the office alone and never out of text; WebAssembly is compiled from
     * what the office served. Of the three Trusted Types policies {@code whodis} and {@code whodis-shell} let
     * the page name its own workers, one each, and {@code lit-html} lets the screens be made of the templates that stand in the script.
     */
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
            + "style-src 'self'; connect-src 'self'; img-src 'self'; worker-src 'self'; manifest-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types whodis whodis-shell lit-html";

    private final Manifest manifest;
    private final Bytes manifestGzip;
    private final @Nullable Bytes manifestBrotli;
    private final List<SiteFile> files;

    private Site(Manifest manifest, Bytes manifestGzip, @Nullable Bytes manifestBrotli, List<SiteFile> files) {
        this.manifest = manifest;
        this.manifestGzip = manifestGzip;
        this.manifestBrotli = manifestBrotli;
        this.files = files;
    }

    /** Reads the site out of this module. */
    public static Site load() {
        Manifest manifest = Manifest.parse(new String(resource("manifest"), StandardCharsets.UTF_8));
        Bytes manifestGzip = Bytes.of(resource("manifest.gz"));
        List<SiteFile> files = manifest.files().entrySet().stream()
                .map(file -> load(file.getKey(), file.getValue()))
                .toList();
        return new Site(manifest, manifestGzip, brotli("manifest"), files);
    }

    private static SiteFile load(String path, Bytes sha256) {
        String name = "files" + (path.equals("/") ? "/index.html" : path);
        return new SiteFile(
                path,
                contentType(name),
                Bytes.of(resource(name)),
                Bytes.of(resource(name + ".gz")),
                brotli(name),
                sha256);
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The manifest as gzip packs it. */
    public Bytes manifestGzip() {
        return manifestGzip;
    }

    /** The manifest as Brotli packs it, or null where the machine that built this had no encoder. */
    public @Nullable Bytes manifestBrotli() {
        return manifestBrotli;
    }

    public List<SiteFile> files() {
        return files;
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "webmanifest" -> "application/manifest+json";
            case "wasm" -> "application/wasm";
            default -> throw new IllegalStateException("no content type for " + name);
        };
    }

    private static @Nullable Bytes brotli(String name) {
        byte[] packed = optionalResource(name + ".br");
        return packed == null ? null : Bytes.of(packed);
    }

    private static byte[] resource(String name) {
        byte[] content = optionalResource(name);
        if (content == null) {
            throw new IllegalStateException("the build left out the site's " + name);
        }
        return content;
    }

    private static byte @Nullable [] optionalResource(String name) {
        try (InputStream in = Site.class.getResourceAsStream("site/" + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
