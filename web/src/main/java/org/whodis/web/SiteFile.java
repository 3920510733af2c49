package org.whodis.web;

import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/**
 * One file of the site.
 *
 * @param path where it is served: {@code /}, or a name that has a hash of the content in it and so never changes
 * @param gzip the body as gzip packs it
 * @param brotli the body as Brotli packs it, or null where the machine that built this had no encoder
 * @param sha256 of the body, 32 bytes
 */
public record SiteFile(
        String path,
        String contentType,
        Bytes body,
        Bytes gzip,
        @Nullable Bytes brotli,
        Bytes sha256) {
    /** Whether a browser may keep it for good. */
    public boolean isImmutable() {
        return path.startsWith("/assets/");
    }
}
