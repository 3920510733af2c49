package org.whodis.office;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.whodis.core.crypto.HashAlgorithm;
import org.whodis.core.crypto.Primitives;
import org.whodis.core.wire.Bytes;
import org.whodis.office.http.HttpAnswer;
import org.whodis.office.http.StaticFile;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;

/** The page that this office serves, as the build made it, and the manifest by which people compare it. */
public final class PageFiles {
    /** A browser that takes these in keeps every other origin out of the page and the page out of every other origin. */
    private static final Map<String, String> HEADERS = Map.of(
            "content-security-policy",
            Site.CONTENT_SECURITY_POLICY,
            "cross-origin-opener-policy",
            "same-origin",
            "cross-origin-embedder-policy",
            "require-corp",
            "permissions-policy",
            "microphone=(self), camera=(), display-capture=(), geolocation=(), usb=(), serial=(), bluetooth=(), hid=()",
            // The worker that keeps the page's shell stands below /assets/ and is for the whole page.
            "service-worker-allowed",
            "/");

    private PageFiles() {}

    public static List<StaticFile> all(Primitives primitives) {
        Site site = Site.load();
        List<StaticFile> files = new ArrayList<>();
        for (SiteFile file : site.files()) {
            files.add(served(file, file.path()));
            if (file.path().equals(Site.PAGE)) {
                Site.ALSO_THE_PAGE.forEach(path -> files.add(served(file, path)));
            }
        }
        Bytes manifest = Bytes.utf8(site.manifest().text());
        files.add(new StaticFile(
                Site.MANIFEST_PATH,
                HttpAnswer.TEXT,
                new StaticFile.Forms(manifest, site.manifestGzip(), site.manifestBrotli()),
                primitives.hash(HashAlgorithm.SHA256, manifest).hex(),
                false,
                HEADERS));
        return files;
    }

    private static StaticFile served(SiteFile file, String path) {
        return new StaticFile(
                path,
                file.contentType(),
                new StaticFile.Forms(file.body(), file.gzip(), file.brotli()),
                file.sha256().hex(),
                file.isImmutable(),
                HEADERS);
    }
}
