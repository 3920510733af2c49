package org.whodis.web;

import org.whodis.core.wire.Bytes;

/**
 * One file of the site.
 *
 * @param path where it is served: {@code /}, or a name that has a hash of the content in it and so never changes
 * @param gzip the body as gzip has it
 * @param sha256 of the body, 32 bytes
 */
public record SiteFile(String path, String contentType, Bytes body, Bytes gzip, Bytes sha256) {
    /** Whether a browser may keep it for good. */
    public boolean isImmutable() {
        return path.startsWith("/assets/");
    }
}
