package org.whodis.core.identity;

import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/** The one form of {@link Invitation} and {@link DeviceLink}: {@code https://DOMAIN PATH BASE64URL(content)}. */
final class Links {
    private static final String SCHEME = "https://";

    /** Longer than any link of ours; bounds the work on a text that somebody pasted. */
    private static final int MAX_LENGTH = 512;

    record Parts(OfficeDomain domain, Bytes content) {}

    private Links() {}

    static String write(OfficeDomain domain, String path, Bytes content) {
        return SCHEME + domain.value() + path + Base64Url.encode(content);
    }

    static Parts read(String link, String path, int length) throws DecodeException {
        String text = link.trim();
        int at = text.indexOf(path);
        if (text.length() > MAX_LENGTH || !text.startsWith(SCHEME) || at < SCHEME.length()) {
            throw new DecodeException("not a link of the form " + SCHEME + "DOMAIN" + path + "…");
        }
        String domain = text.substring(SCHEME.length(), at);
        if (!OfficeDomain.isValid(domain)) {
            throw new DecodeException("a link that names no office");
        }
        Bytes content = Base64Url.decode(text.substring(at + path.length()));
        if (content.length() != length) {
            throw new DecodeException("a link that was cut or mistyped");
        }
        return new Parts(new OfficeDomain(domain), content);
    }
}
