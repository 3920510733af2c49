package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** The link form of a line's address (protocol section 7): {@code https://DOMAIN/line#1.BASE64URL(content)}. */
public final class LineLink {
    private static final String PATH = "/line#1.";

    private LineLink() {}

    /** What is in a link. */
    public record Parts(OfficeDomain domain, Bytes content) {}

    public static String write(OfficeDomain domain, Bytes content) {
        return Links.write(domain, PATH, content);
    }

    /** Reads a link whose content has {@code length} bytes. */
    public static Parts read(String link, int length) throws DecodeException {
        Links.Parts parts = Links.read(link, PATH, length);
        return new Parts(parts.domain(), parts.content());
    }
}
