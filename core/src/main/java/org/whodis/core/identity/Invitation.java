package org.whodis.core.identity;

import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The link by which a person enrols at an office (protocol section 3). It works once and expires.
 *
 * <pre>
 *   https://DOMAIN/join#1.BASE64URL( secret[16] || office_key[32] )
 * </pre>
 *
 * @param secret 16 bytes, of which the office keeps the SHA-256
 */
public record Invitation(OfficeDomain domain, Secret secret, Bytes officeKey) {
    public static final int SECRET_LENGTH = 16;

    private static final String PATH = "/join#1.";

    public Invitation {
        Check.require(secret.length() == SECRET_LENGTH, "a secret of " + secret.length() + " bytes");
        Check.length(officeKey, LabelledHash.LENGTH, "office_key");
    }

    /** The link itself: a secret, to be shown to one person only. */
    public String link() {
        return Links.write(domain, PATH, Bytes.concat(Bytes.of(secret.expose()), officeKey));
    }

    public static Invitation parse(String link) throws DecodeException {
        Links.Parts parts = Links.read(link, PATH, SECRET_LENGTH + LabelledHash.LENGTH);
        return new Invitation(
                parts.domain(),
                Secret.owning(parts.content().slice(0, SECRET_LENGTH).toArray()),
                parts.content().slice(SECRET_LENGTH, parts.content().length()));
    }
}
